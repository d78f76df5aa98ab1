//! Where the databases differ.

use sea_orm_migration::{
    prelude::*,
    sea_orm::{ConnectionTrait, DbBackend, Statement},
};

/// A new table, unless it is there. Its text compares by bytes, on MySQL too, whose default ignores
/// case.
pub fn table(manager: &SchemaManager<'_>, name: &'static str) -> TableCreateStatement {
    let mut table = Table::create();
    table.table(name).if_not_exists();
    if manager.get_database_backend() == DbBackend::MySql {
        table
            .engine("InnoDB")
            .character_set("utf8mb4")
            .collate("utf8mb4_bin");
    }
    table
}

/// Text without a limit that matters. MySQL's `TEXT` ends at 64 KiB.
pub fn long_text(manager: &SchemaManager<'_>, name: &'static str) -> ColumnDef {
    let mut column = ColumnDef::new(name);
    match manager.get_database_backend() {
        DbBackend::MySql => column.custom("mediumtext"),
        _ => column.text(),
    };
    column
}

/// An index on columns in this order, unless it is there.
pub async fn index(
    manager: &SchemaManager<'_>,
    table: &'static str,
    name: &'static str,
    columns: &[&'static str],
    unique: bool,
) -> Result<(), DbErr> {
    if manager.has_index(table, name).await? {
        return Ok(());
    }
    let mut index = Index::create();
    index.table(table).name(name);
    for column in columns {
        index.col(*column);
    }
    if unique {
        index.unique();
    }
    manager.create_index(index).await
}

/// Runs a statement that one database needs. It has to come to the same when it is run twice.
pub async fn execute(manager: &SchemaManager<'_>, sql: &str) -> Result<(), DbErr> {
    let statement = Statement::from_string(manager.get_database_backend(), sql);
    manager
        .get_connection()
        .execute_raw(statement)
        .await
        .map(drop)
}

/// The nil UUID as the default of a column.
pub fn nil(manager: &SchemaManager<'_>) -> Expr {
    match manager.get_database_backend() {
        DbBackend::Postgres => Expr::cust("'00000000-0000-0000-0000-000000000000'"),
        _ => Expr::cust("X'00000000000000000000000000000000'"),
    }
}

/// MySQL has no partial index: for the unique one over active seats a virtual column that is null
/// for revoked seats stands in. Makes it, unless it is there.
pub async fn active_seat(manager: &SchemaManager<'_>, holder: &str) -> Result<(), DbErr> {
    if manager.has_column("assignments", "active_seat").await? {
        return Ok(());
    }
    let sql = format!(
        "ALTER TABLE assignments ADD COLUMN active_seat VARBINARY(32) GENERATED ALWAYS AS \
         (CASE WHEN status = 'ACTIVE' THEN CONCAT({holder}, variant_id) END) VIRTUAL"
    );
    execute(manager, &sql).await
}

/// A column more, unless it is there.
pub async fn add(
    manager: &SchemaManager<'_>,
    table: &'static str,
    column: &mut ColumnDef,
) -> Result<(), DbErr> {
    let name = column.get_column_name();
    if manager.has_column(table, name).await? {
        return Ok(());
    }
    let mut change = Table::alter();
    change.table(table).add_column(column);
    manager.alter_table(change).await
}
