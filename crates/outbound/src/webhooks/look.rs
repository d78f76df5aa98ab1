//! What an endpoint is to be told of is found in its log, and queued.

use super::endpoint::Turn;
use app::{NewDelivery, Step, StoreError, WebhookQueue};

/// Deliveries that wait to be sent. What is not queued yet is in the log; what failed and is tried
/// again later keeps nothing else waiting.
const WAITING: u64 = 1000;

/// Events that are looked at at a time.
const PART: u64 = 500;

/// What a look into the log brought.
pub(super) enum Looked {
    /// All of it was looked at.
    All,
    /// There may be more.
    More,
    /// As much waits as may.
    Full,
    /// Somebody else works for the endpoint.
    Lost,
}

impl Turn<'_> {
    /// Queues what is new, or else what the endpoint is to be told once more.
    pub async fn look(&self, queue: &WebhookQueue) -> Result<Looked, StoreError> {
        let store = self.hooks.app.store();
        let waiting = store.waiting_deliveries(self.webhook.id, self.now, WAITING);
        if waiting.await? >= WAITING {
            return Ok(Looked::Full);
        }
        let (after, to) = match queue.recover {
            Some((after, to)) => (after, Some(to)),
            None => (queue.position, None),
        };
        let mut marks = store.event_marks(queue.log, after, PART).await?;
        // After what is looked through once more comes what is new.
        let is_all = to.is_none() && (marks.len() as u64) < PART;
        if let Some(to) = to {
            marks.retain(|mark| mark.position <= to);
        }
        let last = marks.last().map(|mark| mark.position);
        let step = match (last, to) {
            (Some(last), None) => Step::To(last),
            (last, Some(to)) => Step::Recovered(last.unwrap_or(to)),
            (None, None) => return Ok(Looked::All),
        };
        marks.retain(|mark| self.webhook.profile.wants(&mark.event_type));
        let new = marks.into_iter().map(|mark| NewDelivery {
            id: self.hooks.app.clock().new_id(),
            event: mark.id,
            event_type: mark.event_type,
            position: Some(mark.position),
        });
        let new: Vec<NewDelivery> = new.collect();
        let queued = store.queue_deliveries(queue, step, &new, self.now);
        Ok(match (queued.await?, is_all) {
            (false, _) => Looked::Lost,
            (true, true) => Looked::All,
            (true, false) => Looked::More,
        })
    }
}
