//! Pools of seats: used, shrunk, grown and closed while others take the same seats.

use crate::{
    cluster::{Cluster, FREE, assign, at_once, counted, ending, endings, expected, only, times},
    tenants::put_pool,
};
use client::{Assignment, AssignmentBatch, BatchMode, Error, ProductVariantUpdate, Reply};
use std::collections::BTreeSet;
use testkit::database::Database;
use uuid::Uuid;

const FULL: &str = "409 LICENSE_CAPACITY_EXCEEDED";
const HELD: &str = "409 DUPLICATE_ACTIVE_ASSIGNMENT";
const BELOW: &str = "409 CAPACITY_BELOW_ACTIVE";
const OUTSIDE: &str = "409 SEATS_OUTSIDE_POOL";
const TOO_MUCH: &str = "409 ALLOCATION_EXCEEDS_CAPACITY";
const TOO_LITTLE: &str = "409 CAPACITY_BELOW_ALLOCATED";

testkit::on_every_database! {
    async fn of_64_clients_10_get_the_10_seats_of_a_pool(database: Database) {
        let cluster = Cluster::open(&database).await;
        let variant = cluster.variant(Some(40)).await.id;
        let organization = cluster.organization().await;
        let key = cluster.partner(&database, organization).await;
        put_pool(&cluster.client(0), organization, variant, 10).await.unwrap();
        let tries = cluster.members(organization, 64).await.into_iter().enumerate();
        let tries = tries.map(|(number, user)| {
            let client = cluster.client(number);
            // The platform assigns out of the pool as the partner does.
            let client = match number % 4 {
                0 => client,
                _ => client.with_api_key(Some(&key)),
            };
            async move { assign(&client, user, variant).await }
        });
        let answers = at_once(tries).await;
        assert_eq!(endings(&answers), expected([("201", 10), (FULL, 54)]));
        for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            let problem = refused.problem().unwrap();
            let numbers = (problem.capacity, problem.assigned_active_count);
            assert_eq!(numbers, (Some(10), Some(10)));
        }
        cluster.check_seats(organization, variant, &given(answers)).await;
        cluster.verify().await;
    }

    async fn one_holder_gets_one_seat_of_a_variant(database: Database) {
        let cluster = Cluster::open(&database).await;
        let organization = cluster.organization().await;
        let key = cluster.partner(&database, organization).await;
        for clients in [2, 2, 16] {
            let pooled = cluster.variant(None).await.id;
            put_pool(&cluster.client(0), organization, pooled, 20).await.unwrap();
            let own = cluster.own_variant(organization, None).await;
            let user = cluster.members(organization, 1).await[0];
            let station = cluster.stations(organization, 1).await[0];
            for variant in [pooled, own] {
                for seat in [testkit::seat(user, variant), testkit::station_seat(station, variant)] {
                    let tries = (0..clients).map(|number| {
                        let (client, seat) = (cluster.client(number), seat.clone());
                        let client = client.with_api_key(Some(&key));
                        async move { client.create_assignment(&seat, FREE).await }
                    });
                    let answers = at_once(tries).await;
                    assert_eq!(endings(&answers), expected([("201", 1), (HELD, clients - 1)]));
                }
                assert_eq!(cluster.seats_in(organization, variant).await.len(), 2);
            }
        }
        cluster.verify().await;
    }

    async fn assign_against_a_pool_cut(database: Database) {
        let cluster = Cluster::open(&database).await;
        let organization = cluster.organization().await;
        let key = cluster.partner(&database, organization).await;
        let users = cluster.members(organization, 19).await;
        for _ in 0..6 {
            let variant = cluster.variant(Some(30)).await.id;
            put_pool(&cluster.client(0), organization, variant, 12).await.unwrap();
            let mut held = BTreeSet::new();
            for user in &users[..5] {
                let seat = assign(&cluster.client(0), *user, variant).await;
                held.insert(seat.unwrap().body.id);
            }
            let cut = cluster.client(1);
            let cut = async move { put_pool(&cut, organization, variant, 8).await };
            let tries = users[5..].iter().enumerate().map(|(number, user)| {
                let (client, user) = (cluster.client(number).with_api_key(Some(&key)), *user);
                async move { assign(&client, user, variant).await }
            });
            let (cut, answers) = tokio::join!(cut, at_once(tries.collect::<Vec<_>>()));
            only(&endings(&answers), &["201", FULL]);
            assert!(matches!(ending(&cut).as_str(), "200" | BELOW), "{}", ending(&cut));
            let seats = if cut.is_ok() { 8 } else { 12 };
            assert_eq!(cluster.pool(organization, variant).await.seats, seats);
            held.extend(given(answers));
            assert_eq!(held.len(), usize::try_from(seats).unwrap());
            cluster.check_seats(organization, variant, &held).await;
        }
        cluster.verify().await;
    }

    async fn two_pools_grow_and_one_finds_seats(database: Database) {
        let cluster = Cluster::open(&database).await;
        let pair = [cluster.organization().await, cluster.organization().await];
        for _ in 0..5 {
            let variant = cluster.variant(Some(20)).await.id;
            for organization in pair {
                put_pool(&cluster.client(0), organization, variant, 5).await.unwrap();
            }
            let grow = (0..16).map(|number| {
                // Each of the two is requested at each of the replicas.
                let (client, organization) = (cluster.client(number), pair[number / 2 % 2]);
                async move { ending(&put_pool(&client, organization, variant, 12).await) }
            });
            let ends = counted(at_once(grow).await);
            assert_eq!(ends, expected([("200", 8), (TOO_MUCH, 8)]));
            let mut sizes = Vec::new();
            for organization in pair {
                sizes.push(cluster.pool(organization, variant).await.seats);
            }
            sizes.sort_unstable();
            assert_eq!(sizes, [5, 12]);
        }
        cluster.verify().await;
    }

    async fn a_capacity_cut_against_a_growing_pool(database: Database) {
        let cluster = Cluster::open(&database).await;
        let organization = cluster.organization().await;
        for round in 0..8 {
            let variant = cluster.variant(Some(20)).await;
            put_pool(&cluster.client(0), organization, variant.id, 5).await.unwrap();
            let acts = (0..2).map(|act| {
                let (client, variant) = (cluster.client(act + round), variant.clone());
                async move {
                    if act == 0 {
                        let cut = ProductVariantUpdate::new(&variant.name, Some(10));
                        return ending(&client.update_variant(variant.id, &cut, FREE).await);
                    }
                    ending(&put_pool(&client, organization, variant.id, 15).await)
                }
            });
            let ends = at_once(acts).await;
            let seats = cluster.pool(organization, variant.id).await.seats;
            let now = cluster.client(0).get_variant(variant.id, FREE).await.unwrap();
            let capacity = now.body.unwrap().capacity;
            match ends[0].as_str() {
                "200" => assert_eq!((ends[1].as_str(), capacity, seats), (TOO_MUCH, Some(10), 5)),
                TOO_LITTLE => assert_eq!((ends[1].as_str(), capacity, seats), ("200", Some(20), 15)),
                _ => panic!("{ends:?}"),
            }
        }
        cluster.verify().await;
    }

    async fn direct_seats_against_a_new_pool(database: Database) {
        let cluster = Cluster::open(&database).await;
        let organization = cluster.organization().await;
        let users = cluster.members(organization, 8).await;
        for round in 0..6 {
            let variant = cluster.variant(Some(20)).await.id;
            let make = cluster.client(round);
            let make = async move { put_pool(&make, organization, variant, 4).await };
            let tries = users.iter().enumerate().map(|(number, user)| {
                let (client, user) = (cluster.client(number), *user);
                async move { assign(&client, user, variant).await }
            });
            let (made, answers) = tokio::join!(make, at_once(tries.collect::<Vec<_>>()));
            let ends = endings(&answers);
            match ending(&made).as_str() {
                "200" => {
                    assert_eq!(ends, expected([("201", 4), (FULL, 4)]));
                    cluster.check_seats(organization, variant, &given(answers)).await;
                }
                OUTSIDE => {
                    assert_eq!(ends, expected([("201", 8)]));
                    assert_eq!(cluster.seats_in(organization, variant).await, given(answers));
                    assert_eq!(cluster.active(variant).await, 8);
                }
                other => panic!("{other}"),
            }
        }
        cluster.verify().await;
    }

    async fn batches_over_several_organizations_wait_for_each_other(database: Database) {
        let cluster = Cluster::open(&database).await;
        let (pooled, straight) = (cluster.variant(None).await.id, cluster.variant(Some(24)).await.id);
        let (mut organizations, mut crowds) = (Vec::new(), Vec::new());
        for _ in 0..3 {
            let organization = cluster.organization().await;
            put_pool(&cluster.client(0), organization, pooled, 8).await.unwrap();
            crowds.push(cluster.members(organization, 12).await);
            organizations.push(organization);
        }
        // Each batch takes three seats of pools and three straight ones, or none; each in another
        // order. There are seats for eight of twelve.
        let tries = (0..12).map(|number| {
            let client = cluster.client(number);
            let users = crowds.iter().map(|crowd| crowd[number]);
            let seats = users.flat_map(|user| [pooled, straight].map(|of| testkit::seat(user, of)));
            let mut items: Vec<_> = seats.collect();
            items.rotate_left(number % 6);
            let batch = AssignmentBatch { mode: BatchMode::Atomic, items };
            async move { client.create_assignment_batch(&batch, FREE).await }
        });
        let answers = at_once(tries).await;
        assert_eq!(endings(&answers), expected([("200", 8), (FULL, 4)]));
        for organization in organizations {
            assert_eq!(cluster.seats_in(organization, straight).await.len(), 8);
            let pool = cluster.pool(organization, pooled).await;
            assert_eq!((pool.assigned_active_count, pool.available), (8, 0));
        }
        cluster.verify().await;
    }

    async fn assign_against_the_end_of_a_pool(database: Database) {
        let cluster = Cluster::open(&database).await;
        let organization = cluster.organization().await;
        let key = cluster.partner(&database, organization).await;
        let users = cluster.members(organization, 6).await;
        for round in 0..6 {
            let variant = cluster.variant(Some(20)).await.id;
            put_pool(&cluster.client(0), organization, variant, 3).await.unwrap();
            let end = cluster.client(round);
            let end = async move { end.delete_allocation(organization, variant, FREE).await };
            let tries = users.iter().enumerate().map(|(number, user)| {
                let (client, user) = (cluster.client(number).with_api_key(Some(&key)), *user);
                async move { assign(&client, user, variant).await }
            });
            let (ended, answers) = tokio::join!(end, at_once(tries.collect::<Vec<_>>()));
            let ends = endings(&answers);
            match ending(&ended).as_str() {
                "204" => assert_eq!(ends, expected([(FULL, 6)])),
                BELOW => {
                    assert_eq!(times(&ends, "201"), 3);
                    cluster.check_seats(organization, variant, &given(answers)).await;
                }
                other => panic!("{other}"),
            }
        }
        cluster.verify().await;
    }
}

/// The seats that were assigned.
fn given(answers: Vec<Result<Reply<Assignment>, Error>>) -> BTreeSet<Uuid> {
    let given = answers.into_iter().flatten();
    given.map(|reply| reply.body.id).collect()
}
