//! The state that every log tells, and the rules at every position.

use super::Report;
use crate::{
    StoreError, StoreResult,
    log::{Entry, Hash, LogId, Place, Recorded, feed_after, head},
};
use domain::{
    AllocationId, AssignmentId, Fact, Holder, PoolId, Realm, Resource, ResourceKind, VariantId,
    World, assignment::AssignmentStatus, tally::Tally,
};
use sea_orm::entity::prelude::*;
use std::collections::{BTreeMap, BTreeSet};

/// Events that are read at a time.
const PAGE: u64 = 2000;

/// The state that a log tells, and what is wrong with the log itself.
pub(super) struct Fold {
    log: LogId,
    pub(super) world: World,
    /// The totals of the log, as far as it is folded.
    pub(super) totals: BTreeMap<(Realm, Tally), i64>,
    place: Place,
    seats: Seats,
    events: i64,
    pub(super) faults: Vec<String>,
}

/// Who holds which active seat, as the fold goes.
type Seats = BTreeMap<(Holder, VariantId), Uuid>;

/// What every log tells.
pub(super) struct Folds(pub(super) BTreeMap<LogId, Fold>);

impl Folds {
    /// What is wrong with the logs themselves.
    pub(super) fn report(&self) -> Report {
        let faults = self.0.values().flat_map(|fold| fold.faults.iter().cloned());
        Report {
            events: self.0.values().map(|fold| fold.events).sum(),
            differences: faults.chain(self.uneven_pools()).collect(),
            ..Report::default()
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

/// Folds every log, as the connection sees them.
pub(super) async fn fold_all(connection: &impl ConnectionTrait) -> StoreResult<Folds> {
    let mut folds = BTreeMap::new();
    for head in head::Entity::find().all(connection).await? {
        let log = LogId(head.log_id);
        let mut fold = Fold::new(log);
        fold.go_on(connection).await?;
        fold.check_head(head.position, Hash::parse(&head.hash));
        folds.insert(log, fold);
    }
    Ok(Folds(folds))
}

impl Fold {
    fn new(log: LogId) -> Self {
        Self {
            log,
            world: World::over([log.realm()]),
            totals: BTreeMap::new(),
            place: Place::START,
            seats: Seats::new(),
            events: 0,
            faults: Vec::new(),
        }
    }

    /// Folds what the log says beyond where it stands, to its end or to the first fault. Gives the number
    /// of events.
    pub(super) async fn go_on(&mut self, connection: &impl ConnectionTrait) -> StoreResult<i64> {
        let before = self.events;
        loop {
            let page = feed_after(connection, self.log, &mut self.place, PAGE).await?;
            if page.is_empty() || !self.faults.is_empty() {
                break;
            }
            for entry in page {
                self.take(entry)?;
            }
        }
        for (total, by) in self.world.take_changes().tallies {
            *self.totals.entry(total).or_insert(0) += by;
        }
        Ok(self.events - before)
    }

    fn fault(&mut self, text: String) {
        self.faults.push(match self.log.realm() {
            None => text,
            Some(organization) => format!("organization {organization}: {text}"),
        });
    }

    /// Whether the head says what the log does.
    pub(super) fn check_head(&mut self, position: i64, hash: Option<Hash>) {
        let end = self.place;
        let last = end.position;
        if !self.faults.is_empty() {
            return;
        }
        if position != last {
            self.fault(format!(
                "the head says position {position}, the log ends at {last}"
            ));
        } else if hash != Some(end.hash) {
            self.fault(format!(
                "the head does not have the hash of position {last}"
            ));
        }
    }

    fn take(&mut self, entry: Entry) -> StoreResult<()> {
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
            Ok((fact, recorded)) => self.apply(&fact, &recorded),
            Err(StoreError::Damaged(text)) => self.fault(format!("position {position}: {text}")),
            Err(other) => return Err(other),
        }
        Ok(())
    }

    fn apply(&mut self, fact: &Fact, recorded: &Recorded) {
        let position = recorded.position;
        match self.world.apply(fact, recorded.occurred_at) {
            Ok(version) if version == recorded.version => {}
            Ok(version) => self.fault(format!(
                "position {position}: version {} where {version} was due",
                recorded.version
            )),
            Err(impossible) => self.fault(format!("position {position}: {impossible}")),
        }
        self.check_seats(&fact.resource(), position);
    }

    /// L1 and L2, after every event.
    fn check_seats(&mut self, resource: &Resource, position: i64) {
        match resource.kind {
            ResourceKind::Variant => self.check_variant(VariantId(resource.id), position),
            ResourceKind::Pool => self.check_pool(PoolId(resource.id), position),
            ResourceKind::Allocation => {
                let known = self.world.allocation_by_id(AllocationId(resource.id));
                if let Some(variant) = known.map(|allocation| allocation.variant_id) {
                    self.check_variant(variant, position);
                }
            }
            ResourceKind::Assignment => self.check_seat(resource.id, position),
            _ => {}
        }
    }

    fn check_seat(&mut self, id: Uuid, position: i64) {
        let Some(seat) = self.world.assignment(AssignmentId(id)).cloned() else {
            return;
        };
        let pair = (seat.holder, seat.variant_id);
        if seat.status == AssignmentStatus::Active {
            let other = self.seats.insert(pair, id);
            if other.is_some_and(|other| other != id) {
                self.fault(format!(
                    "position {position}: {} holds two active seats of variant {} (L2)",
                    seat.holder.id(),
                    seat.variant_id
                ));
            }
        } else if self.seats.get(&pair) == Some(&id) {
            self.seats.remove(&pair);
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
