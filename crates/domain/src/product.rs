//! What is licensed.

use crate::{
    Event, Fact, OrganizationId, ProductId, Realm, Refusal, Time, WorkingSet,
    kernel::{Question, Resource},
    organization,
    policy::Target,
    tally::Tally,
    text::{Key, Name},
    variant::VariantsOf,
};
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

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

impl Resource for Product {
    fn realm(&self) -> Realm {
        self.organization_id
    }

    fn target(&self) -> Target {
        Target::catalogue(self.organization_id)
    }

    fn evolve(state: Option<Self>, id: ProductId, event: &Event, at: Time) -> Option<Self> {
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

    fn is_removed_by(event: &Event) -> bool {
        matches!(event, Event::ProductDeleted {})
    }

    fn tally(&self) -> Option<Tally> {
        Some(Tally::Products)
    }

    fn begin(&self, set: &mut WorkingSet) {
        set.put_answer(VariantsOf(self.id), BTreeSet::new());
    }
}

/// Which product of the owner has this key.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProductByKey(pub Realm, pub Key);

impl Question for ProductByKey {
    type Of = Product;
    type Answer = Option<ProductId>;

    fn about(product: &Product) -> Option<Self> {
        Some(Self(product.organization_id, product.key.clone()))
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
pub fn create(set: &WorkingSet, id: ProductId, new: Created) -> Result<Vec<Fact>, Refusal> {
    organization::open_realm(set, new.organization_id)?;
    key_is_free(set, id, new.organization_id, &new.key)?;
    Ok(vec![Event::ProductCreated(new).of(id.0)])
}

/// Changes a product. Gives no fact when nothing changes.
pub fn update(set: &WorkingSet, product: &Product, change: Updated) -> Result<Vec<Fact>, Refusal> {
    key_is_free(set, product.id, product.organization_id, &change.key)?;
    let same = product.key == change.key
        && product.name == change.name
        && product.description == change.description;
    if same {
        return Ok(Vec::new());
    }
    Ok(vec![Event::ProductUpdated(change).of(product.id.0)])
}

/// Deletes a product with its variants, unless one was ever assigned (L7).
pub fn delete(set: &WorkingSet, product: &Product) -> Result<Vec<Fact>, Refusal> {
    let variants = set.list(&VariantsOf(product.id));
    let known = || variants.iter().filter_map(|id| set.get(*id));
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
    set: &WorkingSet,
    id: ProductId,
    owner: Option<OrganizationId>,
    key: &Key,
) -> Result<(), Refusal> {
    match set.find(&ProductByKey(owner, key.clone())) {
        Some(holder) if holder != id => Err(Refusal::DuplicateKey),
        _ => Ok(()),
    }
}

#[cfg(test)]
impl crate::event::Samples for Product {
    fn samples() -> Vec<Event> {
        use crate::event::tests::{id, key, name};
        vec![
            Event::ProductCreated(Created {
                organization_id: Some(OrganizationId(id(1))),
                key: key("school"),
                name: name("Flight school"),
                description: Some("Theory and practice".to_owned()),
            }),
            Event::ProductUpdated(Updated {
                key: key("club"),
                name: name("Flight club"),
                description: None,
            }),
            Event::ProductDeleted {},
        ]
    }
}
