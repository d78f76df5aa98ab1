//! A queue of keys by the time at which they are due.
use std::{cmp::Ordering, collections::BinaryHeap, time::Instant};

/// Keys by the instant at which they are due, the earliest first.
pub(crate) struct Due<K>(BinaryHeap<Entry<K>>);

struct Entry<K> {
    at: Instant,
    key: K,
}

impl<K> Due<K> {
    pub(crate) fn new() -> Self {
        Self(BinaryHeap::new())
    }

    pub(crate) fn push(&mut self, at: Instant, key: K) {
        self.0.push(Entry { at, key });
    }

    /// The next key that is due at `now`.
    pub(crate) fn pop(&mut self, now: Instant) -> Option<K> {
        let first = self.0.peek()?;
        if first.at > now {
            return None;
        }
        self.0.pop().map(|entry| entry.key)
    }
}

// The heap gives its greatest first, so the earliest is the greatest.
impl<K> Ord for Entry<K> {
    fn cmp(&self, other: &Self) -> Ordering {
        other.at.cmp(&self.at)
    }
}

impl<K> PartialOrd for Entry<K> {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl<K> PartialEq for Entry<K> {
    fn eq(&self, other: &Self) -> bool {
        self.at == other.at
    }
}

impl<K> Eq for Entry<K> {}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use super::*;

    #[test]
    fn only_due_keys_are_popped_earliest_first() {
        let now = Instant::now();
        let mut due = Due::new();
        for seconds in [3, 1, 2] {
            due.push(now + Duration::from_secs(seconds), seconds);
        }
        assert_eq!(due.pop(now), None);
        let later = now + Duration::from_secs(2);
        assert_eq!([(); 3].map(|()| due.pop(later)), [Some(1), Some(2), None]);
    }
}
