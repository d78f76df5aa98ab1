//! The chain of hashes over a log. Each event is hashed together with the hash before it, so the last
//! one stands for every byte of the log and for its order.

use super::{
    Head, LogId, Write,
    entity::{event, head},
    personal::Keys,
};
use crate::{Store, StoreError, StoreResult, store::patiently};
use domain::{Event, Fact, Holder};
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};
use serde_json::{Value, json};
use sha2::{Digest, Sha256};
use std::{
    collections::{BTreeMap, BTreeSet},
    fmt,
};

/// The hash of an event and of all that came before it in its log.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct Hash([u8; 32]);

impl Hash {
    /// What stands before the first event.
    pub const START: Self = Self([0; 32]);

    /// Its first 16 digits, enough to distinguish hashes.
    pub fn mark(self) -> String {
        self.to_string().chars().take(16).collect()
    }

    /// From hexadecimal digits; the start when there are none.
    pub(crate) fn parse(text: &str) -> Option<Self> {
        if text.is_empty() {
            return Some(Self::START);
        }
        let mut bytes = [0; 32];
        if text.len() != 64 || !text.is_ascii() {
            return None;
        }
        for (byte, digits) in bytes.iter_mut().zip(text.as_bytes().chunks(2)) {
            *byte = u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok()?;
        }
        Some(Self(bytes))
    }
}

/// Hexadecimal digits.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Hash({self})")
    }
}

/// The hash of the row after that one. Every field goes in with its length, so that no two rows give
/// the same bytes.
pub(super) fn link(before: Hash, row: &event::Model) -> Hash {
    let mut hash = Sha256::new();
    hash.update(b"quartermaster event 1");
    hash.update(before.0);
    hash.update(row.log_id);
    hash.update(row.position.to_be_bytes());
    hash.update(row.event_id);
    hash.update(row.stream_id);
    hash.update(row.stream_version.to_be_bytes());
    hash.update(row.schema_version.to_be_bytes());
    hash.update(row.occurred_at.to_be_bytes());
    for id in [
        row.actor_id,
        row.actor_key_id,
        row.organization_id,
        row.station_id,
    ] {
        optional(&mut hash, id.as_ref().map(|id| id.as_bytes().as_slice()));
    }
    optional(&mut hash, row.request_id.as_deref().map(str::as_bytes));
    optional(&mut hash, Some(row.event_type.as_bytes()));
    optional(&mut hash, Some(row.data.as_bytes()));
    Hash(hash.finalize().into())
}

fn optional(hash: &mut Sha256, field: Option<&[u8]>) {
    match field {
        None => hash.update([0]),
        Some(bytes) => {
            hash.update([1]);
            hash.update((bytes.len() as u64).to_be_bytes());
            hash.update(bytes);
        }
    }
}

impl Head {
    /// Whether the chain reaches it. A log from before there was a chain has events and no hash.
    pub(super) fn is_chained(&self) -> bool {
        self.position == 0 || self.hash != Hash::START
    }
}

impl LogId {
    /// That it has to be chained before anything is written to it.
    pub(crate) fn is_not_chained(self) -> String {
        format!("the log {} is not chained", self.0)
    }
}

/// Rows that are chained at a time.
const PAGE: u64 = 1000;

/// The logs that were written before there was a chain and that nobody has chained yet.
pub(crate) async fn unchained(store: &Store) -> StoreResult<Vec<LogId>> {
    let heads = head::Entity::find()
        .filter(head::Column::Position.gt(0))
        .filter(head::Column::Hash.eq(""))
        .order_by_asc(head::Column::LogId);
    let heads = heads.all(&store.read).await?.into_iter();
    Ok(heads.map(|head| LogId(head.log_id)).collect())
}

/// Chains logs that were written before there was a chain, and seals the personal data in them. A log
/// that cannot be chained does not stop the others.
pub(crate) async fn complete(store: &Store) -> StoreResult<()> {
    let mut failed = Vec::new();
    for log in unchained(store).await? {
        match patiently(async || complete_one(store, log).await).await {
            Ok(()) => {}
            Err(error @ StoreError::Unavailable(_)) => return Err(error),
            Err(error) => failed.push(format!("the log {} could not be chained: {error}", log.0)),
        }
    }
    match failed.is_empty() {
        true => Ok(()),
        false => Err(StoreError::Unchained(failed.join("; "))),
    }
}

async fn complete_one(store: &Store, log: LogId) -> StoreResult<()> {
    let mut write = store.hold_heads(&BTreeSet::from([log])).await?;
    if let Err(error) = chain(&mut write, log).await {
        // At once: others wait for the head. Where the connection broke, the database has done it.
        let _ = write.rollback().await;
        return Err(error);
    }
    write.commit().await
}

async fn chain(write: &mut Write, log: LogId) -> StoreResult<()> {
    let Some(head) = write.heads.get(&log).copied() else {
        return Ok(());
    };
    if head.is_chained() {
        // Another replica was first.
        return Ok(());
    }
    tracing::info!(log = %log.0, events = head.position, "chaining a log");
    let mut chained = Head {
        position: 0,
        bytes: 0,
        ..head
    };
    let mut stations = BTreeMap::new();
    while chained.position < head.position {
        let rows = event::Entity::find()
            .filter(event::Column::LogId.eq(log.0))
            .filter(event::Column::Position.gt(chained.position))
            .order_by_asc(event::Column::Position)
            .limit(PAGE)
            .all(write.connection())
            .await?;
        if rows.is_empty() {
            let missing = format_args!("{} after position {}", log.0, chained.position);
            return Err(StoreError::damaged("log", missing));
        }
        chain_rows(write, rows, &mut chained, &mut stations).await?;
    }
    let before = BTreeMap::from([(log, head)]);
    write.heads.insert(log, chained);
    write.move_heads(&before).await
}

async fn chain_rows(
    write: &Write,
    rows: Vec<event::Model>,
    head: &mut Head,
    stations: &mut BTreeMap<Uuid, Uuid>,
) -> StoreResult<()> {
    let connection = write.connection();
    let facts: Vec<(Fact, Value)> = rows.iter().map(decode).collect::<StoreResult<_>>()?;
    let keys = Keys::for_facts(connection, facts.iter().map(|(fact, _)| fact)).await?;
    for (mut row, (fact, mut data)) in rows.into_iter().zip(facts) {
        if let Some(station) = station(&fact.event, fact.id) {
            stations.insert(fact.id, station);
        }
        row.station_id = stations.get(&fact.id).copied();
        keys.seal(&fact, row.event_id, &mut data)?;
        row.data = data.to_string();
        head.take(&row);
        event::Entity::update_many()
            .col_expr(event::Column::StationId, Expr::value(row.station_id))
            .col_expr(event::Column::Data, Expr::value(row.data))
            .col_expr(event::Column::Hash, Expr::value(head.hash.to_string()))
            .filter(event::Column::LogId.eq(row.log_id))
            .filter(event::Column::Position.eq(row.position))
            .exec(connection)
            .await?;
    }
    Ok(())
}

fn decode(row: &event::Model) -> StoreResult<(Fact, Value)> {
    let damaged = |error| {
        let id = row.event_id;
        StoreError::damaged("data of event", format_args!("{id}: {error}"))
    };
    let data: Value = serde_json::from_str(&row.data).map_err(damaged)?;
    let tagged = json!({"type": row.event_type, "data": data});
    let event: Event = serde_json::from_value(tagged).map_err(damaged)?;
    Ok((event.of(row.stream_id), data))
}

/// The station that a resource has from its making on.
fn station(event: &Event, id: Uuid) -> Option<Uuid> {
    match event {
        Event::StationCreated(_) => Some(id),
        Event::UserCreated(new) => new.station_id.map(|id| id.0),
        Event::AssignmentCreated(new) => match new.holder {
            Holder::Station(station) => Some(station.0),
            Holder::User(_) => None,
        },
        _ => None,
    }
}
