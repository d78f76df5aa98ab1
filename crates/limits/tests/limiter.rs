//! The limiter as its users see it: by key, by many threads, in bounded memory.
#![allow(clippy::unwrap_used)]

use std::{
    sync::{
        Barrier,
        atomic::{AtomicU32, Ordering},
    },
    thread,
    time::{Duration, Instant},
};

use limits::{Limiter, Quota};

const MINUTE: Duration = Duration::from_secs(60);

fn per_minute(limit: u32) -> Quota {
    Quota {
        limit,
        window: MINUTE,
    }
}

#[test]
fn keys_are_independent_and_each_check_has_its_quota() {
    let limiter = Limiter::new(100);
    let now = Instant::now();
    assert!(limiter.check(&"a", per_minute(1), now).allowed);
    assert!(!limiter.check(&"a", per_minute(1), now).allowed);
    assert!(limiter.check(&"b", per_minute(1), now).allowed);
    let larger = limiter.check(&"a", per_minute(4), now);
    assert!(
        !larger.allowed,
        "all of the quota was used, whatever its size"
    );
    let later = now + MINUTE / 4;
    assert!(limiter.check(&"a", per_minute(4), later).allowed);
    assert!(!limiter.check(&"a", per_minute(4), later).allowed);
}

#[test]
fn sixty_four_threads_get_exactly_the_limit() {
    let limiter = Limiter::new(1_000);
    let now = Instant::now();
    for round in 0..50 {
        let allowed = AtomicU32::new(0);
        let start = Barrier::new(64);
        thread::scope(|scope| {
            for _ in 0..64 {
                scope.spawn(|| {
                    start.wait();
                    let decision = limiter.check(&round, per_minute(10), now);
                    allowed.fetch_add(u32::from(decision.allowed), Ordering::Relaxed);
                });
            }
        });
        assert_eq!(allowed.into_inner(), 10);
    }
}

#[test]
fn a_key_that_is_full_again_is_forgotten() {
    let limiter = Limiter::new(1);
    let now = Instant::now();
    limiter.check(&1, per_minute(1), now);
    assert_eq!(limiter.keys(), 1);
    let later = now + MINUTE;
    limiter.check(&2, per_minute(1), later);
    assert_eq!(limiter.keys(), 1);
    let stranger = limiter.check(&3, per_minute(1), later);
    assert!(
        stranger.allowed,
        "the second key has the place, so the third is the first stranger"
    );
    assert!(!limiter.check(&4, per_minute(1), later).allowed);
}

#[test]
fn a_key_that_was_used_again_is_remembered_beyond_its_first_time() {
    let limiter = Limiter::new(1);
    let now = Instant::now();
    limiter.check(&1, per_minute(2), now);
    limiter.check(&1, per_minute(2), now);
    let half = now + MINUTE / 2;
    limiter.check(&1, per_minute(2), half);
    let decision = limiter.check(&1, per_minute(2), half);
    assert!(!decision.allowed, "it still owes what it asked last");
    assert_eq!(limiter.keys(), 1);
    let later = half + MINUTE;
    limiter.check(&2, per_minute(2), later);
    assert_eq!(limiter.keys(), 1);
    let stranger = limiter.check(&3, per_minute(2), later);
    let second = "in the end it is forgotten, and the second key has its place";
    assert_eq!(stranger.remaining, 1, "{second}");
}

#[test]
fn memory_is_bounded_and_a_flood_of_new_keys_counts_as_one() {
    let limiter = Limiter::new(160);
    let now = Instant::now();
    let allowed = (0..100_000).filter(|key| limiter.check(key, per_minute(5), now).allowed);
    let allowed = allowed.count();
    assert!(limiter.keys() <= 160);
    assert!(limiter.keys() >= 100, "most of the capacity is used");
    assert_eq!(allowed, limiter.keys() + 5);
}

#[test]
fn a_flood_of_new_keys_does_not_affect_known_keys() {
    let limiter = Limiter::new(16);
    let now = Instant::now();
    let known = u64::MAX;
    assert!(limiter.check(&known, per_minute(3), now).allowed);
    for stranger in 0..10_000 {
        limiter.check(&stranger, per_minute(3), now);
    }
    assert!(limiter.check(&known, per_minute(3), now).allowed);
    assert!(limiter.check(&known, per_minute(3), now).allowed);
    assert!(!limiter.check(&known, per_minute(3), now).allowed);
}

#[test]
fn a_refused_first_request_takes_no_memory() {
    let limiter = Limiter::new(16);
    assert!(!limiter.check(&1, per_minute(0), Instant::now()).allowed);
    assert_eq!(limiter.keys(), 0);
}

#[test]
fn a_limiter_of_capacity_zero_still_limits() {
    let limiter = Limiter::new(0);
    let now = Instant::now();
    let allowed = (0..10).filter(|key| limiter.check(key, per_minute(1), now).allowed);
    assert_eq!(allowed.count(), 2, "one remembered, one for all others");
}

#[test]
fn a_charge_counts_for_its_key_and_a_look_counts_nothing() {
    let (limiter, quota) = (Limiter::new(100), per_minute(10));
    let now = Instant::now();
    for _ in 0..20 {
        assert!(limiter.look(&"volt", quota, now).allowed);
    }
    assert_eq!(
        limiter.keys(),
        0,
        "a key that used nothing is not remembered"
    );
    limiter.charge(&"volt", quota, 15, now);
    let overdrawn = limiter.look(&"volt", quota, now);
    assert!(!overdrawn.allowed);
    assert_eq!(overdrawn.retry_after, Duration::from_secs(36));
    assert!(limiter.look(&"amper", quota, now).allowed);
    let later = now + Duration::from_secs(36);
    assert!(limiter.look(&"volt", quota, later).allowed);
    limiter.charge(&"volt", quota, 1, later);
    assert!(!limiter.look(&"volt", quota, later).allowed);
    assert!(limiter.look(&"volt", quota, later + 2 * MINUTE).allowed);
    assert_eq!(limiter.keys(), 0, "and is forgotten when nothing is owed");
}
