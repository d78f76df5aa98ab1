//! What keeps a database from answering or from keeping changes.

use sea_orm::sqlx::{self, error::DatabaseError, mysql::MySqlDatabaseError};
use std::io;

/// What keeps a database from answering or from keeping changes, although what it was asked is in
/// order. The same may be asked again once the cause is mended. Where the disk is the cause, nothing
/// was done; where it is the connection, that is unknown until the database is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// There is no space left on its disk.
    DiskFull,
    /// Its disk does not read or write.
    InputOutput,
    /// It, or its disk, takes no changes.
    ReadOnly,
    /// It gave no answer in time.
    Silent,
    /// The connection to it broke, or there is none to be had.
    Disconnected,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 5] = [
        Self::DiskFull,
        Self::InputOutput,
        Self::ReadOnly,
        Self::Silent,
        Self::Disconnected,
    ];

    /// Its name in metrics and logs.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::DiskFull => "disk_full",
            Self::InputOutput => "io_error",
            Self::ReadOnly => "read_only",
            Self::Silent => "silent",
            Self::Disconnected => "disconnected",
        }
    }

    /// What it is, for people.
    pub const fn description(self) -> &'static str {
        match self {
            Self::DiskFull => "the disk is full",
            Self::InputOutput => "the disk does not read or write",
            Self::ReadOnly => "the database is read-only",
            Self::Silent => "the database gives no answer",
            Self::Disconnected => "the connection to the database broke",
        }
    }

    /// Whether other connections, from before it was seen, are in doubt as well.
    pub(super) const fn is_of_connection(self) -> bool {
        matches!(self, Self::Silent | Self::Disconnected)
    }

    /// The fault behind the error; none when the database refused the statement.
    pub(crate) fn of(error: &sqlx::Error) -> Option<Self> {
        match error {
            sqlx::Error::Database(error) => of_database(error.as_ref()),
            sqlx::Error::Io(error) => Some(match error.kind() {
                io::ErrorKind::TimedOut => Self::Silent,
                _ => Self::Disconnected,
            }),
            sqlx::Error::Tls(_) | sqlx::Error::Protocol(_) | sqlx::Error::WorkerCrashed => {
                Some(Self::Disconnected)
            }
            _ => None,
        }
    }
}

fn of_database(error: &dyn DatabaseError) -> Option<Fault> {
    if let Some(error) = error.try_downcast_ref::<MySqlDatabaseError>() {
        return of_mysql(error.number(), error.message());
    }
    let code = error.code()?;
    match code.as_ref() {
        "53100" => return Some(Fault::DiskFull),
        "58030" => return Some(Fault::InputOutput),
        "25006" => return Some(Fault::ReadOnly),
        // Shut down, crashed, starting up, ended because it was idle in a transaction.
        "57P01" | "57P02" | "57P03" | "25P03" => return Some(Fault::Disconnected),
        code if code.starts_with("08") => return Some(Fault::Disconnected),
        // A code of PostgreSQL has five characters; SQLite's extended codes have at most four digits.
        code if code.len() >= 5 => return None,
        _ => {}
    }
    // The lowest byte of an extended code is the primary one.
    match code.parse::<u32>().ok()? & 0xff {
        13 => Some(Fault::DiskFull),
        10 | 14 => Some(Fault::InputOutput),
        8 => Some(Fault::ReadOnly),
        _ => None,
    }
}

fn of_mysql(number: u16, message: &str) -> Option<Fault> {
    match number {
        1021 | 1114 => Some(Fault::DiskFull),
        // Errors of a file or a storage engine, with the operating system's number in the message.
        3 | 1004 | 1026 | 1030 if message.contains("No space left") => Some(Fault::DiskFull),
        2 | 3 | 1023 | 1024 | 1026 | 1030 => Some(Fault::InputOutput),
        1290 if message.contains("read-only") || message.contains("read_only") => {
            Some(Fault::ReadOnly)
        }
        1036 | 1792 | 1836 => Some(Fault::ReadOnly),
        // Shutting down, and a connection that somebody ended.
        1053 | 1927 => Some(Fault::Disconnected),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn mysql_reports_a_full_disk_in_several_ways() {
        let full = "Got error 28 \"No space left on device\" from storage engine InnoDB";
        assert_eq!(of_mysql(1030, full), Some(Fault::DiskFull));
        assert_eq!(
            of_mysql(1114, "The table 'events' is full"),
            Some(Fault::DiskFull)
        );
        let other = "Got error 5 \"Input/output error\" from storage engine InnoDB";
        assert_eq!(of_mysql(1030, other), Some(Fault::InputOutput));
        assert_eq!(of_mysql(1062, "Duplicate entry"), None);
        assert_eq!(
            of_mysql(1290, "running with the --secure-file-priv option"),
            None
        );
    }

    #[test]
    fn a_time_out_is_not_a_broken_connection() {
        let silent = sqlx::Error::Io(io::Error::from(io::ErrorKind::TimedOut));
        assert_eq!(Fault::of(&silent), Some(Fault::Silent));
        let reset = sqlx::Error::Io(io::Error::from(io::ErrorKind::ConnectionReset));
        assert_eq!(Fault::of(&reset), Some(Fault::Disconnected));
        assert_eq!(Fault::of(&sqlx::Error::RowNotFound), None);
    }
}
