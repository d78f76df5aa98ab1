//! Who holds a seat, and when it comes free.

use super::{Wanted, by_id, rows};
use crate::{
    StoreResult, assignment, pool,
    user::{realm, realm_of},
    variant,
};
use domain::{
    AssignmentId, Holder, OrganizationId, Pot, Time, VariantId, World, assignment::Assignment,
};
use sea_orm::{
    Condition, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};
use std::collections::{BTreeMap, BTreeSet};

/// How far ahead the ends of seats are loaded, so that the answer stays good for a while.
const HORIZON_SECONDS: i64 = 30;

pub(super) async fn load(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
    now: Time,
) -> StoreResult<()> {
    load_assignments(connection, world, wanted).await?;
    load_seats(connection, world, &wanted.seats).await?;
    load_ending(connection, world, &wanted.due, now).await?;
    load_next_ends(connection, world, &wanted.next_ends, now).await?;
    load_seats_of(connection, world, &wanted.seats_of).await?;
    load_seats_of_organization(connection, world, &wanted.seats_of_organization).await?;
    for (of, variant) in &wanted.outside_pool {
        let seats = assignment::count_outside_pool(connection, *of, *variant, now).await?;
        world.put_outside_pool(*of, *variant, now, seats);
    }
    Ok(())
}

async fn load_assignments(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    let base = assignment::Entity::find();
    let column = assignment::Column::Id;
    let found = by_id(connection, base, column, &wanted.assignments).await?;
    put_all(world, found)?;
    for id in &wanted.assignments {
        world.put_assignment(AssignmentId(*id), None);
    }
    Ok(())
}

fn put_assignment(world: &mut World, row: assignment::Model) -> StoreResult<Assignment> {
    let seat = assignment::state(row)?;
    world.put_assignment(seat.id, Some(seat.clone()));
    Ok(seat)
}

async fn load_seats(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &BTreeSet<(Holder, VariantId)>,
) -> StoreResult<()> {
    use assignment::Column;
    let pairs = wanted.iter().map(|(holder, variant)| {
        Column::HolderId
            .eq(holder.id())
            .and(Column::VariantId.eq(variant.0))
    });
    for row in rows(connection, assignment::active(), pairs.collect()).await? {
        let seat = put_assignment(world, row)?;
        world.put_seat(seat.holder, seat.variant_id, Some(seat.id));
    }
    for (holder, variant) in wanted {
        world.put_seat(*holder, *variant, None);
    }
    Ok(())
}

async fn load_ending(
    connection: &impl ConnectionTrait,
    world: &mut World,
    pots: &BTreeSet<Pot>,
    now: Time,
) -> StoreResult<()> {
    use assignment::Column;
    let horizon = now.plus_seconds(HORIZON_SECONDS);
    let base = assignment::active().filter(Column::EndsAt.lte(horizon.micros()));
    let mut ending: BTreeMap<Pot, BTreeSet<(Time, AssignmentId)>> =
        pots.iter().map(|pot| (*pot, BTreeSet::new())).collect();
    let any = pots.iter().copied().map(assignment::of_pot).collect();
    for row in rows(connection, base, any).await? {
        let seat = put_assignment(world, row)?;
        if let Some(end) = seat.ends_at {
            ending.entry(seat.pot()).or_default().insert((end, seat.id));
        }
    }
    for (pot, seats) in ending {
        world.put_ending(pot, horizon, seats);
    }
    Ok(())
}

async fn load_next_ends(
    connection: &impl ConnectionTrait,
    world: &mut World,
    pots: &BTreeSet<Pot>,
    now: Time,
) -> StoreResult<()> {
    use assignment::Column;
    if pots.is_empty() {
        return Ok(());
    }
    let any = pots.iter().copied().map(assignment::of_pot);
    let any = any.fold(Condition::any(), Condition::add);
    let next: Vec<(Uuid, Uuid, Option<i64>)> = assignment::active()
        .select_only()
        .columns([Column::VariantId, Column::Realm])
        .column_as(Column::EndsAt.min(), "next_end")
        .filter(any)
        .filter(Column::EndsAt.gt(now.micros()))
        .group_by(Column::VariantId)
        .group_by(Column::Realm)
        .into_tuple()
        .all(connection)
        .await?;
    for pot in pots {
        world.put_next_end(*pot, None);
    }
    for (variant, realm, end) in next {
        let pot = Pot {
            variant: VariantId(variant),
            realm: realm_of(realm),
        };
        world.put_next_end(pot, end.map(Time::from_micros));
    }
    Ok(())
}

async fn load_seats_of(
    connection: &impl ConnectionTrait,
    world: &mut World,
    holders: &BTreeSet<Holder>,
) -> StoreResult<()> {
    let ids = holders.iter().map(|holder| holder.id()).collect();
    let mut held: BTreeMap<Holder, BTreeSet<AssignmentId>> = holders
        .iter()
        .map(|holder| (*holder, BTreeSet::new()))
        .collect();
    let column = assignment::Column::HolderId;
    let seats = put_all(
        world,
        by_id(connection, assignment::active(), column, &ids).await?,
    )?;
    for seat in &seats {
        held.entry(seat.holder).or_default().insert(seat.id);
    }
    for (holder, seats) in held {
        world.put_seats_of(holder, seats);
    }
    load_givers(connection, world, &seats).await
}

async fn load_seats_of_organization(
    connection: &impl ConnectionTrait,
    world: &mut World,
    organizations: &BTreeSet<OrganizationId>,
) -> StoreResult<()> {
    let ids = organizations.iter().map(|id| id.0).collect();
    let mut held: BTreeMap<OrganizationId, BTreeSet<AssignmentId>> = organizations
        .iter()
        .map(|id| (*id, BTreeSet::new()))
        .collect();
    let column = assignment::Column::OrganizationId;
    let seats = put_all(
        world,
        by_id(connection, assignment::active(), column, &ids).await?,
    )?;
    for seat in &seats {
        if let Some(of) = seat.organization_id {
            held.entry(of).or_default().insert(seat.id);
        }
    }
    for (of, seats) in held {
        world.put_seats_of_organization(of, seats);
    }
    load_givers(connection, world, &seats).await
}

fn put_all(world: &mut World, rows: Vec<assignment::Model>) -> StoreResult<Vec<Assignment>> {
    rows.into_iter()
        .map(|row| put_assignment(world, row))
        .collect()
}

/// Freeing a seat counts where it was given out: at its variant or at a pool.
async fn load_givers(
    connection: &impl ConnectionTrait,
    world: &mut World,
    seats: &[Assignment],
) -> StoreResult<()> {
    let variants: BTreeSet<Uuid> = seats.iter().map(|seat| seat.variant_id.0).collect();
    let base = variant::Entity::find();
    for row in by_id(connection, base, variant::Column::Id, &variants).await? {
        let variant = variant::state(row)?;
        world.put_variant(variant.id, Some(variant));
    }
    let pots: BTreeSet<Pot> = seats.iter().map(Assignment::pot).collect();
    let of_pot = |pot: Pot| {
        let of = pool::Column::OrganizationId.eq(realm(pot.realm));
        of.and(pool::Column::VariantId.eq(pot.variant.0))
    };
    let pooled = pots.into_iter().filter(|pot| pot.realm.is_some());
    let any: Vec<SimpleExpr> = pooled.map(of_pot).collect();
    for row in rows(connection, pool::Entity::find(), any).await? {
        let pool = pool::state(row)?;
        world.put_pool(pool.organization_id, pool.variant_id, Some(pool));
    }
    Ok(())
}
