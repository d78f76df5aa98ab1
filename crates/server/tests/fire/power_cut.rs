//! SIGKILL in the middle of writers: what was answered stays, and nothing is there by half.

use crate::{
    arena::{Arena, FREE, assign, installation, new_user, unique},
    tables::Tables,
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

/// How long to wait for the first answers.
const SOON: Duration = Duration::from_secs(20);

/// Seats that one ATOMIC batch gives.
const BATCH: usize = 5;

/// What writers were told.
#[derive(Default)]
struct Told {
    users: BTreeSet<Uuid>,
    seats: BTreeSet<Uuid>,
    revoked: BTreeSet<Uuid>,
}

impl Told {
    fn take(&mut self, other: Self) {
        self.users.extend(other.users);
        self.seats.extend(other.seats);
        self.revoked.extend(other.revoked);
    }
}

testkit::on_every_database! {
    async fn every_answered_write_outlives_20_kills(database: Database) {
        let mut arena = Arena::of(installation(&database), 1).await;
        let mut variants = Vec::new();
        for _ in 0..=BATCH {
            variants.push(arena.variant(None).await.id);
        }
        let tables = Tables::open(&database).await;
        let mut told = Told::default();
        for round in 0..ROUNDS {
            let answered = Arc::new(AtomicUsize::new(0));
            let mut writers = JoinSet::new();
            for _ in 0..WRITERS {
                writers.spawn(write(arena.client(0), variants.clone(), Arc::clone(&answered)));
            }
            in_full_swing(&answered).await;
            sleep(Duration::from_millis(37 * round % 150)).await;
            arena.servers[0].kill();
            while let Some(written) = writers.join_next().await {
                told.take(written.unwrap());
            }
            restart(&mut arena).await;
            stands(&tables, &told).await;
            if database.backend() == Backend::Sqlite || round % 10 == 9 {
                arena.verify().await;
            }
        }
        tables.close().await;
    }
}

/// Waits until the writers have had answers, so that each round has something to lose.
async fn in_full_swing(answered: &AtomicUsize) {
    let since = Instant::now();
    while answered.load(Ordering::Relaxed) < 2 * WRITERS {
        assert!(since.elapsed() < SOON, "the writers get no answers");
        sleep(Duration::from_millis(5)).await;
    }
}

async fn restart(arena: &mut Arena) {
    let server = arena.installation.start().await;
    assert_eq!(server.bootstrap_key(), None);
    arena.clients = vec![server.client(&arena.key)];
    arena.servers = vec![server];
}

/// Writes all kinds of things until the server is gone; gives what it was told.
async fn write(client: Client, variants: Vec<Uuid>, answered: Arc<AtomicUsize>) -> Told {
    let mut told = Told::default();
    loop {
        match one_turn(&client, &variants, &mut told, &answered).await {
            Ok(()) => {}
            Err(Error::Transport(_)) => return told,
            Err(other) => panic!("{other}"),
        }
    }
}

async fn one_turn(
    client: &Client,
    variants: &[Uuid],
    told: &mut Told,
    answered: &AtomicUsize,
) -> Result<(), Error> {
    let user = new_user(client).await?.body.id;
    told.users.insert(user);
    answered.fetch_add(1, Ordering::Relaxed);
    let seat = assign(client, user, variants[0]).await?.body.id;
    told.seats.insert(seat);
    client.revoke_assignment(seat, FREE).await?;
    told.revoked.insert(seat);
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
    told.seats.extend(made.map(|seat| seat.id));
    Ok(())
}

async fn stands(tables: &Tables, told: &Told) {
    let cases = [
        (&told.users, "SELECT id FROM users"),
        (&told.seats, "SELECT id FROM assignments"),
        (
            &told.revoked,
            "SELECT id FROM assignments WHERE status = 'REVOKED'",
        ),
    ];
    for (answered, sql) in cases {
        let there: BTreeSet<Uuid> = tables.ids(sql).await.into_iter().collect();
        let lost: Vec<_> = answered.difference(&there).collect();
        assert!(lost.is_empty(), "{sql} lacks what was answered: {lost:?}");
    }
    let halves = "SELECT COUNT(*) AS n FROM assignments WHERE note IS NOT NULL GROUP BY note";
    let whole = i64::try_from(BATCH).unwrap();
    for seats in tables.numbers(halves).await {
        assert_eq!(seats, whole, "a batch is there by half");
    }
}
