//! Files of SQLite databases: copied while others write, checked, and held so that nobody else opens
//! them.

use crate::{StoreError, StoreResult};
use sea_orm::{
    DbErr, RuntimeErr,
    sqlx::{
        self, ConnectOptions, Connection, SqliteConnection,
        sqlite::{SqliteConnectOptions, SqliteJournalMode, SqliteLockingMode},
    },
};
use std::{
    path::{Path, PathBuf},
    str::FromStr,
    sync::Arc,
    time::Duration,
};

/// How long to wait while another process has the file open.
const PATIENCE: Duration = Duration::from_secs(2);

/// Faults of a file that are named, of those that an integrity check finds.
const FAULTS: usize = 5;

/// What a database holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Contents {
    /// Events of all logs.
    pub events: i64,
    /// Logs that have begun.
    pub logs: i64,
}

/// The file of a SQLite database; none for any other database, and for one that is in no file.
pub fn sqlite_file(url: &str) -> Option<PathBuf> {
    if !url.starts_with("sqlite:") || url.contains(":memory:") {
        return None;
    }
    let options = SqliteConnectOptions::from_str(url).ok()?;
    Some(options.get_filename().to_owned())
}

/// Copies a SQLite database into a file that is empty or not there: what was committed when the copy
/// began, while others go on writing. The copy is one file without a journal, and has no free pages.
///
/// # Errors
/// When the database cannot be read, or there is no space for the copy.
pub async fn copy(from: &Path, into: &Path) -> StoreResult<Contents> {
    let mut source = open(SqliteConnectOptions::new().filename(from)).await?;
    let copied = sqlx::query("VACUUM INTO ?")
        .bind(into.display().to_string())
        .execute(&mut source)
        .await;
    let closed = source.close().await;
    copied.map_err(refused)?;
    closed.map_err(refused)?;
    contents(into).await
}

/// The contents of a SQLite file that nobody writes to. Does not change the file.
async fn contents(file: &Path) -> StoreResult<Contents> {
    let mut connection = open(untouched(file)).await?;
    let (logs, events) =
        sqlx::query_as("SELECT COUNT(*), COALESCE(SUM(position), 0) FROM event_heads")
            .fetch_one(&mut connection)
            .await
            .map_err(refused)?;
    connection.close().await.map_err(refused)?;
    Ok(Contents { events, logs })
}

/// The faults of a SQLite file that nobody writes to: whether it is whole, and a database of this
/// service. Does not change the file.
pub async fn faults(file: &Path) -> Vec<String> {
    let found = match open(untouched(file)).await {
        Ok(mut connection) => integrity(&mut connection).await,
        Err(error) => Err(error),
    };
    let faults = match found {
        Ok(faults) => faults,
        Err(error) => return vec![error.to_string()],
    };
    if !faults.is_empty() {
        return faults;
    }
    match contents(file).await {
        Ok(_) => Vec::new(),
        Err(error) => vec![error.to_string()],
    }
}

async fn integrity(connection: &mut SqliteConnection) -> StoreResult<Vec<String>> {
    let mut lines: Vec<String> = sqlx::query_scalar("PRAGMA integrity_check")
        .fetch_all(connection)
        .await
        .map_err(refused)?;
    lines.retain(|line| line != "ok");
    lines.truncate(FAULTS);
    Ok(lines)
}

/// Exclusive access to a SQLite database while this lives. The journal is merged into the file, so
/// that the file alone is the whole database.
pub struct Alone(SqliteConnection);

impl Alone {
    /// Opens the file exclusively.
    ///
    /// # Errors
    /// [`StoreError::Contended`] when another process has it open, another error when it cannot be
    /// opened at all.
    pub async fn with(file: &Path) -> StoreResult<Self> {
        let options = SqliteConnectOptions::new()
            .filename(file)
            .busy_timeout(PATIENCE)
            .locking_mode(SqliteLockingMode::Exclusive)
            // Fails while another connection, even an idle one, keeps the write-ahead log in use.
            .journal_mode(SqliteJournalMode::Delete);
        let mut connection = open(options).await?;
        let held = sqlx::query("BEGIN EXCLUSIVE")
            .execute(&mut connection)
            .await;
        held.map_err(refused)?;
        Ok(Self(connection))
    }

    /// Releases the file.
    ///
    /// # Errors
    /// When the connection does not close.
    pub async fn let_go(mut self) -> StoreResult<()> {
        let ended = sqlx::query("ROLLBACK").execute(&mut self.0).await;
        ended.map_err(refused)?;
        self.0.close().await.map_err(refused)
    }
}

fn untouched(file: &Path) -> SqliteConnectOptions {
    SqliteConnectOptions::new()
        .filename(file)
        .immutable(true)
        .read_only(true)
}

async fn open(options: SqliteConnectOptions) -> StoreResult<SqliteConnection> {
    options
        .disable_statement_logging()
        .connect()
        .await
        .map_err(refused)
}

fn refused(error: sqlx::Error) -> StoreError {
    StoreError::from(DbErr::Query(RuntimeErr::SqlxError(Arc::new(error))))
}

/// Whether exclusive access failed because another process has the database open.
pub fn is_in_use(error: &StoreError) -> bool {
    matches!(error, StoreError::Contended(_))
}
