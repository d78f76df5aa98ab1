//! Seats: the assignment itself, the counts of its variant, and every answer about who holds a seat
//! and when it comes free.

use super::World;
use crate::{
    AssignmentId, Event, Holder, OrganizationId, Pot, ResourceKind, Time, VariantId,
    assignment::{self, Assignment, AssignmentStatus},
    tally::Tally,
};
use std::collections::BTreeSet;

/// The active seats of a variant that end no later than a horizon.
#[derive(Clone, Debug)]
pub(super) struct Ending {
    horizon: Time,
    seats: BTreeSet<(Time, AssignmentId)>,
}

impl Ending {
    /// The horizon behind which nothing can lie.
    const ENDLESS: Time = Time::from_micros(i64::MAX);

    /// These seats, with none missing that ends by the horizon.
    pub(super) fn new(horizon: Time, seats: BTreeSet<(Time, AssignmentId)>) -> Self {
        Self { horizon, seats }
    }

    /// How many seats they are.
    pub(super) fn len(&self) -> usize {
        self.seats.len()
    }

    /// Of a variant that nobody holds a seat of.
    pub(super) fn none() -> Self {
        Self::new(Self::ENDLESS, BTreeSet::new())
    }

    /// Whether every seat that has ended by now is among these.
    pub(super) fn reaches(&self, now: Time) -> bool {
        now <= self.horizon
    }

    /// The seats, those first that end first.
    pub(super) fn seats(&self) -> impl Iterator<Item = AssignmentId> {
        self.seats.iter().map(|(_, id)| *id)
    }

    /// The first end to come, when it is among these.
    fn next(&self, now: Time) -> Option<Time> {
        let mut ends = self.seats.iter().map(|(end, _)| *end);
        ends.find(|end| *end > now)
    }

    /// Whether the first end to come is among these, or there is none at all.
    fn tells_the_next(&self, now: Time) -> bool {
        self.next(now).is_some() || self.horizon == Self::ENDLESS
    }
}

impl World {
    /// The active seat that the holder has of the variant.
    pub fn active_seat(&self, holder: Holder, variant: VariantId) -> Option<AssignmentId> {
        *self.seats.get(&(holder, variant))?
    }

    /// The active seats of the pot whose end has passed, those first that ended first.
    pub fn due_seats(&self, pot: Pot, now: Time) -> impl Iterator<Item = AssignmentId> {
        let ending = self.ending.get(&pot).into_iter();
        ending
            .flat_map(|ending| &ending.seats)
            .take_while(move |(end, _)| *end <= now)
            .map(|(_, id)| *id)
    }

    /// The first end to come of an active seat of the pot. Ends that have passed do not count:
    /// such a seat is free for whoever asks.
    pub fn next_end(&self, pot: Pot, now: Time) -> Option<Time> {
        match self.next_ends.get(&pot) {
            Some(Some(end)) if *end > now => Some(*end),
            Some(None) => None,
            _ => self.ending.get(&pot)?.next(now),
        }
    }

    /// Whether [`World::next_end`] is the answer and not a gap.
    pub(super) fn knows_next_end(&self, pot: Pot, now: Time) -> bool {
        let known = match self.next_ends.get(&pot) {
            Some(Some(end)) => *end > now,
            Some(None) => true,
            None => false,
        };
        let ending = self.ending.get(&pot);
        known || ending.is_some_and(|ending| ending.tells_the_next(now))
    }

    /// The active seats of the holder.
    pub fn seats_of(&self, holder: Holder) -> Vec<AssignmentId> {
        let seats = self.seats_of.get(&holder).into_iter().flatten();
        seats.copied().collect()
    }

    /// The active seats that the users and stations of the organization hold.
    pub fn seats_of_organization(&self, organization: OrganizationId) -> Vec<AssignmentId> {
        let seats = self.seats_of_organization.get(&organization);
        seats.into_iter().flatten().copied().collect()
    }
}

impl World {
    /// Lets a fact happen to an assignment, and moves the counts of its variant with it.
    pub(super) fn apply_to_assignment(
        &mut self,
        id: AssignmentId,
        event: &Event,
        at: Time,
    ) -> Option<i64> {
        let before = self.assignments.get(&id).cloned().flatten();
        let after = assignment::evolve(before.clone(), id, event, at)?;
        let holds = |seat: &Assignment| i64::from(seat.status == AssignmentStatus::Active);
        let active = holds(&after) - before.as_ref().map_or(0, holds);
        let made = i64::from(before.is_none());
        if active != 0 || made != 0 {
            self.count_at_giver(after.pot(), active, made)?;
        }
        if let (None, Some(of)) = (after.realm, after.organization_id) {
            self.outside_pool.remove(&(of, after.variant_id));
        }
        self.touch(ResourceKind::Assignment, id.0, before.is_some());
        if let Some(before) = &before {
            self.tally(before.realm, Tally::Assignments(before.status), -1);
            self.forget_seat(before);
        }
        self.tally(after.realm, Tally::Assignments(after.status), 1);
        if after.status == AssignmentStatus::Active {
            self.remember_seat(&after);
        }
        let version = after.version;
        self.assignments.insert(id, Some(after));
        Some(version)
    }

    /// Seats are counted where they are given out: at the variant, or at the pool of it.
    fn count_at_giver(&mut self, pot: Pot, active: i64, made: i64) -> Option<()> {
        let known = self.variants.get_mut(&pot.variant).and_then(Option::as_mut);
        if let Some(variant) = known.filter(|variant| variant.organization_id == pot.realm) {
            variant.active_count += active;
            variant.assignment_count += made;
            self.touch(ResourceKind::Variant, pot.variant.0, true);
            return Some(());
        }
        let id = (*self.pools_by.get(&(pot.realm?, pot.variant))?)?;
        let pool = self.pools.get_mut(&id)?.as_mut()?;
        pool.active_count += active;
        pool.assignment_count += made;
        self.touch(ResourceKind::Pool, id.0, true);
        Some(())
    }

    fn forget_seat(&mut self, seat: &Assignment) {
        if seat.status != AssignmentStatus::Active {
            return;
        }
        self.seats.insert((seat.holder, seat.variant_id), None);
        if let Some(seats) = self.seats_of.get_mut(&seat.holder) {
            seats.remove(&seat.id);
        }
        if let Some(of) = seat.organization_id
            && let Some(seats) = self.seats_of_organization.get_mut(&of)
        {
            seats.remove(&seat.id);
        }
        let Some(end) = seat.ends_at else { return };
        if let Some(ending) = self.ending.get_mut(&seat.pot()) {
            ending.seats.remove(&(end, seat.id));
        }
        if self.next_ends.get(&seat.pot()) == Some(&Some(end)) {
            self.next_ends.remove(&seat.pot());
        }
    }

    fn remember_seat(&mut self, seat: &Assignment) {
        self.seats
            .insert((seat.holder, seat.variant_id), Some(seat.id));
        if let Some(seats) = self.seats_of.get_mut(&seat.holder) {
            seats.insert(seat.id);
        }
        if let Some(of) = seat.organization_id
            && let Some(seats) = self.seats_of_organization.get_mut(&of)
        {
            seats.insert(seat.id);
        }
        let Some(end) = seat.ends_at else { return };
        if let Some(ending) = self.ending.get_mut(&seat.pot())
            && end <= ending.horizon
        {
            ending.seats.insert((end, seat.id));
        }
        if let Some(next) = self.next_ends.get_mut(&seat.pot()) {
            *next = Some(next.map_or(end, |known| known.min(end)));
        }
    }
}
