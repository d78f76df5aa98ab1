//! The reactors, which work on the logs outside of a write, and how far each has come.

use crate::dialect::{index, long_text, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        leases(manager).await?;
        cursors(manager).await?;
        parked_events(manager).await
    }
}

/// Of the replicas, one at a time works for a reactor.
async fn leases(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut leases = table(manager, "reactor_leases");
    leases
        .col(name("reactor").primary_key())
        .col(ColumnDef::new("holder").uuid().not_null())
        .col(ColumnDef::new("held_until").big_integer().not_null());
    manager.create_table(leases).await
}

/// Up to where a reactor is done with a log.
async fn cursors(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut cursors = table(manager, "reactor_cursors");
    cursors
        .col(name("reactor"))
        .col(ColumnDef::new("log_id").uuid().not_null())
        .col(ColumnDef::new("position").big_integer().not_null())
        .primary_key(Index::create().col("reactor").col("log_id"));
    manager.create_table(cursors).await
}

/// What a reactor could not take, so that what comes after it goes on.
async fn parked_events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut parked = table(manager, "parked_events");
    parked
        .col(name("reactor"))
        .col(ColumnDef::new("log_id").uuid().not_null())
        .col(ColumnDef::new("position").big_integer().not_null())
        .col(long_text(manager, "reason").not_null())
        .col(ColumnDef::new("parked_at").big_integer().not_null())
        .primary_key(Index::create().col("reactor").col("log_id").col("position"));
    manager.create_table(parked).await?;
    let age = &["reactor", "parked_at"];
    index(manager, "parked_events", "parked_events_age", age, false).await
}

fn name(column: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(column);
    column.string_len(64).not_null();
    column
}
