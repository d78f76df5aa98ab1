//! Statements and sessions that the database ends: the caller may retry, and nothing counts as a fault of
//! the service.

use crate::tables::Tables;
use app::{Error, StoreError};
use sea_orm::{
    ConnectionTrait, DbErr, RuntimeErr, Statement, TransactionTrait,
    sqlx::{self, Connection, SqliteConnection},
};
use std::{sync::Arc, time::Duration};
use testkit::database::{Backend, Database};
use tokio::time::{Instant, sleep};

/// How long the database may take to end a session that is over its time.
const SOON: Duration = Duration::from_secs(20);

testkit::on_every_database! {
    async fn a_statement_over_its_time_limit_is_unavailable(database: Database) {
        let error = match database.backend() {
            Backend::Sqlite => interrupted(database.url()).await,
            Backend::Postgres => {
                let limit = "SET statement_timeout = 50";
                over(&database, limit, "SELECT pg_sleep(30)").await
            }
            Backend::MariaDb => {
                let limit = "SET SESSION max_statement_time = 0.05";
                over(&database, limit, "SELECT SUM(MOD(seq, 7)) FROM seq_1_to_100000000000").await
            }
        };
        let error = StoreError::from(error);
        assert!(matches!(error, StoreError::TooSlow(_)), "{error:?}");
        assert!(!error.is_transient());
        assert!(matches!(Error::from(error), Error::Unavailable(_)));
    }

    async fn a_session_idle_in_a_transaction_is_unavailable(database: Database) {
        let (limit, id, others) = match database.backend() {
            Backend::Sqlite => return,
            Backend::Postgres => (
                "SET idle_in_transaction_session_timeout = 50",
                "SELECT pg_backend_pid()::bigint AS n",
                "SELECT pid::bigint AS n FROM pg_stat_activity",
            ),
            Backend::MariaDb => (
                "SET SESSION idle_transaction_timeout = 1",
                "SELECT CAST(CONNECTION_ID() AS SIGNED) AS n",
                "SELECT CAST(id AS SIGNED) AS n FROM information_schema.processlist",
            ),
        };
        let other = Tables::open(&database).await;
        other.run("CREATE TABLE held (n int)").await;
        let idle = sea_orm::Database::connect(database.url()).await.unwrap();
        let idle = idle.begin().await.unwrap();
        idle.execute_unprepared(limit).await.unwrap();
        let id = Statement::from_string(idle.get_database_backend(), id);
        let id = idle.query_one_raw(id).await.unwrap().unwrap();
        let id: i64 = id.try_get("", "n").unwrap();
        // MariaDB counts a transaction from the first statement on one of its tables.
        idle.execute_unprepared("INSERT INTO held VALUES (1)").await.unwrap();
        let since = Instant::now();
        while other.numbers(others).await.contains(&id) {
            assert!(since.elapsed() < SOON, "the session goes on");
            sleep(Duration::from_millis(20)).await;
        }
        let error = StoreError::from(idle.execute_unprepared("SELECT 1").await.unwrap_err());
        assert!(matches!(error, StoreError::Unavailable(_)), "{error:?}");
        other.close().await;
    }
}

/// The error of a statement that takes longer than this limit.
async fn over(database: &Database, limit: &str, statement: &str) -> DbErr {
    let tables = Tables::open(database).await;
    tables.run(limit).await;
    let error = tables.tried(statement).await.unwrap_err();
    tables.close().await;
    error
}

/// The error of a statement that SQLite is made to interrupt.
async fn interrupted(url: &str) -> DbErr {
    let mut connection = SqliteConnection::connect(url).await.unwrap();
    let mut handle = connection.lock_handle().await.unwrap();
    handle.set_progress_handler(100, || false);
    drop(handle);
    let endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) \
                   SELECT count(*) FROM n";
    let error = sqlx::query(endless).execute(&mut connection).await;
    DbErr::Exec(RuntimeErr::SqlxError(Arc::new(error.unwrap_err())))
}
