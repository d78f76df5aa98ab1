//! The table of sessions, and of how they are used.

use crate::{
    Store, StoreError, StoreResult,
    kernel::Lookup,
    shape,
    user::{realm, realm_of},
};
use domain::{
    Scope, SessionId, Time, UserId,
    session::{EndReason, Session, SessionsOf},
};
use sea_orm::{
    ActiveValue::Set,
    Condition, QueryOrder, QuerySelect, QueryTrait,
    entity::prelude::*,
    sea_query::{ExprTrait, SimpleExpr},
};
use std::collections::BTreeMap;

/// A session as a row; times are microseconds.
#[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
#[sea_orm(table_name = "sessions")]
pub struct Model {
    #[sea_orm(primary_key, auto_increment = false)]
    pub id: Uuid,
    pub user_id: Uuid,
    pub realm: Uuid,
    pub started_at: i64,
    pub expires_at: i64,
    pub ended_at: Option<i64>,
    pub end_reason: Option<String>,
    pub version: i64,
}

/// Required by SeaORM; no query follows a relation.
#[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
pub enum Relation {}

impl ActiveModelBehavior for ActiveModel {}

/// How sessions are used; not in the log.
pub(crate) mod usage {
    use sea_orm::entity::prelude::*;

    /// When and with what a session was used last; times are microseconds.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "session_uses")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub session_id: Uuid,
        pub last_used_at: i64,
        /// When it ends unless it is used again.
        pub idle_until: i64,
        pub user_agent: Option<String>,
        pub ip_address: Option<String>,
    }

    /// Required by SeaORM; no query follows a relation.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// When and with what a session was used last.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SessionUse {
    /// When.
    pub last_used_at: Time,
    /// When the session ends unless it is used again.
    pub idle_until: Time,
    /// What the client calls itself.
    pub user_agent: Option<String>,
    /// The address of the client.
    pub ip_address: Option<String>,
}

/// A session from its row, or what is wrong with the row.
pub(crate) fn state(row: Model) -> StoreResult<Session> {
    let ended = match (row.ended_at, row.end_reason.as_deref()) {
        (None, None) => None,
        (Some(at), Some(reason)) => {
            let reason = EndReason::parse(reason);
            let reason = reason.ok_or_else(|| StoreError::damaged("end of session", row.id))?;
            Some((Time::from_micros(at), reason))
        }
        _ => return Err(StoreError::damaged("end of session", row.id)),
    };
    Ok(Session {
        id: SessionId(row.id),
        user_id: UserId(row.user_id),
        realm: realm_of(row.realm),
        started_at: Time::from_micros(row.started_at),
        expires_at: Time::from_micros(row.expires_at),
        ended,
        version: row.version,
    })
}

/// The row of a session.
pub(crate) fn row(session: &Session) -> ActiveModel {
    ActiveModel {
        id: Set(session.id.0),
        user_id: Set(session.user_id.0),
        realm: Set(realm(session.realm)),
        started_at: Set(session.started_at.micros()),
        expires_at: Set(session.expires_at.micros()),
        ended_at: Set(session.ended.map(|(at, _)| at.micros())),
        end_reason: Set(session.ended.map(|(_, reason)| reason.as_str().to_owned())),
        version: Set(session.version),
    }
}

/// The column of the realm that a row belongs to, if there is one.
pub(crate) const REALM: Option<Column> = Some(Column::Realm);

impl Lookup for SessionsOf {
    fn condition(&self) -> SimpleExpr {
        Column::UserId.eq(self.0.0)
    }

    /// Without expired ones, which are many and need not be ended.
    fn rows(now: Time) -> Select<Entity> {
        lasting().filter(Column::ExpiresAt.gt(now.micros()))
    }
}

/// The sessions of these users that have not ended.
pub(crate) fn lasting() -> Select<Entity> {
    Entity::find().filter(Column::EndedAt.is_null())
}

/// How much longer it is kept than it has to be, in seconds: the replica that compares the rows with
/// the log may have another clock than the one that deletes them.
const MARGIN_SECONDS: i64 = 24 * 60 * 60;

/// Sessions that are forgotten in one statement.
const STEP: u64 = 500;

/// The sessions that ended at a time or before it.
fn over(by: Time) -> Condition {
    let never_ended = Column::EndedAt.is_null();
    Condition::any()
        .add(Column::EndedAt.lte(by.micros()))
        .add(never_ended.and(Column::ExpiresAt.lte(by.micros())))
}

/// The least id that is made at this time, since ids begin with the time at which they are made.
fn first_id(at: Time) -> Uuid {
    let millis = u64::try_from(at.micros() / 1000).unwrap_or(0);
    Uuid::from_u64_pair(millis << 16, 0)
}

/// Forgets with what and from where the sessions of a user were used.
pub(crate) async fn forget_origins(
    connection: &impl ConnectionTrait,
    user: UserId,
) -> StoreResult<()> {
    let of_user = Entity::find()
        .select_only()
        .column(Column::Id)
        .filter(Column::UserId.eq(user.0));
    usage::Entity::update_many()
        .col_expr(usage::Column::UserAgent, Expr::value(None::<String>))
        .col_expr(usage::Column::IpAddress, Expr::value(None::<String>))
        .filter(usage::Column::SessionId.in_subquery(of_user.into_query()))
        .exec(connection)
        .await?;
    Ok(())
}

impl Store {
    /// The session with this id, for authentication, which comes before any scope.
    pub async fn session(&self, id: SessionId) -> StoreResult<Option<Session>> {
        let row = Entity::find_by_id(id.0).one(&self.read).await?;
        row.map(state).transpose()
    }

    /// The sessions of the reader that last, the newest first, each with its use.
    pub async fn sessions(
        &self,
        now: Time,
        scope: Scope,
    ) -> StoreResult<Vec<(Session, SessionUse)>> {
        let Scope::Own(Some(user)) = scope else {
            return Ok(Vec::new());
        };
        let rows = lasting()
            .filter(Column::UserId.eq(user.0))
            .filter(Column::ExpiresAt.gt(now.micros()))
            .order_by_desc(Column::StartedAt)
            .limit(domain::session::MOST as u64)
            .all(&self.read)
            .await?;
        let mut uses = self.uses(rows.iter().map(|row| row.id), now).await?;
        let known = rows.into_iter().filter_map(|row| {
            let usage = uses.remove(&row.id)?;
            Some(state(row).map(|session| (session, usage)))
        });
        known.collect()
    }

    /// Forgets sessions that ended long ago. Gives how many.
    pub(crate) async fn forget_ended_sessions(&self, now: Time) -> StoreResult<u64> {
        let by = now.plus_seconds(-domain::session::KEPT_SECONDS - MARGIN_SECONDS);
        let mut forgotten = 0;
        loop {
            // None of them began later, and most that began so early have ended: no more than these
            // are looked at.
            let ids: Vec<Uuid> = Entity::find()
                .select_only()
                .column(Column::Id)
                .filter(Column::Id.lt(first_id(by)))
                .filter(over(by))
                .order_by_asc(Column::Id)
                .limit(STEP)
                .into_tuple()
                .all(&self.read)
                .await?;
            let found = ids.len() as u64;
            for ids in shape::lists(ids) {
                let old = Entity::delete_many()
                    .filter(Column::Id.is_in(ids))
                    .filter(over(by));
                forgotten += old.exec(&self.write).await?.rows_affected;
            }
            if found < STEP {
                return Ok(forgotten);
            }
        }
    }

    async fn uses(
        &self,
        ids: impl Iterator<Item = Uuid>,
        now: Time,
    ) -> StoreResult<BTreeMap<Uuid, SessionUse>> {
        let found = usage::Entity::find()
            .filter(usage::Column::SessionId.is_in(shape::list(ids)))
            .filter(usage::Column::IdleUntil.gt(now.micros()))
            .all(&self.read)
            .await?;
        let uses = found.into_iter().map(|row| {
            let usage = SessionUse {
                last_used_at: Time::from_micros(row.last_used_at),
                idle_until: Time::from_micros(row.idle_until),
                user_agent: row.user_agent,
                ip_address: row.ip_address,
            };
            (row.session_id, usage)
        });
        Ok(uses.collect())
    }
}
