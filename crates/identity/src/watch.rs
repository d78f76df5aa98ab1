//! The watch over the logs: what other replicas change about who may do what.

use crate::Access;
use app::{AccessChange, App, LogEnd, LogId, Store, StoreError};
use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
    time::{Duration, Instant},
};

/// How often the logs are looked at. A change has to be in effect everywhere within a second.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Types and organizations that are named once as not readable; beyond that they are not told apart.
const NAMED: usize = 1000;

/// Follows the logs until the task is dropped. While the database does not answer, nothing is
/// remembered, so every request asks it.
pub async fn follow(app: App, access: Arc<Access>) {
    let mut watch = Watch::default();
    let mut is_well = true;
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let began = Instant::now();
        match watch.look(&app, &access).await {
            Ok(()) => {
                access.looked(began);
                if !is_well {
                    tracing::info!("the logs can be looked at again");
                }
                is_well = true;
            }
            Err(error) => {
                if is_well {
                    tracing::warn!(%error, "the logs cannot be looked at; every request reads its caller");
                }
                is_well = false;
            }
        }
    }
}

/// Up to where the logs were looked at.
#[derive(Default)]
struct Watch {
    /// None before the first look: what is remembered then is forgotten, so that nothing that happened
    /// before need be read.
    seen: Option<BTreeMap<LogId, i64>>,
    /// What was named as not readable.
    named: BTreeSet<String>,
}

impl Watch {
    /// No row or event that this version cannot read ends it: what is not understood is forgotten.
    async fn look(&mut self, app: &App, access: &Access) -> Result<(), StoreError> {
        let store = app.store();
        let ends = store.log_ends().await?;
        match self.seen.take() {
            None => {
                let ends = ends.iter().map(|(log, end)| (*log, end.position));
                self.seen = Some(ends.collect());
                access.forget_log(LogId::PLATFORM);
            }
            Some(mut seen) => {
                let moved = self.catch_up(store, access, &ends, &mut seen).await;
                self.seen = Some(seen);
                moved?;
            }
        }
        for (log, _) in ends.iter().filter(|(_, end)| end.head.is_none()) {
            if self.is_new(log.0.to_string()) {
                tracing::error!(log = %log.0, "the head of a log cannot be read");
            }
        }
        let heads = ends.iter().filter_map(|(log, end)| Some((*log, end.head?)));
        // Last: whoever is woken by this is judged by what the events before it changed.
        app.moved(&heads.collect());
        for id in access.read_origins(store).await?.unwrap_or_default() {
            if self.is_new(format!("settings of {id}")) {
                tracing::error!(organization = %id, "the origins in the settings of an organization cannot be read; none is allowed");
            }
        }
        Ok(())
    }

    /// Forgets what the events since the last look may have changed.
    async fn catch_up(
        &mut self,
        store: &Store,
        access: &Access,
        ends: &BTreeMap<LogId, LogEnd>,
        seen: &mut BTreeMap<LogId, i64>,
    ) -> Result<(), StoreError> {
        for (log, end) in ends {
            let after = seen.entry(*log).or_insert(0);
            if end.position == *after {
                continue;
            }
            match store.access_changes(*log, *after, end.position).await? {
                None => access.forget_log(*log),
                Some(changes) => {
                    for change in changes {
                        access.forget_change(*log, &change);
                        self.name(*log, change);
                    }
                }
            }
            *after = end.position;
        }
        Ok(())
    }

    /// Says once of each type that it is not known here.
    fn name(&mut self, log: LogId, change: AccessChange) {
        if change.known_kind().is_none() && self.is_new(change.event_type.clone()) {
            let event_type = change.event_type;
            tracing::warn!(log = %log.0, event_type, "this version does not know an event; every caller of its log is read anew");
        }
    }

    fn is_new(&mut self, what: String) -> bool {
        self.named.len() < NAMED && self.named.insert(what)
    }
}

/// How far the wall clock may go beside the other before it was set.
const SET_BY: i64 = 1_000_000;

/// Tells those who wait for it what changed about callers, also while the database does not answer,
/// until the task is dropped. When the wall clock was set, until when things last has changed.
pub async fn tell(app: &App, access: &Access) {
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    let began = Instant::now();
    let since = || i64::try_from(began.elapsed().as_micros()).unwrap_or(i64::MAX);
    let beside = || app.clock().now().micros().saturating_sub(since());
    let mut before = beside();
    loop {
        tick.tick().await;
        let now = beside();
        if now.abs_diff(before) > SET_BY.unsigned_abs() {
            access.doubt();
        }
        before = now;
        access.tell();
    }
}
