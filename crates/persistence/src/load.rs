//! Loading what decisions need to know: one query a table, whatever the number of commands.

use crate::{StoreResult, assignment, product, user, variant};
use domain::{
    AssignmentId, Need, OrganizationId, ProductId, Time, UserId, VariantId, World,
    assignment::Assignment,
    text::Key,
    user::{Role, UserStatus},
};
use sea_orm::{
    Condition, PaginatorTrait, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};
use std::collections::{BTreeMap, BTreeSet};

/// How far ahead the ends of seats are loaded, so that the answer stays good for a while.
const HORIZON_SECONDS: i64 = 30;

/// Values in one IN list or OR chain.
const CHUNK: usize = 500;

/// The needs, by kind.
#[derive(Default)]
struct Wanted {
    users: BTreeSet<Uuid>,
    products: BTreeSet<Uuid>,
    variants: BTreeSet<Uuid>,
    assignments: BTreeSet<Uuid>,
    emails: BTreeSet<(Option<OrganizationId>, String)>,
    product_keys: BTreeSet<(Option<OrganizationId>, String)>,
    variant_keys: BTreeSet<(ProductId, String)>,
    seats: BTreeSet<(UserId, VariantId)>,
    due: BTreeSet<Uuid>,
    next_ends: BTreeSet<Uuid>,
    seats_of: BTreeSet<Uuid>,
    variants_of: BTreeSet<Uuid>,
    super_admins: bool,
}

impl Wanted {
    fn of(needs: &[Need]) -> Self {
        let mut wanted = Self::default();
        for need in needs {
            match need {
                Need::User(id) => drop(wanted.users.insert(id.0)),
                Need::Product(id) => drop(wanted.products.insert(id.0)),
                Need::Variant(id) => drop(wanted.variants.insert(id.0)),
                Need::Assignment(id) => drop(wanted.assignments.insert(id.0)),
                Need::Email(realm, email) => drop(wanted.emails.insert((*realm, email.clone()))),
                Need::ProductKey(owner, key) => {
                    wanted.product_keys.insert((*owner, key.clone()));
                }
                Need::VariantKey(product, key) => {
                    wanted.variant_keys.insert((*product, key.clone()));
                }
                Need::Seat(user, variant) => drop(wanted.seats.insert((*user, *variant))),
                Need::Due(variant) => drop(wanted.due.insert(variant.0)),
                Need::NextEnd(variant) => drop(wanted.next_ends.insert(variant.0)),
                Need::SeatsOf(user) => drop(wanted.seats_of.insert(user.0)),
                Need::VariantsOf(product) => drop(wanted.variants_of.insert(product.0)),
                Need::SuperAdmins => wanted.super_admins = true,
            }
        }
        wanted
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
    load_users(connection, world, &wanted).await?;
    load_products(connection, world, &wanted).await?;
    load_variants(connection, world, &wanted).await?;
    load_assignments(connection, world, &wanted).await?;
    load_seats(connection, world, &wanted.seats).await?;
    load_ending(connection, world, &wanted.due, now).await?;
    load_next_ends(connection, world, &wanted.next_ends, now).await?;
    load_seats_of(connection, world, &wanted.seats_of).await?;
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

/// The rows of an entity that match any of the conditions, in statements of bounded size.
async fn rows<E: EntityTrait>(
    connection: &impl ConnectionTrait,
    base: Select<E>,
    any: Vec<SimpleExpr>,
) -> StoreResult<Vec<E::Model>> {
    let mut found = Vec::new();
    for chunk in any.chunks(CHUNK) {
        let any = chunk.iter().cloned().fold(Condition::any(), Condition::add);
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
    let ids: Vec<Uuid> = ids.iter().copied().collect();
    let mut found = Vec::new();
    for chunk in ids.chunks(CHUNK) {
        let some = base.clone().filter(id.is_in(chunk.iter().copied()));
        found.extend(some.all(connection).await?);
    }
    Ok(found)
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

async fn load_products(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    let base = product::Entity::find();
    let mut found = by_id(
        connection,
        base.clone(),
        product::Column::Id,
        &wanted.products,
    )
    .await?;
    let by_key = wanted.product_keys.iter().map(|(owner, key)| {
        let realm = product::Column::Realm.eq(user::realm(*owner));
        realm.and(product::Column::ProductKey.eq(key.as_str()))
    });
    found.extend(rows(connection, base, by_key.collect()).await?);
    for row in found {
        let product = product::state(row)?;
        let key = product.key.as_str().to_owned();
        world.put_product_key(product.organization_id, key, Some(product.id));
        world.put_product(product.id, Some(product));
    }
    for id in &wanted.products {
        world.put_product(ProductId(*id), None);
    }
    for (owner, key) in &wanted.product_keys {
        world.put_product_key(*owner, key.clone(), None);
    }
    Ok(())
}

async fn load_variants(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    use variant::Column;
    let base = variant::Entity::find();
    let mut found = by_id(connection, base.clone(), Column::Id, &wanted.variants).await?;
    let by_key = wanted.variant_keys.iter().map(|(product, key)| {
        Column::ProductId
            .eq(product.0)
            .and(Column::VariantKey.eq(key.as_str()))
    });
    found.extend(rows(connection, base.clone(), by_key.collect()).await?);
    let siblings = by_id(connection, base, Column::ProductId, &wanted.variants_of).await?;
    put_siblings(world, &wanted.variants_of, &siblings);
    found.extend(siblings);
    for row in found {
        let variant = variant::state(row)?;
        let key = Key::as_str(&variant.key).to_owned();
        world.put_variant_key(variant.product_id, key, Some(variant.id));
        world.put_variant(variant.id, Some(variant));
    }
    for id in &wanted.variants {
        world.put_variant(VariantId(*id), None);
    }
    for (product, key) in &wanted.variant_keys {
        world.put_variant_key(*product, key.clone(), None);
    }
    Ok(())
}

fn put_siblings(world: &mut World, products: &BTreeSet<Uuid>, rows: &[variant::Model]) {
    let mut siblings: BTreeMap<Uuid, BTreeSet<VariantId>> = products
        .iter()
        .map(|product| (*product, BTreeSet::new()))
        .collect();
    for row in rows {
        siblings
            .entry(row.product_id)
            .or_default()
            .insert(VariantId(row.id));
    }
    for (product, variants) in siblings {
        world.put_variants_of(ProductId(product), variants);
    }
}

async fn load_assignments(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    let base = assignment::Entity::find();
    let column = assignment::Column::Id;
    for row in by_id(connection, base, column, &wanted.assignments).await? {
        put_assignment(world, row)?;
    }
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
    wanted: &BTreeSet<(UserId, VariantId)>,
) -> StoreResult<()> {
    use assignment::Column;
    let pairs = wanted.iter().map(|(user, variant)| {
        Column::UserId
            .eq(user.0)
            .and(Column::VariantId.eq(variant.0))
    });
    for row in rows(connection, assignment::active(), pairs.collect()).await? {
        let seat = put_assignment(world, row)?;
        world.put_seat(seat.user_id, seat.variant_id, Some(seat.id));
    }
    for (user, variant) in wanted {
        world.put_seat(*user, *variant, None);
    }
    Ok(())
}

async fn load_ending(
    connection: &impl ConnectionTrait,
    world: &mut World,
    variants: &BTreeSet<Uuid>,
    now: Time,
) -> StoreResult<()> {
    use assignment::Column;
    let horizon = now.plus_seconds(HORIZON_SECONDS);
    let base = assignment::active().filter(Column::EndsAt.lte(horizon.micros()));
    let mut ending: BTreeMap<Uuid, BTreeSet<(Time, AssignmentId)>> = variants
        .iter()
        .map(|variant| (*variant, BTreeSet::new()))
        .collect();
    for row in by_id(connection, base, Column::VariantId, variants).await? {
        let seat = put_assignment(world, row)?;
        if let Some(end) = seat.ends_at {
            ending
                .entry(seat.variant_id.0)
                .or_default()
                .insert((end, seat.id));
        }
    }
    for (variant, seats) in ending {
        world.put_ending(VariantId(variant), horizon, seats);
    }
    Ok(())
}

async fn load_next_ends(
    connection: &impl ConnectionTrait,
    world: &mut World,
    variants: &BTreeSet<Uuid>,
    now: Time,
) -> StoreResult<()> {
    use assignment::Column;
    if variants.is_empty() {
        return Ok(());
    }
    let next: Vec<(Uuid, Option<i64>)> = assignment::active()
        .select_only()
        .column(Column::VariantId)
        .column_as(Column::EndsAt.min(), "next_end")
        .filter(Column::VariantId.is_in(variants.iter().copied()))
        .filter(Column::EndsAt.gt(now.micros()))
        .group_by(Column::VariantId)
        .into_tuple()
        .all(connection)
        .await?;
    for variant in variants {
        world.put_next_end(VariantId(*variant), None);
    }
    for (variant, end) in next {
        world.put_next_end(VariantId(variant), end.map(Time::from_micros));
    }
    Ok(())
}

async fn load_seats_of(
    connection: &impl ConnectionTrait,
    world: &mut World,
    users: &BTreeSet<Uuid>,
) -> StoreResult<()> {
    let column = assignment::Column::UserId;
    let mut held: BTreeMap<Uuid, BTreeSet<AssignmentId>> =
        users.iter().map(|user| (*user, BTreeSet::new())).collect();
    let mut variants = BTreeSet::new();
    for row in by_id(connection, assignment::active(), column, users).await? {
        let seat = put_assignment(world, row)?;
        variants.insert(seat.variant_id.0);
        held.entry(seat.user_id.0).or_default().insert(seat.id);
    }
    for (user, seats) in held {
        world.put_seats_of(UserId(user), seats);
    }
    // Freeing a seat counts at its variant.
    let base = variant::Entity::find();
    for row in by_id(connection, base, variant::Column::Id, &variants).await? {
        let variant = variant::state(row)?;
        world.put_variant(variant.id, Some(variant));
    }
    Ok(())
}
