//! Rows written anew from the logs, a few at a time, while others write.
//!
//! A row is recorded by one log, and only the holder of the head of that log writes it. So the mender
//! takes that head, folds the log to its end, and writes some of its rows; other writers wait for as
//! long as that takes.

use super::{
    Mended,
    compare::{Wrong, named},
    fold::Fold,
};
use crate::{
    Store, StoreError, StoreResult, kernel,
    log::{LogId, Write},
    tally,
};
use domain::{ResourceId, WorkingSet};
use sea_orm::SqlErr;
use std::{
    collections::{BTreeMap, BTreeSet, btree_map::Entry},
    time::{Duration, Instant},
};
use tokio::time::sleep;
use uuid::Uuid;

/// Rows in the first transaction, and in any.
const FIRST: usize = 100;
const FEWEST: usize = 20;
const MOST: usize = 4000;

/// How long a transaction is meant to hold a head. The number of rows follows it.
const HOLD: Duration = Duration::from_millis(50);

/// For how many times as long the log is left to other writers then, when there are any.
const REST: u32 = 2;

/// How often a lost race is run again.
const ATTEMPTS: usize = 10;

/// Rows of a log that are written together.
struct Part {
    logs: BTreeSet<LogId>,
    rows: Vec<ResourceId>,
    totals: Vec<(Uuid, String)>,
}

/// How an attempt ended.
enum Ending {
    Done,
    /// A unique value stands in a row that is not among these.
    InTheWay,
    /// The log is damaged.
    Faulty,
}

/// Mends the rows of every log.
pub(super) struct Mender<'a> {
    store: &'a Store,
    logs: &'a BTreeSet<LogId>,
    /// The states of the logs of the part that is mended, and of those that have something left.
    folds: BTreeMap<LogId, Fold>,
    size: usize,
    pub mended: Mended,
}

impl<'a> Mender<'a> {
    /// For these logs, each as it is when its turn comes.
    pub fn new(store: &'a Store, logs: &'a BTreeSet<LogId>, mended: Mended) -> Self {
        Self {
            store,
            logs,
            folds: BTreeMap::new(),
            size: FIRST,
            mended,
        }
    }

    /// Mends what is wrong, and makes every writer discard what it remembers. Returns the faults of
    /// the logs that were found.
    pub async fn mend(&mut self, wrong: Wrong) -> StoreResult<Vec<String>> {
        let mut waiting = self.parts(wrong);
        loop {
            let before = waiting.iter().map(|part| part.rows.len()).sum::<usize>();
            let mut left = Vec::new();
            for part in waiting {
                let (logs, others) = (part.logs.clone(), left.len());
                if !self.in_small_parts(part, &mut left).await? {
                    return Ok(self.faults());
                }
                if left.len() == others {
                    self.folds.retain(|log, _| !logs.contains(log));
                }
            }
            let after = left.iter().map(|part| part.rows.len()).sum::<usize>();
            if left.is_empty() || after == before {
                self.at_once(left).await?;
                break;
            }
            waiting = left;
        }
        self.begin_epochs().await?;
        Ok(self.faults())
    }

    /// What is wrong, by the log whose head is to be held. Rows that no log records come first, since
    /// they may hold unique values that others need; any head will do for them.
    fn parts(&self, wrong: Wrong) -> Vec<Part> {
        let any = self.logs.first().copied();
        let any = any.unwrap_or(LogId::PLATFORM);
        let mut parts = Vec::new();
        let mut totals = BTreeMap::<LogId, Vec<_>>::new();
        for total in wrong.totals {
            let log = LogId(total.0);
            let known = self.logs.contains(&log);
            totals
                .entry(if known { log } else { any })
                .or_default()
                .push(total);
        }
        for (log, rows) in wrong.rows {
            let log = log.unwrap_or(any);
            parts.push(Part::of(log, rows, totals.remove(&log).unwrap_or_default()));
        }
        let others = totals.into_iter();
        parts.extend(others.map(|(log, totals)| Part::of(log, Vec::new(), totals)));
        parts
    }

    /// Mends a part in as many transactions as it takes. Rows that cannot be written yet are put into
    /// `left`. Returns whether the log is sound.
    async fn in_small_parts(&mut self, part: Part, left: &mut Vec<Part>) -> StoreResult<bool> {
        let mut rows = part.rows;
        let mut totals = part.totals;
        loop {
            let rest = rows.split_off(self.size.min(rows.len()));
            let small = Part {
                logs: part.logs.clone(),
                rows,
                totals: std::mem::take(&mut totals),
            };
            match self.insist(&small).await? {
                Ending::Done => {}
                Ending::InTheWay => left.push(small),
                Ending::Faulty => return Ok(false),
            }
            if rest.is_empty() {
                return Ok(true);
            }
            rows = rest;
        }
    }

    /// Mends rows that hold each other's unique values in one transaction over all their logs.
    async fn at_once(&mut self, left: Vec<Part>) -> StoreResult<()> {
        if left.is_empty() {
            return Ok(());
        }
        let mut all = Part {
            logs: BTreeSet::new(),
            rows: Vec::new(),
            totals: Vec::new(),
        };
        for part in left {
            all.logs.extend(part.logs);
            all.rows.extend(part.rows);
            all.totals.extend(part.totals);
        }
        if matches!(self.insist(&all).await?, Ending::Done) {
            self.mended.at_once += all.rows.len();
        }
        Ok(())
    }

    /// Tries again when a race was lost.
    async fn insist(&mut self, part: &Part) -> StoreResult<Ending> {
        let mut attempt = 1;
        loop {
            match self.attempt(part).await {
                Ok(ending) => return Ok(ending),
                Err(StoreError::Contended(error)) if is_duplicate(&error) => {
                    return Ok(Ending::InTheWay);
                }
                Err(error) if attempt >= ATTEMPTS || !error.is_transient() => return Err(error),
                Err(_) => sleep(HOLD / 4).await,
            }
            attempt += 1;
        }
    }

    async fn attempt(&mut self, part: &Part) -> StoreResult<Ending> {
        // Most new events are folded before the head is held, while nobody waits.
        let store = self.store;
        let before = self.catch_up(part, &store.read).await?;
        let since = Instant::now();
        let mut write = store.begin_write(&part.logs).await?;
        // With one head, the wait for it holds nothing; with several, it already holds the first
        // ones.
        let since = if part.logs.len() > 1 {
            since
        } else {
            Instant::now()
        };
        let appended = before + self.catch_up(part, write.connection()).await?;
        for (log, head) in write.heads() {
            let Some(fold) = self.folds.get_mut(log) else {
                continue;
            };
            fold.check_head(head.position, Some(head.hash));
            if !fold.faults.is_empty() {
                write.rollback().await?;
                return Ok(Ending::Faulty);
            }
        }
        if let Err(error) = self.write(&write, part).await {
            // At once: the others wait for the head.
            write.rollback().await?;
            return Err(error);
        }
        write.begin_epoch().await?;
        write.commit().await?;
        let held = since.elapsed();
        self.note(part, held);
        let rest = if appended > 0 { held * REST } else { held / 4 };
        sleep(rest).await;
        Ok(Ending::Done)
    }

    /// Folds the events of the logs of the part that are not folded yet. Returns how many were
    /// appended since the logs were folded for the first time.
    async fn catch_up(
        &mut self,
        part: &Part,
        connection: &impl sea_orm::ConnectionTrait,
    ) -> StoreResult<i64> {
        if part.rows.is_empty() && part.totals.is_empty() {
            // Nothing is written, so no state is needed.
            return Ok(0);
        }
        let mut events = 0;
        for log in part.logs.iter().copied() {
            let (is_new, fold) = match self.folds.entry(log) {
                Entry::Vacant(none) => (true, none.insert(Fold::new(log))),
                Entry::Occupied(known) => (false, known.into_mut()),
            };
            let folded = fold.go_on(connection).await?;
            events += if is_new { 0 } else { folded };
        }
        Ok(events)
    }

    /// Deletes the rows and inserts them as the logs record them, so that no row holds a unique value
    /// of another.
    async fn write(&self, write: &Write, part: &Part) -> StoreResult<()> {
        let connection = write.connection();
        let all = |was_there: bool| -> BTreeMap<ResourceId, bool> {
            part.rows.iter().map(|row| (*row, was_there)).collect()
        };
        kernel::write(connection, &WorkingSet::default(), &all(true)).await?;
        for log in &part.logs {
            let Some(fold) = self.folds.get(log) else {
                continue;
            };
            kernel::write(connection, &fold.set, &all(false)).await?;
        }
        for (log, name) in &part.totals {
            let expected = self.folds.get(&LogId(*log)).and_then(|fold| {
                let mut totals = fold.totals.iter();
                totals.find(|(key, _)| named(key).1 == *name)
            });
            let total = expected.map_or(0, |(_, total)| *total);
            tally::put(connection, *log, name, total).await?;
        }
        Ok(())
    }

    fn note(&mut self, part: &Part, held: Duration) {
        self.mended.rows += part.rows.len() + part.totals.len();
        self.mended.held = self.mended.held.max(held);
        let (held, fits) = (held.as_micros().max(1), HOLD.as_micros());
        // No more than twice as many at once: the next rows may be larger.
        let next = self.size as u128 * fits / held;
        let next = usize::try_from(next).unwrap_or(MOST).min(self.size * 2);
        self.size = next.clamp(FEWEST, MOST);
    }

    /// Makes the writers of all logs discard what they remember, which may be rows of other logs.
    async fn begin_epochs(&mut self) -> StoreResult<()> {
        // One at a time: waiting for a second head would keep others waiting for the first.
        for log in self.logs {
            self.insist(&Part::of(*log, Vec::new(), Vec::new())).await?;
        }
        Ok(())
    }

    fn faults(&self) -> Vec<String> {
        let folds = self.folds.values();
        folds.flat_map(|fold| fold.faults.iter().cloned()).collect()
    }
}

impl Part {
    fn of(log: LogId, rows: Vec<ResourceId>, totals: Vec<(Uuid, String)>) -> Self {
        Self {
            logs: BTreeSet::from([log]),
            rows,
            totals,
        }
    }
}

/// Whether a unique value is taken already.
fn is_duplicate(error: &sea_orm::DbErr) -> bool {
    matches!(error.sql_err(), Some(SqlErr::UniqueConstraintViolation(_)))
}
