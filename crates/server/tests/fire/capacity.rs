//! More callers than seats.

use crate::{
    cluster::{Cluster, FREE, assign, at_once, ending, endings, expected},
    races::active,
};
use testkit::database::Database;

testkit::on_every_database! {
    async fn of_64_clients_10_get_the_10_seats(database: Database) {
        let cluster = Cluster::open(&database).await;
        let variant = cluster.variant(Some(10)).await.id;
        let users = cluster.users(64).await;
        let tries = users.into_iter().enumerate().map(|(number, user)| {
            let client = cluster.client(number);
            async move { assign(&client, user, variant).await }
        });
        let answers = at_once(tries).await;
        let due = expected([("201", 10), ("409 LICENSE_CAPACITY_EXCEEDED", 54)]);
        assert_eq!(endings(&answers), due);
        for refused in answers.iter().filter_map(|answer| answer.as_ref().err()) {
            let problem = refused.problem().unwrap();
            let numbers = (problem.capacity, problem.assigned_active_count);
            assert_eq!(numbers, (Some(10), Some(10)));
        }
        let seats = cluster.client(1).get_variant_availability(variant, FREE).await;
        let seats = seats.unwrap().body;
        let seen = (seats.capacity, seats.assigned_active_count, seats.available);
        assert_eq!(seen, (Some(10), 10, Some(0)));
        assert_eq!(cluster.active(variant).await, 10);
        cluster.verify().await;
    }

    async fn one_user_gets_one_seat_of_a_variant(database: Database) {
        let cluster = Cluster::open(&database).await;
        for clients in [2, 2, 2, 16, 16] {
            let variant = cluster.variant(None).await.id;
            let user = cluster.users(1).await[0];
            let tries = (0..clients).map(|number| {
                let client = cluster.client(number);
                async move { assign(&client, user, variant).await }
            });
            let answers = at_once(tries).await;
            let others = clients - 1;
            let due = expected([("201", 1), ("409 DUPLICATE_ACTIVE_ASSIGNMENT", others)]);
            assert_eq!(endings(&answers), due);
            assert_eq!(cluster.active(variant).await, 1);
        }
        cluster.verify().await;
    }

    async fn reactivation_takes_seats_by_the_same_rules(database: Database) {
        let cluster = Cluster::open(&database).await;
        let variant = cluster.variant(Some(4)).await.id;
        let users = cluster.users(24).await;
        let mut revoked = Vec::new();
        for user in &users[..12] {
            let client = cluster.client(0);
            let seat = assign(&client, *user, variant).await.unwrap().body.id;
            client.revoke_assignment(seat, FREE).await.unwrap();
            revoked.push(seat);
        }
        let tries = (0..24).map(|number| {
            let (client, user) = (cluster.client(number), users[number]);
            let seat = revoked.get(number).copied();
            async move {
                match seat {
                    Some(seat) => client.patch_assignment(seat, &active(), FREE).await,
                    None => assign(&client, user, variant).await,
                }
            }
        });
        let mut answers = at_once(tries).await;
        answers.retain(|answer| !matches!(ending(answer).as_str(), "200" | "201"));
        let due = expected([("409 LICENSE_CAPACITY_EXCEEDED", 20)]);
        assert_eq!(endings(&answers), due);
        assert_eq!(cluster.active(variant).await, 4);
        cluster.verify().await;
    }

    async fn of_many_revoked_seats_of_one_user_one_is_reactivated(database: Database) {
        let cluster = Cluster::open(&database).await;
        let variant = cluster.variant(None).await.id;
        let user = cluster.users(1).await[0];
        let mut revoked = Vec::new();
        for _ in 0..8 {
            let client = cluster.client(0);
            let seat = assign(&client, user, variant).await.unwrap().body.id;
            client.revoke_assignment(seat, FREE).await.unwrap();
            revoked.push(seat);
        }
        let tries = revoked.into_iter().enumerate().map(|(number, seat)| {
            let client = cluster.client(number);
            async move { client.patch_assignment(seat, &active(), FREE).await }
        });
        let answers = at_once(tries).await;
        let due = expected([("200", 1), ("409 DUPLICATE_ACTIVE_ASSIGNMENT", 7)]);
        assert_eq!(endings(&answers), due);
        assert_eq!(cluster.active(variant).await, 1);
        cluster.verify().await;
    }
}
