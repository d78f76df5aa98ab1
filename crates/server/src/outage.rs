//! Tells the operator why the database does not answer.
//!
//! A request that finds no connection learns only that none came in time: its pool tries until then
//! and keeps the cause to itself. So one task looks by itself, and says what it finds once.

use app::App;
use std::time::{Duration, Instant};
use tokio::time::{sleep, timeout};

/// How often to look.
const LOOK_EVERY: Duration = Duration::from_secs(2);

/// How long an answer may take.
const PATIENCE: Duration = Duration::from_secs(2);

/// What is said when the database takes connections and nothing comes through those of the pool.
const BUSY: &str = "it takes connections, but none of the pool answered in time";

/// An outage that was told.
struct Outage {
    since: Instant,
    cause: String,
}

/// Looks again and again, until the task is dropped.
pub async fn watch(app: App) {
    let mut outage: Option<Outage> = None;
    loop {
        let cause = look(&app).await;
        outage = told(cause, outage);
        sleep(LOOK_EVERY).await;
    }
}

/// Says what is new: another cause, or the end.
fn told(cause: Option<String>, outage: Option<Outage>) -> Option<Outage> {
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

/// Why the database does not answer; none when it does.
async fn look(app: &App) -> Option<String> {
    let answer = timeout(PATIENCE, app.store().ping()).await;
    if matches!(answer, Ok(Ok(()))) {
        return None;
    }
    let fault = app.store().connect_fault().await;
    Some(fault.unwrap_or_else(|| match answer {
        Ok(Err(error)) => error.to_string(),
        _ => BUSY.to_owned(),
    }))
}
