//! A clock that does not follow the machine's when that is set: it is compared with the database's.
//!
//! Replicas share what they write, and with it the times: one whose clock is wrong would free seats
//! early, for good. So the wall clock is believed as long as it moves with the monotonic one and the
//! database agrees within a few seconds. When it was set, time goes on as before until the database
//! confirms the new one. A SQLite database has no clock of its own: there the new time is taken when
//! it has stood for a while.

use crate::{Clock, ClockHealth, SystemClock};
use domain::Time;
use persistence::Store;
use std::{
    sync::{Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};
use uuid::{NoContext, Timestamp, Uuid};

/// How far the clock may be from the database's, in microseconds.
const TOLERANCE: i64 = 5_000_000;

/// How long a clock that was set has to stand before it is believed without a database's.
const SETTLED: i64 = 8_000_000;

/// How often the clocks are compared.
const COMPARE_EVERY: Duration = Duration::from_secs(1);

/// An answer that took longer is too imprecise about when it was made.
const LONGEST_ANSWER: Duration = Duration::from_secs(2);

/// The machine's clock, held to what can be known of it.
pub struct SteadyClock {
    began: Instant,
    state: Mutex<State>,
}

/// Both clocks of the machine at a moment, in microseconds.
#[derive(Clone, Copy, Debug)]
struct Reading {
    /// Since 1970.
    wall: i64,
    /// Since the start.
    monotonic: i64,
}

/// What was seen of the clocks. A *difference* is wall minus monotonic.
#[derive(Debug, Default)]
struct State {
    /// The difference that the time is computed with; none before the first reading.
    followed: Option<i64>,
    /// The difference that the wall clock was set to, and since when it is there.
    set: Option<(i64, i64)>,
    /// How far the wall clock was ahead of the database's when they were compared.
    ahead: Option<i64>,
    /// Whether the clock ever agreed with the database's.
    has_agreed: bool,
    /// Whether it was compared, or there is nothing to compare it with.
    is_compared: bool,
}

impl State {
    /// What time it is.
    fn now(&mut self, at: Reading) -> i64 {
        let difference = at.wall - at.monotonic;
        let followed = *self.followed.get_or_insert(difference);
        if difference.abs_diff(followed) <= TOLERANCE.unsigned_abs() {
            // It was moved a little, as time servers do.
            (self.followed, self.set) = (Some(difference), None);
            return at.wall;
        }
        let is_there = |(to, _): (i64, i64)| difference.abs_diff(to) <= TOLERANCE.unsigned_abs();
        if !self.set.is_some_and(is_there) {
            self.set = Some((difference, at.monotonic));
        }
        at.monotonic + followed
    }

    /// Takes in how far the wall clock is ahead of the database's.
    fn compared(&mut self, at: Reading, ahead: i64) {
        self.now(at);
        let difference = at.wall - at.monotonic;
        (self.ahead, self.is_compared) = (Some(ahead), true);
        if ahead.abs() <= TOLERANCE {
            (self.followed, self.set, self.has_agreed) = (Some(difference), None, true);
        } else if !self.has_agreed {
            // The wall clock never agreed: the time of the database is taken.
            self.followed = Some(difference - ahead);
            self.now(at);
        }
    }

    /// There is no other clock: takes a new time that has stood for long enough.
    fn alone(&mut self, at: Reading) {
        self.now(at);
        self.is_compared = true;
        if let Some((to, since)) = self.set
            && at.monotonic - since >= SETTLED
        {
            (self.followed, self.set) = (Some(to), None);
        }
    }

    fn health(&mut self, at: Reading) -> ClockHealth {
        let now = self.now(at);
        let apart = self.set.is_some().then_some(at.wall - now);
        let ahead = apart.or(self.ahead);
        let agrees = ahead.is_none_or(|ahead| ahead.abs() <= TOLERANCE);
        ClockHealth {
            is_trusted: self.is_compared && agrees,
            ahead: ahead.or(self.is_compared.then_some(0)),
        }
    }
}

impl Default for SteadyClock {
    fn default() -> Self {
        let clock = Self {
            began: Instant::now(),
            state: Mutex::default(),
        };
        let _ = clock.now();
        clock
    }
}

impl SteadyClock {
    fn read(&self) -> Reading {
        let monotonic = i64::try_from(self.began.elapsed().as_micros()).unwrap_or(i64::MAX);
        Reading {
            wall: SystemClock.now().micros(),
            monotonic,
        }
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Compares it with the clock of the database. Without an answer nothing changes.
    pub async fn compare(&self, store: &Store) {
        if !store.has_clock() {
            self.state().alone(self.read());
            return;
        }
        let before = self.read();
        let Ok(Ok(time)) = tokio::time::timeout(LONGEST_ANSWER, store.time()).await else {
            return;
        };
        let after = self.read();
        // If it was set in between, the next comparison shows it.
        let took = after.monotonic - before.monotonic;
        if (after.wall - before.wall).abs_diff(took) < TOLERANCE.unsigned_abs() {
            let ahead = before.wall + took / 2 - time.micros();
            self.state().compared(after, ahead);
        }
    }

    /// Compares it again and again, until the task is dropped, and logs when that changes whether it
    /// is trusted.
    pub async fn keep(&self, store: &Store) {
        let mut was_trusted = true;
        loop {
            self.compare(store).await;
            let ClockHealth { is_trusted, ahead } = self.health();
            if is_trusted != was_trusted {
                let seconds = ahead.unwrap_or(0) as f64 / 1e6;
                match is_trusted {
                    true => tracing::info!(seconds, "the clock can be trusted again"),
                    false => tracing::error!(
                        seconds,
                        "the clock of this machine is wrong or was just set: nothing is freed or forgotten by it"
                    ),
                }
                was_trusted = is_trusted;
            }
            tokio::time::sleep(COMPARE_EVERY).await;
        }
    }
}

impl Clock for SteadyClock {
    fn now(&self) -> Time {
        let at = self.read();
        Time::from_micros(self.state().now(at))
    }

    /// Ids are in the order of time, also while that is not the wall clock's.
    fn new_id(&self) -> Uuid {
        let at = self.read();
        let (now, is_set) = {
            let mut state = self.state();
            (state.now(at), state.set.is_some())
        };
        match (is_set, u64::try_from(now)) {
            (true, Ok(now)) => {
                let nanos = u32::try_from(now % 1_000_000 * 1000).unwrap_or(0);
                Uuid::new_v7(Timestamp::from_unix(NoContext, now / 1_000_000, nanos))
            }
            _ => SystemClock.new_id(),
        }
    }

    fn health(&self) -> ClockHealth {
        let at = self.read();
        self.state().health(at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOUR: i64 = 3_600_000_000;
    const START: i64 = 1_800_000_000_000_000;

    /// So many seconds after the start, with a wall clock that is so far ahead.
    fn at(seconds: i64, ahead: i64) -> Reading {
        let monotonic = seconds * 1_000_000;
        Reading {
            wall: START + monotonic + ahead,
            monotonic,
        }
    }

    fn true_time(seconds: i64) -> i64 {
        START + seconds * 1_000_000
    }

    fn agreed() -> State {
        let mut state = State::default();
        state.compared(at(0, 0), 0);
        assert!(state.health(at(0, 0)).is_trusted);
        state
    }

    #[test]
    fn a_clock_is_not_trusted_before_it_was_compared() {
        let mut state = State::default();
        assert_eq!(state.now(at(0, 0)), true_time(0));
        assert!(!state.health(at(0, 0)).is_trusted);
        state.compared(at(1, 0), 1000);
        assert!(state.health(at(1, 0)).is_trusted);
    }

    #[test]
    fn small_steps_are_followed() {
        let mut state = agreed();
        for (seconds, ahead) in [(1, 900_000), (2, 3_000_000), (3, -1_000_000)] {
            assert_eq!(state.now(at(seconds, ahead)), true_time(seconds) + ahead);
            assert!(state.health(at(seconds, ahead)).is_trusted);
        }
    }

    #[test]
    fn when_the_clock_is_set_it_is_not_trusted_and_time_goes_on() {
        for ahead in [HOUR, -HOUR] {
            let mut state = agreed();
            assert_eq!(state.now(at(5, ahead)), true_time(5));
            let health = state.health(at(5, ahead));
            assert!(!health.is_trusted);
            assert_eq!(health.ahead, Some(ahead));
            // The database contradicts the new time, for as long as it is wrong.
            state.compared(at(60, ahead), ahead);
            assert_eq!(state.now(at(60, ahead)), true_time(60));
            assert!(!state.health(at(60, ahead)).is_trusted);
            state.compared(at(61, 0), 0);
            assert_eq!(state.now(at(61, 0)), true_time(61));
            assert!(state.health(at(61, 0)).is_trusted);
        }
    }

    #[test]
    fn a_new_time_that_the_database_has_too_is_taken() {
        let mut state = agreed();
        assert_eq!(state.now(at(5, HOUR)), true_time(5));
        state.compared(at(6, HOUR), 0);
        assert_eq!(state.now(at(6, HOUR)), true_time(6) + HOUR);
        assert!(state.health(at(6, HOUR)).is_trusted);
    }

    #[test]
    fn a_clock_that_never_agreed_follows_the_database() {
        let mut state = State::default();
        state.compared(at(0, HOUR), HOUR);
        assert_eq!(state.now(at(1, HOUR)), true_time(1));
        assert!(!state.health(at(1, HOUR)).is_trusted);
        state.compared(at(2, 0), 0);
        assert!(state.health(at(2, 0)).is_trusted);
        assert_eq!(state.now(at(2, 0)), true_time(2));
    }

    #[test]
    fn a_database_whose_clock_goes_wrong_is_not_followed() {
        let mut state = agreed();
        state.compared(at(5, 0), -HOUR);
        assert_eq!(state.now(at(5, 0)), true_time(5));
        assert!(!state.health(at(5, 0)).is_trusted);
    }

    #[test]
    fn without_another_clock_a_new_time_is_taken_when_it_has_stood() {
        let mut state = State::default();
        state.alone(at(0, 0));
        assert!(state.health(at(0, 0)).is_trusted);
        state.alone(at(10, -HOUR));
        state.alone(at(14, HOUR));
        state.alone(at(20, HOUR));
        assert_eq!(
            state.now(at(20, HOUR)),
            true_time(20),
            "it was set again at 14"
        );
        assert!(!state.health(at(20, HOUR)).is_trusted);
        state.alone(at(23, HOUR));
        assert_eq!(state.now(at(23, HOUR)), true_time(23) + HOUR);
        assert!(state.health(at(23, HOUR)).is_trusted);
    }
}
