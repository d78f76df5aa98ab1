//! The table of users.

use crate::{
    Page, PageRequest, SortField, Store, StoreError, StoreResult, kernel,
    kernel::Lookup,
    page::{self, contains},
    tally,
};
use domain::{
    OrganizationId, Realm, Scope, StationId, Time, UserId, World,
    organization::Organization,
    role::CustomRole,
    text::{Email, Name},
    user::{Password, Role, SuperAdmins, User, UserByEmail, UserStatus},
};
use sea_orm::{
    ActiveValue::Set,
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, Func, SimpleExpr},
};
use std::collections::BTreeSet;

/// A user as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "users")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The organization, or nil for the platform: null would not be unique.
    pub realm: Uuid,
    pub email: String,
    /// The compared form of the email; null when deleted, so that the email is free again.
    pub email_key: Option<String>,
    pub display_name: String,
    pub role: String,
    pub status: String,
    pub organization_id: Option<Uuid>,
    pub station_id: Option<Uuid>,
    /// The ids of custom roles, a JSON array.
    pub roles: String,
    pub password_set_at: Option<i64>,
    pub password_must_change: bool,
    pub authz_epoch: i64,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// SeaORM asks for it; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A realm in a column where null would not be unique: the organization, or nil for the platform.
pub(crate) fn realm(realm: Realm) -> Uuid {
    realm.map_or(Uuid::nil(), |id| id.0)
}

/// The realm that such a column names.
pub(crate) fn realm_of(column: Uuid) -> Realm {
    (!column.is_nil()).then_some(OrganizationId(column))
}

/// A user from its row, or what is wrong with the row.
pub(crate) fn state(row: Model) -> StoreResult<User> {
    let damaged = |what: &str| StoreError::damaged(what, row.id);
    Ok(User {
        id: UserId(row.id),
        email: Email::parse(&row.email, "").map_err(|_| damaged("email of user"))?,
        display_name: Name::parse(&row.display_name, "").map_err(|_| damaged("name of user"))?,
        role: Role::parse(&row.role).ok_or_else(|| damaged("role of user"))?,
        status: UserStatus::parse(&row.status).ok_or_else(|| damaged("status of user"))?,
        organization_id: row.organization_id.map(OrganizationId),
        station_id: row.station_id.map(StationId),
        roles: serde_json::from_str(&row.roles).map_err(|_| damaged("roles of user"))?,
        password: row.password_set_at.map(|set_at| Password {
            set_at: Time::from_micros(set_at),
            must_change: row.password_must_change,
        }),
        authz_epoch: row.authz_epoch,
        created_at: Time::from_micros(row.created_at),
        updated_at: Time::from_micros(row.updated_at),
        version: row.version,
    })
}

/// The row of a user.
pub(crate) fn row(user: &User) -> ActiveModel {
    let email_key = (user.status != UserStatus::Deleted).then(|| user.email.key());
    ActiveModel {
        id: Set(user.id.0),
        realm: Set(realm(user.organization_id)),
        email: Set(user.email.as_str().to_owned()),
        email_key: Set(email_key),
        display_name: Set(user.display_name.as_str().to_owned()),
        role: Set(user.role.as_str().to_owned()),
        status: Set(user.status.as_str().to_owned()),
        organization_id: Set(user.organization_id.map(|id| id.0)),
        station_id: Set(user.station_id.map(|id| id.0)),
        roles: Set(serde_json::to_string(&user.roles).unwrap_or_default()),
        password_set_at: Set(user.password.map(|password| password.set_at.micros())),
        password_must_change: Set(user.password.is_some_and(|password| password.must_change)),
        authz_epoch: Set(user.authz_epoch),
        created_at: Set(user.created_at.micros()),
        updated_at: Set(user.updated_at.micros()),
        version: Set(user.version),
    }
}

/// The column that says whose a row is.
pub(crate) const REALM: Option<Column> = Some(Column::Realm);

impl Lookup for UserByEmail {
    fn condition(&self) -> SimpleExpr {
        let realm = Column::Realm.eq(realm(self.0));
        realm.and(Column::EmailKey.eq(self.1.as_str()))
    }
}

impl Lookup for SuperAdmins {
    fn condition(&self) -> SimpleExpr {
        let role = Column::Role.eq(Role::SuperAdmin.as_str());
        role.and(Column::Status.eq(UserStatus::Active.as_str()))
    }

    async fn load(
        connection: &impl ConnectionTrait,
        world: &mut World,
        asked: &BTreeSet<Self>,
        now: Time,
    ) -> StoreResult<()> {
        kernel::count(connection, world, asked, now).await
    }
}

/// Which users to list.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct UserFilter {
    /// With this email, whatever its case.
    pub email: Option<String>,
    /// With this role.
    pub role: Option<Role>,
    /// In this status; without one, all but the deleted.
    pub status: Option<UserStatus>,
    /// Of this organization.
    pub organization: Option<OrganizationId>,
    /// Of this station.
    pub station: Option<StationId>,
    /// With this text in email or name.
    pub text: Option<String>,
}

impl UserFilter {
    fn is_kept(&self) -> bool {
        Self {
            status: self.status,
            ..Self::default()
        } == *self
    }
}

impl Store {
    /// The user, when it is there for the reader.
    pub async fn user(&self, id: UserId, scope: Scope) -> StoreResult<Option<User>> {
        let query = visible(Entity::find_by_id(id.0), scope);
        query.one(&self.read).await?.map(state).transpose()
    }

    /// The user, its organization and its custom roles, for authentication, which comes before any
    /// scope.
    pub async fn principal(
        &self,
        id: UserId,
    ) -> StoreResult<Option<(User, Option<Organization>, Vec<CustomRole>)>> {
        let Some(user) = self.user(id, Scope::Everything).await? else {
            return Ok(None);
        };
        let organization = match user.organization_id {
            Some(id) => self.organization(id, Scope::Everything).await?,
            None => None,
        };
        let roles = user.roles.iter().copied();
        let roles = self.roles_with(roles, Scope::Everything).await?;
        Ok(Some((user, organization, roles)))
    }

    /// Whether there was ever a super admin that was not deleted.
    pub async fn has_super_admin(&self) -> StoreResult<bool> {
        let found = Entity::find()
            .filter(Column::Role.eq(Role::SuperAdmin.as_str()))
            .filter(Column::Status.ne(UserStatus::Deleted.as_str()));
        Ok(found.one(&self.read).await?.is_some())
    }

    /// Active users of a realm with a fixed role, those first that were made first.
    pub async fn active_users(
        &self,
        realm: Realm,
        role: Role,
        most: u64,
    ) -> StoreResult<Vec<User>> {
        let rows = Entity::find()
            .filter(Column::Realm.eq(self::realm(realm)))
            .filter(Column::Role.eq(role.as_str()))
            .filter(Column::Status.eq(UserStatus::Active.as_str()))
            .order_by_asc(Column::CreatedAt)
            .limit(most)
            .all(&self.read)
            .await?;
        rows.into_iter().map(state).collect()
    }

    /// A page of users.
    pub async fn users(
        &self,
        filter: &UserFilter,
        page: &PageRequest,
        scope: Scope,
    ) -> StoreResult<Page<User>> {
        let query = visible(asked(fixed(filter), filter), scope);
        let kept = if filter.is_kept() && scope == Scope::Everything {
            Some(tally::users(&self.read, filter.status).await?)
        } else {
            None
        };
        page::fetch(&self.read, query, page, column, kept, state).await
    }
}

pub(crate) fn visible(query: Select<Entity>, scope: Scope) -> Select<Entity> {
    match scope {
        Scope::Everything => query,
        Scope::Organization(id) => query.filter(Column::OrganizationId.eq(id.0)),
        Scope::Station(organization, station) => query
            .filter(Column::OrganizationId.eq(organization.0))
            .filter(Column::StationId.eq(station.0)),
        Scope::Own(Some(id)) => query.filter(Column::Id.eq(id.0)),
        Scope::Own(None) => page::nothing(query),
    }
}

/// By what never changes.
pub(crate) fn fixed(filter: &UserFilter) -> Select<Entity> {
    let mut query = Entity::find();
    if let Some(role) = filter.role {
        query = query.filter(Column::Role.eq(role.as_str()));
    }
    if let Some(organization) = filter.organization {
        query = query.filter(Column::OrganizationId.eq(organization.0));
    }
    if let Some(station) = filter.station {
        query = query.filter(Column::StationId.eq(station.0));
    }
    query
}

/// By what may change.
pub(crate) fn asked(query: Select<Entity>, filter: &UserFilter) -> Select<Entity> {
    let mut query = match filter.status {
        Some(status) => query.filter(Column::Status.eq(status.as_str())),
        None => query.filter(Column::Status.ne(UserStatus::Deleted.as_str())),
    };
    if let Some(email) = &filter.email {
        query = query.filter(Column::EmailKey.eq(Email::key_of(email)));
    }
    if let Some(text) = &filter.text {
        let name = Expr::expr(Func::lower(Expr::col(Column::DisplayName)));
        let email = Expr::col(Column::EmailKey);
        query = query.filter(name.like(contains(text)).or(email.like(contains(text))));
    }
    query
}

pub(crate) fn column(field: SortField) -> Column {
    match field {
        SortField::Email => Column::EmailKey,
        SortField::DisplayName => Column::DisplayName,
        _ => Column::CreatedAt,
    }
}
