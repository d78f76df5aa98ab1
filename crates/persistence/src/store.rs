//! Connections: few that write, many that read.

use crate::{
    StoreResult,
    connection::{Connections, Liveness, WriteHealth},
    log, pooler, reachable,
    reads::Reads,
    session_limits::Session,
    write_probe::WriteProbe,
};
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr,
    sqlx::{
        AssertSqlSafe, Executor,
        postgres::PgConnectOptions,
        sqlite::{SqliteJournalMode, SqliteSynchronous},
    },
};
use std::{sync::Arc, time::Duration};

/// How to connect.
#[derive(Clone, Debug)]
pub struct Options {
    /// Connections for reads.
    pub read_connections: u32,
    /// Connections for writes, each of which holds a log; SQLite has one writer whatever this is.
    pub write_connections: u32,
    /// How long to wait for a connection.
    pub acquire_timeout: Duration,
    /// How long a write waits for an answer of the database before it takes another connection. It
    /// must be longer than the database itself waits for a lock.
    pub answer_within: Duration,
    /// Whether to make the file of a SQLite database that is not there.
    pub make_file: bool,
    /// The schema to work in, on PostgreSQL; none for the one that the user has by default.
    pub schema: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            read_connections: 16,
            write_connections: 8,
            acquire_timeout: Duration::from_secs(5),
            answer_within: Duration::from_secs(10),
            make_file: true,
            schema: None,
        }
    }
}

/// Connections for operating the service: readiness, and the monitoring of the logs.
const CONNECTIONS_APART: u32 = 2;

/// Distinct statement texts that a connection keeps prepared. Bulk statements have 34 sizes, and every
/// text costs memory here and in the database.
const PREPARED_STATEMENTS: usize = 512;

/// How long a statement may wait for a lock before the command is run again.
const LOCK_TIMEOUT: Duration = Duration::from_secs(5);

/// Set once connected: a pooler refuses a connection that asks for them as it begins.
fn postgres_session(schema: Option<&str>, session: Session) -> String {
    let lock = LOCK_TIMEOUT.as_millis();
    let path = schema.map(|schema| format!("; SET search_path = {schema}"));
    format!(
        "SET default_transaction_isolation = 'read committed'; SET lock_timeout = {lock}{}{}",
        session.of_postgres(),
        path.unwrap_or_default()
    )
}

/// A database.
#[derive(Clone, Debug)]
pub struct Store {
    /// Few connections, so that writers wait here and not in the database.
    pub(crate) write: Connections,
    /// As many as were asked for.
    pub(crate) read: Reads,
    /// A few that no request of a caller uses, so that checks of the service get one whatever callers
    /// read.
    apart: Reads,
    /// Whether what is written is kept.
    pub(crate) health: Arc<WriteHealth>,
    /// Asks that.
    pub(crate) probe: Arc<WriteProbe>,
    /// How to connect with a single connection.
    pub(crate) alone: ConnectOptions,
}

impl Store {
    /// Connects. The URL begins with `sqlite:`, `postgres:`, `postgresql:`, `mysql:` or `mariadb:`.
    ///
    /// # Errors
    /// Also for a pooler that gives each transaction another session.
    pub async fn connect(url: &str, options: &Options) -> StoreResult<Self> {
        let url = address(url, options.make_file);
        let writers = match url.starts_with("sqlite:") {
            true => 1,
            false => options.write_connections,
        };
        let (liveness, health) = (Arc::new(Liveness::default()), Arc::default());
        let watched = |connections, session| {
            let mut settings = settings(&url, connections, options, session);
            liveness.watch(&mut settings);
            settings
        };
        let reading = Session::Reading;
        let write = reachable::connect(watched(writers, Session::Writing)).await?;
        if write.get_database_backend() == DbBackend::Postgres {
            let other = Database::connect(settings(&url, 1, options, reading)).await?;
            pooler::refuse_shared_sessions(&write, &other).await?;
            other.close().await?;
        }
        let (many, wait) = (options.read_connections, options.acquire_timeout);
        let read = Reads::connect(watched(1, reading), many, wait).await?;
        let apart = Reads::connect(watched(1, reading), CONNECTIONS_APART, wait).await?;
        let write = Connections::to_write(
            write,
            options.answer_within,
            Arc::clone(&liveness),
            Arc::clone(&health),
        );
        Ok(Self {
            write,
            read,
            apart,
            health,
            probe: Arc::default(),
            alone: settings(&url, 1, options, Session::Alone),
        })
    }

    /// The same database for operating the service: these reads do not wait for those of callers.
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

    /// Open and idle write connections.
    pub fn write_pool(&self) -> (u32, usize) {
        connections(self.write.pool())
    }

    /// Closes every connection.
    pub async fn close(self) -> Result<(), DbErr> {
        self.write.pool().close_by_ref().await?;
        self.read.close().await?;
        self.apart.close().await
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

/// Does a part of a migration as soon as no other process holds what it needs. Another migration may
/// hold it for as long as there is something to chain, so the wait has no limit.
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

/// SeaORM takes MariaDB as MySQL, and creates a SQLite file only when the URL asks for it.
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

pub(crate) fn settings(
    url: &str,
    connections: u32,
    options: &Options,
    session: Session,
) -> ConnectOptions {
    let mut settings = ConnectOptions::new(url);
    settings
        .max_connections(connections)
        // No connection is opened before it is needed: while a server is silent, that could take
        // minutes.
        .min_connections(0)
        .acquire_timeout(options.acquire_timeout)
        .connect_timeout(options.acquire_timeout)
        .test_before_acquire(false)
        .sqlx_logging(false);
    tune_postgres(&mut settings, url, options.schema.as_deref(), session);
    tune_mysql(&mut settings, url, session);
    tune_sqlite(&mut settings);
    settings
}

/// How many statements a connection keeps prepared, unless the URL sets it.
fn prepared(url: &str) -> Option<usize> {
    let is_set = url.contains("statement-cache-capacity=");
    (!is_set).then_some(PREPARED_STATEMENTS)
}

fn tuned(postgres: PgConnectOptions, prepared: Option<usize>) -> PgConnectOptions {
    let postgres = postgres
        .application_name("quartermaster")
        // Nothing here is a float, and a pooler does not know the parameter.
        .extra_float_digits(None);
    match prepared {
        Some(prepared) => postgres.statement_cache_capacity(prepared),
        None => postgres,
    }
}

fn tune_postgres(settings: &mut ConnectOptions, url: &str, schema: Option<&str>, session: Session) {
    let prepared = prepared(url);
    settings.map_sqlx_postgres_opts(move |postgres| tuned(postgres, prepared));
    let session = postgres_session(schema, session);
    settings.map_sqlx_postgres_pool_opts(move |pool| {
        let session = session.clone();
        pool.after_connect(move |connection, _| {
            let session = session.clone();
            Box::pin(async move {
                connection.execute(AssertSqlSafe(session)).await?;
                Ok(())
            })
        })
    });
}

fn tune_mysql(settings: &mut ConnectOptions, url: &str, session: Session) {
    let prepared = prepared(url);
    settings.map_sqlx_mysql_opts(move |mysql| {
        let mysql = mysql.pipes_as_concat(false);
        match prepared {
            Some(prepared) => mysql.statement_cache_capacity(prepared),
            None => mysql,
        }
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
            // Pages at the beginning of the file are read without a copy, whatever connection reads
            // them. Each connection maps so much, and it counts as memory of the process.
            .pragma("mmap_size", "33554432")
            .foreign_keys(false)
    });
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use sea_orm::sqlx::ConnectOptions;

    #[test]
    fn the_url_overrides_the_number_of_prepared_statements() {
        for (query, expected) in [
            ("", PREPARED_STATEMENTS),
            ("?statement-cache-capacity=0", 0),
        ] {
            let url = format!("postgres://somebody@localhost/somewhere{query}");
            let tuned = tuned(url.parse().unwrap(), prepared(&url)).to_url_lossy();
            let parameter = format!("statement-cache-capacity={expected}");
            assert!(tuned.as_str().contains(&parameter), "{tuned}");
        }
    }
}
