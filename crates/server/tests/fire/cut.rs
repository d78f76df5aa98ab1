//! A migration that is interrupted at any statement is resumed by the next one.

use crate::{schema, tables::Tables, upgrade::fill};
use futures_util::FutureExt;
use migration::{Migrator, MigratorTrait};
use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::{
    collections::{BTreeMap, HashSet},
    fs,
    panic::{AssertUnwindSafe, resume_unwind},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
};
use testkit::database::{Backend, Database, fresh, migrated};

/// The least number of changing statements from an empty database to the newest schema.
const STATEMENTS: usize = 100;

/// The same from the former schema.
const FORMER_STATEMENTS: usize = 60;

testkit::on_every_database! {
    async fn an_interrupted_migration_of_an_empty_database_is_resumed(database: Database) {
        let cuts = cut_everywhere(&database).await;
        assert!(cuts >= STATEMENTS, "{cuts}");
        let uncut = fresh(database.backend()).await.unwrap();
        migrate(connect(uncut.url()).await).await;
        assert_eq!(seen(&database).await.0, seen(&uncut).await.0);
    }

    async fn an_interrupted_migration_of_a_former_database_keeps_its_rows(database: Database) {
        let uncut = fresh(database.backend()).await.unwrap();
        for database in [&database, &uncut] {
            filled(database).await;
        }
        let cuts = cut_everywhere(&database).await;
        assert!(cuts >= FORMER_STATEMENTS, "{cuts}");
        migrate(connect(uncut.url()).await).await;
        assert_eq!(seen(&database).await, seen(&uncut).await);
    }

    async fn a_connection_with_prepared_reads_reads_on_while_the_schema_changes(database: Database) {
        let (reader, other) = (connect(database.url()).await, connect(database.url()).await);
        let before = Migrator::migrations().len() - 1;
        Migrator::up(&other, u32::try_from(before).ok()).await.unwrap();
        let reads = reads(&reader).await;
        assert!(reads.len() > 20, "{reads:?}");
        for _ in 0..2 {
            for read in &reads {
                reader.query_all_raw(read.clone()).await.unwrap();
            }
            assert!(migrate(connect(database.url()).await).await);
        }
        reader.close().await.unwrap();
        other.close().await.unwrap();
    }

    async fn a_copy_of_the_template_has_the_migrated_schema(database: Database) {
        let copy = migrated(database.backend()).await.unwrap();
        migrate(connect(database.url()).await).await;
        assert_eq!(seen(&copy).await, seen(&database).await);
    }
}

/// Interrupted once, then run to its end, at every statement that moves rows from one form to another.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_resumes_in_the_middle_of_a_change_of_a_table() {
    let Some(uncut) = fresh(Backend::MariaDb).await else {
        return;
    };
    filled(&uncut).await;
    let moves = Arc::new(AtomicUsize::new(0));
    let counted = Arc::clone(&moves);
    let counting = watched(uncut.url(), move |statement| {
        counted.fetch_add(usize::from(moves_rows(statement)), Ordering::Relaxed);
        false
    });
    assert!(migrate(counting.await).await);
    let (whole, moves) = (seen(&uncut).await, moves.load(Ordering::Relaxed));
    assert!(moves >= 10, "{moves}");
    for last in 1..=moves {
        let database = fresh(Backend::MariaDb).await.unwrap();
        filled(&database).await;
        let done = AtomicUsize::new(0);
        let cut = watched(database.url(), move |statement| {
            moves_rows(statement) && done.fetch_add(1, Ordering::Relaxed) + 1 == last
        });
        assert!(!migrate(cut.await).await, "{last}");
        assert!(migrate(connect(database.url()).await).await);
        assert_eq!(seen(&database).await, whole, "cut after {last}");
    }
}

/// The first versions migrated SQLite outside of a transaction, statement by statement.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_file_half_migrated_by_a_first_version_is_resumed() {
    for former in [false, true] {
        let database = fresh(Backend::Sqlite).await.unwrap();
        if former {
            filled(&database).await;
        }
        let file = file(&database).to_owned();
        let made = Arc::new(AtomicUsize::new(0));
        let (count, from) = (Arc::clone(&made), file.clone());
        let copying = watched(database.url(), move |statement| {
            if changes(statement) {
                let number = count.fetch_add(1, Ordering::Relaxed);
                fs::copy(&from, format!("{from}-{number}")).unwrap();
            }
            false
        });
        let copying = copying.await;
        Migrator::up(&copying, None).await.unwrap();
        copying.close().await.unwrap();
        let (whole, made) = (seen(&database).await, made.load(Ordering::Relaxed));
        assert!(
            made >= if former {
                FORMER_STATEMENTS
            } else {
                STATEMENTS
            },
            "{made}"
        );
        for number in 0..made {
            fs::rename(format!("{file}-{number}"), &file).unwrap();
            assert!(migrate(connect(database.url()).await).await);
            assert_eq!(seen(&database).await, whole, "cut after {number}");
        }
    }
}

/// The panic of a connection that was cut.
struct Cut;

/// Cuts each attempt after the first statement that no attempt before it reached; returns the number of
/// attempts that were cut.
async fn cut_everywhere(database: &Database) -> usize {
    let done = Arc::new(Mutex::new(HashSet::new()));
    for cuts in 0.. {
        let done = Arc::clone(&done);
        let cut = watched(database.url(), move |statement| {
            changes(statement) && done.lock().unwrap().insert(identity(statement))
        });
        if migrate(cut.await).await {
            return cuts;
        }
    }
    unreachable!()
}

/// Migrates over this connection and closes it. Returns whether the migration finished.
async fn migrate(connection: DatabaseConnection) -> bool {
    let up = AssertUnwindSafe(migration::up(&connection)).catch_unwind();
    let ended = match up.await {
        Ok(done) => {
            done.unwrap();
            true
        }
        Err(panic) => {
            assert!(panic.is::<Cut>());
            false
        }
    };
    connection.close().await.unwrap();
    ended
}

/// A statement for each table that names all of its columns, as those of the entities do.
async fn reads(connection: &DatabaseConnection) -> Vec<Statement> {
    let backend = connection.get_database_backend();
    let quote = if backend == DbBackend::MySql {
        '`'
    } else {
        '"'
    };
    let of_server = |schema: &str| {
        format!(
            "SELECT table_name AS t, column_name AS c FROM information_schema.columns \
             WHERE table_schema = {schema}"
        )
    };
    let columns = match backend {
        DbBackend::Sqlite => "SELECT m.name AS t, p.name AS c FROM sqlite_master m, \
                              pragma_table_info(m.name) p WHERE m.type = 'table'"
            .to_owned(),
        DbBackend::MySql => of_server("database()"),
        _ => of_server("current_schema()"),
    };
    let mut tables: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let found = connection.query_all_raw(Statement::from_string(backend, columns));
    for row in found.await.unwrap() {
        let column: String = row.try_get("", "c").unwrap();
        let table = tables.entry(row.try_get("", "t").unwrap()).or_default();
        table.push(format!("{quote}{column}{quote}"));
    }
    let statement = |(table, columns): (String, Vec<String>)| {
        let sql = format!("SELECT {} FROM {quote}{table}{quote}", columns.join(", "));
        Statement::from_string(backend, sql)
    };
    tables.into_iter().map(statement).collect()
}

async fn connect(url: &str) -> DatabaseConnection {
    let mut options = ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    sea_orm::Database::connect(options).await.unwrap()
}

/// A connection that breaks after the first statement for which `is_last` holds.
async fn watched(
    url: &str,
    is_last: impl Fn(&Statement) -> bool + Send + Sync + 'static,
) -> DatabaseConnection {
    let mut connection = connect(url).await;
    connection.set_metric_callback(move |done| {
        if is_last(done.statement) {
            // `resume_unwind` does not run the panic hook, which would print a trace.
            resume_unwind(Box::new(Cut));
        }
    });
    connection
}

fn changes(statement: &Statement) -> bool {
    !statement.sql.trim_start().starts_with("SELECT")
}

/// Statements of changes with an intermediate state that is neither the old nor the new form.
fn moves_rows(statement: &Statement) -> bool {
    let about = [
        "former_api_keys",
        "TABLE IF NOT EXISTS `api_keys`",
        "active_seat",
        "assignments_active",
        "holder_id",
        "SET authz_epoch",
    ];
    changes(statement) && about.iter().any(|part| statement.sql.contains(part))
}

/// The statement with its first value, which is the migration where one is recorded as done.
fn identity(statement: &Statement) -> String {
    let first = statement
        .values
        .as_ref()
        .and_then(|values| values.0.first());
    format!("{} {first:?}", statement.sql)
}

async fn filled(database: &Database) {
    let tables = Tables::open(database).await;
    fill(database, &tables).await;
    tables.close().await;
}

/// The schema and every row.
async fn seen(database: &Database) -> (Vec<String>, crate::tables::Dump) {
    let tables = Tables::open(database).await;
    let seen = (schema::of(&tables).await, tables.dump().await);
    tables.close().await;
    seen
}

fn file(database: &Database) -> &str {
    let path = database.url().trim_start_matches("sqlite://");
    path.split('?').next().unwrap()
}
