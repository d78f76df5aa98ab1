//! The log: heads, append, read. The only place that opens a write transaction.

mod access;
mod callers;
mod chain;
mod entity;
mod feed;
mod heads;
mod history;
mod personal;
mod readable;

pub use access::AccessChange;
pub use chain::Hash;
pub(crate) use chain::{complete, unchained};
pub use feed::{EventFilter, Events, Mark, Recorded};
pub use heads::{Head, LogEnd};
pub use readable::Readable;

pub(crate) use entity::{event, head};
pub(crate) use feed::{Entry, Place, after as feed_after};
pub(crate) use history::{fold, happened_after};
pub(crate) use personal::erase;

use crate::{
    KeptAnswer, SideRecord, Store, StoreError, StoreResult, connection::Transaction, idempotency,
    kernel, reads::Snapshot, shape, side_record, tally, user,
};
use domain::{
    ApiKeyId, Event, Fact, Need, Realm, StationId, Time, UserId, WorkingSet, kernel::Changes,
};
use sea_orm::{AccessMode, DbBackend, IntoActiveModel, IsolationLevel, entity::prelude::*};
use serde_json::Value;
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// Which log: one for each organization, and one for the platform.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct LogId(pub Uuid);

impl LogId {
    /// The log of the platform.
    pub const PLATFORM: Self = Self(Uuid::nil());

    /// The log of the realm.
    pub fn of(realm: Realm) -> Self {
        Self(user::realm(realm))
    }

    /// The realm whose log it is.
    pub fn realm(self) -> Realm {
        user::realm_of(self.0)
    }
}

impl fmt::Display for LogId {
    /// The id of the organization, or `platform`.
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match *self {
            Self::PLATFORM => out.write_str("platform"),
            Self(organization) => organization.fmt(out),
        }
    }
}

/// An event to append: a fact with all that is known about it.
#[derive(Clone, Debug, PartialEq)]
pub struct NewEvent {
    /// The id of the event.
    pub id: Uuid,
    /// What happened to what.
    pub fact: Fact,
    /// The version that the resource has with it.
    pub version: i64,
    /// The person who caused it, itself or through a key.
    pub actor: Option<UserId>,
    /// The key through which it was caused.
    pub actor_key: Option<ApiKeyId>,
    /// The organization of the caller who caused it.
    pub caused_by: Realm,
    /// Whose log it is in.
    pub realm: Realm,
    /// The organization that it is about.
    pub organization: Realm,
    /// The station that it is about.
    pub station: Option<StationId>,
    /// The request that caused it.
    pub request_id: Option<String>,
    /// When it happened.
    pub occurred_at: Time,
}

/// A write that holds the heads of one or several logs. Dropped without [`Write::commit`], nothing
/// happened.
pub struct Write {
    heads: BTreeMap<LogId, Head>,
    appended: BTreeMap<Realm, u64>,
    transaction: Transaction,
}

impl Store {
    /// Begins a write. Its first statements lock the heads of the logs, in ascending order so that no
    /// two writes wait for each other: that lock is `BEGIN IMMEDIATE` on SQLite and `SELECT … FOR
    /// UPDATE` elsewhere. A read before that could lead to lost updates.
    ///
    /// # Errors
    /// [`StoreError::Unchained`] for a log that has to be chained first: with a hash after events
    /// that have none, they could not be chained any more.
    pub async fn begin_write(&self, logs: &BTreeSet<LogId>) -> StoreResult<Write> {
        let write = self.hold_heads(logs).await?;
        let unchained = write.heads.iter().find(|(_, head)| !head.is_chained());
        let Some(log) = unchained.map(|(log, _)| *log) else {
            return Ok(write);
        };
        write.rollback().await?;
        Err(StoreError::Unchained(log.is_not_chained()))
    }

    /// The same, whether the logs are chained or not.
    async fn hold_heads(&self, logs: &BTreeSet<LogId>) -> StoreResult<Write> {
        let transaction = self.write.begin_write().await?;
        let mut heads = BTreeMap::new();
        for log in logs {
            let head = match heads::lock(&transaction, *log).await? {
                Some(head) => head,
                None => heads::create(&transaction, *log).await?,
            };
            heads.insert(*log, head);
        }
        Ok(Write {
            heads,
            appended: BTreeMap::new(),
            transaction,
        })
    }

    /// A transaction that sees one moment of the whole database and changes nothing.
    pub(crate) async fn snapshot(&self) -> StoreResult<Snapshot> {
        let (isolation, access) = match self.read.get_database_backend() {
            DbBackend::Sqlite => (None, None),
            _ => (
                Some(IsolationLevel::RepeatableRead),
                Some(AccessMode::ReadOnly),
            ),
        };
        Ok(self.read.snapshot(isolation, access).await?)
    }

    /// Whether the log knows of a resource, even of one that is gone.
    pub async fn has_history(&self, resource: Uuid) -> StoreResult<bool> {
        let found = event::Entity::find().filter(event::Column::StreamId.eq(resource));
        Ok(found.one(&self.read).await?.is_some())
    }

    /// Whether an event is in the log, to learn what became of a commit that gave no answer. The
    /// commit may still be under way on its old connection: holding the head waits for its end.
    pub async fn has_event(&self, log: LogId, id: Uuid) -> StoreResult<bool> {
        let write = self.begin_write(&BTreeSet::from([log])).await?;
        let found = event::Entity::find().filter(event::Column::EventId.eq(id));
        let found = found.one(write.connection()).await?.is_some();
        write.rollback().await?;
        Ok(found)
    }
}

impl Write {
    /// Where the logs ended when the write began, or where they end with what was appended.
    pub const fn heads(&self) -> &BTreeMap<LogId, Head> {
        &self.heads
    }

    /// The bytes of the events that were appended, by the organization of the caller who caused them.
    pub const fn appended(&self) -> &BTreeMap<Realm, u64> {
        &self.appended
    }

    /// Loads the answers to the needs into the working set.
    pub async fn load(&self, set: &mut WorkingSet, needs: &[Need], now: Time) -> StoreResult<()> {
        kernel::load(&self.transaction, set, needs, now).await
    }

    /// The kept answers for these (actor, key).
    pub async fn kept_answers(
        &self,
        keys: &[(Uuid, String)],
        now: Time,
    ) -> StoreResult<Vec<KeptAnswer>> {
        idempotency::find(&self.transaction, keys, now).await
    }

    /// Appends events, each to the log of its realm, and writes the rows that they changed.
    pub async fn append(
        &mut self,
        events: &[NewEvent],
        set: &WorkingSet,
        changes: &Changes,
    ) -> StoreResult<()> {
        if events.is_empty() {
            return Ok(());
        }
        let before = self.heads.clone();
        let keys = personal::Keys::to_write(&self.transaction, events).await?;
        let mut rows = Vec::with_capacity(events.len());
        for new in events {
            let log = LogId::of(new.realm);
            let Some(head) = self.heads.get_mut(&log) else {
                return Err(StoreError::damaged(
                    "event for a log that is not held",
                    log.0,
                ));
            };
            let mut row = row(log, head.position + 1, new, &keys)?;
            head.take(&row);
            row.hash = head.hash.to_string();
            *self.appended.entry(new.caused_by).or_default() += feed::bytes(&row) as u64;
            rows.push(row.into_active_model());
        }
        for part in shape::parts(rows) {
            let expected = part.len() as u64;
            let inserted = event::Entity::insert_many(part)
                .exec_without_returning(&self.transaction)
                .await?;
            if inserted != expected {
                return Err(StoreError::damaged("events appended", inserted));
            }
        }
        kernel::write(&self.transaction, set, &changes.touched).await?;
        tally::add(&self.transaction, &changes.tallies).await?;
        self.move_heads(&before).await
    }

    /// Keeps answers for requests that come again.
    pub async fn keep_answers(&self, answers: &[KeptAnswer]) -> StoreResult<()> {
        idempotency::keep(&self.transaction, answers).await
    }

    /// Writes the side records of the facts.
    pub async fn keep_side_records(&self, side_records: &[SideRecord]) -> StoreResult<()> {
        side_record::write(&self.transaction, side_records).await
    }

    /// Commits.
    pub async fn commit(self) -> StoreResult<()> {
        self.transaction.commit().await
    }

    /// Rolls back at once rather than when the connection is used again.
    pub async fn rollback(self) -> StoreResult<()> {
        self.transaction.rollback().await
    }

    /// The transaction, for what is read or written under the lock.
    pub(crate) const fn connection(&self) -> &Transaction {
        &self.transaction
    }

    /// Makes every writer discard what it remembers of the tables.
    pub(crate) async fn begin_epoch(&mut self) -> StoreResult<()> {
        for (log, head) in &mut self.heads {
            head.epoch += 1;
            head::Entity::update_many()
                .col_expr(head::Column::Epoch, Expr::val(head.epoch))
                .filter(head::Column::LogId.eq(log.0))
                .exec(&self.transaction)
                .await?;
        }
        Ok(())
    }

    async fn move_heads(&mut self, before: &BTreeMap<LogId, Head>) -> StoreResult<()> {
        let joint = i64::from(self.heads.len() > 1);
        for (log, head) in &mut self.heads {
            let Some(before) = before.get(log) else {
                continue;
            };
            head.joint_writes += joint;
            if head == before {
                continue;
            }
            let moved = head::Entity::update_many()
                .col_expr(head::Column::Position, Expr::val(head.position))
                .col_expr(head::Column::JointWrites, Expr::val(head.joint_writes))
                .col_expr(head::Column::Hash, Expr::val(head.hash.to_string()))
                .col_expr(head::Column::Bytes, Expr::val(head.bytes))
                .filter(head::Column::LogId.eq(log.0))
                .filter(head::Column::Position.eq(before.position))
                .exec(&self.transaction)
                .await?;
            if moved.rows_affected != 1 {
                return Err(StoreError::damaged("head of log", log.0));
            }
        }
        Ok(())
    }
}

/// The row of an event, without its hash.
fn row(
    log: LogId,
    position: i64,
    new: &NewEvent,
    keys: &personal::Keys,
) -> StoreResult<event::Model> {
    let (event_type, mut data) = written(&new.fact.event)?;
    keys.seal(&new.fact, new.id, &mut data)?;
    Ok(event::Model {
        log_id: log.0,
        position,
        event_id: new.id,
        stream_id: new.fact.id,
        stream_version: new.version,
        event_type,
        schema_version: Event::SCHEMA_VERSION,
        actor_id: new.actor.map(|id| id.0),
        actor_key_id: new.actor_key.map(|id| id.0),
        organization_id: new.organization.map(|id| id.0),
        station_id: new.station.map(|id| id.0),
        request_id: new.request_id.clone(),
        occurred_at: new.occurred_at.micros(),
        data: data.to_string(),
        hash: String::new(),
    })
}

/// An event as its type and its data.
fn written(event: &Event) -> StoreResult<(String, Value)> {
    let damaged = |error: serde_json::Error| StoreError::damaged("event", error);
    let mut value = serde_json::to_value(event).map_err(damaged)?;
    let data = value["data"].take();
    match value["type"].take() {
        Value::String(event_type) => Ok((event_type, data)),
        other => Err(StoreError::damaged("type of event", other)),
    }
}
