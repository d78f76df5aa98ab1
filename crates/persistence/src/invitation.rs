//! The table of invitations: single-use links by which users set their first password.

use crate::{Store, StoreResult, forget, side_record::replace};
use domain::{Time, UserId};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

/// The link of a user; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "invitations")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub user_id: Uuid,
    /// The keyed hash of the token in the link.
    pub digest: String,
    pub expires_at: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

pub(crate) async fn set(
    connection: &impl ConnectionTrait,
    user: UserId,
    digest: &str,
    expires_at: Time,
) -> StoreResult<()> {
    let row = ActiveModel {
        user_id: Set(user.0),
        digest: Set(digest.to_owned()),
        expires_at: Set(expires_at.micros()),
    };
    let others = [Column::Digest, Column::ExpiresAt];
    Entity::insert(row)
        .on_conflict(replace(Column::UserId, others))
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

pub(crate) async fn remove(connection: &impl ConnectionTrait, user: UserId) -> StoreResult<()> {
    Entity::delete_by_id(user.0).exec(connection).await?;
    Ok(())
}

/// How long a link is kept after its time, in seconds.
const KEPT_SECONDS: i64 = 30 * 24 * 60 * 60;

/// Deletes links some time after they expired.
pub(crate) async fn forget_old(store: &Store, now: Time) -> StoreResult<u64> {
    let oldest = now.plus_seconds(-KEPT_SECONDS).micros();
    forget::up_to::<Entity>(store, Column::ExpiresAt, oldest).await
}

impl Store {
    /// Whose link has a token with this keyed hash, and until when it works.
    pub async fn invitation(&self, digest: &str) -> StoreResult<Option<(UserId, Time)>> {
        let found = Entity::find().filter(Column::Digest.eq(digest));
        let row = found.one(&self.read).await?;
        Ok(row.map(|row| (UserId(row.user_id), Time::from_micros(row.expires_at))))
    }
}
