//! Requests whose time is over while their write waits: what the answer says is true.

use crate::{
    arena::{Arena, FREE, ending, installation, new_user, unique},
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

/// How long to wait for what has to happen soon.
const SOON: Duration = Duration::from_secs(10);

const NOT_NOW: &str = "503 UNAVAILABLE";

testkit::on_every_database! {
    async fn a_write_that_was_answered_not_now_does_not_happen(database: Database) {
        let (arena, tables) = (open(&database).await, Tables::open(&database).await);
        let (client, new) = (arena.client(0), somebody());
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
        arena.verify().await;
    }

    async fn a_write_whose_caller_hung_up_does_not_happen(database: Database) {
        let (arena, tables) = (open(&database).await, Tables::open(&database).await);
        let (client, new) = (arena.client(0), somebody());
        tables.hold_the_log().await;
        tokio::select! {
            answer = client.create_user(&new, FREE) => panic!("{}", ending(&answer)),
            () = waits(&arena.servers[0]) => {}
        }
        gone(&arena.servers[0]).await;
        tables.let_go().await;
        is_absent(&client, &new).await;
        tables.close().await;
    }

    async fn a_write_that_was_begun_may_have_happened(database: Database) {
        // On SQLite who holds a row holds everything.
        if database.backend() == Backend::Sqlite {
            return;
        }
        let (arena, tables) = (open(&database).await, Tables::open(&database).await);
        let (client, new) = (arena.client(0), somebody());
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
        // The way that the answer names tells how it ended.
        let told = client.create_user(&new, &key).await.unwrap();
        assert_eq!((told.status, told.body.email), (201, new.email.clone()));
        assert_eq!(ending(&client.create_user(&new, FREE).await), "409 DUPLICATE_EMAIL");
        tables.close().await;
        arena.verify().await;
    }
}

async fn open(database: &Database) -> Arena {
    let service = installation(database).with("QUARTERMASTER_REQUEST_TIMEOUT", "2s");
    Arena::of(service, 1).await
}

fn somebody() -> NewUser {
    NewUser::new(format!("{}@fire.test", unique("m")), "Somebody")
}

/// Commands of a log are worked in order: with the second the first is done with.
async fn is_absent(client: &Client, new: &NewUser) {
    new_user(client).await.unwrap();
    assert_eq!(ending(&client.create_user(new, FREE).await), "201");
}

/// Waits until a write waits.
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

/// Waits until the service has seen that the caller is gone.
async fn gone(server: &Process) {
    let since = Instant::now();
    // The question for the metrics is under way itself.
    while server.metric("quartermaster_requests_in_flight").await > 1.0 {
        assert!(since.elapsed() < SOON, "the request is still under way");
        sleep(Duration::from_millis(10)).await;
    }
}
