//! Every event goes to the message bus, as the feed shows it.

use app::{
    LogId, Recorded,
    reactor::{Reaction, Refusal},
};
use relay::{Bus, Message};
use serde::Serialize;

/// The reactor that gives events to the bus, in its cursors, its metrics and at `/ready`.
pub const REACTOR: &str = "bus";

/// The name that the log of the platform has on the bus; those of organizations have their ids.
const PLATFORM: &str = "platform";

/// Gives events to a bus.
pub struct Relay<V> {
    bus: Box<dyn Bus>,
    show: fn(Recorded) -> V,
}

impl<V> Relay<V> {
    /// To this bus, as `show` shows them.
    pub fn new(bus: Box<dyn Bus>, show: fn(Recorded) -> V) -> Self {
        Self { bus, show }
    }
}

impl<V: Serialize + 'static> Reaction for Relay<V> {
    fn name(&self) -> &'static str {
        REACTOR
    }

    /// Whatever a broker refuses is tried again: it is the login, the exchange or its limits that are
    /// to be mended, and no event is lost by then.
    async fn take(&self, log: LogId, events: &[Recorded]) -> Result<(), Refusal> {
        let mut messages = Vec::with_capacity(events.len());
        for event in events {
            match self.message(log, event) {
                Ok(message) => messages.push(message),
                Err(error) => {
                    self.publish(&messages).await?;
                    return Err(Refusal::Poison {
                        position: event.position,
                        reason: error.to_string(),
                    });
                }
            }
        }
        self.publish(&messages).await
    }
}

impl<V: Serialize> Relay<V> {
    async fn publish(&self, messages: &[Message]) -> Result<(), Refusal> {
        let published = self.bus.publish(messages).await;
        published.map_err(|error| Refusal::Later(error.to_string()))
    }

    fn message(&self, log: LogId, event: &Recorded) -> serde_json::Result<Message> {
        Ok(Message {
            id: event.id,
            log: match log {
                LogId::PLATFORM => PLATFORM.to_owned(),
                LogId(organization) => organization.to_string(),
            },
            position: event.position,
            kind: event.event_type.clone(),
            body: serde_json::to_vec(&(self.show)(event.clone()))?,
        })
    }
}
