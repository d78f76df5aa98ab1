//! Loading what decisions need to know: one query a table, whatever the number of commands.

mod access;
mod catalogue;
mod directory;
mod seats;
mod session;

use crate::{StoreResult, shape};
use domain::{
    Holder, Need, OrganizationId, Pot, ProductId, Realm, Time, VariantId, World,
    text::{Key, Slug},
};
use sea_orm::{Condition, entity::prelude::*, sea_query::SimpleExpr};
use std::collections::BTreeSet;

/// The needs, by kind.
#[derive(Default)]
struct Wanted {
    organizations: BTreeSet<Uuid>,
    stations: BTreeSet<Uuid>,
    users: BTreeSet<Uuid>,
    products: BTreeSet<Uuid>,
    variants: BTreeSet<Uuid>,
    assignments: BTreeSet<Uuid>,
    slugs: BTreeSet<Slug>,
    codes: BTreeSet<(OrganizationId, Key)>,
    emails: BTreeSet<(Realm, String)>,
    product_keys: BTreeSet<(Realm, String)>,
    variant_keys: BTreeSet<(ProductId, String)>,
    allocations: BTreeSet<(OrganizationId, VariantId)>,
    pools: BTreeSet<(OrganizationId, VariantId)>,
    pools_of: BTreeSet<OrganizationId>,
    outside_pool: BTreeSet<(OrganizationId, VariantId)>,
    seats: BTreeSet<(Holder, VariantId)>,
    due: BTreeSet<Pot>,
    next_ends: BTreeSet<Pot>,
    seats_of: BTreeSet<Holder>,
    seats_of_organization: BTreeSet<OrganizationId>,
    roles: BTreeSet<Uuid>,
    role_names: BTreeSet<(OrganizationId, String)>,
    api_keys: BTreeSet<Uuid>,
    sessions: BTreeSet<Uuid>,
    sessions_of: BTreeSet<Uuid>,
    variants_of: BTreeSet<Uuid>,
    webhooks: BTreeSet<Uuid>,
    webhooks_of: BTreeSet<Realm>,
    super_admins: bool,
}

impl Wanted {
    fn of(needs: &[Need]) -> Self {
        let mut wanted = Self::default();
        for need in needs {
            wanted.add(need.clone());
        }
        wanted
    }

    fn add(&mut self, need: Need) {
        match need {
            Need::Organization(id) => drop(self.organizations.insert(id.0)),
            Need::Station(id) => drop(self.stations.insert(id.0)),
            Need::User(id) => drop(self.users.insert(id.0)),
            Need::Product(id) => drop(self.products.insert(id.0)),
            Need::Variant(id) => drop(self.variants.insert(id.0)),
            Need::Assignment(id) => drop(self.assignments.insert(id.0)),
            Need::Slug(slug) => drop(self.slugs.insert(slug)),
            Need::StationCode(of, code) => drop(self.codes.insert((of, code))),
            Need::Email(realm, email) => drop(self.emails.insert((realm, email))),
            Need::ProductKey(owner, key) => drop(self.product_keys.insert((owner, key))),
            Need::VariantKey(product, key) => drop(self.variant_keys.insert((product, key))),
            Need::Allocation(to, variant) => drop(self.allocations.insert((to, variant))),
            Need::Pool(of, variant) => drop(self.pools.insert((of, variant))),
            Need::PoolsOf(of) => drop(self.pools_of.insert(of)),
            Need::OutsidePool(of, variant) => drop(self.outside_pool.insert((of, variant))),
            Need::Seat(holder, variant) => drop(self.seats.insert((holder, variant))),
            Need::Due(pot) => drop(self.due.insert(pot)),
            Need::NextEnd(pot) => drop(self.next_ends.insert(pot)),
            Need::SeatsOf(holder) => drop(self.seats_of.insert(holder)),
            Need::SeatsOfOrganization(of) => drop(self.seats_of_organization.insert(of)),
            Need::Role(id) => drop(self.roles.insert(id.0)),
            Need::RoleName(of, name) => drop(self.role_names.insert((of, name))),
            Need::ApiKey(id) => drop(self.api_keys.insert(id.0)),
            Need::Session(id) => drop(self.sessions.insert(id.0)),
            Need::SessionsOf(user) => drop(self.sessions_of.insert(user.0)),
            Need::VariantsOf(product) => drop(self.variants_of.insert(product.0)),
            Need::Webhook(id) => drop(self.webhooks.insert(id.0)),
            Need::WebhooksOf(realm) => drop(self.webhooks_of.insert(realm)),
            Need::SuperAdmins => self.super_admins = true,
        }
    }
}

/// Loads the answers to the needs into the world.
pub async fn load(
    connection: &impl ConnectionTrait,
    world: &mut World,
    needs: &[Need],
    now: Time,
) -> StoreResult<()> {
    let wanted = Wanted::of(needs);
    directory::load(connection, world, &wanted).await?;
    access::load(connection, world, &wanted).await?;
    session::load(connection, world, &wanted, now).await?;
    catalogue::load(connection, world, &wanted).await?;
    seats::load(connection, world, &wanted, now).await
}

/// The rows of an entity that match any of the conditions, in statements of bounded size.
async fn rows<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    base: Select<E>,
    any: Vec<SimpleExpr>,
) -> StoreResult<Vec<E::Model>> {
    let mut found = Vec::new();
    for any in shape::lists(any) {
        let any = any.into_iter().fold(Condition::any(), Condition::add);
        found.extend(base.clone().filter(any).all(connection).await?);
    }
    Ok(found)
}

async fn by_id<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    base: Select<E>,
    id: E::Column,
    ids: &BTreeSet<Uuid>,
) -> StoreResult<Vec<E::Model>> {
    let mut found = Vec::new();
    for ids in shape::lists(ids.iter().copied()) {
        let some = base.clone().filter(id.is_in(ids));
        found.extend(some.all(connection).await?);
    }
    Ok(found)
}
