//! Resources as they were at a moment of the past.
//!
//! Rows that have not changed since are their own past; of those that have, the events tell. Nothing
//! is ever taken out of the tables that are read like this, but out of those of variants and pools,
//! which are looked for in the log.

mod assignment;
mod order;
mod seats;
mod station;
mod user;

use crate::{
    Page, PageRequest, SortField, Store, StoreError, StoreResult,
    kernel::{ColumnOf, Table},
    log::fold,
    page::{bounded_count, total},
    reads::{Reads, Snapshot},
};
use domain::{Time, kernel::Id};
use order::{Key, Ordering, merged};
use sea_orm::{QuerySelect, entity::prelude::*};
use std::collections::BTreeSet;

/// Rows that were changed since, and that one answer looks at, at most.
pub const MOST_CHANGED: u64 = 10_000;

/// A kind of resource whose rows are never taken away.
pub(crate) trait Past: Table {
    /// When a row was made.
    const CREATED: ColumnOf<Self>;
    /// When a row last changed.
    const UPDATED: ColumnOf<Self>;

    /// When it last changed.
    fn updated_at(&self) -> Time;
    /// By what it is sorted.
    fn key(&self, field: SortField) -> Key;
    /// The column of that.
    fn column(field: SortField) -> ColumnOf<Self>;
}

/// What the query finds, as it was then.
pub(crate) async fn one<T: Past>(
    connection: &Reads,
    query: Select<T::Entity>,
    at: Time,
) -> StoreResult<Option<T>> {
    let query = query.filter(T::CREATED.lte(at.micros()));
    let Some(row) = query.one(connection).await? else {
        return Ok(None);
    };
    let known = T::state(row)?;
    if known.updated_at() <= at {
        return Ok(Some(known));
    }
    let mut then = folded::<T>(connection, &BTreeSet::from([known.id().uuid()]), at).await?;
    Ok(then.pop())
}

/// The ids of those of the query that were there then and have changed since. Together with
/// [`unchanged`] that is everything that was there, where both see one moment of the database: a row
/// that changes between the two would be in neither.
pub(crate) async fn changed<T: Past>(
    connection: &impl ConnectionTrait,
    query: Select<T::Entity>,
    at: Time,
) -> StoreResult<BTreeSet<Uuid>> {
    let since = query
        .filter(T::CREATED.lte(at.micros()))
        .filter(T::UPDATED.gt(at.micros()))
        .select_only()
        .column(T::ID)
        .limit(MOST_CHANGED + 1);
    let ids: Vec<Uuid> = since.into_tuple().all(connection).await?;
    match ids.len() as u64 > MOST_CHANGED {
        true => Err(StoreError::TooMuchChanged),
        false => Ok(ids.into_iter().collect()),
    }
}

/// Those of the query that are as they were then.
pub(crate) fn unchanged<T: Past>(query: Select<T::Entity>, at: Time) -> Select<T::Entity> {
    query
        .filter(T::CREATED.lte(at.micros()))
        .filter(T::UPDATED.lte(at.micros()))
}

/// These resources, which were there then. Of a moment that has passed the log says the same whenever
/// it is asked.
pub(crate) async fn folded<T: Past>(
    connection: &Reads,
    ids: &BTreeSet<Uuid>,
    at: Time,
) -> StoreResult<Vec<T>> {
    let then = fold::<T>(connection, ids, at).await?;
    match ids.iter().find(|id| !then.contains_key(id)) {
        Some(id) => Err(StoreError::damaged("events of", id)),
        None => Ok(then.into_values().collect()),
    }
}

/// What the tables say of a page of the past.
struct Seen<T> {
    /// Resources that have changed since.
    changed: BTreeSet<Uuid>,
    /// How many are as they were, and as asked for.
    counted: i64,
    /// Those of them that may be on the page, in order, and how many come before them.
    unchanged: Vec<T>,
    first: u64,
}

/// A page of those that the query finds by what never changes, and that then were as asked for.
pub(crate) async fn page<T: Past>(
    store: &Store,
    query: Select<T::Entity>,
    asked: impl Fn(Select<T::Entity>) -> Select<T::Entity>,
    lets: impl Fn(&T) -> bool,
    request: &PageRequest,
    at: Time,
) -> StoreResult<Page<T>> {
    let order = Ordering::of(store.read.get_database_backend(), &request.sort);
    let snapshot = store.snapshot().await?;
    let seen = seen(&snapshot, query, asked, request, at).await?;
    // Not while the log is read, which may take long.
    snapshot.rollback().await?;
    let mut others = folded::<T>(&store.read, &seen.changed, at).await?;
    others.retain(lets);
    others.sort_by(|one, other| order.compare(one, other));
    let counted = seen.counted + others.len() as i64;
    let all = merged(seen.unchanged, others, |one, other| {
        order.compare(one, other)
    });
    let (size, offset) = (request.size as usize, offset(request));
    let skip = usize::try_from(offset - seen.first).unwrap_or(usize::MAX);
    let mut content: Vec<T> = all.into_iter().skip(skip).take(size + 1).collect();
    let has_next = content.len() > size;
    content.truncate(size);
    Ok(Page {
        total: total(counted, offset as i64, content.len() as i64, has_next),
        content,
        has_next,
    })
}

/// What the tables say of the page, at one moment.
async fn seen<T: Past>(
    snapshot: &Snapshot,
    query: Select<T::Entity>,
    asked: impl Fn(Select<T::Entity>) -> Select<T::Entity>,
    request: &PageRequest,
    at: Time,
) -> StoreResult<Seen<T>> {
    let same = unchanged::<T>(asked(query.clone()), at);
    let changed = changed::<T>(snapshot, query, at).await?;
    let counted = bounded_count(snapshot, &same).await?;
    // No more of the unchanged stand before the page than its offset, nor fewer than that without
    // all of the others.
    let among = changed.len() as u64;
    let first = offset(request).saturating_sub(among);
    let order = Ordering::of(snapshot.get_database_backend(), &request.sort);
    let rows = order.select::<T>(same).offset(first);
    let rows = rows.limit(among + u64::from(request.size) + 1);
    let rows = rows.all(snapshot).await?.into_iter();
    Ok(Seen {
        changed,
        counted,
        unchanged: rows.map(T::state).collect::<StoreResult<_>>()?,
        first,
    })
}

fn offset(request: &PageRequest) -> u64 {
    u64::from(request.number) * u64::from(request.size)
}
