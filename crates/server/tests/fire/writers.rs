//! Writers that go on until they are stopped, also while the database fails.

use crate::{
    cluster::{Cluster, Ends, FREE, counted, ending, new_user, only},
    tables::Tables,
    tenants::new_in,
};
use client::Client;
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::database::Database;
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use uuid::Uuid;

/// The allowed ending of a write while the database fails.
pub const AWAY: &str = "503 UNAVAILABLE";

/// The longest wait for a condition.
const SOON: Duration = Duration::from_secs(40);

/// How soon the service must serve again once the fault is removed.
pub const BACK_WITHIN: Duration = Duration::from_secs(15);

/// The answers of the writers so far.
#[derive(Default)]
struct Tally {
    ends: AtomicBool,
    answered: AtomicUsize,
    refused: AtomicUsize,
}

/// Writers, each of which makes one user after another.
pub struct Writers {
    tally: Arc<Tally>,
    tasks: JoinSet<(Vec<Uuid>, Vec<String>)>,
}

impl Writers {
    /// Starts them. Each writes for the platform or for one of three organizations, whose
    /// logs are separate.
    pub async fn start(cluster: &Cluster, count: usize) -> Self {
        let mut homes = [None; 4];
        for home in &mut homes[1..] {
            *home = Some(cluster.organization().await);
        }
        let tally = Arc::new(Tally::default());
        let mut tasks = JoinSet::new();
        for number in 0..count {
            let home = homes[number % homes.len()];
            tasks.spawn(write(cluster.client(number), home, Arc::clone(&tally)));
        }
        Self { tally, tasks }
    }

    /// Waits until this many more writes were answered with success.
    pub async fn are_answered(&self, more: usize) {
        more_than(&self.tally.answered, more, "answered").await;
    }

    /// Waits until this many more writes failed.
    pub async fn are_refused(&self, more: usize) {
        more_than(&self.tally.refused, more, "refused").await;
    }

    /// Ends them; returns the users that were answered, and the endings of the calls.
    pub async fn end(mut self) -> (BTreeSet<Uuid>, Ends) {
        self.tally.ends.store(true, Ordering::Relaxed);
        let (mut made, mut ends) = (BTreeSet::new(), Vec::new());
        while let Some(written) = self.tasks.join_next().await {
            let (users, endings) = written.unwrap();
            made.extend(users);
            ends.extend(endings);
        }
        (made, counted(ends))
    }
}

async fn more_than(count: &AtomicUsize, more: usize, what: &str) {
    let (begun, since) = (count.load(Ordering::Relaxed), Instant::now());
    while count.load(Ordering::Relaxed) < begun + more {
        assert!(since.elapsed() < SOON, "no {more} more writes are {what}");
        sleep(Duration::from_millis(5)).await;
    }
}

async fn write(client: Client, home: Option<Uuid>, tally: Arc<Tally>) -> (Vec<Uuid>, Vec<String>) {
    let (mut made, mut ends) = (Vec::new(), Vec::new());
    while !tally.ends.load(Ordering::Relaxed) {
        let answer = new_in(&client, home).await;
        ends.push(ending(&answer));
        match answer {
            Ok(reply) => {
                made.push(reply.body.id);
                tally.answered.fetch_add(1, Ordering::Relaxed);
            }
            Err(_) => {
                tally.refused.fetch_add(1, Ordering::Relaxed);
                sleep(Duration::from_millis(20)).await;
            }
        }
    }
    (made, ends)
}

/// Waits until `/ready` refuses; returns the detail of the problem.
pub async fn is_not_ready(client: &Client) -> String {
    let since = Instant::now();
    loop {
        if let Err(client::Error::Problem(problem)) = client.get_readiness(FREE).await {
            return problem.detail.clone();
        }
        assert!(since.elapsed() < SOON, "it reports that it is ready");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Waits until a write is answered and the service is ready; returns how long that took.
pub async fn is_back(client: &Client) -> Duration {
    let since = Instant::now();
    loop {
        let made = new_user(client).await;
        let ready = client.get_readiness(FREE).await;
        if ready.is_ok() && made.is_ok() {
            return since.elapsed();
        }
        let late = since.elapsed() > SOON;
        assert!(!late, "{} and {}", ending(&ready), ending(&made));
        sleep(Duration::from_millis(50)).await;
    }
}

/// Every answered write is there after a restart, every answer was a success or "not now", and the
/// tables agree with the log.
pub async fn nothing_is_lost(
    cluster: &mut Cluster,
    database: &Database,
    (made, ends): (BTreeSet<Uuid>, Ends),
) {
    only(&ends, &["201", AWAY]);
    cluster.stop().await;
    cluster.verify().await;
    let tables = Tables::open(database).await;
    let there: BTreeSet<Uuid> = tables
        .ids("SELECT id FROM users")
        .await
        .into_iter()
        .collect();
    let lost = made.difference(&there).count();
    assert_eq!(lost, 0, "of {} answered writes: {ends:?}", made.len());
    tables.close().await;
}
