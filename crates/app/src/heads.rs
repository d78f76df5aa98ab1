//! Where the logs end, as far as this process knows: at once of what it writes itself, and a moment
//! later of what other replicas write.

use persistence::log::{Head, LogId};
use std::{
    collections::{BTreeMap, HashMap},
    sync::{PoisonError, RwLock},
};
use tokio::sync::watch;

/// Where the logs end, and a sign when that changes.
pub struct Heads {
    known: RwLock<HashMap<LogId, Head>>,
    changes: watch::Sender<u64>,
}

impl Default for Heads {
    fn default() -> Self {
        Self {
            known: RwLock::default(),
            changes: watch::Sender::new(0),
        }
    }
}

impl Heads {
    /// The logs end there, or later.
    pub fn moved(&self, ends: &BTreeMap<LogId, Head>) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        let mut is_new = false;
        for (log, head) in ends {
            let last = known.get(log);
            if last.is_none_or(|last| last.position < head.position) {
                known.insert(*log, *head);
                is_new = true;
            }
        }
        drop(known);
        if is_new {
            self.changes.send_modify(|count| *count += 1);
        }
    }

    /// Where the log ends; none when it is not known yet.
    pub fn of(&self, log: LogId) -> Option<Head> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.get(&log).copied()
    }

    /// Where every log ends that is known.
    pub fn all(&self) -> BTreeMap<LogId, Head> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.iter().map(|(log, head)| (*log, *head)).collect()
    }

    /// Changes when a log moves.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }
}
