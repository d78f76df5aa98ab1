//! What failed and is left alone for a while, longer each time.

use std::{
    collections::BTreeMap,
    time::{Duration, Instant},
};

/// The first and the longest rest.
const RESTS: [Duration; 2] = [Duration::from_secs(1), Duration::from_secs(10)];

/// How long an entry is kept after its rest without another failure.
const KEPT: Duration = Duration::from_secs(30);

/// The most that are left out of a query.
const MOST: usize = 1000;

/// Things that rest.
pub(super) struct Resting<K>(BTreeMap<K, Rest>);

struct Rest {
    until: Instant,
    failures: u32,
}

impl<K> Default for Resting<K> {
    fn default() -> Self {
        Self(BTreeMap::new())
    }
}

impl<K: Copy + Ord> Resting<K> {
    /// It failed, and rests. Returns whether it is the first time.
    pub(super) fn failed(&mut self, key: K) -> bool {
        let now = Instant::now();
        let rest = self.0.entry(key).or_insert(Rest {
            until: now,
            failures: 0,
        });
        let [first, longest] = RESTS;
        rest.until = now + first.saturating_mul(1 << rest.failures.min(8)).min(longest);
        rest.failures = rest.failures.saturating_add(1);
        rest.failures == 1
    }

    /// It succeeded. Returns whether it had failed before.
    pub(super) fn forget(&mut self, key: &K) -> bool {
        self.0.remove(key).is_some()
    }

    /// Whether it failed and did not succeed since.
    pub(super) fn has(&self, key: &K) -> bool {
        self.0.contains_key(key)
    }

    /// All that failed and did not succeed since.
    pub(super) fn all(&self) -> impl Iterator<Item = &K> {
        self.0.keys()
    }

    /// Whether it is to be left alone now.
    pub(super) fn is_at_rest(&self, key: &K) -> bool {
        let rest = self.0.get(key);
        rest.is_some_and(|rest| Instant::now() < rest.until)
    }

    /// What is to be left alone now, as much of it as a query takes.
    pub(super) fn at_rest(&mut self) -> Vec<K> {
        let now = Instant::now();
        self.0.retain(|_, rest| now < rest.until + KEPT);
        let resting = self.0.iter().filter(|(_, rest)| now < rest.until);
        resting.map(|(key, _)| *key).take(MOST).collect()
    }
}
