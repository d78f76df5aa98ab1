//! Writing the rows that a batch of facts changed, in a few bulk statements.

use crate::{
    StoreResult, allocation, api_key, assignment, organization, pool, product, role, session,
    shape, station, user, variant, webhook,
};
use domain::{
    AllocationId, ApiKeyId, AssignmentId, OrganizationId, PoolId, ProductId, Resource,
    ResourceKind, RoleId, SessionId, StationId, UserId, VariantId, WebhookId, World,
};
use sea_orm::{
    IntoActiveModel, Iterable, PrimaryKeyToColumn, entity::prelude::*, sea_query::OnConflict,
};
use std::collections::BTreeMap;

/// Rows of one table, sorted by what is to be done with them.
struct Rows<A> {
    made: Vec<A>,
    changed: Vec<A>,
    gone: Vec<Uuid>,
}

/// Brings the touched rows to the state of the world. The value tells whether there was a row.
pub async fn write(
    connection: &impl ConnectionTrait,
    world: &World,
    touched: &BTreeMap<Resource, bool>,
) -> StoreResult<()> {
    let organizations = sort(touched, ResourceKind::Organization, |id| {
        world
            .organization(OrganizationId(id))
            .map(organization::row)
    });
    save::<organization::Entity, _>(connection, organizations).await?;
    let stations = sort(touched, ResourceKind::Station, |id| {
        world.station(StationId(id)).map(station::row)
    });
    save::<station::Entity, _>(connection, stations).await?;
    let users = sort(touched, ResourceKind::User, |id| {
        world.user(UserId(id)).map(user::row)
    });
    save::<user::Entity, _>(connection, users).await?;
    let roles = sort(touched, ResourceKind::Role, |id| {
        world.role(RoleId(id)).map(role::row)
    });
    save::<role::Entity, _>(connection, roles).await?;
    let sessions = sort(touched, ResourceKind::Session, |id| {
        world.session(SessionId(id)).map(session::row)
    });
    save::<session::Entity, _>(connection, sessions).await?;
    let keys = sort(touched, ResourceKind::ApiKey, |id| {
        world.api_key(ApiKeyId(id)).map(api_key::row)
    });
    save::<api_key::Entity, _>(connection, keys).await?;
    let webhooks = sort(touched, ResourceKind::Webhook, |id| {
        world.webhook(WebhookId(id)).map(webhook::row)
    });
    save::<webhook::Entity, _>(connection, webhooks).await?;
    let products = sort(touched, ResourceKind::Product, |id| {
        world.product(ProductId(id)).map(product::row)
    });
    save::<product::Entity, _>(connection, products).await?;
    let variants = sort(touched, ResourceKind::Variant, |id| {
        world.variant(VariantId(id)).map(variant::row)
    });
    save::<variant::Entity, _>(connection, variants).await?;
    let allocations = sort(touched, ResourceKind::Allocation, |id| {
        world
            .allocation_by_id(AllocationId(id))
            .map(allocation::row)
    });
    save::<allocation::Entity, _>(connection, allocations).await?;
    let pools = sort(touched, ResourceKind::Pool, |id| {
        world.pool_by_id(PoolId(id)).map(pool::row)
    });
    save::<pool::Entity, _>(connection, pools).await?;
    let mut assignments = sort(touched, ResourceKind::Assignment, |id| {
        world.assignment(AssignmentId(id)).map(assignment::row)
    });
    // A statement writes its rows in their order: who gives a seat up comes before who takes it.
    assignments.changed.sort_by_key(assignment::is_active);
    save::<assignment::Entity, _>(connection, assignments).await
}

fn sort<A>(
    touched: &BTreeMap<Resource, bool>,
    kind: ResourceKind,
    row: impl Fn(Uuid) -> Option<A>,
) -> Rows<A> {
    let mut rows = Rows {
        made: Vec::new(),
        changed: Vec::new(),
        gone: Vec::new(),
    };
    for (resource, was_there) in touched.iter().filter(|(resource, _)| resource.kind == kind) {
        match (was_there, row(resource.id)) {
            (false, Some(new)) => rows.made.push(new),
            (true, Some(changed)) => rows.changed.push(changed),
            (true, None) => rows.gone.push(resource.id),
            (false, None) => {}
        }
    }
    rows
}

/// Deleted rows go first and changed ones before new ones, so that a key or seat that one row
/// gives up is free for the next.
async fn save<E, A>(connection: &impl ConnectionTrait, rows: Rows<A>) -> StoreResult<()>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E> + IntoActiveModel<A>,
    E::PrimaryKey: PrimaryKeyToColumn<Column = E::Column>,
{
    let Some(id) = E::PrimaryKey::iter().next().map(|key| key.into_column()) else {
        return Ok(());
    };
    for gone in shape::lists(rows.gone) {
        E::delete_many()
            .filter(id.is_in(gone))
            .exec(connection)
            .await?;
    }
    let others = E::Column::iter().filter(|column| column.as_str() != id.as_str());
    let replace = OnConflict::column(id).update_columns(others).to_owned();
    for changed in shape::parts(rows.changed) {
        let statement = E::insert_many(changed).on_conflict(replace.clone());
        statement.exec_without_returning(connection).await?;
    }
    for made in shape::parts(rows.made) {
        E::insert_many(made)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}
