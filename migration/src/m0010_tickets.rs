//! Single-use tickets with which a client opens a WebSocket.

use crate::dialect::{index, long_text, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut tickets = table(manager, "event_tickets");
        tickets
            .col(
                ColumnDef::new("digest")
                    .string_len(64)
                    .not_null()
                    .primary_key(),
            )
            .col(long_text(manager, "proof").not_null())
            .col(ColumnDef::new("expires_at").big_integer().not_null());
        manager.create_table(tickets).await?;
        let age = &["expires_at"];
        index(manager, "event_tickets", "event_tickets_age", age, false).await
    }
}
