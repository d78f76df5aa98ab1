//! How much memory a queue keeps between batches: what it knows of its log.

use domain::WorkingSet;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Bytes that one queue keeps at most.
const MOST: usize = 64 * 1024 * 1024;

/// Bytes that all queues of the process keep together, at most: beyond it each queue forgets what it
/// knows when its turn comes, and reads again what it needs.
const MOST_OF_ALL: usize = 4 * MOST;

/// Commands after which it is measured again, in which a row may have grown while their number did
/// not.
const MEASURED_EVERY: usize = 256;

/// What all queues of the process keep.
static KEPT: AtomicUsize = AtomicUsize::new(0);

/// What one queue keeps.
#[derive(Debug, Default)]
pub(super) struct KeptMemory {
    bytes: usize,
    rows: usize,
    commands: usize,
}

impl KeptMemory {
    /// These commands were worked off and left this much.
    pub(super) fn worked(&mut self, commands: usize, set: &WorkingSet) {
        self.commands += commands;
        let rows = set.len();
        if rows.abs_diff(self.rows) < MEASURED_EVERY && self.commands < MEASURED_EVERY {
            return;
        }
        (self.rows, self.commands) = (rows, 0);
        self.set(set.bytes());
    }

    /// Whether it is to be forgotten.
    pub(super) fn is_too_large(&self) -> bool {
        self.bytes > MOST || (self.bytes > 0 && KEPT.load(Ordering::Relaxed) > MOST_OF_ALL)
    }

    /// Nothing is kept any more.
    pub(super) fn forgotten(&mut self) {
        self.set(0);
        (self.rows, self.commands) = (0, 0);
    }

    fn set(&mut self, bytes: usize) {
        KEPT.fetch_add(bytes, Ordering::Relaxed);
        KEPT.fetch_sub(self.bytes, Ordering::Relaxed);
        self.bytes = bytes;
    }
}

impl Drop for KeptMemory {
    fn drop(&mut self) {
        self.set(0);
    }
}
