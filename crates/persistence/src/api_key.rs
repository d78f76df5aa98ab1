//! The table of API keys, and of when they were used last.

use crate::{
    Store, StoreError, StoreResult,
    query::{Missing, Readable, Sort, Terms, fields, filters},
    shape,
    side_record::replace,
    user,
};
use domain::{
    ApiKeyId, OrganizationId, Permissions, Scope, Time, UserId,
    api_key::{ApiKey, ApiKeyStatus},
    text::Name,
};
use sea_orm::{ActiveValue::Set, entity::prelude::*};
use std::collections::BTreeMap;

/// An API key as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Option<Uuid>,
    /// The organization, or nil for the platform.
    pub realm: Uuid,
    pub name: String,
    /// The keyed hash of the key; the key itself is not stored.
    pub digest: String,
    /// The keyed hash before the last rotation.
    pub previous_digest: Option<String>,
    pub previous_until: Option<i64>,
    /// A JSON array of names; null is all that the owner has.
    pub permissions: Option<String>,
    pub expires_at: Option<i64>,
    pub revoked_at: Option<i64>,
    pub bootstrap: bool,
    pub created_at: i64,
    pub updated_at: i64,
    pub version: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// When keys were used last; not in the log.
mod usage {
    use sea_orm::entity::prelude::*;

    /// When a key was used last, in microseconds.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "api_key_uses")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub api_key_id: Uuid,
        pub last_used_at: i64,
    }

    /// Required by SeaORM; no query follows a relation.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// An API key from its row, or what is wrong with the row.
pub(crate) fn state(row: Model) -> StoreResult<ApiKey> {
    let damaged = |what: &str| StoreError::damaged(what, row.id);
    let permissions = row
        .permissions
        .as_deref()
        .map(serde_json::from_str::<Permissions>);
    let permissions = permissions.transpose();
    Ok(ApiKey {
        id: ApiKeyId(row.id),
        user_id: row.user_id.map(UserId),
        realm: user::realm_of(row.realm),
        name: Name::parse(&row.name, "").map_err(|_| damaged("name of API key"))?,
        permissions: permissions.map_err(|_| damaged("permissions of API key"))?,
        digest: row.digest,
        previous: row
            .previous_digest
            .zip(row.previous_until.map(Time::from_micros)),
        expires_at: row.expires_at.map(Time::from_micros),
        revoked_at: row.revoked_at.map(Time::from_micros),
        bootstrap: row.bootstrap,
        created_at: Time::from_micros(row.created_at),
        updated_at: Time::from_micros(row.updated_at),
        version: row.version,
    })
}

/// The row of an API key.
pub(crate) fn row(key: &ApiKey) -> ActiveModel {
    let permissions = key.permissions.as_ref();
    let permissions = permissions.map(|set| serde_json::to_string(set).unwrap_or_default());
    let previous = key.previous.as_ref();
    ActiveModel {
        id: Set(key.id.0),
        user_id: Set(key.user_id.map(|id| id.0)),
        realm: Set(user::realm(key.realm)),
        name: Set(key.name.as_str().to_owned()),
        digest: Set(key.digest.clone()),
        previous_digest: Set(previous.map(|(digest, _)| digest.clone())),
        previous_until: Set(previous.map(|(_, until)| until.micros())),
        permissions: Set(permissions),
        expires_at: Set(key.expires_at.map(Time::micros)),
        revoked_at: Set(key.revoked_at.map(Time::micros)),
        bootstrap: Set(key.bootstrap),
        created_at: Set(key.created_at.micros()),
        updated_at: Set(key.updated_at.micros()),
        version: Set(key.version),
    }
}

/// The column of the realm that a row belongs to, if there is one.
pub(crate) const REALM: Option<Column> = Some(Column::Realm);

impl Store {
    /// When these keys were used last, of those that ever were.
    pub async fn api_key_uses(
        &self,
        ids: impl IntoIterator<Item = ApiKeyId>,
    ) -> StoreResult<BTreeMap<ApiKeyId, Time>> {
        let ids = shape::list(ids.into_iter().map(|id| id.0));
        let some = usage::Entity::find().filter(usage::Column::ApiKeyId.is_in(ids));
        let uses = some.all(&self.read).await?.into_iter();
        Ok(uses
            .map(|row| {
                (
                    ApiKeyId(row.api_key_id),
                    Time::from_micros(row.last_used_at),
                )
            })
            .collect())
    }

    /// Notes when keys were used last.
    pub async fn note_api_key_uses(&self, uses: &BTreeMap<ApiKeyId, Time>) -> StoreResult<()> {
        let rows = uses.iter().map(|(id, at)| usage::ActiveModel {
            api_key_id: Set(id.0),
            last_used_at: Set(at.micros()),
        });
        for part in shape::parts(rows) {
            usage::Entity::insert_many(part)
                .on_conflict(replace(
                    usage::Column::ApiKeyId,
                    [usage::Column::LastUsedAt],
                ))
                .exec_without_returning(&self.write)
                .await?;
        }
        Ok(())
    }
}

fields! { ApiKey:
    ID = "id" at Column::Id, |one| one.id, fixed;
    ORGANIZATION = "organizationId" at Column::Realm, |one| user::realm(one.realm), fixed;
    USER = "userId" at Column::UserId, |one| one.user_id, missing(Missing::First), fixed;
    EXPIRY = "expiresAt" at Column::ExpiresAt, |one| one.expires_at, missing(Missing::Last);
    REVOKED = "revokedAt" at Column::RevokedAt, |one| one.revoked_at, missing(Missing::Last);
    CREATED = "createdAt" at Column::CreatedAt, |one| one.created_at, fixed;
}

filters! {
    /// Which API keys to list.
    ApiKeyFilter of ApiKey {
        /// Of this organization and its users.
        organization: Option<OrganizationId> => ORGANIZATION.equal(),
        /// Of this user.
        user: Option<UserId> => USER.equal(),
        /// Revoked or not.
        is_revoked: Option<bool> => REVOKED.present().named("status").scanning(SAME),
        /// That end after this time.
        ends_after: Option<Time> => EXPIRY.after().named("status").scanning(SAME),
        /// That ended by this time.
        ended_by: Option<Time> => EXPIRY.until().named("status").scanning(SAME),
    }
}

/// Why no index is used.
const SAME: &str = "many keys are in the same status";

impl ApiKeyFilter {
    /// Only those that are in a status at a time.
    #[must_use]
    pub fn in_status(self, status: ApiKeyStatus, now: Time) -> Self {
        let is_revoked = Some(status == ApiKeyStatus::Revoked);
        let of = |wanted: ApiKeyStatus| (status == wanted).then_some(now);
        Self {
            is_revoked,
            ends_after: of(ApiKeyStatus::Active),
            ended_by: of(ApiKeyStatus::Expired),
            ..self
        }
    }
}

impl Readable for ApiKey {
    type Reader = Scope;
    type Filter = ApiKeyFilter;

    const SORTS: &'static [Sort<Self>] = &[CREATED
        .sort()
        .scanning("keys are listed by organization or user, which have few")];

    fn visible(scope: Scope) -> Terms<Self> {
        match scope {
            Scope::Everything => Terms::all(),
            Scope::Organization(id) => ORGANIZATION.is(id),
            Scope::Station(..) | Scope::Own(None) => Terms::nothing(ID),
            Scope::Own(Some(id)) => USER.is(id),
        }
    }
}
