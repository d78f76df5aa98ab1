//! What the platform gave away of its catalogue: the platform's side of a [`pool`](crate::pool).

use crate::{
    AllocationId, Event, Need, OrganizationId, PoolId, Realm, Refusal, ResourceKind, Target, Time,
    VariantId, WorkingSet, assignment,
    event::Fact,
    kernel::{Question, Resource},
    pool::{self, Pool, PoolOf},
    variant::Variant,
};
use serde::{Deserialize, Serialize};

/// Seats of a catalogue variant that an organization was given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Allocation {
    /// Its id.
    pub id: AllocationId,
    /// Who was given the seats.
    pub organization_id: OrganizationId,
    /// The variant whose seats they are.
    pub variant_id: VariantId,
    /// How many.
    pub seats: i32,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// The number of its facts.
    pub version: i64,
}

impl Resource for Allocation {
    fn realm(&self) -> Realm {
        None
    }

    fn target(&self) -> Target {
        Target::of(Some(self.organization_id))
    }

    fn evolve(state: Option<Self>, id: AllocationId, event: &Event, at: Time) -> Option<Self> {
        if let Event::AllocationCreated(new) = event {
            return state.is_none().then_some(Allocation {
                id,
                organization_id: new.organization_id,
                variant_id: new.variant_id,
                seats: new.seats,
                created_at: at,
                updated_at: at,
                version: 1,
            });
        }
        let mut allocation = state?;
        let Event::AllocationChanged(change) = event else {
            return None;
        };
        allocation.seats = change.seats;
        allocation.updated_at = at;
        allocation.version += 1;
        Some(allocation)
    }

    fn is_removed_by(event: &Event) -> bool {
        matches!(event, Event::AllocationClosed(_))
    }

    fn organization(&self) -> Realm {
        Some(self.organization_id)
    }

    /// What is given away is taken out of the capacity of the variant.
    fn count(
        set: &mut WorkingSet,
        before: Option<&Self>,
        after: Option<&Self>,
        event: &Event,
    ) -> Option<()> {
        let seats = |side: Option<&Self>| side.map_or(0, |one| i64::from(one.seats));
        let id = after.or(before)?.variant_id;
        let variant = set.get_mut(id)?;
        variant.active_count += seats(after) - seats(before);
        variant.allocated += seats(after) - seats(before);
        variant.allocation_count += i64::from(after.is_some()) - i64::from(before.is_some());
        if let Event::AllocationClosed(closed) = event {
            variant.assignment_count += closed.assignments;
        }
        set.touch(ResourceKind::Variant, id.0, true);
        Some(())
    }
}

/// What the platform gave the organization of the variant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AllocationTo(pub OrganizationId, pub VariantId);

impl Question for AllocationTo {
    type Of = Allocation;
    type Answer = Option<AllocationId>;

    fn about(allocation: &Allocation) -> Option<Self> {
        Some(Self(allocation.organization_id, allocation.variant_id))
    }

    /// The variant counts what is given back.
    fn along(&self, _: &WorkingSet) -> Vec<Need> {
        vec![self.1.into()]
    }
}

/// Seats were given.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Who was given the seats.
    pub organization_id: OrganizationId,
    /// The variant whose seats they are.
    pub variant_id: VariantId,
    /// How many.
    pub seats: i32,
}

/// The number of seats changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// How many from now on.
    pub seats: i32,
}

/// The seats were taken back.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Closed {
    /// Assignments that the pool ever had; the variant counts them from now on (L7).
    pub assignments: i64,
}

/// The ids that an allocation and its pool get when they are new.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct NewIds {
    /// Of the platform's side.
    pub allocation: AllocationId,
    /// Of the organization's side.
    pub pool: PoolId,
}

/// Gives an organization this many seats of a catalogue variant, in place of what it had. The pools
/// together never exceed the capacity, and no pool goes below its seats in use. Seats whose end has
/// passed are not in use and are freed with it (L5).
pub fn put(
    set: &WorkingSet,
    organization: OrganizationId,
    variant: &Variant,
    seats: i32,
    new: NewIds,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    set.must_hold(None)?;
    set.must_hold(Some(organization))?;
    crate::organization::open_realm(set, Some(organization))?;
    if variant.organization_id.is_some() {
        return Err(Refusal::OrganizationMismatch);
    }
    let before = set.found(&PoolOf(organization, variant.id));
    let mut facts = match before {
        Some(pool) if pool.seats == seats => return Ok(Vec::new()),
        Some(pool) => pool::make_room(set, pool, seats, now)?,
        None => outside_pool(set, organization, variant.id)?,
    };
    let had = before.map_or(0, |pool| pool.seats);
    facts.extend(take_out(set, variant, had, seats, now)?);
    match before {
        Some(pool) => facts.extend(changed(set, pool, seats)?),
        None => facts.extend(created(organization, variant.id, seats, new)),
    }
    Ok(facts)
}

/// Seats that the users hold already and that no pool counts stand in the way of one.
fn outside_pool(
    set: &WorkingSet,
    organization: OrganizationId,
    variant: VariantId,
) -> Result<Vec<Fact>, Refusal> {
    match set.seats_outside_pool(organization, variant) {
        0 => Ok(Vec::new()),
        seats => Err(Refusal::SeatsOutsidePool(seats)),
    }
}

/// Takes the seats out of the capacity of the variant, in place of those that were taken before.
fn take_out(
    set: &WorkingSet,
    variant: &Variant,
    had: i32,
    seats: i32,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    let Some(capacity) = variant.capacity else {
        return Ok(Vec::new());
    };
    let taken = variant.active_count - i64::from(had);
    if taken + i64::from(seats) <= i64::from(capacity) {
        return Ok(Vec::new());
    }
    let due = assignment::expire_due(set, variant.seat_pool(), now);
    let taken = taken - due.len() as i64;
    if taken + i64::from(seats) > i64::from(capacity) {
        return Err(Refusal::AllocationExceedsCapacity { capacity, taken });
    }
    Ok(due)
}

fn created(
    organization_id: OrganizationId,
    variant_id: VariantId,
    seats: i32,
    new: NewIds,
) -> [Fact; 2] {
    let allocation = Created {
        organization_id,
        variant_id,
        seats,
    };
    let pool = pool::Created {
        organization_id,
        variant_id,
        seats,
    };
    [
        Event::AllocationCreated(allocation).of(new.allocation.0),
        Event::PoolCreated(pool).of(new.pool.0),
    ]
}

fn changed(set: &WorkingSet, pool: &Pool, seats: i32) -> Result<[Fact; 2], Refusal> {
    let allocation = of(set, pool)?;
    Ok([
        Event::AllocationChanged(Changed { seats }).of(allocation.id.0),
        Event::PoolChanged(pool::Changed { seats }).of(pool.id.0),
    ])
}

/// The platform's side of a pool.
pub(crate) fn of<'a>(set: &'a WorkingSet, pool: &Pool) -> Result<&'a Allocation, Refusal> {
    set.found(&AllocationTo(pool.organization_id, pool.variant_id))
        .ok_or_else(|| pool::not_found(pool.variant_id))
}

#[cfg(test)]
impl crate::event::Samples for Allocation {
    fn samples() -> Vec<Event> {
        use crate::event::tests::id;
        vec![
            Event::AllocationCreated(Created {
                organization_id: OrganizationId(id(1)),
                variant_id: VariantId(id(5)),
                seats: 10,
            }),
            Event::AllocationChanged(Changed { seats: 7 }),
            Event::AllocationClosed(Closed { assignments: 12 }),
        ]
    }
}
