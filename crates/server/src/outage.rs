//! Logs why the database does not answer.
//!
//! A request that gets no connection only learns that the pool timed out: the pool retries until then
//! and does not report the cause. So one task probes the database, and logs each cause once.

use app::App;
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// The pause between two probes.
const PROBE_EVERY: Duration = Duration::from_secs(2);

/// How long a probe may take.
const PROBE_TIMEOUT: Duration = Duration::from_secs(2);

/// The cause when new connections work, and those of the pool do not answer.
const BUSY: &str = "it takes connections, but none of the pool answered in time";

/// An outage that was logged.
struct Outage {
    since: Instant,
    cause: String,
}

/// Probes the database until the task is dropped.
pub async fn watch(app: App) {
    let mut outage: Option<Outage> = None;
    loop {
        let cause = probe(&app).await;
        outage = report(cause, outage);
        sleep(PROBE_EVERY).await;
    }
}

/// Logs a new cause, or the end of the outage.
fn report(cause: Option<String>, outage: Option<Outage>) -> Option<Outage> {
    let Some(cause) = cause else {
        if let Some(outage) = outage {
            let seconds = outage.since.elapsed().as_secs();
            tracing::warn!(seconds, "the database answers again");
        }
        return None;
    };
    match outage {
        Some(outage) if outage.cause == cause => Some(outage),
        before => {
            tracing::error!(cause, "the database does not answer");
            let since = before.map_or_else(Instant::now, |outage| outage.since);
            Some(Outage { since, cause })
        }
    }
}

/// Why the database does not answer; `None` when it does.
async fn probe(app: &App) -> Option<String> {
    let answer = timeout(PROBE_TIMEOUT, app.store().ping()).await;
    if matches!(answer, Ok(Ok(()))) {
        return None;
    }
    let fault = app.store().connect_fault().await;
    Some(fault.unwrap_or_else(|| match answer {
        Ok(Err(error)) => error.to_string(),
        _ => BUSY.to_owned(),
    }))
}
