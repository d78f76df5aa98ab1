//! A transaction on one connection.

use super::{held::Held, refused};
use crate::StoreResult;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use std::fmt;
use tokio::sync::Mutex;

/// What a transaction is for.
#[derive(Clone, Copy, Debug)]
pub(super) enum Begin {
    /// It changes something.
    Write,
    /// It sees one moment of the whole database and changes nothing.
    Snapshot,
}

impl Begin {
    /// Statements that the session is told first, and the one that begins it. Where none says so, the
    /// session has READ COMMITTED.
    const fn statements(self, backend: DbBackend) -> (Option<&'static str>, &'static str) {
        match (self, backend) {
            (Self::Write, DbBackend::Sqlite) => (None, "BEGIN IMMEDIATE"),
            (Self::Snapshot, DbBackend::Postgres) => {
                (None, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY")
            }
            (Self::Snapshot, DbBackend::MySql) => (
                Some("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"),
                "START TRANSACTION READ ONLY",
            ),
            _ => (None, "BEGIN"),
        }
    }
}

/// A transaction. Dropped without a commit, nothing happened. After a statement that failed it can
/// only be rolled back: SQLite and MariaDB may have undone what came before it already, and would keep
/// what comes after it.
pub(crate) struct Transaction {
    held: Mutex<Held>,
    backend: DbBackend,
}

impl Transaction {
    pub(super) async fn begin(mut held: Held, backend: DbBackend, how: Begin) -> StoreResult<Self> {
        let (before, begin) = how.statements(backend);
        if matches!(how, Begin::Snapshot) {
            held.is_patient();
        }
        if let Some(sql) = before {
            held.execute_unprepared(sql).await.map_err(refused)?;
        }
        held.begin(begin).await.map_err(refused)?;
        Ok(Self {
            held: Mutex::new(held),
            backend,
        })
    }

    /// Makes it true. After an error nobody knows whether it is.
    pub(crate) async fn commit(self) -> StoreResult<()> {
        let mut held = self.held.into_inner();
        Ok(held.commit().await.map_err(refused)?)
    }

    /// Ends it with nothing done.
    pub(crate) async fn rollback(self) -> StoreResult<()> {
        let mut held = self.held.into_inner();
        Ok(held.roll_back().await.map_err(refused)?)
    }
}

impl fmt::Debug for Transaction {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str("Transaction")
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Transaction {
    fn get_database_backend(&self) -> DbBackend {
        self.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let mut held = self.held.lock().await;
        held.execute(&statement).await.map_err(refused)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let mut held = self.held.lock().await;
        held.execute_unprepared(sql).await.map_err(refused)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let mut held = self.held.lock().await;
        held.query_one(&statement).await.map_err(refused)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let mut held = self.held.lock().await;
        held.query_all(&statement).await.map_err(refused)
    }
}
