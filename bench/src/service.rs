//! The service as a process: its start, its cost, its end.

use std::{
    fs,
    io::{BufRead, BufReader},
    net::{SocketAddr, TcpListener},
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::mpsc,
    time::{Duration, Instant},
};

use crate::{
    Fault,
    http::{Connection, get},
};

/// What the first start prints before the admin's key.
const KEY_LINE: &str = "Bootstrap API key: ";

/// How long the service may take to come to rest.
const SETTLED_WITHIN: Duration = Duration::from_secs(900);

/// CPU seconds of a second that a service at rest spends at most.
const AT_REST: f64 = 0.03;

/// A running service.
pub struct Service {
    process: Child,
    /// Where it listens.
    pub address: SocketAddr,
    /// The admin's key.
    pub key: String,
    /// The folder that mails go into.
    pub mails: PathBuf,
    /// From the start of the process to the first `/ready` that answered 200.
    pub first_answer: Duration,
}

impl Service {
    /// Starts the binary on a database that no service has used yet.
    pub async fn start(database_url: &str, data: &Path) -> Result<Self, Fault> {
        Self::start_with(database_url, data, &[]).await
    }

    /// The same with more settings, from the environment.
    pub async fn start_with(
        database_url: &str,
        data: &Path,
        settings: &[(&str, &str)],
    ) -> Result<Self, Fault> {
        fs::create_dir_all(data)?;
        let address = TcpListener::bind(("127.0.0.1", 0))?.local_addr()?;
        let mails = data.join("mails");
        let since = Instant::now();
        let mut process = Command::new(binary())
            .args(["serve", "--no-demo", "--listen", &address.to_string()])
            .args(["--database-url", database_url])
            .env("QUARTERMASTER_DATA_DIR", data)
            .envs(settings.iter().copied())
            .env(
                "QUARTERMASTER_MAIL_URL",
                format!("file:{}", mails.display()),
            )
            .stdout(Stdio::piped())
            // The log is made, at its default level, and thrown away.
            .stderr(Stdio::null())
            .spawn()?;
        let key = watch_for_key(&mut process)?;
        let mut service = Self {
            process,
            address,
            key: String::new(),
            mails,
            first_answer: Duration::ZERO,
        };
        service.wait_until_ready().await?;
        service.first_answer = since.elapsed();
        service.key = key.recv_timeout(Duration::from_secs(10))?;
        Ok(service)
    }

    async fn wait_until_ready(&mut self) -> Result<(), Fault> {
        let since = Instant::now();
        let request = get("/ready", "");
        while since.elapsed() < Duration::from_secs(60) {
            if let Some(status) = self.process.try_wait()? {
                return Err(format!("the service ended at its start: {status}").into());
            }
            if let Ok(mut connection) = Connection::open(self.address).await
                && let Ok(answer) = connection.send(&request).await
                && answer.status == 200
            {
                return Ok(());
            }
            tokio::time::sleep(Duration::from_millis(2)).await;
        }
        Err("the service was not ready within a minute".into())
    }

    /// Waits until the work is done that nobody waits for, above all sending mail.
    pub async fn settle(&self) -> Result<(), Fault> {
        let since = Instant::now();
        while since.elapsed() < SETTLED_WITHIN {
            let before = self.cpu()?;
            tokio::time::sleep(Duration::from_secs(1)).await;
            if self.cpu()? - before <= AT_REST {
                return Ok(());
            }
        }
        Err("the service does not come to rest".into())
    }

    /// CPU seconds spent so far.
    pub fn cpu(&self) -> Result<f64, Fault> {
        let stat = fs::read_to_string(self.proc("stat"))?;
        // The name in parentheses may hold spaces; utime and stime are 12 and 13 fields after it.
        let (_, fields) = stat.rsplit_once(')').ok_or("an odd /proc/PID/stat")?;
        let ticks = |at: usize| -> Result<f64, Fault> {
            Ok(fields
                .split_whitespace()
                .nth(at)
                .ok_or("a short /proc/PID/stat")?
                .parse()?)
        };
        // Linux counts in hundredths of a second wherever this runs.
        Ok((ticks(11)? + ticks(12)?) / 100.0)
    }

    /// Resident memory in MiB: `VmRSS` now, `VmHWM` at its peak.
    pub fn memory(&self, field: &str) -> Result<f64, Fault> {
        let status = fs::read_to_string(self.proc("status"))?;
        let line = status
            .lines()
            .find(|line| line.starts_with(field))
            .ok_or("no such field")?;
        let kibibytes: f64 = line.split_whitespace().nth(1).unwrap_or_default().parse()?;
        Ok(kibibytes / 1024.0)
    }

    fn proc(&self, file: &str) -> PathBuf {
        PathBuf::from(format!("/proc/{}/{file}", self.process.id()))
    }

    /// Asks it to end, waits, and says whether it ended well.
    pub fn stop(mut self) -> Result<(), Fault> {
        Command::new("kill")
            .args(["-TERM", &self.process.id().to_string()])
            .status()?;
        let since = Instant::now();
        while since.elapsed() < Duration::from_secs(30) {
            if let Some(status) = self.process.try_wait()? {
                return if status.success() {
                    Ok(())
                } else {
                    Err(format!("{status}").into())
                };
            }
            std::thread::sleep(Duration::from_millis(20));
        }
        Err("the service did not end within 30 seconds".into())
    }
}

impl Drop for Service {
    fn drop(&mut self) {
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// The binary to measure: the release build, or what `BENCH_BINARY` names.
pub fn binary() -> PathBuf {
    let built = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/release/quartermaster");
    std::env::var_os("BENCH_BINARY").map_or_else(built, PathBuf::from)
}

/// Reads standard output to its end, so that the service never waits for a reader.
fn watch_for_key(process: &mut Child) -> Result<mpsc::Receiver<String>, Fault> {
    let output = process.stdout.take().ok_or("no standard output")?;
    let (found, key) = mpsc::channel();
    std::thread::spawn(move || {
        for line in BufReader::new(output).lines().map_while(Result::ok) {
            if let Some(key) = line.strip_prefix(KEY_LINE) {
                let _ = found.send(key.trim().to_owned());
            }
        }
    });
    Ok(key)
}
