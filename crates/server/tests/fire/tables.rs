//! The tables below the service, read and damaged by SQL.

use sea_orm::{ConnectOptions, ConnectionTrait, DatabaseConnection, DbBackend, Statement};
use std::collections::BTreeMap;
use testkit::database::Database;
use uuid::Uuid;

/// The tables that the log tells, each with its columns; the key comes first.
pub const TOLD: [(&str, &[&str]); 10] = [
    (
        "organizations",
        &[
            "id",
            "name",
            "slug",
            "status",
            "created_at",
            "updated_at",
            "version",
        ],
    ),
    (
        "stations",
        &[
            "id",
            "organization_id",
            "code",
            "name",
            "address",
            "latitude",
            "longitude",
            "time_zone",
            "country",
            "operational_status",
            "attributes",
            "created_at",
            "updated_at",
            "version",
        ],
    ),
    (
        "users",
        &[
            "id",
            "realm",
            "email",
            "email_key",
            "display_name",
            "role",
            "status",
            "organization_id",
            "station_id",
            "created_at",
            "updated_at",
            "version",
        ],
    ),
    (
        "api_keys",
        &[
            "id",
            "user_id",
            "realm",
            "name",
            "digest",
            "created_at",
            "version",
        ],
    ),
    (
        "products",
        &[
            "id",
            "realm",
            "organization_id",
            "product_key",
            "name",
            "description",
            "created_at",
            "updated_at",
            "version",
        ],
    ),
    (
        "variants",
        &[
            "id",
            "product_id",
            "organization_id",
            "variant_key",
            "name",
            "capacity",
            "attributes",
            "active_count",
            "assignment_count",
            "allocated",
            "allocation_count",
            "created_at",
            "updated_at",
            "version",
        ],
    ),
    (
        "assignments",
        &[
            "id",
            "holder_id",
            "holder_kind",
            "realm",
            "product_id",
            "variant_id",
            "organization_id",
            "status",
            "starts_at",
            "ends_at",
            "note",
            "created_at",
            "updated_at",
            "version",
        ],
    ),
    (
        "allocations",
        &[
            "id",
            "organization_id",
            "variant_id",
            "seats",
            "created_at",
            "updated_at",
            "version",
        ],
    ),
    (
        "pools",
        &[
            "id",
            "organization_id",
            "variant_id",
            "seats",
            "active_count",
            "assignment_count",
            "created_at",
            "updated_at",
            "version",
        ],
    ),
    ("tallies", &["log_id", "name", "total"]),
];

/// The log itself. The epoch counts rebuilds, so it is not part of what they bring back.
const LOG: [(&str, &[&str]); 2] = [
    ("event_heads", &["log_id", "position"]),
    (
        "events",
        &[
            "log_id",
            "position",
            "event_id",
            "stream_id",
            "stream_version",
            "event_type",
            "schema_version",
            "actor_id",
            "actor_key_id",
            "organization_id",
            "request_id",
            "occurred_at",
            "data",
        ],
    ),
];

/// Every row of every table as text that shows each byte, sorted.
pub type Dump = BTreeMap<&'static str, Vec<String>>;

/// One connection beside the service.
pub struct Tables {
    connection: DatabaseConnection,
}

impl Tables {
    /// Connects to the database of the test.
    pub async fn open(database: &Database) -> Self {
        let mut options = ConnectOptions::new(database.url());
        options.max_connections(1).sqlx_logging(false);
        let connection = sea_orm::Database::connect(options).await.unwrap();
        Self { connection }
    }

    /// Runs a statement; gives the number of rows that it changed.
    pub async fn run(&self, sql: &str) -> u64 {
        let done = self.tried(sql).await;
        done.unwrap_or_else(|fault| panic!("{sql}: {fault}"))
    }

    /// Runs a statement that the database may refuse.
    pub async fn tried(&self, sql: &str) -> Result<u64, sea_orm::DbErr> {
        let done = self.connection.execute_unprepared(sql).await?;
        Ok(done.rows_affected())
    }

    /// The ids that a query gives in a column `id`.
    pub async fn ids(&self, sql: &str) -> Vec<Uuid> {
        let rows = self.rows(sql).await;
        rows.iter()
            .map(|row| row.try_get("", "id").unwrap())
            .collect()
    }

    /// The numbers that a query gives in a column `n`.
    pub async fn numbers(&self, sql: &str) -> Vec<i64> {
        let rows = self.rows(sql).await;
        rows.iter()
            .map(|row| row.try_get("", "n").unwrap())
            .collect()
    }

    /// The texts that a query gives in a column `text`.
    pub async fn texts(&self, sql: &str) -> Vec<String> {
        let rows = self.rows(sql).await;
        rows.iter()
            .map(|row| row.try_get("", "text").unwrap())
            .collect()
    }

    /// Takes the lock that every write takes first, so that none goes on.
    pub async fn hold_the_log(&self) {
        let statements: &[&str] = match self.connection.get_database_backend() {
            DbBackend::Sqlite => &["BEGIN IMMEDIATE"],
            _ => &["BEGIN", "SELECT position FROM event_heads FOR UPDATE"],
        };
        for statement in statements {
            self.run(statement).await;
        }
    }

    /// Gives that lock back.
    pub async fn let_go(&self) {
        self.run("COMMIT").await;
    }

    /// Whether the database is this.
    pub fn is(&self, backend: DbBackend) -> bool {
        self.connection.get_database_backend() == backend
    }

    /// An id as the database wants it in a statement.
    pub fn literal(&self, id: Uuid) -> String {
        match self.connection.get_database_backend() {
            DbBackend::Postgres => format!("'{id}'"),
            _ => format!("x'{}'", id.simple()),
        }
    }

    /// Every row of log and tables.
    pub async fn dump(&self) -> Dump {
        let mut dump = Dump::new();
        for (table, columns) in TOLD.into_iter().chain(LOG) {
            let shown: Vec<String> = columns.iter().map(|column| self.shown(column)).collect();
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
    pub fn copy(&self, table: &str, id: Uuid, set: &[(&str, String)]) -> String {
        let (_, columns) = TOLD.into_iter().find(|(name, _)| *name == table).unwrap();
        let values: Vec<String> = columns
            .iter()
            .map(|column| {
                let other = set.iter().find(|(name, _)| name == column);
                other.map_or_else(|| (*column).to_owned(), |(_, value)| value.clone())
            })
            .collect();
        format!(
            "INSERT INTO {table} ({}) SELECT {} FROM {table} WHERE id = {}",
            columns.join(", "),
            values.join(", "),
            self.literal(id)
        )
    }

    /// Gives the connection back.
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
