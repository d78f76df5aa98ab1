//! The table of mails that are to be sent.

use crate::{Store, StoreResult, shape};
use domain::Time;
use sea_orm::{
    ActiveValue::Set, Condition, QueryOrder, QuerySelect, entity::prelude::*, sea_query::ExprTrait,
};

/// A mail that is to be sent; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "mails")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    /// The mail, sealed, as text: it may carry a secret link.
    pub sealed: String,
    pub attempts: i32,
    pub next_at: i64,
}

/// How far clocks of replicas that work may be apart, in seconds.
const APART_SECONDS: i64 = 10;

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// A mail that was taken to be sent.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct QueuedMail {
    /// Its id.
    pub id: Uuid,
    /// The mail, sealed, as text.
    pub sealed: String,
    /// How often it was tried, this time among them.
    pub attempts: u32,
}

/// Queues mails: id, the sealed text, and when to send it.
pub(crate) async fn queue<'a>(
    connection: &impl ConnectionTrait,
    mails: impl Iterator<Item = (Uuid, &'a str, Time)>,
) -> StoreResult<()> {
    let rows = mails.map(|(id, sealed, at)| ActiveModel {
        id: Set(id),
        sealed: Set(sealed.to_owned()),
        attempts: Set(0),
        next_at: Set(at.micros()),
    });
    for part in shape::parts(rows) {
        Entity::insert_many(part)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

/// Due by its time; or by a time that lies further ahead than any wait after so many attempts, which
/// only a wrong clock can have set.
fn is_due(now: Time, lease: Time, waits: &[i64]) -> Condition {
    let beyond = |time: Time| Column::NextAt.gt(time.plus_seconds(APART_SECONDS).micros());
    let mut due = Condition::any()
        .add(Column::NextAt.lte(now.micros()))
        .add(Column::Attempts.eq(0_i32).and(beyond(now)));
    let mut attempts = 0_i32;
    for wait in waits {
        attempts += 1;
        let latest = lease.max(now.plus_seconds(*wait));
        due = due.add(Column::Attempts.eq(attempts).and(beyond(latest)));
    }
    due.add(Column::Attempts.gt(attempts).and(beyond(lease)))
}

impl Store {
    /// How many mails are to be sent, and when the oldest of them was queued.
    pub async fn mail_queue(&self) -> StoreResult<(u64, Option<Time>)> {
        let count = Entity::find().count(&self.read).await?;
        let oldest: Option<Uuid> = Entity::find()
            .select_only()
            .column(Column::Id)
            .order_by_asc(Column::Id)
            .into_tuple()
            .one(&self.read)
            .await?;
        // Ids begin with the time.
        let oldest = oldest.and_then(|id| id.get_timestamp()).map(|time| {
            let (seconds, nanos) = time.to_unix();
            let micros = i64::try_from(seconds)
                .unwrap_or(0)
                .saturating_mul(1_000_000);
            Time::from_micros(micros.saturating_add(i64::from(nanos / 1000)))
        });
        Ok((count, oldest))
    }

    /// Takes a mail that is due. Nobody else gets it before `lease` has passed; if this process ends
    /// before it is done, it is sent then. The waits are those after each attempt, in seconds.
    pub async fn take_mail(
        &self,
        now: Time,
        lease: Time,
        waits: &[i64],
    ) -> StoreResult<Option<QueuedMail>> {
        let due = Entity::find()
            .filter(is_due(now, lease, waits))
            .order_by_asc(Column::NextAt)
            .limit(8)
            .all(&self.read)
            .await?;
        for row in due {
            let taken = Entity::update_many()
                .col_expr(Column::NextAt, Expr::val(lease.micros()))
                .col_expr(Column::Attempts, Expr::col(Column::Attempts).add(1_i32))
                .filter(Column::Id.eq(row.id))
                .filter(Column::NextAt.eq(row.next_at))
                .exec(&self.write)
                .await?;
            if taken.rows_affected == 1 {
                return Ok(Some(QueuedMail {
                    id: row.id,
                    sealed: row.sealed,
                    attempts: u32::try_from(row.attempts).unwrap_or(0) + 1,
                }));
            }
        }
        Ok(None)
    }

    /// The mail is sent, or never will be.
    pub async fn forget_mail(&self, id: Uuid) -> StoreResult<()> {
        Entity::delete_by_id(id).exec(&self.write).await?;
        Ok(())
    }

    /// The mail is tried again at this time.
    pub async fn postpone_mail(&self, id: Uuid, at: Time) -> StoreResult<()> {
        Entity::update_many()
            .col_expr(Column::NextAt, Expr::val(at.micros()))
            .filter(Column::Id.eq(id))
            .exec(&self.write)
            .await?;
        Ok(())
    }
}
