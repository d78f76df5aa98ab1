//! When API keys are used, noted now and then: a write a request would cost more than the request.

use app::App;
use domain::{ApiKeyId, Time};
use std::{
    collections::BTreeMap,
    sync::{Mutex, PoisonError},
    time::Duration,
};

/// How often what was noted is kept.
const KEEP_EVERY: Duration = Duration::from_secs(5);

/// The keys that were used since the last time.
#[derive(Default)]
pub struct KeyUses(Mutex<BTreeMap<ApiKeyId, Time>>);

impl KeyUses {
    /// The key was used.
    pub fn note(&self, id: ApiKeyId, now: Time) {
        let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        uses.insert(id, now);
    }

    /// Keeps what was noted.
    pub async fn keep(&self, app: &App) {
        let uses = {
            let mut uses = self.0.lock().unwrap_or_else(PoisonError::into_inner);
            std::mem::take(&mut *uses)
        };
        if uses.is_empty() {
            return;
        }
        if let Err(error) = app.store().note_api_key_uses(&uses).await {
            tracing::warn!(%error, "the uses of API keys could not be kept");
        }
    }

    /// Keeps what is noted, again and again, until the task is dropped.
    pub async fn keep_keeping(&self, app: &App) {
        loop {
            tokio::time::sleep(KEEP_EVERY).await;
            self.keep(app).await;
        }
    }
}
