//! Tables that are repaired from the logs beside writers, and rebuilds that are killed.

use crate::{
    cluster::{Cluster, FREE},
    history::history,
    power_cut::{Acknowledged, Desk, check_acknowledged, desks, one_turn},
    tables::{Tables, projected, resources},
};
use client::{AssignmentBatch, BatchMode, Client};
use std::{
    collections::BTreeMap,
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicUsize, Ordering},
    },
    time::{Duration, Instant},
};
use testkit::{
    database::{Backend, Database},
    process::CommandOutput,
};
use tokio::{task::JoinSet, time::sleep};
use uuid::Uuid;

const WRITERS: usize = 8;

/// Users and variants; each user has a seat of each variant, so that there are rows to repair.
const PEOPLE: usize = 40;
const SKUS: usize = 50;

/// The longest time in milliseconds that a rebuild may hold a head.
const PATIENCE: u64 = 1000;

/// Rebuilds that are killed.
const KILLS: u64 = 12;

testkit::on_every_database! {
    async fn a_rebuild_repairs_every_table_while_others_write(database: Database) {
        let mut cluster = history(&database).await;
        if database.backend() != Backend::Sqlite {
            let second = cluster.installation.start().await;
            cluster.clients.push(second.client(&cluster.key));
            cluster.servers.push(second);
        }
        crowd(&cluster).await;
        let tables = Tables::open(&database).await;
        let old = old_rows(&tables).await;
        let desks = desks(&cluster).await;
        let damaged = damage(&tables, &old).await;
        let writers = Writers::start(&cluster, &desks);
        writers.turn(20).await;
        let quiet = writers.longest();
        let since = Instant::now();
        let output = cluster.installation.run(&["log", "rebuild"]).await;
        let took = since.elapsed();
        let busy = writers.longest();
        writers.turn(3).await;
        let acknowledged = writers.stop().await;
        let (mended, held) = repaired(&output);
        eprintln!(
            "{}: {mended} rows mended in {took:?} beside {WRITERS} writers; heads held {held} ms; the \
             longest turn of a writer: {quiet:?} without, {busy:?} beside",
            database.backend()
        );
        assert!(mended >= damaged, "{mended} of {damaged}: {}", output.out);
        assert!(held < PATIENCE, "{}", output.out);
        cluster.verify().await;
        check_acknowledged(&tables, &acknowledged).await;
        tables.close().await;
    }

    async fn killed_rebuilds_are_completed_by_the_next(database: Database) {
        let mut cluster = history(&database).await;
        crowd(&cluster).await;
        cluster.stop().await;
        let tables = Tables::open(&database).await;
        let whole = tables.dump().await;
        let old = old_rows(&tables).await;
        for round in 0..KILLS {
            match round % 3 {
                0 => {
                    for table in projected() {
                        tables.run(&format!("DELETE FROM {table}")).await;
                    }
                }
                _ => {
                    damage(&tables, &old).await;
                }
            }
            let mut rebuild = cluster.installation.begin(&["log", "rebuild"]);
            sleep(Duration::from_millis(30 + 25 * round)).await;
            rebuild.kill();
        }
        let output = cluster.installation.run(&["log", "rebuild"]).await;
        repaired(&output);
        assert_eq!(tables.dump().await, whole);
        cluster.verify().await;
        tables.close().await;
    }

    async fn swapped_unique_values_are_repaired(database: Database) {
        let mut cluster = history(&database).await;
        cluster.stop().await;
        let tables = Tables::open(&database).await;
        let whole = tables.dump().await;
        let organizations = tables.ids("SELECT id FROM organizations ORDER BY id").await;
        let slugs = tables.texts("SELECT slug AS text FROM organizations ORDER BY id").await;
        // Each has the slug of the other, and each is projected from a log of its own.
        for (slug, of) in [("spare", 0), (slugs[0].as_str(), 1), (slugs[1].as_str(), 0)] {
            let id = tables.literal(organizations[of]);
            let sql = format!("UPDATE organizations SET slug = '{slug}' WHERE id = {id}");
            assert_eq!(tables.run(&sql).await, 1);
        }
        let output = cluster.installation.run(&["log", "rebuild"]).await;
        assert_eq!(repaired(&output).0, 2, "{}", output.out);
        let at_once = "2 rows stood in each other's way";
        assert!(output.out.contains(at_once), "{}", output.out);
        assert_eq!(tables.dump().await, whole);
        tables.close().await;
    }
}

/// SQLite keeps any value in any column.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unreadable_row_is_repaired() {
    let Some(database) = testkit::database::fresh(Backend::Sqlite).await else {
        return;
    };
    let mut cluster = history(&database).await;
    cluster.stop().await;
    let tables = Tables::open(&database).await;
    let whole = tables.dump().await;
    let id = tables.literal(tables.ids("SELECT id FROM stations").await[0]);
    let sql = format!("UPDATE stations SET version = 'many' WHERE id = {id}");
    assert_eq!(tables.run(&sql).await, 1);
    let output = cluster.installation.run(&["log", "verify"]).await;
    assert_eq!(output.code, Some(1), "{}", output.err);
    assert!(
        output.out.contains("stations: a row cannot be read"),
        "{}",
        output.out
    );
    repaired(&cluster.installation.run(&["log", "rebuild"]).await);
    assert_eq!(tables.dump().await, whole);
    tables.close().await;
}

/// The number of repaired rows, and for how many milliseconds heads were held.
fn repaired(output: &CommandOutput) -> (usize, u64) {
    assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
    assert!(output.out.starts_with("OK: "), "{}", output.out);
    let line = output.out.lines().nth(1).unwrap();
    let mut numbers = line.split(' ').filter_map(|word| word.parse().ok());
    let (rows, held) = (numbers.next(), numbers.next());
    (usize::try_from(rows.unwrap()).unwrap(), held.unwrap())
}

/// Many seats.
async fn crowd(cluster: &Cluster) {
    let (users, mut variants) = (cluster.users(PEOPLE).await, Vec::new());
    for _ in 0..SKUS {
        variants.push(cluster.variant(None).await.id);
    }
    let client = cluster.client(0);
    for users in users.chunks(500 / SKUS) {
        let seats = users
            .iter()
            .flat_map(|user| variants.iter().map(|one| (*user, *one)));
        let batch = AssignmentBatch {
            mode: BatchMode::Atomic,
            items: seats
                .map(|(user, variant)| testkit::seat(user, variant))
                .collect(),
        };
        client.create_assignment_batch(&batch, FREE).await.unwrap();
    }
}

/// The rows that may be damaged beside the writers: none that the writers use.
async fn old_rows(tables: &Tables) -> BTreeMap<&'static str, Vec<Uuid>> {
    let admin = "SELECT id FROM users WHERE role = 'SUPER_ADMIN'";
    let mut old = BTreeMap::new();
    for table in resources() {
        let of = match table {
            "users" => format!("WHERE id NOT IN ({admin})"),
            "api_keys" => format!("WHERE user_id NOT IN ({admin})"),
            _ => String::new(),
        };
        let ids = tables
            .ids(&format!("SELECT id FROM {table} {of} ORDER BY id"))
            .await;
        old.insert(table, ids);
    }
    old
}

/// Of every table a third of the rows is wrong, a third is missing, one has another id; and totals are
/// wrong. Returns the number of rows.
async fn damage(tables: &Tables, old: &BTreeMap<&'static str, Vec<Uuid>>) -> usize {
    let mut count = 0;
    for (table, ids) in old {
        let (renamed, ids) = ids.split_last().expect("something of every kind");
        let (new, renamed) = (tables.literal(Uuid::now_v7()), tables.literal(*renamed));
        let rename = format!("UPDATE {table} SET id = {new} WHERE id = {renamed}");
        count += 2 * tables.run(&rename).await;
        let thirds = ids.len().div_ceil(3).max(1);
        for (part, ids) in ids.chunks(thirds).take(2).enumerate() {
            let ids: Vec<String> = ids.iter().map(|id| tables.literal(*id)).collect();
            let ids = ids.join(", ");
            let sql = match part {
                0 => format!("UPDATE {table} SET version = version + 9 WHERE id IN ({ids})"),
                _ => format!("DELETE FROM {table} WHERE id IN ({ids})"),
            };
            count += tables.run(&sql).await;
        }
    }
    let odd = format!(
        "INSERT INTO tallies (log_id, name, total) VALUES ({}, 'zz', 3)",
        tables.literal(Uuid::nil())
    );
    count += tables.tried(&odd).await.unwrap_or(0);
    count += tables
        .run("DELETE FROM tallies WHERE name = 'products'")
        .await;
    count += tables
        .run("UPDATE tallies SET total = total + 7 WHERE name LIKE 'users%'")
        .await;
    usize::try_from(count).unwrap()
}

/// Eight tasks that write all the time, through every server.
struct Writers {
    tasks: JoinSet<Acknowledged>,
    turns: Arc<AtomicUsize>,
    longest: Arc<AtomicUsize>,
    is_over: Arc<AtomicBool>,
}

impl Writers {
    fn start(cluster: &Cluster, desks: &[Desk]) -> Self {
        let mut writers = Self {
            tasks: JoinSet::new(),
            turns: Arc::default(),
            longest: Arc::default(),
            is_over: Arc::default(),
        };
        for number in 0..WRITERS {
            let desk = desks[number % desks.len()].clone();
            writers.write(cluster.client(number), desk);
        }
        writers
    }

    fn write(&mut self, client: Client, desk: Desk) {
        let (turns, longest) = (Arc::clone(&self.turns), Arc::clone(&self.longest));
        let is_over = Arc::clone(&self.is_over);
        self.tasks.spawn(async move {
            let mut acknowledged = Acknowledged::default();
            while !is_over.load(Ordering::Relaxed) {
                let since = Instant::now();
                one_turn(&client, &desk, &mut acknowledged, &turns)
                    .await
                    .unwrap();
                let took = usize::try_from(since.elapsed().as_millis()).unwrap();
                longest.fetch_max(took, Ordering::Relaxed);
            }
            acknowledged
        });
    }

    /// Waits until each writer has done about this many more turns.
    async fn turn(&self, count: usize) {
        let due = self.turns.load(Ordering::Relaxed) + 2 * count * WRITERS;
        while self.turns.load(Ordering::Relaxed) < due {
            sleep(Duration::from_millis(2)).await;
        }
    }

    /// The longest turn since the last call; a turn is three requests.
    fn longest(&self) -> Duration {
        let longest = self.longest.swap(0, Ordering::Relaxed);
        Duration::from_millis(longest as u64)
    }

    async fn stop(mut self) -> Acknowledged {
        self.is_over.store(true, Ordering::Relaxed);
        let mut all = Acknowledged::default();
        while let Some(acknowledged) = self.tasks.join_next().await {
            all.take(acknowledged.unwrap());
        }
        all
    }
}
