//! Connections: few that write, many that read.

use crate::{StoreResult, log, reachable, session_limits::Session};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr,
    sqlx::{
        Executor,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use std::time::Duration;

/// How to connect.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections for reads.
    pub read_connections: u32,
    /// Connections for writes, each of which holds a log; SQLite has one writer whatever is said.
    pub write_connections: u32,
    /// How long to wait for a connection.
    pub acquire_timeout: Duration,
    /// Whether to make the file of a SQLite database that is not there.
    pub make_file: bool,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            read_connections: 16,
            write_connections: 8,
            acquire_timeout: Duration::from_secs(5),
            make_file: true,
        }
    }
}

/// Distinct statement texts that a connection keeps prepared. Bulk statements have a text for each
/// number of rows, so the writer needs room for many.
const PREPARED_STATEMENTS: usize = 1024;

/// How long a statement may wait for a lock before the command is run again.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a statement may take.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);

/// A database.
#[derive(Clone, Debug)]
pub struct Store {
    /// Few connections, so that writers wait here and not in the database.
    pub(crate) write: DatabaseConnection,
    /// As many as were asked for.
    pub(crate) read: DatabaseConnection,
    /// How to connect with a single connection.
    pub(crate) alone: ConnectOptions,
}

impl Store {
    /// Connects. The URL begins with `sqlite:`, `postgres:`, `postgresql:`, `mysql:` or `mariadb:`.
    pub async fn connect(url: &str, options: &Options) -> StoreResult<Self> {
        let url = address(url, options.make_file);
        let writers = match url.starts_with("sqlite:") {
            true => 1,
            false => options.write_connections,
        };
        let (patient, writing) = (Session::Patient, Session::Writing);
        let write = reachable::connect(settings(&url, writers, options, writing)).await?;
        let readers = settings(&url, options.read_connections, options, patient);
        let read = reachable::connect(readers).await?;
        Ok(Self {
            write,
            read,
            alone: settings(&url, 1, options, patient),
        })
    }

    /// Applies the migrations that are missing, over one connection, whose lock keeps others away, and
    /// chains the logs that are not chained yet.
    pub async fn migrate(&self) -> StoreResult<()> {
        patiently(async || {
            let alone = Database::connect(self.alone.clone()).await?;
            migration::up(&alone).await?;
            Ok(alone.close().await?)
        })
        .await?;
        log::complete(self).await
    }

    /// What a migration has still to do: the names of the changes of the schema that are missing, or
    /// else the logs that are not chained yet.
    pub async fn pending_migrations(&self) -> StoreResult<Vec<String>> {
        let pending = migration::pending(&self.read).await?;
        if !pending.is_empty() {
            // There may be no place for a hash.
            return Ok(pending);
        }
        let logs = log::unchained(self).await?.into_iter();
        Ok(logs.map(log::LogId::is_not_chained).collect())
    }

    /// Asks the database for an answer.
    pub async fn ping(&self) -> StoreResult<()> {
        self.read.execute_unprepared("SELECT 1").await?;
        Ok(())
    }

    /// Which database it is: `sqlite`, `postgres` or `mysql`.
    pub fn backend(&self) -> &'static str {
        match self.read.get_database_backend() {
            DbBackend::Postgres => "postgres",
            DbBackend::MySql => "mysql",
            _ => "sqlite",
        }
    }

    /// Open and idle read connections.
    pub fn read_pool(&self) -> (u32, usize) {
        connections(&self.read)
    }

    /// Open and idle write connections.
    pub fn write_pool(&self) -> (u32, usize) {
        connections(&self.write)
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), DbErr> {
        self.write.close().await?;
        self.read.close().await
    }
}

/// Open and idle connections of a pool.
fn connections(pool: &DatabaseConnection) -> (u32, usize) {
    match pool.get_database_backend() {
        DbBackend::Postgres => {
            let pool = pool.get_postgres_connection_pool();
            (pool.size(), pool.num_idle())
        }
        DbBackend::MySql => {
            let pool = pool.get_mysql_connection_pool();
            (pool.size(), pool.num_idle())
        }
        _ => {
            let pool = pool.get_sqlite_connection_pool();
            (pool.size(), pool.num_idle())
        }
    }
}

/// The pause before a part of a migration is tried again.
const AGAIN: Duration = Duration::from_millis(100);

/// Does a part of a migration as soon as no other process holds what it needs. Whoever migrates as well
/// may hold it for as long as there is something to chain, so that no end is set to the waiting.
pub(crate) async fn patiently(part: impl AsyncFn() -> StoreResult<()>) -> StoreResult<()> {
    loop {
        match part().await {
            Err(error) if error.is_held() => {
                tracing::warn!(%error, "another process holds what the migration needs");
                tokio::time::sleep(AGAIN).await;
            }
            done => return done,
        }
    }
}

/// SeaORM knows MariaDB as MySQL, and wants to be told to create a SQLite file.
fn address(url: &str, make_file: bool) -> String {
    if let Some(rest) = url.strip_prefix("mariadb:") {
        return format!("mysql:{rest}");
    }
    if url.starts_with("sqlite:") && !url.contains(":memory:") && !url.contains('?') {
        let mode = if make_file { "rwc" } else { "rw" };
        return format!("{url}?mode={mode}");
    }
    url.to_owned()
}

fn settings(url: &str, connections: u32, options: &Options, session: Session) -> ConnectOptions {
    let mut settings = ConnectOptions::new(url);
    settings
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(options.acquire_timeout)
        .connect_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(5))
        .sqlx_logging(false);
    tune_postgres(&mut settings, session);
    tune_mysql(&mut settings, session);
    tune_sqlite(&mut settings);
    settings
}

fn tune_postgres(settings: &mut ConnectOptions, session: Session) {
    settings.map_sqlx_postgres_opts(move |postgres| {
        postgres
            .statement_cache_capacity(PREPARED_STATEMENTS)
            .application_name("quartermaster")
            .options([
                ("default_transaction_isolation", "read committed".to_owned()),
                ("lock_timeout", LOCK_TIMEOUT.as_millis().to_string()),
                (
                    "statement_timeout",
                    STATEMENT_TIMEOUT.as_millis().to_string(),
                ),
            ])
            .options(session.of_postgres().iter().copied())
    });
}

fn tune_mysql(settings: &mut ConnectOptions, session: Session) {
    settings.map_sqlx_mysql_opts(|mysql| {
        mysql
            .statement_cache_capacity(PREPARED_STATEMENTS)
            .pipes_as_concat(false)
    });
    // In the session, so that no transaction has to spend a round trip on it.
    settings.map_sqlx_mysql_pool_opts(move |pool| {
        pool.after_connect(move |connection, _| {
            Box::pin(async move {
                connection.execute(session.of_mysql()).await?;
                Ok(())
            })
        })
    });
}

fn tune_sqlite(settings: &mut ConnectOptions) {
    settings.map_sqlx_sqlite_opts(|sqlite| {
        sqlite
            .statement_cache_capacity(PREPARED_STATEMENTS)
            .journal_mode(SqliteJournalMode::Wal)
            .synchronous(SqliteSynchronous::Full)
            .busy_timeout(LOCK_TIMEOUT)
            // Pages of the file are read without a copy, whatever connection reads them.
            .pragma("mmap_size", "268435456")
            .foreign_keys(false)
    });
}
