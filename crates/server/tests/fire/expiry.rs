//! Seats that end while others are assigned.

use crate::{
    cluster::{Cluster, FREE, at_once, counted, ending, installation, only, times},
    tenants::put_pool,
};
use client::{Client, NewAssignment};
use std::{collections::BTreeSet, time::Duration};
use testkit::database::Database;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

const FULL: &str = "409 LICENSE_CAPACITY_EXCEEDED";
const HELD: &str = "409 DUPLICATE_ACTIVE_ASSIGNMENT";
/// The seat had ended before the command was decided.
const LATE: &str = "400 VALIDATION_ERROR";

/// How long the clients try to get seats.
const FIGHT: Duration = Duration::from_millis(2500);

testkit::on_every_database! {
    async fn seats_that_end_are_assigned_again(database: Database) {
        let cluster = Cluster::open(&database).await;
        let variant = cluster.variant(Some(3)).await.id;
        let users = cluster.users(16).await;
        take_turns(&cluster, variant, users).await;
        assert_eq!(cluster.active(variant).await, 0);
        cluster.verify().await;
    }

    async fn seats_of_a_pool_that_end_are_assigned_again(database: Database) {
        let cluster = Cluster::open(&database).await;
        let variant = cluster.variant(Some(4)).await.id;
        let organization = cluster.organization().await;
        put_pool(&cluster.client(0), organization, variant, 3).await.unwrap();
        let users = cluster.members(organization, 16).await;
        take_turns(&cluster, variant, users).await;
        cluster.check_seats(organization, variant, &BTreeSet::new()).await;
        cluster.verify().await;
    }

    async fn a_due_seat_is_free_without_the_sweep(database: Database) {
        let still = installation(&database).with("QUARTERMASTER_SWEEP_INTERVAL", "off");
        let cluster = Cluster::of(still, 1).await;
        let variant = cluster.variant(Some(1)).await.id;
        let users = cluster.users(9).await;
        for round in 0..3 {
            let (first, others) = users.split_at(1);
            let seat = NewAssignment {
                ends_at: Some(chrono::Utc::now() + Duration::from_millis(300)),
                ..testkit::seat(first[0], variant)
            };
            let made = cluster.client(0).create_assignment(&seat, FREE).await;
            let end = made.unwrap().body.ends_at.unwrap();
            let wait = (end - chrono::Utc::now()).to_std().unwrap_or_default();
            sleep(wait + Duration::from_millis(2)).await;
            let tries = others.iter().map(|user| {
                let (client, user) = (cluster.client(0), *user);
                async move { assign_for(&client, user, variant, 0.3).await }
            });
            let ends = counted(at_once(tries).await);
            only(&ends, &["201", FULL]);
            assert_eq!(times(&ends, "201"), 1, "round {round}: {ends:?}");
            sleep(Duration::from_millis(302)).await;
        }
        cluster.verify().await;
    }
}

/// Lets the users take seats that end soon, until all have ended.
async fn take_turns(cluster: &Cluster, variant: Uuid, users: Vec<Uuid>) {
    let until = Instant::now() + FIGHT;
    let reaching = users.into_iter().enumerate().map(|(number, user)| {
        let client = cluster.client(number);
        async move {
            let mut ends = Vec::new();
            while Instant::now() < until {
                let seconds = 0.2 + 0.05 * (ends.len() % 12) as f64;
                ends.push(assign_for(&client, user, variant, seconds).await);
                sleep(Duration::from_millis(10)).await;
            }
            ends
        }
    });
    let ends = counted(at_once(reaching).await.concat());
    only(&ends, &["201", FULL, HELD, LATE]);
    assert!(times(&ends, "201") > 6, "{ends:?}");
    // The sweep frees the last ones without a request.
    let last = Instant::now() + Duration::from_secs(10);
    while cluster.listed(variant).await > 0 {
        assert!(
            Instant::now() < last,
            "seats whose end has passed are still active"
        );
        sleep(Duration::from_millis(100)).await;
    }
}

/// Assigns a seat that ends soon.
async fn assign_for(client: &Client, user: Uuid, variant: Uuid, seconds: f64) -> String {
    let seat = NewAssignment {
        ends_at: Some(chrono::Utc::now() + Duration::from_secs_f64(seconds)),
        ..testkit::seat(user, variant)
    };
    ending(&client.create_assignment(&seat, FREE).await)
}
