//! The chain of hashes over each log, and indexes to find its events.

use crate::dialect::{self, index, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        // Existing events are chained after the migrations, by the code that knows the rule.
        for table in ["events", "event_heads"] {
            let mut hash = ColumnDef::new("hash");
            dialect::add(manager, table, hash.string_len(64).not_null().default("")).await?;
        }
        dialect::add(manager, "events", ColumnDef::new("station_id").uuid()).await?;
        subject_keys(manager).await?;
        let station = &["log_id", "station_id", "position"];
        index(manager, "events", "events_station", station, false).await?;
        let actor = &["log_id", "actor_id", "position"];
        index(manager, "events", "events_actor", actor, false).await?;
        let time = &["log_id", "occurred_at"];
        index(manager, "events", "events_time", time, false).await
    }
}

/// The keys under which personal data is sealed in the log.
async fn subject_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut keys = table(manager, "subject_keys");
    keys.col(ColumnDef::new("user_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("secret").string_len(64).not_null());
    manager.create_table(keys).await
}
