//! What a decision has to know before it can be made, and whether a world knows it.

use super::World;
use crate::{
    ApiKeyId, AssignmentId, Holder, OrganizationId, Pot, ProductId, Realm, RoleId, SessionId,
    StationId, Time, UserId, VariantId, WebhookId,
    text::{Key, Slug},
};

/// Something that a decision has to know before it can be made.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Need {
    /// The organization with this id.
    Organization(OrganizationId),
    /// The station with this id.
    Station(StationId),
    /// The user with this id.
    User(UserId),
    /// The product with this id.
    Product(ProductId),
    /// The variant with this id.
    Variant(VariantId),
    /// The assignment with this id.
    Assignment(AssignmentId),
    /// Which organization has this slug.
    Slug(Slug),
    /// Which station of the organization has this code, or had it.
    StationCode(OrganizationId, Key),
    /// Who in the realm has this email (compared form).
    Email(Realm, String),
    /// Which product of the owner has this key.
    ProductKey(Realm, String),
    /// Which variant of the product has this key.
    VariantKey(ProductId, String),
    /// What the platform gave the organization of the variant.
    Allocation(OrganizationId, VariantId),
    /// The pool that the organization has of the variant.
    Pool(OrganizationId, VariantId),
    /// The pools of the organization, and what the platform gave for each.
    PoolsOf(OrganizationId),
    /// How many active seats the organization holds of the catalogue variant that no pool counts.
    OutsidePool(OrganizationId, VariantId),
    /// The active seat that the holder has of the variant.
    Seat(Holder, VariantId),
    /// The active seats of the pot whose end has passed.
    Due(Pot),
    /// When the next seat of the pot comes free that is not free already.
    NextEnd(Pot),
    /// The active seats of the holder.
    SeatsOf(Holder),
    /// The active seats that the users and stations of the organization hold.
    SeatsOfOrganization(OrganizationId),
    /// The custom role with this id.
    Role(RoleId),
    /// Which custom role of the organization has this name (compared form).
    RoleName(OrganizationId, String),
    /// The API key with this id.
    ApiKey(ApiKeyId),
    /// The session with this id.
    Session(SessionId),
    /// The sessions of the user that last.
    SessionsOf(UserId),
    /// The variants of the product.
    VariantsOf(ProductId),
    /// The webhook with this id.
    Webhook(WebhookId),
    /// How many webhooks the realm has.
    WebhooksOf(Realm),
    /// How many super admins are active.
    SuperAdmins,
}

impl World {
    /// Whether the answer to a need is known, an absence among them.
    pub fn knows(&self, need: &Need, now: Time) -> bool {
        match need {
            Need::Organization(id) => self.organizations.contains_key(id),
            Need::Station(id) => self.stations.contains_key(id),
            Need::User(id) => self.users.contains_key(id),
            Need::Product(id) => self.products.contains_key(id),
            Need::Variant(id) => self.variants.contains_key(id),
            Need::Assignment(id) => self.assignments.contains_key(id),
            Need::Slug(slug) => self.slugs.contains_key(slug),
            Need::StationCode(of, code) => self.codes.contains_key(&(*of, code.clone())),
            Need::Email(realm, email) => self.emails.contains_key(&(*realm, email.clone())),
            Need::ProductKey(owner, key) => self.product_keys.contains_key(&(*owner, key.clone())),
            Need::VariantKey(product, key) => {
                self.variant_keys.contains_key(&(*product, key.clone()))
            }
            Need::Allocation(to, variant) => self.allocations_to.contains_key(&(*to, *variant)),
            Need::Pool(of, variant) => self.pools_by.contains_key(&(*of, *variant)),
            Need::PoolsOf(organization) => self.pools_of.contains_key(organization),
            Need::OutsidePool(of, variant) => {
                let counted = self.outside_pool.get(&(*of, *variant));
                counted.is_some_and(|(at, _)| *at == now)
            }
            Need::Seat(holder, variant) => self.seats.contains_key(&(*holder, *variant)),
            Need::Due(pot) => self.ending.get(pot).is_some_and(|e| e.reaches(now)),
            Need::NextEnd(pot) => self.knows_next_end(*pot, now),
            Need::SeatsOf(holder) => self.seats_of.contains_key(holder),
            Need::SeatsOfOrganization(of) => self.seats_of_organization.contains_key(of),
            Need::Role(id) => self.roles.contains_key(id),
            Need::RoleName(of, name) => self.role_names.contains_key(&(*of, name.clone())),
            Need::ApiKey(id) => self.api_keys.contains_key(id),
            Need::Session(id) => self.sessions.contains_key(id),
            Need::SessionsOf(user) => self.sessions_of.contains_key(user),
            Need::VariantsOf(product) => self.variants_of.contains_key(product),
            Need::Webhook(id) => self.webhooks.contains_key(id),
            Need::WebhooksOf(realm) => self.webhooks_of.contains_key(realm),
            Need::SuperAdmins => self.super_admins.is_some(),
        }
    }
}
