//! How long a log keeps its commands waiting.

use persistence::log::LogId;
use std::{
    collections::BTreeSet,
    sync::{Mutex, PoisonError},
    time::{Duration, Instant},
};

/// What a queue knows of the commands that its writer has not got done.
#[derive(Debug, Default)]
pub struct Stall(Mutex<Option<Waiting>>);

#[derive(Debug)]
struct Waiting {
    logs: BTreeSet<LogId>,
    since: Instant,
}

impl Stall {
    /// The writer of these logs works for commands, the oldest of which waits since then.
    pub fn begin(&self, logs: &BTreeSet<LogId>, since: Instant) {
        let mut waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        waiting.get_or_insert_with(|| Waiting {
            logs: logs.clone(),
            since,
        });
    }

    /// The writer got through to its logs, or nothing waits any more.
    pub fn end(&self) {
        *self.0.lock().unwrap_or_else(PoisonError::into_inner) = None;
    }

    /// How long commands of the queue have waited, for each log that they need.
    pub fn waiting(&self) -> Vec<(LogId, Duration)> {
        let waiting = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let of = |waiting: &Waiting| {
            let age = waiting.since.elapsed();
            waiting.logs.iter().map(|log| (*log, age)).collect()
        };
        waiting.as_ref().map(of).unwrap_or_default()
    }
}

/// The logs as a line of the log of the service names them.
pub fn named(logs: &BTreeSet<LogId>) -> String {
    let names: Vec<String> = logs.iter().map(ToString::to_string).collect();
    names.join(", ")
}
