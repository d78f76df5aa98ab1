//! Limits that the database server puts on the sessions that write.
//!
//! A process that freezes, or whose machine is gone, cannot give back what it holds. A writer holds
//! the head of a log, and no other writes to that log meanwhile; so the server ends such a session
//! after 10 s without a statement, which undoes its transaction. Sessions that only read hold nothing
//! that others need, and may take long between two statements.

/// What a session is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Session {
    /// Reading.
    Reading,
    /// Work without a time limit: migrations, and what an operator runs alone.
    Alone,
    /// Writing.
    Writing,
}

/// Settings of PostgreSQL, times in milliseconds or seconds as it wants them.
///
/// A statement of a writer ends in the database before the writer gives up on its answer, which is
/// after ten seconds: otherwise it would run on and keep the head.
///
/// A writer never waits for anything but the database within a transaction, so that ten seconds
/// without a statement mean that it is gone. The rest is for a machine that is gone: the server
/// finds out within about eleven seconds, also while it sends.
const POSTGRES_WRITING: &str = "; SET statement_timeout = 8000; SET idle_in_transaction_session_timeout = 10000; \
     SET tcp_user_timeout = 10000; SET tcp_keepalives_idle = 5; \
     SET tcp_keepalives_interval = 2; SET tcp_keepalives_count = 3";

/// Sees what was committed before each statement; waits for a lock as long as
/// [`LOCK_TIMEOUT`](crate::store). In seconds.
const MYSQL: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
     SET SESSION innodb_lock_wait_timeout = 5";

/// The same for a reader. MariaDB alone reads what is between `/*M!` and `*/`.
const MYSQL_READING: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
     SET SESSION innodb_lock_wait_timeout = 5 /*M! , SESSION max_statement_time = 30 */";

/// The same for a writer. MariaDB alone reads what is between `/*M!` and `*/`; MySQL has no setting
/// for an idle transaction.
const MYSQL_WRITING: &str = "SET SESSION TRANSACTION ISOLATION LEVEL READ COMMITTED; \
     SET SESSION innodb_lock_wait_timeout = 5, SESSION net_write_timeout = 10 \
     /*M! , SESSION idle_transaction_timeout = 10, SESSION max_statement_time = 8 */";

impl Session {
    /// Further statements that a session of PostgreSQL begins with, each behind a semicolon.
    pub(crate) const fn of_postgres(self) -> &'static str {
        match self {
            Self::Reading => "; SET statement_timeout = 30000",
            Self::Writing => POSTGRES_WRITING,
            Self::Alone => "",
        }
    }

    /// What a session of MariaDB or MySQL begins with.
    pub(crate) const fn of_mysql(self) -> &'static str {
        match self {
            Self::Reading => MYSQL_READING,
            Self::Writing => MYSQL_WRITING,
            Self::Alone => MYSQL,
        }
    }
}
