//! Events when seats run out: one when most are taken, one when all are.

use crate::{Event, Fact, ResourceId, ResourceKind, SeatPool, VariantId, WorkingSet, pool::PoolOf};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Of a hundred seats, so many taken are a warning.
pub const WARNING_PERCENT: i64 = 80;

/// How many seats of a variant are taken of how many: of all of them, or of those of a pool.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Reached {
    /// The variant.
    pub variant_id: VariantId,
    /// The seats there are.
    pub capacity: i32,
    /// The seats that are held or given away.
    pub active: i64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Level {
    Low,
    Warning,
    Exhausted,
}

impl Reached {
    fn level(self) -> Level {
        let capacity = i64::from(self.capacity);
        // Nothing was taken of what has no seats.
        if capacity == 0 {
            Level::Low
        } else if self.active >= capacity {
            Level::Exhausted
        } else if self.active * 100 >= capacity * WARNING_PERCENT {
            Level::Warning
        } else {
            Level::Low
        }
    }
}

/// How full the seats were that some facts are about to change.
#[derive(Debug, Default)]
pub struct Before(BTreeMap<SeatPool, Level>);

impl Before {
    /// As the working set is, for what these facts will take seats of, or make seats fewer.
    pub fn of(set: &WorkingSet, facts: &[Fact]) -> Self {
        let seat_pools = facts.iter().filter_map(|fact| seat_pool(set, fact));
        let levels = seat_pools.map(|seat_pool| (seat_pool, level(set, seat_pool)));
        Self(levels.collect())
    }

    /// The events to append now that the facts have happened.
    pub fn reached(&self, set: &WorkingSet) -> Vec<Fact> {
        let seat_pools = self.0.iter();
        seat_pools
            .filter_map(|(seat_pool, before)| level_event(set, *seat_pool, *before))
            .collect()
    }
}

fn level_event(set: &WorkingSet, seat_pool: SeatPool, before: Level) -> Option<Fact> {
    let (resource, reached) = counts(set, seat_pool)?;
    let after = reached.level();
    let event = match (resource.kind, after) {
        _ if after <= before => return None,
        (_, Level::Low) => return None,
        (ResourceKind::Pool, Level::Warning) => Event::PoolCapacityWarning(reached),
        (ResourceKind::Pool, Level::Exhausted) => Event::PoolCapacityExhausted(reached),
        (_, Level::Warning) => Event::VariantCapacityWarning(reached),
        (_, Level::Exhausted) => Event::VariantCapacityExhausted(reached),
    };
    Some(event.of(resource.id))
}

fn level(set: &WorkingSet, seat_pool: SeatPool) -> Level {
    counts(set, seat_pool).map_or(Level::Low, |(_, reached)| reached.level())
}

/// The variant or the pool that counts the seats, when their number has a limit.
fn counts(set: &WorkingSet, seat_pool: SeatPool) -> Option<(ResourceId, Reached)> {
    let variant = set.get(seat_pool.variant);
    if let Some(own) = variant.filter(|variant| variant.organization_id == seat_pool.realm) {
        let reached = Reached {
            variant_id: seat_pool.variant,
            capacity: own.capacity?,
            active: own.active_count,
        };
        let (kind, id) = (ResourceKind::Variant, own.id.0);
        return Some((ResourceId { kind, id }, reached));
    }
    let pool = set.found(&PoolOf(seat_pool.realm?, seat_pool.variant))?;
    let reached = Reached {
        variant_id: seat_pool.variant,
        capacity: pool.seats,
        active: pool.active_count,
    };
    let (kind, id) = (ResourceKind::Pool, pool.id.0);
    Some((ResourceId { kind, id }, reached))
}

/// The seats that a fact may make scarcer.
fn seat_pool(set: &WorkingSet, fact: &Fact) -> Option<SeatPool> {
    let of_variant = |id| set.get(id).map(crate::variant::Variant::seat_pool);
    match &fact.event {
        Event::AssignmentCreated(new) => Some(SeatPool {
            variant: new.variant_id,
            realm: new.realm,
        }),
        Event::AssignmentReactivated(_) => {
            let seat = set.get(crate::AssignmentId(fact.id));
            seat.map(crate::assignment::Assignment::seat_pool)
        }
        Event::VariantUpdated(_) => of_variant(crate::VariantId(fact.id)),
        Event::AllocationCreated(new) => of_variant(new.variant_id),
        Event::AllocationChanged(_) => {
            let allocation = set.get(crate::AllocationId(fact.id))?;
            of_variant(allocation.variant_id)
        }
        Event::PoolChanged(_) => {
            let pool = set.get(crate::PoolId(fact.id));
            pool.map(crate::pool::Pool::seat_pool)
        }
        _ => None,
    }
}
