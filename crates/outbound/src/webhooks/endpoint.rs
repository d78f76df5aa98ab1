//! Working for one endpoint: what is new in its log is queued, what is due is sent.

use super::{
    Fault, Webhooks,
    batch::{Batch, Made},
    look::Looked,
};
use app::{Delivery, StoreError, WebhookQueue};
use domain::{
    Scope, Time, WebhookId,
    organization::{Organization, OrganizationStatus},
    webhook::Webhook,
};
use std::{
    pin::pin,
    time::{Duration, Instant},
};

/// How long an endpoint is nobody else's, unless it is held anew.
const LEASE_SECONDS: i64 = 10;

/// How often it is held anew while something is sent.
const RENEW_EVERY: Duration = Duration::from_secs(3);

/// How often, and for how long, the endpoint is gone on with before others get their turn. A round
/// that has begun is finished.
const ROUNDS: usize = 32;
const LONGEST: Duration = Duration::from_secs(5);

/// Attempts at once.
pub(super) const AT_ONCE: u64 = 16;

/// The rest of an endpoint that has been told all there is, so that what happens shortly after one
/// another is told in one round. What happens after a rest is told at once.
const REST: Duration = Duration::from_millis(250);

/// The pause before an organization is looked at again that is suspended.
const SUSPENDED_SECONDS: i64 = 5;

/// The longest that an endpoint is not looked at though there is more in its log than may wait.
const FULL_SECONDS: i64 = 10;

/// How an endpoint is left.
pub(super) enum Left {
    /// There is more to be done.
    Busy,
    /// Everything was delivered; the next attempt is due then.
    CaughtUp(Option<Time>),
    /// Nothing is to be done before these times: to look at it at all, and to attempt a delivery.
    Waiting(Time, Option<Time>),
    /// It is told nothing any more, or somebody else works for it.
    Gone,
}

/// An endpoint that is held still though nothing is to be done.
pub struct Rest {
    queue: WebhookQueue,
    next: Option<Time>,
}

impl Rest {
    /// Waits, and lets the endpoint go.
    pub async fn take(self, hooks: &Webhooks) -> Result<(), Fault> {
        tokio::time::sleep(REST).await;
        let now = hooks.app.clock().now();
        let store = hooks.app.store();
        Ok(store.release_webhook(&self.queue, self.next, now).await?)
    }
}

/// Works for the endpoint until there is nothing to be done, or others have waited for long enough.
pub async fn work(hooks: &Webhooks, id: WebhookId) -> Result<Option<Rest>, Fault> {
    let (store, began) = (hooks.app.store(), Instant::now());
    for _ in 0..ROUNDS {
        let now = hooks.app.clock().now();
        let Some(mut queue) = hold(hooks, id, now).await? else {
            return Ok(None);
        };
        let left = match round(hooks, &mut queue, now).await {
            Ok(left) => {
                hooks.well(id);
                left
            }
            Err(error) => {
                let (pause, is_new) = hooks.trouble(id);
                if is_new {
                    tracing::warn!(webhook = %id, %error, "a webhook is tried again in a moment");
                }
                Left::Waiting(now.plus_seconds(pause), Some(now))
            }
        };
        match left {
            Left::Busy if began.elapsed() < LONGEST => {}
            Left::Busy => break,
            Left::CaughtUp(next) => return Ok(Some(Rest { queue, next })),
            Left::Waiting(again, next) => {
                store.release_webhook(&queue, next, again).await?;
                return Ok(None);
            }
            Left::Gone => return Ok(None),
        }
    }
    let now = hooks.app.clock().now();
    if let Some(queue) = store.hold_webhook(id, hooks.holder, now, now).await? {
        store.release_webhook(&queue, Some(now), now).await?;
    }
    Ok(None)
}

async fn hold(
    hooks: &Webhooks,
    id: WebhookId,
    now: Time,
) -> Result<Option<WebhookQueue>, StoreError> {
    let (store, until) = (hooks.app.store(), now.plus_seconds(LEASE_SECONDS));
    store.hold_webhook(id, hooks.holder, now, until).await
}

async fn round(hooks: &Webhooks, queue: &mut WebhookQueue, now: Time) -> Result<Left, Fault> {
    let store = hooks.app.store();
    let found = store
        .find::<Webhook>(queue.webhook, Scope::Everything)
        .await?;
    let Some(webhook) = found.filter(|found| found.disabled.is_none()) else {
        return Ok(Left::Gone);
    };
    match standing(hooks, &webhook).await? {
        OrganizationStatus::Active => {}
        OrganizationStatus::Suspended => {
            let again = now.plus_seconds(SUSPENDED_SECONDS);
            return Ok(Left::Waiting(again, None));
        }
        OrganizationStatus::Deleted => {
            store.silence_webhook(webhook.id).await?;
            return Ok(Left::Gone);
        }
    }
    let turn = Turn {
        hooks,
        webhook: &webhook,
        now,
    };
    turn.round(queue).await
}

/// An organization that is suspended is told nothing, and one that is deleted never again.
async fn standing(hooks: &Webhooks, webhook: &Webhook) -> Result<OrganizationStatus, StoreError> {
    let Some(id) = webhook.realm else {
        return Ok(OrganizationStatus::Active);
    };
    let store = hooks.app.store();
    let found = store.find::<Organization>(id, Scope::Everything).await?;
    Ok(found.map_or(OrganizationStatus::Deleted, |found| found.status))
}

/// A round for an endpoint.
pub(super) struct Turn<'a> {
    pub hooks: &'a Webhooks,
    pub webhook: &'a Webhook,
    /// When it began.
    pub now: Time,
}

impl Turn<'_> {
    async fn round(&self, queue: &mut WebhookQueue) -> Result<Left, Fault> {
        let mut looked = Looked::More;
        let mut due = self.due(queue).await?;
        if (due.len() as u64) < AT_ONCE {
            looked = self.look(queue).await?;
            due = self.due(queue).await?;
        }
        let is_all = matches!(looked, Looked::All) && (due.len() as u64) < AT_ONCE;
        match looked {
            Looked::Lost => Ok(Left::Gone),
            Looked::More if due.is_empty() => Ok(Left::Busy),
            Looked::All if due.is_empty() => Ok(Left::CaughtUp(self.next_due().await?)),
            Looked::Full if due.is_empty() => {
                let next = self.next_due().await?;
                let latest = self.now.plus_seconds(FULL_SECONDS);
                let again = next.map_or(latest, |next| next.min(latest));
                Ok(Left::Waiting(again, next))
            }
            _ => match self.send(queue, due).await? {
                Left::Busy if is_all => Ok(Left::CaughtUp(self.next_due().await?)),
                left => Ok(left),
            },
        }
    }

    /// What is to be sent now. An endpoint that fails is tried with one.
    async fn due(&self, queue: &WebhookQueue) -> Result<Vec<Delivery>, StoreError> {
        let (store, id) = (self.hooks.app.store(), self.webhook.id);
        let most = match queue.failures {
            0 => AT_ONCE,
            _ => 1,
        };
        if self.webhook.profile.ordered {
            let mut first = store.first_deliveries(id, most).await?;
            let is_due = |one: &Delivery| one.next_at.is_none_or(|at| at <= self.now);
            let ready = first.iter().take_while(|one| is_due(one)).count();
            first.truncate(ready);
            return Ok(first);
        }
        store.due_deliveries(id, self.now, most).await
    }

    /// When the next attempt is due; in strict order, what is first keeps the others waiting.
    pub async fn next_due(&self) -> Result<Option<Time>, StoreError> {
        let (store, id) = (self.hooks.app.store(), self.webhook.id);
        if self.webhook.profile.ordered {
            let first = store.first_deliveries(id, 1).await?;
            return Ok(first.first().and_then(|first| first.next_at));
        }
        store.next_delivery(id).await
    }

    /// Sends what is due, and holds the queue meanwhile.
    async fn send(&self, queue: &mut WebhookQueue, due: Vec<Delivery>) -> Result<Left, Fault> {
        let (hooks, webhook) = (self.hooks, self.webhook);
        let at = hooks.app.clock().now();
        let secrets = hooks.app.store().webhook_secrets(webhook.id).await?;
        let secrets = secrets.ok_or("the webhook has no secret")?;
        let secrets = hooks.opened(webhook.id, &secrets, webhook.previous_secret_until, at)?;
        let batch = Batch {
            sender: hooks.sender(queue.failures > 0),
            destination: hooks.policy().destination(&webhook.profile.url),
            ordered: webhook.profile.ordered,
        };
        let messages = hooks.messages(queue.log, &secrets, at, due).await?;
        let mut sending = pin!(batch.send(messages));
        let made: Vec<(Delivery, Made)> = loop {
            tokio::select! {
                made = &mut sending => break made,
                () = tokio::time::sleep(RENEW_EVERY) => {}
            }
            match hold(hooks, webhook.id, hooks.app.clock().now()).await {
                Ok(Some(held)) => *queue = held,
                Ok(None) => return Ok(Left::Gone),
                // What is under way is kept if it is over before somebody else takes the endpoint.
                Err(error) => tracing::debug!(%error, "a webhook cannot be held anew"),
            }
        };
        self.settle(queue, made, at).await
    }
}
