//! The table of refresh tokens, by their keyed hashes.

use crate::{
    Store, StoreResult, connection::Transaction, event_ticket, forget, invitation, session::usage,
};
use domain::{SessionId, Time, session::Session};
use sea_orm::{ActiveValue::Set, entity::prelude::*};

/// A token of a session; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "refresh_tokens")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    /// The keyed hash of the token; the token itself is not stored.
    pub digest: String,
    pub session_id: Uuid,
    pub expires_at: i64,
    /// When it was exchanged for the next one.
    pub used_at: Option<i64>,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// What became of a refresh token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Claim {
    /// It was exchanged now, for the first time.
    First,
    /// It was exchanged a moment ago; the next one is the same.
    Again,
    /// It was exchanged before: somebody has a token that is not theirs.
    Reused,
    /// It was not exchanged in time.
    Expired,
    /// There is no such token.
    Unknown,
}

/// A refresh token that comes back to be exchanged.
#[derive(Clone, Debug)]
pub struct Exchange {
    /// The keyed hash of the token, hexadecimal.
    pub digest: String,
    /// The keyed hash of the next one.
    pub next: String,
    /// When.
    pub now: Time,
    /// When the next one expires, unless its session ends before.
    pub idle_until: Time,
    /// How long after the first exchange the same one is given again, in seconds.
    pub grace_seconds: i64,
}

pub(crate) async fn insert(
    connection: &impl ConnectionTrait,
    digest: &str,
    session: SessionId,
    expires_at: Time,
) -> StoreResult<()> {
    let row = ActiveModel {
        digest: Set(digest.to_owned()),
        session_id: Set(session.0),
        expires_at: Set(expires_at.micros()),
        used_at: Set(None),
    };
    Entity::insert(row)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}

impl Store {
    /// Exchanges a refresh token. One statement claims it: of many who try at once, one is first,
    /// and the others wait for it and see that it was used.
    pub async fn exchange_refresh_token(&self, exchange: &Exchange) -> StoreResult<Claim> {
        let transaction = self.write.begin_write().await?;
        let claim = claim(&transaction, exchange).await?;
        match claim {
            Claim::First => transaction.commit().await?,
            _ => transaction.rollback().await?,
        }
        Ok(claim)
    }

    /// The session that a refresh token belongs to, used or not.
    pub async fn session_of_refresh_token(&self, digest: &str) -> StoreResult<Option<Session>> {
        let row = Entity::find_by_id(digest.to_owned())
            .one(&self.read)
            .await?;
        match row {
            Some(row) => self.session(SessionId(row.session_id)).await,
            None => Ok(None),
        }
    }

    /// Forgets what nobody can sign in with any more: tokens, tickets and links whose time is over, and
    /// after a while the sessions themselves.
    pub async fn forget_old_sessions(&self, now: Time) -> StoreResult<u64> {
        let (idle, now_micros) = (usage::Column::IdleUntil, now.micros());
        Ok(
            forget::up_to::<Entity>(self, Column::ExpiresAt, now_micros).await?
                + forget::up_to::<usage::Entity>(self, idle, now_micros).await?
                + event_ticket::forget_old(self, now).await?
                + invitation::forget_old(self, now).await?
                + self.forget_ended_sessions(now).await?,
        )
    }
}

async fn claim(transaction: &Transaction, exchange: &Exchange) -> StoreResult<Claim> {
    let now = exchange.now.micros();
    let claimed = Entity::update_many()
        .col_expr(Column::UsedAt, Expr::val(now))
        .filter(Column::Digest.eq(exchange.digest.as_str()))
        .filter(Column::UsedAt.is_null())
        .filter(Column::ExpiresAt.gt(now))
        .exec(transaction)
        .await?;
    let row = Entity::find_by_id(exchange.digest.clone())
        .one(transaction)
        .await?;
    let Some(row) = row else {
        return Ok(Claim::Unknown);
    };
    let session = SessionId(row.session_id);
    if claimed.rows_affected == 1 {
        next(transaction, session, exchange).await?;
        return Ok(Claim::First);
    }
    let grace = exchange.grace_seconds * 1_000_000;
    Ok(match row.used_at {
        // Also when the other clock is ahead, but not by more than that: it may have been set back.
        Some(at) if now.abs_diff(at) <= grace.unsigned_abs() => Claim::Again,
        Some(_) => Claim::Reused,
        None => Claim::Expired,
    })
}

async fn next(
    transaction: &Transaction,
    session: SessionId,
    exchange: &Exchange,
) -> StoreResult<()> {
    insert(transaction, &exchange.next, session, exchange.idle_until).await?;
    usage::Entity::update_many()
        .col_expr(usage::Column::LastUsedAt, Expr::val(exchange.now.micros()))
        .col_expr(
            usage::Column::IdleUntil,
            Expr::val(exchange.idle_until.micros()),
        )
        .filter(usage::Column::SessionId.eq(session.0))
        .exec(transaction)
        .await?;
    Ok(())
}
