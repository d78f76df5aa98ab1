//! The watch over the logs: what other replicas change about who may do what.

use super::Access;
use app::{App, LogId, StoreError};
use std::{
    collections::BTreeMap,
    sync::Arc,
    time::{Duration, Instant},
};

/// How often the logs are looked at. A change has to be in effect everywhere within a second.
const LOOK_EVERY: Duration = Duration::from_millis(200);

/// Follows the logs until the task is dropped. While the database does not answer, nothing is
/// remembered, so every request asks it.
pub async fn follow(app: App, access: Arc<Access>) {
    let mut seen: Option<BTreeMap<LogId, i64>> = None;
    let mut tick = tokio::time::interval(LOOK_EVERY);
    tick.set_missed_tick_behavior(tokio::time::MissedTickBehavior::Delay);
    loop {
        tick.tick().await;
        let began = Instant::now();
        match look(&app, &access, &mut seen).await {
            Ok(()) => access.looked(began),
            Err(error) => tracing::warn!(%error, "the logs cannot be looked at"),
        }
    }
}

/// Nothing is remembered before the first look, so what was there by then need not be read.
async fn look(
    app: &App,
    access: &Access,
    seen: &mut Option<BTreeMap<LogId, i64>>,
) -> Result<(), StoreError> {
    let store = app.store();
    let ends = store.logs().await?;
    match seen {
        None => {
            let ends = ends.iter().map(|(log, head)| (*log, head.position));
            *seen = Some(ends.collect());
        }
        Some(seen) => {
            for (log, head) in &ends {
                let after = seen.entry(*log).or_insert(0);
                if head.position == *after {
                    continue;
                }
                for fact in store.access_facts(*log, *after, head.position).await? {
                    access.forget(&fact);
                }
                *after = head.position;
            }
        }
    }
    // Last: whoever is woken by this is judged by what the events before it changed.
    app.moved(&ends);
    access.read_origins(store).await
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
