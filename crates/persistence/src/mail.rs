//! The table of mails that are to be sent.

use crate::{Store, StoreResult, shape};
use domain::Time;
use sea_orm::{
    ActiveValue::Set, QueryOrder, QuerySelect, entity::prelude::*, sea_query::ExprTrait,
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

/// SeaORM asks for it; no query follows a relation.
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

impl Store {
    /// Takes a mail that is due. Nobody else gets it before `lease` has passed; if this process ends
    /// before it is done, it is sent then.
    pub async fn take_mail(&self, now: Time, lease: Time) -> StoreResult<Option<QueuedMail>> {
        let due = Entity::find()
            .filter(Column::NextAt.lte(now.micros()))
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
