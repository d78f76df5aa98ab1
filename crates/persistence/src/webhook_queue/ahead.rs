//! Queues that were left by a clock that was ahead.

use super::{Column, Entity};
use crate::{Store, StoreResult, delivery};
use domain::Time;
use sea_orm::{QuerySelect, entity::prelude::*};

impl Store {
    /// Releases the webhooks that are held beyond this time, which is later than any holder would set
    /// now: the clock was set back since. Their deliveries are due at once, since their times come
    /// from the same clock. Returns how many there were.
    pub async fn free_webhooks_ahead(&self, now: Time, latest: Time) -> StoreResult<usize> {
        let beyond = || Column::HeldUntil.gt(latest.micros());
        let found: Vec<Uuid> = Entity::find()
            .select_only()
            .column(Column::WebhookId)
            .filter(beyond())
            .into_tuple()
            .all(&self.read)
            .await?;
        let mut freed = 0;
        for webhook in found {
            let transaction = self.write.begin_write().await?;
            let held = Entity::update_many()
                .col_expr(Column::HeldUntil, Expr::val(0_i64))
                .col_expr(Column::DueAt, Expr::val(0_i64))
                .col_expr(Column::Holder, Expr::val(None::<Uuid>))
                .filter(Column::WebhookId.eq(webhook))
                .filter(beyond())
                .exec(&transaction)
                .await?;
            if held.rows_affected > 0 {
                delivery::hasten(&transaction, webhook, now).await?;
                freed += 1;
            }
            transaction.commit().await?;
        }
        Ok(freed)
    }
}
