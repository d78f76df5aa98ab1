//! The states of single resources at a moment of the past, from the logs.

use super::{
    event,
    feed::{PART_BYTES, bytes, recorded},
    personal::Keys,
};
use crate::{StoreError, StoreResult, reads::Reads, shape};
use domain::{
    Time,
    kernel::{Id, Resource},
};
use sea_orm::{Condition, QueryOrder, QuerySelect, entity::prelude::*};
use std::collections::{BTreeMap, BTreeSet};

/// Events that are read at a time, or fewer large ones.
const PART: u64 = 2000;

/// Events that are read for many resources at most, and their bytes: the states that are folded out
/// of them are all held at once.
const MOST: usize = 200_000;
const MOST_BYTES: usize = 32 * PART_BYTES;

/// The states of resources after the last event of each that happened at the moment or before it.
/// Resources that are not among them did not exist then.
///
/// Writers have clocks of their own, so a later event may have an earlier time. The last event that
/// fits counts, and all before it: so a row whose last change fits is its own past.
///
/// # Errors
/// [`StoreError::TooMuchChanged`], when that is very many events.
pub(crate) async fn fold<R: Resource>(
    connection: &Reads,
    resources: &BTreeSet<Uuid>,
    at: Time,
) -> StoreResult<BTreeMap<Uuid, R>> {
    let (mut states, mut then) = (BTreeMap::<Uuid, R>::new(), BTreeMap::new());
    let (mut read, mut read_bytes) = (0, 0);
    for ids in shape::lists(resources.iter().copied()) {
        let mut after = None;
        loop {
            let rows = part(connection, &ids, after).await?;
            let Some(last) = rows.last() else { break };
            after = Some((last.stream_id, last.stream_version));
            read += rows.len();
            read_bytes += rows.iter().map(bytes).sum::<usize>();
            let is_much = read > MOST || read_bytes > MOST_BYTES;
            if is_much && resources.len() > 1 {
                return Err(StoreError::TooMuchChanged);
            }
            let keys = Keys::to_read(connection, &rows).await?;
            for row in rows {
                let (id, happened) = (row.stream_id, Time::from_micros(row.occurred_at));
                let fact = recorded(row, &keys)?.fact()?;
                let state = R::evolve(states.remove(&id), R::Id::new(id), &fact.event, happened);
                if happened <= at {
                    then.insert(id, state.clone());
                }
                states.extend(state.map(|state| (id, state)));
            }
        }
    }
    let there = then.into_iter();
    Ok(there.filter_map(|(id, state)| Some((id, state?))).collect())
}

async fn part(
    connection: &Reads,
    streams: &[Uuid],
    after: Option<(Uuid, i64)>,
) -> StoreResult<Vec<event::Model>> {
    let mut query =
        event::Entity::find().filter(event::Column::StreamId.is_in(streams.iter().copied()));
    if let Some((stream, version)) = after {
        let same = Condition::all()
            .add(event::Column::StreamId.eq(stream))
            .add(event::Column::StreamVersion.gt(version));
        let later = event::Column::StreamId.gt(stream);
        query = query.filter(Condition::any().add(later).add(same));
    }
    let ordered = query
        .order_by_asc(event::Column::StreamId)
        .order_by_asc(event::Column::StreamVersion);
    let read = connection.within(ordered.limit(PART), PART_BYTES, bytes);
    Ok(read.await?.0)
}

/// The resources to which an event of this type happened in a log after a moment.
pub(crate) async fn happened_after(
    connection: &impl ConnectionTrait,
    log: Uuid,
    event_type: &str,
    at: Time,
    limit: u64,
) -> StoreResult<BTreeSet<Uuid>> {
    let found: Vec<Uuid> = event::Entity::find()
        .filter(event::Column::LogId.eq(log))
        .filter(event::Column::EventType.eq(event_type))
        .filter(event::Column::OccurredAt.gt(at.micros()))
        .select_only()
        .column(event::Column::StreamId)
        .limit(limit)
        .into_tuple()
        .all(connection)
        .await?;
    Ok(found.into_iter().collect())
}
