//! When to try again.
use std::time::Duration;

const MINUTE: u64 = 60;
const HOUR: u64 = 60 * MINUTE;

/// How long to wait after the first failed attempt, the second, and so on.
pub const WAITS: [Duration; 9] = [
    Duration::from_secs(5),
    Duration::from_secs(5 * MINUTE),
    Duration::from_secs(30 * MINUTE),
    Duration::from_secs(2 * HOUR),
    Duration::from_secs(5 * HOUR),
    Duration::from_secs(10 * HOUR),
    Duration::from_secs(14 * HOUR),
    Duration::from_secs(20 * HOUR),
    Duration::from_secs(24 * HOUR),
];

/// The longest that a receiver can put off the next attempt.
pub const LONGEST_ASKED: Duration = Duration::from_secs(24 * HOUR);

/// By which part of itself a wait may be shorter or longer.
const JITTER: f64 = 0.1;

/// How long to wait after this many failed attempts; none when there is no other attempt. A
/// receiver that asks for a longer wait gets it, within [`LONGEST_ASKED`]. The random number, any
/// `u32`, keeps deliveries that failed together from coming back together.
pub fn wait(failures: u32, asked: Option<Duration>, random: u32) -> Option<Duration> {
    let failed_before = usize::try_from(failures.saturating_sub(1)).ok()?;
    let planned = WAITS.get(failed_before)?;
    let part = f64::from(random) / f64::from(u32::MAX);
    let jittered = planned.mul_f64(1.0 - JITTER + 2.0 * JITTER * part);
    let asked = asked.unwrap_or_default().min(LONGEST_ASKED);
    Some(jittered.max(asked))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HALF: u32 = u32::MAX / 2;

    fn about(wait: Option<Duration>, seconds: f64) -> bool {
        wait.is_some_and(|wait| (wait.as_secs_f64() - seconds).abs() < 0.001)
    }

    #[test]
    fn the_waits_grow_from_seconds_to_a_day_and_end() {
        let hours = [2.0, 5.0, 10.0, 14.0, 20.0, 24.0].map(|hours| hours * 3_600.0);
        let seconds = [5.0, 300.0, 1_800.0].into_iter().chain(hours);
        for (failures, seconds) in (1..).zip(seconds) {
            assert!(about(wait(failures, None, HALF), seconds), "{failures}");
        }
        for failures in [10, 11, u32::MAX] {
            assert_eq!(wait(failures, Some(LONGEST_ASKED), HALF), None);
        }
    }

    #[test]
    fn a_wait_varies_by_a_tenth() {
        assert!(about(wait(2, None, 0), 270.0));
        assert!(about(wait(2, None, u32::MAX), 330.0));
    }

    #[test]
    fn a_longer_wait_is_granted_when_asked_for_within_a_day() {
        let asked = |seconds| Some(Duration::from_secs(seconds));
        assert!(about(wait(1, asked(60), HALF), 60.0));
        assert!(about(wait(2, asked(60), HALF), 300.0));
        assert_eq!(wait(1, asked(u64::MAX), HALF), Some(LONGEST_ASKED));
    }
}
