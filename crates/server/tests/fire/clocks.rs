//! Replicas with a wrong clock, and clocks that are set while a replica serves.

use crate::{
    cluster::{Cluster, FREE, ending, installation, unique},
    faked::FakedClock,
    signed_in::{House, PASSWORD},
};
use client::{Client, ListEventsParams, NewAssignment, NewProduct, NewWebhook};
use std::time::Duration;
use testkit::{
    database::{Backend, Database},
    process::{Installation, Process},
    receiver::Receiver,
};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

const HOUR: i64 = 3600;

/// By when a replica serves again once its clock is right.
const SOON: Duration = Duration::from_secs(15);

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) {
    let since = Instant::now();
    while !is_so().await {
        assert!(since.elapsed() < SOON, "{what}");
        sleep(Duration::from_millis(20)).await;
    }
}

/// The detail of `/ready` of a server that is not ready; `None` when it is ready.
async fn unready(client: &Client) -> Option<String> {
    match client.get_readiness(FREE).await {
        Ok(_) => None,
        Err(client::Error::Problem(problem)) => Some(problem.detail),
        Err(other) => Some(other.to_string()),
    }
}

/// Starts a replica that may not become ready, and waits until it answers.
async fn spawned(installation: &Installation, key: &str) -> (Process, Client) {
    let process = installation.spawn();
    let mut client = None;
    until("the replica does not answer", async || {
        if process.errors().contains(r#""message":"serving""#) {
            let there = process.client(key);
            if there.get_health(FREE).await.is_ok() {
                client = Some(there);
            }
        }
        client.is_some()
    })
    .await;
    (process, client.unwrap())
}

/// Assigns a seat that ends after this many seconds.
async fn seat(cluster: &Cluster, variant: Uuid, ends_in: Duration) -> Uuid {
    let user = cluster.users(1).await[0];
    loop {
        let new = NewAssignment {
            ends_at: Some(chrono::Utc::now() + ends_in),
            ..testkit::seat(user, variant)
        };
        let made = cluster.client(0).create_assignment(&new, FREE).await;
        match made {
            Ok(made) => return made.body.id,
            // On a busy machine the seat may have ended before the command was decided.
            Err(_) if ending(&made) == "400 VALIDATION_ERROR" => {}
            Err(other) => panic!("{other}"),
        }
    }
}

async fn is_active(cluster: &Cluster, seat: Uuid) -> bool {
    let found = cluster.client(0).get_assignment(seat, FREE).await;
    found.unwrap().body.unwrap().status == client::AssignmentStatus::Active
}

/// A replica with a wrong clock joins: it revokes nothing early, reports that it is not ready, and serves
/// once its clock is right.
async fn joins_and_recovers(database: &Database, seconds: i64, word: &str) {
    let cluster = Cluster::of(installation(database), 1).await;
    let variant = cluster.variant(None).await.id;
    let lasting = seat(&cluster, variant, Duration::from_secs(1800)).await;
    let clock = FakedClock::ahead(seconds);
    let other = clock.of(installation(database));
    let (process, client) = spawned(&other, &cluster.key).await;
    // Two rounds of the sweep, seen by seats that end one after the other.
    for _ in 0..2 {
        let short = seat(&cluster, variant, Duration::from_secs(1)).await;
        until("the right replica does not sweep", async || {
            !is_active(&cluster, short).await
        })
        .await;
    }
    assert!(
        is_active(&cluster, lasting).await,
        "a seat was revoked half an hour early"
    );
    let detail = unready(&client).await.expect("it is ready");
    assert!(
        detail.contains("clock") && detail.contains(word),
        "{detail}"
    );
    let offset = process.metric("quartermaster_clock_offset_seconds").await;
    assert!((offset - seconds as f64).abs() < 3.0, "{offset}");
    // Requests to it are answered by the time of the database all the same.
    let made = NewProduct::new(unique("p"), "At the right time");
    let made = client.create_product(&made, FREE).await.unwrap().body;
    let off = (made.created_at - chrono::Utc::now()).num_seconds().abs();
    assert!(off < 5, "it was made {off} s from now");
    assert_eq!(
        unready(&cluster.client(0)).await,
        None,
        "the other is not to blame"
    );
    clock.set(0);
    until("it is not ready with a right clock", async || {
        unready(&client).await.is_none()
    })
    .await;
    assert!(is_active(&cluster, lasting).await);
    let errors = process.errors();
    let lines = errors.lines().filter(|line| line.contains("clock")).count();
    assert!((1..=4).contains(&lines), "{lines} lines: {errors}");
    cluster.verify().await;
}

testkit::on_every_database! {
    async fn a_replica_ahead_revokes_nothing_and_is_not_ready(database: Database) {
        if database.backend() != Backend::Sqlite {
            joins_and_recovers(&database, HOUR, "ahead").await;
        }
    }

    async fn a_replica_behind_is_not_ready(database: Database) {
        if database.backend() != Backend::Sqlite {
            joins_and_recovers(&database, -HOUR, "behind").await;
        }
    }

    async fn a_clock_that_is_set_back_stops_nothing(database: Database) {
        let clock = FakedClock::ahead(0);
        let faked = clock.variables();
        let faked = faked.iter().map(|(name, value)| (*name, value.as_str()));
        let hooks = ("QUARTERMASTER_WEBHOOK_ALLOW_NETS", "127.0.0.0/8");
        let variables: Vec<_> = faked.chain([hooks]).collect();
        let house = House::open_with(&database, &variables).await;
        let (admin, guest) = (house.cluster.client(0), house.member().await);
        let receiver = Receiver::start().await;
        let hook = NewWebhook::new(format!("{}/hook", receiver.url()));
        admin.create_webhook(&hook, FREE).await.unwrap();
        house.sign_in(0, &guest).await;
        let before = receiver.wait_for(1).await.len();
        // The hold of the queue is released with a time that then lies in the future.
        sleep(Duration::from_millis(600)).await;
        clock.set(-HOUR);
        let mut logins = 1;
        for number in 0..4 {
            let request = guest.login(PASSWORD);
            let answer = house.anybody(number).login(&request, FREE).await;
            assert_eq!(ending(&answer), "200");
            logins += 1;
        }
        let params = ListEventsParams {
            types: vec!["session.started".to_owned()],
            ..ListEventsParams::default()
        };
        let begun = admin.list_events(&params, FREE).await.unwrap().body.content.len();
        assert_eq!(begun, logins);
        let set = Instant::now();
        if database.backend() == Backend::Sqlite {
            until("it does not take the new time", async || unready(&admin).await.is_none()).await;
        } else {
            // Compared with the clock of the database, this one is wrong.
            until("it is ready", async || unready(&admin).await.is_some()).await;
            clock.set(0);
            until("it is not ready", async || unready(&admin).await.is_none()).await;
        }
        until("the webhook receives nothing", async || receiver.received().len() >= before + 4).await;
        println!("{}: received after {:.1?}", database.backend(), set.elapsed());
        house.cluster.verify().await;
    }
}
