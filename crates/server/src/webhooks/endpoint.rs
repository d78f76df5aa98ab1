//! Working for one endpoint: what is new in its log is queued, what is due is sent.

use super::{
    Fault, Webhooks,
    batch::{Batch, Made},
};
use app::{
    Attempt, Context, Delivery, Health, NewDelivery, Step, StoreError, WebhookQueue,
    webhook::SwitchWebhook,
};
use domain::{
    Scope, Time, WebhookId,
    organization::OrganizationStatus,
    webhook::{DisabledReason, Webhook},
};
use std::{pin::pin, time::Duration};

/// How long an endpoint is nobody else's, unless it is held anew.
const LEASE_SECONDS: i64 = 10;

/// How often it is held anew while something is sent.
const RENEW_EVERY: Duration = Duration::from_secs(3);

/// How often the endpoint is gone on with before others get their turn.
const ROUNDS: usize = 32;

/// Attempts at once.
const AT_ONCE: u64 = 16;

/// The rest of an endpoint that has been told all there is, so that what happens shortly after one
/// another is told in one round. What happens after a rest is told at once.
const REST: Duration = Duration::from_millis(250);

/// Deliveries that wait. What is not queued yet is in the log.
const WAITING: u64 = 1000;

/// Events that are looked at at a time.
const PART: u64 = 500;

/// Days of nothing but failures, after which an endpoint is told nothing any more.
const PATIENCE_DAYS: i64 = 5;

/// The longest pause between two attempts at an endpoint that fails.
const LONGEST_PAUSE: u32 = 15;

/// The pause before an organization is looked at again that is suspended.
const SUSPENDED_SECONDS: i64 = 30;

/// How an endpoint is left.
enum Left {
    /// There is more to be done.
    Busy,
    /// Told all there is; the next attempt is due then.
    Told(Option<Time>),
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
    let store = hooks.app.store();
    for _ in 0..ROUNDS {
        let now = hooks.app.clock().now();
        let until = now.plus_seconds(LEASE_SECONDS);
        let Some(mut queue) = store.hold_webhook(id, hooks.holder, now, until).await? else {
            return Ok(None);
        };
        let left = match round(hooks, &mut queue, now).await {
            Ok(left) => left,
            Err(error) => {
                tracing::warn!(webhook = %id, %error, "a webhook is tried again in a moment");
                Left::Waiting(now.plus_seconds(1), Some(now))
            }
        };
        match left {
            Left::Busy => {}
            Left::Told(next) => return Ok(Some(Rest { queue, next })),
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

async fn round(hooks: &Webhooks, queue: &mut WebhookQueue, now: Time) -> Result<Left, Fault> {
    let store = hooks.app.store();
    let found = store.webhook(queue.webhook, Scope::Everything).await?;
    let Some(webhook) = found.filter(|found| found.disabled.is_none()) else {
        return Ok(Left::Gone);
    };
    if !works(hooks, &webhook).await? {
        let again = now.plus_seconds(SUSPENDED_SECONDS);
        return Ok(Left::Waiting(again, None));
    }
    let mut looked = Looked::More;
    let mut due = due(hooks, queue, &webhook, now).await?;
    if (due.len() as u64) < AT_ONCE {
        looked = look(hooks, queue, &webhook, now).await?;
        due = self::due(hooks, queue, &webhook, now).await?;
    }
    match looked {
        Looked::Lost => Ok(Left::Gone),
        Looked::More if due.is_empty() => Ok(Left::Busy),
        Looked::All if due.is_empty() => Ok(Left::Told(next_due(hooks, &webhook).await?)),
        looked => {
            let is_all = matches!(looked, Looked::All) && (due.len() as u64) < AT_ONCE;
            match send(hooks, queue, &webhook, due).await? {
                Left::Busy if is_all => Ok(Left::Told(next_due(hooks, &webhook).await?)),
                left => Ok(left),
            }
        }
    }
}

/// When the next attempt is due; in strict order, what is first keeps the others waiting.
async fn next_due(hooks: &Webhooks, webhook: &Webhook) -> Result<Option<Time>, StoreError> {
    let store = hooks.app.store();
    if webhook.profile.ordered {
        let first = store.first_deliveries(webhook.id, 1).await?;
        return Ok(first.first().and_then(|first| first.next_at));
    }
    Ok(store.pending_deliveries(webhook.id, 1).await?.1)
}

/// An organization that is suspended or deleted is told nothing.
async fn works(hooks: &Webhooks, webhook: &Webhook) -> Result<bool, StoreError> {
    let Some(id) = webhook.realm else {
        return Ok(true);
    };
    let found = hooks
        .app
        .store()
        .organization(id, Scope::Everything)
        .await?;
    Ok(found.is_some_and(|found| found.status == OrganizationStatus::Active))
}

/// What a look into the log brought.
enum Looked {
    /// All of it was looked at, or as much as may wait.
    All,
    /// There may be more.
    More,
    /// Somebody else works for the endpoint.
    Lost,
}

/// Queues what the endpoint is to be told of: what is new, or else what it is to be told once more.
async fn look(
    hooks: &Webhooks,
    queue: &WebhookQueue,
    webhook: &Webhook,
    now: Time,
) -> Result<Looked, StoreError> {
    let store = hooks.app.store();
    let (waiting, _) = store.pending_deliveries(webhook.id, WAITING).await?;
    if waiting as u64 >= WAITING {
        return Ok(Looked::All);
    }
    let (after, to) = match queue.recover {
        Some((after, to)) => (after, Some(to)),
        None => (queue.position, None),
    };
    let mut marks = store.event_marks(queue.log, after, PART).await?;
    if let Some(to) = to {
        marks.retain(|mark| mark.position <= to);
    }
    let last = marks.last().map(|mark| mark.position);
    let step = match (last, to) {
        (Some(last), None) => Step::To(last),
        (last, Some(to)) => Step::Recovered(last.unwrap_or(to)),
        (None, None) => return Ok(Looked::All),
    };
    // After what was looked through once more comes what is new.
    let found_all = to.is_none() && (marks.len() as u64) < PART;
    let wanted = marks
        .into_iter()
        .filter(|mark| webhook.profile.wants(&mark.event_type));
    let new = wanted.map(|mark| NewDelivery {
        id: hooks.app.clock().new_id(),
        event: mark.id,
        event_type: mark.event_type,
        position: Some(mark.position),
    });
    let new: Vec<NewDelivery> = new.collect();
    let queued = store.queue_deliveries(queue, step, &new, now).await?;
    Ok(match (queued, found_all) {
        (false, _) => Looked::Lost,
        (true, false) => Looked::More,
        (true, true) => Looked::All,
    })
}

/// What is to be sent now. An endpoint that fails is tried with one.
async fn due(
    hooks: &Webhooks,
    queue: &WebhookQueue,
    webhook: &Webhook,
    now: Time,
) -> Result<Vec<Delivery>, StoreError> {
    let store = hooks.app.store();
    let most = match queue.failures {
        0 => AT_ONCE,
        _ => 1,
    };
    if webhook.profile.ordered {
        let mut first = store.first_deliveries(webhook.id, most).await?;
        let is_due = |one: &Delivery| one.next_at.is_none_or(|at| at <= now);
        let ready = first.iter().take_while(|one| is_due(one)).count();
        first.truncate(ready);
        return Ok(first);
    }
    store.due_deliveries(webhook.id, now, most).await
}

/// Sends what is due, and holds the queue meanwhile.
async fn send(
    hooks: &Webhooks,
    queue: &mut WebhookQueue,
    webhook: &Webhook,
    due: Vec<Delivery>,
) -> Result<Left, Fault> {
    let at = hooks.app.clock().now();
    let secrets = hooks.app.store().webhook_secrets(webhook.id).await?;
    let secrets = secrets.ok_or("the webhook has no secret")?;
    let secrets = hooks.opened(webhook.id, &secrets, webhook.previous_secret_until, at)?;
    let batch = Batch {
        hooks,
        log: queue.log,
        destination: hooks.policy().destination(&webhook.profile.url),
        secrets,
        at,
    };
    let mut sending = pin!(batch.send(due, webhook.profile.ordered));
    let made = loop {
        tokio::select! {
            made = &mut sending => break made?,
            () = tokio::time::sleep(RENEW_EVERY) => {}
        }
        let now = hooks.app.clock().now();
        let until = now.plus_seconds(LEASE_SECONDS);
        let store = hooks.app.store();
        let held = store.hold_webhook(webhook.id, hooks.holder, now, until);
        match held.await? {
            Some(held) => *queue = held,
            None => return Ok(Left::Gone),
        }
    };
    settle(hooks, queue, webhook, made, at).await
}

async fn settle(
    hooks: &Webhooks,
    queue: &WebhookQueue,
    webhook: &Webhook,
    made: Vec<(Delivery, Made)>,
    at: Time,
) -> Result<Left, Fault> {
    let now = hooks.app.clock().now();
    let failed = made.iter().filter(|(_, made)| made.is_failure()).count();
    let delivered = made.iter().filter(|(_, made)| made.is_delivered()).count();
    hooks
        .metrics
        .webhook_attempted(delivered as u64, failed as u64);
    let took_one = delivered > 0;
    let gone = made.iter().any(|(_, made)| made.is_gone());
    let health = match (took_one, u32::try_from(failed).unwrap_or(u32::MAX)) {
        (false, 0) => Health {
            failures: queue.failures,
            failing_since: queue.failing_since,
        },
        (true, _) => Health {
            failures: 0,
            failing_since: None,
        },
        (false, failed) => Health {
            failures: queue.failures.saturating_add(failed),
            failing_since: queue.failing_since.or(Some(at)),
        },
    };
    let random = || hooks.app.clock().new_id();
    let settled = made
        .into_iter()
        .map(|(delivery, made)| made.settle(delivery, at, now, random()));
    let settled: Vec<(Delivery, Attempt)> = settled.collect();
    if !hooks
        .app
        .store()
        .settle_deliveries(queue, health, &settled)
        .await?
    {
        return Ok(Left::Gone);
    }
    let patience = now.plus_seconds(-PATIENCE_DAYS * 24 * 60 * 60);
    let is_over = health.failing_since.is_some_and(|since| since <= patience);
    let reason = match (gone, is_over) {
        (true, _) => DisabledReason::Gone,
        (false, true) => DisabledReason::Failing,
        // One that takes what it is sent, or was sent nothing, is gone on with.
        (false, false) if took_one || failed == 0 => return Ok(Left::Busy),
        (false, false) => return pause(hooks, webhook, health, now).await,
    };
    disable(hooks, webhook, reason).await?;
    Ok(Left::Gone)
}

async fn pause(
    hooks: &Webhooks,
    webhook: &Webhook,
    health: Health,
    now: Time,
) -> Result<Left, Fault> {
    let again = now.plus_seconds(i64::from(health.failures.min(LONGEST_PAUSE)));
    Ok(Left::Waiting(again, next_due(hooks, webhook).await?))
}

/// Tells the endpoint nothing any more, by an event and by mail to those who run its realm.
async fn disable(hooks: &Webhooks, webhook: &Webhook, reason: DisabledReason) -> Result<(), Fault> {
    let owners = hooks.app.webhook_owners(webhook.realm).await?;
    let asides = owners
        .iter()
        .map(|owner| hooks.auth.webhook_mail(webhook, reason, owner))
        .collect::<Result<Vec<_>, Fault>>()?;
    let case = SwitchWebhook {
        id: webhook.id,
        disabled: Some(reason),
        asides,
    };
    tracing::warn!(webhook = %webhook.id, reason = reason.as_str(), "a webhook is disabled");
    hooks.app.run(Context::system(), case).await?;
    hooks.metrics.webhook_disabled();
    Ok(())
}
