//! Requests that time out while their write waits: the answer states truly whether the write happened.

use crate::{
    cluster::{Cluster, FREE, ending, installation, new_user, unique},
    tables::Tables,
};
use client::{Client, NewUser, Options};
use std::time::Duration;
use testkit::{
    database::{Backend, Database},
    process::Process,
};
use tokio::time::{Instant, sleep};

/// The time limit of a request in these tests.
const LIMIT: Duration = Duration::from_secs(2);

/// The longest wait for a condition.
const SOON: Duration = Duration::from_secs(10);

const NOT_NOW: &str = "503 UNAVAILABLE";

testkit::on_every_database! {
    async fn a_write_answered_503_before_it_began_does_not_happen(database: Database) {
        let (cluster, tables) = (open(&database).await, Tables::open(&database).await);
        let (client, new) = (cluster.client(0), somebody());
        tables.hold_the_log().await;
        let since = Instant::now();
        let answer = client.create_user(&new, FREE).await;
        assert_eq!(ending(&answer), NOT_NOW);
        assert!(since.elapsed() < LIMIT * 2, "{:?}", since.elapsed());
        tables.let_go().await;
        is_absent(&client, &new).await;
        let detail = answer.unwrap_err().problem().unwrap().detail.clone();
        assert!(detail.contains("was not made"), "{detail}");
        tables.close().await;
        cluster.verify().await;
    }

    async fn a_write_whose_caller_hung_up_does_not_happen(database: Database) {
        let (cluster, tables) = (open(&database).await, Tables::open(&database).await);
        let (client, new) = (cluster.client(0), somebody());
        tables.hold_the_log().await;
        tokio::select! {
            answer = client.create_user(&new, FREE) => panic!("{}", ending(&answer)),
            () = waits(&cluster.servers[0]) => {}
        }
        gone(&cluster.servers[0]).await;
        tables.let_go().await;
        is_absent(&client, &new).await;
        tables.close().await;
    }

    async fn a_write_that_was_begun_may_have_happened(database: Database) {
        // On SQLite a lock on a row locks the whole database.
        if database.backend() == Backend::Sqlite {
            return;
        }
        let (cluster, tables) = (open(&database).await, Tables::open(&database).await);
        let (client, new) = (cluster.client(0), somebody());
        let key = Options::with_key(unique("key"));
        new_user(&client).await.unwrap();
        tables.run("BEGIN").await;
        tables.run("SELECT 1 FROM tallies FOR UPDATE").await;
        let answer = client.create_user(&new, &key).await;
        assert_eq!(ending(&answer), NOT_NOW);
        let detail = answer.unwrap_err().problem().unwrap().detail.clone();
        assert!(detail.contains("may have happened"), "{detail}");
        assert!(detail.contains("Idempotency-Key"), "{detail}");
        tables.let_go().await;
        // The same idempotency key, as the answer advises, gives the outcome.
        let repeated = client.create_user(&new, &key).await.unwrap();
        assert_eq!((repeated.status, repeated.body.email), (201, new.email.clone()));
        assert_eq!(ending(&client.create_user(&new, FREE).await), "409 DUPLICATE_EMAIL");
        tables.close().await;
        cluster.verify().await;
    }
}

async fn open(database: &Database) -> Cluster {
    let service = installation(database).with("QUARTERMASTER_REQUEST_TIMEOUT", "2s");
    Cluster::of(service, 1).await
}

fn somebody() -> NewUser {
    NewUser::new(format!("{}@fire.test", unique("m")), "Somebody")
}

/// Commands of a log run in order: once the second is answered, the first is decided or dropped.
async fn is_absent(client: &Client, new: &NewUser) {
    new_user(client).await.unwrap();
    assert_eq!(ending(&client.create_user(new, FREE).await), "201");
}

/// Waits until a write is queued.
async fn waits(server: &Process) {
    let since = Instant::now();
    while server
        .metric("quartermaster_write_oldest_waiting_seconds")
        .await
        == 0.0
    {
        assert!(since.elapsed() < SOON, "nothing waits");
        sleep(Duration::from_millis(10)).await;
    }
}

/// Waits until the service has noticed that the caller disconnected.
async fn gone(server: &Process) {
    let since = Instant::now();
    // The request for the metrics is itself in flight.
    while server.metric("quartermaster_requests_in_flight").await > 1.0 {
        assert!(since.elapsed() < SOON, "the request is still under way");
        sleep(Duration::from_millis(10)).await;
    }
}
