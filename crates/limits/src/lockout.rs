//! How long an account waits after wrong passwords.
use std::time::{Duration, SystemTime};

/// Waiting times in seconds after the first failure, the second, and so on.
const STEPS: [u64; 9] = [1, 3, 5, 10, 30, 60, 120, 300, 900];

/// Waiting times that grow with each failure up to a maximum, and always end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Lockout {
    maximum: Duration,
}

impl Lockout {
    /// The longest waiting time there is.
    pub const LONGEST: Duration = Duration::from_secs(STEPS[STEPS.len() - 1]);

    /// Waiting times of at most `maximum`, and in any case no longer than [`Self::LONGEST`]. A
    /// maximum of zero turns waiting off.
    pub fn new(maximum: Duration) -> Self {
        Self { maximum }
    }

    /// How long an account waits after this many failures in a row.
    pub fn waiting(&self, failures: u32) -> Duration {
        let Some(index) = failures.checked_sub(1) else {
            return Duration::ZERO;
        };
        let last = STEPS.len() - 1;
        let index = usize::try_from(index).unwrap_or(last).min(last);
        Duration::from_secs(STEPS[index]).min(self.maximum)
    }

    /// How much of the waiting time is left at `now`.
    ///
    /// Replicas' clocks differ: a failure a little in the future counts as one of this moment. One
    /// that lies ahead by more than the longest wait comes from a broken clock and locks no account.
    pub fn left(&self, last_failure: SystemTime, failures: u32, now: SystemTime) -> Duration {
        let since = match now.duration_since(last_failure) {
            Ok(since) => since,
            Err(ahead) if ahead.duration() <= Self::LONGEST => Duration::ZERO,
            Err(_) => return Duration::ZERO,
        };
        self.waiting(failures).saturating_sub(since)
    }

    /// Whether an attempt at `now` comes too early.
    pub fn is_locked(&self, last_failure: SystemTime, failures: u32, now: SystemTime) -> bool {
        !self.left(last_failure, failures, now).is_zero()
    }
}

impl Default for Lockout {
    fn default() -> Self {
        Self::new(Self::LONGEST)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const fn seconds(seconds: u64) -> Duration {
        Duration::from_secs(seconds)
    }

    #[test]
    fn waiting_grows_with_each_failure_and_then_stays() {
        let lockout = Lockout::default();
        let waits: Vec<_> = (0..12).map(|n| lockout.waiting(n).as_secs()).collect();
        assert_eq!(waits, [0, 1, 3, 5, 10, 30, 60, 120, 300, 900, 900, 900]);
        assert_eq!(lockout.waiting(u32::MAX), seconds(900));
    }

    #[test]
    fn a_lower_maximum_holds_and_a_higher_one_does_not() {
        let low = Lockout::new(seconds(20));
        assert_eq!(low.waiting(4), seconds(10));
        assert_eq!(low.waiting(5), seconds(20));
        assert_eq!(low.waiting(99), seconds(20));
        assert_eq!(Lockout::new(seconds(86_400)).waiting(99), seconds(900));
        assert_eq!(Lockout::new(Duration::ZERO).waiting(99), Duration::ZERO);
    }

    #[test]
    fn an_account_is_free_again_when_the_time_is_over() {
        let lockout = Lockout::default();
        let failed = SystemTime::UNIX_EPOCH + seconds(1_000_000);
        let almost = failed + Duration::from_millis(4_999);
        assert!(lockout.is_locked(failed, 3, failed));
        assert!(lockout.is_locked(failed, 3, almost));
        assert_eq!(lockout.left(failed, 3, almost), Duration::from_millis(1));
        assert!(!lockout.is_locked(failed, 3, failed + seconds(5)));
        assert!(!lockout.is_locked(failed, 0, failed));
    }

    #[test]
    fn a_failure_in_the_future_locks_for_at_most_the_longest_wait() {
        let lockout = Lockout::default();
        let now = SystemTime::UNIX_EPOCH + seconds(1_000_000);
        assert!(lockout.is_locked(now + seconds(2), 1, now));
        assert_eq!(lockout.left(now + seconds(2), 1, now), seconds(1));
        assert!(!lockout.is_locked(now + seconds(901), 99, now));
    }
}
