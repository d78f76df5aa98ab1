//! A replica that freezes in the middle of a write, as by `kill -STOP` or a frozen machine.

use crate::{
    cluster::{Cluster, FREE, ending, installation, only},
    tables::Tables,
    tenants::new_in,
};
use client::Client;
use std::{process::Command, time::Duration};
use testkit::{
    database::{Backend, fresh},
    process::Process,
};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// How long others may wait for a log that a frozen replica holds.
const BOUND: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_write_on_when_a_replica_freezes_on_postgres() {
    frozen(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn others_write_on_when_a_replica_freezes_on_mariadb() {
    frozen(Backend::MariaDb).await;
}

async fn frozen(backend: Backend) {
    let Some(database) = fresh(backend).await else {
        return;
    };
    let cluster = Cluster::of(installation(&database), 2).await;
    let organization = cluster.organization().await;
    new_in(&cluster.client(0), Some(organization))
        .await
        .unwrap();
    let (rows, probe) = (Tables::open(&database).await, Tables::open(&database).await);
    // A write that holds the head waits for these rows, so that it is frozen in the middle.
    rows.run("BEGIN").await;
    rows.run("SELECT 1 FROM tallies FOR UPDATE").await;
    let client = cluster.client(0);
    let caught = tokio::spawn(async move { new_in(&client, Some(organization)).await });
    held(&probe, organization).await;
    signal(&cluster.servers[0], "-STOP");
    rows.run("COMMIT").await;

    let since = Instant::now();
    let client = cluster.client(1);
    let other = tokio::spawn(async move { new_in(&client, Some(organization)).await });
    named(&cluster.client(1), organization).await;
    let oldest = "quartermaster_write_oldest_waiting_seconds";
    assert!(cluster.servers[1].metric(oldest).await >= 1.0);
    assert_eq!(ending(&other.await.unwrap()), "201");
    assert!(since.elapsed() < BOUND, "{:?}", since.elapsed());
    let line = cluster.servers[1].errors();
    assert!(line.contains(&organization.to_string()), "{line}");

    signal(&cluster.servers[0], "-CONT");
    let answer = caught.await.unwrap();
    only(&[(ending(&answer), 1)].into(), &["201", "503 UNAVAILABLE"]);
    // The thawed replica works on, and its answer agrees with the table.
    let last = new_in(&cluster.client(0), Some(organization))
        .await
        .unwrap();
    let literal = probe.literal(organization);
    let sql = format!("SELECT id FROM users WHERE organization_id = {literal}");
    let there = probe.ids(&sql).await;
    assert!(there.contains(&last.body.id));
    assert_eq!(there.len(), 3 + usize::from(answer.is_ok()));
    if let Ok(reply) = answer {
        assert!(there.contains(&reply.body.id));
    }
    rows.close().await;
    probe.close().await;
    cluster.verify().await;
}

/// Waits until a write holds the head of the log.
async fn held(probe: &Tables, log: Uuid) {
    let literal = probe.literal(log);
    let sql =
        format!("SELECT position FROM event_heads WHERE log_id = {literal} FOR UPDATE NOWAIT");
    let since = Instant::now();
    while probe.tried(&sql).await.is_ok() {
        assert!(since.elapsed() < BOUND, "nobody holds the head");
        sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until readiness names the log as one whose writes wait.
async fn named(client: &Client, log: Uuid) {
    let since = Instant::now();
    loop {
        let ready = client.get_readiness(FREE).await.unwrap().body;
        let writer = ready
            .checks
            .into_iter()
            .find(|check| check.name == "writer");
        let detail = writer.unwrap().detail;
        if detail.contains(&log.to_string()) {
            return;
        }
        assert!(since.elapsed() < BOUND, "{detail}");
        sleep(Duration::from_millis(50)).await;
    }
}

fn signal(process: &Process, name: &str) {
    let id = process.id().to_string();
    let sent = Command::new("kill").args([name, &id]).status();
    assert!(sent.unwrap().success(), "kill {name} {id}");
}
