//! One process at a time migrates a database.
//!
//! On SQLite and PostgreSQL the lock ends with the transaction that holds it, whatever becomes of the
//! process or of a pooler in between. On MariaDB a transaction ends with each change of a table, so
//! that the lock belongs to the session.

use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseConnection, DatabaseTransaction, DbBackend, DbErr, Statement,
};
use std::time::Duration;

/// The first versions took the same key for a session.
const POSTGRES: &str = "SELECT pg_advisory_xact_lock(7303014)";

/// MySQL takes names of up to 64 characters. Gives 1, or 0 when another session holds it for so many
/// seconds, or null when the server could not wait.
const TAKE_MARIADB: &str =
    "SELECT GET_LOCK(LEFT(CONCAT('quartermaster.', DATABASE()), 64), 5) AS held";
const RELEASE_MARIADB: &str = "SELECT RELEASE_LOCK(LEFT(CONCAT('quartermaster.', DATABASE()), 64))";

/// Before asking again, in case the server does not wait.
const PAUSE: Duration = Duration::from_millis(100);

/// Takes the lock for this transaction. On SQLite `BEGIN IMMEDIATE` has taken it already.
pub async fn take(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    match transaction.get_database_backend() {
        DbBackend::Postgres => transaction.execute_unprepared(POSTGRES).await.map(drop),
        DbBackend::MySql => take_session(transaction).await,
        _ => Ok(()),
    }
}

/// Without an end: another process may migrate for as long as it has to.
async fn take_session(transaction: &DatabaseTransaction) -> Result<(), DbErr> {
    let statement = Statement::from_string(DbBackend::MySql, TAKE_MARIADB);
    loop {
        let row = transaction.query_one_raw(statement.clone()).await?;
        let held: Option<i64> = row
            .map(|row| row.try_get("", "held"))
            .transpose()?
            .flatten();
        if held == Some(1) {
            return Ok(());
        }
        tracing::warn!("another process migrates the database; waiting for its end");
        tokio::time::sleep(PAUSE).await;
    }
}

/// Releases the lock once the transaction has ended.
pub async fn release(connection: &DatabaseConnection) -> Result<(), DbErr> {
    match connection.get_database_backend() {
        DbBackend::MySql => connection
            .execute_unprepared(RELEASE_MARIADB)
            .await
            .map(drop),
        _ => Ok(()),
    }
}
