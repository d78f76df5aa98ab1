//! What can go wrong with a database, by what can be done about it.

use crate::Fault;
use sea_orm::{DbErr, RuntimeErr, SqlErr};
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
    /// The database refused a statement: a defect here, or a constraint that caught one.
    #[error("the database refused a statement: {0}")]
    Refused(#[source] DbErr),
    /// A commit gave no answer, and nobody could be asked whether it happened.
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
        let told = |cause: &DbErr| DbErr::Custom(cause.to_string());
        match self {
            Self::Contended(cause) => Self::Contended(told(cause)),
            Self::Unavailable(cause) => Self::Unavailable(told(cause)),
            Self::Refused(cause) => Self::Refused(told(cause)),
            Self::Unknown(cause) => Self::Unknown(told(cause)),
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
            Kind::Refused => Self::Refused(error),
        }
    }
}

enum Kind {
    Contended,
    Unavailable,
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
    // Two logs may want the same slug, or the same idempotency key: the one that comes second looks
    // again and sees the other.
    if database.is_unique_violation() {
        return Kind::Contended;
    }
    if Fault::of(error).is_some() {
        return Kind::Unavailable;
    }
    match database.code().as_deref() {
        // serialization failure, deadlock, lock not available (PostgreSQL and SQLSTATE of MySQL)
        Some("40001" | "40P01" | "55P03") => Kind::Contended,
        // deadlock, lock wait time-out, record changed since last read (MariaDB)
        Some("1213" | "1205" | "1020") => Kind::Contended,
        // SQLITE_BUSY and its extended codes, SQLITE_LOCKED
        Some("5" | "6" | "261" | "517" | "773" | "262") => Kind::Contended,
        // shutting down, crashed, starting up, too many connections, connection failures
        Some("57P01" | "57P02" | "57P03" | "53300" | "1040" | "1053") => Kind::Unavailable,
        Some(code) if code.starts_with("08") => Kind::Unavailable,
        _ if database.message().contains("Deadlock") => Kind::Contended,
        _ if database.message().contains("Lock wait timeout") => Kind::Contended,
        _ if database.message().starts_with("Record has changed") => Kind::Contended,
        _ => Kind::Refused,
    }
}
