//! Turns what was received into a client message or a rejection.

use super::{
    client_message::{self, ClientMessage, Unread},
    connection::Incoming,
    heartbeat::Heartbeat,
    session::{End, policy},
};
use contract::{Problem, ProblemCode};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// Why something received was not accepted as a message.
pub(super) enum Rejected {
    /// It ends the connection.
    Ending(End),
    /// The message is malformed. It is refused, and the subscriptions go on.
    Unread(Box<Unread>),
}

impl From<End> for Rejected {
    fn from(end: End) -> Self {
        Self::Ending(end)
    }
}

impl From<Rejected> for End {
    fn from(rejected: Rejected) -> Self {
        match rejected {
            Rejected::Ending(end) => end,
            Rejected::Unread(unread) => policy(unread.problem),
        }
    }
}

/// Parses what was received, and enforces the limits on size and rate.
pub(super) fn read(
    heartbeat: &mut Heartbeat,
    incoming: Incoming,
) -> Result<ClientMessage, Rejected> {
    let refused = |code, problem, detail: &str| {
        Rejected::Ending(End::Refused(code, Box::new(Problem::new(problem, detail))))
    };
    let text = match incoming {
        Incoming::Nothing => return Err(End::Gone.into()),
        Incoming::Close => return Err(End::Closed.into()),
        Incoming::Binary => {
            let detail = "A message has to be text.";
            let problem = ProblemCode::MalformedRequest;
            return Err(refused(CloseCode::Unsupported, problem, detail));
        }
        Incoming::Unreadable => {
            let detail = "A message is too long, or not what RFC 6455 has.";
            let problem = ProblemCode::MalformedRequest;
            return Err(refused(CloseCode::Protocol, problem, detail));
        }
        Incoming::Text(text) if text.len() > client_message::LONGEST => {
            let detail = "A message has at most 16384 bytes.";
            let problem = ProblemCode::PayloadTooLarge;
            return Err(refused(CloseCode::Size, problem, detail));
        }
        Incoming::Text(text) if heartbeat.record_message() => text,
        Incoming::Text(_) | Incoming::Sign => {
            let detail = "There are more messages a second than a client may send.";
            let problem = ProblemCode::RateLimited;
            return Err(refused(CloseCode::Policy, problem, detail));
        }
    };
    client_message::read(&text).map_err(|unread| Rejected::Unread(Box::new(unread)))
}
