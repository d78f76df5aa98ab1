//! `docs/database.md`, written from the migrations.

use crate::table_names;
use sea_orm::{ConnectionTrait, Database, DatabaseConnection, QueryResult, Statement};
use std::{collections::BTreeSet, fmt::Write};

/// What a table is, beside those of resources.
enum Part {
    /// The log itself.
    Log,
    /// Made from the log.
    Projection,
    /// Written beside the log.
    Beside,
}

use Part::{Beside, Log, Projection};

/// Every table that is not one of a resource, and what it is for.
const TABLES: [(&str, Part, &str); 22] = [
    (
        "event_heads",
        Log,
        "Where each log ends: position, epoch, hash. A write locks the row first.",
    ),
    ("events", Log, "Every event of every log."),
    (
        "tallies",
        Projection,
        "Totals that lists show without counting.",
    ),
    (
        "subject_keys",
        Beside,
        "The keys under which personal data in events is sealed; erasing a person removes theirs.",
    ),
    ("passwords", Beside, "Hashes of passwords."),
    (
        "login_failures",
        Beside,
        "Failed logins of an account, until when it waits.",
    ),
    (
        "invitations",
        Beside,
        "Invitations that wait for an answer, by the hash of their link.",
    ),
    (
        "refresh_tokens",
        Beside,
        "Hashes of refresh tokens, and which were exchanged.",
    ),
    ("session_uses", Beside, "When a session was last used."),
    ("api_key_uses", Beside, "When a key was last used."),
    (
        "event_tickets",
        Beside,
        "One-time tickets that open a stream or a WebSocket.",
    ),
    (
        "idempotency_keys",
        Beside,
        "Answers that are given again for the same key.",
    ),
    ("mails", Beside, "Mail that waits to be sent."),
    (
        "webhook_secrets",
        Beside,
        "The sealed secrets that webhooks are signed with.",
    ),
    (
        "webhook_queues",
        Beside,
        "How far a webhook is in its log, who works for it, and how it does.",
    ),
    ("deliveries", Beside, "Events on their way to a webhook."),
    (
        "delivery_attempts",
        Beside,
        "Attempts at a delivery, and what came of each.",
    ),
    (
        "reactor_leases",
        Beside,
        "Which process works for a reactor.",
    ),
    (
        "reactor_cursors",
        Beside,
        "How far a reactor is in each log.",
    ),
    (
        "parked_events",
        Beside,
        "Events that a reactor could not take.",
    ),
    (
        "signing_keys",
        Beside,
        "The sealed keys that sign access tokens and heads.",
    ),
    (
        "write_probes",
        Beside,
        "One row that is written to see whether the database can keep changes.",
    ),
];

/// Written by the migrations themselves: which were applied.
const OF_MIGRATIONS: &str = "seaql_migrations";

const HEAD: &str = "\
# Database

Written from the migrations, as SQLite has them. Types have the same meaning on every database: an id is 16 bytes (`uuid` on
PostgreSQL, `binary(16)` on MariaDB and MySQL), a time is a `bigint` of microseconds since 1970, JSON is text. PostgreSQL,
MariaDB and MySQL have the same tables and columns, but for what `migration/src/dialect.rs` has.

There are no foreign keys: a row belongs to what its events say, and `log verify` compares every one with the log.
";

async fn rows(database: &DatabaseConnection, sql: &str) -> Vec<QueryResult> {
    let statement = Statement::from_string(database.get_database_backend(), sql);
    database
        .query_all_raw(statement)
        .await
        .expect("the query is right")
}

fn text(row: &QueryResult, column: &str) -> String {
    row.try_get::<Option<String>>("", column)
        .expect("a text")
        .unwrap_or_default()
}

async fn columns(database: &DatabaseConnection, table: &str) -> String {
    let mut page = "| column | type | null | key |\n| --- | --- | --- | --- |\n".to_owned();
    for row in rows(
        database,
        &format!("SELECT * FROM pragma_table_xinfo('{table}')"),
    )
    .await
    {
        let number = |name: &str| row.try_get::<i64>("", name).expect("a number");
        let null = if number("notnull") == 1 { "" } else { "yes" };
        let key = if number("pk") > 0 { "primary" } else { "" };
        let (name, kind) = (
            text(&row, "name"),
            text(&row, "type")
                .to_lowercase()
                .replace("uuid_text", "uuid"),
        );
        writeln!(page, "| `{name}` | {kind} | {null} | {key} |").expect("a string takes all");
    }
    page
}

async fn indexes(database: &DatabaseConnection, table: &str) -> String {
    let mut page = String::new();
    let listed = format!(
        "SELECT name, \"unique\", partial FROM pragma_index_list('{table}') WHERE origin = 'c' ORDER BY name"
    );
    for row in rows(database, &listed).await {
        let name = text(&row, "name");
        let of = format!(
            "SELECT COALESCE(name, 'an expression') AS name FROM pragma_index_info('{name}') ORDER BY seqno"
        );
        let of: Vec<String> = rows(database, &of)
            .await
            .iter()
            .map(|row| text(row, "name"))
            .collect();
        let is = |name: &str| row.try_get::<i64>("", name).expect("a number") == 1;
        let unique = if is("unique") { "unique " } else { "" };
        let partial = if is("partial") { ", of some rows" } else { "" };
        writeln!(
            page,
            "- {unique}index `{name}` on {}{partial}",
            of.join(", ")
        )
        .expect("a string takes all");
    }
    page
}

async fn section(database: &DatabaseConnection, table: &str, about: &str) -> String {
    let (columns, indexes) = (
        columns(database, table).await,
        indexes(database, table).await,
    );
    let gap = if indexes.is_empty() { "" } else { "\n" };
    format!("\n### {table}\n\n{about}\n\n{columns}{gap}{indexes}")
}

async fn page(database: &DatabaseConnection) -> String {
    let mut page = HEAD.to_owned();
    let others = |part: fn(&Part) -> bool| TABLES.iter().filter(move |(_, of, _)| part(of));
    page += "\n## The log\n";
    for (table, _, about) in others(|part| matches!(part, Log)) {
        page += &section(database, table, about).await;
    }
    page += "\n## Made from the log\n\n`quartermaster log rebuild` makes these again.\n";
    for (kind, table) in table_names() {
        let about = format!("Rows of the kind `{}`.", kind.as_str());
        page += &section(database, table, &about).await;
    }
    for (table, _, about) in others(|part| matches!(part, Projection)) {
        page += &section(database, table, about).await;
    }
    page += "\n## Beside the log\n\nSecret, short-lived, or about this installation; part of a backup, and of no event.\n";
    for (table, _, about) in others(|part| matches!(part, Beside)) {
        page += &section(database, table, about).await;
    }
    page
}

#[tokio::test]
async fn the_page_of_the_database_is_what_migrations_make() {
    let database = Database::connect("sqlite::memory:")
        .await
        .expect("a database");
    migration::up(&database)
        .await
        .expect("the migrations apply");
    let made = rows(
        &database,
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'",
    )
    .await;
    let made: BTreeSet<String> = made.iter().map(|row| text(row, "name")).collect();
    let resources = table_names().into_iter().map(|(_, table)| table);
    let known = TABLES
        .iter()
        .map(|(table, ..)| *table)
        .chain([OF_MIGRATIONS]);
    let known: BTreeSet<String> = known.chain(resources).map(str::to_owned).collect();
    assert_eq!(made, known, "say in `TABLES` what each table is");
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/database.md");
    let page = page(&database).await;
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, &page).expect("the page can be written");
    }
    let there = std::fs::read_to_string(path).expect("the page is there");
    assert_eq!(
        page, there,
        "run with UPDATE_GOLDEN=1, and read the difference"
    );
}
