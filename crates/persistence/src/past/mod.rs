//! Resources as they were at a moment of the past.
//!
//! Rows that have not changed since are taken as they are; the others are folded from their events.
//! Nothing is ever deleted from the tables that are read like this, except from those of variants and
//! pools, which are looked up in the log.

mod seats;

use crate::{
    Page, PageRequest, Store, StoreError, StoreResult,
    log::fold,
    query::{Field, Filters, Readable, Relation, Terms, bounded_count, merged, total},
    reads::{Reads, Snapshot},
};
use domain::{Time, kernel::Id};
use sea_orm::{QuerySelect, entity::prelude::*};
use std::collections::BTreeSet;

/// The most rows changed since that one answer reads.
pub const MOST_CHANGED: u64 = 10_000;

/// A kind of resource whose rows are never taken away.
#[diagnostic::on_unimplemented(
    message = "nothing says when rows of `{Self}` changed",
    note = "implement `Past` in its file in crates/persistence/src, where its rows are kept for ever"
)]
pub trait Past: Readable {
    /// When a row was made.
    const CREATED: Field<Self>;
    /// When a row last changed.
    const UPDATED: Field<Self>;
}

impl Store {
    /// The resource as it was, when it was there and is there for the reader.
    ///
    /// # Errors
    /// Also when its row or its events are damaged.
    pub async fn find_as_of<R: Past>(
        &self,
        id: R::Id,
        reader: R::Reader,
        at: Time,
    ) -> StoreResult<Option<R>> {
        let terms = R::visible(reader).and(was_there(at));
        let backend = self.read.get_database_backend();
        let query = R::Entity::find().filter(R::ID.eq(id.uuid()));
        let Some(row) = terms.select(query, backend).one(&self.read).await? else {
            return Ok(None);
        };
        let known = R::state(row)?;
        if R::UPDATED.compares(Relation::Until, at).hold(&known) {
            return Ok(Some(known));
        }
        let mut then = folded::<R>(&self.read, &BTreeSet::from([id.uuid()]), at).await?;
        Ok(then.pop())
    }

    /// A page of those that are there for the reader, as they were.
    ///
    /// # Errors
    /// Also when a row or the events of one are damaged, or more have changed since than
    /// [`MOST_CHANGED`].
    pub async fn list_as_of<R: Past>(
        &self,
        filter: &R::Filter,
        request: &PageRequest<R>,
        reader: R::Reader,
        at: Time,
    ) -> StoreResult<Page<R>> {
        let terms = R::visible(reader).and(filter.terms());
        let snapshot = self.snapshot().await?;
        let seen = seen(&snapshot, &terms, request, at).await?;
        // Not while the log is read, which may take long.
        snapshot.rollback().await?;
        let mut others = folded::<R>(&self.read, &seen.changed, at).await?;
        others.retain(|one| terms.hold(one));
        others.sort_by(|one, other| request.order.compare(one, other));
        let counted = seen.counted + others.len() as i64;
        let all = merged(seen.unchanged, others, |one, other| {
            request.order.compare(one, other)
        });
        let (size, offset) = (request.size as usize, request.offset());
        let skip = usize::try_from(offset - seen.first).unwrap_or(usize::MAX);
        let mut content: Vec<R> = all.into_iter().skip(skip).take(size + 1).collect();
        let has_next = content.len() > size;
        content.truncate(size);
        Ok(Page {
            total: total(counted, offset as i64, content.len() as i64, has_next),
            content,
            has_next,
        })
    }
}

/// Those that were there then.
fn was_there<R: Past>(at: Time) -> Terms<R> {
    R::CREATED.compares(Relation::Until, at)
}

/// The ids of those that were there then and have changed since, among those that terms let through by
/// what never changes. Together with [`unchanged`] that is everything that was there, where both see one
/// moment of the database: a row that changes between the two would be in neither.
async fn changed<R: Past>(
    connection: &impl ConnectionTrait,
    terms: &Terms<R>,
    at: Time,
) -> StoreResult<BTreeSet<Uuid>> {
    let since = R::UPDATED.compares(Relation::After, at);
    let terms = terms.fixed().and(was_there(at)).and(since);
    let query = terms.select(R::Entity::find(), connection.get_database_backend());
    let query = query.select_only().column(R::ID).limit(MOST_CHANGED + 1);
    let ids: Vec<Uuid> = query.into_tuple().all(connection).await?;
    match ids.len() as u64 > MOST_CHANGED {
        true => Err(StoreError::TooMuchChanged),
        false => Ok(ids.into_iter().collect()),
    }
}

/// Those that are as they were then.
fn unchanged<R: Past>(terms: &Terms<R>, at: Time) -> Terms<R> {
    let since = R::UPDATED.compares(Relation::Until, at);
    terms.clone().and(was_there(at)).and(since)
}

/// These resources, which were there then. For a moment that has passed the log gives the same result
/// at any time.
async fn folded<R: Past>(
    connection: &Reads,
    ids: &BTreeSet<Uuid>,
    at: Time,
) -> StoreResult<Vec<R>> {
    let then = fold::<R>(connection, ids, at).await?;
    match ids.iter().find(|id| !then.contains_key(id)) {
        Some(id) => Err(StoreError::damaged("events of", id)),
        None => Ok(then.into_values().collect()),
    }
}

/// What the tables contribute to a page of the past.
struct Seen<R> {
    /// Resources that have changed since.
    changed: BTreeSet<Uuid>,
    /// How many are as they were, and as asked for.
    counted: i64,
    /// Those of them that may be on the page, in order, and how many come before them.
    unchanged: Vec<R>,
    first: u64,
}

/// What the tables contribute to the page, read at one moment.
async fn seen<R: Past>(
    snapshot: &Snapshot,
    terms: &Terms<R>,
    request: &PageRequest<R>,
    at: Time,
) -> StoreResult<Seen<R>> {
    let backend = snapshot.get_database_backend();
    let same = unchanged(terms, at).select(R::Entity::find(), backend);
    let changed = changed(snapshot, terms, at).await?;
    let counted = bounded_count(snapshot, &same).await?;
    // No more of the unchanged stand before the page than its offset, nor fewer than that without
    // all of the others.
    let among = changed.len() as u64;
    let first = request.offset().saturating_sub(among);
    let rows = request.order.select(same, backend).offset(first);
    let rows = rows.limit(among + u64::from(request.size) + 1);
    let rows = rows.all(snapshot).await?.into_iter();
    Ok(Seen {
        changed,
        counted,
        unchanged: rows.map(R::state).collect::<StoreResult<_>>()?,
        first,
    })
}
