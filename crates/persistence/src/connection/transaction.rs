//! A transaction on one connection.

use super::{held::Held, refused};
use crate::StoreResult;
use sea_orm::{ConnectionTrait, DbBackend, DbErr, ExecResult, QueryResult, Statement};
use std::fmt;
use tokio::sync::Mutex;

/// A transaction. Dropped without a commit, nothing happened. After a statement that failed it can
/// only be rolled back: SQLite and MariaDB may have undone what came before it already, and would keep
/// what comes after it.
pub(crate) struct Transaction {
    held: Mutex<Held>,
    backend: DbBackend,
}

impl Transaction {
    /// Begins one. Where nothing says otherwise, the session has READ COMMITTED.
    pub(super) async fn begin(mut held: Held, backend: DbBackend) -> StoreResult<Self> {
        let begin = match backend {
            DbBackend::Sqlite => "BEGIN IMMEDIATE",
            _ => "BEGIN",
        };
        held.begin(begin).await.map_err(refused)?;
        Ok(Self {
            held: Mutex::new(held),
            backend,
        })
    }

    /// Commits. After an error the outcome is unknown.
    pub(crate) async fn commit(self) -> StoreResult<()> {
        let mut held = self.held.into_inner();
        Ok(held.commit().await.map_err(refused)?)
    }

    /// Rolls back.
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
