//! The background work: seats whose end has passed are freed, old answers forgotten.

use crate::{App, Context, Result, assignment::ExpireAssignments};
use domain::{AssignmentId, Realm};
use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// Seats freed in one command.
const STEP: u64 = 200;

/// How often answers that are too old are forgotten.
const FORGET_EVERY: Duration = Duration::from_secs(600);

impl App {
    /// Frees every seat whose end has passed. Gives how many.
    pub async fn sweep(&self) -> Result<usize> {
        let mut freed = 0;
        loop {
            let due = self.store.due_assignments(self.clock.now(), STEP).await?;
            if due.is_empty() {
                return Ok(freed);
            }
            let full = due.len() as u64 == STEP;
            let mut by_realm: BTreeMap<Realm, Vec<AssignmentId>> = BTreeMap::new();
            for (realm, id) in due {
                by_realm.entry(realm).or_default().push(id);
            }
            let mut step = 0;
            for (realm, ids) in by_realm {
                let case = ExpireAssignments { ids, realm };
                step += self.run(Context::system(), case).await?.value;
            }
            freed += step;
            // A step that freed nothing lost to another replica; the next round looks again.
            if !full || step == 0 {
                return Ok(freed);
            }
        }
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

    /// Sweeps again and again, until the task is dropped. A failed round is logged and tried again.
    pub async fn sweep_every(self, interval: Duration) {
        let mut forgotten: Option<Instant> = None;
        loop {
            match self.sweep().await {
                Ok(0) => {}
                Ok(seats) => tracing::info!(seats, "freed seats whose end has passed"),
                Err(error) => tracing::warn!(%error, "the sweep failed; it is tried again"),
            }
            if forgotten.is_none_or(|last| last.elapsed() >= FORGET_EVERY) {
                forgotten = Some(Instant::now());
                self.forget_what_is_over().await;
            }
            tokio::time::sleep(interval).await;
        }
    }
}
