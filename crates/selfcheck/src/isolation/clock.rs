//! Time that stands still until it is moved, so that what ends soon can be seen to have ended.

use app::Clock;
use chrono::Duration;
use domain::Time;
use std::sync::atomic::{AtomicI64, Ordering};
use uuid::Uuid;

/// A clock that can be moved.
pub trait MovableClock: Clock {
    /// Lets time pass.
    fn advance(&self, by: Duration);
}

/// Stands where the clock of the machine stood.
#[derive(Debug)]
pub struct StandingClock(AtomicI64);

impl StandingClock {
    /// At the present time.
    pub fn now() -> Self {
        Self(AtomicI64::new(chrono::Utc::now().timestamp_micros()))
    }
}

impl MovableClock for StandingClock {
    fn advance(&self, by: Duration) {
        let micros = by.num_microseconds().unwrap_or(i64::MAX);
        self.0.fetch_add(micros, Ordering::SeqCst);
    }
}

impl Clock for StandingClock {
    fn now(&self) -> Time {
        Time::from_micros(self.0.load(Ordering::SeqCst))
    }

    fn new_id(&self) -> Uuid {
        Uuid::now_v7()
    }
}
