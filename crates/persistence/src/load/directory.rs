//! Organizations, stations and users.

use super::{Wanted, by_id, rows};
use crate::{StoreResult, organization, station, user};
use domain::{
    OrganizationId, StationId, UserId, World,
    user::{Role, UserStatus},
};
use sea_orm::{PaginatorTrait, entity::prelude::*, sea_query::ExprTrait};

pub(super) async fn load(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    load_organizations(connection, world, wanted).await?;
    load_stations(connection, world, wanted).await?;
    load_users(connection, world, wanted).await?;
    if wanted.super_admins {
        let active = user::Entity::find()
            .filter(user::Column::Role.eq(Role::SuperAdmin.as_str()))
            .filter(user::Column::Status.eq(UserStatus::Active.as_str()))
            .count(connection)
            .await?;
        world.put_super_admins(i64::try_from(active).unwrap_or(i64::MAX));
    }
    Ok(())
}

async fn load_organizations(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    use organization::{Column, Entity};
    let ids = &wanted.organizations;
    let mut found = by_id(connection, Entity::find(), Column::Id, ids).await?;
    let by_slug = wanted
        .slugs
        .iter()
        .map(|slug| Column::Slug.eq(slug.as_str()));
    found.extend(rows(connection, Entity::find(), by_slug.collect()).await?);
    for row in found {
        let organization = organization::state(row)?;
        world.put_slug(organization.slug.clone(), Some(organization.id));
        world.put_organization(organization.id, Some(organization));
    }
    for id in ids {
        world.put_organization(OrganizationId(*id), None);
    }
    for slug in &wanted.slugs {
        world.put_slug(slug.clone(), None);
    }
    Ok(())
}

async fn load_stations(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    use station::{Column, Entity};
    let ids = &wanted.stations;
    let mut found = by_id(connection, Entity::find(), Column::Id, ids).await?;
    let by_code = wanted.codes.iter().map(|(of, code)| {
        Column::OrganizationId
            .eq(of.0)
            .and(Column::Code.eq(code.as_str()))
    });
    found.extend(rows(connection, Entity::find(), by_code.collect()).await?);
    for row in found {
        let station = station::state(row)?;
        world.put_code(
            station.organization_id,
            station.code.clone(),
            Some(station.id),
        );
        world.put_station(station.id, Some(station));
    }
    for id in ids {
        world.put_station(StationId(*id), None);
    }
    for (of, code) in &wanted.codes {
        world.put_code(*of, code.clone(), None);
    }
    Ok(())
}

async fn load_users(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    let mut found = by_id(
        connection,
        user::Entity::find(),
        user::Column::Id,
        &wanted.users,
    )
    .await?;
    let by_email = wanted.emails.iter().map(|(realm, email)| {
        let realm = user::Column::Realm.eq(user::realm(*realm));
        realm.and(user::Column::EmailKey.eq(email.as_str()))
    });
    found.extend(rows(connection, user::Entity::find(), by_email.collect()).await?);
    for row in found {
        let user = user::state(row)?;
        if user.status != UserStatus::Deleted {
            world.put_email(user.organization_id, user.email.key(), Some(user.id));
        }
        world.put_user(user.id, Some(user));
    }
    for id in &wanted.users {
        world.put_user(UserId(*id), None);
    }
    for (realm, email) in &wanted.emails {
        world.put_email(*realm, email.clone(), None);
    }
    Ok(())
}
