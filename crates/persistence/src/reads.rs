//! Connections that read. Each has one statement at a time, and nobody gets a connection on which the
//! statement of somebody else still runs: when the caller is gone, or has waited long enough, the
//! statement is first cancelled in the database.

mod lease;
mod snapshot;

pub(crate) use snapshot::Snapshot;

use crate::StoreResult;
use futures_util::TryStreamExt;
use lease::{Lease, Slot};
use sea_orm::{
    AccessMode, ConnAcquireErr, ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend,
    DbErr, EntityTrait, ExecResult, FromQueryResult, IsolationLevel, QueryResult, QueryTrait,
    RuntimeErr, Select, Statement, StreamTrait, TransactionTrait, sqlx,
};
use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{sync::Semaphore, time::timeout};

/// How long a statement outside of a snapshot may take before it is ended in the database.
const STATEMENT_LIMIT: Duration = Duration::from_secs(10);

/// Some connections for reads.
#[derive(Clone, Debug)]
pub(crate) struct Reads {
    shared: Arc<Shared>,
}

#[derive(Debug)]
struct Shared {
    /// The connections that nobody has, the one that was used last at the end.
    free: Mutex<Vec<Slot>>,
    /// As many as are free.
    permits: Arc<Semaphore>,
    size: u32,
    /// How long to wait for a connection.
    wait: Duration,
    /// How to connect one of them.
    options: ConnectOptions,
    backend: DbBackend,
}

impl Reads {
    /// Connects once, so that it fails where the database is not there. The other connections are made
    /// when they are needed.
    pub(crate) async fn connect(
        mut options: ConnectOptions,
        size: u32,
        wait: Duration,
    ) -> StoreResult<Self> {
        let size = size.max(1);
        options
            .max_connections(1)
            .min_connections(0)
            .connect_lazy(true);
        let first = Slot::open(&options).await?;
        let backend = first.backend();
        let mut free = vec![first];
        while free.len() < size as usize {
            free.push(Slot::open(&options).await?);
        }
        let reads = Self {
            shared: Arc::new(Shared {
                free: Mutex::new(free),
                permits: Arc::new(Semaphore::new(size as usize)),
                size,
                wait,
                options,
                backend,
            }),
        };
        reads.execute_unprepared("SELECT 1").await?;
        Ok(reads)
    }

    /// A connection of one's own for a while.
    async fn lease(&self) -> Result<Lease, DbErr> {
        let shared = &self.shared;
        let permit = timeout(shared.wait, Arc::clone(&shared.permits).acquire_owned());
        let permit = match permit.await {
            Ok(Ok(permit)) => permit,
            Ok(Err(_)) => return Err(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed)),
            Err(_) => return Err(DbErr::ConnectionAcquire(ConnAcquireErr::Timeout)),
        };
        let slot = shared.free().pop();
        let slot = slot.ok_or(DbErr::ConnectionAcquire(ConnAcquireErr::ConnectionClosed))?;
        let mut lease = Lease::of(Arc::clone(shared), slot, permit);
        lease.identify().await?;
        Ok(lease)
    }

    /// The rows of a query in its order, as long as they are no more bytes than `most` together, but at
    /// least one; and whether some were left out for that. `size` gives the bytes of a row.
    pub(crate) async fn within<E: EntityTrait>(
        &self,
        query: Select<E>,
        most: usize,
        size: fn(&E::Model) -> usize,
    ) -> Result<(Vec<E::Model>, bool), DbErr> {
        let lease = self.lease().await?;
        let statement = query.build(self.get_database_backend());
        let read = limited(rows_within::<E>(lease.connection(), statement, most, size)).await?;
        lease.give_back();
        Ok(read)
    }

    /// A transaction that sees one moment of the database. Its statements have no limit of ours, since
    /// some read whole tables; PostgreSQL ends each after 30 s.
    pub(crate) async fn snapshot(
        &self,
        isolation: Option<IsolationLevel>,
        access: Option<AccessMode>,
    ) -> Result<Snapshot, DbErr> {
        let lease = self.lease().await?;
        let begun = limited(lease.connection().begin_with_config(isolation, access)).await?;
        Ok(Snapshot::new(begun, lease))
    }

    /// The names of the changes of the schema that are missing.
    pub(crate) async fn pending_migrations(&self) -> Result<Vec<String>, DbErr> {
        let lease = self.lease().await?;
        let done = limited(migration::pending(lease.connection())).await;
        lease.after(done)
    }

    /// The names of the changes of the schema that this version does not know.
    pub(crate) async fn unknown_migrations(&self) -> Result<Vec<String>, DbErr> {
        let lease = self.lease().await?;
        let done = limited(migration::unknown(lease.connection())).await;
        lease.after(done)
    }

    /// Open connections, and how many of them nobody has.
    pub(crate) fn connections(&self) -> (u32, usize) {
        let free = self.shared.free();
        let idle = free.iter().filter(|slot| slot.is_open()).count();
        let taken = self.shared.size as usize - free.len().min(self.shared.size as usize);
        (u32::try_from(taken + idle).unwrap_or(u32::MAX), idle)
    }

    /// Waits for running reads, but not long, and closes the connections.
    pub(crate) async fn close(self) -> Result<(), DbErr> {
        let shared = &self.shared;
        let all = timeout(shared.wait, shared.permits.acquire_many(shared.size)).await;
        shared.permits.close();
        drop(all);
        let slots = std::mem::take(&mut *shared.free());
        for slot in slots {
            slot.close().await?;
        }
        Ok(())
    }
}

impl Shared {
    /// The list is changed at once, so that it is whole also after a panic elsewhere.
    fn free(&self) -> MutexGuard<'_, Vec<Slot>> {
        self.free.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

async fn rows_within<E: EntityTrait>(
    connection: &DatabaseConnection,
    statement: Statement,
    most: usize,
    size: fn(&E::Model) -> usize,
) -> Result<(Vec<E::Model>, bool), DbErr> {
    let mut stream = connection.stream_raw(statement).await?;
    let (mut rows, mut bytes) = (Vec::new(), 0_usize);
    while let Some(row) = stream.try_next().await? {
        let row = E::Model::from_query_result(&row, "")?;
        bytes = bytes.saturating_add(size(&row));
        if bytes > most && !rows.is_empty() {
            // The driver reads over what is left before the connection is used again.
            return Ok((rows, true));
        }
        rows.push(row);
    }
    Ok((rows, false))
}

/// At the limit the statement is given up, which ends it where it runs.
async fn limited<T>(part: impl Future<Output = Result<T, DbErr>>) -> Result<T, DbErr> {
    match timeout(STATEMENT_LIMIT, part).await {
        Ok(done) => done,
        Err(_) => Err(too_long()),
    }
}

/// The outcome is unknown, as with a database that does not answer.
fn too_long() -> DbErr {
    let limit = STATEMENT_LIMIT.as_secs();
    let cause = io::Error::new(
        io::ErrorKind::TimedOut,
        format!("a statement took longer than {limit} s"),
    );
    DbErr::Query(RuntimeErr::SqlxError(Arc::new(sqlx::Error::Io(cause))))
}

#[async_trait::async_trait]
impl ConnectionTrait for Reads {
    fn get_database_backend(&self) -> DbBackend {
        self.shared.backend
    }

    async fn execute_raw(&self, statement: Statement) -> Result<ExecResult, DbErr> {
        let lease = self.lease().await?;
        let done = limited(lease.connection().execute_raw(statement)).await;
        lease.after(done)
    }

    async fn execute_unprepared(&self, sql: &str) -> Result<ExecResult, DbErr> {
        let lease = self.lease().await?;
        let done = limited(lease.connection().execute_unprepared(sql)).await;
        lease.after(done)
    }

    async fn query_one_raw(&self, statement: Statement) -> Result<Option<QueryResult>, DbErr> {
        let lease = self.lease().await?;
        let done = limited(lease.connection().query_one_raw(statement)).await;
        lease.after(done)
    }

    async fn query_all_raw(&self, statement: Statement) -> Result<Vec<QueryResult>, DbErr> {
        let lease = self.lease().await?;
        let done = limited(lease.connection().query_all_raw(statement)).await;
        lease.after(done)
    }
}

#[cfg(test)]
mod tests;
