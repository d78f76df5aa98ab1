//! What decisions ask about seats: who holds one, and when it comes free.

use super::Assignment;
use crate::{
    AssignmentId, Holder, Need, OrganizationId, SeatPool, Time, VariantId, WorkingSet,
    kernel::{Answer, Asked, Question},
    pool::PoolOf,
};
use std::collections::BTreeSet;

/// The active seat that the holder has of the variant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatOf(pub Holder, pub VariantId);

impl Question for SeatOf {
    type Of = Assignment;
    type Answer = Option<AssignmentId>;

    fn about(seat: &Assignment) -> Option<Self> {
        seat.is_active()
            .then_some(Self(seat.holder, seat.variant_id))
    }
}

/// The active seats of the holder, and what counts them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatsOf(pub Holder);

impl Question for SeatsOf {
    type Of = Assignment;
    type Answer = BTreeSet<AssignmentId>;

    fn about(seat: &Assignment) -> Option<Self> {
        seat.is_active().then_some(Self(seat.holder))
    }

    fn along(&self, set: &WorkingSet) -> Vec<Need> {
        pool_owners(set.listed(self))
    }
}

/// The active seats that the users and stations of the organization hold, and what counts them.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatsOfOrganization(pub OrganizationId);

impl Question for SeatsOfOrganization {
    type Of = Assignment;
    type Answer = BTreeSet<AssignmentId>;

    fn about(seat: &Assignment) -> Option<Self> {
        seat.organization_id.filter(|_| seat.is_active()).map(Self)
    }

    fn along(&self, set: &WorkingSet) -> Vec<Need> {
        pool_owners(set.listed(self))
    }
}

/// Freeing a seat counts where it was given out: at its variant or at a pool.
fn pool_owners(seats: Vec<&Assignment>) -> Vec<Need> {
    let seat_pools: BTreeSet<SeatPool> = seats.into_iter().map(Assignment::seat_pool).collect();
    let needs = seat_pools
        .into_iter()
        .flat_map(|SeatPool { variant, realm }| {
            let pool = realm.map(|of| PoolOf(of, variant).into());
            [Some(variant.into()), pool].into_iter().flatten()
        });
    needs.collect()
}

/// The active seats of the seat pool whose end has passed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct DueSeats(pub SeatPool);

impl Question for DueSeats {
    type Of = Assignment;
    type Answer = Ending;

    fn about(seat: &Assignment) -> Option<Self> {
        ends(seat).map(|_| Self(seat.seat_pool()))
    }
}

/// When the next seat of the seat pool comes free that is not free already.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct NextEnd(pub SeatPool);

impl Question for NextEnd {
    type Of = Assignment;
    type Answer = FirstEnd;

    fn about(seat: &Assignment) -> Option<Self> {
        ends(seat).map(|_| Self(seat.seat_pool()))
    }

    /// The seats that end within the horizon may contain it.
    fn is_known(&self, set: &WorkingSet, now: Time) -> bool
    where
        Self: Asked,
    {
        let known = set.answer(self).is_some_and(|first| first.holds(now));
        let ending = set.answer(&DueSeats(self.0));
        known || ending.is_some_and(|ending| ending.knows_the_next(now))
    }

    fn beside(&self) -> Vec<Need> {
        vec![DueSeats(self.0).into()]
    }
}

/// How many active seats the organization holds of the catalogue variant that no pool counts and
/// whose end has not passed.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatsOutsidePool(pub OrganizationId, pub VariantId);

impl Question for SeatsOutsidePool {
    type Of = Assignment;
    type Answer = CountedAt;

    fn about(seat: &Assignment) -> Option<Self> {
        let of = seat.organization_id.filter(|_| seat.realm.is_none())?;
        Some(Self(of, seat.variant_id))
    }
}

/// The end of a seat that is active.
fn ends(seat: &Assignment) -> Option<Time> {
    seat.ends_at.filter(|_| seat.is_active())
}

/// The active seats of a seat pool that end no later than a horizon.
#[derive(Clone, Debug)]
pub struct Ending {
    horizon: Time,
    seats: BTreeSet<(Time, AssignmentId)>,
}

impl Ending {
    /// The horizon behind which nothing can lie.
    const ENDLESS: Time = Time::from_micros(i64::MAX);

    /// These seats, with none missing that ends by the horizon.
    pub fn new(horizon: Time, seats: BTreeSet<(Time, AssignmentId)>) -> Self {
        Self { horizon, seats }
    }

    /// The first end to come, when it is among these.
    fn next(&self, now: Time) -> Option<Time> {
        let mut ends = self.seats.iter().map(|(end, _)| *end);
        ends.find(|end| *end > now)
    }

    /// Whether the first end to come is among these, or there is none at all.
    fn knows_the_next(&self, now: Time) -> bool {
        self.next(now).is_some() || self.horizon == Self::ENDLESS
    }
}

/// Of a seat pool that nobody holds a seat of.
impl Default for Ending {
    fn default() -> Self {
        Self::new(Self::ENDLESS, BTreeSet::new())
    }
}

impl Answer<Assignment> for Ending {
    const AGES: bool = true;

    fn join(&mut self, seat: &Assignment) {
        if let Some(end) = seat.ends_at
            && end <= self.horizon
        {
            self.seats.insert((end, seat.id));
        }
    }

    fn leave(&mut self, seat: &Assignment) {
        if let Some(end) = seat.ends_at {
            self.seats.remove(&(end, seat.id));
        }
    }

    fn holds(&self, now: Time) -> bool {
        now <= self.horizon
    }

    /// Those first that end first.
    fn named(&self) -> Vec<AssignmentId> {
        self.seats.iter().map(|(_, id)| *id).collect()
    }

    fn listed(&self) -> usize {
        self.seats.len()
    }
}

/// The first end to come of an active seat of a seat pool, as it was when it was asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FirstEnd {
    /// This one, or none to come.
    Known(Option<Time>),
    /// The one that was known is gone.
    Unknown,
}

/// None to come.
impl Default for FirstEnd {
    fn default() -> Self {
        Self::Known(None)
    }
}

impl Answer<Assignment> for FirstEnd {
    const AGES: bool = true;

    fn join(&mut self, seat: &Assignment) {
        if let (Self::Known(first), Some(end)) = (self, seat.ends_at) {
            *first = Some(first.map_or(end, |known| known.min(end)));
        }
    }

    fn leave(&mut self, seat: &Assignment) {
        if *self == Self::Known(seat.ends_at) {
            *self = Self::Unknown;
        }
    }

    fn holds(&self, now: Time) -> bool {
        match self {
            Self::Known(first) => first.is_none_or(|end| end > now),
            Self::Unknown => false,
        }
    }
}

/// A count of what comes to its end with time: it is good for the decision that it was made for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct CountedAt {
    seats: i64,
    /// None once a seat was changed.
    at: Option<Time>,
}

impl CountedAt {
    /// So many, counted at this time.
    pub fn new(seats: i64, at: Time) -> Self {
        Self {
            seats,
            at: Some(at),
        }
    }
}

impl Answer<Assignment> for CountedAt {
    const AGES: bool = true;

    fn join(&mut self, _: &Assignment) {
        self.at = None;
    }

    fn leave(&mut self, _: &Assignment) {
        self.at = None;
    }

    fn holds(&self, now: Time) -> bool {
        self.at == Some(now)
    }
}

impl WorkingSet {
    /// The active seats of the seat pool whose end has passed, those first that ended first.
    pub fn due_seats(&self, seat_pool: SeatPool, now: Time) -> impl Iterator<Item = AssignmentId> {
        let ending = self.answer(&DueSeats(seat_pool)).into_iter();
        ending
            .flat_map(|ending| &ending.seats)
            .take_while(move |(end, _)| *end <= now)
            .map(|(_, id)| *id)
    }

    /// The first end to come of an active seat of the seat pool. Ends that have passed do not count:
    /// such a seat is free.
    pub fn next_end(&self, seat_pool: SeatPool, now: Time) -> Option<Time> {
        match self.answer(&NextEnd(seat_pool)) {
            Some(FirstEnd::Known(Some(end))) if *end > now => Some(*end),
            Some(FirstEnd::Known(None)) => None,
            _ => self.answer(&DueSeats(seat_pool))?.next(now),
        }
    }

    /// The active seats that the organization holds of a catalogue variant and that no pool counts.
    pub fn seats_outside_pool(&self, of: OrganizationId, variant: VariantId) -> i64 {
        let counted = self.answer(&SeatsOutsidePool(of, variant));
        counted.map_or(0, |counted| counted.seats)
    }
}
