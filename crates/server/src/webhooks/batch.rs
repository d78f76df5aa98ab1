//! Messages for one endpoint: each is sent once, and it is told what came of it.

use super::{Fault, Webhooks, message};
use app::{Attempt, Delivery, DeliveryStatus, LogId, StoreError};
use domain::Time;
use futures_util::future::join_all;
use poem::http::HeaderMap;
use std::time::{Duration, Instant};
use webhook::{Destination, DestinationError, Message, Outcome, SigningSecret, schedule};

/// How long messages are sent one after another before what came of them is kept.
const LONGEST: Duration = Duration::from_secs(5);

/// What is needed to send messages to an endpoint.
pub struct Batch<'a> {
    pub hooks: &'a Webhooks,
    /// The log that the events are in.
    pub log: LogId,
    pub destination: Result<Destination, DestinationError>,
    pub secrets: Vec<SigningSecret>,
    /// When they are sent.
    pub at: Time,
}

impl Batch<'_> {
    /// Sends all of them at once; or one after another, until one is not taken.
    pub async fn send(
        &self,
        due: Vec<Delivery>,
        ordered: bool,
    ) -> Result<Vec<(Delivery, Made)>, Fault> {
        if !ordered {
            let sent = due.into_iter().map(|delivery| self.send_one(delivery));
            return join_all(sent).await.into_iter().collect();
        }
        let (mut sent, began) = (Vec::new(), Instant::now());
        for delivery in due {
            let one = self.send_one(delivery).await?;
            let goes_on = !one.1.is_failure() && began.elapsed() < LONGEST;
            sent.push(one);
            if !goes_on {
                break;
            }
        }
        Ok(sent)
    }

    async fn send_one(&self, delivery: Delivery) -> Result<(Delivery, Made), Fault> {
        let destination = match &self.destination {
            Ok(destination) => destination,
            Err(error) => {
                let made = Made::Refused("destination-refused", error.to_string());
                return Ok((delivery, made));
            }
        };
        let made = match self.message(&delivery).await {
            Ok(message) => Made::Sent(self.hooks.sender.send(destination, &message).await),
            Err(Unsent::Unreadable(error)) => {
                tracing::error!(delivery = %delivery.id, error, "an event cannot be sent");
                Made::Unreadable
            }
            Err(Unsent::Later(error)) => return Err(error),
        };
        Ok((delivery, made))
    }

    async fn message(&self, delivery: &Delivery) -> Result<Message, Unsent> {
        let later = |error: StoreError| match error {
            StoreError::Damaged(text) => Unsent::Unreadable(text),
            error => Unsent::Later(error.into()),
        };
        let body = match delivery.position {
            None => message::of_ping(delivery),
            Some(position) => {
                let read = self.hooks.app.store().event_at(self.log, position).await;
                let event = read.map_err(later)?;
                let gone = || Unsent::Unreadable("the event is not there".to_owned());
                message::of_event(event.ok_or_else(gone)?)
            }
        };
        let seconds = u64::try_from(self.at.micros() / 1_000_000).unwrap_or(0);
        let id = delivery.event.to_string();
        let secrets: Vec<&SigningSecret> = self.secrets.iter().collect();
        Message::new(&id, seconds, HeaderMap::new(), body, &secrets)
            .map_err(|error| Unsent::Later(error.into()))
    }
}

/// Why there is no message.
enum Unsent {
    /// The event is damaged.
    Unreadable(String),
    /// It can be tried again.
    Later(Fault),
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

    /// The delivery as it is now, and the attempt.
    pub fn settle(
        self,
        mut delivery: Delivery,
        at: Time,
        now: Time,
        random: uuid::Uuid,
    ) -> (Delivery, Attempt) {
        delivery.attempts += 1;
        delivery.tries += 1;
        let wait = self.wait(delivery.tries, random);
        delivery.status = match (self.is_delivered(), wait) {
            (true, _) => DeliveryStatus::Delivered,
            (false, Some(_)) => DeliveryStatus::Pending,
            (false, None) => DeliveryStatus::Failed,
        };
        delivery.next_at = wait.map(|wait| later(now, wait));
        delivery.done_at = wait.is_none().then_some(now);
        let attempt = self.attempt(delivery.attempts, at);
        (delivery, attempt)
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
