//! Messages to RabbitMQ.
use std::sync::Arc;

use async_trait::async_trait;
use lapin::{
    BasicProperties, Channel, ErrorKind, ExchangeKind, PublisherConfirm,
    options::{BasicPublishOptions, ConfirmSelectOptions, ExchangeDeclareOptions},
    types::{FieldTable, LongString, ShortString},
};
use tokio::{sync::Mutex, time::timeout};

use crate::{
    bus::{Bus, BusError, Message, Timeouts},
    wire::Wire,
};

mod link;

use link::Link;

/// Asks the broker to write a message to the disk where its queue is durable.
const PERSISTENT: u8 = 2;

/// Reply codes of AMQP about the state of the broker and not about what was asked:
/// connection-forced, which a broker says when it is stopped, resource-error and internal-error.
const PASSING: [u16; 3] = [320, 506, 541];

/// A durable topic exchange, made at the first connection. The routing key is `<log>.<kind>`, so
/// that a queue bound to `*.assignment.#` gets everything about assignments; a message that no queue
/// wants is taken all the same. A message carries the event's id as message id, its kind as type,
/// and the headers `log` and `position`.
///
/// The broker confirms a message when it is in all durable queues that it belongs to, on the disk
/// and, for quorum queues, on most nodes. It is kept by queues, never by the exchange: declare and
/// bind them before the first event that must not be missed.
pub(crate) struct RabbitBus {
    wire: Arc<Wire>,
    vhost: String,
    exchange: String,
    timeouts: Timeouts,
    idle: Mutex<Option<Link>>,
}

impl RabbitBus {
    pub(crate) fn new(wire: Wire, vhost: String, exchange: String, timeouts: Timeouts) -> Self {
        Self {
            wire: Arc::new(wire),
            vhost,
            exchange,
            timeouts,
            idle: Mutex::new(None),
        }
    }

    async fn connect(&self) -> Result<Link, BusError> {
        let connecting = async {
            let link = Link::open(&self.wire, &self.vhost, self.timeouts.connect).await?;
            self.prepare(&link.channel).await?;
            Ok(link)
        };
        let limit = self.timeouts.connect;
        let connected = timeout(limit, connecting).await;
        let connected = connected.map_err(|_| BusError::too_slow("connect", limit))?;
        connected.map_err(|error| self.error(&error))
    }

    async fn prepare(&self, channel: &Channel) -> lapin::Result<()> {
        let durable = ExchangeDeclareOptions {
            durable: true,
            ..ExchangeDeclareOptions::default()
        };
        let name = self.exchange.as_str().into();
        channel
            .exchange_declare(name, ExchangeKind::Topic, durable, FieldTable::default())
            .await?;
        let confirm = ConfirmSelectOptions::default();
        channel.confirm_select(confirm).await
    }

    /// Sends all, and then waits for all confirms.
    async fn send(&self, channel: &Channel, envelopes: Vec<Envelope<'_>>) -> Result<(), BusError> {
        let mut confirms = Vec::with_capacity(envelopes.len());
        for envelope in envelopes {
            let sent = channel.basic_publish(
                self.exchange.as_str().into(),
                envelope.key,
                BasicPublishOptions::default(),
                envelope.body,
                envelope.properties,
            );
            match sent.await {
                Ok(confirm) => confirms.push(confirm),
                Err(error) => return Err(self.cause(&error, confirms).await),
            }
        }
        for confirm in confirms {
            let confirmed = confirm.await.map_err(|error| self.error(&error))?;
            if !confirmed.is_ack() {
                return Err(BusError::Refused(
                    "a queue did not take a message".to_owned(),
                ));
            }
        }
        Ok(())
    }

    /// A channel that the broker has closed only says that it is closed; messages that were sent
    /// before are told why.
    async fn cause(&self, error: &lapin::Error, confirms: Vec<PublisherConfirm>) -> BusError {
        for confirm in confirms {
            if let Err(cause) = confirm.await {
                return self.error(&cause);
            }
        }
        self.error(error)
    }

    fn error(&self, error: &lapin::Error) -> BusError {
        let cause = self.wire.without_password(&error.to_string());
        if may_pass(error.kind()) {
            BusError::Unavailable(cause)
        } else {
            BusError::Refused(cause)
        }
    }
}

#[async_trait]
impl Bus for RabbitBus {
    async fn publish(&self, messages: &[Message]) -> Result<(), BusError> {
        if messages.is_empty() {
            return Ok(());
        }
        let envelopes = messages.iter().map(Envelope::of);
        let envelopes = envelopes.collect::<Result<Vec<_>, _>>()?;
        let mut idle = self.idle.lock().await;
        // Taken out, so that a connection on which something failed, or was cut short, is not used
        // again.
        let link = match idle.take().filter(Link::is_open) {
            Some(link) => link.idle(false),
            None => self.connect().await?,
        };
        let limit = self.timeouts.confirm;
        let sent = timeout(limit, self.send(&link.channel, envelopes)).await;
        sent.map_err(|_| BusError::too_slow("confirm the messages", limit))??;
        *idle = Some(link.idle(true));
        Ok(())
    }
}

/// A message as AMQP has it.
struct Envelope<'a> {
    key: ShortString,
    properties: BasicProperties,
    body: &'a [u8],
}

impl<'a> Envelope<'a> {
    fn of(message: &'a Message) -> Result<Self, BusError> {
        let short = |text: String| {
            let short = ShortString::try_new(text);
            short.map_err(|_| BusError::Refused("a log or kind is too long for it".to_owned()))
        };
        let mut headers = FieldTable::default();
        let log = LongString::from(message.log.as_str());
        headers.insert("log".into(), log.into());
        headers.insert("position".into(), message.position.into());
        let properties = BasicProperties::default()
            .with_delivery_mode(PERSISTENT)
            .with_content_type("application/json".into())
            .with_message_id(short(message.id.to_string())?)
            .with_type(short(message.kind.clone())?)
            .with_headers(headers);
        Ok(Self {
            key: short(format!("{}.{}", message.log, message.kind))?,
            properties,
            body: &message.body,
        })
    }
}

/// Whether it is about the broker's state or the way to it, and not about what was asked.
fn may_pass(kind: &ErrorKind) -> bool {
    match kind {
        ErrorKind::ProtocolError(said) => PASSING.contains(&said.get_id()),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use lapin::protocol::AMQPError;

    use super::*;

    fn passes(code: u16) -> bool {
        let said = AMQPError::from_id(code, "because".into()).unwrap();
        may_pass(&ErrorKind::ProtocolError(said))
    }

    #[test]
    fn a_broker_that_is_stopped_or_broken_may_come_back() {
        assert!([320, 506, 541].into_iter().all(passes));
        assert!(may_pass(&ErrorKind::MissingHeartbeatError));
        assert!(![311, 403, 404, 406, 530].into_iter().any(passes));
    }
}
