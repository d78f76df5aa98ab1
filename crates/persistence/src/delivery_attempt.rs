//! The table of the attempts of deliveries.

use crate::{Store, StoreResult, delivery::Settled, shape};
use domain::Time;
use sea_orm::{ActiveValue::Set, QueryOrder, entity::prelude::*};

/// An attempt as a row; the time is microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "delivery_attempts")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub delivery_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub number: i32,
    pub at: i64,
    pub took_ms: i64,
    pub status: Option<i32>,
    pub reason: Option<String>,
    pub detail: Option<String>,
    pub answer: String,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// The result of an attempt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attempt {
    /// Which of the delivery it was, from 1.
    pub number: u32,
    /// When it began.
    pub at: Time,
    /// Milliseconds that it took.
    pub took_ms: i64,
    /// The status of the answer.
    pub status: Option<u16>,
    /// A word for why it failed.
    pub reason: Option<String>,
    /// Why it failed, for people.
    pub detail: Option<String>,
    /// The beginning of the answer.
    pub answer: String,
}

impl Store {
    /// The attempts of a delivery, in their order.
    pub async fn attempts(&self, delivery: Uuid) -> StoreResult<Vec<Attempt>> {
        let rows = Entity::find()
            .filter(Column::DeliveryId.eq(delivery))
            .order_by_asc(Column::Number)
            .all(&self.read)
            .await?;
        let rows = rows.into_iter().map(|row| Attempt {
            number: u32::try_from(row.number).unwrap_or(0),
            at: Time::from_micros(row.at),
            took_ms: row.took_ms,
            status: row.status.and_then(|status| u16::try_from(status).ok()),
            reason: row.reason,
            detail: row.detail,
            answer: row.answer,
        });
        Ok(rows.collect())
    }
}

/// Keeps the attempts, each of its delivery.
pub(crate) async fn insert(connection: &impl ConnectionTrait, made: &[Settled]) -> StoreResult<()> {
    let number = |number: u32| i32::try_from(number).unwrap_or(i32::MAX);
    let rows = made.iter().map(
        |Settled {
             delivery, attempt, ..
         }| ActiveModel {
            delivery_id: Set(delivery.id),
            number: Set(number(attempt.number)),
            at: Set(attempt.at.micros()),
            took_ms: Set(attempt.took_ms),
            status: Set(attempt.status.map(i32::from)),
            reason: Set(attempt.reason.clone()),
            detail: Set(attempt.detail.clone()),
            answer: Set(attempt.answer.clone()),
        },
    );
    for part in shape::parts(rows) {
        Entity::insert_many(part)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

/// Forgets the attempts of these deliveries.
pub(crate) async fn forget(
    connection: &impl ConnectionTrait,
    deliveries: impl Iterator<Item = Uuid>,
) -> StoreResult<()> {
    Entity::delete_many()
        .filter(Column::DeliveryId.is_in(shape::list(deliveries)))
        .exec(connection)
        .await?;
    Ok(())
}
