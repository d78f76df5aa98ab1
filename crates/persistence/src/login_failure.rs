//! The table of wrong passwords, by account.

use crate::{Store, StoreResult, forget};
use domain::Time;
use sea_orm::{
    ActiveValue::Set,
    entity::prelude::*,
    sea_query::{ExprTrait, OnConflict},
};

/// The failures of an account since its last right password; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "login_failures")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The keyed hash of realm and email, whether there is such a user or not; or that of a user who
    /// gives the present password to change it.
    pub account: String,
    pub failures: i32,
    pub last_at: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How long failures are kept after the last one.
const KEPT_SECONDS: i64 = 24 * 60 * 60;

pub(crate) async fn forget(connection: &impl ConnectionTrait, account: &str) -> StoreResult<()> {
    Entity::delete_by_id(account.to_owned())
        .exec(connection)
        .await?;
    Ok(())
}

impl Store {
    /// How often the account failed since its last right password, and when last.
    pub async fn login_failures(&self, account: &str) -> StoreResult<Option<(u32, Time)>> {
        let row = Entity::find_by_id(account.to_owned())
            .one(&self.read)
            .await?;
        Ok(row.map(|row| {
            let failures = u32::try_from(row.failures).unwrap_or(0);
            (failures, Time::from_micros(row.last_at))
        }))
    }

    /// Counts a failure, by one statement, so that none is lost among many at once.
    pub async fn note_login_failure(&self, account: &str, now: Time) -> StoreResult<()> {
        let row = ActiveModel {
            account: Set(account.to_owned()),
            failures: Set(1),
            last_at: Set(now.micros()),
        };
        let one_more = Expr::col((Entity, Column::Failures)).add(1_i32);
        let count = OnConflict::column(Column::Account)
            .value(Column::Failures, one_more)
            .update_column(Column::LastAt)
            .to_owned();
        Entity::insert(row)
            .on_conflict(count)
            .exec_without_returning(&self.write)
            .await?;
        Ok(())
    }

    /// Writes what is counted again, so that it takes as long as counting one more.
    pub async fn keep_login_failures(&self, account: &str) -> StoreResult<()> {
        Entity::update_many()
            .col_expr(Column::Failures, Expr::col(Column::Failures))
            .filter(Column::Account.eq(account))
            .exec(&self.write)
            .await?;
        Ok(())
    }

    /// Forgets failures that were counted long ago.
    pub async fn forget_old_login_failures(&self, now: Time) -> StoreResult<u64> {
        let oldest = now.plus_seconds(-KEPT_SECONDS).micros();
        forget::up_to::<Entity>(self, Column::LastAt, oldest).await
    }
}
