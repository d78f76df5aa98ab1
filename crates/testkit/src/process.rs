//! The binary of the product, started as processes on a database.
//!
//! A process ends when its value is dropped. When the test fails, what the process wrote to
//! standard error is shown.

use std::{
    fs::{self, File},
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::{Duration, Instant},
};

use client::Client;

use crate::database::Database;

/// How long a process may take to start, and to end.
const PATIENCE: Duration = Duration::from_secs(240);

/// How long a request of a test may take before it counts as hung.
const REQUEST_LIMIT: Duration = Duration::from_secs(30);

/// Lines of standard error that are shown for a process of a failed test.
const LAST_LINES: usize = 40;

/// One secret for all processes, so that each knows the keys that another made.
const SECRET: &str = "5f0e1d2c3b4a59687766554433221100ffeeddccbbaa99887766554433221100";

/// The binary with the settings that its processes share. Its folder is removed when it is dropped.
#[derive(Debug)]
pub struct Installation {
    binary: PathBuf,
    folder: PathBuf,
    variables: Vec<(String, String)>,
    /// The limit of open files of its processes; `None` is the limit of this process.
    open_files: Option<u32>,
}

/// The outcome of a finished command.
#[derive(Debug)]
pub struct CommandOutput {
    /// Its exit code; `None` when a signal ended it.
    pub code: Option<i32>,
    /// Standard output.
    pub out: String,
    /// Standard error.
    pub err: String,
}

/// A running `serve`.
#[derive(Debug)]
pub struct Process {
    child: Child,
    out: PathBuf,
    err: PathBuf,
}

impl Installation {
    /// The binary at `binary`, working on `database`.
    ///
    /// # Panics
    /// When there is no folder for it.
    #[must_use]
    pub fn new(binary: &str, database: &Database) -> Self {
        Self::at(binary, database.url())
    }

    /// The binary at `binary`, working on the database at `url`.
    ///
    /// # Panics
    /// When there is no folder for it.
    #[must_use]
    pub fn at(binary: &str, url: &str) -> Self {
        let name = format!("qm_installation_{}", uuid::Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(name);
        let made = fs::create_dir(&folder);
        assert!(made.is_ok(), "no folder {}: {made:?}", folder.display());
        let data = folder.join("data");
        let installation = Self {
            binary: binary.into(),
            folder,
            variables: Vec::new(),
            open_files: None,
        };
        installation
            .with("QUARTERMASTER_DATABASE_URL", url)
            .with("QUARTERMASTER_DATA_DIR", &data.to_string_lossy())
            .with("QUARTERMASTER_API_KEY_SECRET", SECRET)
            .with("QUARTERMASTER_LISTEN", "127.0.0.1:0")
            .with("QUARTERMASTER_DEMO", "false")
            .with(
                "QUARTERMASTER_LOG_LEVEL",
                "warn,server::run=info,server::serve=info",
            )
            .with("QUARTERMASTER_LOG_FORMAT", "json")
    }

    /// The same with an environment variable set.
    #[must_use]
    pub fn with(mut self, name: &str, value: &str) -> Self {
        self.variables.push((name.to_owned(), value.to_owned()));
        self
    }

    /// The same with this limit of open files, which the processes may not raise.
    #[must_use]
    pub const fn with_open_files(mut self, most: u32) -> Self {
        self.open_files = Some(most);
        self
    }

    /// Starts `serve` and waits until it is ready.
    ///
    /// # Panics
    /// When it ends or is not ready in time.
    pub async fn start(&self) -> Process {
        let mut process = self.spawn();
        process.serves().await;
        process
    }

    /// Starts `serve` without waiting.
    ///
    /// # Panics
    /// When the binary is not there.
    #[must_use]
    pub fn spawn(&self) -> Process {
        self.begin(&["serve"])
    }

    /// Starts a command of the binary without waiting.
    ///
    /// # Panics
    /// When the binary is not there.
    #[must_use]
    pub fn begin(&self, arguments: &[&str]) -> Process {
        let name = uuid::Uuid::now_v7().simple().to_string();
        let out = self.folder.join(format!("{name}.out"));
        let err = self.folder.join(format!("{name}.err"));
        let mut command = self.command(arguments);
        match command.stdout(file(&out)).stderr(file(&err)).spawn() {
            Ok(child) => Process { child, out, err },
            Err(fault) => panic!("{} did not start: {fault}", self.binary.display()),
        }
    }

    /// Runs a command of the binary to its end, for example `["log", "verify"]`.
    ///
    /// # Panics
    /// When it does not start or takes too long.
    pub async fn run(&self, arguments: &[&str]) -> CommandOutput {
        let mut process = self.begin(arguments);
        let status = process.ended().await;
        CommandOutput {
            code: status.code(),
            out: read(&process.out),
            err: process.errors(),
        }
    }

    /// The binary without variables of the product that the machine has set.
    fn command(&self, arguments: &[&str]) -> Command {
        let mut command = match self.open_files {
            None => Command::new(&self.binary),
            Some(most) => {
                let mut shell = Command::new("sh");
                shell.args(["-c", &format!("ulimit -n {most} && exec \"$0\" \"$@\"")]);
                shell.arg(&self.binary);
                shell
            }
        };
        let foreign = std::env::vars_os()
            .map(|(name, _)| name)
            .filter(|name| name.to_string_lossy().starts_with("QUARTERMASTER_"));
        for name in foreign {
            command.env_remove(name);
        }
        command
            .env_remove("DATABASE_URL")
            .envs(self.variables.iter().map(|(name, value)| (name, value)))
            .args(arguments)
            .stdin(Stdio::null());
        command
    }
}

impl Drop for Installation {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.folder);
    }
}

impl Process {
    /// Its URL: `http://127.0.0.1:PORT`.
    ///
    /// # Panics
    /// Before it serves.
    #[must_use]
    pub fn url(&self) -> String {
        match self.address() {
            Some(address) => format!("http://{address}"),
            None => panic!("the process does not serve yet"),
        }
    }

    /// The bootstrap key, if it printed one: at the first start on a database.
    #[must_use]
    pub fn bootstrap_key(&self) -> Option<String> {
        let out = read(&self.out);
        let key = out.lines().next()?.strip_prefix("Bootstrap API key: ")?;
        Some(key.to_owned())
    }

    /// A client with this key, whose requests time out.
    ///
    /// # Panics
    /// Before it serves.
    #[must_use]
    pub fn client(&self, key: &str) -> Client {
        Client::with_http(http(), self.url(), Some(key))
    }

    /// Its process id.
    #[must_use]
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// A value of `/metrics`, by its name with labels if it has any.
    ///
    /// # Panics
    /// When there is no such metric.
    pub async fn metric(&self, name: &str) -> f64 {
        let answer = http().get(format!("{}/metrics", self.url())).send().await;
        let text = match answer {
            Ok(answer) => answer.text().await,
            Err(fault) => Err(fault),
        };
        let value = text.as_ref().ok().and_then(|text| {
            let mut lines = text.lines().filter_map(|line| line.split_once(' '));
            lines.find(|(first, _)| *first == name)?.1.parse().ok()
        });
        value.unwrap_or_else(|| panic!("no metric {name}: {text:?}"))
    }

    /// What it wrote to standard output.
    #[must_use]
    pub fn output(&self) -> String {
        read(&self.out)
    }

    /// What it wrote to standard error.
    #[must_use]
    pub fn errors(&self) -> String {
        read(&self.err)
    }

    /// Waits until it is ready.
    ///
    /// # Panics
    /// When it ends or is not ready in time.
    pub async fn serves(&mut self) {
        let since = Instant::now();
        loop {
            if let Ok(Some(status)) = self.child.try_wait() {
                panic!("the server ended with {status}: {}", self.errors());
            }
            if let Some(address) = self.address() {
                let probe = Client::with_http(http(), format!("http://{address}"), None);
                let ready = probe.get_readiness(&client::Options::default()).await;
                if ready.is_ok() {
                    return;
                }
            }
            assert!(
                since.elapsed() < PATIENCE,
                "the server is not ready: {}",
                self.errors()
            );
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Sends SIGTERM, as an operator does.
    ///
    /// # Panics
    /// When there is no `kill` on this machine.
    pub fn terminate(&self) {
        let id = self.id().to_string();
        let sent = Command::new("kill").args(["-TERM", &id]).status();
        assert!(
            sent.as_ref().is_ok_and(ExitStatus::success),
            "kill -TERM {id}: {sent:?}"
        );
    }

    /// Waits until it has ended.
    ///
    /// # Panics
    /// When it takes too long.
    pub async fn ended(&mut self) -> ExitStatus {
        let since = Instant::now();
        loop {
            match self.child.try_wait() {
                Ok(Some(status)) => return status,
                Ok(None) => {}
                Err(fault) => panic!("process {}: {fault}", self.id()),
            }
            assert!(
                since.elapsed() < PATIENCE,
                "process {} does not end",
                self.id()
            );
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
    }

    /// Sends SIGKILL.
    pub fn kill(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }

    /// The address from the log line that ends its start.
    fn address(&self) -> Option<String> {
        let errors = self.errors();
        let line = errors
            .lines()
            .find(|line| line.contains(r#""message":"serving""#))?;
        let (_, rest) = line.split_once(r#""address":""#)?;
        rest.split_once('"').map(|(address, _)| address.to_owned())
    }
}

impl Drop for Process {
    fn drop(&mut self) {
        self.kill();
        if std::thread::panicking() {
            let errors = self.errors();
            let lines: Vec<&str> = errors.lines().collect();
            let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
            eprintln!("process {} wrote:\n{}", self.id(), last.join("\n"));
        }
    }
}

fn http() -> reqwest::Client {
    let built = reqwest::Client::builder()
        .timeout(REQUEST_LIMIT)
        .no_proxy()
        .build();
    match built {
        Ok(http) => http,
        Err(fault) => panic!("no HTTP client: {fault}"),
    }
}

fn file(path: &Path) -> File {
    match File::create(path) {
        Ok(file) => file,
        Err(fault) => panic!("no file {}: {fault}", path.display()),
    }
}

fn read(path: &Path) -> String {
    fs::read(path).map_or_else(
        |_| String::new(),
        |bytes| String::from_utf8_lossy(&bytes).into_owned(),
    )
}
