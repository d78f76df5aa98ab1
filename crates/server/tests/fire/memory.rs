//! How much memory a process takes.

use std::{
    fs,
    sync::{
        Arc,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::process::Process;
use tokio::{task::JoinHandle, time::sleep};

/// The interval between two samples.
const SAMPLE_INTERVAL: Duration = Duration::from_millis(10);

/// Anonymous memory of the process, in kilobytes. Memory-mapped pages of the SQLite file are not counted:
/// the system reclaims them when it needs memory.
fn own_memory(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse().unwrap()
}

/// The largest growth of the memory of a process since the start of the measurement.
pub struct Growth {
    /// Kilobytes at the start.
    pub before: usize,
    most: Arc<AtomicUsize>,
    looking: JoinHandle<()>,
}

impl Growth {
    /// Starts a measurement.
    pub fn of(process: &Process) -> Self {
        let process = process.id();
        let before = own_memory(process);
        let most = Arc::new(AtomicUsize::new(before));
        let shared = Arc::clone(&most);
        let looking = tokio::spawn(async move {
            loop {
                shared.fetch_max(own_memory(process), SeqCst);
                sleep(SAMPLE_INTERVAL).await;
            }
        });
        Self {
            before,
            most,
            looking,
        }
    }

    /// Ends the measurement; the growth in kilobytes.
    pub fn end(self) -> usize {
        self.looking.abort();
        self.most.load(SeqCst) - self.before
    }
}
