//! Totals that are kept in the write.

use crate::{StoreResult, user};
use domain::{Realm, assignment::AssignmentStatus, tally::Tally, user::UserStatus};
use sea_orm::{
    ActiveValue::Set,
    QuerySelect,
    entity::prelude::*,
    sea_query::{ExprTrait, OnConflict},
};
use std::collections::BTreeMap;

/// A total of a log; the total of all logs is the sum of its rows.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "tallies")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub log_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub name: String,
    pub total: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// Users in a status, or all that are not deleted.
pub(crate) async fn users(
    connection: &impl ConnectionTrait,
    status: Option<UserStatus>,
) -> StoreResult<i64> {
    let alive = UserStatus::ALL
        .into_iter()
        .filter(|status| *status != UserStatus::Deleted);
    let tallies = match status {
        Some(status) => vec![Tally::Users(status)],
        None => alive.map(Tally::Users).collect(),
    };
    sum(connection, &tallies).await
}

/// Assignments in a status, or all.
pub(crate) async fn assignments(
    connection: &impl ConnectionTrait,
    status: Option<AssignmentStatus>,
) -> StoreResult<i64> {
    let tallies = match status {
        Some(status) => vec![Tally::Assignments(status)],
        None => [AssignmentStatus::Active, AssignmentStatus::Revoked]
            .map(Tally::Assignments)
            .to_vec(),
    };
    sum(connection, &tallies).await
}

/// All products.
pub(crate) async fn products(connection: &impl ConnectionTrait) -> StoreResult<i64> {
    sum(connection, &[Tally::Products]).await
}

/// Over all logs, since the reader sees everything.
async fn sum(connection: &impl ConnectionTrait, tallies: &[Tally]) -> StoreResult<i64> {
    let names = tallies.iter().map(|tally| tally.as_str());
    let totals: Vec<i64> = Entity::find()
        .select_only()
        .column(Column::Total)
        .filter(Column::Name.is_in(names))
        .into_tuple()
        .all(connection)
        .await?;
    Ok(totals.into_iter().sum())
}

/// Adds to the totals of the logs.
pub(crate) async fn add(
    connection: &impl ConnectionTrait,
    tallies: &BTreeMap<(Realm, Tally), i64>,
) -> StoreResult<()> {
    for ((realm, tally), by) in tallies.iter().filter(|(_, by)| **by != 0) {
        let log = user::realm(*realm);
        let changed = Entity::update_many()
            .col_expr(Column::Total, Expr::col(Column::Total).add(*by))
            .filter(Column::LogId.eq(log))
            .filter(Column::Name.eq(tally.as_str()))
            .exec(connection)
            .await?;
        if changed.rows_affected == 0 {
            set(connection, log, tally.as_str(), *by).await?;
        }
    }
    Ok(())
}

async fn set(
    connection: &impl ConnectionTrait,
    log: Uuid,
    name: &str,
    total: i64,
) -> StoreResult<()> {
    let row = ActiveModel {
        log_id: Set(log),
        name: Set(name.to_owned()),
        total: Set(total),
    };
    let replace = OnConflict::columns([Column::LogId, Column::Name])
        .update_column(Column::Total)
        .to_owned();
    Entity::insert(row)
        .on_conflict(replace)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

/// Every total by log and name.
pub(crate) async fn all(
    connection: &impl ConnectionTrait,
) -> StoreResult<BTreeMap<(Uuid, String), i64>> {
    let rows = Entity::find().all(connection).await?;
    Ok(rows
        .into_iter()
        .map(|row| ((row.log_id, row.name), row.total))
        .collect())
}

/// Makes a total what it is to be. What is zero needs no row.
pub(crate) async fn put(
    connection: &impl ConnectionTrait,
    log: Uuid,
    name: &str,
    total: i64,
) -> StoreResult<()> {
    if total != 0 {
        return set(connection, log, name, total).await;
    }
    Entity::delete_by_id((log, name.to_owned()))
        .exec(connection)
        .await?;
    Ok(())
}
