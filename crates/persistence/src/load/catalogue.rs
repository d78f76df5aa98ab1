//! Products, their variants, and what organizations were given of them.

use super::{Wanted, by_id, rows};
use crate::{StoreResult, allocation, pool, product, user, variant};
use domain::{OrganizationId, PoolId, ProductId, VariantId, World, text::Key};
use sea_orm::{
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};
use std::collections::{BTreeMap, BTreeSet};

pub(super) async fn load(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    load_products(connection, world, wanted).await?;
    load_variants(connection, world, wanted).await?;
    load_pools(connection, world, wanted).await?;
    load_allocations(connection, world, wanted).await
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

async fn load_pools(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    use pool::{Column, Entity};
    let of_pair = |(of, variant): &(OrganizationId, VariantId)| {
        let of = Column::OrganizationId.eq(of.0);
        of.and(Column::VariantId.eq(variant.0))
    };
    let all_of = |of: &OrganizationId| Column::OrganizationId.eq(of.0);
    let pairs = wanted.pools.iter().map(of_pair);
    let any = pairs.chain(wanted.pools_of.iter().map(all_of)).collect();
    let mut all: BTreeMap<OrganizationId, BTreeSet<PoolId>> = wanted
        .pools_of
        .iter()
        .map(|of| (*of, BTreeSet::new()))
        .collect();
    for row in rows(connection, Entity::find(), any).await? {
        let pool = pool::state(row)?;
        if let Some(pools) = all.get_mut(&pool.organization_id) {
            pools.insert(pool.id);
        }
        world.put_pool(pool.organization_id, pool.variant_id, Some(pool));
    }
    for (of, pools) in all {
        world.put_pools_of(of, pools);
    }
    for (of, variant) in &wanted.pools {
        world.put_pool(*of, *variant, None);
    }
    Ok(())
}

/// Of an organization all of whose pools are wanted, the platform's sides come with them, and their
/// variants, which count what is given back.
async fn load_allocations(
    connection: &impl ConnectionTrait,
    world: &mut World,
    wanted: &Wanted,
) -> StoreResult<()> {
    use allocation::{Column, Entity};
    let of_pair = |(to, variant): &(OrganizationId, VariantId)| {
        let to = Column::OrganizationId.eq(to.0);
        to.and(Column::VariantId.eq(variant.0))
    };
    let all_of = |to: &OrganizationId| Column::OrganizationId.eq(to.0);
    let pairs = wanted.allocations.iter().map(of_pair);
    let any: Vec<SimpleExpr> = pairs.chain(wanted.pools_of.iter().map(all_of)).collect();
    let mut variants = BTreeSet::new();
    for row in rows(connection, Entity::find(), any).await? {
        let allocation = allocation::state(row)?;
        let pair = (allocation.organization_id, allocation.variant_id);
        variants.insert(pair.1.0);
        world.put_allocation(pair.0, pair.1, Some(allocation));
    }
    for (to, variant) in &wanted.allocations {
        world.put_allocation(*to, *variant, None);
    }
    let base = variant::Entity::find();
    for row in by_id(connection, base, variant::Column::Id, &variants).await? {
        let variant = variant::state(row)?;
        world.put_variant(variant.id, Some(variant));
    }
    Ok(())
}
