//! What came of attempts is kept, and what follows of it for the endpoint.

use super::{
    Fault, Webhooks,
    batch::Made,
    endpoint::{Left, Turn},
};
use crate::CannotQueue;
use app::{Context, Delivery, Health, Settled, WebhookQueue, webhook::SwitchWebhook};
use domain::{
    Time,
    webhook::{DisabledReason, Webhook},
};
use std::time::Duration;

/// Days of nothing but failures, after which an endpoint is told nothing any more.
const PATIENCE_DAYS: i64 = 5;

/// The longest pause between two attempts at an endpoint that fails.
const LONGEST_PAUSE: u64 = 15;

/// The longest pause that an endpoint gets because it asks for one. The deliveries that it did not
/// take wait for as long as it asks.
const LONGEST_ASKED: u64 = 60;

impl Turn<'_> {
    /// Keeps what came of attempts, and tells how the endpoint is left.
    pub async fn settle(
        &self,
        queue: &WebhookQueue,
        made: Vec<(Delivery, Made)>,
        at: Time,
    ) -> Result<Left, Fault> {
        let hooks = self.hooks;
        let now = hooks.app.clock().now();
        let outcome = AttemptOutcome::of(&made);
        let (delivered, failed) = (u64::from(outcome.delivered), u64::from(outcome.failed));
        hooks.observer.attempted(delivered, failed);
        let health = outcome.health(queue, at);
        let random = || hooks.app.clock().new_id();
        let settled = made
            .into_iter()
            .map(|(delivery, made)| made.settle(delivery, at, now, random()));
        let settled: Vec<Settled> = settled.collect();
        let store = hooks.app.store();
        if !store.settle_deliveries(queue, health, &settled).await? {
            return Ok(Left::Gone);
        }
        if let Some(reason) = outcome.end(health, now) {
            disable(hooks, self.webhook, reason).await?;
            return Ok(Left::Gone);
        }
        match outcome.pause(health) {
            0 => Ok(Left::Busy),
            pause => {
                let again = now.plus_seconds(i64::try_from(pause).unwrap_or(0));
                Ok(Left::Waiting(again, self.next_due().await?))
            }
        }
    }
}

/// What came of attempts that were made together.
struct AttemptOutcome {
    delivered: u32,
    failed: u32,
    /// The endpoint wants nothing more.
    gone: bool,
    /// How long it asks to be left alone.
    asked: Duration,
}

impl AttemptOutcome {
    fn of(made: &[(Delivery, Made)]) -> Self {
        let count = |is: fn(&Made) -> bool| {
            let count = made.iter().filter(|(_, made)| is(made)).count();
            u32::try_from(count).unwrap_or(u32::MAX)
        };
        let asked = made.iter().filter_map(|(_, made)| made.retry_after());
        Self {
            delivered: count(Made::is_delivered),
            failed: count(Made::is_failure),
            gone: made.iter().any(|(_, made)| made.is_gone()),
            asked: asked.max().unwrap_or_default(),
        }
    }

    fn health(&self, queue: &WebhookQueue, at: Time) -> Health {
        match (self.delivered, self.failed) {
            (0, 0) => Health {
                failures: queue.failures,
                failing_since: queue.failing_since,
            },
            (0, failed) => Health {
                failures: queue.failures.saturating_add(failed),
                failing_since: queue.failing_since.or(Some(at)),
            },
            _ => Health {
                failures: 0,
                failing_since: None,
            },
        }
    }

    /// Why the endpoint is told nothing any more, if so.
    fn end(&self, health: Health, now: Time) -> Option<DisabledReason> {
        let patience = now.plus_seconds(-PATIENCE_DAYS * 24 * 60 * 60);
        let is_over = health.failing_since.is_some_and(|since| since <= patience);
        match (self.gone, is_over) {
            (true, _) => Some(DisabledReason::Gone),
            (false, true) => Some(DisabledReason::Failing),
            (false, false) => None,
        }
    }

    /// Seconds until the endpoint is asked again. One that takes what it is sent, or was sent
    /// nothing, is gone on with, unless it asks for a pause.
    fn pause(&self, health: Health) -> u64 {
        let asked = self.asked.as_secs().min(LONGEST_ASKED);
        let fails = self.delivered == 0 && self.failed > 0;
        let pause = if fails { u64::from(health.failures) } else { 0 };
        pause.min(LONGEST_PAUSE).max(asked)
    }
}

/// Tells the endpoint nothing any more, by an event and by mail to those who run its realm.
async fn disable(hooks: &Webhooks, webhook: &Webhook, reason: DisabledReason) -> Result<(), Fault> {
    let owners = hooks.app.webhook_owners(webhook.realm).await?;
    let side_records = owners
        .iter()
        .map(|owner| hooks.notice(webhook, reason, owner))
        .collect::<Result<Vec<_>, CannotQueue>>()?;
    let case = SwitchWebhook {
        id: webhook.id,
        disabled: Some(reason),
        judged: Some(webhook.profile.url.clone()),
        side_records,
    };
    tracing::warn!(webhook = %webhook.id, reason = reason.as_str(), "a webhook is disabled");
    hooks.app.run(Context::system(), case).await?;
    hooks.observer.disabled();
    Ok(())
}
