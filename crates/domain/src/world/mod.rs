//! The states that decisions look at, and what follows from a fact.
//!
//! Whoever decides asks for the [`Need`]s that are not known yet, puts the answers in, decides over
//! the world, and applies the facts to it, so that the next decision sees them.

mod apply;
mod need;
mod part;
mod put;
mod seats;

pub use apply::{Changes, Impossible};
pub use need::Need;

use crate::{
    ApiKeyId, AssignmentId, OrganizationId, ProductId, Resource, ResourceKind, Time, UserId,
    VariantId, api_key::ApiKey, assignment::Assignment, product::Product, tally::Tally, text::Key,
    user::User, variant::Variant,
};
use seats::Ending;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Rows by id; a known absence is `None`.
type Rows<K, V> = HashMap<K, Option<V>>;

/// The known part of one log's state. What is not known is not guessed: [`World::knows`] tells, and
/// the caller loads it.
#[derive(Clone, Debug, Default)]
pub struct World {
    users: Rows<UserId, User>,
    products: Rows<ProductId, Product>,
    variants: Rows<VariantId, Variant>,
    assignments: Rows<AssignmentId, Assignment>,
    api_keys: Rows<ApiKeyId, ApiKey>,
    emails: HashMap<(Option<OrganizationId>, String), Option<UserId>>,
    product_keys: HashMap<(Option<OrganizationId>, String), Option<ProductId>>,
    variant_keys: HashMap<(ProductId, String), Option<VariantId>>,
    seats: HashMap<(UserId, VariantId), Option<AssignmentId>>,
    ending: HashMap<VariantId, Ending>,
    next_ends: HashMap<VariantId, Option<Time>>,
    seats_of: HashMap<UserId, BTreeSet<AssignmentId>>,
    variants_of: HashMap<ProductId, BTreeSet<VariantId>>,
    super_admins: Option<i64>,
    changes: BTreeMap<Resource, bool>,
    tallies: BTreeMap<Tally, i64>,
}

impl World {
    /// The user, when it is known and there.
    pub fn user(&self, id: UserId) -> Option<&User> {
        self.users.get(&id)?.as_ref()
    }

    /// The product, when it is known and there.
    pub fn product(&self, id: ProductId) -> Option<&Product> {
        self.products.get(&id)?.as_ref()
    }

    /// The variant, when it is known and there.
    pub fn variant(&self, id: VariantId) -> Option<&Variant> {
        self.variants.get(&id)?.as_ref()
    }

    /// The assignment, when it is known and there.
    pub fn assignment(&self, id: AssignmentId) -> Option<&Assignment> {
        self.assignments.get(&id)?.as_ref()
    }

    /// The API key, when it is known and there.
    pub fn api_key(&self, id: ApiKeyId) -> Option<&ApiKey> {
        self.api_keys.get(&id)?.as_ref()
    }

    /// Who in the realm has the email (compared form).
    pub fn user_with_email(&self, realm: Option<OrganizationId>, email: &str) -> Option<UserId> {
        *self.emails.get(&(realm, email.to_owned()))?
    }

    /// Which product of the owner has the key.
    pub fn product_with_key(&self, owner: Option<OrganizationId>, key: &Key) -> Option<ProductId> {
        *self.product_keys.get(&(owner, key.as_str().to_owned()))?
    }

    /// Which variant of the product has the key.
    pub fn variant_with_key(&self, product: ProductId, key: &Key) -> Option<VariantId> {
        *self.variant_keys.get(&(product, key.as_str().to_owned()))?
    }

    /// The variants of the product.
    pub fn variants_of(&self, product: ProductId) -> Vec<VariantId> {
        self.variants_of
            .get(&product)
            .into_iter()
            .flatten()
            .copied()
            .collect()
    }

    /// How many super admins are active.
    pub fn active_super_admins(&self) -> i64 {
        self.super_admins.unwrap_or(0)
    }

    /// The organization that a resource belongs to, when the resource is known and there.
    pub fn organization_of(&self, resource: Resource) -> Option<OrganizationId> {
        let id = resource.id;
        match resource.kind {
            ResourceKind::User => self.user(UserId(id))?.organization_id,
            ResourceKind::Product => self.product(ProductId(id))?.organization_id,
            ResourceKind::Variant => self.variant(VariantId(id))?.organization_id,
            ResourceKind::Assignment => self.assignment(AssignmentId(id))?.organization_id,
            ResourceKind::ApiKey => {
                self.user(self.api_key(ApiKeyId(id))?.user_id)?
                    .organization_id
            }
        }
    }

    /// How many rows and answers are held, to bound memory.
    pub fn len(&self) -> usize {
        self.users.len()
            + self.products.len()
            + self.variants.len()
            + self.assignments.len()
            + self.api_keys.len()
            + self.emails.len()
            + self.product_keys.len()
            + self.variant_keys.len()
            + self.seats.len()
            + self.ending.len()
            + self.next_ends.len()
            + self.seats_of.len()
            + self.variants_of.len()
            + usize::from(self.super_admins.is_some())
    }

    /// Whether nothing is known.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Every user that is there, by id.
    pub fn users(&self) -> BTreeMap<UserId, &User> {
        present(&self.users)
    }

    /// Every product that is there, by id.
    pub fn products(&self) -> BTreeMap<ProductId, &Product> {
        present(&self.products)
    }

    /// Every variant that is there, by id.
    pub fn variants(&self) -> BTreeMap<VariantId, &Variant> {
        present(&self.variants)
    }

    /// Every assignment that is there, by id.
    pub fn assignments(&self) -> BTreeMap<AssignmentId, &Assignment> {
        present(&self.assignments)
    }

    /// Every API key that is there, by id.
    pub fn api_keys(&self) -> BTreeMap<ApiKeyId, &ApiKey> {
        present(&self.api_keys)
    }
}

fn present<K: Ord + Copy, V>(rows: &Rows<K, V>) -> BTreeMap<K, &V> {
    rows.iter()
        .filter_map(|(id, row)| Some((*id, row.as_ref()?)))
        .collect()
}
