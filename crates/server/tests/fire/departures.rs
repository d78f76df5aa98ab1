//! Holders that are removed while they are assigned seats: a removed holder keeps no seat (L9).

use crate::{
    cluster::{Cluster, FREE, assign, at_once, counted, ending, only, times},
    tenants::put_pool,
};
use client::NewAssignment;
use testkit::database::Database;
use uuid::Uuid;

const USER_GONE: &str = "409 USER_NOT_ACTIVE";
const STATION_GONE: &str = "409 STATION_REMOVED";
const ORGANIZATION_GONE: &str = "409 ORGANIZATION_DELETED";
const STRANGER: &str = "401 UNAUTHENTICATED";

/// What is removed.
#[derive(Clone, Copy)]
enum Goes {
    User,
    Station,
}

testkit::on_every_database! {
    async fn a_deleted_user_of_an_organization_holds_no_seat(database: Database) {
        leaving(&database, Goes::User, USER_GONE).await;
    }

    async fn a_removed_station_holds_no_seat(database: Database) {
        leaving(&database, Goes::Station, STATION_GONE).await;
    }

    async fn nobody_in_a_deleted_organization_holds_a_seat(database: Database) {
        let cluster = Cluster::open(&database).await;
        for round in 0..4 {
            let organization = cluster.organization().await;
            let key = cluster.partner(&database, organization).await;
            let variants = variants(&cluster, organization).await;
            let users = cluster.members(organization, 6).await;
            let stations = cluster.stations(organization, 6).await;
            let end = cluster.client(round);
            let end = async move { ending(&end.delete_organization(organization, FREE).await) };
            let seats = users.iter().map(|user| testkit::seat(*user, variants[0]));
            let seats = seats.chain(users.iter().map(|user| testkit::seat(*user, variants[1])));
            let seats = seats.chain(users.iter().map(|user| testkit::seat(*user, variants[2])));
            let seats = seats.chain(stations.iter().map(|id| testkit::station_seat(*id, variants[1])));
            let tries = seats.enumerate().map(|(number, seat)| {
                let client = cluster.client(number);
                let client = match seat.product_variant_id == variants[2] {
                    true => client,
                    false => client.with_api_key(Some(&key)),
                };
                async move { ending(&client.create_assignment(&seat, FREE).await) }
            });
            let (ended, ends) = tokio::join!(end, at_once(tries.collect::<Vec<_>>()));
            assert_eq!(ended, "204");
            only(&counted(ends), &["201", ORGANIZATION_GONE, STRANGER]);
            for variant in variants {
                assert_eq!(cluster.seats_in(organization, variant).await.len(), 0);
                let late = assign(&cluster.client(0), users[0], variant).await;
                assert_eq!(ending(&late), ORGANIZATION_GONE);
                assert_eq!(cluster.listed(variant).await, 0);
            }
            let pools = cluster.client(0);
            let pool = pools.get_allocation(organization, variants[1], FREE).await;
            assert_eq!(ending(&pool), "404 NOT_FOUND");
        }
        cluster.verify().await;
    }
}

/// A variant of the organization's own, one that it has a pool of, and one whose seats the platform
/// assigns directly.
async fn variants(cluster: &Cluster, organization: Uuid) -> [Uuid; 3] {
    let own = cluster.own_variant(organization, Some(50)).await;
    let pooled = cluster.variant(Some(50)).await.id;
    let pool = put_pool(&cluster.client(0), organization, pooled, 40).await;
    pool.unwrap();
    [own, pooled, cluster.variant(Some(50)).await.id]
}

async fn leaving(database: &Database, goes: Goes, gone: &str) {
    let cluster = Cluster::open(database).await;
    let organization = cluster.organization().await;
    let key = cluster.partner(database, organization).await;
    let variants = variants(&cluster, organization).await;
    let holders = match goes {
        Goes::User => cluster.members(organization, 12).await,
        Goes::Station => cluster.stations(organization, 12).await,
    };
    let seat = |holder, variant| -> NewAssignment {
        match goes {
            Goes::User => testkit::seat(holder, variant),
            Goes::Station => testkit::station_seat(holder, variant),
        }
    };
    let mut acts = Vec::new();
    for (number, holder) in holders.iter().copied().enumerate() {
        for act in 0..4 {
            let client = cluster.client(number + act);
            let partner = client.with_api_key(Some(&key));
            let taken = variants.get(act).map(|variant| seat(holder, *variant));
            acts.push(async move {
                match (taken, goes) {
                    // Direct seats are assigned by the platform.
                    (Some(seat), _) if act == 2 => {
                        ending(&client.create_assignment(&seat, FREE).await)
                    }
                    (Some(seat), _) => ending(&partner.create_assignment(&seat, FREE).await),
                    (None, Goes::User) => ending(&partner.delete_user(holder, FREE).await),
                    (None, Goes::Station) => ending(&partner.delete_station(holder, FREE).await),
                }
            });
        }
    }
    let ends = counted(at_once(acts).await);
    only(&ends, &["201", "204", gone]);
    assert_eq!(times(&ends, "204"), 12);
    for variant in variants {
        assert_eq!(cluster.seats_in(organization, variant).await.len(), 0);
        let late = seat(holders[0], variant);
        let late = cluster.client(1).create_assignment(&late, FREE).await;
        assert_eq!(ending(&late), gone);
    }
    cluster.verify().await;
}
