//! What a reactor does while it holds the lease.

use super::{End, Reaction, Reactor, Refusal, jittered, stopped};
use persistence::{
    Parked, StoreError,
    log::{LogId, Recorded},
};
use std::{
    collections::{BTreeMap, BTreeSet},
    time::Duration,
};
use tokio::{
    sync::watch,
    time::{Instant, sleep, sleep_until},
};

/// The most events that are passed on at a time, and so the most that are in memory.
const PART: u64 = 200;

/// How often the heads of the logs are read when nothing reports that they moved.
const READ_HEADS_EVERY: Duration = Duration::from_secs(5);

/// The first and the longest wait after a failure.
const WAITS: [Duration; 2] = [Duration::from_millis(100), Duration::from_secs(5)];

/// How long to wait when a cursor lost a race.
const AGAIN: Duration = Duration::from_millis(20);

/// Why a log did not go on.
enum Interruption {
    /// The lease is somebody else's.
    Lost,
    /// It is tried again.
    Later(String),
}

impl From<StoreError> for Interruption {
    fn from(error: StoreError) -> Self {
        Self::Later(error.to_string())
    }
}

/// The progress over all logs.
#[derive(Default)]
struct Progress {
    /// Where it is in each log.
    at: BTreeMap<LogId, i64>,
    /// When the heads of the logs were read.
    heads_read: Option<Instant>,
    /// Failures since something was taken.
    failures: u32,
    /// Whether it was logged that events are not taken.
    in_trouble: bool,
    /// Logs whose events are not taken.
    stuck: BTreeMap<LogId, Stuck>,
    /// Logs that failed one after the other, with nothing taken in between.
    in_a_row: BTreeSet<LogId>,
}

/// A log whose events are not taken.
struct Stuck {
    failures: u32,
    /// Not tried again before.
    until: Instant,
}

/// When more logs than this fail one after the other, the broker is taken to be the cause, and all wait.
const FEW: usize = 3;

/// Failures after which a log is named, where others go on.
const NAMED_AFTER: u32 = 6;

impl Progress {
    /// When the heads are read again, unless a move is reported before.
    fn next_read(&self) -> Instant {
        let latest = Instant::now() + READ_HEADS_EVERY;
        let tries = self.stuck.values().map(|stuck| stuck.until);
        tries.min().map_or(latest, |first| first.min(latest))
    }

    fn rests(&self, log: LogId) -> bool {
        let stuck = self.stuck.get(&log);
        stuck.is_some_and(|stuck| Instant::now() < stuck.until)
    }
}

/// What a round over the logs brought.
enum Round {
    /// There may be more.
    Moved,
    /// Nothing is left.
    Still,
}

impl<R: Reaction> Reactor<R> {
    /// Passes on what there is, again and again. Each log in turn gets one part, so that one with a
    /// long backlog does not delay the others.
    pub(super) async fn work(&self, stop: &watch::Receiver<bool>) -> End {
        let mut changes = self.app.heads.changes();
        let mut progress = Progress::default();
        loop {
            match self.app.store.cursors(self.claimant.reactor).await {
                Ok(at) => break progress.at = at,
                Err(error) => self.failed(&mut progress, &error.to_string(), stop).await,
            }
            if *stop.borrow() {
                return End::Stopped;
            }
        }
        loop {
            // Before the round, so that what moves from here on is seen in the next one.
            changes.borrow_and_update();
            let round = self.round(&mut progress, stop).await;
            if *stop.borrow() {
                return End::Stopped;
            }
            match round {
                Err(Interruption::Lost) => return End::Lost,
                Err(Interruption::Later(cause)) => self.failed(&mut progress, &cause, stop).await,
                Ok(Round::Moved) => {}
                Ok(Round::Still) => tokio::select! {
                    _ = changes.changed() => {}
                    () = sleep_until(progress.next_read()) => {}
                    () = stopped(stop.clone()) => {}
                },
            }
        }
    }

    /// A part of each log that has one. A log that fails rests without stopping the others; when
    /// several fail one after the other, all wait, since then the cause is not the log.
    async fn round(
        &self,
        progress: &mut Progress,
        stop: &watch::Receiver<bool>,
    ) -> Result<Round, Interruption> {
        self.read_heads(progress).await?;
        let (mut round, mut is_well) = (Round::Still, true);
        for (log, head) in self.app.heads.all() {
            let at = progress.at.get(&log).copied().unwrap_or(0);
            if head.position <= at {
                continue;
            }
            if progress.rests(log) {
                is_well = false;
                continue;
            }
            if *stop.borrow() {
                return Ok(round);
            }
            match self.part(log, at).await {
                // Nothing to take: nothing is stuck either.
                Ok(None) => self.freed(progress, log),
                Ok(Some(position)) => {
                    progress.at.insert(log, position);
                    progress.failures = 0;
                    self.freed(progress, log);
                    round = Round::Moved;
                }
                Err(Interruption::Lost) => return Err(Interruption::Lost),
                Err(Interruption::Later(cause)) => {
                    self.stuck(progress, log, &cause);
                    is_well = false;
                    if progress.in_a_row.len() > FEW {
                        self.pause(progress, stop).await;
                    }
                }
            }
        }
        if is_well && progress.in_trouble {
            progress.in_trouble = false;
            tracing::info!(reactor = self.claimant.reactor, "events are taken again");
        }
        Ok(round)
    }

    async fn read_heads(&self, progress: &mut Progress) -> Result<(), Interruption> {
        let due = progress.heads_read.map(|last| last + READ_HEADS_EVERY);
        if due.is_none_or(|due| due <= Instant::now()) {
            let ends = self.app.store.logs().await?;
            self.app.moved(&ends);
            progress.heads_read = Some(Instant::now());
        }
        Ok(())
    }

    /// Passes on what comes next in a log. Returns the new position, if it moved.
    async fn part(&self, log: LogId, at: i64) -> Result<Option<i64>, Interruption> {
        let now = self.app.clock.now();
        let (mut events, mut parked) = (Vec::new(), Vec::new());
        for next in self.app.store.readable(log, at, PART).await? {
            match next.recorded {
                Ok(event) if parked.is_empty() => events.push(event),
                Err(error) if events.is_empty() => parked.push(Parked {
                    log,
                    position: next.position,
                    reason: error.to_string(),
                    at: now,
                }),
                // It is the next part that begins here.
                _ => break,
            }
        }
        if events.is_empty() {
            return self.advance(log, &parked, None).await;
        }
        let (taken, poison) = self.take(log, &events).await?;
        let parked = poison.map(|(position, reason)| Parked {
            log,
            position,
            reason,
            at: now,
        });
        let last = taken.last().map(|event| event.position);
        let moved = self.advance(log, parked.as_slice(), last).await?;
        self.metrics.taken(taken.len());
        Ok(moved)
    }

    /// Gives the events that were taken, and the one after them that cannot be.
    async fn take<'a>(
        &self,
        log: LogId,
        events: &'a [Recorded],
    ) -> Result<(&'a [Recorded], Option<(i64, String)>), Interruption> {
        match self.reaction.take(log, events).await {
            Ok(()) => Ok((events, None)),
            Err(Refusal::Later(cause)) => Err(Interruption::Later(cause)),
            Err(Refusal::Poison { position, reason }) => {
                let index = events.iter().position(|event| event.position == position);
                let index = index.ok_or_else(|| {
                    Interruption::Later(format!("position {position} was not handed over"))
                })?;
                Ok((&events[..index], Some((position, reason))))
            }
        }
    }

    /// The log is done up to the last of these.
    async fn advance(
        &self,
        log: LogId,
        parked: &[Parked],
        taken: Option<i64>,
    ) -> Result<Option<i64>, Interruption> {
        let Some(position) = parked.last().map(|event| event.position).or(taken) else {
            return Ok(None);
        };
        let store = &self.app.store;
        loop {
            let now = self.app.clock.now();
            match store
                .advance(self.claimant, log, position, parked, now)
                .await
            {
                Ok(true) => break,
                Ok(false) => return Err(Interruption::Lost),
                Err(error) if error.is_transient() => sleep(AGAIN).await,
                Err(error) => return Err(error.into()),
            }
        }
        for event in parked {
            let (reactor, log, reason) = (self.claimant.reactor, log.0, &event.reason);
            let position = event.position;
            tracing::error!(reactor, %log, position, reason, "an event is put aside");
        }
        self.metrics.parked(parked.len());
        Ok(Some(position))
    }

    /// Logs it once, and waits longer each time.
    async fn failed(&self, progress: &mut Progress, cause: &str, stop: &watch::Receiver<bool>) {
        self.metrics.failed();
        if !progress.in_trouble {
            progress.in_trouble = true;
            let reactor = self.claimant.reactor;
            tracing::warn!(reactor, cause, "events are not taken; they are tried again");
        }
        self.pause(progress, stop).await;
    }

    async fn pause(&self, progress: &mut Progress, stop: &watch::Receiver<bool>) {
        let wait = wait_after(progress.failures);
        progress.failures = progress.failures.saturating_add(1);
        tokio::select! {
            () = sleep(jittered(wait, self.app.clock.new_id())) => {}
            () = stopped(stop.clone()) => {}
        }
    }

    /// Events of a log were not taken: it rests, longer each time, and is named when it is the only one.
    fn stuck(&self, progress: &mut Progress, log: LogId, cause: &str) {
        self.metrics.failed();
        progress.in_a_row.insert(log);
        let (reactor, id) = (self.claimant.reactor, log.0);
        let now = Instant::now();
        let stuck = progress.stuck.entry(log).or_insert(Stuck {
            failures: 0,
            until: now,
        });
        stuck.until = now + jittered(wait_after(stuck.failures), self.app.clock.new_id());
        stuck.failures = stuck.failures.saturating_add(1);
        if !progress.in_trouble {
            progress.in_trouble = true;
            tracing::warn!(reactor, log = %id, cause, "events are not taken; they are tried again");
        } else if stuck.failures == NAMED_AFTER && progress.in_a_row.len() == 1 {
            tracing::error!(reactor, log = %id, cause, "the events of one log are not taken");
        }
        self.metrics.stuck(progress.stuck.len());
    }

    /// Events of a log were taken.
    fn freed(&self, progress: &mut Progress, log: LogId) {
        progress.in_a_row.clear();
        if let Some(stuck) = progress.stuck.remove(&log) {
            if stuck.failures >= NAMED_AFTER {
                let reactor = self.claimant.reactor;
                tracing::info!(reactor, log = %log.0, "the events of the log are taken again");
            }
            self.metrics.stuck(progress.stuck.len());
        }
    }
}

fn wait_after(failures: u32) -> Duration {
    let [first, longest] = WAITS;
    first.saturating_mul(1 << failures.min(16)).min(longest)
}
