//! What an organization was given of the platform's catalogue, and gives out to its own.
//!
//! A pool is in the log of its organization, so that giving its seats out needs no other log. The
//! [`allocation`](crate::allocation) beside it is in the log of the platform; the two change together.

use crate::{
    Event, Fact, Need, OrganizationId, PoolId, Realm, Refusal, ResourceKind, SeatPool, Time,
    VariantId, WorkingSet, allocation,
    allocation::AllocationTo,
    assignment,
    assignment::{DueSeats, Ending},
    kernel::{Question, Resource},
    policy::Target,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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

impl Resource for Pool {
    fn realm(&self) -> Realm {
        Some(self.organization_id)
    }

    fn target(&self) -> Target {
        Target::of(Some(self.organization_id))
    }

    fn evolve(state: Option<Self>, id: PoolId, event: &Event, at: Time) -> Option<Self> {
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

    fn is_removed_by(event: &Event) -> bool {
        matches!(event, Event::PoolClosed {})
    }

    fn begin(&self, set: &mut WorkingSet) {
        if set.answer(&DueSeats(self.seat_pool())).is_none() {
            set.put_answer(DueSeats(self.seat_pool()), Ending::default());
        }
    }
}

/// The pool that the organization has of the variant.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PoolOf(pub OrganizationId, pub VariantId);

impl Question for PoolOf {
    type Of = Pool;
    type Answer = Option<PoolId>;

    fn about(pool: &Pool) -> Option<Self> {
        Some(Self(pool.organization_id, pool.variant_id))
    }
}

/// The pools of the organization, and what the platform gave for each.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PoolsOf(pub OrganizationId);

impl Question for PoolsOf {
    type Of = Pool;
    type Answer = BTreeSet<PoolId>;

    fn about(pool: &Pool) -> Option<Self> {
        Some(Self(pool.organization_id))
    }

    fn along(&self, set: &WorkingSet) -> Vec<Need> {
        let pairs = set.listed(self).into_iter().map(|pool| pool.variant_id);
        pairs
            .flat_map(|id| [PoolOf(self.0, id).into(), AllocationTo(self.0, id).into()])
            .collect()
    }
}

impl Pool {
    /// The seats that it gives out.
    pub const fn seat_pool(&self) -> SeatPool {
        SeatPool {
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
    set: &WorkingSet,
    pool: &Pool,
    seats: i32,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    if pool.active_count <= i64::from(seats) {
        return Ok(Vec::new());
    }
    let due = assignment::expire_due(set, pool.seat_pool(), now);
    let active = pool.active_count - due.len() as i64;
    if active > i64::from(seats) {
        let capacity = seats;
        return Err(Refusal::CapacityBelowActive { capacity, active });
    }
    Ok(due)
}

/// Gives a pool back that nobody holds a seat of.
pub fn give_back(set: &WorkingSet, pool: &Pool, now: Time) -> Result<Vec<Fact>, Refusal> {
    set.must_hold(None)?;
    set.must_hold(Some(pool.organization_id))?;
    let mut facts = make_room(set, pool, 0, now)?;
    facts.extend(close(set, pool)?);
    Ok(facts)
}

/// Both sides end; the caller has seen to the seats.
pub(crate) fn close(set: &WorkingSet, pool: &Pool) -> Result<[Fact; 2], Refusal> {
    let allocation = allocation::of(set, pool)?;
    let assignments = pool.assignment_count;
    Ok([
        Event::PoolClosed {}.of(pool.id.0),
        Event::AllocationClosed(allocation::Closed { assignments }).of(allocation.id.0),
    ])
}

/// The refusal for a pool that is not there, named by its variant.
pub fn not_found(variant: VariantId) -> Refusal {
    Refusal::NotFound {
        kind: ResourceKind::Pool,
        id: variant.0,
    }
}

#[cfg(test)]
impl crate::event::Samples for Pool {
    fn samples() -> Vec<Event> {
        use crate::event::tests::id;
        let reached = |active| crate::limit::Reached {
            variant_id: VariantId(id(5)),
            capacity: 10,
            active,
        };
        vec![
            Event::PoolCreated(Created {
                organization_id: OrganizationId(id(1)),
                variant_id: VariantId(id(5)),
                seats: 10,
            }),
            Event::PoolChanged(Changed { seats: 7 }),
            Event::PoolClosed {},
            Event::PoolCapacityWarning(reached(8)),
            Event::PoolCapacityExhausted(reached(10)),
        ]
    }
}
