//! How many bytes of events each log has.

use crate::dialect;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

/// What the columns of an event take beside its data, in bytes, as the writers count it.
const BESIDE_DATA: u32 = 256;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut bytes = ColumnDef::new("bytes");
        let bytes = bytes.big_integer().not_null().default(0);
        dialect::add(manager, "event_heads", bytes).await?;
        let count = format!(
            "UPDATE event_heads SET bytes = (SELECT COALESCE(SUM(OCTET_LENGTH(data) + {BESIDE_DATA}), 0) \
             FROM events WHERE events.log_id = event_heads.log_id) WHERE bytes = 0"
        );
        dialect::execute(manager, &count).await
    }
}
