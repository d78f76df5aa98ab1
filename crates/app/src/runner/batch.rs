//! One transaction for all commands that wait.

use super::{Observer, kept_memory::KeptMemory, stall, work::Work};
use crate::{Clock, Error};
use domain::{Fact, Need, Time, WorkingSet, limit};
use persistence::{
    KeptAnswer, SideRecord, Store, StoreError, StoreResult,
    log::{Head, LogId, NewEvent, Write},
};
use std::{
    collections::{BTreeMap, BTreeSet, HashMap},
    sync::Arc,
    time::{Duration, Instant},
};
use uuid::Uuid;

/// How often a lost race, or a connection that broke, is run again.
const ATTEMPTS: u32 = 8;

/// How long a commit without an answer is looked for, and the pause between two attempts.
const CONFIRM_WITHIN: Duration = Duration::from_secs(10);
const CONFIRM_PAUSE: Duration = Duration::from_millis(50);

/// A writer that has not got through for so long logs a warning at each attempt.
const SLOW: Duration = Duration::from_secs(4);

/// The writer of one log, or of several at once. Its working set stays true as long as nobody else moves
/// a head.
pub struct Writer {
    store: Store,
    logs: BTreeSet<LogId>,
    clock: Arc<dyn Clock>,
    heads: Option<BTreeMap<LogId, Head>>,
    set: WorkingSet,
    kept: KeptMemory,
}

/// What became of commands.
#[derive(Clone, Copy, Debug, Default)]
pub struct Worked {
    /// Those that somebody waited for.
    pub commands: usize,
    /// Events that were written.
    pub events: usize,
    /// Whether the writer got through to its logs.
    pub is_through: bool,
}

/// The transaction in work.
struct Batch {
    write: Write,
    now: Time,
    /// The callers whose log is not held, as this transaction found them.
    callers: WorkingSet,
    unwritten: Vec<NewEvent>,
    events: Vec<(LogId, Uuid)>,
    side_records: Vec<SideRecord>,
    access: Vec<Fact>,
    answers: Vec<KeptAnswer>,
    kept: HashMap<(Uuid, String), KeptAnswer>,
}

impl Writer {
    /// A writer that knows nothing yet.
    pub fn new(store: Store, logs: BTreeSet<LogId>, clock: Arc<dyn Clock>) -> Self {
        let mut writer = Self {
            store,
            logs,
            clock,
            heads: None,
            set: WorkingSet::default(),
            kept: KeptMemory::default(),
        };
        writer.forget();
        writer
    }

    /// Forgets what it knows.
    pub fn forget(&mut self) {
        self.heads = None;
        self.kept.forgotten();
        self.set = WorkingSet::over(self.logs.iter().map(|log| log.realm()));
    }

    /// The logs that it writes.
    pub const fn logs(&self) -> &BTreeSet<LogId> {
        &self.logs
    }

    /// Works commands off and answers their callers.
    pub async fn work(&mut self, works: Vec<Box<dyn Work>>, observer: &dyn Observer) -> Worked {
        let (left, mut works): (Vec<_>, Vec<_>) = works.into_iter().partition(|w| w.is_left());
        let mut worked = Worked {
            commands: works.len(),
            ..Worked::default()
        };
        if !works.is_empty() {
            self.work_off(&mut works, &mut worked, observer).await;
        }
        let undone = works.iter().filter(|work| work.is_open()).count();
        if left.len() + undone > 0 {
            observer.abandoned(left.len() + undone);
        }
        left.into_iter().chain(works).for_each(Work::finish);
        worked
    }

    async fn work_off(
        &mut self,
        works: &mut [Box<dyn Work>],
        worked: &mut Worked,
        observer: &dyn Observer,
    ) {
        let (log, commands) = (stall::named(&self.logs), works.len());
        match self.insist(works, observer).await {
            Ok(events) => (worked.events, worked.is_through) = (events, true),
            Err(error) if commands > 1 && is_of_one(&error) => {
                tracing::error!(%log, %error, commands, "a batch failed; each alone now");
                worked.is_through = true;
                works.iter_mut().for_each(|work| work.give_back());
                for work in works {
                    worked.events += self.alone(work, observer).await;
                }
            }
            Err(error) => {
                tracing::error!(%log, %error, commands, "a batch failed");
                worked.is_through = is_of_one(&error);
                for work in works {
                    work.fail(error.again().into());
                }
            }
        }
    }

    async fn alone(&mut self, work: &mut Box<dyn Work>, observer: &dyn Observer) -> usize {
        match self.insist(std::slice::from_mut(work), observer).await {
            Ok(count) => count,
            Err(error) => {
                let log = stall::named(&self.logs);
                let request = work.context().request_id.as_deref();
                tracing::error!(%log, request, %error, "a command failed");
                work.fail(error.into());
                0
            }
        }
    }

    /// Tries again when a race was lost or the connection broke before anything was committed, as
    /// long as somebody waits for it.
    async fn insist(
        &mut self,
        works: &mut [Box<dyn Work>],
        observer: &dyn Observer,
    ) -> StoreResult<usize> {
        let (began, mut attempt) = (Instant::now(), 1);
        loop {
            let error = match self.attempt(works, observer).await {
                Ok(count) => return Ok(count),
                Err(error) => error,
            };
            self.forget();
            let limit = if error.is_transient() { ATTEMPTS } else { 2 };
            let again = error.is_transient() || matches!(error, StoreError::Unavailable(_));
            if !again || attempt >= limit {
                return Err(error);
            }
            works.iter_mut().for_each(|work| work.give_back());
            if works.iter().all(|work| work.is_left()) {
                return Err(error);
            }
            self.log_retry(&error, attempt, began.elapsed());
            observer.retried();
            tokio::time::sleep(backoff(attempt, self.clock.new_id())).await;
            attempt += 1;
        }
    }

    fn log_retry(&self, error: &StoreError, attempt: u32, waited: Duration) {
        if waited < SLOW {
            tracing::debug!(%error, attempt, "run again");
            return;
        }
        let (log, waited_ms) = (stall::named(&self.logs), waited.as_millis() as u64);
        tracing::warn!(%log, %error, attempt, waited_ms, "the log cannot be written; tried again");
    }

    async fn attempt(
        &mut self,
        works: &mut [Box<dyn Work>],
        observer: &dyn Observer,
    ) -> StoreResult<usize> {
        let mut batch = self.begin().await?;
        self.load_callers(&mut batch, works).await?;
        self.load_for_all(&mut batch, works).await?;
        for work in works.iter_mut() {
            self.step(&mut batch, work.as_mut()).await?;
        }
        self.flush(&mut batch).await?;
        let (heads, events) = (batch.write.heads().clone(), batch.events.len());
        if events == 0 && batch.answers.is_empty() && batch.side_records.is_empty() {
            batch.write.rollback().await?;
        } else {
            batch.write.keep_side_records(&batch.side_records).await?;
            batch.write.keep_answers(&batch.answers).await?;
            let appended = batch.write.appended().clone();
            let committed = batch.write.commit().await;
            self.confirm(committed, batch.events.first().copied())
                .await?;
            // Before the callers are answered, so that every later request sees what changed.
            observer.access_changed(&batch.access);
            observer.appended(&appended);
            observer.moved(&heads);
        }
        self.heads = Some(heads);
        self.kept.worked(works.len(), &self.set);
        Ok(events)
    }

    /// Locks the heads; forgets the working set when somebody else moved one.
    async fn begin(&mut self) -> StoreResult<Batch> {
        let write = self.store.begin_write(&self.logs).await?;
        if self.heads.as_ref() != Some(write.heads()) || self.kept.is_too_large() {
            self.forget();
        }
        Ok(Batch {
            write,
            now: self.clock.now(),
            callers: WorkingSet::default(),
            unwritten: Vec::new(),
            events: Vec::new(),
            side_records: Vec::new(),
            access: Vec::new(),
            answers: Vec::new(),
            kept: HashMap::new(),
        })
    }

    /// What is known of them is of this transaction alone: this writer is not notified of its
    /// changes.
    async fn load_callers(&self, batch: &mut Batch, works: &[Box<dyn Work>]) -> StoreResult<()> {
        let contexts = works.iter().map(|work| work.context());
        let contexts: Vec<_> = contexts
            .filter(|context| !context.is_held(&self.set))
            .collect();
        loop {
            let needs = contexts
                .iter()
                .flat_map(|context| context.reads(&batch.callers));
            let missing: Vec<Need> = needs
                .filter(|need| !batch.callers.knows(need, batch.now))
                .collect();
            if missing.is_empty() {
                return Ok(());
            }
            batch
                .write
                .load_callers(&mut batch.callers, &missing, batch.now)
                .await?;
        }
    }

    async fn load_for_all(
        &mut self,
        batch: &mut Batch,
        works: &[Box<dyn Work>],
    ) -> StoreResult<()> {
        loop {
            let needs = works
                .iter()
                .filter(|work| !work.is_left())
                .flat_map(|work| work.reads(&self.set, batch.now));
            let missing: Vec<Need> = needs
                .filter(|need| !self.set.knows(need, batch.now))
                .collect();
            if missing.is_empty() {
                break;
            }
            batch.write.load(&mut self.set, &missing, batch.now).await?;
        }
        // Last, so that the effects of the same request over another log are not seen without its
        // answer.
        let keys: Vec<_> = works
            .iter()
            .filter_map(|work| key_of(work.as_ref()))
            .collect();
        for kept in batch.write.kept_answers(&keys, batch.now).await? {
            batch.kept.insert((kept.actor, kept.key.clone()), kept);
        }
        Ok(())
    }

    /// Decides one command over the working set that the ones before it left. From here on it is the
    /// writer's: one that nobody waits for any more is left out as if it had never been sent.
    async fn step(&mut self, batch: &mut Batch, work: &mut dyn Work) -> StoreResult<()> {
        if !work.take() {
            return Ok(());
        }
        let key = key_of(work);
        if let (Some(key), Some(asked)) = (&key, &work.context().idempotency)
            && let Some(kept) = batch.kept.get(key)
        {
            match kept.fingerprint == asked.fingerprint {
                true => work.replay(kept, &self.set, &batch.callers, batch.now),
                false => work.fail(Error::IdempotencyKeyReused),
            }
            return Ok(());
        }
        self.load_for_one(batch, work).await?;
        let Some(effects) = work.decide(&self.set, &batch.callers, batch.now) else {
            return Ok(());
        };
        batch.side_records.extend(effects.side_records);
        let before = limit::Before::of(&self.set, &effects.facts);
        for fact in effects.facts {
            self.happen(batch, work, fact)?;
        }
        for fact in before.reached(&self.set) {
            self.happen(batch, work, fact)?;
        }
        let answer = work.settle(&self.set, batch.now, key.is_some());
        let answer = answer.map_err(StoreError::Damaged)?;
        if let (Some((actor, key)), Some(asked), Some(answer)) =
            (key, &work.context().idempotency, answer)
        {
            let fingerprint = asked.fingerprint.clone();
            let answered_at = batch.now;
            let kept = KeptAnswer {
                actor,
                key: key.clone(),
                fingerprint,
                answered_at,
                answer,
            };
            batch.answers.push(kept.clone());
            batch.kept.insert((actor, key), kept);
        }
        Ok(())
    }

    /// What the commands before it did may ask new questions, for example who ends next in a variant
    /// that has just become full. The database must know of those commands before it is asked.
    async fn load_for_one(&mut self, batch: &mut Batch, work: &dyn Work) -> StoreResult<()> {
        loop {
            let mut missing = work.reads(&self.set, batch.now);
            missing.retain(|need| !self.set.knows(need, batch.now));
            if missing.is_empty() {
                return Ok(());
            }
            self.flush(batch).await?;
            batch.write.load(&mut self.set, &missing, batch.now).await?;
        }
    }

    fn happen(&mut self, batch: &mut Batch, work: &dyn Work, fact: Fact) -> StoreResult<()> {
        let resource = fact.resource();
        let (realm, organization, station) = (
            self.set.realm_of(resource),
            self.set.organization_of(resource),
            self.set.station_of(resource),
        );
        let version = self
            .set
            .apply(&fact, batch.now)
            .map_err(|impossible| StoreError::Damaged(impossible.to_string()))?;
        let context = work.context();
        let id = self.clock.new_id();
        // A removed resource had its realm before the fact; a new one has it after.
        let realm = realm.or_else(|| self.set.realm_of(resource));
        let nowhere = || StoreError::Damaged(format!("{} belongs nowhere", fact.id));
        let realm = realm.ok_or_else(nowhere)?;
        batch.events.push((LogId::of(realm), id));
        if fact.event.changes_access() {
            batch.access.push(fact.clone());
        }
        batch.unwritten.push(NewEvent {
            id,
            realm,
            organization: organization.or_else(|| self.set.organization_of(resource)),
            station: station.or_else(|| self.set.station_of(resource)),
            fact,
            version,
            actor: context.actor.user_id(),
            actor_key: context.actor.key_id(),
            caused_by: context.actor.organization(),
            request_id: context.request_id.clone(),
            occurred_at: batch.now,
        });
        Ok(())
    }

    async fn flush(&mut self, batch: &mut Batch) -> StoreResult<()> {
        let changes = self.set.take_changes();
        let events = std::mem::take(&mut batch.unwritten);
        batch.write.append(&events, &self.set, &changes).await
    }

    /// A commit that failed may have happened: the log knows. Nothing else can be written until
    /// the database answers, so it is asked for a while.
    async fn confirm(
        &self,
        committed: StoreResult<()>,
        event: Option<(LogId, Uuid)>,
    ) -> StoreResult<()> {
        let Err(error) = &committed else {
            return Ok(());
        };
        let Some((log, event)) = event else {
            // Nothing in the log records it. A race that was lost is surely undone.
            let is_undone = error.is_transient();
            return committed.map_err(|error| if is_undone { error } else { error.unknown() });
        };
        let named = stall::named(&self.logs);
        tracing::warn!(log = named, %error, "a commit gave no answer; looking for its event");
        let since = Instant::now();
        loop {
            match self.store.has_event(log, event).await {
                Ok(true) => return Ok(()),
                Ok(false) => return committed,
                // Running it again could do it twice.
                Err(error) if since.elapsed() >= CONFIRM_WITHIN => return Err(error.unknown()),
                Err(_) => tokio::time::sleep(CONFIRM_PAUSE).await,
            }
        }
    }
}

/// Whether one command may be the cause, so that the others succeed without it.
fn is_of_one(error: &StoreError) -> bool {
    matches!(
        error,
        StoreError::Refused(_) | StoreError::Damaged(_) | StoreError::TooSlow(_)
    )
}

fn key_of(work: &dyn Work) -> Option<(Uuid, String)> {
    let context = work.context();
    let asked = context.idempotency.as_ref()?;
    // The key of an organization has no user; the service itself is nil.
    let user = context.actor.user_id().map(|id| id.0);
    let actor = user.or_else(|| context.actor.key_id().map(|id| id.0));
    Some((actor.unwrap_or_default(), asked.key.clone()))
}

/// Grows with the attempts, and differs between replicas by the random end of a new id.
fn backoff(attempt: u32, random: Uuid) -> Duration {
    let jitter = u64::from(random.as_bytes()[15]);
    let most = 5_000 << attempt.min(5);
    Duration::from_micros(most / 2 + most * jitter / 512)
}
