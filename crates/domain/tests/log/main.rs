//! What holds in every history that commands can make, found by trying many of them.
#![allow(clippy::unwrap_used)]

mod answer;
mod cache;
mod command;
#[path = "../given/mod.rs"]
mod given;
mod need;
mod population;
mod rules;
mod step;
mod truth;

use command::Command;
use domain::{
    AssignmentId, Event, Fact, Need, Realm, Refusal, ResourceId, ResourceKind, Time, WorkingSet,
    assignment, tally::Tally, user::SuperAdmins,
};
use given::Given;
use population::Population;
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use step::Step;

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_history_keeps_the_rules(steps in prop::collection::vec(step::a_step(), 1..60)) {
        let mut history = History::begin();
        for step in &steps {
            history.go_on(step);
        }
        history.folds_again();
        history.folds_log_by_log();
    }
}

/// A working set that knows everything, and the working sets and numbers that must agree with it.
struct History {
    given: Given,
    population: Population,
    cache: WorkingSet,
    tallies: BTreeMap<(Realm, Tally), i64>,
    versions: BTreeMap<ResourceId, i64>,
}

impl History {
    fn begin() -> Self {
        let mut given = Given::empty();
        let population = Population::first(&mut given);
        let mut history = Self {
            cache: WorkingSet::over(realms()),
            given,
            population,
            tallies: BTreeMap::new(),
            versions: BTreeMap::new(),
        };
        for (fact, _, version) in &history.given.log {
            history.versions.insert(fact.resource(), *version);
        }
        history.tallies = history.given.set.take_changes().tallies;
        history.holds();
        history.holds_after_a_decision();
        history
    }

    fn go_on(&mut self, step: &Step) {
        if let Step::Wait(seconds) = step {
            self.given.now = self.given.now.plus_seconds(*seconds);
            return self.holds();
        }
        let now = self.given.now;
        let Some(command) = self.population.command(step, &mut self.given) else {
            return;
        };
        let rows = &self.given.set;
        let needs = command.needs(rows);
        let decided = decide(&command, rows, rows, &needs, now);
        self.a_sweep_changes_no_answer(&command, decided.as_ref().err());
        self.takes_what_it_holds(&command, &needs, &decided);

        let lasting = cache::lasting(&needs);
        let mut part = rows.part(&lasting);
        let of_part = decide(&command, &part, rows, &needs, now);
        assert_eq!(of_part, decided, "the part: {command:?}");
        cache::load(&mut self.cache, rows, &lasting, now);
        let of_cache = decide(&command, &self.cache, rows, &needs, now);
        assert_eq!(of_cache, decided, "the cache: {command:?}");

        let Ok(facts) = decided else { return };
        self.happens(facts, &mut part);
    }

    fn happens(&mut self, facts: Vec<Fact>, part: &mut WorkingSet) {
        let (now, before) = (self.given.now, self.given.set.clone());
        for fact in facts {
            self.expires_only_what_is_due(&fact);
            let version = self.given.set.apply(&fact, now).unwrap();
            assert_eq!(part.apply(&fact, now).unwrap(), version);
            assert_eq!(self.cache.apply(&fact, now).unwrap(), version);
            let known = self.versions.entry(fact.resource()).or_insert(0);
            *known += 1;
            assert_eq!(version, *known, "{fact:?}");
            self.given.log.push((fact, now, version));
            self.holds();
            answer::agrees(part, &self.given.set, now);
            answer::agrees(&self.cache, &self.given.set, now);
        }
        self.holds_after_a_decision();
        self.every_change_is_reported(&before);
        self.population.add_new(&self.given.set);
    }

    /// L5: a command gets the same answer whether a sweep ran before or not.
    fn a_sweep_changes_no_answer(&self, command: &Command, refusal: Option<&Refusal>) {
        if !command.asks_for_a_seat_or_a_size() {
            return;
        }
        let (set, now) = (&self.given.set, self.given.now);
        let mut swept = set.clone();
        for seat_pool in truth::seat_pools(set) {
            for fact in assignment::expire_due(set, seat_pool, now) {
                swept.apply(&fact, now).unwrap();
            }
        }
        let needs = command.needs(&swept);
        let after_sweep = decide(command, &swept, &swept, &needs, now).err();
        assert_eq!(after_sweep.as_ref(), refusal, "{command:?}");
    }

    /// A decision that begins with one log, and adds those that the refusals ask for, comes to the
    /// same answer, and to facts for no log but these.
    fn takes_what_it_holds(
        &self,
        command: &Command,
        needs: &[Need],
        decided: &Result<Vec<Fact>, Refusal>,
    ) {
        let (rows, now) = (&self.given.set, self.given.now);
        let mut held = BTreeSet::from([command.home(rows)]);
        let mut set = loop {
            let mut set = WorkingSet::over(held.iter().copied());
            cache::load(&mut set, rows, needs, now);
            match command.decide(&set, now) {
                Err(Refusal::NotHeld(realm)) => assert!(held.insert(realm), "{command:?}"),
                answer => {
                    assert_eq!(&answer, decided, "over {held:?}: {command:?}");
                    break set;
                }
            }
        };
        for fact in decided.iter().flatten() {
            let realm = happens_in(&mut set, fact, now);
            assert!(held.contains(&realm), "over {held:?}: {command:?} {fact:?}");
        }
    }

    fn expires_only_what_is_due(&self, fact: &Fact) {
        if fact.event == (Event::AssignmentExpired {}) {
            let seat = self.given.seat(AssignmentId(fact.id));
            assert!(seat.is_due(self.given.now), "L5: {seat:?}");
        }
    }

    fn holds(&self) {
        let set = &self.given.set;
        rules::hold(set, self.given.log.last().map(|(fact, ..)| fact));
        answer::is_complete(set, self.given.now);
    }

    fn holds_after_a_decision(&self) {
        rules::hold_after_a_decision(&self.given.set, self.given.now);
    }

    /// The rows that differ are those that are reported as touched, and the totals are the counts.
    fn every_change_is_reported(&mut self, before: &WorkingSet) {
        let changes = self.given.set.take_changes();
        let (was, is) = (truth::rows(before), truth::rows(&self.given.set));
        let differ = was
            .keys()
            .chain(is.keys())
            .filter(|id| was.get(id) != is.get(id));
        for resource in differ {
            assert!(changes.touched.contains_key(resource), "{resource:?}");
        }
        for (resource, was_there) in &changes.touched {
            assert_eq!(*was_there, was.contains_key(resource), "{resource:?}");
        }
        for (tally, by) in changes.tallies {
            *self.tallies.entry(tally).or_insert(0) += by;
        }
        self.tallies.retain(|_, count| *count != 0);
        assert_eq!(self.tallies, truth::counts(&self.given.set));
    }

    /// The log in an empty working set gives every row and every answer again.
    fn folds_again(&self) {
        let mut again = WorkingSet::over(realms());
        again.put_answer(SuperAdmins, 0);
        for (fact, at, version) in &self.given.log {
            assert_eq!(again.apply(fact, *at).unwrap(), *version);
        }
        assert_eq!(truth::rows(&again), truth::rows(&self.given.set));
        for need in truth::every_need(&self.given.set) {
            let now = self.given.now;
            let answers = [&again, &self.given.set].map(|set| answer::answer(set, &need, now));
            assert_eq!(answers[0], answers[1], "{need:?}");
        }
        let mut facts = BTreeMap::new();
        for (fact, ..) in &self.given.log {
            *facts.entry(fact.resource()).or_insert(0) += 1;
        }
        assert_eq!(facts, self.versions);
        assert!(!facts.keys().any(|id| id.kind == ResourceKind::ApiKey));
    }

    /// The log of each realm alone gives the rows of that realm again.
    fn folds_log_by_log(&self) {
        let mut joint = WorkingSet::over(realms());
        let mut alone: BTreeMap<Realm, WorkingSet> = BTreeMap::new();
        for (fact, at, version) in &self.given.log {
            let realm = happens_in(&mut joint, fact, *at);
            let own = alone.entry(realm);
            let own = own.or_insert_with(|| WorkingSet::over([realm]));
            assert_eq!(own.apply(fact, *at).unwrap(), *version, "{fact:?}");
        }
        let mut all = truth::rows(&self.given.set);
        for (realm, own) in alone {
            let in_log = |id: &ResourceId| self.given.set.realm_of(*id) == Some(realm);
            let (its, others) = all.into_iter().partition(|(id, _)| in_log(id));
            assert_eq!(truth::rows(&own), its, "{realm:?}");
            all = others;
        }
        assert_eq!(all, BTreeMap::new());
    }
}

/// Those that the working set of a test holds.
fn realms() -> impl Iterator<Item = Realm> {
    (0..10).map(|number| (number > 0).then(|| given::organization(number)))
}

/// The decision over a working set that knows what it needs.
fn decide(
    command: &Command,
    set: &WorkingSet,
    rows: &WorkingSet,
    needs: &[Need],
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    command.decide(&cache::for_a_decision(set, rows, needs, now), now)
}

/// Applies the fact, and returns in whose log it is.
fn happens_in(set: &mut WorkingSet, fact: &Fact, at: Time) -> Realm {
    let before = set.realm_of(fact.resource());
    set.apply(fact, at).unwrap();
    let after = set.realm_of(fact.resource());
    assert!(before.is_none() || after.is_none() || before == after);
    after.or(before).unwrap()
}
