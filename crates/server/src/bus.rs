//! Every event goes to the message bus, as the feed shows it.

use crate::{http, metrics::Metrics};
use app::{
    LogId, Recorded,
    reactor::{Figures, Reaction, Refusal},
};
use relay::{Bus, Message};
use std::sync::Arc;

/// The reactor that gives events to the bus, in its cursors, its metrics and at `/ready`.
pub const REACTOR: &str = "bus";

/// The name that the log of the platform has on the bus; those of organizations have their ids.
const PLATFORM: &str = "platform";

/// Gives events to a bus.
pub struct Relay {
    bus: Box<dyn Bus>,
}

impl Relay {
    /// To this bus.
    pub fn new(bus: Box<dyn Bus>) -> Self {
        Self { bus }
    }
}

impl Reaction for Relay {
    fn name(&self) -> &'static str {
        REACTOR
    }

    /// Whatever a broker refuses is tried again: it is the login, the exchange or its limits that are
    /// to be mended, and no event is lost by then.
    async fn take(&self, log: LogId, events: &[Recorded]) -> Result<(), Refusal> {
        let mut messages = Vec::with_capacity(events.len());
        for event in events {
            match message(log, event) {
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

impl Relay {
    async fn publish(&self, messages: &[Message]) -> Result<(), Refusal> {
        let published = self.bus.publish(messages).await;
        published.map_err(|error| Refusal::Later(error.to_string()))
    }
}

fn message(log: LogId, event: &Recorded) -> serde_json::Result<Message> {
    Ok(Message {
        id: event.id,
        log: match log {
            LogId::PLATFORM => PLATFORM.to_owned(),
            LogId(organization) => organization.to_string(),
        },
        position: event.position,
        kind: event.event_type.clone(),
        body: serde_json::to_vec(&http::event_view(event.clone()))?,
    })
}

/// Tells the metrics what a reactor does.
pub struct Measured {
    /// What is scraped.
    pub metrics: Arc<Metrics>,
    /// The reactor.
    pub reactor: &'static str,
}

impl Figures for Measured {
    fn works(&self, here: bool) {
        self.metrics.reactor_works(self.reactor, here);
    }

    fn taken(&self, events: usize) {
        self.metrics.reactor_published(self.reactor, events as u64);
    }

    fn failed(&self) {
        self.metrics.reactor_failed(self.reactor);
    }

    fn parked(&self, events: usize) {
        self.metrics.reactor_parked(self.reactor, events as u64);
    }
}
