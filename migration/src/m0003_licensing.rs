//! Products, variants and the seats that people hold.

use crate::dialect::{active_seat, execute, index, long_text, table};
use sea_orm_migration::{prelude::*, sea_orm::DbBackend};

#[derive(DeriveMigrationName)]
pub struct Migration;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        products(manager).await?;
        variants(manager).await?;
        assignments(manager).await?;
        page_indexes(manager).await?;
        seat_indexes(manager).await
    }
}

async fn products(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut products = table(manager, "products");
    products
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("realm").uuid().not_null())
        .col(ColumnDef::new("organization_id").uuid())
        .col(ColumnDef::new("product_key").string_len(64).not_null())
        .col(ColumnDef::new("name").string_len(200).not_null())
        .col(long_text(manager, "description"))
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("updated_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null());
    manager.create_table(products).await?;
    index(
        manager,
        "products",
        "products_key",
        &["realm", "product_key"],
        true,
    )
    .await?;
    index(
        manager,
        "products",
        "products_age",
        &["created_at", "id"],
        false,
    )
    .await
}

async fn variants(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let within = Expr::cust("capacity IS NULL OR active_count <= capacity");
    let mut variants = table(manager, "variants");
    variants
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("product_id").uuid().not_null())
        .col(ColumnDef::new("organization_id").uuid())
        .col(ColumnDef::new("variant_key").string_len(64).not_null())
        .col(ColumnDef::new("name").string_len(200).not_null())
        .col(ColumnDef::new("capacity").integer())
        .col(long_text(manager, "attributes").not_null())
        .col(ColumnDef::new("active_count").big_integer().not_null())
        .col(ColumnDef::new("assignment_count").big_integer().not_null())
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("updated_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null())
        .check(within);
    manager.create_table(variants).await?;
    let key = &["product_id", "variant_key"];
    index(manager, "variants", "variants_key", key, true).await
}

async fn assignments(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let mut assignments = table(manager, "assignments");
    assignments
        .col(ColumnDef::new("id").uuid().not_null().primary_key())
        .col(ColumnDef::new("user_id").uuid().not_null())
        .col(ColumnDef::new("product_id").uuid().not_null())
        .col(ColumnDef::new("variant_id").uuid().not_null())
        .col(ColumnDef::new("organization_id").uuid())
        .col(ColumnDef::new("status").string_len(16).not_null())
        .col(ColumnDef::new("starts_at").big_integer())
        .col(ColumnDef::new("ends_at").big_integer())
        .col(long_text(manager, "note"))
        .col(ColumnDef::new("created_at").big_integer().not_null())
        .col(ColumnDef::new("updated_at").big_integer().not_null())
        .col(ColumnDef::new("version").big_integer().not_null());
    manager.create_table(assignments).await
}

/// Indexes for pages of assignments, in the order of their age: of all, or of one owner.
async fn page_indexes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let ways: [(_, &[_]); 4] = [
        ("assignments_age", &["created_at", "id"]),
        ("assignments_user", &["user_id", "created_at", "id"]),
        ("assignments_product", &["product_id", "created_at", "id"]),
        ("assignments_variant", &["variant_id", "created_at", "id"]),
    ];
    for (name, columns) in ways {
        index(manager, "assignments", name, columns, false).await?;
    }
    Ok(())
}

/// The unique indexes that enforce L2, and the index of the seats that end.
async fn seat_indexes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    match manager.get_database_backend() {
        DbBackend::MySql => seat_indexes_without_conditions(manager).await,
        _ => partial_seat_indexes(manager).await,
    }
}

/// Without partial indexes, the others include the status.
async fn seat_indexes_without_conditions(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    active_seat(manager, "user_id").await?;
    let table = "assignments";
    index(manager, table, "assignments_active", &["active_seat"], true).await?;
    let pair = &["user_id", "variant_id", "status"];
    index(manager, table, "assignments_pair", pair, false).await?;
    let end = &["variant_id", "status", "ends_at"];
    index(manager, table, "assignments_end", end, false).await?;
    let due = &["status", "ends_at"];
    index(manager, table, "assignments_due", due, false).await
}

async fn partial_seat_indexes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    for (name, sql) in [
        (
            "assignments_active",
            "CREATE UNIQUE INDEX assignments_active ON assignments (user_id, variant_id) \
             WHERE status = 'ACTIVE'",
        ),
        (
            "assignments_end",
            "CREATE INDEX assignments_end ON assignments (variant_id, ends_at) \
             WHERE status = 'ACTIVE' AND ends_at IS NOT NULL",
        ),
        (
            "assignments_due",
            "CREATE INDEX assignments_due ON assignments (ends_at) \
             WHERE status = 'ACTIVE' AND ends_at IS NOT NULL",
        ),
    ] {
        if !manager.has_index("assignments", name).await? {
            execute(manager, sql).await?;
        }
    }
    Ok(())
}
