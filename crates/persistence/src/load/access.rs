//! Custom roles, API keys and webhooks.

use super::{Wanted, by_id, rows};
use crate::{StoreResult, api_key, role, webhook};
use domain::{ApiKeyId, RoleId, WebhookId, World};
use sea_orm::{entity::prelude::*, sea_query::ExprTrait};

pub(super) async fn load(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    load_roles(connection, world, wanted).await?;
    let base = api_key::Entity::find();
    let column = api_key::Column::Id;
    for row in by_id(connection, base, column, &wanted.api_keys).await? {
        let key = api_key::state(row)?;
        world.put_api_key(key.id, Some(key));
    }
    for id in &wanted.api_keys {
        world.put_api_key(ApiKeyId(*id), None);
    }
    load_webhooks(connection, world, wanted).await
}

async fn load_webhooks(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    use webhook::{Column, Entity};
    for row in by_id(connection, Entity::find(), Column::Id, &wanted.webhooks).await? {
        let webhook = webhook::state(row)?;
        world.put_webhook(webhook.id, Some(webhook));
    }
    for id in &wanted.webhooks {
        world.put_webhook(WebhookId(*id), None);
    }
    for realm in &wanted.webhooks_of {
        let count = webhook::count(connection, *realm).await?;
        world.put_webhooks_of(*realm, count);
    }
    Ok(())
}

async fn load_roles(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    use role::{Column, Entity};
    let mut found = by_id(connection, Entity::find(), Column::Id, &wanted.roles).await?;
    let by_name = wanted.role_names.iter().map(|(of, name)| {
        let of = Column::OrganizationId.eq(of.0);
        of.and(Column::NameKey.eq(name.as_str()))
    });
    found.extend(rows(connection, Entity::find(), by_name.collect()).await?);
    for row in found {
        let role = role::state(row)?;
        let name = role.profile.key();
        world.put_role_name(role.organization_id, name, Some(role.id));
        world.put_role(role.id, Some(role));
    }
    for id in &wanted.roles {
        world.put_role(RoleId(*id), None);
    }
    for (of, name) in &wanted.role_names {
        world.put_role_name(*of, name.clone(), None);
    }
    Ok(())
}
