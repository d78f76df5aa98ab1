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

/// How often it is looked at.
const LOOK_EVERY: Duration = Duration::from_millis(10);

/// Memory that only this process holds, in kilobytes. Pages of the file that SQLite reads in place are the
/// system's, which takes them back when it needs them.
fn own_memory(process: u32) -> usize {
    let status = fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("RssAnon:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse().unwrap()
}

/// By how much the memory of a process has grown at most since this was begun.
pub struct Growth {
    /// Kilobytes at first.
    pub before: usize,
    most: Arc<AtomicUsize>,
    looking: JoinHandle<()>,
}

impl Growth {
    /// From now on.
    pub fn of(process: &Process) -> Self {
        let process = process.id();
        let before = own_memory(process);
        let most = Arc::new(AtomicUsize::new(before));
        let shared = Arc::clone(&most);
        let looking = tokio::spawn(async move {
            loop {
                shared.fetch_max(own_memory(process), SeqCst);
                sleep(LOOK_EVERY).await;
            }
        });
        Self {
            before,
            most,
            looking,
        }
    }

    /// In kilobytes.
    pub fn end(self) -> usize {
        self.looking.abort();
        self.most.load(SeqCst) - self.before
    }
}
