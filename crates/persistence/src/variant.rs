//! The table of variants.

use crate::{
    Store, StoreError, StoreResult, assignment,
    kernel::Lookup,
    pool, product,
    query::{self, Missing, Readable, Sort, Terms, fields, filters},
};
use domain::{
    Catalogues, OrganizationId, ProductId, Scope, Time, VariantId,
    text::{Key, Name},
    variant::{Variant, VariantByKey, VariantsOf},
};
use sea_orm::{
    ActiveValue::Set,
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};
use std::collections::{BTreeMap, BTreeSet};

/// A variant as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "variants")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub product_id: Uuid,
    pub organization_id: Option<Uuid>,
    pub variant_key: String,
    pub name: String,
    pub capacity: Option<i32>,
    /// A JSON object.
    pub attributes: String,
    /// Seats taken out of the capacity: held, also past their end, or allocated.
    pub active_count: i64,
    /// The seats among these that organizations have as pools.
    pub allocated: i64,
    pub allocation_count: i64,
    /// Assignments, also revoked ones, without those of the pools that there are.
    pub assignment_count: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A variant from its row, or what is wrong with the row.
pub(crate) fn state(row: Model) -> StoreResult<Variant> {
    let damaged = |what: &str| StoreError::damaged(what, row.id);
    let attributes = serde_json::from_str(&row.attributes);
    Ok(Variant {
        id: VariantId(row.id),
        product_id: ProductId(row.product_id),
        organization_id: row.organization_id.map(OrganizationId),
        key: Key::parse(&row.variant_key, "").map_err(|_| damaged("key of variant"))?,
        name: Name::parse(&row.name, "").map_err(|_| damaged("name of variant"))?,
        capacity: row.capacity,
        attributes: attributes.map_err(|_| damaged("attributes of variant"))?,
        active_count: row.active_count,
        allocated: row.allocated,
        allocation_count: row.allocation_count,
        assignment_count: row.assignment_count,
        created_at: Time::from_micros(row.created_at),
        updated_at: Time::from_micros(row.updated_at),
        version: row.version,
    })
}

/// The row of a variant.
pub(crate) fn row(variant: &Variant) -> ActiveModel {
    let attributes = serde_json::Value::Object(variant.attributes.clone()).to_string();
    ActiveModel {
        id: Set(variant.id.0),
        product_id: Set(variant.product_id.0),
        organization_id: Set(variant.organization_id.map(|id| id.0)),
        variant_key: Set(variant.key.as_str().to_owned()),
        name: Set(variant.name.as_str().to_owned()),
        capacity: Set(variant.capacity),
        attributes: Set(attributes),
        active_count: Set(variant.active_count),
        allocated: Set(variant.allocated),
        allocation_count: Set(variant.allocation_count),
        assignment_count: Set(variant.assignment_count),
        created_at: Set(variant.created_at.micros()),
        updated_at: Set(variant.updated_at.micros()),
        version: Set(variant.version),
    }
}

/// The column of the realm that a row belongs to, if there is one.
pub(crate) const REALM: Option<Column> = Some(Column::OrganizationId);

impl Lookup for VariantByKey {
    fn condition(&self) -> SimpleExpr {
        let of = Column::ProductId.eq(self.0.0);
        of.and(Column::VariantKey.eq(self.1.as_str()))
    }
}

impl Lookup for VariantsOf {
    fn condition(&self) -> SimpleExpr {
        Column::ProductId.eq(self.0.0)
    }
}

/// The seats of a variant at a moment, for a reader.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Availability {
    /// Its seats, or those of the reader's pool; `None` is unlimited.
    pub capacity: Option<i32>,
    /// Seats in use, without those whose end has passed.
    pub active: i64,
    /// Seats that can still be given out; `None` is unlimited.
    pub available: Option<i64>,
}

impl Store {
    /// The first variants that have a capacity, each with the key of its product, for metrics.
    pub async fn limited_variants(&self, limit: u64) -> StoreResult<Vec<(Key, Variant)>> {
        let rows = Entity::find()
            .filter(Column::Capacity.is_not_null())
            .order_by_asc(Column::Id)
            .limit(limit)
            .all(&self.read)
            .await?;
        let products: BTreeSet<Uuid> = rows.iter().map(|row| row.product_id).collect();
        let products = product::Entity::find().filter(product::Column::Id.is_in(products));
        // A row that is damaged, or that a newer version wrote, is left out; the others are shown.
        let products = products.all(&self.read).await?.into_iter();
        let products = products.filter_map(|row| product::state(row).ok());
        let keys: BTreeMap<_, _> = products.map(|one| (one.id, one.key)).collect();
        let variants = rows.into_iter().filter_map(|row| state(row).ok());
        Ok(variants
            .filter_map(|one| Some((keys.get(&one.product_id)?.clone(), one)))
            .collect())
    }

    /// The free seats of a variant. For a catalogue variant, a reader of an organization gets the
    /// seats of the pool that it has.
    pub async fn availability(
        &self,
        id: VariantId,
        now: Time,
        catalogues: Catalogues,
    ) -> StoreResult<Option<Availability>> {
        // Counts and due seats of one moment: a sweep between two reads would be counted twice.
        let moment = self.snapshot().await?;
        let found = match query::find::<Variant>(&moment, id, catalogues).await? {
            None => None,
            Some(variant) => Some(match (variant.organization_id, catalogues) {
                (None, Catalogues::SeenBy(Some(reader))) => {
                    in_pool(&moment, reader, id, now).await?
                }
                _ => at_pool_owner(&moment, &variant, now).await?,
            }),
        };
        moment.rollback().await?;
        Ok(found)
    }
}

async fn in_pool(
    moment: &impl ConnectionTrait,
    reader: OrganizationId,
    variant: VariantId,
    now: Time,
) -> StoreResult<Availability> {
    let pool = pool::find(moment, reader, variant, Scope::Everything, now).await?;
    let (seats, active) = pool.map_or((0, 0), |pool| (pool.seats, pool.active_count));
    Ok(Availability {
        capacity: Some(seats),
        active,
        available: Some(Ord::max(i64::from(seats) - active, 0)),
    })
}

/// Of the seats that are given out here, and of those in use in pools.
async fn at_pool_owner(
    moment: &impl ConnectionTrait,
    variant: &Variant,
    now: Time,
) -> StoreResult<Availability> {
    let due = assignment::count_due(moment, variant.seat_pool(), now).await?;
    let taken = variant.active_count - due;
    let pooled = match variant.allocation_count {
        0 => 0,
        _ => pool::in_use(moment, variant.id, now).await?,
    };
    let free = |capacity: i32| Ord::max(i64::from(capacity) - taken, 0);
    Ok(Availability {
        capacity: variant.capacity,
        active: taken - variant.allocated + pooled,
        available: variant.capacity.map(free),
    })
}

fields! { Variant:
    ORGANIZATION = "organizationId" at Column::OrganizationId,
        |one| one.organization_id, missing(Missing::First), fixed;
    PRODUCT = "productId" at Column::ProductId, |one| one.product_id, fixed;
    KEY = "key" at Column::VariantKey, |one| one.key.as_str(), fixed;
    NAME = "name" at Column::Name, |one| one.name.as_str();
    CREATED = "createdAt" at Column::CreatedAt, |one| one.created_at, fixed;
}

filters! {
    /// Which variants to list.
    VariantFilter of Variant {
        /// Of this product.
        product: Option<ProductId> => PRODUCT.equal(),
    }
}

impl Readable for Variant {
    type Reader = Catalogues;
    type Filter = VariantFilter;

    const SORTS: &'static [Sort<Self>] = &[
        CREATED.sort().scanning(FEW),
        KEY.sort().scanning(FEW),
        NAME.sort().scanning(FEW),
    ];

    fn visible(catalogues: Catalogues) -> Terms<Self> {
        ORGANIZATION.in_catalogues(catalogues, |of| of.into())
    }
}

/// Why no index is sorted along.
const FEW: &str = "variants are listed by their product, which has few";
