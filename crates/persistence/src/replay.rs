//! The log and the tables compared, and the tables made again from the log.

use crate::{
    Store, StoreError, StoreResult, api_key, assignment, changes,
    log::{LogId, Recorded, Write, feed_after, head},
    product, tally, user, variant,
};
use domain::{Resource, ResourceKind, World, assignment::AssignmentStatus, tally::Tally};
use sea_orm::{Iterable, ModelTrait, PrimaryKeyToColumn, Value, entity::prelude::*};
use std::collections::{BTreeMap, BTreeSet};

/// Events that are read at a time.
const PAGE: u64 = 2000;

/// What a verification saw.
#[derive(Debug, Default)]
pub struct Report {
    /// Events that were folded.
    pub events: i64,
    /// Rows that were compared.
    pub rows: usize,
    /// What differs, each a line for people.
    pub differences: Vec<String>,
}

/// The state that the log tells, and what is wrong with the log itself.
struct Fold {
    world: World,
    events: i64,
    faults: Vec<String>,
}

impl Store {
    /// Folds the log and compares every row of every table with it, at one moment. Checks also that
    /// positions and versions have no gaps, and that L1 and L2 held at every position.
    pub async fn verify(&self, log: LogId) -> StoreResult<Report> {
        let snapshot = self.snapshot().await?;
        let fold = fold(&snapshot, log).await?;
        let mut report = Report {
            events: fold.events,
            rows: 0,
            differences: fold.faults,
        };
        compare(&snapshot, log, fold.world, &mut report).await?;
        snapshot.rollback().await?;
        Ok(report)
    }

    /// Empties the tables and makes them again from the log, in one transaction that holds its head.
    pub async fn rebuild(&self, log: LogId) -> StoreResult<Report> {
        let mut write = self.begin_write(log).await?;
        let fold = fold(write.connection(), log).await?;
        if !fold.faults.is_empty() {
            write.rollback().await?;
            return Ok(Report {
                events: fold.events,
                rows: 0,
                differences: fold.faults,
            });
        }
        let rows = refill(&write, log, fold.world).await?;
        write.begin_epoch().await?;
        write.commit().await?;
        Ok(Report {
            events: fold.events,
            rows,
            differences: Vec::new(),
        })
    }
}

async fn refill(write: &Write, log: LogId, mut world: World) -> StoreResult<usize> {
    let connection = write.connection();
    assignment::Entity::delete_many().exec(connection).await?;
    variant::Entity::delete_many().exec(connection).await?;
    product::Entity::delete_many().exec(connection).await?;
    api_key::Entity::delete_many().exec(connection).await?;
    user::Entity::delete_many().exec(connection).await?;
    tally::clear(connection, log.0).await?;
    let made = world.take_changes();
    // Nothing was there before: every row that the log leaves is new.
    let touched: BTreeMap<_, _> = made
        .touched
        .into_keys()
        .map(|resource| (resource, false))
        .collect();
    changes::write(connection, &world, &touched).await?;
    tally::add(connection, log.0, &made.tallies).await?;
    Ok(touched.len())
}

async fn fold(connection: &impl ConnectionTrait, log: LogId) -> StoreResult<Fold> {
    let mut fold = Fold {
        world: World::default(),
        events: 0,
        faults: Vec::new(),
    };
    let mut seats = BTreeMap::new();
    loop {
        let page = feed_after(connection, log, fold.events, PAGE).await?;
        if page.is_empty() {
            break;
        }
        for recorded in page {
            fold.take(&recorded, &mut seats)?;
        }
        if !fold.faults.is_empty() {
            return Ok(fold);
        }
    }
    let end = head::Entity::find_by_id(log.0)
        .one(connection)
        .await?
        .map_or(0, |row| row.position);
    if end != fold.events {
        fold.faults.push(format!(
            "the head says position {end}, the log ends at {}",
            fold.events
        ));
    }
    Ok(fold)
}

/// Who holds which active seat, as the fold goes: (user, variant) → assignment.
type Seats = BTreeMap<(Uuid, Uuid), Uuid>;

impl Fold {
    fn take(&mut self, recorded: &Recorded, seats: &mut Seats) -> StoreResult<()> {
        let position = recorded.position;
        if position != self.events + 1 {
            let expected = self.events + 1;
            self.faults.push(format!(
                "position {expected} is missing; next is {position}"
            ));
        }
        self.events = position;
        let fact = match recorded.fact() {
            Ok(fact) => fact,
            Err(StoreError::Damaged(text)) => {
                self.faults.push(format!("position {position}: {text}"));
                return Ok(());
            }
            Err(other) => return Err(other),
        };
        match self.world.apply(&fact, recorded.occurred_at) {
            Ok(version) if version == recorded.version => {}
            Ok(version) => self.faults.push(format!(
                "position {position}: version {} where {version} was due",
                recorded.version
            )),
            Err(impossible) => self
                .faults
                .push(format!("position {position}: {impossible}")),
        }
        self.check_seat(&fact.resource(), position, seats);
        Ok(())
    }

    /// L1 and L2, after every event.
    fn check_seat(&mut self, resource: &Resource, position: i64, seats: &mut Seats) {
        match resource.kind {
            ResourceKind::Variant => self.check_capacity(resource.id, position),
            ResourceKind::Assignment => {
                let id = domain::AssignmentId(resource.id);
                let Some(seat) = self.world.assignment(id) else {
                    return;
                };
                let pair = (seat.user_id.0, seat.variant_id.0);
                let variant = seat.variant_id.0;
                if seat.status == AssignmentStatus::Active {
                    let other = seats.insert(pair, resource.id);
                    if other.is_some_and(|other| other != resource.id) {
                        self.faults.push(format!(
                            "position {position}: user {} holds two active seats of variant {} (L2)",
                            pair.0, pair.1
                        ));
                    }
                } else if seats.get(&pair) == Some(&resource.id) {
                    seats.remove(&pair);
                }
                self.check_capacity(variant, position);
            }
            _ => {}
        }
    }

    fn check_capacity(&mut self, variant: Uuid, position: i64) {
        let Some(variant) = self.world.variant(domain::VariantId(variant)) else {
            return;
        };
        if let Some(capacity) = variant.capacity
            && variant.active_count > i64::from(capacity)
        {
            self.faults.push(format!(
                "position {position}: variant {} has {} active seats of {capacity} (L1)",
                variant.id, variant.active_count
            ));
        }
    }
}

async fn compare(
    connection: &impl ConnectionTrait,
    log: LogId,
    mut world: World,
    report: &mut Report,
) -> StoreResult<()> {
    let totals = world.take_changes().tallies;
    let rows = world
        .users()
        .into_values()
        .map(|user| (user.id.0, user::row(user)));
    table::<user::Entity, _>(connection, "users", rows.collect(), report).await?;
    let rows = world
        .api_keys()
        .into_values()
        .map(|key| (key.id.0, api_key::row(key)));
    table::<api_key::Entity, _>(connection, "api_keys", rows.collect(), report).await?;
    let rows = world
        .products()
        .into_values()
        .map(|one| (one.id.0, product::row(one)));
    table::<product::Entity, _>(connection, "products", rows.collect(), report).await?;
    let rows = world
        .variants()
        .into_values()
        .map(|one| (one.id.0, variant::row(one)));
    table::<variant::Entity, _>(connection, "variants", rows.collect(), report).await?;
    let rows = world
        .assignments()
        .into_values()
        .map(|seat| (seat.id.0, assignment::row(seat)));
    table::<assignment::Entity, _>(connection, "assignments", rows.collect(), report).await?;
    compare_totals(connection, log, &totals, report).await
}

/// Compares the kept totals with those that the log tells; one that is not there is zero.
async fn compare_totals(
    connection: &impl ConnectionTrait,
    log: LogId,
    totals: &BTreeMap<Tally, i64>,
    report: &mut Report,
) -> StoreResult<()> {
    let stored = tally::of_log(connection, log.0).await?;
    let names = totals
        .keys()
        .map(|tally| tally.as_str().to_owned())
        .chain(stored.keys().cloned());
    for name in names.collect::<BTreeSet<String>>() {
        let told = totals
            .iter()
            .find(|(tally, _)| tally.as_str() == name)
            .map_or(0, |(_, n)| *n);
        let stands = stored.get(&name).copied().unwrap_or(0);
        report.rows += 1;
        if told != stands {
            let line = format!("tallies {name}: total is {stands}, the log says {told}");
            report.differences.push(line);
        }
    }
    Ok(())
}

/// Compares a table with the rows that the log tells, column by column.
async fn table<E, A>(
    connection: &impl ConnectionTrait,
    name: &str,
    mut told: BTreeMap<Uuid, A>,
    report: &mut Report,
) -> StoreResult<()>
where
    E: EntityTrait,
    A: ActiveModelTrait<Entity = E>,
{
    let Some(key) = E::PrimaryKey::iter().next().map(|key| key.into_column()) else {
        return Ok(());
    };
    for row in E::find().all(connection).await? {
        report.rows += 1;
        let id = match row.get(key) {
            Value::Uuid(Some(id)) => id,
            other => return Err(StoreError::damaged(name, format_args!("id {other:?}"))),
        };
        let Some(expected) = told.remove(&id) else {
            report
                .differences
                .push(format!("{name} {id}: the log knows no such row"));
            continue;
        };
        let faults = differing_columns(&row, &expected);
        let lines = faults.map(|fault| format!("{name} {id}: {fault}"));
        report.differences.extend(lines);
    }
    for id in told.into_keys() {
        report
            .differences
            .push(format!("{name} {id}: the row is missing"));
    }
    Ok(())
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
