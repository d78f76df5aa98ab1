//! A transaction that only reads.

use super::lease::Lease;
use sea_orm::{
    ConnectionTrait, DatabaseTransaction, DbBackend, DbErr, ExecResult, QueryResult, Statement,
};
use std::ops::Deref;

/// Sees one moment of the database. Dropped in the middle of a statement, the statement is ended.
pub(crate) struct Snapshot {
    // Before the lease, so that it is dropped first and the lease has its connection back by then.
    transaction: DatabaseTransaction,
    lease: Lease,
}

impl Snapshot {
    pub(super) fn new(transaction: DatabaseTransaction, lease: Lease) -> Self {
        Self { transaction, lease }
    }

    /// Ends it.
    pub(crate) async fn rollback(self) -> Result<(), DbErr> {
        let Self { transaction, lease } = self;
        let done = transaction.rollback().await;
        lease.after(done)
    }
}

impl Deref for Snapshot {
    type Target = DatabaseTransaction;

    fn deref(&self) -> &DatabaseTransaction {
        &self.transaction
    }
}

#[async_trait::async_trait]
impl ConnectionTrait for Snapshot {
    fn get_database_backend(&self) -> DbBackend {
        self.transaction.get_database_backend()
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        self.transaction.execute_raw(statement).await
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        self.transaction.execute_unprepared(sql).await
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        self.transaction.query_one_raw(statement).await
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        self.transaction.query_all_raw(statement).await
    }
}
