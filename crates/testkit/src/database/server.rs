//! Database servers started from the programs on this machine.

use std::{
    path::{Path, PathBuf},
    time::{Duration, Instant},
};

use super::{
    Backend, Database,
    leash::{Restart, ServerFolder, ServerProcess},
};
use crate::{port, small_disk::SmallDisk};

/// The maximum of connections: many tests run at once, each with its pool.
const CONNECTIONS: u32 = 300;

/// How long a server may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(60);

/// Whether a commit waits for the disk.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Durability {
    /// The server's own defaults, as in production.
    Full,
    /// Nothing waits for the disk: for tests, whose data need not survive.
    None,
}

/// A database server on a loopback port. It stops, and its data is removed, when this is
/// dropped and when the process that started it ends.
#[derive(Debug)]
pub struct Server {
    backend: Backend,
    url: String,
    process: ServerProcess,
}

impl Server {
    /// Starts a server from the programs on this machine.
    ///
    /// # Errors
    /// The missing program, or the last log lines of the server that did not start.
    pub async fn start(backend: Backend, durability: Durability) -> Result<Self, String> {
        Self::start_in(backend, durability, None).await
    }

    /// Starts a server whose data is on a small disk, with its own defaults as in production. It is
    /// started again whenever it ends by itself: PostgreSQL does where it cannot write its log.
    ///
    /// # Errors
    /// The missing program, or the last log lines of the server that did not start.
    pub async fn start_on(backend: Backend, disk: &SmallDisk) -> Result<Self, String> {
        Self::start_in(backend, Durability::Full, Some(disk.folder())).await
    }

    async fn start_in(
        backend: Backend,
        durability: Durability,
        disk: Option<&Path>,
    ) -> Result<Self, String> {
        let mut last = String::new();
        // The port may be taken before the server binds it.
        for _ in 0..3 {
            match Self::try_start(backend, durability, disk).await {
                Ok(server) => return Ok(server),
                Err(Failure::Missing(reason)) => return Err(reason),
                Err(Failure::Start(reason)) => last = reason,
            }
        }
        Err(last)
    }

    /// URL of the server's own database, from which others can be made.
    #[must_use]
    pub fn url(&self) -> &str {
        &self.url
    }

    /// Makes an empty database on this server.
    ///
    /// # Errors
    /// The message of the server when it refuses.
    pub async fn fresh(&self) -> Result<Database, String> {
        let created = super::create_on(self.backend, &self.url, None).await;
        created.map_err(|fault| fault.to_string())
    }

    /// The server's process id, where it is known.
    #[must_use]
    pub fn pid(&self) -> Option<u32> {
        self.process.server_pid()
    }

    /// The folder of the server's data and log, which is removed with it.
    #[must_use]
    pub fn folder(&self) -> &Path {
        self.process.folder()
    }

    async fn try_start(
        backend: Backend,
        durability: Durability,
        disk: Option<&Path>,
    ) -> Result<Self, Failure> {
        let plan = Plan {
            is_small: disk.is_some(),
            ..Plan::of(backend)?
        };
        let server_folder =
            ServerFolder::new().map_err(|fault| Failure::Start(format!("no folder: {fault}")))?;
        let port = port::free();
        let data = match disk {
            Some(disk) => disk.join(format!("data-{port}")),
            None => server_folder.folder().join("data"),
        };
        server_folder
            .run(&plan.initialiser, &plan.initialise(&data))
            .map_err(Failure::Start)?;
        let arguments = plan.serve(&data, port, durability);
        let restart = match disk {
            Some(_) => Restart::Always,
            None => Restart::Never,
        };
        let process = server_folder
            .keep(&plan.server, &arguments, plan.stop_signal(), restart)
            .map_err(Failure::Start)?;
        let server = Self {
            backend,
            url: plan.url(port),
            process,
        };
        server.answers().await?;
        Ok(server)
    }

    async fn answers(&self) -> Result<(), Failure> {
        let since = Instant::now();
        let probe = ["SELECT 1".to_owned()];
        while let Err(fault) = super::execute(&self.url, &probe).await {
            let gone = self.pid().is_some_and(|pid| !is_alive(pid));
            if gone || since.elapsed() > START_LIMIT {
                let lines = self.process.last_log_lines();
                return Err(Failure::Start(format!(
                    "{} did not start: {fault}; {lines}",
                    self.backend
                )));
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Ok(())
    }
}

enum Failure {
    /// A retry cannot help.
    Missing(String),
    Start(String),
}

/// The programs of one database system and their arguments.
struct Plan {
    backend: Backend,
    initialiser: PathBuf,
    server: PathBuf,
    /// Whether the data has to fit on a small disk.
    is_small: bool,
}

impl Plan {
    fn of(backend: Backend) -> Result<Self, Failure> {
        let (initialiser, server) = match backend {
            Backend::Sqlite => return Err(Failure::Missing("SQLite has no server".into())),
            Backend::Postgres => ("initdb", "postgres"),
            Backend::MariaDb => ("mariadb-install-db", "mariadbd"),
        };
        let find = |name: &str| {
            program(name).ok_or_else(|| Failure::Missing(format!("no {name} on this machine")))
        };
        Ok(Self {
            backend,
            initialiser: find(initialiser)?,
            server: find(server)?,
            is_small: false,
        })
    }

    fn initialise(&self, data: &Path) -> Vec<String> {
        let data = data.display();
        let mut arguments: Vec<String> = match self.backend {
            Backend::Postgres | Backend::Sqlite => vec![
                format!("--pgdata={data}"),
                "--username=postgres".into(),
                "--auth=trust".into(),
                "--encoding=UTF8".into(),
                "--locale=C".into(),
                "--no-sync".into(),
            ],
            Backend::MariaDb => vec![
                "--no-defaults".into(),
                format!("--datadir={data}"),
                "--auth-root-authentication-method=normal".into(),
                "--innodb-log-file-size=16M".into(),
                "--skip-name-resolve".into(),
                "--skip-test-db".into(),
            ],
        };
        if self.is_small {
            arguments.push(match self.backend {
                Backend::Postgres | Backend::Sqlite => "--wal-segsize=1".into(),
                Backend::MariaDb => "--innodb-log-file-size=4M".into(),
            });
        }
        arguments
    }

    fn serve(&self, data: &Path, port: u16, durability: Durability) -> Vec<String> {
        let data = data.display();
        let mut arguments: Vec<String> = match self.backend {
            Backend::Postgres | Backend::Sqlite => vec![
                "-D".into(),
                data.to_string(),
                "-clisten_addresses=127.0.0.1".into(),
                format!("-cport={port}"),
                "-cunix_socket_directories=".into(),
                format!("-cmax_connections={CONNECTIONS}"),
            ],
            Backend::MariaDb => vec![
                "--no-defaults".into(),
                format!("--datadir={data}"),
                "--bind-address=127.0.0.1".into(),
                format!("--port={port}"),
                format!("--socket={data}/server.sock"),
                format!("--pid-file={data}/server.pid"),
                format!("--max-connections={CONNECTIONS}"),
                "--innodb-log-file-size=16M".into(),
                "--skip-name-resolve".into(),
            ],
        };
        if self.is_small {
            let limits: &[&str] = match self.backend {
                Backend::Postgres | Backend::Sqlite => {
                    &["-cmax_wal_size=4MB", "-cmin_wal_size=2MB"]
                }
                Backend::MariaDb => &["--innodb-log-file-size=4M"],
            };
            arguments.extend(limits.iter().map(|limit| (*limit).to_owned()));
        }
        if durability == Durability::None {
            let switches: &[&str] = match self.backend {
                Backend::Postgres | Backend::Sqlite => &[
                    "-cfsync=off",
                    "-csynchronous_commit=off",
                    "-cfull_page_writes=off",
                ],
                Backend::MariaDb => &[
                    "--innodb-flush-log-at-trx-commit=0",
                    "--innodb-flush-method=nosync",
                ],
            };
            arguments.extend(switches.iter().map(|switch| (*switch).to_owned()));
        }
        arguments
    }

    /// Ends the server at once: its data is thrown away. A killed PostgreSQL would leave shared
    /// memory behind, and QUIT is its quickest clean stop; for MariaDB, QUIT is a slow one.
    fn stop_signal(&self) -> &'static str {
        match self.backend {
            Backend::MariaDb => "KILL",
            Backend::Postgres | Backend::Sqlite => "QUIT",
        }
    }

    fn url(&self, port: u16) -> String {
        match self.backend {
            Backend::MariaDb => format!("mysql://root@127.0.0.1:{port}/mysql"),
            Backend::Postgres | Backend::Sqlite => {
                format!("postgres://postgres@127.0.0.1:{port}/postgres")
            }
        }
    }
}

fn is_alive(pid: u32) -> bool {
    !Path::new("/proc/self").exists() || Path::new(&format!("/proc/{pid}")).exists()
}

/// Searches the PATH, then the folders outside the PATH where Debian puts servers.
pub(super) fn program(name: &str) -> Option<PathBuf> {
    let path = std::env::var_os("PATH").unwrap_or_default();
    let mut folders: Vec<PathBuf> = std::env::split_paths(&path).collect();
    folders.push("/usr/sbin".into());
    folders.push("/usr/local/sbin".into());
    folders.extend(postgres_folders());
    folders
        .into_iter()
        .map(|folder| folder.join(name))
        .find(|file| file.is_file())
}

/// Debian installs PostgreSQL by version; the newest comes first.
fn postgres_folders() -> Vec<PathBuf> {
    let Ok(versions) = std::fs::read_dir("/usr/lib/postgresql") else {
        return Vec::new();
    };
    let mut folders: Vec<PathBuf> = versions
        .flatten()
        .map(|version| version.path().join("bin"))
        .collect();
    folders.sort_by_key(|folder| {
        let version = folder
            .parent()
            .and_then(Path::file_name)
            .and_then(|name| name.to_str());
        std::cmp::Reverse(version.and_then(|name| name.parse::<u32>().ok()))
    });
    folders
}
