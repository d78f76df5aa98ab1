//! People and their keys to the API.

use crate::dialect::{index, table};
use sea_orm_migration::prelude::*;

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        users(manager).await?;
        api_keys(manager).await
    }
}

async fn users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut users = table(manager, "users");
    users
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("realm").uuid().not_null())
        .col(ColumnDef::new("email").string_len(254).not_null())
        .col(ColumnDef::new("email_key").string_len(254))
        .col(ColumnDef::new("display_name").string_len(200).not_null())
        .col(ColumnDef::new("role").string_len(16).not_null())
        .col(ColumnDef::new("status").string_len(16).not_null())
        .col(ColumnDef::new("organization_id").uuid())
        .col(ColumnDef::new("station_id").uuid())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("updated_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null());
    manager.create_table(users).await?;
    // A deleted user has no email_key, and nulls are distinct everywhere, so its email is free.
    index(
        manager,
        "users",
        "users_email",
        &["realm", "email_key"],
        true,
    )
    .await?;
    index(manager, "users", "users_age", &["created_at", "id"], false).await?;
    index(
        manager,
        "users",
        "users_name",
        &["display_name", "id"],
        false,
    )
    .await
}

async fn api_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut keys = table(manager, "api_keys");
    keys.col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("user_id").uuid().not_null())
        .col(ColumnDef::new("name").string_len(200).not_null())
        .col(ColumnDef::new("digest").string_len(64).not_null())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null());
    manager.create_table(keys).await?;
    index(manager, "api_keys", "api_keys_user", &["user_id"], false).await
}
