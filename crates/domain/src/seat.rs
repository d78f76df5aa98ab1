//! Holders of seats, the seat pools that seats are taken from, and the one decision about taking one.

use crate::{
    Event, Fact, Realm, Refusal, ResourceKind, StationId, Time, UserId, VariantId, WorkingSet,
    assignment::SeatOf, organization, pool::PoolOf, station::Station, user::User, variant::Variant,
};
use serde::{Deserialize, Serialize};
use uuid::Uuid;

/// Who holds a seat: a user or a station.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub enum Holder {
    /// A person.
    #[serde(rename = "userId")]
    User(UserId),
    /// A site.
    #[serde(rename = "stationId")]
    Station(StationId),
}

impl Holder {
    /// The user, when one holds it.
    pub const fn user(self) -> Option<UserId> {
        match self {
            Self::User(id) => Some(id),
            Self::Station(_) => None,
        }
    }

    /// The station, when one holds it.
    pub const fn station(self) -> Option<StationId> {
        match self {
            Self::Station(id) => Some(id),
            Self::User(_) => None,
        }
    }

    /// The id, of whichever kind: no user and station share one.
    pub const fn id(self) -> Uuid {
        match self {
            Self::User(id) => id.0,
            Self::Station(id) => id.0,
        }
    }
}

/// Seats that are given out together: those of a variant that its own realm gives out, or of a
/// catalogue variant that an organization gives out of its pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct SeatPool {
    /// The variant.
    pub variant: VariantId,
    /// Who gives the seats out. The seats that are held are in the log of this realm.
    pub realm: Realm,
}

/// The state of a holder that is about to take a seat.
pub(crate) struct HolderState<'a> {
    holder: Holder,
    /// Where the holder belongs.
    pub(crate) organization: Realm,
    state: State<'a>,
}

enum State<'a> {
    User(&'a User),
    Station(&'a Station),
}

impl HolderState<'_> {
    /// L9: whether it may take a seat.
    pub(crate) fn may_take(&self) -> Result<(), Refusal> {
        match self.state {
            State::User(user) => user.may_take_seat(),
            State::Station(station) => station.not_removed(),
        }
    }
}

/// The holder, when it is there.
pub(crate) fn holder_state(set: &WorkingSet, holder: Holder) -> Result<HolderState<'_>, Refusal> {
    let (organization, state) = match holder {
        Holder::User(id) => {
            let user = set.existing(id)?;
            (user.organization_id, State::User(user))
        }
        Holder::Station(id) => {
            let station = set.existing(id)?;
            (Some(station.organization_id), State::Station(station))
        }
    };
    set.must_hold(organization)?;
    organization::open_realm(set, organization)?;
    Ok(HolderState {
        holder,
        organization,
        state,
    })
}

/// The refusal for an organization that was given no seats of the variant.
pub(crate) const NO_POOL: Refusal = Refusal::CapacityExceeded {
    capacity: 0,
    active: 0,
    next_free_at: None,
};

/// L10: who gives the seat out. A variant of an organization goes to its own only; a variant of the
/// platform's catalogue goes out of the pool of the organization, or straight from the platform to
/// its own members and, when the platform itself asks, to those who have no pool.
pub(crate) fn pool_owner(
    set: &WorkingSet,
    to: &HolderState<'_>,
    variant: &Variant,
    for_platform: bool,
) -> Result<Realm, Refusal> {
    match (variant.organization_id, to.organization) {
        (owner, home) if owner == home => Ok(home),
        (Some(_), _) => Err(Refusal::OrganizationMismatch),
        (None, Some(home)) if set.found(&PoolOf(home, variant.id)).is_some() => Ok(Some(home)),
        (None, _) if for_platform => Ok(None),
        (None, _) => Err(NO_POOL),
    }
}

/// The seats there are and those in use, when there is no free one.
fn full(set: &WorkingSet, variant: &Variant, realm: Realm) -> Option<(i32, i64)> {
    if variant.organization_id == realm {
        let capacity = variant.capacity.filter(|_| variant.is_full())?;
        return Some((capacity, variant.active_count));
    }
    let pool = set
        .found(&PoolOf(realm?, variant.id))
        .filter(|pool| pool.is_full())?;
    Some((pool.seats, pool.active_count))
}

/// The one decision behind every way to take a seat, when L9 and L10 hold: L2 and L1, and nobody of a
/// deleted organization takes any. Seats whose end has passed do not count (L5): those that stand in
/// the way are freed by the facts it gives.
pub(crate) fn take(
    set: &WorkingSet,
    to: &HolderState<'_>,
    variant: &Variant,
    realm: Realm,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    set.must_hold(realm)?;
    organization::open_realm(set, to.organization)?;
    let seat_pool = SeatPool {
        variant: variant.id,
        realm,
    };
    if let Some(held) = set.find(&SeatOf(to.holder, variant.id)) {
        let held = set.get(held).filter(|seat| seat.is_due(now));
        let due = held.ok_or(Refusal::DuplicateActiveAssignment)?;
        set.must_hold(due.realm)?;
        let freed = Event::AssignmentExpired {}.of(due.id.0);
        if due.realm == realm {
            return Ok(vec![freed]);
        }
        let mut facts = free_seat(set, variant, seat_pool, now)?;
        facts.push(freed);
        return Ok(facts);
    }
    free_seat(set, variant, seat_pool, now)
}

fn free_seat(
    set: &WorkingSet,
    variant: &Variant,
    seat_pool: SeatPool,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    let Some((capacity, active)) = full(set, variant, seat_pool.realm) else {
        return Ok(Vec::new());
    };
    let Some(due) = set.due_seats(seat_pool, now).next() else {
        let next_free_at = set.next_end(seat_pool, now);
        return Err(Refusal::CapacityExceeded {
            capacity,
            active,
            next_free_at,
        });
    };
    Ok(vec![Event::AssignmentExpired {}.of(due.0)])
}

/// Counts seats where they are given out: at the variant, or at the pool of it.
pub(crate) fn count_at_pool_owner(
    set: &mut WorkingSet,
    seat_pool: SeatPool,
    active: i64,
    made: i64,
) -> Option<()> {
    let own = set.get_mut(seat_pool.variant);
    if let Some(variant) = own.filter(|variant| variant.organization_id == seat_pool.realm) {
        variant.active_count += active;
        variant.assignment_count += made;
        set.touch(ResourceKind::Variant, seat_pool.variant.0, true);
        return Some(());
    }
    let id = set.find(&PoolOf(seat_pool.realm?, seat_pool.variant))?;
    let pool = set.get_mut(id)?;
    pool.active_count += active;
    pool.assignment_count += made;
    set.touch(ResourceKind::Pool, id.0, true);
    Some(())
}
