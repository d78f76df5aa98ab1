//! A clock that changes only when a test advances it, and ids in sequence.

use std::sync::atomic::{AtomicI64, AtomicU64, Ordering};

use app::Clock;
use chrono::{DateTime, Duration, Utc};
use domain::Time;
use selfcheck::isolation::MovableClock;
use uuid::Uuid;

/// 2026-03-01T09:30:00Z, in microseconds.
const START: i64 = 1_772_357_400_000_000;

/// Time as a test sets it. Ids count up from 1, so that they are the same in every run of a test.
#[derive(Debug)]
pub struct TestClock {
    micros: AtomicI64,
    ids: AtomicU64,
}

impl Default for TestClock {
    fn default() -> Self {
        Self {
            micros: AtomicI64::new(START),
            ids: AtomicU64::new(0),
        }
    }
}

impl TestClock {
    /// The present time.
    pub fn time(&self) -> DateTime<Utc> {
        self.now().into()
    }

    /// Advances the time.
    pub fn advance(&self, by: Duration) {
        let micros = by.num_microseconds().unwrap_or(i64::MAX);
        self.micros.fetch_add(micros, Ordering::SeqCst);
    }
}

impl MovableClock for TestClock {
    fn advance(&self, by: Duration) {
        Self::advance(self, by);
    }
}

impl Clock for TestClock {
    fn now(&self) -> Time {
        Time::from_micros(self.micros.load(Ordering::SeqCst))
    }

    /// Shaped as RFC 9562 has it: milliseconds, version 7, variant 10, and a counter as the rest.
    fn new_id(&self) -> Uuid {
        let count = self.ids.fetch_add(1, Ordering::SeqCst) + 1;
        let milliseconds = START.unsigned_abs() / 1000 + count;
        let high = milliseconds << 16 | 0x7000;
        Uuid::from_u64_pair(high, 0x8000_0000_0000_0000 | count)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_of_version_7_and_ascend() {
        let clock = TestClock::default();
        let (first, second) = (clock.new_id(), clock.new_id());
        assert!(first < second);
        assert_eq!(first.get_version_num(), 7);
        assert_eq!(first.get_variant(), uuid::Variant::RFC4122);
        assert_eq!(first, TestClock::default().new_id());
    }

    #[test]
    fn time_changes_only_when_advanced() {
        let clock = TestClock::default();
        let before = clock.time();
        assert_eq!(before.to_rfc3339(), "2026-03-01T09:30:00+00:00");
        clock.advance(Duration::hours(2));
        assert_eq!(clock.time() - before, Duration::hours(2));
    }
}
