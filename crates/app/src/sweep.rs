//! The background work: seats whose end has passed are freed, old answers forgotten.

mod resting;

use crate::{App, Context, Error, Result, assignment::ExpireAssignments};
use domain::{AssignmentId, Realm};
use persistence::log::LogId;
use resting::Resting;
use std::{
    collections::{BTreeMap, BTreeSet},
    time::{Duration, Instant},
};
use tokio::{task::JoinSet, time::timeout};

/// Seats that are looked up at a time, the longest due first.
const PAGE: u64 = 1000;

/// Seats of an organization that are freed in one command.
const STEP: usize = 200;

/// Organizations whose seats are freed at the same time: enough to share the waiting for the disk,
/// and few beside the connections that requests need.
const AT_ONCE: usize = 4;

/// How long the seats of an organization are waited for before others have their turn. The command
/// stays in its queue.
const PATIENCE: Duration = Duration::from_secs(2);

/// Commands that may fail before a part is given up that contains what is damaged.
const MOST_FAILURES: usize = 20;

/// How often answers that are too old are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(600);

/// What a round of the sweep brought.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Swept {
    /// Seats that were freed.
    pub freed: usize,
    /// Logs in which seats cannot be freed now.
    pub failing: usize,
    /// How long ago the end passed of the seat that waits longest; zero when none does.
    pub lag: Duration,
}

/// Frees the seats whose end has passed. What cannot be freed rests for a while and is left out
/// meanwhile, so that it keeps no other waiting.
struct Sweeper {
    app: App,
    realms: Resting<Realm>,
    seats: Resting<AssignmentId>,
    /// The realm of each seat that rests.
    realm_of: BTreeMap<AssignmentId, Realm>,
}

/// What became of the seats of a realm.
struct Part {
    realm: Realm,
    ids: Vec<AssignmentId>,
    freed: usize,
    /// Seats that cannot be freed, and why.
    damaged: Vec<(AssignmentId, String)>,
    /// Why it was not gone on with.
    error: Option<String>,
}

impl Sweeper {
    fn new(app: App) -> Self {
        Self {
            app,
            realms: Resting::default(),
            seats: Resting::default(),
            realm_of: BTreeMap::new(),
        }
    }

    /// Frees what is due and does not rest.
    async fn round(&mut self) -> Result<Swept> {
        let mut freed = 0;
        loop {
            let (realms, seats) = (self.realms.at_rest(), self.seats.at_rest());
            let now = self.app.clock.now();
            let due = self.app.store.due_assignments(now, PAGE, realms, seats);
            let due = due.await?;
            let is_page = due.len() as u64 == PAGE;
            let rests = |(realm, seat): &(Realm, AssignmentId)| {
                self.realms.is_at_rest(realm) || self.seats.is_at_rest(seat)
            };
            let due: Vec<_> = due.into_iter().filter(|one| !rests(one)).collect();
            let is_empty = due.is_empty();
            let (parts, is_cut) = parts(due);
            let (step, has_failed) = self.free(parts).await;
            freed += step;
            // A step that freed nothing lost to another replica; the next round tries again.
            if is_empty || !(is_page || is_cut) || (step == 0 && !has_failed) {
                break;
            }
        }
        Ok(Swept {
            freed,
            failing: self.failing(),
            lag: self.app.sweep_lag().await?,
        })
    }

    /// Frees the seats of several realms at a time, those first whose seats are due longest.
    async fn free(&mut self, parts: Vec<(Realm, Vec<AssignmentId>)>) -> (usize, bool) {
        let (mut parts, mut tasks) = (parts.into_iter(), JoinSet::new());
        let (mut freed, mut has_failed) = (0, false);
        loop {
            while tasks.len() < AT_ONCE
                && let Some((realm, ids)) = parts.next()
            {
                tasks.spawn(expire(self.app.clone(), realm, ids));
            }
            match tasks.join_next().await {
                None => return (freed, has_failed),
                Some(Ok(part)) => {
                    freed += part.freed;
                    has_failed |= self.note(part);
                }
                Some(Err(error)) => tracing::error!(%error, "a part of the sweep broke down"),
            }
        }
    }

    /// Records what has to rest. Returns whether anything has.
    fn note(&mut self, part: Part) -> bool {
        let log = LogId::of(part.realm).0;
        let has_failed = part.error.is_some() || !part.damaged.is_empty();
        match part.error {
            Some(error) if self.realms.failed(part.realm) => {
                tracing::warn!(%log, error, "seats whose end has passed cannot be freed; they are tried again");
            }
            Some(_) => {}
            None if self.realms.forget(&part.realm) => {
                tracing::info!(%log, "seats whose end has passed are freed again");
            }
            None => {}
        }
        let damaged: BTreeSet<_> = part.damaged.iter().map(|(seat, _)| *seat).collect();
        for (seat, error) in part.damaged {
            self.realm_of.insert(seat, part.realm);
            if self.seats.failed(seat) {
                tracing::error!(%log, %seat, error, "a seat whose end has passed cannot be freed");
            }
        }
        for seat in part.ids.iter().filter(|seat| !damaged.contains(seat)) {
            self.seats.forget(seat);
        }
        has_failed
    }

    /// Logs in which something rests.
    fn failing(&mut self) -> usize {
        self.realm_of.retain(|seat, _| self.seats.has(seat));
        let realms = self.realms.all().chain(self.realm_of.values());
        realms.collect::<BTreeSet<_>>().len()
    }
}

/// The seats by their realms, in the order in which realms are met, and whether some were left out.
fn parts(due: Vec<(Realm, AssignmentId)>) -> (Vec<(Realm, Vec<AssignmentId>)>, bool) {
    let mut places: BTreeMap<Realm, usize> = BTreeMap::new();
    let (mut parts, mut is_cut) = (Vec::<(Realm, Vec<AssignmentId>)>::new(), false);
    for (realm, id) in due {
        let place = *places.entry(realm).or_insert(parts.len());
        if place == parts.len() {
            parts.push((realm, Vec::new()));
        }
        let ids = &mut parts[place].1;
        match ids.len() < STEP {
            true => ids.push(id),
            false => is_cut = true,
        }
    }
    (parts, is_cut)
}

/// Frees seats of a realm. Where one of them is damaged it is found by bisection.
async fn expire(app: App, realm: Realm, ids: Vec<AssignmentId>) -> Part {
    let mut part = Part {
        realm,
        ids: ids.clone(),
        freed: 0,
        damaged: Vec::new(),
        error: None,
    };
    let (mut waiting, mut failures) = (vec![ids], 0);
    while let Some(ids) = waiting.pop() {
        let case = ExpireAssignments {
            ids: ids.clone(),
            realm,
        };
        match timeout(PATIENCE, app.run(Context::system(), case)).await {
            Ok(Ok(answered)) => part.freed += answered.value,
            Ok(Err(Error::Internal(error))) if failures < MOST_FAILURES => {
                failures += 1;
                match ids.split_at(ids.len() / 2) {
                    ([], [id]) => part.damaged.push((*id, error)),
                    (one, other) => waiting.extend([one.to_vec(), other.to_vec()]),
                }
            }
            Ok(Err(error)) => part.error = Some(error.to_string()),
            Err(_) => part.error = Some("the log was not to be had in time".to_owned()),
        }
        if part.error.is_some() {
            break;
        }
    }
    part
}

impl App {
    /// Frees every seat whose end has passed. Gives how many. What cannot be freed is logged.
    pub async fn sweep(&self) -> Result<usize> {
        let swept = Sweeper::new(self.clone()).round().await?;
        Ok(swept.freed)
    }

    /// Forgets answers, tokens and failures that are of no more use.
    async fn forget_what_is_over(&self) {
        let (store, now) = (&self.store, self.clock.now());
        if let Err(error) = store.forget_old_answers(now).await {
            tracing::warn!(%error, "old answers could not be forgotten");
        }
        if let Err(error) = store.forget_old_sessions(now).await {
            tracing::warn!(%error, "old refresh tokens could not be forgotten");
        }
        if let Err(error) = store.forget_old_login_failures(now).await {
            tracing::warn!(%error, "old login failures could not be forgotten");
        }
    }

    /// How long ago the end passed that the sweep should have seen first; zero when it is not behind.
    pub async fn sweep_lag(&self) -> Result<Duration> {
        let now = self.clock.now();
        let oldest = self.store.longest_due(now).await?;
        let micros = oldest.map_or(0, |end| now.micros() - end.micros());
        Ok(Duration::from_micros(u64::try_from(micros).unwrap_or(0)))
    }

    /// Sweeps again and again, until the task is dropped, and reports what each round brought. A
    /// failed round is logged and tried again. While the clock is not to be trusted nothing is freed
    /// and nothing forgotten: neither could be taken back.
    pub async fn sweep_every(self, interval: Duration, report: impl Fn(Swept)) {
        let mut sweeper = Sweeper::new(self.clone());
        let (mut forgotten, mut is_well) = (None::<Instant>, true);
        loop {
            if self.clock.health().is_trusted {
                match sweeper.round().await {
                    Ok(swept) => {
                        is_well = true;
                        report(swept);
                    }
                    Err(error) if is_well => {
                        is_well = false;
                        tracing::warn!(%error, "the sweep failed; it is tried again");
                    }
                    Err(_) => {}
                }
                if forgotten.is_none_or(|last| last.elapsed() >= FORGET_EVERY) {
                    forgotten = Some(Instant::now());
                    self.forget_what_is_over().await;
                }
            }
            tokio::time::sleep(interval).await;
        }
    }
}
