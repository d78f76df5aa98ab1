//! Webhooks: the endpoints, their secrets, how far each has come in its log, and its deliveries.

use crate::dialect::{index, long_text, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        webhooks(manager).await?;
        secrets(manager).await?;
        queues(manager).await?;
        deliveries(manager).await?;
        attempts(manager).await
    }
}

async fn webhooks(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut webhooks = table(manager, "webhooks");
    webhooks
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("realm").uuid().not_null())
        .col(long_text(manager, "url").not_null())
        .col(ColumnDef::new("description").string_len(200))
        .col(long_text(manager, "event_types"))
        .col(ColumnDef::new("ordered").boolean().not_null())
        .col(ColumnDef::new("disabled").string_len(16))
        .col(ColumnDef::new("previous_secret_until").big_integer())
        .col(ColumnDef::new("created_by").uuid())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("updated_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null());
    manager.create_table(webhooks).await?;
    let realm = &["realm", "created_at", "id"];
    index(manager, "webhooks", "webhooks_realm", realm, false).await
}

/// Not in the log: whoever reads the log must not be able to sign.
async fn secrets(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut secrets = table(manager, "webhook_secrets");
    secrets
        .col(ColumnDef::new("webhook_id").uuid().not_null().primary_key())
        .col(long_text(manager, "sealed").not_null())
        .col(long_text(manager, "previous_sealed"));
    manager.create_table(secrets).await
}

/// Each endpoint is a cursor over its log, and one process at a time works for it.
async fn queues(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut queues = table(manager, "webhook_queues");
    queues
        .col(ColumnDef::new("webhook_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("log_id").uuid().not_null())
        .col(ColumnDef::new("enabled").boolean().not_null())
        .col(ColumnDef::new("position").big_integer().not_null())
        .col(ColumnDef::new("recover_after").big_integer())
        .col(ColumnDef::new("recover_to").big_integer())
        .col(ColumnDef::new("due_at").big_integer().not_null())
        .col(ColumnDef::new("holder").uuid())
        .col(ColumnDef::new("held_until").big_integer().not_null())
        .col(ColumnDef::new("failures").integer().not_null())
        .col(ColumnDef::new("failing_since").big_integer());
    manager.create_table(queues).await
}

async fn deliveries(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut deliveries = table(manager, "deliveries");
    deliveries
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("webhook_id").uuid().not_null())
        .col(ColumnDef::new("event_id").uuid().not_null())
        .col(ColumnDef::new("event_type").string_len(64).not_null())
        .col(ColumnDef::new("position").big_integer())
        .col(ColumnDef::new("status").string_len(16).not_null())
        .col(ColumnDef::new("attempts").integer().not_null())
        .col(ColumnDef::new("tries").integer().not_null())
        .col(ColumnDef::new("next_at").big_integer())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("done_at").big_integer());
    manager.create_table(deliveries).await?;
    let event = &["webhook_id", "event_id"];
    index(manager, "deliveries", "deliveries_event", event, true).await?;
    let due = &["webhook_id", "status", "next_at"];
    index(manager, "deliveries", "deliveries_due", due, false).await?;
    let newest = &["webhook_id", "id"];
    index(manager, "deliveries", "deliveries_newest", newest, false).await?;
    let age = &["done_at"];
    index(manager, "deliveries", "deliveries_age", age, false).await
}

async fn attempts(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut attempts = table(manager, "delivery_attempts");
    attempts
        .col(ColumnDef::new("delivery_id").uuid().not_null())
        .col(ColumnDef::new("number").integer().not_null())
        .col(ColumnDef::new("at").big_integer().not_null())
        .col(ColumnDef::new("took_ms").big_integer().not_null())
        .col(ColumnDef::new("status").integer())
        .col(ColumnDef::new("reason").string_len(32))
        .col(long_text(manager, "detail"))
        .col(long_text(manager, "answer").not_null())
        .primary_key(Index::create().col("delivery_id").col("number"));
    manager.create_table(attempts).await
}
