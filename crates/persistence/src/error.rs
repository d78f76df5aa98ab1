//! What can go wrong with a database, by what can be done about it.

use crate::Fault;
use sea_orm::{
    DbErr, RuntimeErr, SqlErr,
    sqlx::{
        mysql::MySqlDatabaseError,
        postgres::{PgDatabaseError, PgSeverity},
    },
};
use thiserror::Error;

/// The result of a database access.
pub type StoreResult<T> = Result<T, StoreError>;

/// A database access that failed.
#[derive(Debug, Error)]
pub enum StoreError {
    /// A race was lost (deadlock, serialization failure, lock time-out, busy, a unique value that
    /// another log took): run it again.
    #[error("a race for a lock was lost: {0}")]
    Contended(#[source] DbErr),
    /// The database cannot be reached, does not answer in time, or cannot keep a change: see [`Fault`].
    #[error("the database is not available: {0}")]
    Unavailable(#[source] DbErr),
    /// A statement took longer than it may, or an operator cancelled it: it did nothing.
    #[error("a statement was cut off: {0}")]
    TooSlow(#[source] DbErr),
    /// The database refused a statement: a defect here, or a constraint that caught one.
    #[error("the database refused a statement: {0}")]
    Refused(#[source] DbErr),
    /// A commit gave no answer, and it could not be found out whether it happened.
    #[error("whether a commit happened is not known: {0}")]
    Unknown(#[source] DbErr),
    /// A stored value cannot be read back, or what was decided over such values cannot happen.
    #[error("a stored value is damaged: {0}")]
    Damaged(String),
    /// Logs from before there was a chain are not chained: nothing can be written to them before a
    /// migration has done it. The text says which, and why if that was tried.
    #[error("{0}")]
    Unchained(String),
    /// Too many rows have changed since the moment that was asked about.
    #[error("too much has changed since then")]
    TooMuchChanged,
}

impl StoreError {
    /// Whether running the whole command again may succeed.
    pub const fn is_transient(&self) -> bool {
        matches!(self, Self::Contended(_))
    }

    /// Whether somebody else holds what was wanted and lets go of it in time, which is not so of a
    /// unique value that is taken.
    pub(crate) fn is_held(&self) -> bool {
        let Self::Contended(cause) = self else {
            return false;
        };
        !matches!(cause.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
    }

    /// The same for another caller, with the cause as text, since causes cannot be cloned.
    pub fn again(&self) -> Self {
        let copy = |cause: &DbErr| DbErr::Custom(cause.to_string());
        match self {
            Self::Contended(cause) => Self::Contended(copy(cause)),
            Self::Unavailable(cause) => Self::Unavailable(copy(cause)),
            Self::TooSlow(cause) => Self::TooSlow(copy(cause)),
            Self::Refused(cause) => Self::Refused(copy(cause)),
            Self::Unknown(cause) => Self::Unknown(copy(cause)),
            Self::Damaged(text) => Self::Damaged(text.clone()),
            Self::Unchained(text) => Self::Unchained(text.clone()),
            Self::TooMuchChanged => Self::TooMuchChanged,
        }
    }

    /// That this is why the outcome of a commit is not known.
    pub fn unknown(self) -> Self {
        match self {
            Self::Contended(cause)
            | Self::Unavailable(cause)
            | Self::TooSlow(cause)
            | Self::Refused(cause)
            | Self::Unknown(cause) => Self::Unknown(cause),
            Self::Damaged(text) | Self::Unchained(text) => Self::Unknown(DbErr::Custom(text)),
            Self::TooMuchChanged => Self::Unknown(DbErr::Custom(self.to_string())),
        }
    }

    /// Something that is stored cannot be what it should be.
    pub(crate) fn damaged(what: &str, value: impl std::fmt::Display) -> Self {
        Self::Damaged(format!("{what}: {value}"))
    }
}

impl From<DbErr> for StoreError {
    fn from(error: DbErr) -> Self {
        match kind(&error) {
            Kind::Contended => Self::Contended(error),
            Kind::Unavailable => Self::Unavailable(error),
            Kind::TooSlow => Self::TooSlow(error),
            Kind::Refused => Self::Refused(error),
        }
    }
}

enum Kind {
    Contended,
    Unavailable,
    TooSlow,
    Refused,
}

fn kind(error: &DbErr) -> Kind {
    let runtime = match error {
        DbErr::ConnectionAcquire(_) => return Kind::Unavailable,
        DbErr::Conn(runtime) | DbErr::Exec(runtime) | DbErr::Query(runtime) => runtime,
        _ => return Kind::Refused,
    };
    let RuntimeErr::SqlxError(error) = runtime else {
        return Kind::Refused;
    };
    let Some(database) = error.as_database_error() else {
        return Kind::Unavailable;
    };
    // Two logs may want the same slug, or the same idempotency key: the second one runs again and
    // sees the first.
    if database.is_unique_violation() {
        return Kind::Contended;
    }
    if Fault::of(error).is_some() {
        return Kind::Unavailable;
    }
    let code = database.code().unwrap_or_default();
    if let Some(error) = database.try_downcast_ref::<PgDatabaseError>() {
        return of_postgres(&code, error.severity());
    }
    match database.try_downcast_ref::<MySqlDatabaseError>() {
        Some(error) => of_mysql(&code, error.number()),
        None => of_sqlite(&code),
    }
}

/// By SQLSTATE. Whatever ends the session undoes its transaction, and says nothing about the
/// statement.
fn of_postgres(code: &str, severity: PgSeverity) -> Kind {
    match code {
        // serialization failure, deadlock, lock not available
        "40001" | "40P01" | "55P03" => Kind::Contended,
        // cancelled, by a time limit or by an operator
        "57014" => Kind::TooSlow,
        // a primary that has become a standby
        "25006" => Kind::Unavailable,
        // connection failures, insufficient resources, interventions by an operator
        _ if matches!(code.get(..2), Some("08" | "53" | "57")) => Kind::Unavailable,
        _ if matches!(severity, PgSeverity::Fatal | PgSeverity::Panic) => Kind::Unavailable,
        _ => Kind::Refused,
    }
}

/// By number, and by SQLSTATE where that says enough.
fn of_mysql(state: &str, number: u16) -> Kind {
    match number {
        // deadlock, lock wait time-out, record changed since last read, table changed by a migration
        1213 | 1205 | 1020 | 1412 => Kind::Contended,
        // interrupted by an operator, by max_statement_time, by max_execution_time
        1317 | 1969 | 3024 => Kind::TooSlow,
        // too many connections in all or of the user, shutting down, killed, idle for too long
        1040 | 1203 | 1053 | 1927 | 4031 => Kind::Unavailable,
        // access denied
        1044 | 1045 | 1049 => Kind::Unavailable,
        // a primary that has become a replica
        1290 | 1836 => Kind::Unavailable,
        _ if state == "40001" => Kind::Contended,
        _ if state.starts_with("08") => Kind::Unavailable,
        _ => Kind::Refused,
    }
}

/// By primary result code, which is the last byte of an extended one.
fn of_sqlite(code: &str) -> Kind {
    match code.parse().map(|code: u32| code & 0xff) {
        // BUSY, LOCKED
        Ok(5 | 6) => Kind::Contended,
        // INTERRUPT
        Ok(9) => Kind::TooSlow,
        _ => Kind::Refused,
    }
}
