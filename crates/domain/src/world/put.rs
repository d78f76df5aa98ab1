//! Loading: what was read from the rows goes in here.

use super::{Ending, World};
use crate::{
    ApiKeyId, AssignmentId, Holder, OrganizationId, PoolId, Pot, ProductId, Realm, RoleId,
    SessionId, StationId, Time, UserId, VariantId, WebhookId,
    allocation::Allocation,
    api_key::ApiKey,
    assignment::Assignment,
    organization::Organization,
    pool::Pool,
    product::Product,
    role::CustomRole,
    session::Session,
    station::Station,
    text::{Key, Slug},
    user::User,
    variant::Variant,
    webhook::Webhook,
};
use std::collections::BTreeSet;

/// An answer that is known already stays: it may be newer.
impl World {
    /// The organization with this id, or that there is none.
    pub fn put_organization(&mut self, id: OrganizationId, organization: Option<Organization>) {
        self.organizations.entry(id).or_insert(organization);
    }

    /// The station with this id, or that there is none.
    pub fn put_station(&mut self, id: StationId, station: Option<Station>) {
        self.stations.entry(id).or_insert(station);
    }

    /// Which organization has the slug.
    pub fn put_slug(&mut self, slug: Slug, organization: Option<OrganizationId>) {
        self.slugs.entry(slug).or_insert(organization);
    }

    /// Which station of the organization has the code.
    pub fn put_code(&mut self, of: OrganizationId, code: Key, station: Option<StationId>) {
        self.codes.entry((of, code)).or_insert(station);
    }

    /// What the platform gave the organization of the variant, if anything.
    pub fn put_allocation(
        &mut self,
        to: OrganizationId,
        variant: VariantId,
        allocation: Option<Allocation>,
    ) {
        let id = allocation.as_ref().map(|allocation| allocation.id);
        self.allocations_to.entry((to, variant)).or_insert(id);
        if let Some(id) = id {
            self.allocations.entry(id).or_insert(allocation);
        }
    }

    /// The pool that the organization has of the variant, if any.
    pub fn put_pool(&mut self, of: OrganizationId, variant: VariantId, pool: Option<Pool>) {
        let id = pool.as_ref().map(|pool| pool.id);
        self.pools_by.entry((of, variant)).or_insert(id);
        if let Some(id) = id {
            self.pools.entry(id).or_insert(pool);
        }
    }

    /// All pools of the organization; each is put on its own too.
    pub fn put_pools_of(&mut self, organization: OrganizationId, pools: BTreeSet<PoolId>) {
        self.pools_of.entry(organization).or_insert(pools);
    }

    /// How many active seats the organization holds of the catalogue variant that no pool counts and
    /// whose end has not passed now.
    pub fn put_outside_pool(
        &mut self,
        of: OrganizationId,
        variant: VariantId,
        now: Time,
        seats: i64,
    ) {
        self.outside_pool.insert((of, variant), (now, seats));
    }

    /// The active seats that the users and stations of the organization hold.
    pub fn put_seats_of_organization(&mut self, of: OrganizationId, seats: BTreeSet<AssignmentId>) {
        self.seats_of_organization.entry(of).or_insert(seats);
    }

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
    pub fn put_email(&mut self, realm: Realm, email: String, user: Option<UserId>) {
        self.emails.entry((realm, email)).or_insert(user);
    }

    /// Which product of the owner has the key.
    pub fn put_product_key(&mut self, owner: Realm, key: String, product: Option<ProductId>) {
        self.product_keys.entry((owner, key)).or_insert(product);
    }

    /// Which variant of the product has the key.
    pub fn put_variant_key(&mut self, product: ProductId, key: String, id: Option<VariantId>) {
        self.variant_keys.entry((product, key)).or_insert(id);
    }

    /// The active seat that the holder has of the variant.
    pub fn put_seat(&mut self, holder: Holder, variant: VariantId, seat: Option<AssignmentId>) {
        self.seats.entry((holder, variant)).or_insert(seat);
    }

    /// The active seats of the pot that end up to a horizon.
    pub fn put_ending(&mut self, pot: Pot, horizon: Time, seats: BTreeSet<(Time, AssignmentId)>) {
        self.ending.insert(pot, Ending::new(horizon, seats));
    }

    /// The first end to come of an active seat of the pot.
    pub fn put_next_end(&mut self, pot: Pot, end: Option<Time>) {
        self.next_ends.insert(pot, end);
    }

    /// The active seats of the holder.
    pub fn put_seats_of(&mut self, holder: Holder, seats: BTreeSet<AssignmentId>) {
        self.seats_of.entry(holder).or_insert(seats);
    }

    /// The custom role with this id, or that there is none.
    pub fn put_role(&mut self, id: RoleId, role: Option<CustomRole>) {
        self.roles.entry(id).or_insert(role);
    }

    /// Which custom role of the organization has the name (compared form).
    pub fn put_role_name(&mut self, of: OrganizationId, name: String, role: Option<RoleId>) {
        self.role_names.entry((of, name)).or_insert(role);
    }

    /// The API key with this id, or that there is none.
    pub fn put_api_key(&mut self, id: ApiKeyId, key: Option<ApiKey>) {
        self.api_keys.entry(id).or_insert(key);
    }

    /// The webhook with this id, or that there is none.
    pub fn put_webhook(&mut self, id: WebhookId, webhook: Option<Webhook>) {
        self.webhooks.entry(id).or_insert(webhook);
    }

    /// How many webhooks the realm has.
    pub fn put_webhooks_of(&mut self, realm: Realm, count: i64) {
        self.webhooks_of.entry(realm).or_insert(count);
    }

    /// The session with this id, or that there is none.
    pub fn put_session(&mut self, id: SessionId, session: Option<Session>) {
        self.sessions.entry(id).or_insert(session);
    }

    /// The sessions of the user that last; each is put on its own too.
    pub fn put_sessions_of(&mut self, user: UserId, sessions: BTreeSet<(Time, SessionId)>) {
        self.sessions_of.entry(user).or_insert(sessions);
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
