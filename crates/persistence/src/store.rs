//! Connections: few that write, many that read.

use crate::{StoreResult, log, reads::Reads};
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

/// Connections for those who look after the service: readiness, and the watch over the logs.
const CONNECTIONS_APART: u32 = 2;

/// Distinct statement texts that a connection keeps prepared. Bulk statements have a text for each
/// number of rows, so the writer needs room for many.
const PREPARED_STATEMENTS: usize = 1024;

/// How long a statement may wait for a lock before the command is run again.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a statement may take.
const STATEMENT_TIMEOUT: Duration = Duration::from_secs(30);

/// Sees what was committed before each statement; waits for a lock as long as [`LOCK_TIMEOUT`].
const MYSQL_SESSION: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; SET SESSION innodb_lock_wait_timeout = 5";

/// A database.
#[derive(Clone, Debug)]
pub struct Store {
    /// Few connections, so that writers wait here and not in the database.
    pub(crate) write: DatabaseConnection,
    /// As many as were asked for.
    pub(crate) read: Reads,
    /// A few that no request of a caller uses, so that those who look after the service see the
    /// database whatever callers read.
    apart: Reads,
    /// How to connect with a single connection.
    alone: ConnectOptions,
}

impl Store {
    /// Connects. The URL begins with `sqlite:`, `postgres:`, `postgresql:`, `mysql:` or `mariadb:`.
    pub async fn connect(url: &str, options: &Options) -> StoreResult<Self> {
        let url = address(url, options.make_file);
        let writers = match url.starts_with("sqlite:") {
            true => 1,
            false => options.write_connections,
        };
        let write = Database::connect(settings(&url, writers, options)).await?;
        let alone = || settings(&url, 1, options);
        let (many, wait) = (options.read_connections, options.acquire_timeout);
        let read = Reads::connect(alone(), many, wait).await?;
        let apart = Reads::connect(alone(), CONNECTIONS_APART, wait).await?;
        Ok(Self {
            write,
            read,
            apart,
            alone: alone(),
        })
    }

    /// The same database for those who look after the service: their reads do not wait for those of
    /// callers.
    #[must_use]
    pub fn apart(&self) -> Self {
        Self {
            read: self.apart.clone(),
            ..self.clone()
        }
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
        let pending = self.read.pending_migrations().await?;
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
        self.read.connections()
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), DbErr> {
        self.write.close().await?;
        self.read.close().await?;
        self.apart.close().await
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

fn settings(url: &str, connections: u32, options: &Options) -> ConnectOptions {
    let mut settings = ConnectOptions::new(url);
    settings
        .max_connections(connections)
        .min_connections(1)
        .acquire_timeout(options.acquire_timeout)
        .connect_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .test_before_acquire_if_idle_for(Duration::from_secs(5))
        .sqlx_logging(false);
    tune_postgres(&mut settings);
    tune_mysql(&mut settings);
    tune_sqlite(&mut settings);
    settings
}

fn tune_postgres(settings: &mut ConnectOptions) {
    settings.map_sqlx_postgres_opts(|postgres| {
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
    });
}

fn tune_mysql(settings: &mut ConnectOptions) {
    settings.map_sqlx_mysql_opts(|mysql| {
        mysql
            .statement_cache_capacity(PREPARED_STATEMENTS)
            .pipes_as_concat(false)
    });
    // In the session, so that no transaction has to spend a round trip on it.
    settings.map_sqlx_mysql_pool_opts(|pool| {
        pool.after_connect(|connection, _| {
            Box::pin(async move {
                connection.execute(MYSQL_SESSION).await?;
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
