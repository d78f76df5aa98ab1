//! Custom roles, keys that expire and rotate, and what organizations set for themselves.

use crate::dialect::{self, index, long_text, table};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        users(manager).await?;
        organizations(manager).await?;
        roles(manager).await?;
        api_keys(manager).await?;
        api_key_uses(manager).await
    }
}

/// The ids of the custom roles of a user, as a JSON array: 20 at most, and read with the user.
async fn users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut roles = ColumnDef::new("roles");
    dialect::add(
        manager,
        "users",
        roles.string_len(1000).not_null().default("[]"),
    )
    .await
}

async fn organizations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut settings = long_text(manager, "settings");
    dialect::add(manager, "organizations", &mut settings).await
}

async fn roles(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut roles = table(manager, "roles");
    roles
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organization_id").uuid().not_null())
        .col(ColumnDef::new("name").string_len(200).not_null())
        .col(ColumnDef::new("name_key").string_len(200).not_null())
        .col(long_text(manager, "description"))
        .col(long_text(manager, "permissions").not_null())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("updated_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null());
    manager.create_table(roles).await?;
    let name = &["organization_id", "name_key"];
    index(manager, "roles", "roles_name", name, true).await
}

/// The table is made anew: a key may belong to no user, and not every database can take a
/// constraint off a column. `bootstrap` is in the new form only.
async fn api_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let is_old = manager.has_table("api_keys").await?
        && !manager.has_column("api_keys", "bootstrap").await?;
    if is_old {
        let rename = match manager.get_database_backend() {
            DbBackend::MySql => "RENAME TABLE api_keys TO former_api_keys",
            _ => "ALTER TABLE api_keys RENAME TO former_api_keys",
        };
        dialect::execute(manager, rename).await?;
    }
    let mut keys = table(manager, "api_keys");
    keys.col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("user_id").uuid())
        .col(ColumnDef::new("realm").uuid().not_null())
        .col(ColumnDef::new("name").string_len(200).not_null())
        .col(ColumnDef::new("digest").string_len(64).not_null())
        .col(ColumnDef::new("previous_digest").string_len(64))
        .col(ColumnDef::new("previous_until").big_integer())
        .col(long_text(manager, "permissions"))
        .col(ColumnDef::new("expires_at").big_integer())
        .col(ColumnDef::new("revoked_at").big_integer())
        .col(ColumnDef::new("bootstrap").boolean().not_null())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("updated_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null());
    manager.create_table(keys).await?;
    if manager.has_table("former_api_keys").await? {
        take_former_api_keys(manager).await?;
    }
    let user = &["user_id", "created_at", "id"];
    index(manager, "api_keys", "api_keys_owner", user, false).await?;
    let realm = &["realm", "created_at", "id"];
    index(manager, "api_keys", "api_keys_realm", realm, false).await
}

/// Copies each row once, also when the copy is repeated.
async fn take_former_api_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    dialect::execute(
        manager,
        "INSERT INTO api_keys (id, user_id, realm, name, digest, bootstrap, created_at, \
         updated_at, version) SELECT id, user_id, realm, name, digest, \
         FALSE, created_at, created_at, version FROM former_api_keys \
         WHERE id NOT IN (SELECT id FROM api_keys)",
    )
    .await?;
    dialect::execute(manager, "DROP TABLE former_api_keys").await
}

/// When a key was used last; not in the log.
async fn api_key_uses(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut uses = table(manager, "api_key_uses");
    uses.col(ColumnDef::new("api_key_id").uuid().not_null().primary_key())
        .col(ColumnDef::new("last_used_at").big_integer().not_null());
    manager.create_table(uses).await
}
