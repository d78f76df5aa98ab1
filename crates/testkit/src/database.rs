//! A fresh, empty database for each test, on each of the three back ends.
//!
//! SQLite is a file in a folder of its own. PostgreSQL and MariaDB are servers: the ones named by
//! `QUARTERMASTER_TEST_POSTGRES_URL` and `QUARTERMASTER_TEST_MYSQL_URL`, or else one that is
//! started from the programs on this machine, once a test process, and that ends with it.

mod leash;
mod pooler;
mod server;
mod template;

use sea_orm::ConnectionTrait;
use std::{fmt, io::Write, path::PathBuf, sync::Mutex};
use tokio::sync::OnceCell;

pub use pooler::{PoolMode, Pooler};
pub use server::{Durability, Server};
pub use template::migrated;

/// The name of a file of SQLite in the folder of its database.
const FILE: &str = "quartermaster.db";

/// Name of the variable that, set to `all`, turns a missing database server into a failure.
const REQUIRE: &str = "QUARTERMASTER_TEST_REQUIRE";

/// One of the database systems that the product runs on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Backend {
    /// A file, no server.
    Sqlite,
    /// PostgreSQL.
    Postgres,
    /// MariaDB, which also stands for MySQL.
    MariaDb,
}

impl Backend {
    /// All back ends, in the order in which tests name them.
    pub const ALL: [Self; 3] = [Self::Sqlite, Self::Postgres, Self::MariaDb];

    /// The variable that names a running server of this kind.
    fn url_variable(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "QUARTERMASTER_TEST_POSTGRES_URL",
            Self::MariaDb => "QUARTERMASTER_TEST_MYSQL_URL",
        }
    }

    /// The Debian package that brings a server of this kind.
    fn package(self) -> &'static str {
        match self {
            Self::Sqlite => "",
            Self::Postgres => "postgresql",
            Self::MariaDb => "mariadb-server",
        }
    }
}

impl fmt::Display for Backend {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Sqlite => "SQLite",
            Self::Postgres => "PostgreSQL",
            Self::MariaDb => "MariaDB",
        })
    }
}

/// An empty database that nobody else uses. Dropping it removes it.
#[derive(Debug)]
pub struct Database {
    backend: Backend,
    url: String,
    remains: Remains,
}

/// What has to be removed when a database is dropped.
#[derive(Debug)]
enum Remains {
    Folder(PathBuf),
    OnServer {
        admin_url: String,
        name: String,
    },
    /// Its creator removes it.
    Nothing,
}

impl Database {
    /// A database that the test itself created and removes.
    #[must_use]
    pub fn at(backend: Backend, url: &str) -> Self {
        Self {
            backend,
            url: url.to_owned(),
            remains: Remains::Nothing,
        }
    }

    /// The URL to give to the product: `sqlite://…`, `postgres://…` or `mysql://…`.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Which system this database is on.
    #[must_use]
    pub fn backend(&self) -> Backend {
        self.backend
    }
}

impl Drop for Database {
    fn drop(&mut self) {
        match &self.remains {
            Remains::Folder(folder) => {
                let _ = std::fs::remove_dir_all(folder);
            }
            Remains::OnServer { admin_url, name } => {
                drop_on_server(self.backend, admin_url.clone(), name.clone());
            }
            Remains::Nothing => {}
        }
    }
}

/// Returns a fresh database, or `None` where this machine has no server of that kind.
///
/// A skipped back end is reported once on standard error, past the test harness's capture.
///
/// # Panics
/// When the server is there and refuses to make a database, and for a missing server when
/// `QUARTERMASTER_TEST_REQUIRE=all`.
pub async fn fresh(backend: Backend) -> Option<Database> {
    if backend == Backend::Sqlite {
        return Some(fresh_file());
    }
    let admin_url = match admin_url(backend).await {
        Ok(url) => url,
        Err(reason) => {
            leave_out(backend, &reason);
            return None;
        }
    };
    match create_on(backend, &admin_url, None).await {
        Ok(database) => Some(database),
        Err(fault) => panic!("{backend} refused a new database: {fault}"),
    }
}

/// Makes a database on the server at this URL: a copy of the template, or an empty one.
async fn create_on(
    backend: Backend,
    admin_url: &str,
    template: Option<&str>,
) -> Result<Database, sea_orm::DbErr> {
    let name = unique_name();
    let mut statement = create_statement(backend, &name);
    if let Some(template) = template {
        statement = format!("{statement} TEMPLATE {template}");
    }
    execute(admin_url, &[statement]).await?;
    Ok(Database {
        backend,
        url: with_database(admin_url, &name),
        remains: Remains::OnServer {
            admin_url: admin_url.to_owned(),
            name,
        },
    })
}

fn fresh_file() -> Database {
    let folder = std::env::temp_dir().join(unique_name());
    let made = std::fs::create_dir_all(&folder);
    assert!(
        made.is_ok(),
        "no folder for a test database at {}: {made:?}",
        folder.display()
    );
    let url = format!("sqlite://{}?mode=rwc", folder.join(FILE).display());
    Database {
        backend: Backend::Sqlite,
        url,
        remains: Remains::Folder(folder),
    }
}

/// The URL of a server on which databases can be made; starts it if necessary.
async fn admin_url(backend: Backend) -> Result<String, String> {
    if let Ok(url) = std::env::var(backend.url_variable()) {
        return Ok(url);
    }
    static POSTGRES: OnceCell<Result<Server, String>> = OnceCell::const_new();
    static MARIADB: OnceCell<Result<Server, String>> = OnceCell::const_new();
    let cell = if backend == Backend::Postgres {
        &POSTGRES
    } else {
        &MARIADB
    };
    let durability = match std::env::var("QUARTERMASTER_TEST_DURABLE").as_deref() {
        Ok("1") => Durability::Full,
        _ => Durability::None,
    };
    let server = cell
        .get_or_init(|| Server::start(backend, durability))
        .await;
    server
        .as_ref()
        .map(|server| server.url().to_owned())
        .map_err(Clone::clone)
}

/// Whether this process starts the server of that kind, which then ends with it.
fn server_is_ours(backend: Backend) -> bool {
    std::env::var(backend.url_variable()).is_err()
}

fn leave_out(backend: Backend, reason: &str) {
    static REPORTED: Mutex<Vec<Backend>> = Mutex::new(Vec::new());
    let message = format!(
        "LEFT OUT: {backend} ({reason}; `apt-get install {}` brings a server, or name one in {})",
        backend.package(),
        backend.url_variable(),
    );
    assert!(
        std::env::var(REQUIRE).as_deref() != Ok("all"),
        "{REQUIRE}=all, and yet {message}"
    );
    if let Ok(mut reported) = REPORTED.lock()
        && !reported.contains(&backend)
    {
        reported.push(backend);
        // Written to the stream itself: the harness captures eprintln! and hides it on success.
        let _ = std::io::stderr().write_all(format!("\n{message}\n").as_bytes());
    }
}

/// 40 characters in lower case, so that both servers accept it unquoted, with a recognizable prefix.
fn unique_name() -> String {
    format!("qm_test_{}", uuid::Uuid::now_v7().simple())
}

fn create_statement(backend: Backend, name: &str) -> String {
    match backend {
        Backend::MariaDb => format!("CREATE DATABASE {name} CHARACTER SET utf8mb4"),
        Backend::Postgres | Backend::Sqlite => format!("CREATE DATABASE {name}"),
    }
}

/// A drop must neither hang nor fail a test: connections of the test may still be open.
fn drop_on_server(backend: Backend, admin_url: String, name: String) {
    let statements = match backend {
        Backend::MariaDb => {
            vec![
                "SET lock_wait_timeout = 2".to_owned(),
                format!("DROP DATABASE IF EXISTS {name}"),
            ]
        }
        Backend::Postgres | Backend::Sqlite => {
            vec![format!("DROP DATABASE IF EXISTS {name} WITH (FORCE)")]
        }
    };
    // A thread of its own, because a test's runtime may not block and may be going down already.
    let dropping = std::thread::spawn(move || {
        let runtime = tokio::runtime::Builder::new_current_thread()
            .enable_all()
            .build();
        if let Ok(runtime) = runtime {
            let _ = runtime.block_on(execute(&admin_url, &statements));
        }
    });
    let _ = dropping.join();
}

/// Runs statements one after another on one connection.
async fn execute(url: &str, statements: &[String]) -> Result<(), sea_orm::DbErr> {
    let mut options = sea_orm::ConnectOptions::new(url);
    options.max_connections(1).sqlx_logging(false);
    let connection = sea_orm::Database::connect(options).await?;
    for statement in statements {
        connection.execute_unprepared(statement).await?;
    }
    connection.close().await
}

/// The same server, another database: the path of the URL is replaced, its query is kept.
fn with_database(url: &str, name: &str) -> String {
    let (address, query) = match url.split_once('?') {
        Some((address, query)) => (address, format!("?{query}")),
        None => (url, String::new()),
    };
    let authority = address.find("://").map_or(0, |at| at + 3);
    let server = match address[authority..].find('/') {
        Some(slash) => &address[..authority + slash],
        None => address,
    };
    format!("{server}/{name}{query}")
}

/// Makes three tests of one body, one a back end. Where there is no server, its test passes and
/// the omission is reported on standard error.
///
/// ```text
/// testkit::on_every_database! {
///     async fn a_seat_is_taken_once(database: Database) { … }
/// }
/// ```
#[macro_export]
macro_rules! on_every_database {
    ($($(#[$meta:meta])* async fn $name:ident($database:ident: $kind:ty) $body:block)+) => {$(
        mod $name {
            #[allow(unused_imports)]
            use super::*;

            $(#[$meta])*
            async fn body($database: $kind) $body

            async fn on(backend: $crate::database::Backend) {
                if let Some(database) = $crate::database::fresh(backend).await {
                    body(database).await;
                }
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn sqlite() {
                on($crate::database::Backend::Sqlite).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn postgres() {
                on($crate::database::Backend::Postgres).await;
            }

            #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn mariadb() {
                on($crate::database::Backend::MariaDb).await;
            }
        }
    )+};
}

#[cfg(test)]
mod tests;
