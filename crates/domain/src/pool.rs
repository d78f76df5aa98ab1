//! What an organization was given of the platform's catalogue, and gives out to its own.
//!
//! A pool is in the log of its organization, so that giving its seats out needs no other log. The
//! [`allocation`](crate::allocation) beside it is in the log of the platform; the two change together.

use crate::{
    Event, Fact, OrganizationId, PoolId, Pot, Refusal, Time, VariantId, World, allocation,
    assignment, event::ResourceKind, policy::Target,
};
use serde::{Deserialize, Serialize};

/// Seats of a catalogue variant that an organization gives out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pool {
    /// Its id.
    pub id: PoolId,
    /// Whose pool it is.
    pub organization_id: OrganizationId,
    /// The variant whose seats they are.
    pub variant_id: VariantId,
    /// How many there are.
    pub seats: i32,
    /// Seats in use, those among them whose end has passed but which nobody has freed yet.
    pub active_count: i64,
    /// Assignments it ever had.
    pub assignment_count: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed. Assigning a seat does not change it.
    pub updated_at: Time,
    /// The number of its facts.
    pub version: i64,
}

impl Pool {
    /// Where it stands, for the policy.
    pub fn target(&self) -> Target {
        Target::of(Some(self.organization_id))
    }

    /// The seats that it gives out.
    pub const fn pot(&self) -> Pot {
        Pot {
            variant: self.variant_id,
            realm: Some(self.organization_id),
        }
    }

    /// Whether every seat is held.
    pub fn is_full(&self) -> bool {
        self.active_count >= i64::from(self.seats)
    }
}

/// An organization got a pool.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Whose pool it is.
    pub organization_id: OrganizationId,
    /// The variant whose seats they are.
    pub variant_id: VariantId,
    /// How many there are.
    pub seats: i32,
}

/// The number of seats changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Changed {
    /// How many there are from now on.
    pub seats: i32,
}

/// What has to be freed so that the pool can have this many seats.
pub(crate) fn make_room(
    world: &World,
    pool: &Pool,
    seats: i32,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    if pool.active_count <= i64::from(seats) {
        return Ok(Vec::new());
    }
    let due = assignment::expire_due(world, pool.pot(), now);
    let active = pool.active_count - due.len() as i64;
    if active > i64::from(seats) {
        let capacity = seats;
        return Err(Refusal::CapacityBelowActive { capacity, active });
    }
    Ok(due)
}

/// Gives a pool back that nobody holds a seat of.
pub fn give_back(world: &World, pool: &Pool, now: Time) -> Result<Vec<Fact>, Refusal> {
    world.must_hold(None)?;
    world.must_hold(Some(pool.organization_id))?;
    let mut facts = make_room(world, pool, 0, now)?;
    facts.extend(close(world, pool)?);
    Ok(facts)
}

/// Both sides end; the caller has seen to the seats.
pub(crate) fn close(world: &World, pool: &Pool) -> Result<[Fact; 2], Refusal> {
    let allocation = allocation::of(world, pool)?;
    let assignments = pool.assignment_count;
    Ok([
        Event::PoolClosed {}.of(pool.id.0),
        Event::AllocationClosed(allocation::Closed { assignments }).of(allocation.id.0),
    ])
}

/// The state after an event of its own; `None` when it is gone or the event cannot follow the
/// state. The counts follow the events of its assignments, in [`World::apply`].
pub fn evolve(state: Option<Pool>, id: PoolId, event: &Event, at: Time) -> Option<Pool> {
    if let Event::PoolCreated(new) = event {
        return state.is_none().then_some(Pool {
            id,
            organization_id: new.organization_id,
            variant_id: new.variant_id,
            seats: new.seats,
            active_count: 0,
            assignment_count: 0,
            created_at: at,
            updated_at: at,
            version: 1,
        });
    }
    let mut pool = state?;
    pool.version += 1;
    match event {
        Event::PoolChanged(change) => {
            pool.seats = change.seats;
            pool.updated_at = at;
        }
        // Taking seats does not change it.
        Event::PoolCapacityWarning(_) | Event::PoolCapacityExhausted(_) => {}
        _ => return None,
    }
    Some(pool)
}

/// The refusal for a pool that is not there, named by its variant.
pub fn not_found(variant: VariantId) -> Refusal {
    Refusal::NotFound {
        kind: ResourceKind::Pool,
        id: variant.0,
    }
}
