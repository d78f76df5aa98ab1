//! Organizations, their stations, and what the platform gives them of its catalogue.

use crate::dialect::{self, add, execute, index, long_text, table};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        logs(manager).await?;
        organizations(manager).await?;
        stations(manager).await?;
        users(manager).await?;
        api_keys(manager).await?;
        variants(manager).await?;
        allocations(manager).await?;
        pools(manager).await?;
        assignments(manager).await
    }
}

/// A write over several logs leaves a mark at each, also where it appended nothing.
async fn logs(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    add(
        manager,
        "event_heads",
        ColumnDef::new("joint_writes")
            .big_integer()
            .not_null()
            .default(0),
    )
    .await?;
    add(manager, "events", ColumnDef::new("actor_key_id").uuid()).await
}

async fn organizations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut organizations = table(manager, "organizations");
    organizations
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("name").string_len(200).not_null())
        .col(ColumnDef::new("slug").string_len(63).not_null())
        .col(ColumnDef::new("status").string_len(16).not_null())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("updated_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null());
    manager.create_table(organizations).await?;
    let slug = &["slug"];
    index(manager, "organizations", "organizations_slug", slug, true).await
}

async fn stations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut stations = table(manager, "stations");
    stations
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organization_id").uuid().not_null())
        .col(ColumnDef::new("code").string_len(64).not_null())
        .col(ColumnDef::new("name").string_len(200).not_null())
        .col(ColumnDef::new("address").string_len(500))
        .col(ColumnDef::new("latitude").integer())
        .col(ColumnDef::new("longitude").integer())
        .col(ColumnDef::new("time_zone").string_len(64).not_null())
        .col(ColumnDef::new("country").string_len(2).not_null())
        .col(
            ColumnDef::new("operational_status")
                .string_len(16)
                .not_null(),
        )
        .col(long_text(manager, "attributes").not_null())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("updated_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null());
    manager.create_table(stations).await?;
    let code = &["organization_id", "code"];
    index(manager, "stations", "stations_code", code, true).await?;
    let age = &["organization_id", "created_at", "id"];
    index(manager, "stations", "stations_organization", age, false).await?;
    index(
        manager,
        "stations",
        "stations_age",
        &["created_at", "id"],
        false,
    )
    .await
}

/// Indexes for the people of an organization or station.
async fn users(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let organization = &["organization_id", "created_at", "id"];
    index(manager, "users", "users_organization", organization, false).await?;
    let station = &["station_id", "created_at", "id"];
    index(manager, "users", "users_station", station, false).await
}

async fn api_keys(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut realm = ColumnDef::new("realm");
    let realm = realm.uuid().not_null().default(dialect::nil(manager));
    add(manager, "api_keys", realm).await
}

/// `active_count` includes what is allocated, so the check on it still enforces the rule.
async fn variants(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for name in ["allocated", "allocation_count"] {
        let mut column = ColumnDef::new(name);
        add(
            manager,
            "variants",
            column.big_integer().not_null().default(0),
        )
        .await?;
    }
    Ok(())
}

async fn allocations(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut allocations = table(manager, "allocations");
    allocations
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organization_id").uuid().not_null())
        .col(ColumnDef::new("variant_id").uuid().not_null())
        .col(ColumnDef::new("seats").integer().not_null())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("updated_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null());
    manager.create_table(allocations).await?;
    let pair = &["organization_id", "variant_id"];
    index(manager, "allocations", "allocations_pair", pair, true).await
}

async fn pools(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut pools = table(manager, "pools");
    pools
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("organization_id").uuid().not_null())
        .col(ColumnDef::new("variant_id").uuid().not_null())
        .col(ColumnDef::new("seats").integer().not_null())
        .col(ColumnDef::new("active_count").big_integer().not_null())
        .col(ColumnDef::new("assignment_count").big_integer().not_null())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("updated_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null())
        .check(Expr::cust("active_count <= seats"));
    manager.create_table(pools).await?;
    let pair = &["organization_id", "variant_id"];
    index(manager, "pools", "pools_pair", pair, true).await?;
    index(manager, "pools", "pools_variant", &["variant_id"], false).await
}

/// A station holds a seat like a user does: the column names whichever it is.
async fn assignments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mysql = manager.get_database_backend() == DbBackend::MySql;
    if manager.has_column("assignments", "user_id").await? {
        if mysql {
            drop_active_seat(manager).await?;
        }
        execute(
            manager,
            "ALTER TABLE assignments RENAME COLUMN user_id TO holder_id",
        )
        .await?;
    }
    if mysql {
        dialect::active_seat(manager, "holder_id").await?;
        let active = &["active_seat"];
        index(manager, "assignments", "assignments_active", active, true).await?;
    }
    let mut kind = ColumnDef::new("holder_kind");
    let kind = kind.string_len(8).not_null().default("USER");
    add(manager, "assignments", kind).await?;
    let mut realm = ColumnDef::new("realm");
    let realm = realm.uuid().not_null().default(dialect::nil(manager));
    add(manager, "assignments", realm).await?;
    let organization = &["organization_id", "created_at", "id"];
    index(
        manager,
        "assignments",
        "assignments_organization",
        organization,
        false,
    )
    .await
}

/// A column cannot be renamed while a generated one is made of it.
async fn drop_active_seat(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let table = "assignments";
    if manager.has_index(table, "assignments_active").await? {
        execute(manager, "DROP INDEX assignments_active ON assignments").await?;
    }
    if manager.has_column(table, "active_seat").await? {
        execute(manager, "ALTER TABLE assignments DROP COLUMN active_seat").await?;
    }
    Ok(())
}
