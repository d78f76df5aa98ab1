//! Reading the log.

use super::{Hash, LogId, chain, event, personal::Keys};
use crate::{
    Store, StoreError, StoreResult,
    query::{Filters, Missing, Stored, Terms, fields, filters},
};
use domain::{ApiKeyId, Event, Fact, OrganizationId, ResourceKind, Scope, StationId, Time, UserId};
use sea_orm::{QueryOrder, QuerySelect, entity::prelude::*};
use serde_json::{Value, json};

/// An event as it stands in the log.
#[derive(Clone, Debug, PartialEq)]
pub struct Recorded {
    /// Its place in the log, from 1, without gaps.
    pub position: i64,
    /// Its id.
    pub id: Uuid,
    /// What happened, for example `user.created`.
    pub event_type: String,
    /// The version of the shape of the data.
    pub schema_version: i32,
    /// The id of the resource.
    pub resource_id: Uuid,
    /// The version that the resource has with it.
    pub version: i64,
    /// The person who caused it, itself or through a key.
    pub actor: Option<UserId>,
    /// The key through which it was caused. With neither, it was the service itself.
    pub actor_key: Option<ApiKeyId>,
    /// The organization that it belongs to.
    pub organization: Option<OrganizationId>,
    /// The station that it is about.
    pub station: Option<StationId>,
    /// The request that caused it.
    pub request_id: Option<String>,
    /// When it happened.
    pub occurred_at: Time,
    /// Its data.
    pub data: Value,
    /// The hash of the event and of all before it.
    pub hash: Hash,
}

impl Recorded {
    /// The kind of resource that it happened to.
    pub fn kind(&self) -> Option<ResourceKind> {
        ResourceKind::of_event_type(&self.event_type)
    }

    /// The fact that it records.
    pub fn fact(&self) -> StoreResult<Fact> {
        let tagged = json!({"type": self.event_type, "data": self.data});
        let event: Event = serde_json::from_value(tagged)
            .map_err(|error| StoreError::damaged("event", format_args!("{}: {error}", self.id)))?;
        Ok(event.of(self.resource_id))
    }
}

impl Stored for Recorded {
    type Entity = event::Entity;
}

fields! { Recorded:
    TYPE = "types" at event::Column::EventType, |one| one.event_type.as_str(), fixed;
    RESOURCE = "resource" at event::Column::StreamId, |one| one.resource_id, fixed;
    ACTOR = "actor" at event::Column::ActorId, |one| one.actor, missing(Missing::First), fixed;
    ORGANIZATION = "organizationId" at event::Column::OrganizationId,
        |one| one.organization, missing(Missing::First), fixed;
    STATION = "stationId" at event::Column::StationId,
        |one| one.station, missing(Missing::First), fixed;
    REQUEST = "requestId" at event::Column::RequestId,
        |one| one.request_id.as_deref(), missing(Missing::First), fixed;
    TIME = "occurredAt" at event::Column::OccurredAt, |one| one.occurred_at, fixed;
}

filters! {
    /// Which events to read.
    EventFilter of Recorded {
        /// Of one of these types; empty is all.
        types: Vec<String> => TYPE.equal(),
        /// About resources of this kind.
        kind: Option<ResourceKind> => TYPE.begins().named("resource"),
        /// About this resource.
        resource: Option<Uuid> => RESOURCE.equal(),
        /// Caused by this user.
        actor: Option<UserId> => ACTOR.equal(),
        /// About this station, its operators or its seats.
        station: Option<StationId> => STATION.equal(),
        /// Caused by this request.
        request_id: Option<String> => REQUEST.equal(),
        /// At this time or later.
        from: Option<Time> => TIME.from().named("from"),
        /// Before this time.
        to: Option<Time> => TIME.before().named("to"),
    }
}

impl Recorded {
    /// What a reader with this scope sees.
    pub fn visible(scope: Scope) -> Terms<Self> {
        match scope {
            Scope::Everything => Terms::all(),
            Scope::Organization(id) => ORGANIZATION.is(id),
            Scope::Station(_, id) => STATION.is(id),
            Scope::Own(Some(id)) => ACTOR.is(id),
            Scope::Own(None) => Terms::nothing(ACTOR),
        }
    }
}

/// The most bytes of events that are read at a time, as they are stored: data and other columns. In
/// memory they take several times as much.
pub(crate) const PART_BYTES: usize = 1024 * 1024;

/// What the columns of an event take beside its data, in bytes.
const BESIDE_DATA: usize = 256;

/// The bytes of an event.
pub(crate) fn bytes(row: &event::Model) -> usize {
    row.data.len() + BESIDE_DATA
}

/// Events that were read at a time.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Events {
    /// At least one where there is one, and at most about a megabyte.
    pub read: Vec<Recorded>,
    /// Whether fewer than asked for were read because they are large.
    pub is_cut: bool,
}

impl Store {
    /// Events of a log after a position, oldest first: as many as asked for, or fewer large ones.
    ///
    /// # Errors
    /// Also when one of them is damaged; the error says which.
    pub async fn events(
        &self,
        log: LogId,
        after: i64,
        limit: u64,
        filter: &EventFilter,
        scope: Scope,
    ) -> StoreResult<Events> {
        let terms = Recorded::visible(scope).and(filter.terms());
        let query = terms.select(page(log, after, limit), self.read.get_database_backend());
        let (rows, is_cut) = self.read.within(query, PART_BYTES, bytes).await?;
        let keys = self.keys(&rows).await?;
        let mut read = Vec::with_capacity(rows.len());
        for row in rows {
            let position = row.position;
            let event = self.opened(row, keys.as_ref()).await;
            read.push(event.map_err(|error| placed(error, log, position))?);
        }
        Ok(Events { read, is_cut })
    }
}

/// How far clocks of replicas may have mixed up the times of a log, in events.
const NEARBY: i64 = 1000;

impl Store {
    /// The position before the first event of a log since a time; none when there is none. Replicas
    /// differ in what time it is, so that an event may be in the log before one that was earlier.
    pub async fn position_before(&self, log: LogId, since: Time) -> StoreResult<Option<i64>> {
        let of_log = || {
            event::Entity::find()
                .select_only()
                .column(event::Column::Position)
                .filter(event::Column::LogId.eq(log.0))
                .filter(event::Column::OccurredAt.gte(since.micros()))
        };
        // By the index on times.
        let earliest = of_log().order_by_asc(event::Column::OccurredAt);
        let Some(found) = earliest.into_tuple::<i64>().one(&self.read).await? else {
            return Ok(None);
        };
        let first = of_log()
            .filter(event::Column::Position.between(found - NEARBY, found))
            .order_by_asc(event::Column::Position);
        let first: Option<i64> = first.into_tuple().one(&self.read).await?;
        Ok(Some(first.unwrap_or(found) - 1))
    }

    /// The hash at a position of a log, when there is an event.
    pub async fn hash_at(&self, log: LogId, position: i64) -> StoreResult<Option<Hash>> {
        let row = event::Entity::find_by_id((log.0, position))
            .one(&self.read)
            .await?;
        Ok(row.and_then(|row| Hash::parse(&row.hash)))
    }
}

/// An event without its data.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Mark {
    /// Its place in the log.
    pub position: i64,
    /// Its id.
    pub id: Uuid,
    /// What happened.
    pub event_type: String,
}

impl Store {
    /// The events of a log after a position, oldest first, without their data: also those that cannot
    /// be read.
    pub async fn event_marks(&self, log: LogId, after: i64, most: u64) -> StoreResult<Vec<Mark>> {
        let rows: Vec<(i64, Uuid, String)> = page(log, after, most)
            .select_only()
            .column(event::Column::Position)
            .column(event::Column::EventId)
            .column(event::Column::EventType)
            .into_tuple()
            .all(&self.read)
            .await?;
        let rows = rows.into_iter().map(|(position, id, event_type)| Mark {
            position,
            id,
            event_type,
        });
        Ok(rows.collect())
    }
}

/// A place in a log, and the hash there.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub position: i64,
    pub hash: Hash,
}

impl Place {
    /// Before the first event.
    pub const START: Self = Self {
        position: 0,
        hash: Hash::START,
    };
}

/// An event of a log, as far as it can be read.
pub(crate) struct Entry {
    pub position: i64,
    /// Whether its hash fits it and the event before it.
    pub fits: bool,
    pub recorded: StoreResult<Recorded>,
}

/// Events of a log after a place, without a scope: for the fold of the whole log. The place moves
/// along.
pub(crate) async fn after(
    connection: &impl ConnectionTrait,
    log: LogId,
    place: &mut Place,
    limit: u64,
) -> StoreResult<Vec<Entry>> {
    let rows = page(log, place.position, limit).all(connection).await?;
    let keys = Keys::to_read(connection, &rows).await?;
    let mut entries = Vec::with_capacity(rows.len());
    for row in rows {
        let due = chain::link(place.hash, &row);
        let written = Hash::parse(&row.hash);
        // The next row is checked against the hash that is stored here, so that one changed row is
        // one fault.
        *place = Place {
            position: row.position,
            hash: written.unwrap_or(due),
        };
        entries.push(Entry {
            position: row.position,
            fits: written == Some(due),
            recorded: recorded(row, &keys),
        });
    }
    Ok(entries)
}

pub(super) fn page(log: LogId, after: i64, limit: u64) -> Select<event::Entity> {
    event::Entity::find()
        .filter(event::Column::LogId.eq(log.0))
        .filter(event::Column::Position.gt(after))
        .order_by_asc(event::Column::Position)
        .limit(limit)
}

/// Damage, with the place where it is.
fn placed(error: StoreError, log: LogId, position: i64) -> StoreError {
    let StoreError::Damaged(what) = error else {
        return error;
    };
    let of = match log.realm() {
        None => "the platform".to_owned(),
        Some(id) => format!("organization {id}"),
    };
    StoreError::Damaged(format!("{what}, at position {position} of the log of {of}"))
}

pub(super) fn recorded(row: event::Model, keys: &Keys) -> StoreResult<Recorded> {
    let mut data = serde_json::from_str(&row.data)
        .map_err(|_| StoreError::damaged("data of event", row.event_id))?;
    keys.open(&row, &mut data)?;
    let hash = Hash::parse(&row.hash);
    let hash = hash.ok_or_else(|| StoreError::damaged("hash of event", row.event_id))?;
    Ok(Recorded {
        position: row.position,
        id: row.event_id,
        event_type: row.event_type,
        schema_version: row.schema_version,
        resource_id: row.stream_id,
        version: row.stream_version,
        actor: row.actor_id.map(UserId),
        actor_key: row.actor_key_id.map(ApiKeyId),
        organization: row.organization_id.map(OrganizationId),
        station: row.station_id.map(StationId),
        request_id: row.request_id,
        occurred_at: Time::from_micros(row.occurred_at),
        data,
        hash,
    })
}
