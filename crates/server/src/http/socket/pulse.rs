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
    second_began: Instant,
    /// Messages since then.
    in_second: u32,
}

impl Pulse {
    /// It was heard now.
    pub fn new() -> Self {
        Self::since(Instant::now())
    }

    fn since(now: Instant) -> Self {
        Self {
            heard_at: now,
            is_asked: false,
            second_began: now,
            in_second: 0,
        }
    }

    /// A message or the answer to a ping came. Says whether they are not too many.
    pub fn heard(&mut self) -> bool {
        self.heard_then(Instant::now())
    }

    fn heard_then(&mut self, now: Instant) -> bool {
        self.heard_at = now;
        self.is_asked = false;
        if now.duration_since(self.second_began) >= Duration::from_secs(1) {
            self.second_began = now;
            self.in_second = 0;
        }
        self.in_second += 1;
        self.in_second <= MOST
    }

    /// Waits for what is due next. May be dropped and called again.
    pub async fn beat(&mut self) -> Beat {
        sleep_until(self.due()).await;
        self.take()
    }

    /// When the next beat is.
    fn due(&self) -> Instant {
        let silence = if self.is_asked { GONE_AFTER } else { ASK_AFTER };
        self.heard_at + silence
    }

    fn take(&mut self) -> Beat {
        if self.is_asked {
            return Beat::Gone;
        }
        self.is_asked = true;
        Beat::Ask
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The next beat, and how many seconds after this moment it is.
    fn next(pulse: &mut Pulse, since: Instant) -> (u64, Beat) {
        let seconds = pulse.due().duration_since(since).as_secs();
        (seconds, pulse.take())
    }

    #[test]
    fn who_is_silent_is_asked_and_then_given_up() {
        let since = Instant::now();
        let mut pulse = Pulse::since(since);
        assert_eq!(next(&mut pulse, since), (15, Beat::Ask));
        assert_eq!(next(&mut pulse, since), (30, Beat::Gone));
    }

    #[test]
    fn who_answers_is_asked_again_later() {
        let since = Instant::now();
        let mut pulse = Pulse::since(since);
        assert_eq!(next(&mut pulse, since), (15, Beat::Ask));
        assert!(pulse.heard_then(since + Duration::from_secs(25)));
        assert_eq!(next(&mut pulse, since), (40, Beat::Ask));
    }

    #[tokio::test]
    async fn what_is_due_comes_at_once() {
        let Some(before) = Instant::now().checked_sub(GONE_AFTER) else {
            return;
        };
        let mut pulse = Pulse::since(before);
        assert_eq!(pulse.beat().await, Beat::Ask);
        assert_eq!(pulse.beat().await, Beat::Gone);
    }

    #[test]
    fn twenty_messages_a_second_are_enough() {
        let since = Instant::now();
        let mut pulse = Pulse::since(since);
        for second in 0..3 {
            let now = since + Duration::from_secs(second);
            let allowed = (0..25).filter(|_| pulse.heard_then(now)).count();
            assert_eq!(allowed, 20);
        }
    }
}
