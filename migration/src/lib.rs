//! The schema, one file a change. Files are only ever added.
//!
//! Times are microseconds since 1970 in a bigint and JSON is text, so that SQLite, PostgreSQL and
//! MariaDB/MySQL keep the same bytes; what differs between them is in [`dialect`].

mod dialect;
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

use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{
    ConnectionTrait, DatabaseConnection, DbBackend, DbErr, EntityTrait, QuerySelect,
};
use sea_orm_migration::seaql_migrations;

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
        ]
    }
}

/// Applies what is missing. Several replicas may start at once: the one that gets the lock works,
/// the others wait and find nothing to do. The connection has to be a single one, since the lock
/// belongs to its session.
pub async fn up(connection: &DatabaseConnection) -> Result<(), DbErr> {
    let (lock, unlock) = match connection.get_database_backend() {
        DbBackend::Postgres => (
            "SELECT pg_advisory_lock(7303014)",
            "SELECT pg_advisory_unlock(7303014)",
        ),
        DbBackend::MySql => (
            "SELECT GET_LOCK(CONCAT('quartermaster.', DATABASE()), 60)",
            "SELECT RELEASE_LOCK(CONCAT('quartermaster.', DATABASE()))",
        ),
        _ => return Migrator::up(connection, None).await,
    };
    connection.execute_unprepared(lock).await?;
    let migrated = Migrator::up(connection, None).await;
    connection.execute_unprepared(unlock).await?;
    migrated
}

/// The names of the migrations that the database lacks.
pub async fn pending(connection: &DatabaseConnection) -> Result<Vec<String>, DbErr> {
    let pending = Migrator::get_pending_migrations(connection).await?;
    Ok(pending
        .iter()
        .map(|migration| migration.name().to_owned())
        .collect())
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
