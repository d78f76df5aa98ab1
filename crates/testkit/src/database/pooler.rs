//! PgBouncer between the product and a PostgreSQL server.

use std::{
    fmt, fs,
    time::{Duration, Instant},
};

use tokio::net::TcpStream;

use super::{
    Database, REQUIRE,
    leash::{Restart, ServerFolder, ServerProcess},
    server::program,
};
use crate::port;

/// How long it may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(20);

/// How long a client keeps a session of the server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PoolMode {
    /// As long as it is open.
    Session,
    /// For a transaction.
    Transaction,
    /// For a statement.
    Statement,
}

/// The name in the configuration of PgBouncer.
impl fmt::Display for PoolMode {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(match self {
            Self::Session => "session",
            Self::Transaction => "transaction",
            Self::Statement => "statement",
        })
    }
}

/// A pooler with Debian's defaults but for its mode and the size of its pools. It ends when this is
/// dropped and when the process that started it ends.
#[derive(Debug)]
pub struct Pooler {
    url: String,
    process: ServerProcess,
}

impl Pooler {
    /// Starts one in front of the server of a PostgreSQL database; `None` where this machine has no
    /// PgBouncer, which is reported on standard error.
    ///
    /// # Panics
    /// When it is there and does not start, and when it is missing and `QUARTERMASTER_TEST_REQUIRE=all`.
    pub async fn start(database: &Database, mode: PoolMode, size: u32) -> Option<Self> {
        let Some(pgbouncer) = program("pgbouncer") else {
            let left_out = "LEFT OUT: PgBouncer (`apt-get install pgbouncer` brings it)";
            assert!(
                std::env::var(REQUIRE).as_deref() != Ok("all"),
                "{REQUIRE}=all, and yet {left_out}"
            );
            eprintln!("{left_out}");
            return None;
        };
        let port = port::free();
        let (server, url) = through(database.url(), port);
        let process = ServerFolder::new()
            .and_then(|server_folder| {
                let folder = server_folder.folder().to_owned();
                let users = folder.join("users");
                fs::write(&users, "\"postgres\" \"\"\n")?;
                let settings = format!(
                    "[databases]\n* = host=127.0.0.1 port={server}\n\n[pgbouncer]\n\
                     listen_addr = 127.0.0.1\nlisten_port = {port}\nunix_socket_dir =\n\
                     auth_type = trust\nauth_file = {}\npool_mode = {mode}\n\
                     default_pool_size = {size}\n",
                    users.display()
                );
                let file = folder.join("pgbouncer.ini");
                fs::write(&file, settings)?;
                let arguments = [file.display().to_string()];
                let kept = server_folder.keep(&pgbouncer, &arguments, "KILL", Restart::Never);
                kept.map_err(std::io::Error::other)
            })
            .unwrap_or_else(|fault| panic!("PgBouncer did not start: {fault}"));
        let pooler = Self { url, process };
        pooler.answers(port).await;
        Some(pooler)
    }

    /// The URL of the database, through the pooler.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    async fn answers(&self, port: u16) {
        let since = Instant::now();
        while let Err(fault) = TcpStream::connect(("127.0.0.1", port)).await {
            assert!(
                since.elapsed() < START_LIMIT,
                "PgBouncer does not answer: {fault}; {}",
                self.process.last_log_lines()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }
}

/// The port of the URL, and the URL with another one.
fn through(url: &str, port: u16) -> (&str, String) {
    let at = url.rfind(':').map_or(0, |colon| colon + 1);
    let end = url[at..].find('/').map_or(url.len(), |slash| at + slash);
    let other = format!("{}{port}{}", &url[..at], &url[end..]);
    (&url[at..end], other)
}
