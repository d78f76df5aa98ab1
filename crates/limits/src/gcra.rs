//! The generic cell rate algorithm: one instant per key, no counters and no fixed windows.
use std::time::{Duration, Instant};

/// How many requests are allowed in how much time.
///
/// All of them may be made at once; after that they become available again one by one, evenly over
/// the window. A limit of 0 allows nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Quota {
    /// Requests per window.
    pub limit: u32,
    /// The time in which a used-up quota is full again.
    pub window: Duration,
}

/// Whether a request is allowed, and how much of the quota is left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Decision {
    /// Whether this request is allowed.
    pub allowed: bool,
    /// Requests per window.
    pub limit: u32,
    /// How many more would be allowed at this moment.
    pub remaining: u32,
    /// How long until the quota is full again, without further requests.
    pub reset: Duration,
    /// How long until the next request would be allowed; zero while any remain.
    pub retry_after: Duration,
}

/// Longer windows are shortened to this, so that no instant can overflow.
const LONGEST: Duration = Duration::from_secs(366 * 24 * 60 * 60);

/// What one request costs and how much may be owed, as time.
struct Cell {
    cost: Duration,
    most: Duration,
}

impl Quota {
    /// The cost is rounded up, so that a window never yields more than the limit.
    fn cell(self) -> Cell {
        let limit = u128::from(self.limit.max(1));
        let window = self.window.min(LONGEST).as_nanos();
        let nanos = window.div_ceil(limit).max(1);
        let cost = Duration::from_nanos(u64::try_from(nanos).unwrap_or(u64::MAX));
        let most = cost.saturating_mul(self.limit);
        Cell { cost, most }
    }

    /// Decides one request. `full_at` is when the key is full again, `None` for a new key; the
    /// second value is how long it takes from now on.
    pub(crate) fn decide(self, full_at: Option<Instant>, now: Instant) -> (Decision, Duration) {
        let Cell { cost, most } = self.cell();
        // The quota may have become smaller since: at most all of it is owed.
        let owed = full_at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        let owed = owed.min(most);
        let allowed = owed + cost <= most;
        let owed = if allowed { owed + cost } else { owed };
        (self.decision(allowed, owed), owed)
    }

    /// Whether anything is allowed now, with nothing counted.
    pub(crate) fn peek(self, full_at: Option<Instant>, now: Instant) -> Decision {
        let Cell { cost, most } = self.cell();
        let owed = full_at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        let owed = owed.min(most.saturating_mul(2));
        self.decision(owed + cost <= most, owed)
    }

    /// Counts what was used already, which may be more than was left: then it takes longer until
    /// something is allowed again, but never longer than twice the window. Returns the time from now
    /// on until the quota is full again.
    pub(crate) fn charge(self, full_at: Option<Instant>, used: u32, now: Instant) -> Duration {
        let Cell { cost, most } = self.cell();
        let owed = full_at.map_or(Duration::ZERO, |at| at.saturating_duration_since(now));
        let owed = owed.saturating_add(cost.saturating_mul(used));
        owed.min(most.saturating_mul(2))
    }

    fn decision(self, allowed: bool, owed: Duration) -> Decision {
        let Cell { cost, most } = self.cell();
        if self.limit == 0 {
            return Decision {
                allowed: false,
                limit: 0,
                remaining: 0,
                reset: self.window,
                retry_after: self.window,
            };
        }
        let free = most.saturating_sub(owed).as_nanos() / cost.as_nanos();
        Decision {
            allowed,
            limit: self.limit,
            remaining: u32::try_from(free).unwrap_or(u32::MAX),
            reset: owed,
            retry_after: (owed + cost).saturating_sub(most),
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use proptest::prelude::*;

    use super::*;

    const MINUTE: Duration = Duration::from_secs(60);

    fn quota(limit: u32, window: Duration) -> Quota {
        Quota { limit, window }
    }

    /// How many of `asked` requests in one instant get through.
    fn burst(quota: Quota, asked: u32) -> u32 {
        let now = Instant::now();
        let mut full_at = None;
        let mut allowed = 0;
        for _ in 0..asked {
            let (decision, owed) = quota.decide(full_at, now);
            full_at = Some(now + owed);
            allowed += u32::from(decision.allowed);
        }
        allowed
    }

    #[test]
    fn a_fresh_key_gets_its_whole_quota_at_once_and_then_one_by_one() {
        let quota = quota(6, MINUTE);
        let now = Instant::now();
        let mut full_at = None;
        for left in (0..6).rev() {
            let (decision, owed) = quota.decide(full_at, now);
            assert!(decision.allowed);
            assert_eq!(decision.remaining, left);
            assert_eq!(
                decision.reset,
                Duration::from_secs(u64::from(10 * (6 - left)))
            );
            full_at = Some(now + owed);
        }
        let (refused, owed) = quota.decide(full_at, now);
        assert!(!refused.allowed);
        assert_eq!((refused.limit, refused.remaining), (6, 0));
        assert_eq!(refused.reset, MINUTE);
        assert_eq!(refused.retry_after, Duration::from_secs(10));
        assert_eq!(owed, MINUTE, "a refused request costs nothing");

        let early = now + Duration::from_millis(9_999);
        assert!(!quota.decide(full_at, early).0.allowed);
        let (next, _) = quota.decide(full_at, now + Duration::from_secs(10));
        assert!(next.allowed);
        assert_eq!(next.remaining, 0);
        assert_eq!(quota.decide(full_at, now + MINUTE).0.remaining, 5);
    }

    #[test]
    fn retry_after_is_zero_while_requests_remain() {
        let (decision, _) = quota(2, MINUTE).decide(None, Instant::now());
        assert_eq!(decision.retry_after, Duration::ZERO);
    }

    #[test]
    fn the_last_allowed_request_reports_when_the_next_is_allowed() {
        let (decision, _) = quota(1, MINUTE).decide(None, Instant::now());
        assert!(decision.allowed);
        assert_eq!(decision.retry_after, MINUTE);
    }

    #[test]
    fn a_limit_of_zero_allows_nothing() {
        let (decision, owed) = quota(0, MINUTE).decide(None, Instant::now());
        assert!(!decision.allowed);
        assert_eq!(decision.retry_after, MINUTE);
        assert_eq!(owed, Duration::ZERO);
    }

    #[test]
    fn a_smaller_quota_makes_nobody_wait_longer_than_its_own_window() {
        let now = Instant::now();
        let hourly = quota(1, Duration::from_secs(3_600));
        let (_, owed) = hourly.decide(None, now);
        let (decision, _) = quota(2, MINUTE).decide(Some(now + owed), now);
        assert!(!decision.allowed);
        assert_eq!(decision.reset, MINUTE);
        assert_eq!(decision.retry_after, Duration::from_secs(30));
    }

    #[test]
    fn a_larger_quota_keeps_the_used_share() {
        let now = Instant::now();
        let (_, owed) = quota(2, MINUTE).decide(None, now);
        let (decision, _) = quota(100, MINUTE).decide(Some(now + owed), now);
        assert_eq!(decision.remaining, 49);
    }

    #[test]
    fn a_charge_is_owed_also_beyond_the_quota() {
        let quota = quota(60, MINUTE);
        let now = Instant::now();
        let owed = quota.charge(None, 60, now);
        assert_eq!(owed, MINUTE);
        let used_up = quota.peek(Some(now + owed), now);
        assert!(!used_up.allowed);
        assert_eq!(used_up.retry_after, Duration::from_secs(1));

        let owed = quota.charge(Some(now + owed), 30, now);
        let overdrawn = quota.peek(Some(now + owed), now);
        assert_eq!((overdrawn.allowed, overdrawn.remaining), (false, 0));
        assert_eq!(overdrawn.retry_after, Duration::from_secs(31));
        let later = now + Duration::from_secs(31);
        assert!(quota.peek(Some(now + owed), later).allowed);

        let most = quota.charge(Some(now + owed), u32::MAX, now);
        assert_eq!(most, 2 * MINUTE, "the wait is bounded");
        assert!(quota.peek(None, now).allowed);
    }

    #[test]
    fn a_window_that_does_not_divide_evenly_is_rounded_up() {
        let quota = quota(2, Duration::from_nanos(3));
        let now = Instant::now();
        let (_, owed) = quota.decide(None, now);
        let (last, owed) = quota.decide(Some(now + owed), now);
        assert!(last.allowed);
        assert_eq!(last.retry_after, Duration::from_nanos(2));
        let full_at = Some(now + owed);
        let sooner = now + Duration::from_nanos(1);
        assert!(!quota.decide(full_at, sooner).0.allowed);
    }

    #[test]
    fn extreme_quotas_yield_exactly_their_limit() {
        assert_eq!(burst(quota(3, Duration::ZERO), 9), 3);
        assert_eq!(burst(quota(7, Duration::from_nanos(3)), 9), 7);
        assert_eq!(burst(quota(3, Duration::MAX), 9), 3);
        let (once, _) = quota(1, Duration::MAX).decide(None, Instant::now());
        assert_eq!(once.reset, LONGEST);
        assert_eq!(burst(quota(u32::MAX, Duration::MAX), 9), 9);
    }

    proptest! {
        #[test]
        fn a_burst_yields_exactly_the_limit(limit in 1u32..300, nanos in 1u64..10_000_000_000) {
            prop_assert_eq!(burst(quota(limit, Duration::from_nanos(nanos)), limit + 20), limit);
        }

        /// Any window allows at most the burst and what became available during it.
        #[test]
        fn no_window_yields_more_than_twice_the_limit(
            limit in 1u32..50,
            gaps in prop::collection::vec(0u64..3_000, 1..400),
        ) {
            let quota = quota(limit, Duration::from_secs(10));
            let mut now = Instant::now();
            let mut full_at = None;
            let mut allowed = Vec::new();
            for gap in gaps {
                now += Duration::from_millis(gap);
                let (decision, owed) = quota.decide(full_at, now);
                full_at = Some(now + owed);
                if decision.allowed {
                    allowed.push(now);
                }
            }
            for (index, from) in allowed.iter().enumerate() {
                let inside = allowed[index..].iter().filter(|at| **at - *from < quota.window);
                prop_assert!(inside.count() <= 2 * limit as usize);
            }
        }
    }
}
