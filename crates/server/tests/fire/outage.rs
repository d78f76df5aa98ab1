//! The database goes away and comes back; the service stays.

use crate::{
    cluster::{Cluster, FREE, assign, at_once, counted, ending, new_user, only, times},
    proxy::{Proxy, Wire},
    tables::Tables,
    tenants::new_in,
};
use client::Client;
use std::time::Duration;
use testkit::{
    database::{Backend, Database, Durability, Server, fresh},
    process::Installation,
};
use tokio::time::{Instant, sleep, timeout};
use uuid::Uuid;

const AWAY: &str = "503 UNAVAILABLE";

/// How long an answer may take while the database is away.
const PATIENCE: Duration = Duration::from_secs(15);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_wire_to_postgres() {
    outage(Backend::Postgres, Wire::Cut).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_cut_wire_to_mariadb() {
    outage(Backend::MariaDb, Wire::Cut).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_wire_to_postgres() {
    outage(Backend::Postgres, Wire::Silent).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_silent_wire_to_mariadb() {
    outage(Backend::MariaDb, Wire::Silent).await;
}

async fn outage(backend: Backend, wire: Wire) {
    let Some(database) = fresh(backend).await else {
        return;
    };
    let proxy = Proxy::to(database.url()).await;
    let binary = env!("CARGO_BIN_EXE_quartermaster");
    let installation = Installation::at(binary, &proxy.url(database.url()))
        .with("QUARTERMASTER_REQUEST_TIMEOUT", "3s");
    let mut cluster = Cluster::of(installation, 1).await;
    let variant = cluster.variant(Some(100)).await.id;
    let user = cluster.users(1).await[0];
    proxy.set(wire);
    away(&cluster).await;
    away(&cluster).await;
    proxy.set(Wire::Whole);
    back(&cluster).await;
    assign(&cluster.client(0), user, variant).await.unwrap();
    assert_eq!(cluster.active(variant).await, 1);
    cluster.stop().await;
    cluster.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_does_not_wait_for_a_silent_postgres() {
    stop_in_silence(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stop_does_not_wait_for_a_silent_mariadb() {
    stop_in_silence(Backend::MariaDb).await;
}

async fn stop_in_silence(backend: Backend) {
    let Some(database) = fresh(backend).await else {
        return;
    };
    let proxy = Proxy::to(database.url()).await;
    let binary = env!("CARGO_BIN_EXE_quartermaster");
    let installation = Installation::at(binary, &proxy.url(database.url()))
        .with("QUARTERMASTER_REQUEST_TIMEOUT", "60s")
        .with("QUARTERMASTER_SHUTDOWN_GRACE", "1s");
    let mut cluster = Cluster::of(installation, 1).await;
    let client = cluster.client(0);
    proxy.set(Wire::Silent);
    let writer = tokio::spawn(async move { new_user(&client).await });
    let server = &mut cluster.servers[0];
    while server.metric("quartermaster_requests_in_flight").await < 2.0 {
        sleep(Duration::from_millis(10)).await;
    }
    let since = Instant::now();
    server.terminate();
    let ended = server.ended().await;
    assert_eq!(ended.code(), Some(0), "{}", server.errors());
    assert!(since.elapsed() < PATIENCE, "{:?}", since.elapsed());
    assert!(writer.await.unwrap().is_err());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_over_a_breaking_wire_to_postgres() {
    breaking(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn writers_over_a_breaking_wire_to_mariadb() {
    breaking(Backend::MariaDb).await;
}

/// A commit whose answer is lost either happened or is done again, never both.
async fn breaking(backend: Backend) {
    let Some(database) = fresh(backend).await else {
        return;
    };
    let proxy = Proxy::to(database.url()).await;
    let binary = env!("CARGO_BIN_EXE_quartermaster");
    let installation = Installation::at(binary, &proxy.url(database.url()));
    let mut cluster = Cluster::of(installation, 1).await;
    let until = Instant::now() + Duration::from_secs(6);
    let homes = homes(&cluster).await;
    let writers = (0..16).map(|number| write_until(cluster.client(0), homes[number % 4], until));
    let cuts = async {
        while Instant::now() < until {
            // Long enough to connect, and too short for many writes.
            sleep(Duration::from_millis(400)).await;
            proxy.set(Wire::Cut);
            sleep(Duration::from_millis(15)).await;
            proxy.set(Wire::Whole);
        }
    };
    let (written, ()) = tokio::join!(at_once(writers.collect::<Vec<_>>()), cuts);
    back(&cluster).await;
    arrived(&cluster, &database, written).await;
    cluster.stop().await;
    cluster.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_crashes_under_writers_and_recovers() {
    let Ok(server) = Server::start(Backend::Postgres, Durability::Full).await else {
        return;
    };
    let database = server.fresh().await.unwrap();
    let cluster = Cluster::open(&database).await;
    let until = Instant::now() + Duration::from_secs(3);
    let homes = homes(&cluster).await;
    let writers = (0..16).map(|number| {
        let home = homes[number / 2 % 4];
        write_until(cluster.client(number), home, until)
    });
    let crash = async {
        sleep(Duration::from_millis(700)).await;
        // The whole PostgreSQL server restarts when one of its processes dies.
        let victim = Tables::open(&database).await;
        let id = victim.numbers("SELECT pg_backend_pid()::bigint AS n").await[0];
        let killed = std::process::Command::new("kill")
            .args(["-KILL", &id.to_string()])
            .status();
        assert!(killed.unwrap().success());
    };
    let (written, ()) = tokio::join!(at_once(writers.collect::<Vec<_>>()), crash);
    back(&cluster).await;
    arrived(&cluster, &database, written).await;
    cluster.verify().await;
}

/// The platform and three organizations, each with a log of its own.
async fn homes(cluster: &Cluster) -> [Option<Uuid>; 4] {
    let mut homes = [None; 4];
    for home in &mut homes[1..] {
        *home = Some(cluster.organization().await);
    }
    homes
}

/// Makes users one after another; returns those that were answered, and the endings of the calls.
async fn write_until(
    client: Client,
    home: Option<Uuid>,
    until: Instant,
) -> (Vec<Uuid>, Vec<String>) {
    let (mut made, mut ends) = (Vec::new(), Vec::new());
    while Instant::now() < until {
        let answer = new_in(&client, home).await;
        ends.push(ending(&answer));
        made.extend(answer.ok().map(|reply| reply.body.id));
    }
    (made, ends)
}

/// Every answered write is there, and every answer was a success or "not now".
async fn arrived(cluster: &Cluster, database: &Database, written: Vec<(Vec<Uuid>, Vec<String>)>) {
    let (made, ends): (Vec<_>, Vec<_>) = written.into_iter().unzip();
    let ends = counted(ends.concat());
    only(&ends, &["201", AWAY]);
    assert!(times(&ends, "201") > 16, "{ends:?}");
    let tables = Tables::open(database).await;
    let there = tables.ids("SELECT id FROM users").await;
    for id in made.concat() {
        assert!(there.contains(&id), "user {id} was answered and is lost");
    }
    tables.close().await;
    back(cluster).await;
}

/// Reads and writes are answered with 503 UNAVAILABLE.
async fn away(cluster: &Cluster) {
    let calls = (0..8).map(|number| {
        let client = cluster.client(0);
        async move {
            match number % 2 {
                0 => ending(&new_user(&client).await),
                _ => ending(
                    &client
                        .list_users(&client::ListUsersParams::default(), FREE)
                        .await,
                ),
            }
        }
    });
    let ends = timeout(PATIENCE, at_once(calls)).await.unwrap();
    let ends = counted(ends);
    only(&ends, &[AWAY]);
    assert_eq!(times(&ends, AWAY), 8);
    let client = cluster.client(0);
    let ready = timeout(PATIENCE, client.get_readiness(FREE)).await.unwrap();
    assert_eq!(ending(&ready), AWAY);
    assert_eq!(ending(&client.get_health(FREE).await), "200");
}

/// Waits until the service has reconnected to the database.
async fn back(cluster: &Cluster) {
    let since = Instant::now();
    loop {
        let ready = cluster.client(0).get_readiness(FREE).await;
        let made = new_user(&cluster.client(0)).await;
        if ready.is_ok() && made.is_ok() {
            return;
        }
        let late = since.elapsed() > Duration::from_secs(30);
        assert!(!late, "{} and {}", ending(&ready), ending(&made));
        sleep(Duration::from_millis(100)).await;
    }
}
