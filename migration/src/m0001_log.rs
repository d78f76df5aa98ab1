//! The log: heads, events, kept totals, and answers kept for repeated requests.

use crate::dialect::{index, long_text, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        heads(manager).await?;
        events(manager).await?;
        tallies(manager).await?;
        idempotency_keys(manager).await
    }
}

async fn heads(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut heads = table(manager, "event_heads");
    heads
        .col(ColumnDef::new("log_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("position").big_integer().not_null())
        .col(ColumnDef::new("epoch").big_integer().not_null());
    manager.create_table(heads).await
}

async fn events(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut events = table(manager, "events");
    events
        .col(ColumnDef::new("log_id").uuid().not_null())
        .col(ColumnDef::new("position").big_integer().not_null())
        .col(ColumnDef::new("event_id").uuid().not_null())
        .col(ColumnDef::new("stream_id").uuid().not_null())
        .col(ColumnDef::new("stream_version").big_integer().not_null())
        .col(ColumnDef::new("event_type").string_len(64).not_null())
        .col(ColumnDef::new("schema_version").integer().not_null())
        .col(ColumnDef::new("actor_id").uuid())
        .col(ColumnDef::new("organization_id").uuid())
        .col(ColumnDef::new("request_id").string_len(128))
        .col(ColumnDef::new("occurred_at").big_integer().not_null())
        .col(long_text(manager, "data").not_null())
        .primary_key(Index::create().col("log_id").col("position"));
    manager.create_table(events).await?;
    index(manager, "events", "events_event_id", &["event_id"], true).await?;
    let stream = &["stream_id", "stream_version"];
    index(manager, "events", "events_stream", stream, true).await?;
    let by_type = &["log_id", "event_type", "position"];
    index(manager, "events", "events_type", by_type, false).await
}

async fn tallies(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut tallies = table(manager, "tallies");
    tallies
        .col(ColumnDef::new("log_id").uuid().not_null())
        .col(ColumnDef::new("name").string_len(64).not_null())
        .col(ColumnDef::new("total").big_integer().not_null())
        .primary_key(Index::create().col("log_id").col("name"));
    manager.create_table(tallies).await
}

async fn idempotency_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut keys = table(manager, "idempotency_keys");
    keys.col(ColumnDef::new("actor_id").uuid().not_null())
        .col(ColumnDef::new("idempotency_key").string_len(255).not_null())
        .col(ColumnDef::new("fingerprint").string_len(64).not_null())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(long_text(manager, "answer").not_null())
        .primary_key(Index::create().col("actor_id").col("idempotency_key"));
    manager.create_table(keys).await?;
    let age = &["created_at"];
    index(
        manager,
        "idempotency_keys",
        "idempotency_keys_age",
        age,
        false,
    )
    .await
}
