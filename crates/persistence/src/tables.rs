//! Every row of every table, to show that nothing changed.

use crate::{Store, StoreResult};
use sea_orm::{ConnectionTrait, DbBackend, DbErr, Statement};
use std::collections::BTreeMap;

/// The rows of each table, each row as text that shows every byte, sorted.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tables(BTreeMap<String, Vec<String>>);

impl Tables {
    /// How many they are.
    pub fn count(&self) -> usize {
        self.0.len()
    }

    /// The others.
    #[must_use]
    pub fn without(mut self, table: &str) -> Self {
        self.0.remove(table);
        self
    }

    /// How many rows the table has.
    #[must_use]
    pub fn rows(&self, table: &str) -> usize {
        self.0.get(table).map_or(0, Vec::len)
    }

    /// The tables that hold this text in any column, whichever way the bytes are shown.
    #[must_use]
    pub fn holding(&self, text: &str) -> Vec<&str> {
        let bytes = text.bytes();
        let upper: String = bytes.map(|byte| format!("{byte:02X}")).collect();
        let lower = upper.to_lowercase();
        let shown = [text, upper.as_str(), lower.as_str()];
        let holds = |row: &String| shown.iter().any(|text| row.contains(text));
        let tables = self.0.iter().filter(|(_, rows)| rows.iter().any(holds));
        tables.map(|(table, _)| table.as_str()).collect()
    }

    /// What differs from a later reading: removed rows with `-`, added rows with `+`.
    pub fn changes(&self, later: &Self) -> Vec<String> {
        let mut changes = rows_without("-", &self.0, &later.0);
        changes.extend(rows_without("+", &later.0, &self.0));
        changes
    }
}

type Rows = BTreeMap<String, Vec<String>>;

/// The rows of one that are not among the other's.
fn rows_without(sign: &str, one: &Rows, other: &Rows) -> Vec<String> {
    let rows = one
        .iter()
        .flat_map(|(table, rows)| rows.iter().map(move |row| (table, row)));
    rows.filter(|(table, row)| !other.get(*table).is_some_and(|rows| rows.contains(row)))
        .map(|(table, row)| format!("{sign} {table}: {row}"))
        .collect()
}

impl Store {
    /// Reads every row of every table that the database has, whichever these are.
    pub async fn tables(&self) -> StoreResult<Tables> {
        let mut tables = Tables::default();
        for table in texts(&self.read, &listed(&self.read)).await? {
            let columns = texts(&self.read, &columns(&self.read, &table)).await?;
            let mut rows = texts(&self.read, &shown(&self.read, &table, &columns)).await?;
            rows.sort();
            tables.0.insert(table, rows);
        }
        Ok(tables)
    }
}

/// The texts in the column `text` of a query.
async fn texts(connection: &impl ConnectionTrait, sql: &str) -> Result<Vec<String>, DbErr> {
    let statement = Statement::from_string(connection.get_database_backend(), sql);
    let rows = connection.query_all_raw(statement).await?;
    rows.iter().map(|row| row.try_get("", "text")).collect()
}

fn listed(connection: &impl ConnectionTrait) -> String {
    let tables = match connection.get_database_backend() {
        DbBackend::Sqlite => {
            "SELECT name AS text FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite_%'"
        }
        DbBackend::Postgres => {
            "SELECT table_name::text AS text FROM information_schema.tables \
             WHERE table_schema = current_schema()"
        }
        _ => {
            "SELECT table_name AS text FROM information_schema.tables \
             WHERE table_schema = DATABASE()"
        }
    };
    tables.to_owned()
}

fn columns(connection: &impl ConnectionTrait, table: &str) -> String {
    match connection.get_database_backend() {
        DbBackend::Sqlite => format!("SELECT name AS text FROM pragma_table_info('{table}')"),
        DbBackend::Postgres => format!(
            "SELECT column_name::text AS text FROM information_schema.columns \
             WHERE table_schema = current_schema() AND table_name = '{table}' \
             ORDER BY ordinal_position"
        ),
        _ => format!(
            "SELECT column_name AS text FROM information_schema.columns \
             WHERE table_schema = DATABASE() AND table_name = '{table}' ORDER BY ordinal_position"
        ),
    }
}

/// A query for the rows as texts.
fn shown(connection: &impl ConnectionTrait, table: &str, columns: &[String]) -> String {
    let backend = connection.get_database_backend();
    let shown = columns.iter().map(|column| match backend {
        DbBackend::Postgres => {
            format!("'{column}=' || COALESCE(QUOTE_LITERAL(\"{column}\"::text), 'NULL')")
        }
        DbBackend::Sqlite => format!("'{column}=' || QUOTE(\"{column}\")"),
        _ => format!("'{column}=', COALESCE(HEX(`{column}`), 'NULL')"),
    });
    let shown: Vec<String> = shown.collect();
    match backend {
        DbBackend::Postgres | DbBackend::Sqlite => {
            format!(
                "SELECT {} AS text FROM \"{table}\"",
                shown.join(" || ' ' || ")
            )
        }
        _ => format!(
            "SELECT CONVERT(CONCAT({}) USING utf8mb4) AS text FROM `{table}`",
            shown.join(", ' ', ")
        ),
    }
}
