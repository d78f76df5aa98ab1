//! The table of API keys.

use crate::{Store, StoreError, StoreResult, user};
use domain::{ApiKeyId, Time, UserId, api_key::ApiKey, text::Name};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

/// An API key as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "api_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    /// Of the user: the organization, or nil for the platform.
    pub realm: Uuid,
    pub name: String,
    /// The keyed hash of the key, which itself is nowhere.
    pub digest: String,
    pub created_at: i64,
    pub version: i64,
}

/// SeaORM asks for it; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// An API key from its row, or what is wrong with the row.
pub(crate) fn state(row: Model) -> StoreResult<ApiKey> {
    let name = Name::parse(&row.name, "");
    Ok(ApiKey {
        id: ApiKeyId(row.id),
        user_id: UserId(row.user_id),
        realm: user::realm_of(row.realm),
        name: name.map_err(|_| StoreError::damaged("name of API key", row.id))?,
        digest: row.digest,
        created_at: Time::from_micros(row.created_at),
        version: row.version,
    })
}

/// The row of an API key.
pub(crate) fn row(key: &ApiKey) -> ActiveModel {
    ActiveModel {
        id: Set(key.id.0),
        user_id: Set(key.user_id.0),
        realm: Set(user::realm(key.realm)),
        name: Set(key.name.as_str().to_owned()),
        digest: Set(key.digest.clone()),
        created_at: Set(key.created_at.micros()),
        version: Set(key.version),
    }
}

impl Store {
    /// The key with this id, for authentication, which comes before any scope.
    pub async fn api_key(&self, id: ApiKeyId) -> StoreResult<Option<ApiKey>> {
        let row = Entity::find_by_id(id.0).one(&self.read).await?;
        row.map(state).transpose()
    }
}
