//! Deliveries to webhooks on the wire.

use super::timestamp;
use app::{Attempt, Delivery as Queued, DeliveryStatus as QueueStatus};
use contract::{Delivery, DeliveryAttempt, DeliveryStatus, DeliveryWithAttempts};

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
        status: match queued.status {
            QueueStatus::Pending => DeliveryStatus::Pending,
            QueueStatus::Delivered => DeliveryStatus::Delivered,
            QueueStatus::Failed => DeliveryStatus::Failed,
        },
        attempts: i32::try_from(queued.attempts).unwrap_or(i32::MAX),
        next_attempt_at: queued.next_at.map(timestamp),
        created_at: timestamp(queued.created_at),
        done_at: queued.done_at.map(timestamp),
    }
}

/// The status that is asked for.
pub fn known(status: DeliveryStatus) -> QueueStatus {
    match status {
        DeliveryStatus::Pending => QueueStatus::Pending,
        DeliveryStatus::Delivered => QueueStatus::Delivered,
        DeliveryStatus::Failed => QueueStatus::Failed,
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
