//! Working for one endpoint: what is new in its log is queued, what is due is sent.

use super::{Fault, Webhooks, message};
use app::{
    Attempt, Context, Delivery, DeliveryStatus, Health, NewDelivery, Step, StoreError,
    WebhookQueue, webhook::SwitchWebhook,
};
use domain::{
    Scope, Time, WebhookId,
    organization::OrganizationStatus,
    webhook::{DisabledReason, Webhook},
};
use futures_util::future::join_all;
use poem::http::HeaderMap;
use std::time::Duration;
use webhook::{Message, Outcome, SigningSecret, schedule};

/// How long an endpoint is nobody else's. Longer than an attempt may take, with what is written
/// before and after.
const LEASE_SECONDS: i64 = 40;

/// How often the endpoint is gone on with before others get their turn.
const ROUNDS: usize = 32;

/// Attempts at once.
const AT_ONCE: u64 = 16;

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
    /// Nothing is to be done before these times: to look at it at all, and to attempt a delivery.
    Resting(Time, Option<Time>),
    /// It is told nothing any more, or somebody else works for it.
    Gone,
}

/// Works for the endpoint until there is nothing to be done, or others have waited for long enough.
pub async fn work(hooks: &Webhooks, id: WebhookId) -> Result<(), Fault> {
    let store = hooks.app.store();
    for _ in 0..ROUNDS {
        let now = hooks.app.clock().now();
        let until = now.plus_seconds(LEASE_SECONDS);
        let Some(queue) = store.hold_webhook(id, hooks.holder, now, until).await? else {
            return Ok(());
        };
        let left = match round(hooks, &queue, now).await {
            Ok(left) => left,
            Err(error) => {
                tracing::warn!(webhook = %id, %error, "a webhook is tried again in a moment");
                Left::Resting(now.plus_seconds(1), Some(now))
            }
        };
        match left {
            Left::Busy => {}
            Left::Resting(again, next) => {
                return Ok(store.release_webhook(&queue, next, again).await?);
            }
            Left::Gone => return Ok(()),
        }
    }
    let now = hooks.app.clock().now();
    if let Some(queue) = store.hold_webhook(id, hooks.holder, now, now).await? {
        store.release_webhook(&queue, Some(now), now).await?;
    }
    Ok(())
}

async fn round(hooks: &Webhooks, queue: &WebhookQueue, now: Time) -> Result<Left, Fault> {
    let store = hooks.app.store();
    let found = store.webhook(queue.webhook, Scope::Everything).await?;
    let Some(webhook) = found.filter(|found| found.disabled.is_none()) else {
        return Ok(Left::Gone);
    };
    if !works(hooks, &webhook).await? {
        let again = now.plus_seconds(SUSPENDED_SECONDS);
        return Ok(Left::Resting(again, None));
    }
    let (waiting, _) = store.pending_deliveries(webhook.id, WAITING).await?;
    let looked = match (waiting as u64) < WAITING {
        true => look(hooks, queue, &webhook, now).await?,
        false => Looked::Nothing,
    };
    if matches!(looked, Looked::Lost) {
        return Ok(Left::Gone);
    }
    let due = due(hooks, queue, &webhook, now).await?;
    if due.is_empty() {
        return Ok(match looked {
            Looked::More => Left::Busy,
            _ => Left::Resting(now, store.pending_deliveries(webhook.id, 1).await?.1),
        });
    }
    send(hooks, queue, &webhook, due).await
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
    Nothing,
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
        (None, None) => return Ok(Looked::Nothing),
    };
    let wanted = marks.into_iter().filter(|mark| {
        // It is not told of itself: what it was told ends with its own end.
        webhook.profile.wants(&mark.event_type)
    });
    let new = wanted.map(|mark| NewDelivery {
        id: hooks.app.clock().new_id(),
        event: mark.id,
        event_type: mark.event_type,
        position: Some(mark.position),
    });
    let new: Vec<NewDelivery> = new.collect();
    Ok(
        match store.queue_deliveries(queue, step, &new, now).await? {
            true => Looked::More,
            false => Looked::Lost,
        },
    )
}

/// What is to be sent now. An endpoint that fails is tried with one.
async fn due(
    hooks: &Webhooks,
    queue: &WebhookQueue,
    webhook: &Webhook,
    now: Time,
) -> Result<Vec<Delivery>, StoreError> {
    let store = hooks.app.store();
    if webhook.profile.ordered {
        let first = store.first_delivery(webhook.id).await?;
        let due = first.filter(|first| first.next_at.is_none_or(|at| at <= now));
        return Ok(Vec::from_iter(due));
    }
    let most = match queue.failures {
        0 => AT_ONCE,
        _ => 1,
    };
    store.due_deliveries(webhook.id, now, most).await
}

async fn send(
    hooks: &Webhooks,
    queue: &WebhookQueue,
    webhook: &Webhook,
    due: Vec<Delivery>,
) -> Result<Left, Fault> {
    let store = hooks.app.store();
    let at = hooks.app.clock().now();
    let secrets = store.webhook_secrets(webhook.id).await?;
    let secrets = secrets.ok_or("the webhook has no secret")?;
    let secrets = hooks.opened(webhook.id, &secrets, webhook.previous_secret_until, at)?;
    let secrets: Vec<&SigningSecret> = secrets.iter().collect();
    let destination = hooks.policy().destination(&webhook.profile.url);
    let attempts = due.into_iter().map(|delivery| {
        let (destination, secrets) = (&destination, &secrets);
        async move {
            let made = match (
                destination,
                message(hooks, queue, &delivery, secrets, at).await,
            ) {
                (Ok(to), Ok(message)) => Made::Sent(hooks.sender.send(to, &message).await),
                (Err(error), _) => Made::Refused("destination-refused", error.to_string()),
                (_, Err(Unsent::Unreadable(error))) => {
                    tracing::error!(delivery = %delivery.id, error, "an event cannot be sent");
                    Made::Unreadable
                }
                (_, Err(Unsent::Later(error))) => return Err(error),
            };
            Ok((delivery, made))
        }
    });
    let made: Result<Vec<_>, Fault> = join_all(attempts).await.into_iter().collect();
    settle(hooks, queue, webhook, made?, at).await
}

/// Why there is no message.
enum Unsent {
    /// The event is damaged.
    Unreadable(String),
    /// It can be tried again.
    Later(Fault),
}

async fn message(
    hooks: &Webhooks,
    queue: &WebhookQueue,
    delivery: &Delivery,
    secrets: &[&SigningSecret],
    at: Time,
) -> Result<Message, Unsent> {
    let later = |error: StoreError| match error {
        StoreError::Damaged(text) => Unsent::Unreadable(text),
        error => Unsent::Later(error.into()),
    };
    let body = match delivery.position {
        None => message::of_ping(delivery),
        Some(position) => {
            let read = hooks.app.store().event_at(queue.log, position).await;
            let event = read.map_err(later)?;
            let gone = || Unsent::Unreadable("the event is not there".to_owned());
            message::of_event(event.ok_or_else(gone)?)
        }
    };
    let seconds = u64::try_from(at.micros() / 1_000_000).unwrap_or(0);
    let id = delivery.event.to_string();
    Message::new(&id, seconds, HeaderMap::new(), body, secrets)
        .map_err(|error| Unsent::Later(error.into()))
}

/// What became of an attempt.
enum Made {
    Sent(webhook::Attempt),
    Refused(&'static str, String),
    /// It will never be sent.
    Unreadable,
}

async fn settle(
    hooks: &Webhooks,
    queue: &WebhookQueue,
    webhook: &Webhook,
    made: Vec<(Delivery, Made)>,
    at: Time,
) -> Result<Left, Fault> {
    let now = hooks.app.clock().now();
    let took_one = made.iter().any(|(_, made)| made.is_delivered());
    let failed = made.iter().filter(|(_, made)| made.is_failure()).count();
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
    let (_, next) = hooks.app.store().pending_deliveries(webhook.id, 1).await?;
    Ok(Left::Resting(again, next))
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
    Ok(())
}

impl Made {
    fn is_delivered(&self) -> bool {
        matches!(self, Self::Sent(attempt) if attempt.outcome == Outcome::Delivered)
    }

    fn is_gone(&self) -> bool {
        matches!(self, Self::Sent(attempt) if attempt.outcome == Outcome::Gone)
    }

    /// Whether the endpoint is to blame.
    fn is_failure(&self) -> bool {
        !self.is_delivered() && !matches!(self, Self::Unreadable)
    }

    /// The delivery as it is now, and the attempt.
    fn settle(
        self,
        mut delivery: Delivery,
        at: Time,
        now: Time,
        random: uuid::Uuid,
    ) -> (Delivery, Attempt) {
        delivery.attempts += 1;
        delivery.tries += 1;
        let wait = self.wait(delivery.tries, random);
        delivery.status = match (self.is_delivered(), wait) {
            (true, _) => DeliveryStatus::Delivered,
            (false, Some(_)) => DeliveryStatus::Pending,
            (false, None) => DeliveryStatus::Failed,
        };
        delivery.next_at = wait.map(|wait| later(now, wait));
        delivery.done_at = wait.is_none().then_some(now);
        let attempt = self.attempt(delivery.attempts, at);
        (delivery, attempt)
    }

    /// How long to wait for another attempt; none when there is none.
    fn wait(&self, tries: u32, random: uuid::Uuid) -> Option<Duration> {
        let asked = match self {
            Self::Sent(attempt) if attempt.outcome == Outcome::Delivered => return None,
            Self::Sent(attempt) => attempt.retry_after,
            Self::Refused(..) => None,
            Self::Unreadable => return None,
        };
        let [.., a, b, c, d] = *random.as_bytes();
        schedule::wait(tries, asked, u32::from_be_bytes([a, b, c, d]))
    }

    fn attempt(self, number: u32, at: Time) -> Attempt {
        let mut attempt = Attempt {
            number,
            at,
            took_ms: 0,
            status: None,
            reason: None,
            detail: None,
            answer: String::new(),
        };
        match self {
            Self::Sent(sent) => {
                attempt.took_ms = i64::try_from(sent.took.as_millis()).unwrap_or(i64::MAX);
                attempt.status = sent.status;
                let reason = match sent.outcome {
                    Outcome::Delivered => None,
                    Outcome::Gone => Some(("gone", "the answer was status 410".to_owned())),
                    Outcome::Failed(reason) => Some((reason.code(), reason.to_string())),
                };
                attempt.reason = reason.as_ref().map(|(code, _)| (*code).to_owned());
                attempt.detail = reason.map(|(_, text)| text);
                attempt.answer = sent.answer;
            }
            Self::Refused(code, text) => {
                attempt.reason = Some(code.to_owned());
                attempt.detail = Some(text);
            }
            Self::Unreadable => {
                attempt.reason = Some("event-unreadable".to_owned());
                attempt.detail = Some("the event cannot be read".to_owned());
            }
        }
        attempt
    }
}

fn later(now: Time, wait: Duration) -> Time {
    Time::from_micros(now.micros() + i64::try_from(wait.as_micros()).unwrap_or(i64::MAX / 2))
}
