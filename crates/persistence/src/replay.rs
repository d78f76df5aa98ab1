//! The logs and the tables compared, and the tables made again from the logs.

use crate::{
    Store, StoreError, StoreResult, allocation, api_key, assignment, changes,
    log::{Entry, Hash, LogId, Place, Recorded, Write, feed_after, head},
    organization, pool, product, role, session, station, tally, user, variant, webhook,
};
use domain::{
    AllocationId, AssignmentId, Fact, Holder, PoolId, Realm, Resource, ResourceKind, VariantId,
    World, assignment::AssignmentStatus, tally::Tally,
};
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

/// The state that a log tells, and what is wrong with the log itself.
struct Fold {
    log: LogId,
    world: World,
    events: i64,
    faults: Vec<String>,
}

impl Store {
    /// Folds every log and compares every row of every table with them, at one moment. Checks also
    /// that positions and versions have no gaps, that L1 and L2 held at every position, and that
    /// both sides of every pool agree.
    pub async fn verify(&self) -> StoreResult<Report> {
        let snapshot = self.snapshot().await?;
        let mut folds = fold_all(&snapshot).await?;
        let mut report = folds.report();
        compare(&snapshot, &mut folds, &mut report).await?;
        snapshot.rollback().await?;
        Ok(report)
    }

    /// Empties the tables and makes them again from the logs, in one transaction that holds every
    /// head.
    pub async fn rebuild(&self) -> StoreResult<Report> {
        let logs = self.logs().await?.into_keys();
        let mut write = self.begin_write(&logs.collect()).await?;
        let folds = fold_all(write.connection()).await?;
        let mut report = folds.report();
        if !report.differences.is_empty() {
            write.rollback().await?;
            return Ok(report);
        }
        report.rows = refill(&write, folds).await?;
        write.begin_epoch().await?;
        write.commit().await?;
        Ok(report)
    }
}

/// What every log tells.
struct Folds(BTreeMap<LogId, Fold>);

impl Folds {
    fn report(&self) -> Report {
        let faults = self.0.values().flat_map(|fold| fold.faults.iter().cloned());
        Report {
            events: self.0.values().map(|fold| fold.events).sum(),
            rows: 0,
            differences: faults.chain(self.uneven_pools()).collect(),
        }
    }

    fn worlds(&self) -> impl Iterator<Item = &World> {
        self.0.values().map(|fold| &fold.world)
    }

    /// What the platform gave away and what organizations were given is the same.
    fn uneven_pools(&self) -> Vec<String> {
        let given = self
            .worlds()
            .flat_map(|world| world.allocations().into_values());
        let given = given.map(|one| ((one.organization_id, one.variant_id), one.seats));
        let had = self.worlds().flat_map(|world| world.pools().into_values());
        let had = had.map(|one| ((one.organization_id, one.variant_id), one.seats));
        let (given, had) = (BTreeMap::from_iter(given), BTreeMap::from_iter(had));
        let pairs: BTreeSet<_> = given.keys().chain(had.keys()).collect();
        let uneven = pairs
            .into_iter()
            .filter(|pair| given.get(pair) != had.get(pair));
        uneven
            .map(|(of, variant)| {
                format!("pool of {of} in variant {variant}: the platform gave another number")
            })
            .collect()
    }
}

async fn fold_all(connection: &impl ConnectionTrait) -> StoreResult<Folds> {
    let mut folds = BTreeMap::new();
    for head in head::Entity::find().all(connection).await? {
        let log = LogId(head.log_id);
        folds.insert(log, fold(connection, log, &head).await?);
    }
    Ok(Folds(folds))
}

async fn refill(write: &Write, folds: Folds) -> StoreResult<usize> {
    let connection = write.connection();
    assignment::Entity::delete_many().exec(connection).await?;
    pool::Entity::delete_many().exec(connection).await?;
    allocation::Entity::delete_many().exec(connection).await?;
    variant::Entity::delete_many().exec(connection).await?;
    product::Entity::delete_many().exec(connection).await?;
    api_key::Entity::delete_many().exec(connection).await?;
    webhook::Entity::delete_many().exec(connection).await?;
    session::Entity::delete_many().exec(connection).await?;
    role::Entity::delete_many().exec(connection).await?;
    user::Entity::delete_many().exec(connection).await?;
    station::Entity::delete_many().exec(connection).await?;
    organization::Entity::delete_many().exec(connection).await?;
    tally::clear(connection).await?;
    let mut rows = 0;
    for mut fold in folds.0.into_values() {
        let made = fold.world.take_changes();
        // Nothing was there before: every row that the log leaves is new.
        let touched: BTreeMap<_, _> = made
            .touched
            .into_keys()
            .map(|resource| (resource, false))
            .collect();
        changes::write(connection, &fold.world, &touched).await?;
        tally::add(connection, &made.tallies).await?;
        rows += touched.len();
    }
    Ok(rows)
}

async fn fold(
    connection: &impl ConnectionTrait,
    log: LogId,
    head: &head::Model,
) -> StoreResult<Fold> {
    let mut fold = Fold {
        log,
        world: World::over([log.realm()]),
        events: 0,
        faults: Vec::new(),
    };
    let (mut seats, mut place) = (BTreeMap::new(), Place::START);
    loop {
        let page = feed_after(connection, log, &mut place, PAGE).await?;
        if page.is_empty() {
            break;
        }
        for entry in page {
            fold.take(entry, &mut seats)?;
        }
        if !fold.faults.is_empty() {
            return Ok(fold);
        }
    }
    fold.check_head(head, place);
    Ok(fold)
}

/// Who holds which active seat, as the fold goes.
type Seats = BTreeMap<(Holder, VariantId), Uuid>;

impl Fold {
    fn fault(&mut self, text: String) {
        self.faults.push(match self.log.realm() {
            None => text,
            Some(organization) => format!("organization {organization}: {text}"),
        });
    }

    fn check_head(&mut self, head: &head::Model, end: Place) {
        let (said, last) = (head.position, end.position);
        if said != last {
            self.fault(format!(
                "the head says position {said}, the log ends at {last}"
            ));
        } else if Hash::parse(&head.hash) != Some(end.hash) {
            self.fault(format!(
                "the head does not have the hash of position {last}"
            ));
        }
    }

    fn take(&mut self, entry: Entry, seats: &mut Seats) -> StoreResult<()> {
        let position = entry.position;
        if position != self.events + 1 {
            let expected = self.events + 1;
            self.fault(format!(
                "position {expected} is missing; next is {position}"
            ));
        }
        self.events = position;
        if !entry.fits {
            self.fault(format!(
                "position {position}: this is not what was written here, or not after what was"
            ));
        }
        let told = entry
            .recorded
            .and_then(|recorded| Ok((recorded.fact()?, recorded)));
        match told {
            Ok((fact, recorded)) => self.apply(&fact, &recorded, seats),
            Err(StoreError::Damaged(text)) => self.fault(format!("position {position}: {text}")),
            Err(other) => return Err(other),
        }
        Ok(())
    }

    fn apply(&mut self, fact: &Fact, recorded: &Recorded, seats: &mut Seats) {
        let position = recorded.position;
        match self.world.apply(fact, recorded.occurred_at) {
            Ok(version) if version == recorded.version => {}
            Ok(version) => self.fault(format!(
                "position {position}: version {} where {version} was due",
                recorded.version
            )),
            Err(impossible) => self.fault(format!("position {position}: {impossible}")),
        }
        self.check_seats(&fact.resource(), position, seats);
    }

    /// L1 and L2, after every event.
    fn check_seats(&mut self, resource: &Resource, position: i64, seats: &mut Seats) {
        match resource.kind {
            ResourceKind::Variant => self.check_variant(VariantId(resource.id), position),
            ResourceKind::Pool => self.check_pool(PoolId(resource.id), position),
            ResourceKind::Allocation => {
                let known = self.world.allocation_by_id(AllocationId(resource.id));
                if let Some(variant) = known.map(|allocation| allocation.variant_id) {
                    self.check_variant(variant, position);
                }
            }
            ResourceKind::Assignment => self.check_seat(resource.id, position, seats),
            _ => {}
        }
    }

    fn check_seat(&mut self, id: Uuid, position: i64, seats: &mut Seats) {
        let Some(seat) = self.world.assignment(AssignmentId(id)).cloned() else {
            return;
        };
        let pair = (seat.holder, seat.variant_id);
        if seat.status == AssignmentStatus::Active {
            let other = seats.insert(pair, id);
            if other.is_some_and(|other| other != id) {
                self.fault(format!(
                    "position {position}: {} holds two active seats of variant {} (L2)",
                    seat.holder.id(),
                    seat.variant_id
                ));
            }
        } else if seats.get(&pair) == Some(&id) {
            seats.remove(&pair);
        }
        let pool = seat
            .realm
            .and_then(|of| self.world.pool(of, seat.variant_id));
        match pool.map(|pool| pool.id) {
            Some(pool) => self.check_pool(pool, position),
            None => self.check_variant(seat.variant_id, position),
        }
    }

    fn check_variant(&mut self, id: VariantId, position: i64) {
        let Some(variant) = self.world.variant(id) else {
            return;
        };
        let (capacity, taken) = (variant.capacity, variant.active_count);
        if let Some(capacity) = capacity
            && taken > i64::from(capacity)
        {
            self.fault(format!(
                "position {position}: variant {id} has {taken} active seats of {capacity} (L1)"
            ));
        }
    }

    fn check_pool(&mut self, id: PoolId, position: i64) {
        let Some(pool) = self.world.pool_by_id(id) else {
            return;
        };
        let (seats, active) = (pool.seats, pool.active_count);
        if active > i64::from(seats) {
            self.fault(format!(
                "position {position}: pool {id} has {active} active seats of {seats} (L1)"
            ));
        }
    }
}

async fn compare(
    connection: &impl ConnectionTrait,
    folds: &mut Folds,
    report: &mut Report,
) -> StoreResult<()> {
    let mut totals = BTreeMap::new();
    for fold in folds.0.values_mut() {
        totals.extend(fold.world.take_changes().tallies);
    }
    let rows = folds
        .worlds()
        .flat_map(|world| world.organizations().into_values())
        .map(|one| (one.id.0, organization::row(one)));
    table::<organization::Entity, _>(connection, "organizations", rows.collect(), report).await?;
    let rows = folds
        .worlds()
        .flat_map(|world| world.stations().into_values())
        .map(|one| (one.id.0, station::row(one)));
    table::<station::Entity, _>(connection, "stations", rows.collect(), report).await?;
    let rows = folds
        .worlds()
        .flat_map(|world| world.users().into_values())
        .map(|one| (one.id.0, user::row(one)));
    table::<user::Entity, _>(connection, "users", rows.collect(), report).await?;
    let rows = folds
        .worlds()
        .flat_map(|world| world.roles().into_values())
        .map(|one| (one.id.0, role::row(one)));
    table::<role::Entity, _>(connection, "roles", rows.collect(), report).await?;
    let rows = folds
        .worlds()
        .flat_map(|world| world.sessions().into_values())
        .map(|one| (one.id.0, session::row(one)));
    table::<session::Entity, _>(connection, "sessions", rows.collect(), report).await?;
    let rows = folds
        .worlds()
        .flat_map(|world| world.api_keys().into_values())
        .map(|one| (one.id.0, api_key::row(one)));
    table::<api_key::Entity, _>(connection, "api_keys", rows.collect(), report).await?;
    let rows = folds
        .worlds()
        .flat_map(|world| world.webhooks().into_values())
        .map(|one| (one.id.0, webhook::row(one)));
    table::<webhook::Entity, _>(connection, "webhooks", rows.collect(), report).await?;
    let rows = folds
        .worlds()
        .flat_map(|world| world.products().into_values())
        .map(|one| (one.id.0, product::row(one)));
    table::<product::Entity, _>(connection, "products", rows.collect(), report).await?;
    let rows = folds
        .worlds()
        .flat_map(|world| world.variants().into_values())
        .map(|one| (one.id.0, variant::row(one)));
    table::<variant::Entity, _>(connection, "variants", rows.collect(), report).await?;
    let rows = folds
        .worlds()
        .flat_map(|world| world.allocations().into_values())
        .map(|one| (one.id.0, allocation::row(one)));
    table::<allocation::Entity, _>(connection, "allocations", rows.collect(), report).await?;
    let rows = folds
        .worlds()
        .flat_map(|world| world.pools().into_values())
        .map(|one| (one.id.0, pool::row(one)));
    table::<pool::Entity, _>(connection, "pools", rows.collect(), report).await?;
    let rows = folds
        .worlds()
        .flat_map(|world| world.assignments().into_values())
        .map(|one| (one.id.0, assignment::row(one)));
    table::<assignment::Entity, _>(connection, "assignments", rows.collect(), report).await?;
    compare_totals(connection, &totals, report).await
}

/// Compares the kept totals with those that the logs tell; one that is not there is zero.
async fn compare_totals(
    connection: &impl ConnectionTrait,
    totals: &BTreeMap<(Realm, Tally), i64>,
    report: &mut Report,
) -> StoreResult<()> {
    let stored = tally::all(connection).await?;
    let named = |(realm, tally): &(Realm, Tally)| (LogId::of(*realm).0, tally.as_str().to_owned());
    let told: BTreeMap<_, i64> = totals.iter().map(|(key, n)| (named(key), *n)).collect();
    for key in told.keys().chain(stored.keys()).collect::<BTreeSet<_>>() {
        let due = told.get(key).copied().unwrap_or(0);
        let stands = stored.get(key).copied().unwrap_or(0);
        report.rows += 1;
        if due != stands {
            let line = format!("tallies {}: total is {stands}, the log says {due}", key.1);
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
