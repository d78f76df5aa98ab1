//! A connection in use, and how it becomes free again.

use super::Shared;
use sea_orm::{
    ConnectOptions, ConnectionTrait, Database, DatabaseConnection, DbBackend, DbErr, RuntimeErr,
    Statement,
};
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::{Duration, Instant},
};
use tokio::{runtime::Handle, sync::OwnedSemaphorePermit, time::timeout};

/// A connection that nobody used for so long is asked again which session it is: the server may have
/// been started anew, and another connection have taken its place.
const SURE_FOR: Duration = Duration::from_secs(5);

/// How long the connection may take to answer after each attempt to cancel its statement.
const ENDS_WITHIN: [Duration; 3] = [Duration::from_millis(250), Duration::from_secs(1), LONGEST];
const LONGEST: Duration = Duration::from_secs(2);

/// How many steps SQLite makes before it checks whether the statement was cancelled: well under a
/// millisecond.
const STEPS: i32 = 10_000;

/// A place for one connection, which is opened by the next statement when it is closed.
#[derive(Debug)]
pub(super) struct Slot {
    connection: DatabaseConnection,
    /// The server's id of the session; none on SQLite, or while it is not known.
    session: Option<String>,
    used: Instant,
    /// On SQLite, ends what runs.
    stop: Arc<AtomicBool>,
}

impl Slot {
    /// Does not connect yet.
    pub(super) async fn open(options: &ConnectOptions) -> Result<Self, DbErr> {
        let stop = Arc::new(AtomicBool::new(false));
        let mut options = options.clone();
        can_be_stopped(&mut options, &stop);
        Ok(Self {
            connection: Database::connect(options).await?,
            session: None,
            used: Instant::now(),
            stop,
        })
    }

    pub(super) fn backend(&self) -> DbBackend {
        self.connection.get_database_backend()
    }

    /// Whether it is connected.
    pub(super) fn is_open(&self) -> bool {
        let connection = &self.connection;
        let open = match connection.get_database_backend() {
            DbBackend::Postgres => connection.get_postgres_connection_pool().size(),
            DbBackend::MySql => connection.get_mysql_connection_pool().size(),
            _ => connection.get_sqlite_connection_pool().size(),
        };
        open > 0
    }

    pub(super) async fn close(self) -> Result<(), DbErr> {
        self.connection.close().await
    }

    /// The query for the server's id of the session, where there is one.
    fn which(&self) -> Option<&'static str> {
        match self.connection.get_database_backend() {
            DbBackend::Postgres => Some("SELECT CAST(pg_backend_pid() AS TEXT) AS id"),
            DbBackend::MySql => Some("SELECT CAST(CONNECTION_ID() AS CHAR) AS id"),
            _ => None,
        }
    }

    fn is_known(&self) -> bool {
        self.session.is_some() && self.used.elapsed() < SURE_FOR && self.is_open()
    }

    /// Ends the statement that still runs on it, and waits until the connection answers. Gives false
    /// when it does not.
    async fn end(&mut self, options: &ConnectOptions) -> bool {
        for wait in ENDS_WITHIN {
            self.stop.store(true, Ordering::Relaxed);
            if let Some(end) = self.end_by() {
                // The statement may not have begun when it was cancelled: then it is cancelled again.
                match timeout(LONGEST, cancel(options, &end)).await {
                    Ok(Ok(())) => {}
                    Ok(Err(error)) => {
                        tracing::debug!(%error, "a statement that nobody waits for was not ended");
                    }
                    // It may arrive later, and would end what somebody else runs here then.
                    Err(_) => return false,
                }
            }
            let connection = &self.connection;
            let answers = timeout(wait, connection.execute_unprepared("SELECT 1")).await;
            self.stop.store(false, Ordering::Relaxed);
            if matches!(answers, Ok(Ok(_))) {
                return true;
            }
        }
        false
    }

    /// The statement by which another session ends what runs in this one.
    fn end_by(&self) -> Option<String> {
        let session = self.session.as_ref()?;
        Some(match self.connection.get_database_backend() {
            DbBackend::Postgres => format!("SELECT pg_cancel_backend({session})"),
            _ => format!("KILL QUERY {session}"),
        })
    }
}

/// Over a new connection: a pooled one may be as unresponsive as the one that is waited for.
async fn cancel(options: &ConnectOptions, statement: &str) -> Result<(), DbErr> {
    let helper = Database::connect(options.clone()).await?;
    helper.execute_unprepared(statement).await?;
    helper.close().await
}

fn can_be_stopped(options: &mut ConnectOptions, stop: &Arc<AtomicBool>) {
    let stop = Arc::clone(stop);
    options.map_sqlx_sqlite_pool_opts(move |pool| {
        let stop = Arc::clone(&stop);
        pool.after_connect(move |connection, _| {
            let stop = Arc::clone(&stop);
            Box::pin(async move {
                let mut handle = connection.lock_handle().await?;
                handle.set_progress_handler(STEPS, move || !stop.load(Ordering::Relaxed));
                Ok(())
            })
        })
    });
}

/// A connection of one's own. Dropped without [`Lease::give_back`], it is taken to be in the middle of
/// a statement, which is ended before somebody else gets the connection.
#[derive(Debug)]
pub(super) struct Lease {
    connection: DatabaseConnection,
    /// None once it is given back.
    held: Option<(Slot, OwnedSemaphorePermit)>,
    shared: Arc<Shared>,
}

impl Lease {
    pub(super) fn of(shared: Arc<Shared>, slot: Slot, permit: OwnedSemaphorePermit) -> Self {
        Self {
            connection: slot.connection.clone(),
            held: Some((slot, permit)),
            shared,
        }
    }

    pub(super) fn connection(&self) -> &DatabaseConnection {
        &self.connection
    }

    /// Learns which session it is, so that a statement in it can be ended from outside.
    pub(super) async fn identify(&mut self) -> Result<(), DbErr> {
        let Some((slot, _)) = &mut self.held else {
            return Ok(());
        };
        let Some(which) = slot.which().filter(|_| !slot.is_known()) else {
            return Ok(());
        };
        slot.session = None;
        let which = Statement::from_string(slot.connection.get_database_backend(), which);
        let row = super::limited(slot.connection.query_one_raw(which)).await?;
        let id: Option<String> = row.map(|row| row.try_get("", "id")).transpose()?;
        slot.session = id.filter(|id| id.bytes().all(|byte| byte.is_ascii_digit()));
        Ok(())
    }

    /// Gives back what is at rest.
    pub(super) fn give_back(mut self) {
        if let Some((mut slot, permit)) = self.held.take() {
            slot.used = Instant::now();
            self.shared.put(slot, permit);
        }
    }

    /// Gives it back after a statement that the database answered. After anything else it is not known
    /// what the connection is still doing.
    pub(super) fn after<T>(mut self, done: Result<T, DbErr>) -> Result<T, DbErr> {
        match &done {
            Ok(_) => self.give_back(),
            Err(error) if is_answer(error) => {
                if let Some((slot, _)) = &mut self.held {
                    // The server may have ended the session with it.
                    slot.session = None;
                }
                self.give_back();
            }
            Err(_) => drop(self),
        }
        done
    }
}

/// Whether the error is an answer of the database or was made of one, so that nothing runs any more.
fn is_answer(error: &DbErr) -> bool {
    match error {
        DbErr::ConnectionAcquire(_) | DbErr::Conn(_) => false,
        DbErr::Exec(RuntimeErr::SqlxError(error)) | DbErr::Query(RuntimeErr::SqlxError(error)) => {
            error.as_database_error().is_some()
        }
        _ => true,
    }
}

impl Shared {
    fn put(&self, slot: Slot, permit: OwnedSemaphorePermit) {
        self.free().push(slot);
        drop(permit);
    }
}

impl Drop for Lease {
    fn drop(&mut self) {
        let Some((mut slot, permit)) = self.held.take() else {
            return;
        };
        let shared = Arc::clone(&self.shared);
        let Ok(runtime) = Handle::try_current() else {
            // The process ends, and its connections with it.
            return shared.put(slot, permit);
        };
        runtime.spawn(async move {
            if !slot.end(&shared.options).await {
                match Slot::open(&shared.options).await {
                    Ok(another) => slot = another,
                    Err(error) => tracing::warn!(%error, "a connection cannot be made anew"),
                }
            }
            slot.used = Instant::now();
            shared.put(slot, permit);
        });
    }
}
