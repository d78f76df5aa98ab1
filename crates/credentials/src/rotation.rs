//! When a signing key is made, published, used, retired and forgotten. Times are
//! seconds since 1970.
//!
//! A key signs from `activates_at` until `retires_at`. It is published from its making
//! on, so that whoever keeps a copy of the key set knows it before it signs, and until
//! the last token that it signed has expired.
use thiserror::Error;

use crate::token::LEEWAY;

/// When a key does what.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct KeyTimes {
    /// When it was made.
    pub created_at: i64,
    /// From when on it signs.
    pub activates_at: i64,
    /// From when on it no longer signs.
    pub retires_at: i64,
}

/// A key as the rules see it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KnownKey {
    /// Its name.
    pub kid: String,
    /// When it does what.
    pub times: KeyTimes,
}

/// How long keys and tokens live, in seconds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Schedule {
    signs_for: i64,
    published_before: i64,
    token_lifetime: i64,
}

/// No key could follow another under such a schedule.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error(
    "a key has to sign for longer than it is published before, and neither time nor that of a token may be zero"
)]
pub struct ImpossibleSchedule;

/// What is to be done now.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Plan {
    /// The key that signs; none until one is made.
    pub signs: Option<String>,
    /// The keys that the key set shows, and that verify.
    pub published: Vec<String>,
    /// A key to make.
    pub make: Option<KeyTimes>,
    /// Keys that nothing needs any more.
    pub forget: Vec<String>,
}

/// A key that is to retire sooner.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hastened {
    /// Which key.
    pub kid: String,
    /// When it retires now.
    pub retires_at: i64,
}

impl Schedule {
    /// Keys that sign for `signs_for` seconds and are published `published_before` they
    /// do, and tokens of which none lives longer than `token_lifetime`.
    pub fn new(
        signs_for: i64,
        published_before: i64,
        token_lifetime: i64,
    ) -> Result<Self, ImpossibleSchedule> {
        if published_before < 1 || signs_for <= published_before || token_lifetime < 1 {
            return Err(ImpossibleSchedule);
        }
        Ok(Self {
            signs_for,
            published_before,
            token_lifetime,
        })
    }

    /// What is to be done with these keys now. Their order does not matter.
    pub fn plan(&self, keys: &[KnownKey], now: i64) -> Plan {
        let mut plan = Plan::default();
        for key in keys {
            let expired = key.times.retires_at.saturating_add(self.token_lifetime);
            if now < expired.saturating_add(LEEWAY) {
                plan.published.push(key.kid.clone());
            } else {
                plan.forget.push(key.kid.clone());
            }
        }
        let signs = signing(keys.iter().map(of_known), now);
        plan.signs = signs.map(str::to_owned);
        plan.make = self.next(keys, now, signs.is_some());
        plan
    }

    /// The next key, once it is time for it; at once when none signs.
    fn next(&self, keys: &[KnownKey], now: i64, one_signs: bool) -> Option<KeyTimes> {
        let last = keys.iter().map(|key| key.times.retires_at).max();
        let activates_at = match last {
            Some(last) if one_signs && last > now.saturating_add(self.published_before) => {
                return None;
            }
            Some(last) if one_signs => last,
            _ => now,
        };
        Some(KeyTimes {
            created_at: now,
            activates_at,
            retires_at: activates_at.saturating_add(self.signs_for),
        })
    }

    /// Rotates sooner than planned: the key that signs retires as soon as a successor
    /// can have been published for long enough, which [`Schedule::plan`] then makes.
    /// None when the rotation is under way already.
    pub fn hasten(&self, keys: &[KnownKey], now: i64) -> Option<Hastened> {
        let kid = signing(keys.iter().map(of_known), now)?;
        let retires_at = now.saturating_add(self.published_before);
        let last = keys.iter().map(|key| key.times.retires_at).max()?;
        let successor = keys.iter().any(|key| key.times.activates_at > now);
        if successor || last <= retires_at {
            return None;
        }
        Some(Hastened {
            kid: kid.to_owned(),
            retires_at,
        })
    }
}

/// The key that signs now: of those whose time it is, the one that came last. Every
/// replica that knows the same keys says the same.
pub(crate) fn signing<'a>(
    keys: impl Iterator<Item = (&'a str, KeyTimes)>,
    now: i64,
) -> Option<&'a str> {
    keys.filter(|(_, times)| times.activates_at <= now && now < times.retires_at)
        .max_by_key(|(kid, times)| (times.activates_at, times.created_at, *kid))
        .map(|(kid, _)| kid)
}

fn of_known(key: &KnownKey) -> (&str, KeyTimes) {
    (&key.kid, key.times)
}
