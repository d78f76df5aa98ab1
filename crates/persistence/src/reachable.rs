//! Why no connection could be had.

use crate::{Store, StoreError, StoreResult};
use sea_orm::{
    ConnAcquireErr, ConnectOptions, Database, DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    sqlx::{self, Connection, MySqlConnection, PgConnection},
};
use std::time::Duration;
use tokio::time::timeout;

/// How long the attempt to connect may take.
const PATIENCE: Duration = Duration::from_secs(2);

impl Store {
    /// Why the database takes no new connection, as the database or the network reports it; none when
    /// it takes one. A pool retries until its time is over and reports only the time-out.
    pub async fn connect_fault(&self) -> Option<String> {
        fault(self.alone.get_url()).await
    }
}

/// Opens a pool; when the database cannot be reached, the error has the cause.
pub(crate) async fn connect(options: ConnectOptions) -> StoreResult<DatabaseConnection> {
    let url = options.get_url().to_owned();
    let error = match Database::connect(options).await {
        Ok(pool) => return Ok(pool),
        Err(error) => error,
    };
    let cause = match is_timeout(&error) {
        true => fault(&url).await,
        false => None,
    };
    Err(cause.map_or_else(
        || StoreError::from(error),
        |cause| StoreError::Unavailable(DbErr::Conn(RuntimeErr::Internal(cause))),
    ))
}

/// Whether no connection came in time, for whatever reason.
fn is_timeout(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(ConnAcquireErr::Timeout) => true,
        DbErr::Conn(RuntimeErr::SqlxError(error)) => {
            matches!(**error, sqlx::Error::PoolTimedOut)
        }
        _ => false,
    }
}

async fn fault(url: &str) -> Option<String> {
    let attempt = async {
        if DbBackend::Postgres.is_prefix_of(url) {
            PgConnection::connect(url).await?.close().await
        } else if DbBackend::MySql.is_prefix_of(url) {
            MySqlConnection::connect(url).await?.close().await
        } else {
            // A file is opened or not: its pool reports why.
            Ok::<_, sqlx::Error>(())
        }
    };
    match timeout(PATIENCE, attempt).await {
        Ok(Ok(())) => None,
        Ok(Err(error)) => Some(error.to_string()),
        Err(_) => Some(format!("no answer within {} s", PATIENCE.as_secs())),
    }
}
