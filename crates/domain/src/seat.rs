//! Who holds a seat, out of what it is taken, and the one decision about taking it.

use crate::{
    Event, Fact, Realm, Refusal, ResourceKind, StationId, Time, UserId, VariantId, World,
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
pub struct Pot {
    /// The variant.
    pub variant: VariantId,
    /// Who gives the seats out. The seats that are held are in the log of this realm.
    pub realm: Realm,
}

/// Who is about to take a seat.
pub(crate) struct Taker<'a> {
    holder: Holder,
    /// Where the holder belongs.
    pub(crate) organization: Realm,
    state: State<'a>,
}

enum State<'a> {
    User(&'a User),
    Station(&'a Station),
}

impl Taker<'_> {
    /// L9: whether it may take a seat.
    pub(crate) fn may_take(&self) -> Result<(), Refusal> {
        match self.state {
            State::User(user) => user.may_take_seat(),
            State::Station(station) => station.not_removed(),
        }
    }
}

/// The holder, when it is there.
pub(crate) fn taker(world: &World, holder: Holder) -> Result<Taker<'_>, Refusal> {
    let (organization, state) = match holder {
        Holder::User(id) => {
            let user = world.existing(id)?;
            (user.organization_id, State::User(user))
        }
        Holder::Station(id) => {
            let station = world.existing(id)?;
            (Some(station.organization_id), State::Station(station))
        }
    };
    world.must_hold(organization)?;
    organization::open_realm(world, organization)?;
    Ok(Taker {
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
pub(crate) fn giver(
    world: &World,
    taker: &Taker<'_>,
    variant: &Variant,
    for_platform: bool,
) -> Result<Realm, Refusal> {
    match (variant.organization_id, taker.organization) {
        (owner, home) if owner == home => Ok(home),
        (Some(_), _) => Err(Refusal::OrganizationMismatch),
        (None, Some(home)) if world.found(&PoolOf(home, variant.id)).is_some() => Ok(Some(home)),
        (None, _) if for_platform => Ok(None),
        (None, _) => Err(NO_POOL),
    }
}

/// The seats there are and those in use, when there is no free one.
fn full(world: &World, variant: &Variant, realm: Realm) -> Option<(i32, i64)> {
    if variant.organization_id == realm {
        let capacity = variant.capacity.filter(|_| variant.is_full())?;
        return Some((capacity, variant.active_count));
    }
    let pool = world
        .found(&PoolOf(realm?, variant.id))
        .filter(|pool| pool.is_full())?;
    Some((pool.seats, pool.active_count))
}

/// The one decision behind every door to a seat, when L9 and L10 hold: L2 and L1, and nobody of a
/// deleted organization takes any. Seats whose end has passed do not count (L5): those that stand in the way are freed by the facts it gives.
pub(crate) fn take(
    world: &World,
    taker: &Taker<'_>,
    variant: &Variant,
    realm: Realm,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    world.must_hold(realm)?;
    organization::open_realm(world, taker.organization)?;
    let pot = Pot {
        variant: variant.id,
        realm,
    };
    if let Some(held) = world.find(&SeatOf(taker.holder, variant.id)) {
        let held = world.get(held).filter(|seat| seat.is_due(now));
        let due = held.ok_or(Refusal::DuplicateActiveAssignment)?;
        world.must_hold(due.realm)?;
        let freed = Event::AssignmentExpired {}.of(due.id.0);
        if due.realm == realm {
            return Ok(vec![freed]);
        }
        let mut facts = room(world, variant, pot, now)?;
        facts.push(freed);
        return Ok(facts);
    }
    room(world, variant, pot, now)
}

fn room(world: &World, variant: &Variant, pot: Pot, now: Time) -> Result<Vec<Fact>, Refusal> {
    let Some((capacity, active)) = full(world, variant, pot.realm) else {
        return Ok(Vec::new());
    };
    let Some(due) = world.due_seats(pot, now).next() else {
        let next_free_at = world.next_end(pot, now);
        return Err(Refusal::CapacityExceeded {
            capacity,
            active,
            next_free_at,
        });
    };
    Ok(vec![Event::AssignmentExpired {}.of(due.0)])
}

/// Counts seats where they are given out: at the variant, or at the pool of it.
pub(crate) fn count_at_giver(world: &mut World, pot: Pot, active: i64, made: i64) -> Option<()> {
    let own = world.get_mut(pot.variant);
    if let Some(variant) = own.filter(|variant| variant.organization_id == pot.realm) {
        variant.active_count += active;
        variant.assignment_count += made;
        world.touch(ResourceKind::Variant, pot.variant.0, true);
        return Some(());
    }
    let id = world.find(&PoolOf(pot.realm?, pot.variant))?;
    let pool = world.get_mut(id)?;
    pool.active_count += active;
    pool.assignment_count += made;
    world.touch(ResourceKind::Pool, id.0, true);
    Some(())
}
