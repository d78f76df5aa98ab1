//! The table of users.

use crate::{
    Past, Store, StoreError, StoreResult, kernel,
    kernel::Lookup,
    query::{Field, Missing, Readable, Sort, Terms, fields, filters, folded_lines},
    tally,
};
use domain::{
    OrganizationId, Realm, Scope, StationId, Time, UserId, WorkingSet,
    organization::Organization,
    role::CustomRole,
    text::{Email, Name, folded},
    user::{Password, Role, SuperAdmins, User, UserByEmail, UserStatus},
};
use sea_orm::{
    ActiveValue::Set,
    QueryOrder, QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
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
    /// The compared form of the email, also of a deleted user.
    pub email_folded: Option<String>,
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
    /// Email and name, folded, to be searched in.
    pub search_text: Option<String>,
}

/// Required by SeaORM; no query follows a relation.
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
        email_folded: Set(Some(user.email.key())),
        search_text: Set(Some(search_text(user))),
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

/// The column of the realm that a row belongs to, if there is one.
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
        set: &mut WorkingSet,
        asked: &BTreeSet<Self>,
        now: Time,
    ) -> StoreResult<()> {
        kernel::count(connection, set, asked, now).await
    }
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
    /// The user, its organization and its custom roles, for authentication, which comes before any
    /// scope.
    pub async fn principal(
        &self,
        id: UserId,
    ) -> StoreResult<Option<(User, Option<Organization>, Vec<CustomRole>)>> {
        let Some(user) = self.find::<User>(id, Scope::Everything).await? else {
            return Ok(None);
        };
        let organization = match user.organization_id {
            Some(id) => self.find::<Organization>(id, Scope::Everything).await?,
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
}

fn search_text(user: &User) -> String {
    folded_lines([user.email.as_str(), user.display_name.as_str()])
}

fields! { User:
    ID = "id" at Column::Id, |one| one.id, fixed;
    EMAIL = "email" at Column::EmailFolded, |one| one.email.key(), in_form(Email::key_of);
    NAME = "displayName" at Column::DisplayName, |one| one.display_name.as_str();
    ROLE = "role" at Column::Role, |one| one.role, fixed;
    STATUS = "status" at Column::Status, |one| one.status;
    ORGANIZATION = "organizationId" at Column::OrganizationId,
        |one| one.organization_id, missing(Missing::First), fixed;
    STATION = "stationId" at Column::StationId,
        |one| one.station_id, missing(Missing::First), fixed;
    TEXT = "q" at Column::SearchText, |one| search_text(one), in_form(folded);
    CREATED = "createdAt" at Column::CreatedAt, |one| one.created_at, fixed;
    UPDATED = "updatedAt" at Column::UpdatedAt, |one| one.updated_at;
}

filters! {
    /// Which users to list.
    UserFilter of User {
        /// With this email, whatever its case.
        email: Option<String> => EMAIL.equal(),
        /// With this role.
        role: Option<Role> => ROLE.equal().scanning("most users are members"),
        /// In this status; without one, all but the deleted.
        status: Option<UserStatus> => STATUS.equal()
            .or_all_but(UserStatus::Deleted.as_str())
            .scanning("most users are in the same status"),
        /// Of this organization.
        organization: Option<OrganizationId> => ORGANIZATION.equal(),
        /// Of this station.
        station: Option<StationId> => STATION.equal(),
        /// With this text in email or name.
        text: Option<String> => TEXT.contains().scanning("any part of a text may be asked for"),
    }
}

impl Readable for User {
    type Reader = Scope;
    type Filter = UserFilter;

    const SORTS: &'static [Sort<Self>] = &[CREATED.sort(), EMAIL.sort(), NAME.sort()];

    fn visible(scope: Scope) -> Terms<Self> {
        match scope {
            Scope::Everything => Terms::all(),
            Scope::Organization(id) => ORGANIZATION.is(id),
            Scope::Station(organization, station) => {
                ORGANIZATION.is(organization).and(STATION.is(station))
            }
            Scope::Own(Some(id)) => ID.is(id),
            Scope::Own(None) => Terms::nothing(ID),
        }
    }

    async fn kept_total(
        connection: &impl ConnectionTrait,
        filter: &UserFilter,
        scope: Scope,
    ) -> StoreResult<Option<i64>> {
        match filter.is_kept() && scope == Scope::Everything {
            true => tally::users(connection, filter.status).await.map(Some),
            false => Ok(None),
        }
    }
}

impl Past for User {
    const CREATED: Field<Self> = CREATED;
    const UPDATED: Field<Self> = UPDATED;
}
