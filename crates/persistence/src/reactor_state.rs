//! The tables of the reactors: who works for each, up to where it is done with each log, and what it
//! could not take.

use crate::{
    Store, StoreError, StoreResult,
    log::{LogId, event, head},
};
use domain::Time;
use sea_orm::{
    ActiveValue::Set, Condition, QueryOrder, QuerySelect, entity::prelude::*, sea_query::OnConflict,
};
use std::collections::BTreeMap;

/// Who works for a reactor, and until when nobody else does; times are microseconds.
mod lease {
    use sea_orm::entity::prelude::*;

    /// A lease as a row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reactor_leases")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub reactor: String,
        pub holder: Uuid,
        pub held_until: i64,
    }

    /// Required by SeaORM; no query follows a relation.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Up to where reactors are done with the logs.
pub(crate) mod cursor {
    use sea_orm::entity::prelude::*;

    /// A cursor as a row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "reactor_cursors")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub reactor: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub log_id: Uuid,
        pub position: i64,
    }

    /// Required by SeaORM; no query follows a relation.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// Events that a reactor could not take.
mod parked {
    use sea_orm::entity::prelude::*;

    /// A parked event as a row.
    #[derive(Clone, Debug, PartialEq, Eq, DeriveEntityModel)]
    #[sea_orm(table_name = "parked_events")]
    pub struct Model {
        #[sea_orm(primary_key, auto_increment = false)]
        pub reactor: String,
        #[sea_orm(primary_key, auto_increment = false)]
        pub log_id: Uuid,
        #[sea_orm(primary_key, auto_increment = false)]
        pub position: i64,
        pub reason: String,
        pub parked_at: i64,
    }

    /// Required by SeaORM; no query follows a relation.
    #[derive(Copy, Clone, Debug, EnumIter, DeriveRelation)]
    pub enum Relation {}

    impl ActiveModelBehavior for ActiveModel {}
}

/// How much longer than it lasts a lease may seem to last, in seconds: clocks of replicas that work
/// differ by less. One that ends later was set by a wrong clock and counts as over.
const APART_SECONDS: i64 = 10;

/// Places of events in one query; more would be too deep for SQLite.
const PLACES: usize = 200;

/// An event that a reactor could not take.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Parked {
    /// Its log.
    pub log: LogId,
    /// Its place there.
    pub position: i64,
    /// Why.
    pub reason: String,
    /// When that was.
    pub at: Time,
}

/// What a reactor has before it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Backlog {
    /// How many events.
    pub events: i64,
    /// When the oldest of them happened.
    pub oldest: Option<Time>,
}

/// A claim to be the one who works for a reactor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claimant {
    /// The reactor.
    pub reactor: &'static str,
    /// Who wants to work for it.
    pub holder: Uuid,
}

impl Store {
    /// Takes the lease of a reactor, or extends it. False while another replica holds it. A lease that
    /// ends later than one can last counts as over.
    pub async fn hold(&self, claimant: Claimant, now: Time, until: Time) -> StoreResult<bool> {
        let Claimant { reactor, holder } = claimant;
        let there = lease::Entity::find_by_id(reactor).one(&self.read).await?;
        let Some(there) = there else {
            return self.hold_first(claimant, until).await;
        };
        // A claimant that only waits for its end takes no lock.
        let latest = until.plus_seconds(APART_SECONDS).micros();
        let is_on = now.micros() < there.held_until && there.held_until <= latest;
        if there.holder != holder && is_on {
            return Ok(false);
        }
        let mine_or_over = Condition::any()
            .add(lease::Column::Holder.eq(holder))
            .add(lease::Column::HeldUntil.lte(now.micros()))
            .add(lease::Column::HeldUntil.gt(latest));
        let taken = lease::Entity::update_many()
            .col_expr(lease::Column::Holder, Expr::val(holder))
            .col_expr(lease::Column::HeldUntil, Expr::val(until.micros()))
            .filter(lease::Column::Reactor.eq(reactor))
            .filter(mine_or_over)
            .exec(&self.write)
            .await?;
        Ok(taken.rows_affected == 1)
    }

    async fn hold_first(&self, claimant: Claimant, until: Time) -> StoreResult<bool> {
        let first = lease::ActiveModel {
            reactor: Set(claimant.reactor.to_owned()),
            holder: Set(claimant.holder),
            held_until: Set(until.micros()),
        };
        let inserted = lease::Entity::insert(first).exec_without_returning(&self.write);
        match inserted.await.map_err(StoreError::from) {
            Ok(_) => Ok(true),
            // Another replica was first.
            Err(StoreError::Contended(_)) => Ok(false),
            Err(error) => Err(error),
        }
    }

    /// Gives the lease back, so that another need not wait for its end.
    pub async fn let_go(&self, claimant: Claimant, now: Time) -> StoreResult<()> {
        lease::Entity::update_many()
            .col_expr(lease::Column::HeldUntil, Expr::val(now.micros()))
            .filter(lease::Column::Reactor.eq(claimant.reactor))
            .filter(lease::Column::Holder.eq(claimant.holder))
            .exec(&self.write)
            .await?;
        Ok(())
    }

    /// Up to where a reactor is done with each log; with one that is not named it did not begin.
    pub async fn cursors(&self, reactor: &str) -> StoreResult<BTreeMap<LogId, i64>> {
        let rows = cursor::Entity::find().filter(cursor::Column::Reactor.eq(reactor));
        let rows = rows.all(&self.read).await?.into_iter();
        Ok(rows.map(|row| (LogId(row.log_id), row.position)).collect())
    }

    /// What a reactor has before it.
    pub async fn backlog(&self, reactor: &str) -> StoreResult<Backlog> {
        let done = self.cursors(reactor).await?;
        let heads = head::Entity::find().all(&self.read).await?;
        let mut backlog = Backlog::default();
        let mut next = Vec::new();
        for head in heads {
            let at = done.get(&LogId(head.log_id)).copied().unwrap_or(0);
            if head.position > at {
                backlog.events += head.position - at;
                next.push((head.log_id, at + 1));
            }
        }
        for chunk in next.chunks(PLACES) {
            let oldest = self.oldest(chunk).await?;
            backlog.oldest = backlog.oldest.into_iter().chain(oldest).min();
        }
        Ok(backlog)
    }

    /// When the first of the events at these places happened.
    async fn oldest(&self, places: &[(Uuid, i64)]) -> StoreResult<Option<Time>> {
        let mut any = Condition::any();
        for (log, position) in places {
            let here = Condition::all()
                .add(event::Column::LogId.eq(*log))
                .add(event::Column::Position.eq(*position));
            any = any.add(here);
        }
        let times: Vec<i64> = event::Entity::find()
            .select_only()
            .column(event::Column::OccurredAt)
            .filter(any)
            .into_tuple()
            .all(&self.read)
            .await?;
        Ok(times.into_iter().min().map(Time::from_micros))
    }

    /// The reactor is done with a log up to a position; what it could not take on the way is kept.
    /// False, and nothing done, when the lease is not the claimant's any more.
    pub async fn advance(
        &self,
        claimant: Claimant,
        log: LogId,
        position: i64,
        parked: &[Parked],
        now: Time,
    ) -> StoreResult<bool> {
        let transaction = self.write.begin_write().await?;
        // It changes nothing and locks the lease, so that nobody takes it before this is committed.
        let held = lease::Entity::update_many()
            .col_expr(lease::Column::Holder, Expr::val(claimant.holder))
            .filter(lease::Column::Reactor.eq(claimant.reactor))
            .filter(lease::Column::Holder.eq(claimant.holder))
            .filter(lease::Column::HeldUntil.gt(now.micros()))
            .exec(&transaction)
            .await?;
        if held.rows_affected == 0 {
            transaction.rollback().await?;
            return Ok(false);
        }
        park(&transaction, claimant.reactor, parked).await?;
        set(&transaction, claimant.reactor, log, position).await?;
        transaction.commit().await?;
        Ok(true)
    }

    /// What a reactor could not take, newest first.
    pub async fn parked(&self, reactor: &str, limit: u64) -> StoreResult<Vec<Parked>> {
        let rows = parked::Entity::find()
            .filter(parked::Column::Reactor.eq(reactor))
            .order_by_desc(parked::Column::ParkedAt)
            .limit(limit)
            .all(&self.read)
            .await?;
        let rows = rows.into_iter().map(|row| Parked {
            log: LogId(row.log_id),
            position: row.position,
            reason: row.reason,
            at: Time::from_micros(row.parked_at),
        });
        Ok(rows.collect())
    }
}

/// Keeps what a reactor could not take, and why it could not the last time.
pub(crate) async fn park(
    connection: &impl ConnectionTrait,
    reactor: &str,
    events: &[Parked],
) -> StoreResult<()> {
    use parked::Column;
    for event in events {
        let row = parked::ActiveModel {
            reactor: Set(reactor.to_owned()),
            log_id: Set(event.log.0),
            position: Set(event.position),
            reason: Set(event.reason.clone()),
            parked_at: Set(event.at.micros()),
        };
        let again = OnConflict::columns([Column::Reactor, Column::LogId, Column::Position])
            .update_columns([Column::Reason, Column::ParkedAt])
            .to_owned();
        parked::Entity::insert(row)
            .on_conflict(again)
            .exec_without_returning(connection)
            .await?;
    }
    Ok(())
}

/// The reactor is done with the log up to the position; a cursor that is further stays there.
pub(crate) async fn set(
    connection: &impl ConnectionTrait,
    reactor: &str,
    log: LogId,
    position: i64,
) -> StoreResult<()> {
    use cursor::Column;
    let moved = cursor::Entity::update_many()
        .col_expr(Column::Position, Expr::val(position))
        .filter(Column::Reactor.eq(reactor))
        .filter(Column::LogId.eq(log.0))
        .filter(Column::Position.lt(position))
        .exec(connection)
        .await?;
    if moved.rows_affected > 0 {
        return Ok(());
    }
    let there = cursor::Entity::find_by_id((reactor.to_owned(), log.0));
    if there.one(connection).await?.is_some() {
        return Ok(());
    }
    let first = cursor::ActiveModel {
        reactor: Set(reactor.to_owned()),
        log_id: Set(log.0),
        position: Set(position),
    };
    cursor::Entity::insert(first)
        .exec_without_returning(connection)
        .await?;
    Ok(())
}
