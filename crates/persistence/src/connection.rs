//! Connections to a database, and what may still be done with one.
//!
//! A connection goes back to its pool only when everything that was asked of it was answered and no
//! transaction is open on it. Every other one is closed: the database undoes what was not committed,
//! and the next write begins on a connection whose state is known.

mod fault;
mod health;
mod held;
mod liveness;
mod transaction;

pub use fault::Fault;
pub(crate) use health::WriteHealth;
pub(crate) use liveness::Liveness;
pub(crate) use transaction::Transaction;

use crate::StoreResult;
use held::{Held, Pooled};
use sea_orm::{
    ConnAcquireErr, ConnectionTrait, DatabaseConnection, DbBackend, DbErr, ExecResult, QueryResult,
    RuntimeErr, Statement, sqlx,
};
use std::{sync::Arc, time::Duration};

/// A pool of connections that write. A statement that is executed on it is a transaction of its own.
#[derive(Clone, Debug)]
pub(crate) struct Connections {
    pool: DatabaseConnection,
    shared: Arc<Shared>,
}

/// What the connections of a pool have in common.
#[derive(Debug)]
struct Shared {
    /// How long an answer of the database is waited for.
    answer_within: Duration,
    liveness: Arc<Liveness>,
    health: Arc<WriteHealth>,
}

impl Connections {
    /// Connections for writing, which wait that long for an answer.
    pub(crate) fn to_write(
        pool: DatabaseConnection,
        answer_within: Duration,
        liveness: Arc<Liveness>,
        health: Arc<WriteHealth>,
    ) -> Self {
        let shared = Arc::new(Shared {
            answer_within,
            liveness,
            health,
        });
        Self { pool, shared }
    }

    /// The underlying pool, whose connections are not tracked.
    pub(crate) const fn pool(&self) -> &DatabaseConnection {
        &self.pool
    }

    /// Begins a transaction that writes. On SQLite it holds the one lock for writing from now on.
    ///
    /// # Errors
    /// When the connection is in a transaction already: nothing would commit what is written in it.
    pub(crate) async fn begin_write(&self) -> StoreResult<Transaction> {
        let held = self.acquire().await?;
        Transaction::begin(held, self.get_database_backend()).await
    }

    async fn acquire(&self) -> Result<Held, DbErr> {
        let pooled = match self.pool.get_database_backend() {
            DbBackend::Postgres => {
                let pool = self.pool.get_postgres_connection_pool();
                pool.acquire().await.map(Pooled::Postgres)
            }
            DbBackend::MySql => {
                let pool = self.pool.get_mysql_connection_pool();
                pool.acquire().await.map(Pooled::MySql)
            }
            _ => {
                let pool = self.pool.get_sqlite_connection_pool();
                pool.acquire().await.map(Pooled::Sqlite)
            }
        };
        match pooled {
            Ok(pooled) => Ok(Held::new(pooled, Arc::clone(&self.shared))),
            Err(sqlx::Error::PoolTimedOut) => {
                Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout))
            }
            Err(sqlx::Error::PoolClosed) => {
                Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))
            }
            Err(error) => {
                self.shared.failed(&error);
                Err(DbErr::Conn(RuntimeErr::SqlxError(Arc::new(error))))
            }
        }
    }
}

impl Shared {
    /// Counts what keeps the database from answering or from keeping changes.
    fn failed(&self, error: &sqlx::Error) -> Option<Fault> {
        let fault = Fault::of(error)?;
        if fault.is_of_connection() {
            self.liveness.lost();
        }
        self.health.failed(fault, error);
        Some(fault)
    }
}

/// The error of a statement.
fn refused(error: sqlx::Error) -> DbErr {
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(error)))
}

#[async_trait::async_trait]
impl ConnectionTrait for Connections {
    fn get_database_backend(&self) -> DbBackend {
        self.pool.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut held = self.acquire().await?;
        held.execute(&statement).await.map_err(refused)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut held = self.acquire().await?;
        held.execute_unprepared(sql).await.map_err(refused)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut held = self.acquire().await?;
        held.query_one(&statement).await.map_err(refused)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut held = self.acquire().await?;
        held.query_all(&statement).await.map_err(refused)
    }
}

#[cfg(test)]
mod tests;
