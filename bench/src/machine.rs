//! What the figures were taken on.

use std::{fs, process::Command};

/// Facts of the machine and the programs, each with its name.
pub fn facts(postgres: &str) -> Vec<(&'static str, String)> {
    let cores = std::thread::available_parallelism().map_or(0, usize::from);
    vec![
        ("date", said("date", &["-u", "+%Y-%m-%d %H:%M UTC"])),
        (
            "commit",
            said("git", &["describe", "--always", "--dirty", "--abbrev=12"]),
        ),
        (
            "processor",
            format!("{cores} × {}", line_of("/proc/cpuinfo", "model name")),
        ),
        ("memory", line_of("/proc/meminfo", "MemTotal")),
        ("kernel", said("uname", &["-sr"])),
        ("compiler", said("rustc", &["--version"])),
        ("PostgreSQL", postgres.to_owned()),
        ("pgbench", said("pgbench", &["--version"])),
        ("load before the run", load()),
    ]
}

/// The load averages of 1, 5 and 15 minutes.
pub fn load() -> String {
    let text = fs::read_to_string("/proc/loadavg").unwrap_or_default();
    text.split(' ').take(3).collect::<Vec<_>>().join(" ")
}

fn said(program: &str, arguments: &[&str]) -> String {
    let output = Command::new(program).args(arguments).output();
    output.map_or_else(
        |_| "unknown".to_owned(),
        |output| String::from_utf8_lossy(&output.stdout).trim().to_owned(),
    )
}

fn line_of(file: &str, name: &str) -> String {
    let text = fs::read_to_string(file).unwrap_or_default();
    let line = text.lines().find(|line| line.starts_with(name));
    let value = line.and_then(|line| line.split_once(':'));
    value.map_or("unknown".to_owned(), |(_, value)| value.trim().to_owned())
}
