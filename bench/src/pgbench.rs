//! The same work as plain transactions, by pgbench, in the tables that the service migrates.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
    time::Duration,
};

use crate::{Fault, load::Measurement, scenario::Scenario, service::binary, sizes::Sizes};

const SPREAD: &str = include_str!("../pgbench/spread.sql");
const HOT: &str = include_str!("../pgbench/hot.sql");
const ASSIGN: &str = include_str!("../pgbench/assign.sql");
const READ: &str = include_str!("../pgbench/read.sql");
const PAGE: &str = include_str!("../pgbench/page.sql");
const READ_USER: &str = include_str!("../pgbench/read_user.sql");
const REFRESH: &str = include_str!("../pgbench/refresh.sql");
const CYCLE: &str = include_str!("../pgbench/cycle.sql");
const WORLD: &str = include_str!("../pgbench/world.sql");
const FILL: &str = include_str!("../pgbench/fill.sql");

/// A database of its own on the server that the service uses too.
pub struct Pgbench {
    sizes: Sizes,
    plain: Plain,
    filled: u64,
    spread: u64,
    hot: u64,
    /// Refresh tokens, and users that were made to be deleted again.
    people: u64,
}

impl Pgbench {
    /// Migrates an empty database and puts people and variants into it.
    pub fn build(sizes: Sizes, url: &str, folder: PathBuf) -> Result<Self, Fault> {
        let bench = Self {
            sizes,
            plain: Plain::migrate(url, folder)?,
            filled: 0,
            spread: 0,
            hot: 0,
            people: 0,
        };
        bench.plain.psql(WORLD, &bench.variables())?;
        Ok(bench)
    }

    /// Adds assignments until there are so many.
    pub fn fill(&mut self, until: u64) -> Result<(), Fault> {
        let rows = until.saturating_sub(self.filled);
        let range = [("base", self.spread), ("rows", rows)];
        let defined: Vec<_> = self.variables().into_iter().chain(range).collect();
        self.plain.psql(FILL, &defined)?;
        self.spread += rows;
        self.filled = until;
        Ok(())
    }

    /// The version of the server.
    pub fn server_version(&self) -> Result<String, Fault> {
        self.plain.psql("SHOW server_version", &[])
    }

    /// Measures one scenario for so long.
    pub fn measure(
        &mut self,
        scenario: Scenario,
        connections: u64,
        time: Duration,
    ) -> Result<Measurement, Fault> {
        let script = script_of(scenario)?;
        let base = match scenario {
            Scenario::Hot => self.hot,
            Scenario::Refresh | Scenario::Cycle => self.people,
            _ => self.spread,
        };
        let defined = [("base", base), ("n", 0), ("clients", connections)];
        let defined: Vec<_> = defined.into_iter().chain(self.variables()).collect();
        let (seen, longest) = self.plain.run(&script, connections, time, &defined)?;
        match scenario {
            Scenario::Hot => self.hot += longest * connections,
            Scenario::Spread => self.spread += longest * connections,
            Scenario::Refresh | Scenario::Cycle => self.people += longest * connections,
            _ => {}
        }
        Ok(seen)
    }

    fn variables(&self) -> [(&'static str, u64); 4] {
        let sizes = &self.sizes;
        [
            ("users", sizes.users),
            ("variants", sizes.variants),
            ("hot", sizes.hot),
            ("assignments", self.filled.max(1)),
        ]
    }
}

/// A database with the tables that the service migrates, for scripts.
pub struct Plain {
    url: String,
    folder: PathBuf,
}

impl Plain {
    /// Migrates an empty database.
    pub fn migrate(url: &str, folder: PathBuf) -> Result<Self, Fault> {
        fs::create_dir_all(&folder)?;
        let mut migrate = Command::new(binary());
        migrate
            .args(["migrate", "--database-url", url])
            .env("QUARTERMASTER_DATA_DIR", &folder);
        finish(&mut migrate)?;
        let url = url.to_owned();
        Ok(Self { url, folder })
    }

    /// Runs a script again and again for so long; also gives the most that one client did.
    pub fn run(
        &self,
        script: &str,
        connections: u64,
        time: Duration,
        defined: &[(&str, u64)],
    ) -> Result<(Measurement, u64), Fault> {
        let file = self.folder.join("script.sql");
        fs::write(&file, script)?;
        let mut command = Command::new("pgbench");
        command
            .args(["--no-vacuum", "--protocol=prepared", "--jobs=1", "--log"])
            .arg(format!("--client={connections}"))
            .arg(format!("--time={}", time.as_secs().max(1)))
            .arg(format!("--log-prefix={}/latency", self.folder.display()))
            .arg(format!("--file={}", file.display()));
        for (name, value) in defined {
            command.arg(format!("--define={name}={value}"));
        }
        let said = finish(command.arg(&self.url))?;
        let (mut seen, longest) = self.read_log()?;
        // Its own figure leaves the time to connect out.
        let rate = said
            .lines()
            .find_map(|line| line.strip_prefix("tps = "))
            .ok_or("no tps")?;
        let rate: f64 = rate.split(' ').next().unwrap_or_default().parse()?;
        seen.seconds = seen.requests as f64 / rate;
        Ok((seen, longest))
    }

    /// Runs statements and gives what they said.
    pub fn psql(&self, sql: &str, defined: &[(&str, u64)]) -> Result<String, Fault> {
        psql(&self.url, &self.folder, sql, defined)
    }

    /// Reads and removes the log of each transaction; also gives the most that one client made.
    fn read_log(&self) -> Result<(Measurement, u64), Fault> {
        let mut seen = Measurement::empty()?;
        let mut longest = 0;
        for entry in fs::read_dir(&self.folder)? {
            let path = entry?.path();
            let name = path
                .file_name()
                .and_then(|name| name.to_str())
                .unwrap_or_default();
            if !name.starts_with("latency.") {
                continue;
            }
            for line in fs::read_to_string(&path)?.lines() {
                // client, transaction of the client, microseconds, …
                let fields: Vec<&str> = line.split(' ').collect();
                let [_, transaction, elapsed, ..] = fields[..] else {
                    return Err(format!("an odd line of pgbench: {line}").into());
                };
                longest = longest.max(transaction.parse::<u64>()? + 1);
                seen.latency.record(elapsed.parse()?)?;
                seen.requests += 1;
            }
            fs::remove_file(path)?;
        }
        Ok((seen, longest))
    }
}

/// Runs statements on a database and gives what they said.
pub fn psql(url: &str, folder: &Path, sql: &str, defined: &[(&str, u64)]) -> Result<String, Fault> {
    let script = folder.join("setup.sql");
    fs::write(&script, sql)?;
    let mut command = Command::new("psql");
    command.args(["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1"]);
    for (name, value) in defined {
        command.args(["-v", &format!("{name}={value}")]);
    }
    let said = finish(command.arg("-f").arg(&script).arg(url))?;
    Ok(said.trim().to_owned())
}

fn script_of(scenario: Scenario) -> Result<String, Fault> {
    Ok(match scenario {
        Scenario::Spread => format!("{SPREAD}{ASSIGN}"),
        Scenario::Hot => format!("{HOT}{ASSIGN}"),
        Scenario::Read => READ.to_owned(),
        Scenario::Page => PAGE.to_owned(),
        Scenario::ReadByToken | Scenario::ReadByKey => READ_USER.to_owned(),
        Scenario::Refresh => REFRESH.to_owned(),
        Scenario::Cycle => CYCLE.to_owned(),
        Scenario::Login => return Err("a login has no statements of its own".into()),
    })
}

/// Runs a command to its end and gives what it said; a failure carries its complaint.
pub fn finish(command: &mut Command) -> Result<String, Fault> {
    let output = command
        .output()
        .map_err(|fault| format!("{command:?}: {fault}"))?;
    if !output.status.success() {
        let complaint = String::from_utf8_lossy(&output.stderr);
        return Err(format!("{command:?} failed: {}", complaint.trim()).into());
    }
    Ok(String::from_utf8_lossy(&output.stdout).into_owned())
}
