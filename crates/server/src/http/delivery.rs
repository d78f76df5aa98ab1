//! Deliveries to webhooks on the wire.

use super::{enums::ToContract, timestamp};
use app::{Attempt, Delivery as Queued};
use contract::{Delivery, DeliveryAttempt, DeliveryWithAttempts};

/// A delivery with its attempts.
pub fn with_attempts(queued: &Queued, attempts: Vec<Attempt>) -> DeliveryWithAttempts {
    let plain = view(queued);
    DeliveryWithAttempts {
        id: plain.id,
        webhook_id: plain.webhook_id,
        event_id: plain.event_id,
        event_type: plain.event_type,
        position: plain.position,
        status: plain.status,
        attempts: attempts.into_iter().map(attempt).collect(),
        next_attempt_at: plain.next_attempt_at,
        created_at: plain.created_at,
        done_at: plain.done_at,
    }
}

/// A delivery.
pub fn view(queued: &Queued) -> Delivery {
    Delivery {
        id: queued.id,
        webhook_id: queued.webhook.0,
        event_id: queued.event,
        event_type: queued.event_type.clone(),
        position: queued.position,
        status: queued.status.to_contract(),
        attempts: i32::try_from(queued.attempts).unwrap_or(i32::MAX),
        next_attempt_at: queued.next_at.map(timestamp),
        created_at: timestamp(queued.created_at),
        done_at: queued.done_at.map(timestamp),
    }
}

fn attempt(made: Attempt) -> DeliveryAttempt {
    DeliveryAttempt {
        number: i32::try_from(made.number).unwrap_or(i32::MAX),
        at: timestamp(made.at),
        duration_ms: made.took_ms,
        status: made.status.map(i32::from),
        reason: made.reason,
        detail: made.detail,
        answer: made.answer,
    }
}
