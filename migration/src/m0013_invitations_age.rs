//! An index to find expired links by their time.

use crate::dialect::index;
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        let age = &["expires_at"];
        index(manager, "invitations", "invitations_age", age, false).await
    }
}
