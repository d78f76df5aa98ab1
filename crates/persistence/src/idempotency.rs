//! Answers kept for requests that come again.

use crate::StoreResult;
use domain::Time;
use sea_orm::{
    ActiveValue::Set,
    Condition,
    entity::prelude::*,
    sea_query::{ExprTrait, OnConflict},
};

/// The first answer to a request, by who asked and with which key.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "idempotency_keys")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub actor_id: Uuid,
    #[sea_orm(primary_key, auto_increment = false)]
    pub idempotency_key: String,
    pub fingerprint: String,
    /// When it was answered, in microseconds.
    pub created_at: i64,
    pub answer: String,
}

/// SeaORM asks for it; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How long an answer is kept, in seconds.
pub const KEPT_SECONDS: i64 = 24 * 60 * 60;

/// The answer that a request had.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct KeptAnswer {
    /// Who asked; nil for the service itself.
    pub actor: Uuid,
    /// The key that the caller gave.
    pub key: String,
    /// The fingerprint of the request, hexadecimal.
    pub fingerprint: String,
    /// When it was answered.
    pub answered_at: Time,
    /// The answer as JSON.
    pub answer: String,
}

/// The kept answers for these (actor, key), without those that are too old.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    keys: &[(Uuid, String)],
    now: Time,
) -> StoreResult<Vec<KeptAnswer>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let any = keys.iter().fold(Condition::any(), |any, (actor, key)| {
        any.add(
            Column::ActorId
                .eq(*actor)
                .and(Column::IdempotencyKey.eq(key.as_str())),
        )
    });
    let oldest = now.plus_seconds(-KEPT_SECONDS).micros();
    let rows = Entity::find()
        .filter(any)
        .filter(Column::CreatedAt.gt(oldest))
        .all(connection)
        .await?;
    Ok(rows.into_iter().map(kept).collect())
}

fn kept(row: Model) -> KeptAnswer {
    KeptAnswer {
        actor: row.actor_id,
        key: row.idempotency_key,
        fingerprint: row.fingerprint,
        answered_at: Time::from_micros(row.created_at),
        answer: row.answer,
    }
}

/// Keeps answers, in the place of those that were too old.
pub(crate) async fn keep(
    connection: &impl ConnectionTrait,
    answers: &[KeptAnswer],
) -> StoreResult<()> {
    if answers.is_empty() {
        return Ok(());
    }
    let rows = answers.iter().map(|kept| ActiveModel {
        actor_id: Set(kept.actor),
        idempotency_key: Set(kept.key.clone()),
        fingerprint: Set(kept.fingerprint.clone()),
        created_at: Set(kept.answered_at.micros()),
        answer: Set(kept.answer.clone()),
    });
    let replace = OnConflict::columns([Column::ActorId, Column::IdempotencyKey])
        .update_columns([Column::Fingerprint, Column::CreatedAt, Column::Answer])
        .to_owned();
    Entity::insert_many(rows)
        .on_conflict(replace)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

impl crate::Store {
    /// Forgets answers that are too old.
    pub async fn forget_old_answers(&self, now: Time) -> StoreResult<u64> {
        let oldest = now.plus_seconds(-KEPT_SECONDS).micros();
        let gone = Entity::delete_many()
            .filter(Column::CreatedAt.lte(oldest))
            .exec(&self.write)
            .await?;
        Ok(gone.rows_affected)
    }
}
