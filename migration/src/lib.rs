//! The schema, one file a change. Files are only ever added.
//!
//! A migration may be cut off after any statement and is then run again from its beginning. SQLite
//! and PostgreSQL undo what it did. MariaDB and MySQL do not, and the first versions did not on
//! SQLite, so every step has to find out whether it is done: the functions of [`dialect`] do, a
//! statement of a migration's own has to.
//!
//! Times are microseconds since 1970 in a bigint and JSON is text, so that SQLite, PostgreSQL and
//! MariaDB/MySQL keep the same bytes; what differs between them is in [`dialect`].

mod dialect;
mod lock;
mod m0001_log;
mod m0002_directory;
mod m0003_licensing;
mod m0004_tenancy;
mod m0005_login;
mod m0006_access;
mod m0007_chain;
mod m0008_reactors;
mod m0009_webhooks;
mod m0010_tickets;
mod m0011_write_probe;
mod m0012_log_bytes;
mod m0013_invitations_age;
mod m0014_search;

pub use sea_orm_migration::MigratorTrait;
use sea_orm_migration::{
    prelude::*,
    sea_orm::{
        ActiveValue::Set, DatabaseConnection, DatabaseTransaction, DbErr, EntityTrait, QuerySelect,
        SqliteTransactionMode, TransactionOptions, TransactionTrait,
    },
    seaql_migrations,
};
use std::time::{SystemTime, UNIX_EPOCH};

/// Brings a database up to the newest schema.
pub struct Migrator;

#[async_trait::async_trait]
impl MigratorTrait for Migrator {
    fn migrations() -> Vec<Box<dyn MigrationTrait>> {
        vec![
            Box::new(m0001_log::Migration),
            Box::new(m0002_directory::Migration),
            Box::new(m0003_licensing::Migration),
            Box::new(m0004_tenancy::Migration),
            Box::new(m0005_login::Migration),
            Box::new(m0006_access::Migration),
            Box::new(m0007_chain::Migration),
            Box::new(m0008_reactors::Migration),
            Box::new(m0009_webhooks::Migration),
            Box::new(m0010_tickets::Migration),
            Box::new(m0011_write_probe::Migration),
            Box::new(m0012_log_bytes::Migration),
            Box::new(m0013_invitations_age::Migration),
            Box::new(m0014_search::Migration),
        ]
    }
}

/// Applies what is missing. Several processes may do so at once: one works, the others wait for it.
/// The connection has to be a single one: a lock of MariaDB belongs to its session.
///
/// # Errors
/// Also when another process holds a lock for so long that the database gives up waiting: try again.
pub async fn up(connection: &DatabaseConnection) -> Result<(), DbErr> {
    while !pending(connection).await?.is_empty() {
        let applied = apply_next(connection).await;
        let released = lock::release(connection).await;
        applied.and(released)?;
    }
    Ok(())
}

/// The names of the migrations that the database lacks.
pub async fn pending(connection: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations_read_only(connection).await?;
    Ok(pending
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect())
}

/// Applies the first migration that is missing, if one still is once the lock is held. The lock, the
/// migration and its row are one transaction, so that none of them is there without the others; on
/// MariaDB every statement is one, and the row is the last.
async fn apply_next(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let options = TransactionOptions {
        sqlite_transaction_mode: Some(SqliteTransactionMode::Immediate),
        ..TransactionOptions::default()
    };
    let transaction = connection.begin_with_options(options).await?;
    lock::take(&transaction).await?;
    let pending = Migrator::get_pending_migrations_read_only(&transaction).await?;
    let next = pending.first().map(|next| next.name());
    let mut all = Migrator::migrations().into_iter();
    if let Some(next) = all.find(|one| Some(one.name()) == next) {
        tracing::info!(migration = next.name(), "applying");
        next.up(&SchemaManager::new(&transaction)).await?;
        note(&transaction, next.name()).await?;
    }
    transaction.commit().await
}

/// Notes that a migration is done.
async fn note(transaction: &DatabaseTransaction, name: &str) -> Result<(), DbErr> {
    let manager = SchemaManager::new(transaction);
    if !manager.has_table("seaql_migrations").await? {
        Migrator::install(transaction).await?;
    }
    let now = SystemTime::now().duration_since(UNIX_EPOCH);
    let row = seaql_migrations::ActiveModel {
        version: Set(name.to_owned()),
        applied_at: Set(now.map_or(0, |now| now.as_secs().cast_signed())),
    };
    let noted = seaql_migrations::Entity::insert(row).exec_without_returning(transaction);
    noted.await.map(drop)
}

/// The names of the migrations that the database has had and that are not among these: a newer version
/// made it.
pub async fn unknown(connection: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let known = Migrator::migrations();
    let applied = seaql_migrations::Entity::find()
        .select_only()
        .column(seaql_migrations::Column::Version)
        .into_tuple::<String>()
        .all(connection)
        .await?;
    let unknown = applied
        .into_iter()
        .filter(|name| known.iter().all(|one| one.name() != name));
    Ok(unknown.collect())
}
