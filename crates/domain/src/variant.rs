//! The licence SKUs of a product, which hold the seats.

use crate::{
    Event, Fact, OrganizationId, ProductId, Realm, Refusal, SeatPool, Time, VariantId, WorkingSet,
    assignment,
    assignment::{DueSeats, Ending},
    attributes,
    kernel::{Question, Resource},
    policy::Target,
    product::Product,
    text::{Key, Name},
};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::BTreeSet;

/// A SKU of a product.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Variant {
    /// Its id.
    pub id: VariantId,
    /// Its product.
    pub product_id: ProductId,
    /// The owner of the product, kept here so that assigning need not read the product.
    pub organization_id: Option<OrganizationId>,
    /// Unique in the product.
    pub key: Key,
    /// The name for people.
    pub name: Name,
    /// Its seats; `None` is unlimited.
    pub capacity: Option<i32>,
    /// Free JSON of the customer's own.
    pub attributes: Map<String, Value>,
    /// Seats taken out of the capacity: those that its own realm has given out and nobody has freed
    /// yet, also when their end has passed, and those given to organizations as pools.
    pub active_count: i64,
    /// The seats among these that are in pools.
    #[serde(default)]
    pub allocated: i64,
    /// How many organizations have a pool of it.
    #[serde(default)]
    pub allocation_count: i64,
    /// Assignments that it ever had, without those of the pools that there are now.
    pub assignment_count: i64,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed. Assigning a seat does not change it.
    pub updated_at: Time,
    /// The number of its facts.
    pub version: i64,
}

impl Resource for Variant {
    fn realm(&self) -> Realm {
        self.organization_id
    }

    fn target(&self) -> Target {
        Target::catalogue(self.organization_id)
    }

    fn evolve(state: Option<Self>, id: VariantId, event: &Event, at: Time) -> Option<Self> {
        if let Event::VariantCreated(new) = event {
            return state.is_none().then(|| Variant {
                id,
                product_id: new.product_id,
                organization_id: new.organization_id,
                key: new.key.clone(),
                name: new.name.clone(),
                capacity: new.capacity,
                attributes: new.attributes.clone(),
                active_count: 0,
                allocated: 0,
                allocation_count: 0,
                assignment_count: 0,
                created_at: at,
                updated_at: at,
                version: 1,
            });
        }
        let mut variant = state?;
        variant.version += 1;
        match event {
            Event::VariantUpdated(change) => {
                variant.key = change.key.clone();
                variant.name = change.name.clone();
                variant.capacity = change.capacity;
                variant.attributes = change.attributes.clone();
                variant.updated_at = at;
            }
            // Taking seats does not change it.
            Event::VariantCapacityWarning(_) | Event::VariantCapacityExhausted(_) => {}
            _ => return None,
        }
        Some(variant)
    }

    fn is_removed_by(event: &Event) -> bool {
        matches!(event, Event::VariantDeleted {})
    }

    fn memory(&self) -> usize {
        attributes::memory(&self.attributes)
    }

    fn begin(&self, set: &mut WorkingSet) {
        set.put_answer(DueSeats(self.seat_pool()), Ending::default());
    }
}

/// Which variant of the product has this key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantByKey(pub ProductId, pub Key);

impl Question for VariantByKey {
    type Of = Variant;
    type Answer = Option<VariantId>;

    fn about(variant: &Variant) -> Option<Self> {
        Some(Self(variant.product_id, variant.key.clone()))
    }
}

/// The variants of the product.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct VariantsOf(pub ProductId);

impl Question for VariantsOf {
    type Of = Variant;
    type Answer = BTreeSet<VariantId>;

    fn about(variant: &Variant) -> Option<Self> {
        Some(Self(variant.product_id))
    }
}

impl Variant {
    /// The seats that its own realm gives out.
    pub const fn seat_pool(&self) -> SeatPool {
        SeatPool {
            variant: self.id,
            realm: self.organization_id,
        }
    }

    /// Whether every seat is held or given away.
    pub fn is_full(&self) -> bool {
        self.capacity
            .is_some_and(|capacity| self.active_count >= i64::from(capacity))
    }
}

/// A variant was made.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// Its product.
    pub product_id: ProductId,
    /// The owner of the product.
    pub organization_id: Option<OrganizationId>,
    /// Its key.
    pub key: Key,
    /// Its name.
    pub name: Name,
    /// Its seats.
    pub capacity: Option<i32>,
    /// Free JSON.
    pub attributes: Map<String, Value>,
}

/// A variant changed.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Updated {
    /// The key from now on.
    pub key: Key,
    /// The name from now on.
    pub name: Name,
    /// The seats from now on.
    pub capacity: Option<i32>,
    /// The attributes from now on.
    pub attributes: Map<String, Value>,
}

/// Makes a variant of a product.
pub fn create(
    set: &WorkingSet,
    id: VariantId,
    product: &Product,
    new: Updated,
) -> Result<Vec<Fact>, Refusal> {
    crate::organization::open_realm(set, product.organization_id)?;
    attributes::fits(None, &new.attributes)?;
    key_is_free(set, id, product.id, &new.key)?;
    let created = Created {
        product_id: product.id,
        organization_id: product.organization_id,
        key: new.key,
        name: new.name,
        capacity: new.capacity,
        attributes: new.attributes,
    };
    Ok(vec![Event::VariantCreated(created).of(id.0)])
}

/// Changes a variant. A capacity below the seats in use is refused (L6); seats whose end has passed
/// are not in use and are freed with it (L5).
pub fn update(
    set: &WorkingSet,
    variant: &Variant,
    change: Updated,
    now: Time,
) -> Result<Vec<Fact>, Refusal> {
    attributes::fits(Some(&variant.attributes), &change.attributes)?;
    key_is_free(set, variant.id, variant.product_id, &change.key)?;
    let mut facts = Vec::new();
    if let Some(capacity) = change.capacity
        && variant.active_count > i64::from(capacity)
    {
        facts = assignment::expire_due(set, variant.seat_pool(), now);
        let taken = variant.active_count - facts.len() as i64;
        if taken > i64::from(capacity) {
            return Err(match variant.allocated {
                0 => Refusal::CapacityBelowActive {
                    capacity,
                    active: taken,
                },
                _ => Refusal::CapacityBelowAllocated { capacity, taken },
            });
        }
    }
    let same = variant.key == change.key
        && variant.name == change.name
        && variant.capacity == change.capacity
        && variant.attributes == change.attributes;
    if !same {
        facts.push(Event::VariantUpdated(change).of(variant.id.0));
    }
    Ok(facts)
}

/// Deletes a variant that was never assigned (L7) and that no organization has a pool of.
pub fn delete(variant: &Variant) -> Result<Vec<Fact>, Refusal> {
    if variant.assignment_count > 0 {
        return Err(Refusal::HasAssignments(variant.assignment_count));
    }
    if variant.allocation_count > 0 {
        return Err(Refusal::HasAllocations(variant.allocation_count));
    }
    Ok(vec![Event::VariantDeleted {}.of(variant.id.0)])
}

fn key_is_free(
    set: &WorkingSet,
    id: VariantId,
    product: ProductId,
    key: &Key,
) -> Result<(), Refusal> {
    match set.find(&VariantByKey(product, key.clone())) {
        Some(holder) if holder != id => Err(Refusal::DuplicateKey),
        _ => Ok(()),
    }
}

#[cfg(test)]
impl crate::event::Samples for Variant {
    fn samples() -> Vec<Event> {
        use crate::event::tests::{attributes, id, key, name};
        let reached = |active| crate::limit::Reached {
            variant_id: VariantId(id(5)),
            capacity: 10,
            active,
        };
        vec![
            Event::VariantCreated(Created {
                product_id: ProductId(id(4)),
                organization_id: Some(OrganizationId(id(1))),
                key: key("pro"),
                name: name("Pro"),
                capacity: Some(10),
                attributes: attributes(),
            }),
            Event::VariantUpdated(Updated {
                key: key("pro"),
                name: name("Pro"),
                capacity: None,
                attributes: Map::new(),
            }),
            Event::VariantDeleted {},
            Event::VariantCapacityWarning(reached(8)),
            Event::VariantCapacityExhausted(reached(10)),
        ]
    }
}
