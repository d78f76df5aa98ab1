//! What lists are searched and sorted by, in the same way on every database: texts in lower case by
//! Unicode, which SQLite's `lower` and PostgreSQL's in some locales are not, and the order of bytes.

use crate::dialect::{add, execute, index, long_text};
use sea_orm_migration::prelude::*;
use sea_orm_migration::sea_orm::{ConnectionTrait, DbBackend, prelude::Uuid};

#[derive(DeriveMigrationName)]
pub struct Migration;

/// Tables with the columns that are searched in, in this order.
const SEARCHED: &[(&str, &[&str])] = &[
    ("organizations", &["name", "slug"]),
    ("stations", &["code", "name", "address"]),
    ("users", &["email", "display_name"]),
    ("roles", &["name"]),
    ("products", &["product_key", "name"]),
];

/// Rows of one statement, which compares each of them with each id.
const PART: u64 = 100;

#[async_trait::async_trait]
impl MigrationTrait for Migration {
    async fn up(&self, manager: &SchemaManager) -> Result<(), DbErr> {
        add_email_folded(manager).await?;
        for (table, columns) in SEARCHED {
            add(manager, table, &mut long_text(manager, "search_text")).await?;
            fill(manager, table, columns).await?;
        }
        let email = &["email_folded", "id"];
        index(manager, "users", "users_email_folded", email, false).await?;
        match manager.get_database_backend() {
            DbBackend::Postgres => names_by_their_bytes(manager).await,
            _ => Ok(()),
        }
    }
}

async fn add_email_folded(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    let sql = "ALTER TABLE users ADD COLUMN IF NOT EXISTS email_folded varchar(254) COLLATE \"C\"";
    match manager.get_database_backend() {
        DbBackend::Postgres => execute(manager, sql).await,
        _ => {
            let folded = &mut ColumnDef::new("email_folded").string_len(254).to_owned();
            add(manager, "users", folded).await
        }
    }
}

/// Users are sorted by the bytes of their names. The column keeps its collation: a replica that runs
/// on has prepared statements with it, and PostgreSQL refuses those once a column of the answer is
/// another.
async fn names_by_their_bytes(manager: &SchemaManager<'_>) -> Result<(), DbErr> {
    execute(manager, "DROP INDEX IF EXISTS users_name").await?;
    let index =
        "CREATE INDEX IF NOT EXISTS users_name_bytes ON users (display_name COLLATE \"C\", id)";
    execute(manager, index).await
}

/// Fills the new columns of a table in, part by part in the order of ids.
async fn fill(
    manager: &SchemaManager<'_>,
    table: &'static str,
    of: &[&'static str],
) -> Result<(), DbErr> {
    let mut after = Uuid::nil();
    loop {
        let rows = part(manager, table, of, after).await?;
        let Some((last, _)) = rows.last() else {
            return Ok(());
        };
        after = *last;
        manager.execute(update(table, &rows)).await?;
    }
}

/// Rows after an id, with the texts of these columns.
async fn part(
    manager: &SchemaManager<'_>,
    table: &'static str,
    of: &[&'static str],
    after: Uuid,
) -> Result<Vec<(Uuid, Vec<String>)>, DbErr> {
    let mut query = Query::select();
    query.column("id").columns(of.iter().copied()).from(table);
    query
        .and_where(Expr::col("id").gt(after))
        .order_by("id", Order::Asc)
        .limit(PART);
    let rows = manager.get_connection().query_all(&query).await?;
    let read = rows.into_iter().map(|row| {
        let texts = of
            .iter()
            .map(|column| row.try_get::<Option<String>>("", column));
        let texts = texts.map(|text| text.map(Option::unwrap_or_default));
        Ok((row.try_get("", "id")?, texts.collect::<Result<_, _>>()?))
    });
    read.collect()
}

/// One statement that fills in what rows lack.
fn update(table: &'static str, rows: &[(Uuid, Vec<String>)]) -> UpdateStatement {
    let mut search = CaseStatement::new();
    let mut email = CaseStatement::new();
    for (id, texts) in rows {
        let is = || Expr::col("id").eq(*id);
        let folded: Vec<String> = texts.iter().map(|text| folded(text)).collect();
        search = search.case(is(), folded.join("\n"));
        email = email.case(is(), texts[0].trim().to_lowercase());
    }
    let mut update = Query::update();
    update.table(table).value("search_text", search);
    if table == "users" {
        update.value("email_folded", email);
    }
    let ids = rows.iter().map(|(id, _)| *id);
    update.and_where(Expr::col("id").is_in(ids)).to_owned()
}

fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}
