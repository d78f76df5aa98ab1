//! Messages for one endpoint: each is sent once, and it is told what came of it.

use super::{Fault, Webhooks, message};
use app::{Attempt, Delivery, DeliveryStatus, LogId, Settled, StoreError, Was};
use domain::Time;
use futures_util::future::join_all;
use http::HeaderMap;
use std::time::{Duration, Instant};
use webhook::{
    Destination, DestinationError, Message, MessageError, Outcome, Sender, SigningSecret, schedule,
};

/// How long messages are sent one after another before what came of them is kept.
const LONGEST: Duration = Duration::from_secs(5);

/// A delivery with its message; none when that can never be made.
type Due = (Delivery, Option<Message>);

/// How messages are sent to an endpoint.
pub struct Batch<'a> {
    pub sender: &'a Sender,
    pub destination: Result<Destination, DestinationError>,
    pub ordered: bool,
}

impl Batch<'_> {
    /// Sends all of them at once; or one after another, until one is not taken.
    pub async fn send(&self, due: Vec<Due>) -> Vec<(Delivery, Made)> {
        if !self.ordered {
            let sent = due.into_iter().map(|due| self.send_one(due));
            return join_all(sent).await;
        }
        let (mut sent, began) = (Vec::new(), Instant::now());
        for due in due {
            let one = self.send_one(due).await;
            let goes_on = !one.1.is_failure() && began.elapsed() < LONGEST;
            sent.push(one);
            if !goes_on {
                break;
            }
        }
        sent
    }

    async fn send_one(&self, (delivery, message): Due) -> (Delivery, Made) {
        let made = match (&self.destination, message) {
            (Err(error), _) => Made::Refused("destination-refused", error.to_string()),
            (Ok(_), None) => Made::Unreadable,
            (Ok(destination), Some(message)) => {
                Made::Sent(self.sender.send(destination, &message).await)
            }
        };
        (delivery, made)
    }
}

impl Webhooks {
    /// What is sent of events of this log, before any of it is sent: when one cannot be read now,
    /// nothing was sent.
    pub async fn messages(
        &self,
        log: LogId,
        secrets: &[SigningSecret],
        at: Time,
        due: Vec<Delivery>,
    ) -> Result<Vec<Due>, Fault> {
        let positions = due.iter().filter_map(|delivery| delivery.position);
        let positions: Vec<i64> = positions.collect();
        let mut events = self.app.store().events_at(log, &positions).await?;
        let mut messages = Vec::with_capacity(due.len());
        for delivery in due {
            let body = match delivery.position {
                None => Ok(message::of_ping(&delivery)),
                Some(position) => {
                    let gone = || Err(StoreError::Damaged("the event is not there".to_owned()));
                    let event = events.remove(&position).unwrap_or_else(gone);
                    event.map(|event| message::of_event(event, self.show))
                }
            };
            let message = match body {
                Ok(body) => Some(signed(&delivery, at, body, secrets)?),
                Err(error) => {
                    tracing::error!(delivery = %delivery.id, %error, "an event cannot be sent");
                    None
                }
            };
            messages.push((delivery, message));
        }
        Ok(messages)
    }
}

fn signed(
    delivery: &Delivery,
    at: Time,
    body: Vec<u8>,
    secrets: &[SigningSecret],
) -> Result<Message, MessageError> {
    let seconds = u64::try_from(at.micros() / 1_000_000).unwrap_or(0);
    let secrets: Vec<&SigningSecret> = secrets.iter().collect();
    let id = delivery.event.to_string();
    Message::new(&id, seconds, HeaderMap::new(), body, &secrets)
}

/// What became of an attempt.
pub enum Made {
    /// It was sent.
    Sent(webhook::Attempt),
    /// It may not be sent there: a word for that, and a text.
    Refused(&'static str, String),
    /// It will never be sent.
    Unreadable,
}

impl Made {
    /// Whether the endpoint has it.
    pub fn is_delivered(&self) -> bool {
        matches!(self, Self::Sent(attempt) if attempt.outcome == Outcome::Delivered)
    }

    /// Whether the endpoint wants nothing more.
    pub fn is_gone(&self) -> bool {
        matches!(self, Self::Sent(attempt) if attempt.outcome == Outcome::Gone)
    }

    /// Whether the endpoint is to blame.
    pub fn is_failure(&self) -> bool {
        !self.is_delivered() && !matches!(self, Self::Unreadable)
    }

    /// How long the endpoint asks to be left alone.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Self::Sent(attempt) if self.is_failure() => attempt.retry_after,
            _ => None,
        }
    }

    /// What came of it.
    pub fn settle(
        self,
        mut delivery: Delivery,
        at: Time,
        now: Time,
        random: uuid::Uuid,
    ) -> Settled {
        let was = Was {
            tries: delivery.tries,
            next_at: delivery.next_at,
        };
        delivery.attempts += 1;
        delivery.tries += 1;
        // Whoever asks for a ping wants to know now.
        let is_ping = delivery.position.is_none();
        let wait = self.wait(delivery.tries, random).filter(|_| !is_ping);
        delivery.status = match (self.is_delivered(), wait) {
            (true, _) => DeliveryStatus::Delivered,
            (false, Some(_)) => DeliveryStatus::Pending,
            (false, None) => DeliveryStatus::Failed,
        };
        delivery.next_at = wait.map(|wait| later(now, wait));
        delivery.done_at = wait.is_none().then_some(now);
        let attempt = self.attempt(delivery.attempts, at);
        Settled {
            was,
            delivery,
            attempt,
        }
    }

    /// How long to wait for another attempt; none when there is none.
    fn wait(&self, tries: u32, random: uuid::Uuid) -> Option<Duration> {
        let asked = match self {
            Self::Sent(attempt) if attempt.outcome == Outcome::Delivered => return None,
            Self::Sent(attempt) => attempt.retry_after,
            Self::Refused(..) => None,
            Self::Unreadable => return None,
        };
        let [.., a, b, c, d] = *random.as_bytes();
        schedule::wait(tries, asked, u32::from_be_bytes([a, b, c, d]))
    }

    fn attempt(self, number: u32, at: Time) -> Attempt {
        let mut attempt = Attempt {
            number,
            at,
            took_ms: 0,
            status: None,
            reason: None,
            detail: None,
            answer: String::new(),
        };
        match self {
            Self::Sent(sent) => {
                attempt.took_ms = i64::try_from(sent.took.as_millis()).unwrap_or(i64::MAX);
                attempt.status = sent.status;
                let reason = match sent.outcome {
                    Outcome::Delivered => None,
                    Outcome::Gone => Some(("gone", "the answer was status 410".to_owned())),
                    Outcome::Failed(reason) => Some((reason.code(), reason.to_string())),
                };
                attempt.reason = reason.as_ref().map(|(code, _)| (*code).to_owned());
                attempt.detail = reason.map(|(_, text)| text);
                attempt.answer = sent.answer;
            }
            Self::Refused(code, text) => {
                attempt.reason = Some(code.to_owned());
                attempt.detail = Some(text);
            }
            Self::Unreadable => {
                attempt.reason = Some("event-unreadable".to_owned());
                attempt.detail = Some("the event cannot be read".to_owned());
            }
        }
        attempt
    }
}

fn later(now: Time, wait: Duration) -> Time {
    Time::from_micros(now.micros() + i64::try_from(wait.as_micros()).unwrap_or(i64::MAX / 2))
}
