//! The tables beside what the logs tell.

use super::{Report, fold::Folds};
use crate::{
    StoreError, StoreResult, allocation, api_key, assignment, log::LogId, organization, pool,
    product, role, session, station, tally, user, variant, webhook,
};
use domain::{Realm, Resource, ResourceKind, World, tally::Tally};
use sea_orm::{Iterable, ModelTrait, PrimaryKeyToColumn, QuerySelect, Value, entity::prelude::*};
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

/// What a comparison sees, as it goes.
struct Comparison<'a, C> {
    connection: &'a C,
    folds: &'a Folds,
    report: &'a mut Report,
    wrong: Wrong,
}

/// Compares every row of every table, and every total.
pub(super) async fn compare<C: ConnectionTrait>(
    connection: &C,
    folds: &Folds,
    report: &mut Report,
) -> StoreResult<Wrong> {
    use ResourceKind as Kind;
    let mut seen = Comparison {
        connection,
        folds,
        report,
        wrong: Wrong::default(),
    };
    seen.table(
        Kind::Organization,
        "organizations",
        World::organizations,
        organization::row,
    )
    .await?;
    seen.table(Kind::Station, "stations", World::stations, station::row)
        .await?;
    seen.table(Kind::User, "users", World::users, user::row)
        .await?;
    seen.table(Kind::Role, "roles", World::roles, role::row)
        .await?;
    seen.table(Kind::Session, "sessions", World::sessions, session::row)
        .await?;
    seen.table(Kind::ApiKey, "api_keys", World::api_keys, api_key::row)
        .await?;
    seen.table(Kind::Webhook, "webhooks", World::webhooks, webhook::row)
        .await?;
    seen.table(Kind::Product, "products", World::products, product::row)
        .await?;
    seen.table(Kind::Variant, "variants", World::variants, variant::row)
        .await?;
    seen.table(
        Kind::Allocation,
        "allocations",
        World::allocations,
        allocation::row,
    )
    .await?;
    seen.table(Kind::Pool, "pools", World::pools, pool::row)
        .await?;
    seen.table(
        Kind::Assignment,
        "assignments",
        World::assignments,
        assignment::row,
    )
    .await?;
    seen.totals().await?;
    Ok(seen.wrong)
}

impl<C: ConnectionTrait> Comparison<'_, C> {
    /// Compares a table with the rows that the logs tell, column by column.
    async fn table<K, T, A>(
        &mut self,
        kind: ResourceKind,
        name: &str,
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
        let mut told = BTreeMap::new();
        for (log, fold) in &self.folds.0 {
            for state in all(&fold.world).into_values() {
                let row = row(state);
                let id = id_of(name, row.get(key).into_value())?;
                told.insert(id, (*log, row));
            }
        }
        let rows = match <A::Entity as EntityTrait>::find()
            .all(self.connection)
            .await
        {
            Ok(rows) => rows,
            Err(error) => return self.unreadable(kind, name, key, &told, error).await,
        };
        for row in rows {
            self.report.rows += 1;
            let id = id_of(name, Some(row.get(key)))?;
            let Some((log, expected)) = told.remove(&id) else {
                let line = format!("{name} {id}: the log knows no such row");
                self.differs(None, Resource { kind, id }, vec![line]);
                continue;
            };
            let faults = differing_columns(&row, &expected);
            let lines: Vec<_> = faults
                .map(|fault| format!("{name} {id}: {fault}"))
                .collect();
            if !lines.is_empty() {
                self.differs(Some(log), Resource { kind, id }, lines);
            }
        }
        for (id, (log, _)) in told {
            let line = format!("{name} {id}: the row is missing");
            self.differs(Some(log), Resource { kind, id }, vec![line]);
        }
        Ok(())
    }
    /// Of a table in which a row cannot be read, no row is trusted.
    async fn unreadable<A: ActiveModelTrait>(
        &mut self,
        kind: ResourceKind,
        name: &str,
        key: <A::Entity as EntityTrait>::Column,
        told: &BTreeMap<Uuid, (LogId, A)>,
        error: DbErr,
    ) -> StoreResult<()> {
        let ids = A::Entity::find().select_only().column(key);
        let found: Result<Vec<Uuid>, _> = ids.into_tuple().all(self.connection).await;
        let Ok(found) = found else {
            return Err(error.into());
        };
        let found = BTreeSet::from_iter(found);
        for id in found.iter().chain(told.keys()).collect::<BTreeSet<_>>() {
            let log = told.get(id).map(|(log, _)| *log);
            self.differs(log, Resource { kind, id: *id }, Vec::new());
        }
        let line = format!("{name}: a row cannot be read: {error}");
        self.report.differences.push(line);
        Ok(())
    }

    /// Compares the kept totals with those that the logs tell; one that is not there is zero.
    async fn totals(&mut self) -> StoreResult<()> {
        let stored = tally::all(self.connection).await?;
        let mut told = BTreeMap::new();
        for fold in self.folds.0.values() {
            let totals = fold.totals.iter();
            told.extend(totals.map(|(key, total)| (named(key), *total)));
        }
        for key in told.keys().chain(stored.keys()).collect::<BTreeSet<_>>() {
            let due = told.get(key).copied().unwrap_or(0);
            let stands = stored.get(key).copied().unwrap_or(0);
            self.report.rows += 1;
            if due != stands {
                let line = format!("tallies {}: total is {stands}, the log says {due}", key.1);
                self.report.differences.push(line);
                self.wrong.totals.insert(key.clone());
            }
        }
        Ok(())
    }

    fn differs(&mut self, log: Option<LogId>, what: Resource, lines: Vec<String>) {
        self.report.differences.extend(lines);
        self.wrong.rows.entry(log).or_default().push(what);
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
