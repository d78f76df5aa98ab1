//! How much of everything a run uses.

use std::time::Duration;

use crate::scenario::Scenario;

/// The sizes of a run.
#[derive(Clone, Copy)]
pub struct Sizes {
    /// People, each of whom can hold one seat of a variant.
    pub users: u64,
    /// Members of an organization who have a password and sign in.
    pub members: u64,
    /// Variants over which assignments are spread.
    pub variants: u64,
    /// Variants that take the full load one after another.
    pub hot: u64,
    /// Assignments at the first point of the growth row.
    pub small: u64,
    /// Assignments while pages and reads are measured.
    pub middle: u64,
    /// Assignments at the second point of the growth row.
    pub large: u64,
    /// How often each measurement is repeated, alternating.
    pub rounds: u32,
    /// How long one lasts.
    pub slice: Duration,
    /// How long one lasts that is about events.
    pub moment: Duration,
    /// Clients that follow a log in which nothing happens, where they are measured.
    pub idle: usize,
}

impl Sizes {
    /// The sizes of `docs/benchmarks.md`, or with `BENCH_QUICK=1` some for a first look.
    pub fn chosen() -> Self {
        let quick = std::env::var("BENCH_QUICK").is_ok_and(|value| value == "1");
        if quick {
            return Self {
                users: 2_000,
                members: 40,
                variants: 1_000,
                hot: 200,
                small: 1_000,
                middle: 10_000,
                large: 40_000,
                rounds: 2,
                slice: Duration::from_secs(2),
                moment: Duration::from_secs(1),
                idle: 200,
            };
        }
        Self {
            users: 20_000,
            members: 200,
            variants: 10_000,
            hot: 100,
            small: 10_000,
            middle: 100_000,
            large: 1_000_000,
            rounds: 3,
            slice: Duration::from_secs(6),
            moment: Duration::from_secs(2),
            idle: 2_000,
        }
    }

    /// How long one measurement of the scenario lasts.
    pub fn slice_of(&self, scenario: Scenario) -> Duration {
        match scenario.is_of_people() {
            true => self.slice / 2,
            false => self.slice,
        }
    }

    /// User and variant, from 0, of the p-th assignment that is spread over the variants.
    ///
    /// Never the same pair twice before every pair was used: p modulo the variants gives the
    /// variant, and 1 + 31 × variants has no divisor in common with the number of users.
    pub fn spread(&self, p: u64) -> (u64, u64) {
        (
            (p / self.variants + 31 * p) % self.users,
            (7919 * p) % self.variants,
        )
    }

    /// User and variant, from 0, of the p-th assignment of the hot variants.
    pub fn hot(&self, p: u64) -> Option<(u64, u64)> {
        let variant = p / self.users;
        (variant < self.hot).then_some((p % self.users, self.variants + variant))
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn no_pair_comes_twice() {
        let sizes = Sizes {
            users: 200,
            variants: 100,
            ..Sizes::chosen()
        };
        let pairs: HashSet<_> = (0..20_000).map(|p| sizes.spread(p)).collect();
        assert_eq!(pairs.len(), 20_000);
    }

    #[test]
    fn a_hot_variant_takes_every_user_once() {
        let sizes = Sizes {
            users: 10,
            variants: 5,
            hot: 2,
            ..Sizes::chosen()
        };
        assert_eq!(sizes.hot(9), Some((9, 5)));
        assert_eq!(sizes.hot(10), Some((0, 6)));
        assert_eq!(sizes.hot(20), None);
    }
}
