//! All input and output of a write, in one place.
//!
//! The runner keeps a bounded queue for each log and works it with one writer: it locks the head, loads
//! what all waiting commands read, decides them one after another, writes the events and changed
//! rows of all of them, commits once, and answers all. A refused command writes nothing. A command
//! that needs several logs runs in a batch of its own, which locks their heads in ascending order.
//! A command that nobody waits for any more is not begun.

mod batch;
mod claim;
mod kept_memory;
mod log_queue;
mod stall;
mod work;

use crate::{
    Answered, Clock, Context, Error, Result, UseCase,
    home::Homes,
    runner::work::{Pending, Work},
};
use batch::Writer;
use claim::Caller;
use domain::{Fact, Realm, Refusal};
use log_queue::{JointLane, LogQueue};
use persistence::{
    Store,
    log::{Head, LogId},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::oneshot;

/// How the runner works.
#[derive(Clone, Copy, Debug)]
pub struct Settings {
    /// Commands that may wait; beyond that callers are refused.
    pub queue: usize,
    /// Commands in one transaction.
    pub batch: usize,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            queue: 1024,
            batch: 128,
        }
    }
}

/// Receives what the runner does, for metrics.
pub trait Observer: Send + Sync + 'static {
    /// A batch was worked off.
    fn batch(&self, _commands: usize, _events: usize, _elapsed: Duration) {}

    /// So many bytes of events were appended for callers of these organizations, and for all others
    /// together.
    fn appended(&self, _bytes: &BTreeMap<Realm, u64>) {}

    /// A lost race was run again.
    fn retried(&self) {}

    /// So many commands were not begun, since nobody waited for them any more.
    fn abandoned(&self, _commands: usize) {}

    /// These logs end there now.
    fn moved(&self, _heads: &BTreeMap<LogId, Head>) {}

    /// These facts, which change what somebody may do, have just become true.
    fn access_changed(&self, _facts: &[Fact]) {}
}

/// An observer that does nothing.
#[derive(Clone, Copy, Debug)]
pub struct Unobserved;

impl Observer for Unobserved {}

/// The queues of the logs and their writers. A log gets its queue with its first command.
#[derive(Clone)]
pub struct Runner {
    shared: Arc<Shared>,
}

struct Shared {
    store: Store,
    clock: Arc<dyn Clock>,
    settings: Settings,
    observer: Arc<dyn Observer>,
    homes: Homes,
    /// `None` once the runner is closed.
    log_queues: Mutex<Option<LogQueues>>,
}

/// A log queue for each log, and one for the commands that need several.
struct LogQueues {
    single: HashMap<LogId, LogQueue>,
    joint: JointLane,
}

impl Runner {
    /// A runner over the database. Nothing runs before the first command.
    pub fn start(
        store: Store,
        clock: Arc<dyn Clock>,
        settings: Settings,
        observer: Arc<dyn Observer>,
    ) -> Self {
        let log_queues = LogQueues {
            single: HashMap::new(),
            joint: JointLane::start(store.clone(), clock.clone(), settings, observer.clone()),
        };
        Self {
            shared: Arc::new(Shared {
                store,
                clock,
                settings,
                observer,
                homes: Homes::default(),
                log_queues: Mutex::new(Some(log_queues)),
            }),
        }
    }

    /// Runs a command and waits for its answer. When the caller goes away, or its deadline passes,
    /// before the command was begun, it does not happen; otherwise it happens or not as a whole.
    ///
    /// # Errors
    /// [`Error::TimedOut`] when the deadline passed before the command was begun. A caller that waits
    /// on learns what became of one that was.
    pub async fn run<C: UseCase>(&self, context: Context, case: C) -> Result<Answered<C::Answer>> {
        let shared = &self.shared;
        let case = Arc::new(case);
        let subjects = case.subjects();
        let mut logs = shared.homes.logs(&shared.store, &context, subjects).await?;
        loop {
            let (reply, answer) = oneshot::channel();
            let work = Pending::new(case.clone(), context.clone(), reply);
            let caller = Caller::new(work.claim());
            self.send(&logs, Box::new(work))?;
            match caller.answer(answer, context.deadline).await {
                // Which realm gives the seats out may have changed since: the decision names the log
                // that it needs, and each log is added at most once.
                Err(Error::Refused(Refusal::NotHeld(realm))) if logs.insert(LogId::of(realm)) => {}
                Err(Error::Refused(Refusal::NotHeld(realm))) => {
                    let text = format!("the log of {realm:?} is held and asked for again");
                    return Err(Error::Internal(text));
                }
                other => return other,
            }
        }
    }

    fn send(&self, logs: &BTreeSet<LogId>, work: Box<dyn Work>) -> Result<()> {
        let shared = &self.shared;
        let mut log_queues = shared
            .log_queues
            .lock()
            .unwrap_or_else(PoisonError::into_inner);
        let log_queues = log_queues.as_mut().ok_or(Error::Busy)?;
        match (logs.first(), logs.len()) {
            (Some(log), 1) => {
                let log_queue = log_queues.single.entry(*log).or_insert_with(|| {
                    LogQueue::start(
                        Writer::new(shared.store.clone(), logs.clone(), shared.clock.clone()),
                        shared.settings,
                        shared.observer.clone(),
                    )
                });
                log_queue.send(work)
            }
            _ => log_queues.joint.send(logs.clone(), work),
        }
    }

    /// Commands that wait, in all queues together.
    pub fn waiting(&self) -> usize {
        let log_queues = &self.shared.log_queues;
        let log_queues = log_queues.lock().unwrap_or_else(PoisonError::into_inner);
        log_queues.as_ref().map_or(0, |log_queues| {
            let single: usize = log_queues.single.values().map(LogQueue::waiting).sum();
            single + log_queues.joint.waiting()
        })
    }

    /// The logs whose commands have waited so long and longer, those first that wait the longest.
    pub fn waiting_logs(&self, at_least: Duration) -> Vec<(LogId, Duration)> {
        let log_queues = &self.shared.log_queues;
        let log_queues = log_queues.lock().unwrap_or_else(PoisonError::into_inner);
        let mut oldest: BTreeMap<LogId, Duration> = BTreeMap::new();
        for log_queues in log_queues.iter() {
            let single = log_queues.single.values().flat_map(LogQueue::waiting_logs);
            for (log, age) in single.chain(log_queues.joint.waiting_logs()) {
                let known = oldest.entry(log).or_default();
                *known = age.max(*known);
            }
        }
        drop(log_queues);
        let mut oldest: Vec<_> = oldest.into_iter().collect();
        oldest.retain(|(_, age)| *age >= at_least);
        oldest.sort_by_key(|(log, age)| (std::cmp::Reverse(*age), *log));
        oldest
    }

    /// Whether every writer is there to take commands.
    pub fn is_working(&self) -> bool {
        let log_queues = &self.shared.log_queues;
        let log_queues = log_queues.lock().unwrap_or_else(PoisonError::into_inner);
        let working = |log_queues: &LogQueues| {
            log_queues.joint.is_working() && log_queues.single.values().all(LogQueue::is_working)
        };
        log_queues.as_ref().is_some_and(working)
    }

    /// Works off what waits and stops.
    pub async fn close(&self) {
        let log_queues = &self.shared.log_queues;
        let log_queues = log_queues
            .lock()
            .unwrap_or_else(PoisonError::into_inner)
            .take();
        let Some(log_queues) = log_queues else { return };
        for log_queue in log_queues.single.into_values() {
            log_queue.close().await;
        }
        log_queues.joint.close().await;
    }
}
