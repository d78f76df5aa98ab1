//! The table of deliveries.

mod settled;

pub(crate) use settled::settle;
pub use settled::{Settled, Was};

use crate::{Store, StoreError, StoreResult, delivery_attempt, shape, webhook};
use domain::{Time, WebhookId};
use sea_orm::{
    ActiveValue::Set,
    QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{ExprTrait, Func},
};
use std::collections::BTreeSet;

/// A delivery as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "deliveries")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub webhook_id: Uuid,
    pub event_id: Uuid,
    pub event_type: String,
    /// Where the event is in its log; null for a ping, which is in none.
    pub position: Option<i64>,
    pub status: String,
    /// All attempts, for their numbers.
    pub attempts: i32,
    /// Attempts since it was last begun anew, for the schedule.
    pub tries: i32,
    pub next_at: Option<i64>,
    pub created_at: i64,
    pub done_at: Option<i64>,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What became of a delivery.
#[derive(Clone, Copy, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub enum DeliveryStatus {
    /// It is to be attempted, for the first time or again.
    Pending,
    /// The endpoint took it.
    Delivered,
    /// The endpoint did not take it, and it is not attempted again of its own accord.
    Failed,
}

impl DeliveryStatus {
    /// The name in the contract and in the database.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Pending => "PENDING",
            Self::Delivered => "DELIVERED",
            Self::Failed => "FAILED",
        }
    }

    fn parse(name: &str) -> Option<Self> {
        [Self::Pending, Self::Delivered, Self::Failed]
            .into_iter()
            .find(|status| status.as_str() == name)
    }
}

/// An event on its way to an endpoint.
#[derive(Clone, Debug, PartialEq, Eq, serde::Serialize, serde::Deserialize)]
pub struct Delivery {
    /// Its id.
    pub id: Uuid,
    /// The endpoint.
    pub webhook: WebhookId,
    /// The event, or the ping: the id by which the endpoint knows the message again.
    pub event: Uuid,
    /// The type of the event.
    pub event_type: String,
    /// Where the event is in its log; none for a ping.
    pub position: Option<i64>,
    /// What became of it.
    pub status: DeliveryStatus,
    /// How often it was attempted.
    pub attempts: u32,
    /// How often since it was last begun anew.
    pub tries: u32,
    /// When it is attempted next.
    pub next_at: Option<Time>,
    /// When it was queued.
    pub created_at: Time,
    /// When it was delivered or given up.
    pub done_at: Option<Time>,
}

/// An event to be delivered.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewDelivery {
    /// The id that it gets; later ones are greater.
    pub id: Uuid,
    /// The event, or the ping.
    pub event: Uuid,
    /// The type of the event.
    pub event_type: String,
    /// Where the event is in its log; none for a ping.
    pub position: Option<i64>,
}

impl Store {
    /// Deliveries to a webhook, newest first, of those before one.
    pub async fn deliveries(
        &self,
        webhook: WebhookId,
        before: Option<Uuid>,
        limit: u64,
        status: Option<DeliveryStatus>,
    ) -> StoreResult<Vec<Delivery>> {
        let mut query = Entity::find().filter(Column::WebhookId.eq(webhook.0));
        if let Some(before) = before {
            query = query.filter(Column::Id.lt(before));
        }
        if let Some(status) = status {
            query = query.filter(Column::Status.eq(status.as_str()));
        }
        let rows = query.order_by_desc(Column::Id).limit(limit);
        let rows = rows.all(&self.read).await?.into_iter();
        rows.map(state).collect()
    }

    /// A delivery to the webhook.
    pub async fn delivery(&self, webhook: WebhookId, id: Uuid) -> StoreResult<Option<Delivery>> {
        let query = Entity::find_by_id(id).filter(Column::WebhookId.eq(webhook.0));
        query.one(&self.read).await?.map(state).transpose()
    }

    /// The deliveries to a webhook that are due, those first that are due longest.
    pub async fn due_deliveries(
        &self,
        webhook: WebhookId,
        now: Time,
        most: u64,
    ) -> StoreResult<Vec<Delivery>> {
        let rows = pending(webhook)
            .filter(Column::NextAt.lte(now.micros()))
            .order_by_asc(Column::NextAt)
            .order_by_asc(Column::Id)
            .limit(most);
        let rows = rows.all(&self.read).await?.into_iter();
        rows.map(state).collect()
    }

    /// The deliveries to a webhook that are not done, in the order of their events.
    pub async fn first_deliveries(
        &self,
        webhook: WebhookId,
        most: u64,
    ) -> StoreResult<Vec<Delivery>> {
        // Pings have no place among the events; they go first.
        let place = Func::coalesce([Expr::col(Column::Position), Expr::val(0_i64)]);
        let rows = pending(webhook)
            .order_by_asc(place)
            .order_by_asc(Column::Id)
            .limit(most);
        let rows = rows.all(&self.read).await?.into_iter();
        rows.map(state).collect()
    }

    /// How many deliveries to a webhook are due, counted no further than a limit.
    pub async fn waiting_deliveries(
        &self,
        webhook: WebhookId,
        now: Time,
        most: u64,
    ) -> StoreResult<u64> {
        let due = pending(webhook).filter(Column::NextAt.lte(now.micros()));
        let times: Vec<Option<i64>> = due
            .select_only()
            .column(Column::NextAt)
            .limit(most)
            .into_tuple()
            .all(&self.read)
            .await?;
        Ok(times.len() as u64)
    }

    /// When the next delivery to a webhook is due.
    pub async fn next_delivery(&self, webhook: WebhookId) -> StoreResult<Option<Time>> {
        let next: Option<Option<i64>> = pending(webhook)
            .select_only()
            .column(Column::NextAt)
            .order_by_asc(Column::NextAt)
            .into_tuple()
            .one(&self.read)
            .await?;
        Ok(next.flatten().map(Time::from_micros))
    }

    /// Forgets deliveries that were done before a time, and those of webhooks that are gone; a number
    /// of them at most. Gives how many there were.
    pub async fn forget_deliveries(&self, before: Time, most: u64) -> StoreResult<usize> {
        let there = webhook::Entity::find()
            .select_only()
            .column(webhook::Column::Id)
            .into_query();
        let over = Column::DoneAt.lt(before.micros());
        let orphaned = Column::WebhookId.not_in_subquery(there);
        let ids: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(over.clone().or(orphaned.clone()))
            .limit(most)
            .into_tuple()
            .all(&self.read)
            .await?;
        let transaction = self.write.begin_write().await?;
        // One of them may have been begun anew since they were looked up.
        Entity::delete_many()
            .filter(Column::Id.is_in(shape::list(ids.iter().copied())))
            .filter(over.or(orphaned))
            .exec(&transaction)
            .await?;
        let left: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .filter(Column::Id.is_in(shape::list(ids.iter().copied())))
            .into_tuple()
            .all(&transaction)
            .await?;
        let gone = ids.iter().filter(|id| !left.contains(id)).copied();
        delivery_attempt::forget(&transaction, gone).await?;
        transaction.commit().await?;
        Ok(ids.len())
    }
}

fn pending(webhook: WebhookId) -> Select<Entity> {
    Entity::find()
        .filter(Column::WebhookId.eq(webhook.0))
        .filter(Column::Status.eq(DeliveryStatus::Pending.as_str()))
}

/// Queues deliveries, due at once.
pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    webhook: WebhookId,
    new: &[NewDelivery],
    now: Time,
) -> StoreResult<()> {
    let rows = new.iter().map(|new| ActiveModel {
        id: Set(new.id),
        webhook_id: Set(webhook.0),
        event_id: Set(new.event),
        event_type: Set(new.event_type.clone()),
        position: Set(new.position),
        status: Set(DeliveryStatus::Pending.as_str().to_owned()),
        attempts: Set(0),
        tries: Set(0),
        next_at: Set(Some(now.micros())),
        created_at: Set(now.micros()),
        done_at: Set(None),
    });
    for part in shape::parts(rows) {
        Entity::insert_many(part)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

/// Queues those that were not delivered: the failed ones once more, and those that never were there.
pub(crate) async fn insert_again(
    connection: &impl ConnectionTrait,
    webhook: WebhookId,
    new: &[NewDelivery],
    now: Time,
) -> StoreResult<()> {
    let events = || shape::list(new.iter().map(|new| new.event));
    let known: Vec<Uuid> = Entity::find()
        .select_only()
        .column(Column::EventId)
        .filter(Column::WebhookId.eq(webhook.0))
        .filter(Column::EventId.is_in(events()))
        .into_tuple()
        .all(connection)
        .await?;
    let failed = Column::Status.eq(DeliveryStatus::Failed.as_str());
    anew(
        Column::WebhookId
            .eq(webhook.0)
            .and(failed)
            .and(Column::EventId.is_in(events())),
        now,
    )
    .exec(connection)
    .await?;
    let known = BTreeSet::from_iter(known);
    let missing = new.iter().filter(|new| !known.contains(&new.event));
    let missing: Vec<NewDelivery> = missing.cloned().collect();
    insert(connection, webhook, &missing, now).await
}

/// The delivery is to be attempted again, whatever became of it.
pub(crate) async fn redeliver(
    connection: &impl ConnectionTrait,
    webhook: WebhookId,
    delivery: Uuid,
    now: Time,
) -> StoreResult<()> {
    let of = Column::WebhookId.eq(webhook.0);
    anew(Column::Id.eq(delivery).and(of), now)
        .exec(connection)
        .await?;
    Ok(())
}

/// The deliveries to a webhook that are not done are due now.
pub(crate) async fn hasten(
    connection: &impl ConnectionTrait,
    webhook: Uuid,
    now: Time,
) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::NextAt, Expr::val(Some(now.micros())))
        .filter(Column::WebhookId.eq(webhook))
        .filter(Column::Status.eq(DeliveryStatus::Pending.as_str()))
        .filter(Column::NextAt.gt(now.micros()))
        .exec(connection)
        .await?;
    Ok(())
}

fn anew(which: impl sea_orm::sea_query::IntoCondition, now: Time) -> sea_orm::UpdateMany<Entity> {
    let pending = DeliveryStatus::Pending.as_str();
    Entity::update_many()
        .col_expr(Column::Status, Expr::val(pending))
        .col_expr(Column::Tries, Expr::val(0_i32))
        .col_expr(Column::NextAt, Expr::val(Some(now.micros())))
        .col_expr(Column::DoneAt, Expr::val(None::<i64>))
        .filter(which)
}

fn state(row: Model) -> StoreResult<Delivery> {
    let status = DeliveryStatus::parse(&row.status);
    let number = |number: i32| u32::try_from(number).unwrap_or(0);
    Ok(Delivery {
        status: status.ok_or_else(|| StoreError::damaged("status of delivery", row.id))?,
        id: row.id,
        webhook: WebhookId(row.webhook_id),
        event: row.event_id,
        event_type: row.event_type,
        position: row.position,
        attempts: number(row.attempts),
        tries: number(row.tries),
        next_at: row.next_at.map(Time::from_micros),
        created_at: Time::from_micros(row.created_at),
        done_at: row.done_at.map(Time::from_micros),
    })
}
