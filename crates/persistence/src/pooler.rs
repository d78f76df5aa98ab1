//! Poolers between the service and PostgreSQL.
//!
//! A pooler that binds a session to each connection, like PgBouncer with `pool_mode=session`, is as good
//! as no pooler. One that gives each transaction, or each statement, another session loses what is set
//! for a session and the statements that are prepared in it, now and then and not at once. It is
//! refused at start.

use crate::{StoreError, StoreResult};
use sea_orm::{
    DatabaseConnection, DbErr, RuntimeErr,
    sqlx::{self, AssertSqlSafe, Executor, PgConnection, Row, raw_sql},
};
use uuid::Uuid;

/// Where others use the pooler as well, one probe may miss by chance that sessions are shared.
const PROBES: usize = 5;

const REFUSAL: &str = "the pooler in front of PostgreSQL does not keep one session for each \
                       connection: set pool_mode=session there (PgBouncer), or connect to the \
                       server itself";

/// Refuses a pooler by which connections share sessions.
///
/// # Errors
/// [`StoreError::Unavailable`], whose text says what to set.
pub(crate) async fn refuse_shared_sessions(
    write: &DatabaseConnection,
    read: &DatabaseConnection,
) -> StoreResult<()> {
    let shared = are_shared(write, read).await;
    let is_shared = shared.or_else(|error| match error.to_string().contains("pooling mode") {
        // PgBouncer with `pool_mode=statement` refuses transactions with this text.
        true => Ok(true),
        false => Err(StoreError::from(DbErr::Conn(RuntimeErr::SqlxError(
            error.into(),
        )))),
    })?;
    match is_shared {
        true => {
            let refusal = RuntimeErr::Internal(REFUSAL.to_owned());
            Err(StoreError::Unavailable(DbErr::Conn(refusal)))
        }
        false => Ok(()),
    }
}

/// Whether a transaction of one connection takes the session of another that is open. Only what must
/// not be seen is taken as a sign, so that there is no false alarm.
async fn are_shared(
    write: &DatabaseConnection,
    read: &DatabaseConnection,
) -> Result<bool, sqlx::Error> {
    let mut one = write.get_postgres_connection_pool().acquire().await?;
    let mut other = read.get_postgres_connection_pool().acquire().await?;
    for _ in 0..PROBES {
        let mark = Uuid::now_v7().simple().to_string();
        let set = format!("SET quartermaster.session = '{mark}'");
        one.execute(AssertSqlSafe(set)).await?;
        // It holds a session until its end, by preference the one that has just become free.
        other.execute("BEGIN").await?;
        let is_shared =
            self::mark(&mut other).await? == mark || self::mark(&mut one).await? != mark;
        other.execute("ROLLBACK").await?;
        if is_shared {
            return Ok(true);
        }
    }
    Ok(false)
}

/// What the session is marked with. Nothing is prepared for it.
async fn mark(connection: &mut PgConnection) -> Result<String, sqlx::Error> {
    let row = raw_sql("SELECT COALESCE(current_setting('quartermaster.session', true), '')");
    row.fetch_one(connection).await?.try_get(0)
}
