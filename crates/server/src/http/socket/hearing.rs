//! What came from a client, as a message or as something that is none.

use super::{
    line::Came,
    message::{self, Said, Unread},
    pulse::Pulse,
    session::{End, policy},
};
use contract::{Problem, ProblemCode};
use tokio_tungstenite::tungstenite::protocol::frame::coding::CloseCode;

/// What was heard and is no message.
pub(super) enum Misheard {
    /// It is not to be tolerated.
    Ending(End),
    /// Its form is wrong, which is no reason to end what goes on beside it.
    Unread(Box<Unread>),
}

impl From<End> for Misheard {
    fn from(end: End) -> Self {
        Self::Ending(end)
    }
}

impl From<Misheard> for End {
    fn from(misheard: Misheard) -> Self {
        match misheard {
            Misheard::Ending(end) => end,
            Misheard::Unread(unread) => policy(unread.problem),
        }
    }
}

/// What the client said; what is not to be tolerated ends the connection.
pub(super) fn read(pulse: &mut Pulse, came: Came) -> Result<Said, Misheard> {
    let refused = |code, problem, detail: &str| {
        Misheard::Ending(End::Refused(code, Box::new(Problem::new(problem, detail))))
    };
    let text = match came {
        Came::Nothing => return Err(End::Gone.into()),
        Came::Close => return Err(End::Closed.into()),
        Came::Binary => {
            let detail = "A message has to be text.";
            let problem = ProblemCode::MalformedRequest;
            return Err(refused(CloseCode::Unsupported, problem, detail));
        }
        Came::Unreadable => {
            let detail = "A message is too long, or not what RFC 6455 has.";
            let problem = ProblemCode::MalformedRequest;
            return Err(refused(CloseCode::Protocol, problem, detail));
        }
        Came::Text(text) if text.len() > message::LONGEST => {
            let detail = "A message has at most 16384 bytes.";
            let problem = ProblemCode::PayloadTooLarge;
            return Err(refused(CloseCode::Size, problem, detail));
        }
        Came::Text(text) if pulse.heard() => text,
        Came::Text(_) | Came::Sign => {
            let detail = "There are more messages a second than a client may send.";
            let problem = ProblemCode::RateLimited;
            return Err(refused(CloseCode::Policy, problem, detail));
        }
    };
    message::read(&text).map_err(|unread| Misheard::Unread(Box::new(unread)))
}
