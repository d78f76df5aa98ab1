//! The table of allocations: the platform's side of the pools.

use crate::{StoreResult, kernel::Lookup};
use domain::{
    AllocationId, OrganizationId, Time, VariantId,
    allocation::{Allocation, AllocationTo},
};
use sea_orm::{
    ActiveValue::Set,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};

/// An allocation as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "allocations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub variant_id: Uuid,
    pub seats: i32,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An allocation from its row.
pub(crate) fn state(row: Model) -> StoreResult<Allocation> {
    Ok(Allocation {
        id: AllocationId(row.id),
        organization_id: OrganizationId(row.organization_id),
        variant_id: VariantId(row.variant_id),
        seats: row.seats,
        created_at: Time::from_micros(row.created_at),
        updated_at: Time::from_micros(row.updated_at),
        version: row.version,
    })
}

/// The row of an allocation.
pub(crate) fn row(allocation: &Allocation) -> ActiveModel {
    ActiveModel {
        id: Set(allocation.id.0),
        organization_id: Set(allocation.organization_id.0),
        variant_id: Set(allocation.variant_id.0),
        seats: Set(allocation.seats),
        created_at: Set(allocation.created_at.micros()),
        updated_at: Set(allocation.updated_at.micros()),
        version: Set(allocation.version),
    }
}

/// The column of the realm that a row belongs to, if there is one.
pub(crate) const REALM: Option<Column> = None;

impl Lookup for AllocationTo {
    fn condition(&self) -> SimpleExpr {
        let to = Column::OrganizationId.eq(self.0.0);
        to.and(Column::VariantId.eq(self.1.0))
    }
}
