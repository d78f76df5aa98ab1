//! Resources that the process uses, under the standard names of Prometheus.

use prometheus_client::{encoding::text, metrics::gauge::Gauge, registry::Registry};
use std::{fmt, fs};

/// The series of the process. There are none on a system without `/proc`.
pub(super) struct Process {
    registry: Registry,
    resident: Gauge,
    open_files: Gauge,
    most_files: Gauge,
}

impl Process {
    pub(super) fn new() -> Self {
        let mut registry = Registry::default();
        let (resident, open_files, most_files) =
            (Gauge::default(), Gauge::default(), Gauge::default());
        let help = "Memory of the process that is in RAM";
        registry.register("process_resident_memory_bytes", help, resident.clone());
        let help = "Files and connections that are open";
        registry.register("process_open_fds", help, open_files.clone());
        let help = "Files and connections that may be open";
        registry.register("process_max_fds", help, most_files.clone());
        Self {
            registry,
            resident,
            open_files,
            most_files,
        }
    }

    /// Reads the values and writes the series.
    pub(super) fn write(&self, page: &mut String) -> Result<(), fmt::Error> {
        let (Some(resident), Some(open)) = (resident(), open_files()) else {
            return Ok(());
        };
        self.resident.set(resident);
        self.open_files.set(open);
        self.most_files.set(most_files().unwrap_or(0));
        text::encode_registry(page, &self.registry)
    }
}

fn resident() -> Option<i64> {
    let status = fs::read_to_string("/proc/self/status").ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: i64 = line.split_whitespace().next()?.parse().ok()?;
    kibibytes.checked_mul(1024)
}

fn open_files() -> Option<i64> {
    i64::try_from(fs::read_dir("/proc/self/fd").ok()?.count()).ok()
}

fn most_files() -> Option<i64> {
    let limits = fs::read_to_string("/proc/self/limits").ok()?;
    let line = limits
        .lines()
        .find_map(|line| line.strip_prefix("Max open files"))?;
    line.split_whitespace().next()?.parse().ok()
}
