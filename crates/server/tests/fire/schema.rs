//! The schema of a database as text, for comparison.

use crate::tables::Tables;
use sea_orm::DbBackend;

/// Every column, index and constraint, and the migrations that are done.
pub async fn of(tables: &Tables) -> Vec<String> {
    let queries: &[&str] = if tables.is(DbBackend::Postgres) {
        &POSTGRES
    } else if tables.is(DbBackend::MySql) {
        &MARIADB
    } else {
        &["SELECT type || ' ' || name || ' ' || COALESCE(sql, '') AS text FROM sqlite_master"]
    };
    let done = "SELECT version AS text FROM seaql_migrations";
    let mut schema = Vec::new();
    for query in queries.iter().chain([&done]) {
        schema.extend(tables.texts(query).await);
    }
    schema.sort();
    schema
}

const POSTGRES: [&str; 3] = [
    "SELECT concat_ws(' ', table_name, ordinal_position, column_name, data_type, \
     character_maximum_length, is_nullable, column_default) AS text \
     FROM information_schema.columns WHERE table_schema = current_schema()",
    "SELECT indexdef AS text FROM pg_indexes WHERE schemaname = current_schema()",
    "SELECT concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) AS text \
     FROM pg_constraint WHERE connamespace = current_schema()::regnamespace",
];

const MARIADB: [&str; 3] = [
    "SELECT CONCAT_WS(' ', table_name, ordinal_position, column_name, column_type, is_nullable, \
     column_default, collation_name, generation_expression) AS text \
     FROM information_schema.columns WHERE table_schema = DATABASE()",
    "SELECT CONCAT_WS(' ', table_name, index_name, seq_in_index, column_name, non_unique) AS text \
     FROM information_schema.statistics WHERE table_schema = DATABASE()",
    "SELECT CONCAT_WS(' ', table_name, check_clause) AS text \
     FROM information_schema.check_constraints WHERE constraint_schema = DATABASE()",
];
