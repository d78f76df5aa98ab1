//! The table of assignments.

mod lookup;

use crate::{
    Past, Store, StoreError, StoreResult,
    query::{self, Field, Missing, Readable, Sort, Terms, Value, fields, filters},
    tally,
    user::{realm, realm_of},
    variant,
};
use domain::{
    AssignmentId, Holder, OrganizationId, ProductId, Realm, Scope, SeatPool, StationId, Time,
    UserId, VariantId,
    assignment::{Assignment, AssignmentStatus},
};
use sea_orm::{
    ActiveValue::Set,
    PaginatorTrait, QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};
use std::collections::HashMap;

/// An assignment as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "assignments")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The user or station.
    pub holder_id: Uuid,
    pub holder_kind: String,
    /// The organization that gave the seat out, or nil for the platform.
    pub realm: Uuid,
    pub product_id: Uuid,
    pub variant_id: Uuid,
    pub organization_id: Option<Uuid>,
    pub status: String,
    pub starts_at: Option<i64>,
    pub ends_at: Option<i64>,
    pub note: Option<String>,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An assignment from its row, or what is wrong with the row.
pub(crate) fn state(row: Model) -> StoreResult<Assignment> {
    let status = AssignmentStatus::parse(&row.status);
    Ok(Assignment {
        id: AssignmentId(row.id),
        holder: holder(&row)?,
        realm: realm_of(row.realm),
        product_id: ProductId(row.product_id),
        variant_id: VariantId(row.variant_id),
        organization_id: row.organization_id.map(OrganizationId),
        status: status.ok_or_else(|| StoreError::damaged("status of assignment", row.id))?,
        starts_at: row.starts_at.map(Time::from_micros),
        ends_at: row.ends_at.map(Time::from_micros),
        note: row.note,
        created_at: Time::from_micros(row.created_at),
        updated_at: Time::from_micros(row.updated_at),
        version: row.version,
    })
}

/// The row of an assignment.
pub(crate) fn row(seat: &Assignment) -> ActiveModel {
    ActiveModel {
        id: Set(seat.id.0),
        holder_id: Set(seat.holder.id()),
        holder_kind: Set(kind(seat.holder).to_owned()),
        realm: Set(realm(seat.realm)),
        product_id: Set(seat.product_id.0),
        variant_id: Set(seat.variant_id.0),
        organization_id: Set(seat.organization_id.map(|id| id.0)),
        status: Set(seat.status.as_str().to_owned()),
        starts_at: Set(seat.starts_at.map(Time::micros)),
        ends_at: Set(seat.ends_at.map(Time::micros)),
        note: Set(seat.note.clone()),
        created_at: Set(seat.created_at.micros()),
        updated_at: Set(seat.updated_at.micros()),
        version: Set(seat.version),
    }
}

/// The column of the realm that a row belongs to, if there is one.
pub(crate) const REALM: Option<Column> = Some(Column::Realm);

const USER: &str = "USER";
const STATION: &str = "STATION";

fn kind(holder: Holder) -> &'static str {
    match holder {
        Holder::User(_) => USER,
        Holder::Station(_) => STATION,
    }
}

fn holder(row: &Model) -> StoreResult<Holder> {
    match row.holder_kind.as_str() {
        USER => Ok(Holder::User(UserId(row.holder_id))),
        STATION => Ok(Holder::Station(StationId(row.holder_id))),
        _ => Err(StoreError::damaged("holder of assignment", row.id)),
    }
}

impl Store {
    /// Some of the active assignments whose end has passed, the longest passed first, each with the
    /// realm that gave it out. Those of some realms, and some themselves, are left out.
    pub async fn due_assignments(
        &self,
        now: Time,
        limit: u64,
        realms: Vec<Realm>,
        seats: Vec<AssignmentId>,
    ) -> StoreResult<Vec<(Realm, AssignmentId)>> {
        let mut query = due(now);
        if !realms.is_empty() {
            query = query.filter(Column::Realm.is_not_in(realms.into_iter().map(realm)));
        }
        if !seats.is_empty() {
            query = query.filter(Column::Id.is_not_in(seats.into_iter().map(|seat| seat.0)));
        }
        let found: Vec<(Uuid, Uuid)> = query
            .order_by_asc(Column::EndsAt)
            .limit(limit)
            .select_only()
            .columns([Column::Realm, Column::Id])
            .into_tuple()
            .all(&self.read)
            .await?;
        let seats = found.into_iter();
        Ok(seats
            .map(|(realm, id)| (realm_of(realm), AssignmentId(id)))
            .collect())
    }

    /// The end that passed first, among those of the active assignments.
    pub async fn longest_due(&self, now: Time) -> StoreResult<Option<Time>> {
        let end: Option<Option<i64>> = due(now)
            .order_by_asc(Column::EndsAt)
            .select_only()
            .column(Column::EndsAt)
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(end.flatten().map(Time::from_micros))
    }
}

/// The active assignments. The status is a literal in the statement: with a parameter the planner
/// could not use the partial indexes.
pub(crate) fn active() -> Select<Entity> {
    Entity::find().filter(Expr::cust("status = 'ACTIVE'"))
}

/// The active assignments whose end has passed.
fn due(now: Time) -> Select<Entity> {
    active().filter(Column::EndsAt.lte(now.micros()))
}

/// The condition that a seat is of the seat pool.
pub(crate) fn of_seat_pool(seat_pool: SeatPool) -> SimpleExpr {
    let variant = Column::VariantId.eq(seat_pool.variant.0);
    variant.and(Column::Realm.eq(realm(seat_pool.realm)))
}

/// Active seats of the seat pool whose end has passed.
pub(crate) async fn count_due(
    connection: &impl ConnectionTrait,
    seat_pool: SeatPool,
    now: Time,
) -> StoreResult<i64> {
    let due = due(now).filter(of_seat_pool(seat_pool));
    Ok(i64::try_from(due.count(connection).await?).unwrap_or(i64::MAX))
}

/// Active seats whose end has passed, by the variant and by who gave them out.
async fn due_by_seat_pool(
    connection: &impl ConnectionTrait,
    which: SimpleExpr,
    now: Time,
) -> StoreResult<Vec<(Uuid, Uuid, i64)>> {
    let counted = due(now)
        .filter(which)
        .select_only()
        .column(Column::VariantId)
        .column(Column::Realm)
        .column_as(Column::Id.count(), "due")
        .group_by(Column::VariantId)
        .group_by(Column::Realm);
    Ok(counted.into_tuple().all(connection).await?)
}

/// Active seats that the organization gave out and whose end has passed, by the variant.
pub(crate) async fn due_of(
    connection: &impl ConnectionTrait,
    organization: OrganizationId,
    now: Time,
) -> StoreResult<HashMap<Uuid, i64>> {
    let given = Column::Realm.eq(organization.0);
    let counted = due_by_seat_pool(connection, given, now).await?;
    Ok(counted.into_iter().map(|(id, _, due)| (id, due)).collect())
}

/// Active seats of the catalogue variant that organizations gave out of their pools and whose end
/// has passed.
pub(crate) async fn count_due_in_pools(
    connection: &impl ConnectionTrait,
    variant: VariantId,
    now: Time,
) -> StoreResult<i64> {
    let pooled = Column::VariantId.eq(variant.0);
    let pooled = pooled.and(Column::Realm.ne(realm(None)));
    let counted = due_by_seat_pool(connection, pooled, now).await?;
    Ok(counted.into_iter().map(|(_, _, due)| due).sum())
}

/// Totals are kept for the whole list, by status and by variant.
async fn kept_total(
    connection: &impl ConnectionTrait,
    filter: &AssignmentFilter,
) -> StoreResult<Option<i64>> {
    let AssignmentFilter {
        variant, status, ..
    } = *filter;
    if *filter
        != (AssignmentFilter {
            variant,
            status,
            ..AssignmentFilter::default()
        })
    {
        return Ok(None);
    }
    let Some(id) = variant else {
        return tally::assignments(connection, status).await.map(Some);
    };
    let Some(row) = variant::Entity::find_by_id(id.0).one(connection).await? else {
        return Ok(Some(0));
    };
    if row.allocation_count > 0 {
        return Ok(None);
    }
    Ok(Some(match status {
        None => row.assignment_count,
        Some(AssignmentStatus::Active) => row.active_count,
        Some(AssignmentStatus::Revoked) => row.assignment_count - row.active_count,
    }))
}

fields! { Assignment:
    ID = "id" at Column::Id, |one| one.id, fixed;
    HOLDER = "holderId" at Column::HolderId, |one| one.holder.id(), fixed;
    HOLDER_KIND = "holderKind" at Column::HolderKind, |one| Value::Word(kind(one.holder)), fixed;
    REALM_FIELD = "realm" at Column::Realm, |one| realm(one.realm), fixed;
    PRODUCT = "productId" at Column::ProductId, |one| one.product_id, fixed;
    VARIANT = "variantId" at Column::VariantId, |one| one.variant_id, fixed;
    ORGANIZATION = "organizationId" at Column::OrganizationId,
        |one| one.organization_id, missing(Missing::First), fixed;
    STATUS = "status" at Column::Status, |one| one.status;
    END = "endsAt" at Column::EndsAt, |one| one.ends_at, missing(Missing::Last);
    CREATED = "createdAt" at Column::CreatedAt, |one| one.created_at, fixed;
    UPDATED = "updatedAt" at Column::UpdatedAt, |one| one.updated_at;
}

filters! {
    /// Which assignments to list.
    AssignmentFilter of Assignment {
        /// Of this user.
        user: Option<UserId> => HOLDER.equal().with(HOLDER_KIND, USER).named("userId"),
        /// Of this station.
        station: Option<StationId> => HOLDER.equal().with(HOLDER_KIND, STATION).named("stationId"),
        /// Of this product's variants.
        product: Option<ProductId> => PRODUCT.equal(),
        /// Of this variant.
        variant: Option<VariantId> => VARIANT.equal(),
        /// In this status.
        status: Option<AssignmentStatus> => STATUS.equal()
            .scanning("many assignments are in the same status"),
        /// Of this organization's users and stations.
        organization: Option<OrganizationId> => ORGANIZATION.equal(),
        /// ACTIVE at this time, and not past its end.
        held_at: Option<Time> => END.after()
            .with(STATUS, AssignmentStatus::Active.as_str())
            .named("activeOnly")
            .scanning("many assignments are active; who asks asks for one holder"),
    }
}

impl Readable for Assignment {
    type Reader = Scope;
    type Filter = AssignmentFilter;

    const SORTS: &'static [Sort<Self>] = &[CREATED.sort()];

    fn visible(scope: Scope) -> Terms<Self> {
        match scope {
            Scope::Everything => Terms::all(),
            Scope::Organization(id) => ORGANIZATION.is(id),
            Scope::Station(_, id) => HOLDER.is(id),
            Scope::Own(Some(id)) => HOLDER.is(id),
            Scope::Own(None) => Terms::nothing(ID),
        }
    }

    async fn kept_total(
        connection: &impl ConnectionTrait,
        filter: &AssignmentFilter,
        scope: Scope,
    ) -> StoreResult<Option<i64>> {
        match scope {
            Scope::Everything => kept_total(connection, filter).await,
            _ => Ok(None),
        }
    }
}

impl Past for Assignment {
    const CREATED: Field<Self> = CREATED;
    const UPDATED: Field<Self> = UPDATED;
}

/// Seats of the variant that the realm gave out, or that others did, and that were held at a time.
pub(crate) fn held(variant: VariantId, of: Realm, by_others: bool, at: Time) -> Terms<Assignment> {
    let given = match by_others {
        false => REALM_FIELD.is(realm(of)),
        true => REALM_FIELD.is_not(realm(of)),
    };
    let active = STATUS.is(AssignmentStatus::Active);
    let open = END.compares(query::Relation::After, at);
    VARIANT.is(variant).and(given).and(active).and(open)
}
