//! Loading: what was read from the rows goes in here.

use super::{Ending, World};
use crate::{
    AssignmentId, OrganizationId, ProductId, Time, UserId, VariantId, assignment::Assignment,
    product::Product, user::User, variant::Variant,
};
use std::collections::BTreeSet;

/// An answer that is known already stays: it may be newer.
impl World {
    /// The user with this id, or that there is none.
    pub fn put_user(&mut self, id: UserId, user: Option<User>) {
        self.users.entry(id).or_insert(user);
    }

    /// The product with this id, or that there is none.
    pub fn put_product(&mut self, id: ProductId, product: Option<Product>) {
        self.products.entry(id).or_insert(product);
    }

    /// The variant with this id, or that there is none.
    pub fn put_variant(&mut self, id: VariantId, variant: Option<Variant>) {
        self.variants.entry(id).or_insert(variant);
    }

    /// The assignment with this id, or that there is none.
    pub fn put_assignment(&mut self, id: AssignmentId, assignment: Option<Assignment>) {
        self.assignments.entry(id).or_insert(assignment);
    }

    /// Who in the realm has the email.
    pub fn put_email(
        &mut self,
        realm: Option<OrganizationId>,
        email: String,
        user: Option<UserId>,
    ) {
        self.emails.entry((realm, email)).or_insert(user);
    }

    /// Which product of the owner has the key.
    pub fn put_product_key(
        &mut self,
        owner: Option<OrganizationId>,
        key: String,
        product: Option<ProductId>,
    ) {
        self.product_keys.entry((owner, key)).or_insert(product);
    }

    /// Which variant of the product has the key.
    pub fn put_variant_key(&mut self, product: ProductId, key: String, id: Option<VariantId>) {
        self.variant_keys.entry((product, key)).or_insert(id);
    }

    /// The active seat that the user holds of the variant.
    pub fn put_seat(&mut self, user: UserId, variant: VariantId, seat: Option<AssignmentId>) {
        self.seats.entry((user, variant)).or_insert(seat);
    }

    /// The active seats of the variant that end up to a horizon.
    pub fn put_ending(
        &mut self,
        variant: VariantId,
        horizon: Time,
        seats: BTreeSet<(Time, AssignmentId)>,
    ) {
        self.ending.insert(variant, Ending::new(horizon, seats));
    }

    /// The first end to come of an active seat of the variant.
    pub fn put_next_end(&mut self, variant: VariantId, end: Option<Time>) {
        self.next_ends.insert(variant, end);
    }

    /// The active seats of the user.
    pub fn put_seats_of(&mut self, user: UserId, seats: BTreeSet<AssignmentId>) {
        self.seats_of.entry(user).or_insert(seats);
    }

    /// The variants of the product.
    pub fn put_variants_of(&mut self, product: ProductId, variants: BTreeSet<VariantId>) {
        self.variants_of.entry(product).or_insert(variants);
    }

    /// How many super admins are active.
    pub fn put_super_admins(&mut self, count: i64) {
        self.super_admins.get_or_insert(count);
    }
}
