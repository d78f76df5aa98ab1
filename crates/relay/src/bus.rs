//! What a bus carries, and what it promises.
use std::time::Duration;

use async_trait::async_trait;
use uuid::Uuid;

/// An event on its way out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Message {
    /// Id of the event, the same each time that the message is sent.
    pub id: Uuid,
    /// The log that the event belongs to: an organization's id, or `platform`.
    pub log: String,
    /// Place of the event in its log.
    pub position: i64,
    /// Type of the event, such as `assignment.created`.
    pub kind: String,
    /// The event as JSON.
    pub body: Vec<u8>,
}

/// Takes messages for others to consume.
#[async_trait]
pub trait Bus: Send + Sync {
    /// Returns when the broker has taken every message, in this order, and keeps it through its own
    /// end as far as it was set up to.
    ///
    /// After an error nobody knows which of the messages it has: send all of them again. A consumer
    /// may then see a message again after later ones.
    async fn publish(&self, messages: &[Message]) -> Result<(), BusError>;
}

/// Why messages are not known to have arrived. The causes are for the log and hold no password.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum BusError {
    /// The broker is not there, went away, or took too long.
    #[error("the broker is not available: {0}")]
    Unavailable(String),
    /// The broker does not want this: the login, the exchange or stream, or the messages.
    #[error("the broker refused: {0}")]
    Refused(String),
}

/// How long a broker may take.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Timeouts {
    /// From the first packet until messages can be sent.
    pub connect: Duration,
    /// To take a batch.
    pub confirm: Duration,
}

impl Default for Timeouts {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            confirm: Duration::from_secs(10),
        }
    }
}

impl BusError {
    /// The broker did not finish in time.
    pub(crate) fn too_slow(what: &str, limit: Duration) -> Self {
        Self::Unavailable(format!("it did not {what} within {limit:?}"))
    }
}
