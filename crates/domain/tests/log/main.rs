//! What holds in every history that commands can make, found by trying many of them.
#![allow(clippy::unwrap_used)]

mod cache;
mod command;
#[path = "../given/mod.rs"]
mod given;
mod step;
mod truth;

use command::Command;
use domain::{
    AssignmentId, Event, Fact, OrganizationId, Resource, ResourceKind, UserId, VariantId, World,
    assignment::{self, AssignmentStatus},
    tally::Tally,
    user::UserStatus,
};
use given::Given;
use proptest::prelude::*;
use std::collections::BTreeMap;
use step::{Cast, Step};

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn every_history_keeps_the_rules(steps in prop::collection::vec(step::a_step(), 1..60)) {
        let mut history = History::begin();
        for step in &steps {
            history.go_on(step);
        }
        history.folds_again();
    }
}

/// A world that knows everything, and the worlds and numbers that must agree with it.
struct History {
    given: Given,
    cast: Cast,
    cache: World,
    tallies: BTreeMap<Tally, i64>,
    versions: BTreeMap<Resource, i64>,
}

impl History {
    fn begin() -> Self {
        let mut given = Given::empty();
        let cast = Cast::first(&mut given);
        let mut history = Self {
            given,
            cast,
            cache: World::default(),
            tallies: BTreeMap::new(),
            versions: BTreeMap::new(),
        };
        for (fact, _, version) in &history.given.log {
            history.versions.insert(fact.resource(), *version);
        }
        history.tallies = history.given.world.take_changes().tallies;
        history.holds();
        history
    }

    fn go_on(&mut self, step: &Step) {
        if let Step::Wait(seconds) = step {
            self.given.now = self.given.now.plus_seconds(*seconds);
            return self.holds();
        }
        let now = self.given.now;
        let Some(command) = self.cast.command(step, &mut self.given) else {
            return;
        };
        let decided = command.decide(&self.given.world, now);
        self.a_sweep_changes_no_answer(&command, decided.as_ref().err());

        let needs = command.needs(&self.given.world);
        let mut part = self.given.world.part(&needs);
        assert_eq!(command.decide(&part, now), decided, "the part: {command:?}");
        cache::load(&mut self.cache, &self.given.world, &needs, now);
        let of_cache = command.decide(&self.cache, now);
        assert_eq!(of_cache, decided, "the cache: {command:?}");

        let Ok(facts) = decided else { return };
        let before = self.given.world.clone();
        for fact in facts {
            self.expires_only_what_is_due(&fact);
            let version = self.given.world.apply(&fact, now).unwrap();
            assert_eq!(part.apply(&fact, now).unwrap(), version);
            assert_eq!(self.cache.apply(&fact, now).unwrap(), version);
            let known = self.versions.entry(fact.resource()).or_insert(0);
            *known += 1;
            assert_eq!(version, *known, "{fact:?}");
            self.given.log.push((fact, now, version));
            self.holds();
            truth::agrees(&part, &self.given.world, now);
            truth::agrees(&self.cache, &self.given.world, now);
        }
        self.every_change_is_told(&before);
        self.cast.came(&self.given.world);
    }

    /// L5: who asks gets the same answer whether the sweep came by before or not.
    fn a_sweep_changes_no_answer(&self, command: &Command, refusal: Option<&domain::Refusal>) {
        if !command.asks_for_a_seat_or_a_size() {
            return;
        }
        let mut swept = self.given.world.clone();
        for variant in self.given.world.variants().into_keys() {
            for fact in assignment::expire_due(&self.given.world, variant, self.given.now) {
                swept.apply(&fact, self.given.now).unwrap();
            }
        }
        let after_sweep = command.decide(&swept, self.given.now).err();
        assert_eq!(after_sweep.as_ref(), refusal, "{command:?}");
    }

    fn expires_only_what_is_due(&self, fact: &Fact) {
        if fact.event == (Event::AssignmentExpired {}) {
            let seat = self.given.seat(AssignmentId(fact.id));
            assert!(seat.is_due(self.given.now), "L5: {seat:?}");
        }
    }

    fn holds(&self) {
        let world = &self.given.world;
        for (id, variant) in world.variants() {
            let of_it = || {
                world
                    .assignments()
                    .into_values()
                    .filter(move |a| a.variant_id == id)
            };
            let active = of_it().filter(|a| a.status == AssignmentStatus::Active);
            assert_eq!(variant.active_count, active.count() as i64);
            assert_eq!(variant.assignment_count, of_it().count() as i64);
            let capacity = variant.capacity.map_or(i64::MAX, i64::from);
            assert!(variant.active_count <= capacity, "L1: {variant:?}");
        }
        let mut held: BTreeMap<(UserId, VariantId), AssignmentId> = BTreeMap::new();
        for (id, seat) in world.assignments() {
            let owner = given_to(world, seat.variant_id);
            assert!(
                owner.is_none() || owner == seat.organization_id,
                "L10: {seat:?}"
            );
            if seat.status == AssignmentStatus::Active {
                let other = held.insert((seat.user_id, seat.variant_id), id);
                assert_eq!(other, None, "L2: {seat:?}");
                let deleted = world.user(seat.user_id).unwrap().status == UserStatus::Deleted;
                assert!(
                    !deleted || self.is_being_deleted(seat.user_id),
                    "L9: {seat:?}"
                );
            }
        }
        truth::is_complete(world, self.given.now);
    }

    /// The seats of a user go before the user does, so no one who is deleted holds any.
    fn is_being_deleted(&self, user: UserId) -> bool {
        let last = self.given.log.last();
        last.is_some_and(|(fact, ..)| fact.id == user.0 && fact.event != Event::UserDeleted {})
    }

    /// The rows that differ are those that are told to be written, and the totals are the counts.
    fn every_change_is_told(&mut self, before: &World) {
        let changes = self.given.world.take_changes();
        let (was, is) = (truth::rows(before), truth::rows(&self.given.world));
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
        assert_eq!(self.tallies, truth::counts(&self.given.world));
    }

    /// The log in an empty world gives every row and every answer again.
    fn folds_again(&self) {
        let mut again = World::default();
        again.put_super_admins(0);
        for (fact, at, version) in &self.given.log {
            assert_eq!(again.apply(fact, *at).unwrap(), *version);
        }
        assert_eq!(truth::rows(&again), truth::rows(&self.given.world));
        for need in truth::every_need(&self.given.world) {
            let now = self.given.now;
            let answers = [&again, &self.given.world].map(|world| truth::answer(world, &need, now));
            assert_eq!(answers[0], answers[1], "{need:?}");
        }
        for (id, version) in &self.versions {
            let of_it = self
                .given
                .log
                .iter()
                .filter(|(fact, ..)| fact.resource() == *id);
            assert_eq!(of_it.count() as i64, *version);
        }
        assert!(
            !self
                .versions
                .keys()
                .any(|id| id.kind == ResourceKind::ApiKey)
        );
    }
}

/// The organization to whose users alone the variant is given.
fn given_to(world: &World, variant: VariantId) -> Option<OrganizationId> {
    world.variant(variant).unwrap().organization_id
}
