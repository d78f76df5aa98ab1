//! The clock of the database, which replicas compare theirs with.

use crate::{Store, StoreError, StoreResult};
use domain::Time;
use sea_orm::{ConnectionTrait, DbBackend, Statement};

impl Store {
    /// Whether the database has a clock of its own. SQLite has the time of this machine.
    pub fn has_clock(&self) -> bool {
        self.read.get_database_backend() != DbBackend::Sqlite
    }

    /// What time it is for the database.
    pub async fn time(&self) -> StoreResult<Time> {
        let backend = self.read.get_database_backend();
        let sql = match backend {
            DbBackend::Postgres => {
                "SELECT CAST(EXTRACT(EPOCH FROM clock_timestamp()) * 1000000 AS BIGINT) AS micros"
            }
            DbBackend::MySql => {
                "SELECT CAST(UNIX_TIMESTAMP(SYSDATE(6)) * 1000000 AS SIGNED) AS micros"
            }
            _ => "SELECT CAST(strftime('%s', 'now') AS INTEGER) * 1000000 AS micros",
        };
        let row = self
            .read
            .query_one_raw(Statement::from_string(backend, sql));
        let none = || StoreError::Damaged("the database tells no time".to_owned());
        let row = row.await?.ok_or_else(none)?;
        Ok(Time::from_micros(row.try_get("", "micros")?))
    }
}
