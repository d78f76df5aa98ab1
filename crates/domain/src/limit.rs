//! Telling when seats run out: once when most are taken, once when all are.

use crate::{Event, Fact, Pot, ResourceId, ResourceKind, VariantId, World, pool::PoolOf};
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
pub struct Before(BTreeMap<Pot, Level>);

impl Before {
    /// As the world is, for what these facts will take seats of, or make seats fewer.
    pub fn of(world: &World, facts: &[Fact]) -> Self {
        let pots = facts.iter().filter_map(|fact| pot(world, fact));
        let levels = pots.map(|pot| (pot, level(world, pot)));
        Self(levels.collect())
    }

    /// What is to be told now that the facts have happened.
    pub fn reached(&self, world: &World) -> Vec<Fact> {
        let pots = self.0.iter();
        pots.filter_map(|(pot, before)| told(world, *pot, *before))
            .collect()
    }
}

fn told(world: &World, pot: Pot, before: Level) -> Option<Fact> {
    let (resource, reached) = counts(world, pot)?;
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

fn level(world: &World, pot: Pot) -> Level {
    counts(world, pot).map_or(Level::Low, |(_, reached)| reached.level())
}

/// The variant or the pool that counts the seats, when their number has a limit.
fn counts(world: &World, pot: Pot) -> Option<(ResourceId, Reached)> {
    let variant = world.get(pot.variant);
    if let Some(own) = variant.filter(|variant| variant.organization_id == pot.realm) {
        let reached = Reached {
            variant_id: pot.variant,
            capacity: own.capacity?,
            active: own.active_count,
        };
        let (kind, id) = (ResourceKind::Variant, own.id.0);
        return Some((ResourceId { kind, id }, reached));
    }
    let pool = world.found(&PoolOf(pot.realm?, pot.variant))?;
    let reached = Reached {
        variant_id: pot.variant,
        capacity: pool.seats,
        active: pool.active_count,
    };
    let (kind, id) = (ResourceKind::Pool, pool.id.0);
    Some((ResourceId { kind, id }, reached))
}

/// The seats that a fact may make scarcer.
fn pot(world: &World, fact: &Fact) -> Option<Pot> {
    let of_variant = |id| world.get(id).map(crate::variant::Variant::pot);
    match &fact.event {
        Event::AssignmentCreated(new) => Some(Pot {
            variant: new.variant_id,
            realm: new.realm,
        }),
        Event::AssignmentReactivated(_) => {
            let seat = world.get(crate::AssignmentId(fact.id));
            seat.map(crate::assignment::Assignment::pot)
        }
        Event::VariantUpdated(_) => of_variant(crate::VariantId(fact.id)),
        Event::AllocationCreated(new) => of_variant(new.variant_id),
        Event::AllocationChanged(_) => {
            let allocation = world.get(crate::AllocationId(fact.id))?;
            of_variant(allocation.variant_id)
        }
        Event::PoolChanged(_) => {
            let pool = world.get(crate::PoolId(fact.id));
            pool.map(crate::pool::Pool::pot)
        }
        _ => None,
    }
}
