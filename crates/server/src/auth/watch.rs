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
    app.moved(&ends);
    access.read_origins(store).await?;
    let Some(seen) = seen else {
        let ends = ends.into_iter().map(|(log, head)| (log, head.position));
        *seen = Some(ends.collect());
        return Ok(());
    };
    for (log, head) in ends {
        let after = seen.entry(log).or_insert(0);
        if head.position == *after {
            continue;
        }
        for fact in store.access_facts(log, *after, head.position).await? {
            access.forget(&fact);
        }
        *after = head.position;
    }
    Ok(())
}
