//! Where logs end. The lock of a head is the lock of its log.

use super::{Hash, LogId, chain::link, event, feed::bytes, head};
use crate::{Store, StoreError, StoreResult, connection::Transaction};
use sea_orm::{ActiveValue::Set, DbBackend, QuerySelect, entity::prelude::*};
use std::collections::BTreeMap;

/// Where a log ends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Head {
    /// The position of the last event; 0 in an empty log.
    pub position: i64,
    /// Changes when the tables were made again: what a writer remembers of them is outdated then,
    /// although the position is the same.
    pub epoch: i64,
    /// Writes over this log and others. Such a write may change what is remembered of this log
    /// without an event in it.
    pub joint_writes: i64,
    /// The hash of the last event.
    pub hash: Hash,
    /// About how many bytes the events take.
    pub bytes: i64,
}

/// Where a log ends, as far as that can be read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LogEnd {
    /// The position of the last event.
    pub position: i64,
    /// The head; none when it is damaged, or a newer version wrote it.
    pub head: Option<Head>,
}

impl Head {
    pub(super) const NEW: Self = Self {
        position: 0,
        epoch: 1,
        joint_writes: 0,
        hash: Hash::START,
        bytes: 0,
    };
}

impl Store {
    /// Where the log ends now.
    pub async fn head(&self, log: LogId) -> StoreResult<Head> {
        let row = head::Entity::find_by_id(log.0).one(&self.read).await?;
        row.map_or(Ok(Head::NEW), Head::of)
    }

    /// Every log that has begun, the platform's first, but for those whose heads cannot be read.
    pub async fn logs(&self) -> StoreResult<BTreeMap<LogId, Head>> {
        let ends = self.log_ends().await?.into_iter();
        Ok(ends
            .filter_map(|(log, end)| Some((log, end.head?)))
            .collect())
    }

    /// Where every log that has begun ends. Also when some of the heads are damaged.
    pub async fn log_ends(&self) -> StoreResult<BTreeMap<LogId, LogEnd>> {
        let rows = head::Entity::find().all(&self.read).await?;
        let ends = rows.into_iter().map(|row| {
            let (log, position) = (LogId(row.log_id), row.position);
            let head = Head::of(row).ok();
            (log, LogEnd { position, head })
        });
        Ok(ends.collect())
    }
}

impl Head {
    /// Makes this event the last one. Its own hash column is ignored.
    pub(super) fn take(&mut self, last: &event::Model) {
        self.position = last.position;
        self.hash = link(self.hash, last);
        self.bytes += (bytes(last) as u64).cast_signed();
    }

    pub(super) fn of(row: head::Model) -> StoreResult<Self> {
        let hash = Hash::parse(&row.hash);
        Ok(Self {
            position: row.position,
            epoch: row.epoch,
            joint_writes: row.joint_writes,
            hash: hash.ok_or_else(|| StoreError::damaged("hash of the head", row.log_id))?,
            bytes: row.bytes,
        })
    }
}

/// Holds the head of a log; none when the log has not begun.
pub(super) async fn lock(transaction: &Transaction, log: LogId) -> StoreResult<Option<Head>> {
    let query = head::Entity::find_by_id(log.0);
    let query = match transaction.get_database_backend() {
        DbBackend::Sqlite => query,
        _ => query.lock_exclusive(),
    };
    let found = query
        .one(transaction)
        .await
        .map_err(|error| match error.into() {
            // It takes long only when it waits: first behind others that wait, then for the holder.
            StoreError::TooSlow(cause) => StoreError::Contended(cause),
            error => error,
        });
    found?.map(Head::of).transpose()
}

/// A log begins with its first write. When another writer begins it at the same moment, the
/// insert of one fails on the primary key, which counts as a lost race.
pub(super) async fn create(transaction: &Transaction, log: LogId) -> StoreResult<Head> {
    let row = head::ActiveModel {
        log_id: Set(log.0),
        position: Set(Head::NEW.position),
        epoch: Set(Head::NEW.epoch),
        joint_writes: Set(Head::NEW.joint_writes),
        hash: Set(String::new()),
        bytes: Set(Head::NEW.bytes),
    };
    match head::Entity::insert(row)
        .exec_without_returning(transaction)
        .await
    {
        Ok(_) => Ok(Head::NEW),
        Err(error) => Err(StoreError::Contended(error)),
    }
}
