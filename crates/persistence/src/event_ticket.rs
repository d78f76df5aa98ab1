//! The table of tickets: each lets its caller open one socket, once.

use crate::{Store, StoreResult, forget};
use domain::Time;
use sea_orm::{ActiveValue::Set, entity::prelude::*};

/// A ticket; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "event_tickets")]
pub struct Model {
    /// The keyed hash of the ticket.
    #[sea_orm(primary_key, auto_increment = false)]
    pub digest: String,
    /// The verified credentials of its caller, which do not suffice to sign in.
    pub proof: String,
    pub expires_at: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Stores a ticket and deletes expired ones: callers may ask for as many as they like, and the table
/// must stay short between two rounds of housekeeping.
pub(crate) async fn issue(
    connection: &impl ConnectionTrait,
    digest: &str,
    proof: &str,
    now: Time,
    expires_at: Time,
) -> StoreResult<()> {
    let old = Entity::delete_many().filter(Column::ExpiresAt.lte(now.micros()));
    old.exec(connection).await?;
    let row = ActiveModel {
        digest: Set(digest.to_owned()),
        proof: Set(proof.to_owned()),
        expires_at: Set(expires_at.micros()),
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Deletes expired tickets, also where no new ones are made.
pub(crate) async fn forget_old(store: &Store, now: Time) -> StoreResult<u64> {
    forget::up_to::<Entity>(store, Column::ExpiresAt, now.micros()).await
}

impl Store {
    /// The verified credentials of the caller who made the ticket with this keyed hash. Consumes the
    /// ticket: of several concurrent calls one gets them.
    pub async fn redeem_ticket(&self, digest: &str, now: Time) -> StoreResult<Option<String>> {
        let found = Entity::find_by_id(digest).one(&self.write).await?;
        let Some(row) = found.filter(|row| now.micros() < row.expires_at) else {
            return Ok(None);
        };
        let gone = Entity::delete_by_id(digest).exec(&self.write).await?;
        Ok((gone.rows_affected == 1).then_some(row.proof))
    }
}
