//! A row that is written to check that the database keeps changes.

use crate::dialect::table;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let mut probes = table(manager, "write_probes");
        probes
            .col(ColumnDef::new("id").integer().not_null().primary_key())
            .col(ColumnDef::new("probes").big_integer().not_null());
        manager.create_table(probes).await
    }
}
