//! The table of the keys that sign access tokens, each sealed under a key outside of the database.

use crate::{Store, StoreError, StoreResult};
use domain::Time;
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

/// A signing key; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "signing_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub kid: String,
    /// The private key, sealed, as text.
    pub sealed: String,
    pub created_at: i64,
    pub activates_at: i64,
    pub retires_at: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A signing key as it is stored.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SealedKey {
    /// Its name in tokens.
    pub kid: String,
    /// The private key, sealed, as text.
    pub sealed: String,
    /// When it was made.
    pub created_at: Time,
    /// From when on it signs.
    pub activates_at: Time,
    /// From when on it signs no more.
    pub retires_at: Time,
}

impl Store {
    /// Every signing key, in the order in which they sign.
    pub async fn signing_keys(&self) -> StoreResult<Vec<SealedKey>> {
        let rows = Entity::find().order_by_asc(Column::ActivatesAt);
        let rows = rows.all(&self.read).await?;
        Ok(rows
            .into_iter()
            .map(|row| SealedKey {
                kid: row.kid,
                sealed: row.sealed,
                created_at: Time::from_micros(row.created_at),
                activates_at: Time::from_micros(row.activates_at),
                retires_at: Time::from_micros(row.retires_at),
            })
            .collect())
    }

    /// Keeps a new signing key. Returns `false` when another replica made the one for that time.
    pub async fn add_signing_key(&self, key: &SealedKey) -> StoreResult<bool> {
        let row = ActiveModel {
            kid: Set(key.kid.clone()),
            sealed: Set(key.sealed.clone()),
            created_at: Set(key.created_at.micros()),
            activates_at: Set(key.activates_at.micros()),
            retires_at: Set(key.retires_at.micros()),
        };
        let added = Entity::insert(row)
            .exec_without_returning(&self.write)
            .await;
        match added.map_err(StoreError::from) {
            Ok(_) => Ok(true),
            Err(StoreError::Contended(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Lets a signing key retire at another time.
    pub async fn retire_signing_key(&self, kid: &str, at: Time) -> StoreResult<()> {
        Entity::update_many()
            .col_expr(Column::RetiresAt, Expr::val(at.micros()))
            .filter(Column::Kid.eq(kid))
            .exec(&self.write)
            .await?;
        Ok(())
    }

    /// Forgets a signing key that no valid token was signed with.
    pub async fn forget_signing_key(&self, kid: &str) -> StoreResult<()> {
        Entity::delete_by_id(kid.to_owned())
            .exec(&self.write)
            .await?;
        Ok(())
    }
}
