//! SIGKILL under writers: answered writes stay, and no write is there in part.

use crate::{
    cluster::{Cluster, FREE, assign, installation, unique},
    tables::Tables,
    tenants::{new_in, put_pool},
};
use client::{AssignmentBatch, BatchMode, Client, Error, NewAssignment};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};
use testkit::database::{Backend, Database};
use tokio::{
    task::JoinSet,
    time::{Instant, sleep},
};
use uuid::Uuid;

const ROUNDS: u64 = 20;
const WRITERS: usize = 32;

/// The longest wait for the first answers.
const SOON: Duration = Duration::from_secs(20);

/// Seats of one ATOMIC batch.
const BATCH: usize = 5;

/// Organizations that write beside the platform.
const TENANTS: usize = 3;

/// The writes that were answered with success.
#[derive(Clone, Default)]
pub struct Acknowledged {
    users: BTreeSet<Uuid>,
    seats: BTreeSet<Uuid>,
    revoked: BTreeSet<Uuid>,
}

/// The realm of a writer, and the variants that it assigns.
#[derive(Clone)]
pub struct Desk {
    /// `None` is the platform.
    organization: Option<Uuid>,
    variants: Vec<Uuid>,
}

impl Acknowledged {
    pub fn take(&mut self, other: Self) {
        self.users.extend(other.users);
        self.seats.extend(other.seats);
        self.revoked.extend(other.revoked);
    }
}

testkit::on_every_database! {
    async fn every_answered_write_outlives_20_kills(database: Database) {
        let mut cluster = Cluster::of(installation(&database), 1).await;
        let desks = desks(&cluster).await;
        let tables = Tables::open(&database).await;
        let mut acknowledged = Acknowledged::default();
        for round in 0..ROUNDS {
            let answered = Arc::new(AtomicUsize::new(0));
            let mut writers = JoinSet::new();
            for number in 0..WRITERS {
                let desk = desks[number % desks.len()].clone();
                writers.spawn(write(cluster.client(0), desk, Arc::clone(&answered)));
            }
            in_full_swing(&answered).await;
            sleep(Duration::from_millis(37 * round % 150)).await;
            cluster.servers[0].kill();
            while let Some(written) = writers.join_next().await {
                acknowledged.take(written.unwrap());
            }
            restart(&mut cluster).await;
            check_acknowledged(&tables, &acknowledged).await;
            // A SQLite file breaks more easily; each verification reads the whole log, so not every round has one.
            let rounds = if database.backend() == Backend::Sqlite { 4 } else { 10 };
            if round % rounds == rounds - 1 {
                cluster.verify().await;
            }
        }
        tables.close().await;
    }
}

/// The platform and organizations. Each organization has a pool of the first variant and of every second
/// one; of the others it gets direct seats, so that a batch is written to two logs.
pub async fn desks(cluster: &Cluster) -> Vec<Desk> {
    let mut variants = Vec::new();
    for _ in 0..=BATCH {
        variants.push(cluster.variant(None).await.id);
    }
    let mut desks = vec![Desk {
        organization: None,
        variants: variants.clone(),
    }];
    for _ in 0..TENANTS {
        let organization = cluster.organization().await;
        for variant in variants.iter().step_by(2) {
            let pool = put_pool(&cluster.client(0), organization, *variant, 1_000_000).await;
            pool.unwrap();
        }
        desks.push(Desk {
            organization: Some(organization),
            variants: variants.clone(),
        });
    }
    desks
}

/// Waits until the writers have had answers, so that each round has writes that could be lost.
async fn in_full_swing(answered: &AtomicUsize) {
    let since = Instant::now();
    while answered.load(Ordering::Relaxed) < 2 * WRITERS {
        assert!(since.elapsed() < SOON, "the writers get no answers");
        sleep(Duration::from_millis(5)).await;
    }
}

async fn restart(cluster: &mut Cluster) {
    let server = cluster.installation.start().await;
    assert_eq!(server.bootstrap_key(), None);
    cluster.clients = vec![server.client(&cluster.key)];
    cluster.servers = vec![server];
}

/// Writes all kinds of things until the server is gone; returns the acknowledged writes.
async fn write(client: Client, desk: Desk, answered: Arc<AtomicUsize>) -> Acknowledged {
    let mut acknowledged = Acknowledged::default();
    loop {
        match one_turn(&client, &desk, &mut acknowledged, &answered).await {
            Ok(()) => {}
            Err(Error::Transport(_)) => return acknowledged,
            Err(other) => panic!("{other}"),
        }
    }
}

pub async fn one_turn(
    client: &Client,
    desk: &Desk,
    acknowledged: &mut Acknowledged,
    answered: &AtomicUsize,
) -> Result<(), Error> {
    let variants = &desk.variants;
    let user = new_in(client, desk.organization).await?.body.id;
    acknowledged.users.insert(user);
    answered.fetch_add(1, Ordering::Relaxed);
    let seat = assign(client, user, variants[0]).await?.body.id;
    acknowledged.seats.insert(seat);
    client.revoke_assignment(seat, FREE).await?;
    acknowledged.revoked.insert(seat);
    answered.fetch_add(1, Ordering::Relaxed);
    let note = unique("batch");
    let items = variants[1..].iter().map(|variant| NewAssignment {
        note: Some(note.clone()),
        ..testkit::seat(user, *variant)
    });
    let batch = AssignmentBatch {
        mode: BatchMode::Atomic,
        items: items.collect(),
    };
    let made = client.create_assignment_batch(&batch, FREE).await?.body;
    let made = made.results.into_iter().filter_map(|item| item.assignment);
    acknowledged.seats.extend(made.map(|seat| seat.id));
    Ok(())
}

pub async fn check_acknowledged(tables: &Tables, acknowledged: &Acknowledged) {
    let cases = [
        (&acknowledged.users, "SELECT id FROM users"),
        (&acknowledged.seats, "SELECT id FROM assignments"),
        (
            &acknowledged.revoked,
            "SELECT id FROM assignments WHERE status = 'REVOKED'",
        ),
    ];
    for (answered, sql) in cases {
        let there: BTreeSet<Uuid> = tables.ids(sql).await.into_iter().collect();
        let lost: Vec<_> = answered.difference(&there).collect();
        assert!(lost.is_empty(), "{sql} lacks what was answered: {lost:?}");
    }
    let halves = "SELECT COUNT(*) AS n FROM assignments WHERE note LIKE 'batch-%' GROUP BY note";
    let whole = i64::try_from(BATCH).unwrap();
    for seats in tables.numbers(halves).await {
        assert_eq!(seats, whole, "a batch is there by half");
    }
}
