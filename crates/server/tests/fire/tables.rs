//! The tables of the service, read and damaged by SQL.

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::collections::BTreeMap;
use testkit::database::Database;
use uuid::Uuid;

/// The tables that are projected from the log.
pub fn projected() -> Vec<&'static str> {
    let mut tables = resources();
    tables.push("tallies");
    tables
}

/// The tables of resources.
pub fn resources() -> Vec<&'static str> {
    let names = persistence::table_names().into_iter();
    names.map(|(_, name)| name).collect()
}

/// The log itself.
const LOG: [&str; 2] = ["event_heads", "events"];

/// Counters of rebuilds and of writes over several logs, which no rebuild restores.
const COUNTERS: [&str; 2] = ["epoch", "joint_writes"];

/// Every row of every table as text that shows each byte, sorted.
pub type Dump = BTreeMap<&'static str, Vec<String>>;

/// One connection beside the service.
pub struct Tables {
    connection: DatabaseConnection,
}

impl Tables {
    /// Connects to the database of the test.
    pub async fn open(database: &Database) -> Self {
        Self::at(database.url()).await
    }

    /// Connects to the database at this URL.
    pub async fn at(url: &str) -> Self {
        let mut options = ConnectOptions::new(url);
        options.max_connections(1).sqlx_logging(false);
        let connection = sea_orm::Database::connect(options).await.unwrap();
        Self { connection }
    }

    /// Runs a statement; returns the number of rows that it changed.
    pub async fn run(&self, sql: &str) -> u64 {
        let done = self.tried(sql).await;
        done.unwrap_or_else(|fault| panic!("{sql}: {fault}"))
    }

    /// Runs a statement that the database may refuse.
    pub async fn tried(&self, sql: &str) -> Result<u64, sea_orm::DbErr> {
        let done = self.connection.execute_unprepared(sql).await?;
        Ok(done.rows_affected())
    }

    /// The ids that a query returns in a column `id`.
    pub async fn ids(&self, sql: &str) -> Vec<Uuid> {
        let rows = self.rows(sql).await;
        rows.iter()
            .map(|row| row.try_get("", "id").unwrap())
            .collect()
    }

    /// The numbers that a query returns in a column `n`.
    pub async fn numbers(&self, sql: &str) -> Vec<i64> {
        let rows = self.rows(sql).await;
        rows.iter()
            .map(|row| row.try_get("", "n").unwrap())
            .collect()
    }

    /// The texts that a query returns in a column `text`.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.rows(sql).await;
        rows.iter()
            .map(|row| row.try_get("", "text").unwrap())
            .collect()
    }

    /// Takes the lock that every write takes first, so that writes wait.
    pub async fn hold_the_log(&self) {
        let statements: &[&str] = match self.connection.get_database_backend() {
            DbBackend::Sqlite => &["BEGIN IMMEDIATE"],
            _ => &["BEGIN", "SELECT position FROM event_heads FOR UPDATE"],
        };
        for statement in statements {
            self.run(statement).await;
        }
    }

    /// Releases that lock.
    pub async fn let_go(&self) {
        self.run("COMMIT").await;
    }

    /// Whether the database is of this kind.
    pub fn is(&self, backend: DbBackend) -> bool {
        self.connection.get_database_backend() == backend
    }

    /// An id as a literal of the database.
    pub fn literal(&self, id: Uuid) -> String {
        match self.connection.get_database_backend() {
            DbBackend::Postgres => format!("'{id}'"),
            _ => format!("x'{}'", id.simple()),
        }
    }

    /// Every row of log and tables.
    pub async fn dump(&self) -> Dump {
        let mut dump = Dump::new();
        for table in projected().into_iter().chain(LOG) {
            let columns = self.columns(table).await.into_iter();
            let columns = columns.filter(|column| !COUNTERS.contains(&column.as_str()));
            let shown: Vec<String> = columns.map(|column| self.shown(&column)).collect();
            let joined = match self.connection.get_database_backend() {
                DbBackend::MySql => format!("CONCAT_WS('|', {})", shown.join(", ")),
                _ => shown.join(" || '|' || "),
            };
            let mut rows = self
                .texts(&format!("SELECT {joined} AS text FROM {table}"))
                .await;
            rows.sort();
            dump.insert(table, rows);
        }
        dump
    }

    /// A copy of a row with some columns set to other expressions, as a statement.
    pub async fn copy(&self, table: &str, id: Uuid, set: &[(&str, String)]) -> String {
        let columns = self.columns(table).await;
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                let other = set.iter().find(|(name, _)| name == column);
                other.map_or_else(|| column.clone(), |(_, value)| value.clone())
            })
            .collect();
        format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE id = {}",
            columns.join(", "),
            values.join(", "),
            self.literal(id)
        )
    }

    /// A statement that gives a column another value in one row, and that the database accepts.
    pub async fn another(&self, table: &str, column: &str, id: Uuid) -> String {
        let row = format!("id = {}", self.literal(id));
        let of_another_row = format!(
            "(SELECT other FROM (SELECT {column} AS other FROM {table}) AS others WHERE other IS NOT NULL \
             AND ({table}.{column} IS NULL OR other <> {table}.{column}) LIMIT 1)"
        );
        let (next, opposite) = (format!("({column} + 1)"), format!("(NOT {column})"));
        let values = match self.holds_ids(table, column).await {
            true => vec![of_another_row.as_str(), "id"],
            false => vec![&of_another_row, &next, &opposite, "1", "'ZZ'", "id"],
        };
        let mut statements: Vec<_> = values
            .iter()
            .map(|value| {
                let differs =
                    format!("{value} IS NOT NULL AND ({column} IS NULL OR {column} <> {value})");
                format!("UPDATE {table} SET {column} = {value} WHERE {row} AND {differs}")
            })
            .collect();
        let none =
            format!("UPDATE {table} SET {column} = NULL WHERE {row} AND {column} IS NOT NULL");
        statements.insert(1, none);
        for statement in statements {
            self.run("BEGIN").await;
            let changed = self.tried(&statement).await;
            self.run("ROLLBACK").await;
            if changed.is_ok_and(|rows| rows == 1) {
                return statement;
            }
        }
        panic!("no other value fits {table}.{column}");
    }

    /// Whether a column of SQLite, which takes values of any type, is declared for ids.
    async fn holds_ids(&self, table: &str, column: &str) -> bool {
        if !self.is(DbBackend::Sqlite) {
            return false;
        }
        let of_column = format!("FROM pragma_table_info('{table}') WHERE name = '{column}'");
        let declared = self
            .texts(&format!("SELECT type AS text {of_column}"))
            .await;
        declared[0].starts_with("uuid")
    }

    /// The columns of a table, as the database has them, without those that it computes itself.
    pub async fn columns(&self, table: &str) -> Vec<String> {
        let schema = match self.connection.get_database_backend() {
            DbBackend::Postgres => "current_schema()",
            DbBackend::MySql => "DATABASE() AND COALESCE(generation_expression, '') = ''",
            _ => {
                let sql = format!("SELECT name AS text FROM pragma_table_info('{table}')");
                return self.texts(&sql).await;
            }
        };
        let sql = format!(
            "SELECT column_name AS text FROM information_schema.columns \
             WHERE table_schema = {schema} AND table_name = '{table}' ORDER BY ordinal_position"
        );
        self.texts(&sql).await
    }

    /// Closes the connection.
    pub async fn close(self) {
        self.connection.close().await.unwrap();
    }

    fn shown(&self, column: &str) -> String {
        match self.connection.get_database_backend() {
            DbBackend::Postgres => format!("COALESCE(QUOTE_LITERAL({column}::text), 'NULL')"),
            DbBackend::MySql => format!("COALESCE(HEX({column}), 'NULL')"),
            _ => format!("QUOTE({column})"),
        }
    }

    async fn rows(&self, sql: &str) -> Vec<sea_orm::QueryResult> {
        let backend = self.connection.get_database_backend();
        let statement = Statement::from_string(backend, sql);
        let rows = self.connection.query_all_raw(statement).await;
        rows.unwrap_or_else(|fault| panic!("{sql}: {fault}"))
    }
}
