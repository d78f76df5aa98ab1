//! What is licensed.

use crate::{
    Event, Fact, OrganizationId, ProductId, Refusal, Time, World,
    event::ResourceKind,
    organization,
    policy::Target,
    text::{Key, Name},
};
use serde::{Deserialize, Serialize};

/// Something that is licensed; groups its variants.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// Its id.
    pub id: ProductId,
    /// The organization that owns it; `None` in the platform's catalogue.
    pub organization_id: Option<OrganizationId>,
    /// Unique in its catalogue.
    pub key: Key,
    /// The name for people.
    pub name: Name,
    /// What it is.
    pub description: Option<String>,
    /// When it was made.
    pub created_at: Time,
    /// When it last changed.
    pub updated_at: Time,
    /// The number of its facts.
    pub version: i64,
}

impl Product {
    /// Where it stands, for the policy.
    pub fn target(&self) -> Target {
        Target::catalogue(self.organization_id)
    }
}

/// A product was made.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Created {
    /// The organization that owns it.
    pub organization_id: Option<OrganizationId>,
    /// Its key.
    pub key: Key,
    /// Its name.
    pub name: Name,
    /// What it is.
    pub description: Option<String>,
}

/// A product changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Updated {
    /// The key from now on.
    pub key: Key,
    /// The name from now on.
    pub name: Name,
    /// The description from now on.
    pub description: Option<String>,
}

/// Makes a product.
pub fn create(world: &World, id: ProductId, new: Created) -> Result<Vec<Fact>, Refusal> {
    organization::open_realm(world, new.organization_id)?;
    key_is_free(world, id, new.organization_id, &new.key)?;
    Ok(vec![Event::ProductCreated(new).of(id.0)])
}

/// Changes a product. Says nothing when nothing changes.
pub fn update(world: &World, product: &Product, change: Updated) -> Result<Vec<Fact>, Refusal> {
    key_is_free(world, product.id, product.organization_id, &change.key)?;
    let same = product.key == change.key
        && product.name == change.name
        && product.description == change.description;
    if same {
        return Ok(Vec::new());
    }
    Ok(vec![Event::ProductUpdated(change).of(product.id.0)])
}

/// Deletes a product with its variants, unless one was ever assigned (L7).
pub fn delete(world: &World, product: &Product) -> Result<Vec<Fact>, Refusal> {
    let variants = world.variants_of(product.id);
    let known = || variants.iter().filter_map(|id| world.variant(*id));
    let ever: i64 = known().map(|variant| variant.assignment_count).sum();
    if ever > 0 {
        return Err(Refusal::HasAssignments(ever));
    }
    let pools: i64 = known().map(|variant| variant.allocation_count).sum();
    if pools > 0 {
        return Err(Refusal::HasAllocations(pools));
    }
    let mut facts: Vec<Fact> = variants
        .into_iter()
        .map(|id| Event::VariantDeleted {}.of(id.0))
        .collect();
    facts.push(Event::ProductDeleted {}.of(product.id.0));
    Ok(facts)
}

fn key_is_free(
    world: &World,
    id: ProductId,
    owner: Option<OrganizationId>,
    key: &Key,
) -> Result<(), Refusal> {
    match world.product_with_key(owner, key) {
        Some(holder) if holder != id => Err(Refusal::DuplicateKey),
        _ => Ok(()),
    }
}

/// The state after an event; `None` when it is gone or the event cannot follow the state.
pub fn evolve(state: Option<Product>, id: ProductId, event: &Event, at: Time) -> Option<Product> {
    if let Event::ProductCreated(new) = event {
        return state.is_none().then(|| Product {
            id,
            organization_id: new.organization_id,
            key: new.key.clone(),
            name: new.name.clone(),
            description: new.description.clone(),
            created_at: at,
            updated_at: at,
            version: 1,
        });
    }
    let mut product = state?;
    let Event::ProductUpdated(change) = event else {
        return None;
    };
    product.key = change.key.clone();
    product.name = change.name.clone();
    product.description = change.description.clone();
    product.updated_at = at;
    product.version += 1;
    Some(product)
}

/// The refusal for a product that is not there.
pub fn not_found(id: ProductId) -> Refusal {
    Refusal::NotFound {
        kind: ResourceKind::Product,
        id: id.0,
    }
}
