//! Answers kept for requests that come again.

use crate::{StoreResult, forget, shape};
use domain::Time;
use sea_orm::{ActiveValue::Set, Condition, entity::prelude::*, sea_query::ExprTrait};

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

/// Required by SeaORM; no query follows a relation.
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

/// The kept answers for these (actor, key). Those that are too old are forgotten, so that others can
/// be kept in their place.
pub(crate) async fn find(
    connection: &impl ConnectionTrait,
    keys: &[(Uuid, String)],
    now: Time,
) -> StoreResult<Vec<KeptAnswer>> {
    if keys.is_empty() {
        return Ok(Vec::new());
    }
    let any = shape::list(keys)
        .into_iter()
        .fold(Condition::any(), |any, (actor, key)| {
            any.add(
                Column::ActorId
                    .eq(*actor)
                    .and(Column::IdempotencyKey.eq(key.as_str())),
            )
        });
    let oldest = now.plus_seconds(-KEPT_SECONDS).micros();
    let rows = Entity::find().filter(any).all(connection).await?;
    let (fresh, old): (Vec<_>, Vec<_>) = rows.into_iter().partition(|row| row.created_at > oldest);
    for row in old {
        Entity::delete_by_id((row.actor_id, row.idempotency_key))
            .exec(connection)
            .await?;
    }
    Ok(fresh.into_iter().map(kept).collect())
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

/// Keeps answers. Where another log has kept one under the same key in the meantime, the unique key
/// refuses, and the command finds that answer when it is run again.
pub(crate) async fn keep(
    connection: &impl ConnectionTrait,
    answers: &[KeptAnswer],
) -> StoreResult<()> {
    let rows = answers.iter().map(|kept| ActiveModel {
        actor_id: Set(kept.actor),
        idempotency_key: Set(kept.key.clone()),
        fingerprint: Set(kept.fingerprint.clone()),
        created_at: Set(kept.answered_at.micros()),
        answer: Set(kept.answer.clone()),
    });
    for part in shape::parts(rows) {
        Entity::insert_many(part)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

impl crate::Store {
    /// Forgets answers that are too old.
    pub async fn forget_old_answers(&self, now: Time) -> StoreResult<u64> {
        let oldest = now.plus_seconds(-KEPT_SECONDS).micros();
        forget::up_to::<Entity>(self, Column::CreatedAt, oldest).await
    }
}
