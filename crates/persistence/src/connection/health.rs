//! Whether the database keeps changes, as far as is known.

use super::Fault;
use sea_orm::sqlx;
use std::{
    sync::{
        Mutex, PoisonError,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

/// Counts the faults of writes, and logs when they begin and when they are over.
#[derive(Debug, Default)]
pub(crate) struct WriteHealth {
    counts: [AtomicU64; Fault::ALL.len()],
    current: Mutex<Option<Trouble>>,
    proved_at: Mutex<Option<Instant>>,
}

#[derive(Clone, Copy, Debug)]
struct Trouble {
    fault: Fault,
    since: Instant,
    last: Instant,
}

/// A disk may still have room for one write and not for another: its faults are over when no write
/// met one for so long.
const SETTLES_IN: Duration = Duration::from_secs(2);

impl Trouble {
    /// Whether a write that is kept now shows that it is over.
    fn is_settled(&self) -> bool {
        self.fault.is_of_connection() || self.last.elapsed() >= SETTLES_IN
    }
}

impl WriteHealth {
    /// How often writes met each fault.
    pub(crate) fn counts(&self) -> [(Fault, u64); Fault::ALL.len()] {
        let count = |fault: Fault| self.counts[fault as usize].load(Ordering::Relaxed);
        Fault::ALL.map(|fault| (fault, count(fault)))
    }

    /// The fault that keeps writes from being kept; none once it is over.
    pub(crate) fn fault(&self) -> Option<Fault> {
        self.current().map(|trouble| trouble.fault)
    }

    /// Records that a write met a fault. Logs it when it differs from the fault of the write before.
    pub(super) fn failed(&self, fault: Fault, error: &sqlx::Error) {
        self.counts[fault as usize].fetch_add(1, Ordering::Relaxed);
        let before = self.current();
        let last = Instant::now();
        let since = before.map_or(last, |trouble| trouble.since);
        self.set(Some(Trouble { fault, since, last }));
        if before.is_some_and(|trouble| trouble.fault == fault) {
            return;
        }
        let cause = fault.as_str();
        let description = fault.description();
        tracing::error!(cause, %error, "the database does not keep changes: {description}");
    }

    /// How long ago a write was last kept; none when none was yet.
    pub(crate) fn proved_ago(&self) -> Option<Duration> {
        let proved_at = *self
            .proved_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        proved_at.map(|at| at.elapsed())
    }

    /// A write was kept.
    pub(crate) fn proved(&self) {
        let now = Some(Instant::now());
        *self
            .proved_at
            .lock()
            .unwrap_or_else(PoisonError::into_inner) = now;
        if let Some(trouble) = self.current()
            && trouble.is_settled()
        {
            self.set(None);
            let seconds = trouble.since.elapsed().as_secs();
            tracing::warn!(seconds, "the database keeps changes again");
        }
    }

    fn current(&self) -> Option<Trouble> {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn set(&self, trouble: Option<Trouble>) {
        *self.current.lock().unwrap_or_else(PoisonError::into_inner) = trouble;
    }
}
