//! The table of pools: what organizations were given of the platform's catalogue.

use crate::{
    Page, PageRequest, Store, StoreResult, assignment,
    kernel::Lookup,
    query::{self, Readable, Sort, Terms, fields, filters},
};
use domain::{
    OrganizationId, PoolId, Scope, Time, VariantId,
    pool::{Pool, PoolOf, PoolsOf},
};
use sea_orm::{
    ActiveValue::Set,
    QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};

/// A pool as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "pools")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub organization_id: Uuid,
    pub variant_id: Uuid,
    pub seats: i32,
    /// Seats that are held, also those whose end has passed.
    pub active_count: i64,
    /// Assignments, also revoked ones.
    pub assignment_count: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A pool from its row.
pub(crate) fn state(row: Model) -> StoreResult<Pool> {
    Ok(Pool {
        id: PoolId(row.id),
        organization_id: OrganizationId(row.organization_id),
        variant_id: VariantId(row.variant_id),
        seats: row.seats,
        active_count: row.active_count,
        assignment_count: row.assignment_count,
        created_at: Time::from_micros(row.created_at),
        updated_at: Time::from_micros(row.updated_at),
        version: row.version,
    })
}

/// The row of a pool.
pub(crate) fn row(pool: &Pool) -> ActiveModel {
    ActiveModel {
        id: Set(pool.id.0),
        organization_id: Set(pool.organization_id.0),
        variant_id: Set(pool.variant_id.0),
        seats: Set(pool.seats),
        active_count: Set(pool.active_count),
        assignment_count: Set(pool.assignment_count),
        created_at: Set(pool.created_at.micros()),
        updated_at: Set(pool.updated_at.micros()),
        version: Set(pool.version),
    }
}

/// The column of the realm that a row belongs to, if there is one.
pub(crate) const REALM: Option<Column> = Some(Column::OrganizationId);

impl Lookup for PoolOf {
    fn condition(&self) -> SimpleExpr {
        let of = Column::OrganizationId.eq(self.0.0);
        of.and(Column::VariantId.eq(self.1.0))
    }
}

impl Lookup for PoolsOf {
    fn condition(&self) -> SimpleExpr {
        Column::OrganizationId.eq(self.0.0)
    }
}

impl Store {
    /// The pool that the organization has of the variant, when it is there for the reader. Seats
    /// whose end has passed are not in use.
    pub async fn pool(
        &self,
        organization: OrganizationId,
        variant: VariantId,
        scope: Scope,
        now: Time,
    ) -> StoreResult<Option<Pool>> {
        let moment = self.snapshot().await?;
        let found = find(&moment, organization, variant, scope, now).await?;
        moment.rollback().await?;
        Ok(found)
    }

    /// A page of the pools of an organization. Seats whose end has passed are not in use.
    pub async fn pools(
        &self,
        organization: OrganizationId,
        page: &PageRequest<Pool>,
        scope: Scope,
        now: Time,
    ) -> StoreResult<Page<Pool>> {
        let filter = PoolFilter {
            organization: Some(organization),
        };
        let moment = self.snapshot().await?;
        let mut found = query::list(&moment, &filter, page, scope).await?;
        let due = assignment::due_of(&moment, organization, now).await?;
        moment.rollback().await?;
        let known = |pool: &Pool| due.get(&pool.variant_id.0).copied().unwrap_or(0);
        let pools = found.content.into_iter();
        found.content = pools
            .map(|pool| {
                let due = known(&pool);
                without(pool, due)
            })
            .collect();
        Ok(found)
    }
}

/// The pool as it is at the moment of the snapshot, without the seats that are due.
pub(crate) async fn find(
    moment: &impl ConnectionTrait,
    organization: OrganizationId,
    variant: VariantId,
    scope: Scope,
    now: Time,
) -> StoreResult<Option<Pool>> {
    let query = of(organization).filter(Column::VariantId.eq(variant.0));
    let query = Pool::visible(scope).select(query, moment.get_database_backend());
    let Some(row) = query.one(moment).await? else {
        return Ok(None);
    };
    let pool = state(row)?;
    let due = assignment::count_due(moment, pool.seat_pool(), now).await?;
    Ok(Some(without(pool, due)))
}

/// The pool without seats that are due, which were counted at the same moment.
fn without(mut pool: Pool, due: i64) -> Pool {
    pool.active_count -= due;
    pool
}

pub(crate) fn of(organization: OrganizationId) -> Select<Entity> {
    Entity::find().filter(Column::OrganizationId.eq(organization.0))
}

/// Seats in use in all pools of the variant together, without those whose end has passed.
pub(crate) async fn in_use(
    connection: &impl ConnectionTrait,
    variant: VariantId,
    now: Time,
) -> StoreResult<i64> {
    let counts: Vec<i64> = Entity::find()
        .filter(Column::VariantId.eq(variant.0))
        .select_only()
        .column(Column::ActiveCount)
        .into_tuple()
        .all(connection)
        .await?;
    let held: i64 = counts.into_iter().sum();
    let due = assignment::count_due_in_pools(connection, variant, now).await?;
    Ok(held - due)
}

fields! { Pool:
    ORGANIZATION = "organizationId" at Column::OrganizationId, |one| one.organization_id, fixed;
    CREATED = "createdAt" at Column::CreatedAt, |one| one.created_at, fixed;
}

filters! {
    /// Which pools to list.
    PoolFilter of Pool {
        /// Of this organization.
        organization: Option<OrganizationId> => ORGANIZATION.equal(),
    }
}

impl Readable for Pool {
    type Reader = Scope;
    type Filter = PoolFilter;

    const SORTS: &'static [Sort<Self>] = &[CREATED
        .sort()
        .scanning("pools are listed by organization, which has few")];

    fn visible(scope: Scope) -> Terms<Self> {
        ORGANIZATION.of_organization(scope)
    }
}
