//! Whether the client is still there, and whether it says too much.

use std::time::Duration;
use tokio::time::{Instant, sleep_until};

/// After so long without a word the client is asked whether it is there.
const ASK_AFTER: Duration = Duration::from_secs(15);

/// After so long without a word, nor an answer to that, it is not.
const GONE_AFTER: Duration = Duration::from_secs(30);

/// Messages in a second.
const MOST: u32 = 20;

/// What the time has come for.
#[derive(Debug, PartialEq, Eq)]
pub enum Beat {
    /// To ask whether the client is there.
    Ask,
    /// To give it up.
    Gone,
}

/// What was heard of a client.
pub struct Pulse {
    heard_at: Instant,
    is_asked: bool,
    /// Messages since the beginning of this second.
    second: (Instant, u32),
}

impl Pulse {
    /// It was heard now.
    pub fn new() -> Self {
        let now = Instant::now();
        Self {
            heard_at: now,
            is_asked: false,
            second: (now, 0),
        }
    }

    /// A message or the answer to a ping came. Says whether they are not too many.
    pub fn heard(&mut self) -> bool {
        let now = Instant::now();
        self.heard_at = now;
        self.is_asked = false;
        if now.duration_since(self.second.0) >= Duration::from_secs(1) {
            self.second = (now, 0);
        }
        self.second.1 += 1;
        self.second.1 <= MOST
    }

    /// Waits for what is due next. May be dropped and called again.
    pub async fn beat(&mut self) -> Beat {
        if self.is_asked {
            sleep_until(self.heard_at + GONE_AFTER).await;
            return Beat::Gone;
        }
        sleep_until(self.heard_at + ASK_AFTER).await;
        self.is_asked = true;
        Beat::Ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use tokio::time::{advance, pause};

    #[tokio::test]
    async fn who_is_silent_is_asked_and_then_given_up() {
        pause();
        let since = Instant::now();
        let mut pulse = Pulse::new();
        assert_eq!(pulse.beat().await, Beat::Ask);
        assert_eq!(since.elapsed().as_secs(), 15);
        assert_eq!(pulse.beat().await, Beat::Gone);
        assert_eq!(since.elapsed().as_secs(), 30);
    }

    #[tokio::test]
    async fn who_answers_is_asked_again_later() {
        pause();
        let since = Instant::now();
        let mut pulse = Pulse::new();
        assert_eq!(pulse.beat().await, Beat::Ask);
        advance(Duration::from_secs(10)).await;
        assert!(pulse.heard());
        assert_eq!(pulse.beat().await, Beat::Ask);
        assert_eq!(since.elapsed().as_secs(), 40);
    }

    #[tokio::test]
    async fn twenty_messages_a_second_are_enough() {
        pause();
        let mut pulse = Pulse::new();
        for _ in 0..3 {
            let allowed = (0..25).filter(|_| pulse.heard()).count();
            assert_eq!(allowed, 20);
            advance(Duration::from_secs(1)).await;
        }
    }
}
