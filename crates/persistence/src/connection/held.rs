//! One connection out of a pool.

use super::Shared;
use sea_orm::{
    ExecResult, QueryResult, Statement,
    sea_query::Values,
    sqlx::{
        self, AssertSqlSafe, Connection, Database, Error, Executor, MySql, Postgres, SqlSafeStr,
        SqlStr, Sqlite, error::DatabaseError, pool::PoolConnection, sqlite::SqliteError,
    },
};
use sea_query_sqlx::SqlxValues;
use sqlx_core::transaction::TransactionManager;
use std::{io, sync::Arc, time::Duration};
use tokio::{runtime::Handle, time::timeout};

/// How long a connection may take to go back to its pool. Until then nobody else gets one in its place.
const BACK_WITHIN: Duration = Duration::from_secs(5);

/// A connection of one of the three kinds.
pub(super) enum Pooled {
    Sqlite(PoolConnection<Sqlite>),
    Postgres(PoolConnection<Postgres>),
    MySql(PoolConnection<MySql>),
}

/// The same for whichever kind it is.
macro_rules! of_any_kind {
    ($pooled:expr, $connection:ident => $does:expr) => {
        match $pooled {
            Pooled::Sqlite($connection) => $does,
            Pooled::Postgres($connection) => $does,
            Pooled::MySql($connection) => $does,
        }
    };
}

/// What is known of a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Everything was answered, and no transaction is open.
    Free,
    /// Everything was answered, and a transaction is open.
    Open,
    /// In that transaction a statement failed: some databases have undone all of it, and would keep
    /// whatever comes next by itself.
    Failed,
    /// A statement outside a transaction is not answered yet.
    Asked,
    /// Unknown: something within a transaction is not answered, or was answered by a fault.
    Unknown,
}

/// A connection that somebody has taken out of its pool. When it is dropped, it goes back there or
/// is closed, by what is known of it.
pub(super) struct Held {
    pooled: Option<Pooled>,
    state: State,
    /// How long an answer is waited for.
    within: Duration,
    shared: Arc<Shared>,
}

impl Held {
    /// One that was just taken out.
    pub(super) fn new(pooled: Pooled, shared: Arc<Shared>) -> Self {
        Self {
            pooled: Some(pooled),
            state: State::Free,
            within: shared.answer_within,
            shared,
        }
    }

    pub(super) async fn execute(&mut self, statement: &Statement) -> Result<ExecResult, Error> {
        let (sql, values) = parts(statement);
        let within = self.within;
        let before = self.ask()?;
        let pooled = self.pooled.as_mut().ok_or_else(closed)?;
        let answer = of_any_kind!(pooled, connection => {
            let query = sqlx::query_with(sql, values).execute(&mut **connection);
            timeout(within, query).await.map(|done| done.map(ExecResult::from))
        });
        self.answered(before, answer.unwrap_or_else(|_| Err(silent())))
    }

    pub(super) async fn execute_unprepared(&mut self, sql: &str) -> Result<ExecResult, Error> {
        let sql = AssertSqlSafe(sql.to_owned());
        let within = self.within;
        let before = self.ask()?;
        let pooled = self.pooled.as_mut().ok_or_else(closed)?;
        let answer = of_any_kind!(pooled, connection => {
            let query = (&mut **connection).execute(sql);
            timeout(within, query).await.map(|done| done.map(ExecResult::from))
        });
        self.answered(before, answer.unwrap_or_else(|_| Err(silent())))
    }

    pub(super) async fn query_one(
        &mut self,
        statement: &Statement,
    ) -> Result<Option<QueryResult>, Error> {
        let (sql, values) = parts(statement);
        let within = self.within;
        let before = self.ask()?;
        let pooled = self.pooled.as_mut().ok_or_else(closed)?;
        let answer = of_any_kind!(pooled, connection => {
            let query = sqlx::query_with(sql, values).fetch_optional(&mut **connection);
            timeout(within, query).await.map(|row| row.map(|row| row.map(QueryResult::from)))
        });
        self.answered(before, answer.unwrap_or_else(|_| Err(silent())))
    }

    pub(super) async fn query_all(
        &mut self,
        statement: &Statement,
    ) -> Result<Vec<QueryResult>, Error> {
        let (sql, values) = parts(statement);
        let within = self.within;
        let before = self.ask()?;
        let pooled = self.pooled.as_mut().ok_or_else(closed)?;
        let answer = of_any_kind!(pooled, connection => {
            let query = sqlx::query_with(sql, values).fetch_all(&mut **connection);
            let rows = timeout(within, query).await;
            rows.map(|rows| rows.map(|rows| rows.into_iter().map(QueryResult::from).collect()))
        });
        self.answered(before, answer.unwrap_or_else(|_| Err(silent())))
    }

    /// Begins a transaction with this statement. The driver refuses it inside of another one.
    pub(super) async fn begin(&mut self, sql: &'static str) -> Result<(), Error> {
        let within = self.within;
        self.state = State::Unknown;
        let pooled = self.pooled.as_mut().ok_or_else(closed)?;
        let begun = of_any_kind!(pooled, connection => {
            timeout(within, begin_with(connection, sql.into_sql_str())).await
        });
        match begun.unwrap_or_else(|_| Err(silent())) {
            Ok(()) => {
                self.state = State::Open;
                Ok(())
            }
            // Another process holds the lock; no transaction was begun.
            Err(error) if is_busy(&error) => {
                self.state = State::Free;
                Err(error)
            }
            Err(error) => Err(self.fails(error)),
        }
    }

    /// Commits the transaction. After an error its outcome is unknown.
    pub(super) async fn commit(&mut self) -> Result<(), Error> {
        let open = self.state == State::Open && self.is_in_transaction();
        if !open {
            self.state = State::Unknown;
            return Err(not_open());
        }
        let within = self.within;
        self.state = State::Unknown;
        let pooled = self.pooled.as_mut().ok_or_else(closed)?;
        let done = of_any_kind!(pooled, connection => timeout(within, commit(connection)).await);
        match done.unwrap_or_else(|_| Err(silent())) {
            Ok(()) => {
                self.state = State::Free;
                self.shared.health.proved();
                Ok(())
            }
            Err(error) => Err(self.fails(error)),
        }
    }

    /// Undoes the transaction.
    pub(super) async fn roll_back(&mut self) -> Result<(), Error> {
        let within = self.within;
        self.state = State::Unknown;
        let pooled = self.pooled.as_mut().ok_or_else(closed)?;
        let done = of_any_kind!(pooled, connection => timeout(within, roll_back(connection)).await);
        match done.unwrap_or_else(|_| Err(silent())) {
            Ok(()) => {
                self.state = State::Free;
                Ok(())
            }
            Err(error) => Err(self.fails(error)),
        }
    }

    /// Whether the driver believes that a transaction is open.
    fn is_in_transaction(&self) -> bool {
        let pooled = self.pooled.as_ref();
        pooled.is_some_and(|pooled| of_any_kind!(pooled, one => one.is_in_transaction()))
    }

    /// Marks a statement as sent; returns the state before it.
    fn ask(&mut self) -> Result<State, Error> {
        let before = self.state;
        self.state = match before {
            State::Free => State::Asked,
            State::Open => State::Unknown,
            State::Failed | State::Asked | State::Unknown => return Err(not_open()),
        };
        Ok(before)
    }

    fn answered<T>(&mut self, before: State, answer: Result<T, Error>) -> Result<T, Error> {
        let error = match answer {
            Ok(answer) => {
                self.state = before;
                return Ok(answer);
            }
            Err(error) => error,
        };
        self.state = match (before, &error) {
            (State::Open, Error::Database(_)) => State::Failed,
            (State::Free, Error::Database(_)) => State::Free,
            _ => State::Unknown,
        };
        Err(self.fails(error))
    }

    /// After a fault the connection is not used any more.
    fn fails(&mut self, error: Error) -> Error {
        if self.shared.failed(&error).is_some() {
            self.state = State::Unknown;
        }
        error
    }

    /// Gives it back to its pool, which asks it for an answer first; closes it when there is none.
    /// Gives whether there was one.
    async fn give_back(pooled: Pooled, shared: Arc<Shared>) -> bool {
        let within = shared.answer_within.min(BACK_WITHIN);
        let returned = of_any_kind!(pooled, connection => {
            timeout(within, give_back(connection)).await
        });
        returned.is_ok()
    }
}

impl Drop for Held {
    fn drop(&mut self) {
        let (Some(pooled), Ok(runtime)) = (self.pooled.take(), Handle::try_current()) else {
            return;
        };
        let shared = Arc::clone(&self.shared);
        match self.state {
            State::Free => {
                runtime.spawn(async move {
                    if !Self::give_back(pooled, Arc::clone(&shared)).await {
                        shared.liveness.lost();
                    }
                });
            }
            State::Open | State::Failed => {
                let mut again = Self {
                    pooled: Some(pooled),
                    state: State::Unknown,
                    within: shared.answer_within,
                    shared,
                };
                runtime.spawn(async move {
                    let _ = again.roll_back().await;
                });
            }
            State::Asked | State::Unknown => {
                of_any_kind!(pooled, connection => drop(connection.detach()));
            }
        }
    }
}

async fn begin_with<DB: Database>(
    connection: &mut PoolConnection<DB>,
    sql: SqlStr,
) -> Result<(), Error> {
    DB::TransactionManager::begin(&mut **connection, Some(sql)).await
}

async fn commit<DB: Database>(connection: &mut PoolConnection<DB>) -> Result<(), Error> {
    DB::TransactionManager::commit(&mut **connection).await
}

async fn roll_back<DB: Database>(connection: &mut PoolConnection<DB>) -> Result<(), Error> {
    DB::TransactionManager::rollback(&mut **connection).await
}

/// The same that happens when a connection is dropped, but awaited.
async fn give_back<DB: Database>(mut connection: PoolConnection<DB>) {
    connection.return_to_pool().await;
}

/// Whether SQLite could not begin because another connection writes.
fn is_busy(error: &Error) -> bool {
    let database = error.as_database_error();
    let error = database.and_then(|error| error.try_downcast_ref::<SqliteError>());
    let code = error.and_then(DatabaseError::code);
    let code = code.and_then(|code| code.parse::<u32>().ok());
    // The lowest byte of an extended code is the primary one: SQLITE_BUSY, SQLITE_LOCKED.
    code.is_some_and(|code| matches!(code & 0xff, 5 | 6))
}

fn parts(statement: &Statement) -> (AssertSqlSafe<String>, SqlxValues) {
    let values = statement.values.clone().unwrap_or(Values(Vec::new()));
    (AssertSqlSafe(statement.sql.clone()), SqlxValues(values))
}

fn silent() -> Error {
    let text = "the database gave no answer in time";
    Error::Io(io::Error::new(io::ErrorKind::TimedOut, text))
}

fn closed() -> Error {
    Error::Io(io::ErrorKind::NotConnected.into())
}

fn not_open() -> Error {
    Error::Protocol("the transaction is not open any more".to_owned())
}
