//! What a decision has to know before it can be made, and whether a world knows it.

use super::World;
use crate::{AssignmentId, OrganizationId, ProductId, Time, UserId, VariantId};

/// Something that a decision has to know before it can be made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// The user with this id.
    User(UserId),
    /// The product with this id.
    Product(ProductId),
    /// The variant with this id.
    Variant(VariantId),
    /// The assignment with this id.
    Assignment(AssignmentId),
    /// Who in the realm has this email (compared form).
    Email(Option<OrganizationId>, String),
    /// Which product of the owner has this key.
    ProductKey(Option<OrganizationId>, String),
    /// Which variant of the product has this key.
    VariantKey(ProductId, String),
    /// The active seat that the user holds of the variant.
    Seat(UserId, VariantId),
    /// The active seats of the variant whose end has passed.
    Due(VariantId),
    /// When the next seat of the variant comes free that is not free already.
    NextEnd(VariantId),
    /// The active seats of the user.
    SeatsOf(UserId),
    /// The variants of the product.
    VariantsOf(ProductId),
    /// How many super admins are active.
    SuperAdmins,
}

impl World {
    /// Whether the answer to a need is known, an absence among them.
    pub fn knows(&self, need: &Need, now: Time) -> bool {
        match need {
            Need::User(id) => self.users.contains_key(id),
            Need::Product(id) => self.products.contains_key(id),
            Need::Variant(id) => self.variants.contains_key(id),
            Need::Assignment(id) => self.assignments.contains_key(id),
            Need::Email(realm, email) => self.emails.contains_key(&(*realm, email.clone())),
            Need::ProductKey(owner, key) => self.product_keys.contains_key(&(*owner, key.clone())),
            Need::VariantKey(product, key) => {
                self.variant_keys.contains_key(&(*product, key.clone()))
            }
            Need::Seat(user, variant) => self.seats.contains_key(&(*user, *variant)),
            Need::Due(variant) => self.ending.get(variant).is_some_and(|e| e.reaches(now)),
            Need::NextEnd(variant) => self.knows_next_end(*variant, now),
            Need::SeatsOf(user) => self.seats_of.contains_key(user),
            Need::VariantsOf(product) => self.variants_of.contains_key(product),
            Need::SuperAdmins => self.super_admins.is_some(),
        }
    }
}
