//! What is sent: an event as the feed shows it, in the form of Standard Webhooks 1.0
//! (<https://www.standardwebhooks.com>).

use app::{Delivery, Recorded};
use chrono::{DateTime, SecondsFormat, Utc};
use domain::Time;
use serde_json::{Value, json};

/// The type of a message that is no event.
pub const PING: &str = "webhook.ping";

/// The body for an event, shown by `show`.
pub fn of_event(event: Recorded, show: fn(Recorded) -> Value) -> Vec<u8> {
    let (kind, at) = (event.event_type.clone(), event.occurred_at);
    body(&kind, at, show(event))
}

/// The body for a ping.
pub fn of_ping(delivery: &Delivery) -> Vec<u8> {
    let data = json!({"webhookId": delivery.webhook.0});
    body(PING, delivery.created_at, data)
}

fn body(kind: &str, at: Time, data: Value) -> Vec<u8> {
    let at = DateTime::<Utc>::from(at).to_rfc3339_opts(SecondsFormat::Micros, true);
    json!({"type": kind, "timestamp": at, "data": data})
        .to_string()
        .into_bytes()
}
