//! The table of the queues of webhooks: for each a cursor over its log, and who works for it.

mod ahead;

use crate::{
    Store, StoreResult,
    delivery::{self, NewDelivery, Settled},
    log::{LogId, event, head},
};
use domain::{Time, WebhookId};
use sea_orm::{
    ActiveValue::Set, Condition, JoinType, QueryOrder, QuerySelect, entity::prelude::*,
    sea_query::ExprTrait,
};

/// The queue of a webhook as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "webhook_queues")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub webhook_id: Uuid,
    pub log_id: Uuid,
    pub enabled: bool,
    /// Up to where deliveries were made of the events of the log.
    pub position: i64,
    /// What is to be scanned once more begins after this position, and ends with the other.
    pub recover_after: Option<i64>,
    pub recover_to: Option<i64>,
    /// When the next attempt is due.
    pub due_at: i64,
    /// Who works for it.
    pub holder: Option<Uuid>,
    pub held_until: i64,
    /// Attempts that failed since one did not.
    pub failures: i32,
    pub failing_since: Option<i64>,
}

/// Joins the heads of the logs by hand.
#[derive(Copy, Clone, Debug, EnumIter)]
pub enum Relation {
    /// The log that the queue follows.
    Head,
}

impl RelationTrait for Relation {
    fn def(&self) -> RelationDef {
        Entity::belongs_to(head::Entity)
            .from(Column::LogId)
            .to(head::Column::LogId)
            .into()
    }
}

impl ActiveModelBehavior for ActiveModel {}

/// Nothing is due.
const NEVER: i64 = i64::MAX;

/// The queue of a webhook, for its worker.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WebhookQueue {
    /// The webhook.
    pub webhook: WebhookId,
    /// Who works for it.
    pub holder: Uuid,
    /// Until when nobody else does.
    pub held_until: Time,
    /// Its log.
    pub log: LogId,
    /// Up to where deliveries were made of the events of the log.
    pub position: i64,
    /// What is to be scanned once more: after the first position, up to the second.
    pub recover: Option<(i64, i64)>,
    /// Attempts that failed since one did not.
    pub failures: u32,
    /// Since when all of them failed.
    pub failing_since: Option<Time>,
}

/// How well an endpoint takes what it is sent.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Health {
    /// Attempts that failed since one did not.
    pub failures: u32,
    /// Since when all of them failed.
    pub failing_since: Option<Time>,
}

/// How far a queue has scanned its log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To this position.
    To(i64),
    /// Once more, to this position.
    Recovered(i64),
}

impl Store {
    /// The webhooks that have something to be done for and that nobody works for, those first that
    /// wait longest; of those that fail, or of the others.
    pub async fn due_webhooks(
        &self,
        now: Time,
        failing: bool,
        most: u64,
    ) -> StoreResult<Vec<WebhookId>> {
        let fails = match failing {
            true => Column::Failures.gt(0_i32),
            false => Column::Failures.eq(0_i32),
        };
        let behind = Expr::col((Entity, Column::Position))
            .lt(Expr::col((head::Entity, head::Column::Position)));
        let something = Condition::any()
            .add(behind)
            .add(Column::RecoverAfter.is_not_null())
            .add(Column::DueAt.lte(now.micros()));
        let ids = Entity::find()
            .select_only()
            .column(Column::WebhookId)
            .join(JoinType::InnerJoin, Relation::Head.def())
            .filter(Column::Enabled.eq(true))
            .filter(fails)
            .filter(Column::HeldUntil.lte(now.micros()))
            .filter(something)
            .order_by_asc(Column::HeldUntil)
            .limit(most)
            .into_tuple::<Uuid>()
            .all(&self.read)
            .await?;
        Ok(ids.into_iter().map(WebhookId).collect())
    }

    /// Begins to work for a webhook, or goes on to: nobody else does before `until`. None when
    /// somebody else does, or it is disabled.
    pub async fn hold_webhook(
        &self,
        webhook: WebhookId,
        holder: Uuid,
        now: Time,
        until: Time,
    ) -> StoreResult<Option<WebhookQueue>> {
        let free = Condition::any()
            .add(Column::Holder.eq(holder))
            .add(Column::HeldUntil.lte(now.micros()));
        let taken = Entity::update_many()
            .col_expr(Column::Holder, Expr::val(holder))
            .col_expr(Column::HeldUntil, Expr::val(until.micros()))
            // The holder sets what is due afterwards; if it dies first, the queue is due when its
            // lease ends.
            .col_expr(Column::DueAt, Expr::val(until.micros()))
            .filter(Column::WebhookId.eq(webhook.0))
            .filter(Column::Enabled.eq(true))
            .filter(free)
            .exec(&self.write)
            .await?;
        if taken.rows_affected == 0 {
            return Ok(None);
        }
        let row = Entity::find_by_id(webhook.0).one(&self.write).await?;
        Ok(row.filter(|row| row.holder == Some(holder)).map(queue))
    }

    /// Nobody works for the webhook any more; `next` is when the next attempt is due.
    pub async fn release_webhook(
        &self,
        queue: &WebhookQueue,
        next: Option<Time>,
        again: Time,
    ) -> StoreResult<()> {
        let next = next.map_or(NEVER, Time::micros);
        // An attempt may have been requested since the deliveries were read.
        let asked = Expr::col(Column::DueAt).lt(queue.held_until.micros());
        let due = Expr::case(asked, Expr::col(Column::DueAt)).finally(Expr::val(next));
        mine(queue)
            .col_expr(Column::HeldUntil, Expr::val(again.micros()))
            .col_expr(Column::DueAt, due.into())
            .exec(&self.write)
            .await?;
        Ok(())
    }

    /// Nobody works any more for what this one worked for.
    pub async fn release_webhooks(&self, holder: Uuid) -> StoreResult<()> {
        Entity::update_many()
            .col_expr(Column::HeldUntil, Expr::val(0_i64))
            .col_expr(Column::DueAt, Expr::val(0_i64))
            .col_expr(Column::Holder, Expr::val(None::<Uuid>))
            .filter(Column::Holder.eq(holder))
            .exec(&self.write)
            .await?;
        Ok(())
    }

    /// The webhook receives no more events, and is not due any more.
    pub async fn silence_webhook(&self, webhook: WebhookId) -> StoreResult<()> {
        enable(&self.write, webhook, false).await
    }

    /// Keeps deliveries, and how far the queue has scanned its log with them. False, and nothing
    /// done, when somebody else works for the webhook by now.
    pub async fn queue_deliveries(
        &self,
        queue: &WebhookQueue,
        step: Step,
        new: &[NewDelivery],
        now: Time,
    ) -> StoreResult<bool> {
        let transaction = self.write.begin_write().await?;
        // A write comes first: it holds the row, and SQLite cannot always write after a read.
        let moved = match step {
            Step::To(position) => mine(queue)
                .col_expr(Column::Position, Expr::val(position))
                .filter(Column::Position.eq(queue.position)),
            Step::Recovered(position) => {
                let (after, to) = queue.recover.unwrap_or_default();
                let rest = (position < to).then_some(position);
                mine(queue)
                    .col_expr(Column::RecoverAfter, Expr::val(rest))
                    .col_expr(Column::RecoverTo, Expr::val(rest.map(|_| to)))
                    .filter(Column::RecoverAfter.eq(after))
                    .filter(Column::RecoverTo.eq(to))
            }
        };
        if moved.exec(&transaction).await?.rows_affected == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        match step {
            Step::To(_) => delivery::insert(&transaction, queue.webhook, new, now).await?,
            Step::Recovered(_) => {
                delivery::insert_again(&transaction, queue.webhook, new, now).await?
            }
        }
        transaction.commit().await?;
        Ok(true)
    }

    /// Stores the results of attempts. False, and nothing done, when somebody else works for the
    /// webhook by now.
    pub async fn settle_deliveries(
        &self,
        queue: &WebhookQueue,
        health: Health,
        settled: &[Settled],
    ) -> StoreResult<bool> {
        let transaction = self.write.begin_write().await?;
        let since = health.failing_since.map(Time::micros);
        let failures = i32::try_from(health.failures).unwrap_or(i32::MAX);
        // The endpoint may have begun anew meanwhile, with another URL.
        let was = i32::try_from(queue.failures).unwrap_or(i32::MAX);
        let judged = |column: Column, now: Expr| {
            let same = Expr::col(Column::Failures).eq(was);
            Expr::case(same, now).finally(Expr::col(column))
        };
        let since = judged(Column::FailingSince, Expr::val(since));
        let failures = judged(Column::Failures, Expr::val(failures));
        // In this order: MySQL sees what was set before.
        let mine = mine(queue)
            .col_expr(Column::FailingSince, since.into())
            .col_expr(Column::Failures, failures.into());
        if mine.exec(&transaction).await?.rows_affected == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        delivery::settle(&transaction, settled).await?;
        transaction.commit().await?;
        Ok(true)
    }
}

/// The row, as long as it is the holder's. The end of the lease does not matter: a takeover replaces
/// the holder.
fn mine(queue: &WebhookQueue) -> sea_orm::UpdateMany<Entity> {
    Entity::update_many()
        .filter(Column::WebhookId.eq(queue.webhook.0))
        .filter(Column::Holder.eq(queue.holder))
}

fn queue(row: Model) -> WebhookQueue {
    WebhookQueue {
        webhook: WebhookId(row.webhook_id),
        holder: row.holder.unwrap_or_default(),
        held_until: Time::from_micros(row.held_until),
        log: LogId(row.log_id),
        position: row.position,
        recover: row.recover_after.zip(row.recover_to),
        failures: u32::try_from(row.failures).unwrap_or(0),
        failing_since: row.failing_since.map(Time::from_micros),
    }
}

/// Begins to follow the log after the last event of the webhook itself.
pub(crate) async fn begin(
    connection: &impl ConnectionTrait,
    webhook: WebhookId,
    log: LogId,
) -> StoreResult<()> {
    let row = ActiveModel {
        webhook_id: Set(webhook.0),
        log_id: Set(log.0),
        enabled: Set(true),
        position: Set(own_position(connection, webhook).await?),
        recover_after: Set(None),
        recover_to: Set(None),
        due_at: Set(NEVER),
        holder: Set(None),
        held_until: Set(0),
        failures: Set(0),
        failing_since: Set(None),
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// The webhook receives the events after its own last one again, or none any more. It keeps its
/// holder: messages may be under way.
pub(crate) async fn enable(
    connection: &impl ConnectionTrait,
    webhook: WebhookId,
    enabled: bool,
) -> StoreResult<()> {
    let mut change = Entity::update_many()
        .col_expr(Column::Enabled, Expr::val(enabled))
        .filter(Column::WebhookId.eq(webhook.0));
    if enabled {
        let position = own_position(connection, webhook).await?;
        change = change
            .col_expr(Column::Position, Expr::val(position))
            .col_expr(Column::DueAt, Expr::val(0_i64))
            .col_expr(Column::Failures, Expr::val(0_i32))
            .col_expr(Column::FailingSince, Expr::val(None::<i64>));
    }
    change.exec(connection).await?;
    Ok(())
}

/// Resets the count of failures.
pub(crate) async fn clear(
    connection: &impl ConnectionTrait,
    webhook: WebhookId,
) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::Failures, Expr::val(0_i32))
        .col_expr(Column::FailingSince, Expr::val(None::<i64>))
        .filter(Column::WebhookId.eq(webhook.0))
        .exec(connection)
        .await?;
    Ok(())
}

/// An attempt is due now. The row is held before any of its deliveries, here as elsewhere.
pub(crate) async fn wake(
    connection: &impl ConnectionTrait,
    webhook: WebhookId,
    now: Time,
) -> StoreResult<()> {
    Entity::update_many()
        .col_expr(Column::DueAt, Expr::val(now.micros()))
        .filter(Column::WebhookId.eq(webhook.0))
        .exec(connection)
        .await?;
    Ok(())
}

/// The events after a position are to be scanned once more.
pub(crate) async fn recover(
    connection: &impl ConnectionTrait,
    webhook: WebhookId,
    after: i64,
) -> StoreResult<()> {
    let Some(row) = Entity::find_by_id(webhook.0).one(connection).await? else {
        return Ok(());
    };
    let begun = row.recover_after.unwrap_or(i64::MAX);
    let after = Ord::min(begun, after);
    if after >= row.position {
        return Ok(());
    }
    Entity::update_many()
        .col_expr(Column::RecoverAfter, Expr::val(Some(after)))
        .col_expr(Column::RecoverTo, Expr::val(Some(row.position)))
        .filter(Column::WebhookId.eq(webhook.0))
        .exec(connection)
        .await?;
    Ok(())
}

pub(crate) async fn end(connection: &impl ConnectionTrait, webhook: WebhookId) -> StoreResult<()> {
    Entity::delete_by_id(webhook.0).exec(connection).await?;
    Ok(())
}

async fn own_position(connection: &impl ConnectionTrait, webhook: WebhookId) -> StoreResult<i64> {
    let own = event::Entity::find().filter(event::Column::StreamId.eq(webhook.0));
    let last = own
        .order_by_desc(event::Column::StreamVersion)
        .one(connection)
        .await?;
    Ok(last.map_or(0, |last| last.position))
}
