//! A limiter by key, shared by all threads, with bounded memory.
use std::{
    collections::{HashMap, hash_map::RandomState},
    hash::{BuildHasher, Hash},
    sync::{Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use crate::{
    due::Due,
    gcra::{Decision, Quota},
};

/// Enough that threads seldom wait for each other.
const SHARDS: usize = 16;

/// Counts requests by key. The quota comes with each check, since it may differ from key to key
/// and change at any time.
///
/// It remembers a bounded number of keys. A key whose quota is full again is forgotten, which
/// changes nothing for it. While the memory is full of other keys, all new keys are counted as one,
/// so that a flood of new keys affects only new keys.
pub struct Limiter<K> {
    hasher: RandomState,
    shards: Vec<Mutex<Shard<K>>>,
    most_keys_of_shard: usize,
    strangers: Mutex<Option<Instant>>,
}

struct Shard<K> {
    /// When each key is full again.
    full_at: HashMap<K, Instant>,
    /// Each key of `full_at` once, at the time at which it was due to be full when it was put here.
    due: Due<K>,
}

impl<K: Hash + Eq + Clone> Limiter<K> {
    /// A limiter that remembers at most `most_keys` keys, and at least one.
    pub fn new(most_keys: usize) -> Self {
        let count = most_keys.clamp(1, SHARDS);
        let shards = (0..count).map(|_| Mutex::new(Shard::new())).collect();
        Self {
            hasher: RandomState::new(),
            shards,
            most_keys_of_shard: (most_keys / count).max(1),
            strangers: Mutex::new(None),
        }
    }

    /// Decides one request of `key`, and counts it if it is allowed. A key has one quota at a
    /// time: two kinds of quota for one caller are two keys.
    pub fn check(&self, key: &K, quota: Quota, now: Instant) -> Decision {
        let mut shard = hold(self.shard(key));
        shard.forget_full(now);
        if let Some(full_at) = shard.full_at.get_mut(key) {
            let (decision, owed) = quota.decide(Some(*full_at), now);
            *full_at = now + owed;
            return decision;
        }
        if shard.full_at.len() >= self.most_keys_of_shard {
            drop(shard);
            return self.check_stranger(quota, now);
        }
        let (decision, owed) = quota.decide(None, now);
        if decision.allowed {
            shard.full_at.insert(key.clone(), now + owed);
            shard.due.push(now + owed, key.clone());
        }
        decision
    }

    /// Whether anything is allowed to `key` now. Nothing is counted.
    pub fn look(&self, key: &K, quota: Quota, now: Instant) -> Decision {
        let mut shard = hold(self.shard(key));
        shard.forget_full(now);
        quota.peek(shard.full_at.get(key).copied(), now)
    }

    /// Counts what `key` has used already. While the memory is full, a new key is not counted: its
    /// use cannot be undone, and must not count against other keys.
    pub fn charge(&self, key: &K, quota: Quota, used: u32, now: Instant) {
        let mut shard = hold(self.shard(key));
        shard.forget_full(now);
        if let Some(full_at) = shard.full_at.get_mut(key) {
            *full_at = now + quota.charge(Some(*full_at), used, now);
        } else if shard.full_at.len() < self.most_keys_of_shard {
            let full_at = now + quota.charge(None, used, now);
            shard.full_at.insert(key.clone(), full_at);
            shard.due.push(full_at, key.clone());
        }
    }

    /// How many keys are remembered.
    pub fn keys(&self) -> usize {
        let sizes = self.shards.iter().map(|shard| hold(shard).full_at.len());
        sizes.sum()
    }

    fn check_stranger(&self, quota: Quota, now: Instant) -> Decision {
        let mut full_at = hold(&self.strangers);
        let (decision, owed) = quota.decide(*full_at, now);
        *full_at = Some(now + owed);
        decision
    }

    fn shard(&self, key: &K) -> &Mutex<Shard<K>> {
        let hash = self.hasher.hash_one(key);
        let index = usize::try_from(hash % self.shards.len() as u64).unwrap_or(0);
        &self.shards[index]
    }
}

impl<K: Hash + Eq + Clone> Shard<K> {
    fn new() -> Self {
        Self {
            full_at: HashMap::new(),
            due: Due::new(),
        }
    }

    /// Forgets keys that are full again. A key that was used since is put back with its later time;
    /// each check causes at most one such return.
    fn forget_full(&mut self, now: Instant) {
        while let Some(key) = self.due.pop(now) {
            match self.full_at.get(&key) {
                Some(&at) if at > now => self.due.push(at, key),
                _ => {
                    self.full_at.remove(&key);
                }
            }
        }
    }
}

/// A poisoned lock is taken: each state is a single instant, so no panic leaves it half written.
fn hold<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
