//! Watches whether the client is still alive, and limits how many messages it sends.

use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// A client that was silent for this long is pinged.
const PING_AFTER: Duration = Duration::from_secs(15);

/// A client that was silent for this long, in spite of the ping, is gone.
const GONE_AFTER: Duration = Duration::from_secs(30);

/// The most messages of a client in one second.
const MAX_MESSAGES_PER_SECOND: u32 = 20;

/// What is due after a silence.
#[derive(Debug, PartialEq, Eq)]
pub enum HeartbeatDue {
    /// Ping the client.
    Ping,
    /// End the connection.
    Gone,
}

/// When and how often a client sent something.
pub struct Heartbeat {
    last_message_at: Instant,
    is_pinged: bool,
    second_began: Instant,
    /// Messages since `second_began`.
    in_second: u32,
}

impl Heartbeat {
    /// Starts as if a message was received now.
    pub fn new() -> Self {
        Self::since(Instant::now())
    }

    fn since(now: Instant) -> Self {
        Self {
            last_message_at: now,
            is_pinged: false,
            second_began: now,
            in_second: 0,
        }
    }

    /// Records a message or a pong. Returns whether the client stays within the message rate.
    pub fn record_message(&mut self) -> bool {
        self.record_message_at(Instant::now())
    }

    fn record_message_at(&mut self, now: Instant) -> bool {
        self.last_message_at = now;
        self.is_pinged = false;
        if now.duration_since(self.second_began) >= Duration::from_secs(1) {
            self.second_began = now;
            self.in_second = 0;
        }
        self.in_second += 1;
        self.in_second <= MAX_MESSAGES_PER_SECOND
    }

    /// Waits until something is due. Cancel-safe.
    pub async fn due_next(&mut self) -> HeartbeatDue {
        sleep_until(self.due()).await;
        self.take()
    }

    /// When something is due next.
    fn due(&self) -> Instant {
        let silence = if self.is_pinged {
            GONE_AFTER
        } else {
            PING_AFTER
        };
        self.last_message_at + silence
    }

    fn take(&mut self) -> HeartbeatDue {
        if self.is_pinged {
            return HeartbeatDue::Gone;
        }
        self.is_pinged = true;
        HeartbeatDue::Ping
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is due next, and how many seconds after `since` it is.
    fn next(heartbeat: &mut Heartbeat, since: Instant) -> (u64, HeartbeatDue) {
        let seconds = heartbeat.due().duration_since(since).as_secs();
        (seconds, heartbeat.take())
    }

    #[test]
    fn a_silent_client_is_pinged_and_then_gone() {
        let since = Instant::now();
        let mut heartbeat = Heartbeat::since(since);
        assert_eq!(next(&mut heartbeat, since), (15, HeartbeatDue::Ping));
        assert_eq!(next(&mut heartbeat, since), (30, HeartbeatDue::Gone));
    }

    #[test]
    fn a_client_that_answers_is_pinged_again_later() {
        let since = Instant::now();
        let mut heartbeat = Heartbeat::since(since);
        assert_eq!(next(&mut heartbeat, since), (15, HeartbeatDue::Ping));
        assert!(heartbeat.record_message_at(since + Duration::from_secs(25)));
        assert_eq!(next(&mut heartbeat, since), (40, HeartbeatDue::Ping));
    }

    #[tokio::test]
    async fn what_is_overdue_returns_at_once() {
        let Some(before) = Instant::now().checked_sub(GONE_AFTER) else {
            return;
        };
        let mut heartbeat = Heartbeat::since(before);
        assert_eq!(heartbeat.due_next().await, HeartbeatDue::Ping);
        assert_eq!(heartbeat.due_next().await, HeartbeatDue::Gone);
    }

    #[test]
    fn a_client_may_send_twenty_messages_a_second() {
        let since = Instant::now();
        let mut heartbeat = Heartbeat::since(since);
        for second in 0..3 {
            let now = since + Duration::from_secs(second);
            let allowed = (0..25).filter(|_| heartbeat.record_message_at(now)).count();
            assert_eq!(allowed, 20);
        }
    }
}
