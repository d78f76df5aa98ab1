//! Compares the tables with what the logs record, in parts: no statement reads a whole table.

use super::fold::Fold;
use crate::{
    StoreError, StoreResult,
    kernel::{Table, each},
    log::{LogId, event},
    shape, tally,
};
use domain::{Realm, ResourceId, ResourceKind, Time, kernel::Id, tally::Tally};
use sea_orm::{
    Iterable, ModelTrait, PaginatorTrait, QueryOrder, QuerySelect, Value, entity::prelude::*,
};
use std::collections::{BTreeMap, BTreeSet};

/// Rows and totals that differ from the logs, by the log that records them; `None` for rows that no
/// log records.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    pub rows: BTreeMap<Option<LogId>, Vec<ResourceId>>,
    /// The totals, by log and name.
    pub totals: BTreeSet<(Uuid, String)>,
}

impl Wrong {
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.totals.is_empty()
    }
}

/// What a comparison sees, as it goes.
pub(super) struct Comparison<'a, C> {
    connection: &'a C,
    now: Time,
    /// Rows and totals that were there.
    pub rows: usize,
    pub differences: Vec<String>,
    pub wrong: Wrong,
    /// Rows found in each table that a log records, or recorded before their removal.
    known: BTreeMap<ResourceKind, u64>,
    totals: BTreeMap<(Uuid, String), i64>,
}

impl<'a, C: ConnectionTrait> Comparison<'a, C> {
    pub fn new(connection: &'a C, now: Time) -> Self {
        Self {
            connection,
            now,
            rows: 0,
            differences: Vec::new(),
            wrong: Wrong::default(),
            known: BTreeMap::new(),
            totals: BTreeMap::new(),
        }
    }

    /// Compares every row that these logs record.
    pub async fn rows(&mut self, folds: &[Fold]) -> StoreResult<()> {
        domain::each_resource!(each!(do R {
            self.table::<R>(folds).await?;
        }));
        for fold in folds {
            let totals = fold.totals.iter();
            self.totals
                .extend(totals.map(|(key, total)| (named(key), *total)));
        }
        Ok(())
    }

    /// Finds the rows that no log records, once all logs were compared.
    pub async fn unrecorded(&mut self) -> StoreResult<()> {
        domain::each_resource!(each!(do R {
            self.unrecorded_in::<R>().await?;
        }));
        Ok(())
    }

    /// Compares the stored totals with those expected from the logs; a missing one is zero.
    pub async fn totals(&mut self) -> StoreResult<()> {
        let stored = tally::all(self.connection).await?;
        let logged = std::mem::take(&mut self.totals);
        for key in logged.keys().chain(stored.keys()).collect::<BTreeSet<_>>() {
            let expected = logged.get(key).copied().unwrap_or(0);
            let actual = stored.get(key).copied().unwrap_or(0);
            self.rows += 1;
            if expected != actual {
                let line = format!(
                    "tallies {}: total is {actual}, the log says {expected}",
                    key.1
                );
                self.differences.push(line);
                self.wrong.totals.insert(key.clone());
            }
        }
        Ok(())
    }

    /// Compares the rows of a table with those expected from the logs, column by column.
    async fn table<R: Table>(&mut self, folds: &[Fold]) -> StoreResult<()> {
        for fold in folds {
            let mut states = fold.set.all::<R>().into_iter();
            loop {
                let part = states.by_ref().take(shape::MOST_VALUES);
                let part: BTreeMap<Uuid, &R> = part.map(|(id, one)| (id.uuid(), one)).collect();
                if part.is_empty() {
                    break;
                }
                self.part(fold, part).await?;
            }
            let gone = fold.set.absent::<R>();
            let gone: Vec<Uuid> = gone.into_iter().map(Id::uuid).collect();
            for gone in shape::lists(gone) {
                for id in self.ids_among::<R>(gone).await? {
                    self.known::<R>(1);
                    self.unrecorded_row::<R>(id);
                }
            }
        }
        Ok(())
    }

    async fn part<R: Table>(
        &mut self,
        fold: &Fold,
        mut expected: BTreeMap<Uuid, &R>,
    ) -> StoreResult<()> {
        let ids = shape::list(expected.keys().copied());
        let some = R::Entity::find().filter(R::ID.is_in(ids.clone()));
        let rows = match some.all(self.connection).await {
            Ok(rows) => rows,
            Err(error) => {
                let Ok(found) = self.ids_among::<R>(ids).await else {
                    return Err(error.into());
                };
                self.unreadable::<R>(fold, expected.keys(), found.len(), &error);
                return Ok(());
            }
        };
        self.known::<R>(rows.len() as u64);
        for row in rows {
            self.rows += 1;
            let id = id_of(R::name(), Some(row.get(R::ID)))?;
            let Some(state) = expected.remove(&id) else {
                continue;
            };
            let lines: Vec<_> = differing_columns(&row, &state.row())
                .map(|fault| format!("{} {id}: {fault}", R::name()))
                .collect();
            if !lines.is_empty() {
                self.differs::<R>(Some(fold.log), id, lines);
            }
        }
        for (id, one) in expected {
            // Its row may have been deleted because nobody needs it any more.
            if !one.may_be_forgotten(self.now) {
                let line = format!("{} {id}: the row is missing", R::name());
                self.differs::<R>(Some(fold.log), id, vec![line]);
            }
        }
        Ok(())
    }

    /// Of a part in which a row cannot be read, no row is trusted.
    fn unreadable<'k, R: Table>(
        &mut self,
        fold: &Fold,
        expected: impl Iterator<Item = &'k Uuid>,
        found: usize,
        error: &DbErr,
    ) {
        self.known::<R>(found as u64);
        for id in expected {
            self.differs::<R>(Some(fold.log), *id, Vec::new());
        }
        let line = format!("{}: a row cannot be read: {error}", R::name());
        self.differences.push(line);
    }

    async fn ids_among<R: Table>(&self, ids: Vec<Uuid>) -> StoreResult<Vec<Uuid>> {
        let there = R::Entity::find().select_only().column(R::ID);
        let there = there.filter(R::ID.is_in(ids)).into_tuple();
        Ok(there.all(self.connection).await?)
    }

    /// Looks through the ids of a table when there are more rows in it than the logs know.
    async fn unrecorded_in<R: Table>(&mut self) -> StoreResult<()> {
        let known = self.known.get(&R::KIND).copied().unwrap_or(0);
        if R::Entity::find().count(self.connection).await? == known {
            return Ok(());
        }
        let mut after = Uuid::nil();
        loop {
            let ids: Vec<Uuid> = R::Entity::find()
                .select_only()
                .column(R::ID)
                .filter(R::ID.gt(after))
                .order_by_asc(R::ID)
                .limit(shape::MOST_VALUES as u64)
                .into_tuple()
                .all(self.connection)
                .await?;
            let Some(last) = ids.last() else {
                return Ok(());
            };
            after = *last;
            let recorded = self.recorded(R::KIND, &ids).await?;
            for id in ids.into_iter().filter(|id| !recorded.contains(id)) {
                self.unrecorded_row::<R>(id);
            }
        }
    }

    /// Those of the ids under which a log records a resource of this kind.
    async fn recorded(&self, kind: ResourceKind, ids: &[Uuid]) -> StoreResult<BTreeSet<Uuid>> {
        let of_kind = format!("{}.", kind.as_str());
        let streams: Vec<Uuid> = event::Entity::find()
            .select_only()
            .column(event::Column::StreamId)
            .filter(event::Column::StreamId.is_in(shape::list(ids.iter().copied())))
            .filter(event::Column::StreamVersion.eq(1_i64))
            .filter(event::Column::EventType.starts_with(of_kind))
            .into_tuple()
            .all(self.connection)
            .await?;
        Ok(streams.into_iter().collect())
    }

    fn known<R: Table>(&mut self, rows: u64) {
        *self.known.entry(R::KIND).or_insert(0) += rows;
    }

    fn unrecorded_row<R: Table>(&mut self, id: Uuid) {
        self.rows += 1;
        let line = format!("{} {id}: the log knows no such row", R::name());
        self.differs::<R>(None, id, vec![line]);
    }

    fn differs<R: Table>(&mut self, log: Option<LogId>, id: Uuid, lines: Vec<String>) {
        self.differences.extend(lines);
        let rows = self.wrong.rows.entry(log).or_default();
        rows.push(ResourceId { kind: R::KIND, id });
    }
}

/// A total as its row is named: the log and the name.
pub(super) fn named((realm, tally): &(Realm, Tally)) -> (Uuid, String) {
    (LogId::of(*realm).0, tally.as_str().to_owned())
}

fn id_of(name: &str, value: Option<Value>) -> StoreResult<Uuid> {
    match value {
        Some(Value::Uuid(Some(id))) => Ok(id),
        other => Err(StoreError::damaged(name, format_args!("id {other:?}"))),
    }
}

fn differing_columns<M, A>(row: &M, expected: &A) -> impl Iterator<Item = String>
where
    M: ModelTrait,
    A: ActiveModelTrait<Entity = M::Entity>,
{
    <M::Entity as EntityTrait>::Column::iter().filter_map(|column| {
        let actual = row.get(column);
        let expected = expected.get(column).into_value();
        if expected.as_ref() == Some(&actual) {
            return None;
        }
        let column = column.as_str();
        let expected = expected.map_or_else(|| "nothing".to_owned(), |value| value.to_string());
        Some(format!("{column} is {actual}, the log says {expected}"))
    })
}
