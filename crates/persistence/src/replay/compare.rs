//! The tables beside what the logs tell, in parts: no statement reads a whole table.

use super::fold::Fold;
use crate::{
    StoreError, StoreResult, allocation, api_key, assignment,
    log::{LogId, event},
    organization, pool, product, role, session, shape, station, tally, user, variant, webhook,
};
use domain::{Realm, Resource, ResourceKind, Time, World, tally::Tally};
use sea_orm::{
    Iterable, ModelTrait, PaginatorTrait, PrimaryKeyToColumn, QueryOrder, QuerySelect, Value,
    entity::prelude::*,
};
use std::collections::{BTreeMap, BTreeSet};

/// What is not as the logs tell, by the log that tells of it. What no log tells of is nobody's.
#[derive(Debug, Default)]
pub(super) struct Wrong {
    pub rows: BTreeMap<Option<LogId>, Vec<Resource>>,
    /// The totals, by log and name.
    pub totals: BTreeSet<(Uuid, String)>,
}

impl Wrong {
    pub fn is_empty(&self) -> bool {
        self.rows.is_empty() && self.totals.is_empty()
    }
}

/// A table, as it is named in what is told of it.
#[derive(Clone, Copy)]
struct Table {
    kind: ResourceKind,
    name: &'static str,
}

/// What a comparison sees, as it goes.
pub(super) struct Comparison<'a, C> {
    connection: &'a C,
    now: Time,
    /// Rows and totals that were there.
    pub rows: usize,
    pub differences: Vec<String>,
    pub wrong: Wrong,
    /// Rows of each table that a log tells of, or told of before they went.
    known: BTreeMap<ResourceKind, u64>,
    totals: BTreeMap<(Uuid, String), i64>,
}

/// Does something with every table.
macro_rules! every_table {
    ($seen:ident, $what:ident $(, $folds:ident)?) => {
        every_table!(@ $seen, $what, ($($folds)?),
            (Organization, "organizations", organizations, organization),
            (Station, "stations", stations, station),
            (User, "users", users, user),
            (Role, "roles", roles, role),
            (Session, "sessions", sessions, session),
            (ApiKey, "api_keys", api_keys, api_key),
            (Webhook, "webhooks", webhooks, webhook),
            (Product, "products", products, product),
            (Variant, "variants", variants, variant),
            (Allocation, "allocations", allocations, allocation),
            (Pool, "pools", pools, pool),
            (Assignment, "assignments", assignments, assignment))
    };
    (@ $seen:ident, rows, ($folds:ident), $(($kind:ident, $name:literal, $all:ident, $module:ident)),+) => {$(
        let table = Table { kind: ResourceKind::$kind, name: $name };
        $seen.table($folds, table, World::$all, $module::row).await?;
    )+};
    (@ $seen:ident, strangers, (), $(($kind:ident, $name:literal, $all:ident, $module:ident)),+) => {$(
        let table = Table { kind: ResourceKind::$kind, name: $name };
        $seen.strangers_in::<$module::Entity>(table).await?;
    )+};
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

    /// Compares every row that these logs tell of.
    pub async fn rows(&mut self, folds: &[Fold]) -> StoreResult<()> {
        every_table!(self, rows, folds);
        for fold in folds {
            let totals = fold.totals.iter();
            self.totals
                .extend(totals.map(|(key, total)| (named(key), *total)));
        }
        Ok(())
    }

    /// Finds the rows that no log tells of, once all logs were compared.
    pub async fn strangers(&mut self) -> StoreResult<()> {
        every_table!(self, strangers);
        Ok(())
    }

    /// Compares the kept totals with those that the logs tell; one that is not there is zero.
    pub async fn totals(&mut self) -> StoreResult<()> {
        let stored = tally::all(self.connection).await?;
        let told = std::mem::take(&mut self.totals);
        for key in told.keys().chain(stored.keys()).collect::<BTreeSet<_>>() {
            let due = told.get(key).copied().unwrap_or(0);
            let stands = stored.get(key).copied().unwrap_or(0);
            self.rows += 1;
            if due != stands {
                let line = format!("tallies {}: total is {stands}, the log says {due}", key.1);
                self.differences.push(line);
                self.wrong.totals.insert(key.clone());
            }
        }
        Ok(())
    }

    /// Compares the rows of a table with those that the logs tell, column by column.
    async fn table<K: Ord, T, A>(
        &mut self,
        folds: &[Fold],
        table: Table,
        all: impl Fn(&World) -> BTreeMap<K, &T>,
        row: impl Fn(&T) -> A,
    ) -> StoreResult<()>
    where
        A: ActiveModelTrait,
        <A::Entity as EntityTrait>::Model: ModelTrait<Entity = A::Entity>,
    {
        let Some(key) = key::<A::Entity>() else {
            return Ok(());
        };
        for fold in folds {
            let mut states = all(&fold.world).into_values();
            loop {
                let part = states.by_ref().take(shape::MOST_VALUES).map(&row);
                let part = part.map(|row| Ok((id_of(table.name, row.get(key).into_value())?, row)));
                let part: BTreeMap<Uuid, A> = part.collect::<StoreResult<_>>()?;
                if part.is_empty() {
                    break;
                }
                self.part(fold, table, key, part).await?;
            }
            for gone in shape::lists(fold.world.gone(table.kind)) {
                for id in self.ids_among::<A::Entity>(key, gone).await? {
                    self.known(table, 1);
                    self.stranger(table, id);
                }
            }
        }
        Ok(())
    }

    async fn part<A>(
        &mut self,
        fold: &Fold,
        table: Table,
        key: <A::Entity as EntityTrait>::Column,
        mut told: BTreeMap<Uuid, A>,
    ) -> StoreResult<()>
    where
        A: ActiveModelTrait,
        <A::Entity as EntityTrait>::Model: ModelTrait<Entity = A::Entity>,
    {
        let ids = shape::list(told.keys().copied());
        let some = A::Entity::find().filter(key.is_in(ids.clone()));
        let rows = match some.all(self.connection).await {
            Ok(rows) => rows,
            Err(error) => {
                let found = self.ids_among::<A::Entity>(key, ids).await;
                return match found {
                    Ok(found) => Ok(self.unreadable(fold, table, &told, found, &error)),
                    Err(_) => Err(error.into()),
                };
            }
        };
        self.known(table, rows.len() as u64);
        for row in rows {
            self.rows += 1;
            let id = id_of(table.name, Some(row.get(key)))?;
            let Some(expected) = told.remove(&id) else {
                continue;
            };
            let lines: Vec<_> = differing_columns(&row, &expected)
                .map(|fault| format!("{} {id}: {fault}", table.name))
                .collect();
            if !lines.is_empty() {
                self.differs(Some(fold.log), table, id, lines);
            }
        }
        for id in told.into_keys() {
            if !self.may_be_missing(fold, table, id) {
                let line = format!("{} {id}: the row is missing", table.name);
                self.differs(Some(fold.log), table, id, vec![line]);
            }
        }
        Ok(())
    }

    /// Of a part in which a row cannot be read, no row is trusted.
    fn unreadable<A>(
        &mut self,
        fold: &Fold,
        table: Table,
        told: &BTreeMap<Uuid, A>,
        found: Vec<Uuid>,
        error: &DbErr,
    ) {
        self.known(table, found.len() as u64);
        for id in told.keys() {
            self.differs(Some(fold.log), table, *id, Vec::new());
        }
        let line = format!("{}: a row cannot be read: {error}", table.name);
        self.differences.push(line);
    }

    /// Whether a row went because nobody needs it any more.
    fn may_be_missing(&self, fold: &Fold, table: Table, id: Uuid) -> bool {
        table.kind == ResourceKind::Session
            && fold
                .world
                .session(domain::SessionId(id))
                .is_some_and(|ended| session::may_be_forgotten(ended, self.now))
    }

    async fn ids_among<E: EntityTrait>(
        &self,
        key: E::Column,
        ids: Vec<Uuid>,
    ) -> StoreResult<Vec<Uuid>> {
        let there = E::find().select_only().column(key).filter(key.is_in(ids));
        Ok(there.into_tuple().all(self.connection).await?)
    }

    /// Looks through the ids of a table when there are more rows in it than the logs know.
    async fn strangers_in<E: EntityTrait>(&mut self, table: Table) -> StoreResult<()>
    where
        E::Model: Send + Sync,
    {
        let Some(key) = key::<E>() else {
            return Ok(());
        };
        let known = self.known.get(&table.kind).copied().unwrap_or(0);
        if E::find().count(self.connection).await? == known {
            return Ok(());
        }
        let mut after = Uuid::nil();
        loop {
            let ids: Vec<Uuid> = E::find()
                .select_only()
                .column(key)
                .filter(key.gt(after))
                .order_by_asc(key)
                .limit(shape::MOST_VALUES as u64)
                .into_tuple()
                .all(self.connection)
                .await?;
            let Some(last) = ids.last() else {
                return Ok(());
            };
            after = *last;
            let told = self.told(table, &ids).await?;
            for id in ids.into_iter().filter(|id| !told.contains(id)) {
                self.stranger(table, id);
            }
        }
    }

    /// Those among the ids of which a log tells as of a resource of this kind.
    async fn told(&self, table: Table, ids: &[Uuid]) -> StoreResult<BTreeSet<Uuid>> {
        let of_kind = format!("{}.", table.kind.as_str());
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

    fn known(&mut self, table: Table, rows: u64) {
        *self.known.entry(table.kind).or_insert(0) += rows;
    }

    fn stranger(&mut self, table: Table, id: Uuid) {
        self.rows += 1;
        let line = format!("{} {id}: the log knows no such row", table.name);
        self.differs(None, table, id, vec![line]);
    }

    fn differs(&mut self, log: Option<LogId>, table: Table, id: Uuid, lines: Vec<String>) {
        self.differences.extend(lines);
        let kind = table.kind;
        let rows = self.wrong.rows.entry(log).or_default();
        rows.push(Resource { kind, id });
    }
}

/// A total as its row is named: the log and the name.
pub(super) fn named((realm, tally): &(Realm, Tally)) -> (Uuid, String) {
    (LogId::of(*realm).0, tally.as_str().to_owned())
}

/// The column of the id.
fn key<E: EntityTrait>() -> Option<E::Column> {
    E::PrimaryKey::iter().next().map(|key| key.into_column())
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
        let stands = row.get(column);
        let due = expected.get(column).into_value();
        if due.as_ref() == Some(&stands) {
            return None;
        }
        let column = column.as_str();
        let due = due.map_or_else(|| "nothing".to_owned(), |due| due.to_string());
        Some(format!("{column} is {stands}, the log says {due}"))
    })
}
