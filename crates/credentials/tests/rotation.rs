//! The life of signing keys, watched from the first start over years.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, slice};

use credentials::rotation::{Hastened, ImpossibleSchedule, KeyTimes, KnownKey, Plan, Schedule};

const HOUR: i64 = 3600;
const DAY: i64 = 24 * HOUR;
const SIGNS_FOR: i64 = 90 * DAY;
const BEFORE: i64 = DAY;
const LIFETIME: i64 = 600;
const START: i64 = 1_800_000_000;

fn schedule() -> Schedule {
    Schedule::new(SIGNS_FOR, BEFORE, LIFETIME).unwrap()
}

fn known(kid: &str, created_at: i64, activates_at: i64, retires_at: i64) -> KnownKey {
    let times = KeyTimes {
        created_at,
        activates_at,
        retires_at,
    };
    KnownKey {
        kid: kid.to_owned(),
        times,
    }
}

/// An installation that does what the plan says whenever it looks.
#[derive(Default)]
struct World {
    keys: Vec<KnownKey>,
    made: usize,
    first_published: BTreeMap<String, i64>,
    /// The last moment at which each key signed.
    signed: BTreeMap<String, i64>,
}

impl World {
    fn look(&mut self, now: i64) -> Plan {
        let plan = schedule().plan(&self.keys, now);
        self.keys.retain(|key| !plan.forget.contains(&key.kid));
        if let Some(times) = plan.make {
            self.made += 1;
            let kid = format!("key-{:03}", self.made);
            self.keys.push(KnownKey { kid, times });
        }
        let plan = schedule().plan(&self.keys, now);
        assert_eq!(
            (plan.make, plan.forget.len()),
            (None, 0),
            "one look is enough"
        );
        for kid in &plan.published {
            self.first_published.entry(kid.clone()).or_insert(now);
        }
        let signs = plan.signs.clone().unwrap();
        self.signed.insert(signs, now);
        plan
    }
}

#[test]
fn over_years_one_key_signs_that_was_published_in_time_and_stays_while_its_tokens_live() {
    let mut world = World::default();
    let steps = [60, 7 * 60, HOUR, 613, 11];
    let mut now = START;
    let mut hour = 0;
    while now < START + 400 * DAY {
        // Closely around the changes, by the hour between them.
        let changing = world.keys.iter().any(|key| {
            let (from, until) = (key.times.activates_at, key.times.retires_at);
            (from - now).abs() < 30 * 60 || (until - now).abs() < 30 * 60
        });
        now += if changing {
            steps[hour % steps.len()]
        } else {
            HOUR
        };
        hour += 1;
        let plan = world.look(now);
        let signs = plan.signs.unwrap();
        let published = world.first_published[&signs];
        assert!(
            signs == "key-001" || now - published >= BEFORE - HOUR,
            "{signs}"
        );
        for (kid, last) in &world.signed {
            let lives = now < last + LIFETIME;
            assert!(!lives || plan.published.contains(kid), "{kid} at {now}");
        }
        assert!(plan.published.len() <= 2, "{:?}", plan.published);
    }
    assert_eq!(world.made, 5, "one in 90 days, and the next");
}

#[test]
fn the_first_key_signs_at_once() {
    let plan = schedule().plan(&[], START);
    let first = KeyTimes {
        created_at: START,
        activates_at: START,
        retires_at: START + SIGNS_FOR,
    };
    assert_eq!((plan.signs, plan.make), (None, Some(first)));
}

#[test]
fn the_next_key_is_made_a_day_ahead_and_signs_when_its_predecessor_stops() {
    let end = START + SIGNS_FOR;
    let one = known("one", START, START, end);
    let early = schedule().plan(slice::from_ref(&one), end - BEFORE - 1);
    assert_eq!(early.make, None);
    let plan = schedule().plan(slice::from_ref(&one), end - BEFORE);
    let next = plan.make.unwrap();
    assert_eq!((next.created_at, next.activates_at), (end - BEFORE, end));
    assert_eq!(next.retires_at, end + SIGNS_FOR);
    let two = KnownKey {
        kid: "two".to_owned(),
        times: next,
    };
    let keys = [one, two];
    let before = schedule().plan(&keys, end - 1);
    assert_eq!(before.signs.as_deref(), Some("one"));
    assert_eq!(before.published, ["one", "two"]);
    let after = schedule().plan(&keys, end);
    assert_eq!(after.signs.as_deref(), Some("two"));
    assert_eq!(after.published, ["one", "two"]);
}

#[test]
fn a_key_is_forgotten_when_the_last_token_that_it_signed_is_refused() {
    let keys = [
        known("one", 0, 0, START),
        known("two", 0, START, START + SIGNS_FOR),
    ];
    // Tokens are taken up to 5 s after they have expired.
    let last = schedule().plan(&keys, START + LIFETIME + 4);
    assert_eq!((last.published.len(), last.forget.len()), (2, 0));
    let gone = schedule().plan(&keys, START + LIFETIME + 5);
    assert_eq!(
        (gone.published, gone.forget),
        (vec!["two".to_owned()], vec!["one".to_owned()])
    );
}

#[test]
fn after_a_long_sleep_a_new_key_signs_at_once() {
    let keys = [known("one", START, START, START + SIGNS_FOR)];
    let now = START + 3 * SIGNS_FOR;
    let plan = schedule().plan(&keys, now);
    assert_eq!((plan.signs, plan.forget), (None, vec!["one".to_owned()]));
    assert_eq!(plan.make.unwrap().activates_at, now);
    let waiting = [
        keys[0].clone(),
        known("two", START, now + HOUR, now + SIGNS_FOR),
    ];
    let plan = schedule().plan(&waiting, now);
    assert_eq!(
        plan.make.unwrap().activates_at,
        now,
        "also while another waits"
    );
}

#[test]
fn replicas_that_made_a_key_each_agree_on_one() {
    let one = known("one", START, START, START + SIGNS_FOR);
    let two = known("two", START, START, START + SIGNS_FOR);
    let three = known("three", START + 1, START, START + SIGNS_FOR);
    for keys in [
        [&one, &two, &three],
        [&three, &two, &one],
        [&two, &three, &one],
    ] {
        let keys = keys.map(Clone::clone);
        let signs = |keys: &[KnownKey]| schedule().plan(keys, START + HOUR).signs;
        assert_eq!(signs(&keys).as_deref(), Some("three"));
        let same_age: Vec<_> = keys.into_iter().filter(|key| *key != three).collect();
        assert_eq!(signs(&same_age).as_deref(), Some("two"));
    }
}

#[test]
fn a_hastened_rotation_publishes_first_and_happens_once() {
    let mut keys = vec![known("one", START, START, START + SIGNS_FOR)];
    let now = START + 10 * DAY;
    let hastened = schedule().hasten(&keys, now).unwrap();
    let expected = Hastened {
        kid: "one".to_owned(),
        retires_at: now + BEFORE,
    };
    assert_eq!(hastened, expected);
    keys[0].times.retires_at = hastened.retires_at;
    assert_eq!(schedule().hasten(&keys, now), None, "the time is set");
    let next = schedule().plan(&keys, now).make.unwrap();
    assert_eq!(next.activates_at, now + BEFORE);
    keys.push(KnownKey {
        kid: "two".to_owned(),
        times: next,
    });
    assert_eq!(
        schedule().hasten(&keys, now + HOUR),
        None,
        "the next one waits"
    );
    let then = schedule().plan(&keys, now + BEFORE);
    assert_eq!(then.signs.as_deref(), Some("two"));
    assert!(schedule().hasten(&keys, now + BEFORE).is_some());
    assert_eq!(schedule().hasten(&[], now), None);
}

#[test]
fn impossible_schedules_are_refused() {
    for (signs_for, before, lifetime) in [(DAY, DAY, 600), (DAY, 0, 600), (DAY, HOUR, 0)] {
        let schedule = Schedule::new(signs_for, before, lifetime);
        assert_eq!(schedule, Err(ImpossibleSchedule));
    }
}
