//! Folds logs into states, and checks the rules at every position.

use crate::{
    StoreError, StoreResult,
    log::{Entry, Hash, LogId, Place, Recorded, event, feed_after, head},
};
use domain::{
    AllocationId, AssignmentId, Fact, Holder, PoolId, Realm, ResourceId, ResourceKind, VariantId,
    WorkingSet, assignment::AssignmentStatus, pool::PoolOf, tally::Tally,
};
use sea_orm::{QueryOrder, QuerySelect, QueryTrait, entity::prelude::*};
use std::collections::BTreeMap;

/// Events that are read at a time.
const PAGE: u64 = 2000;

/// The state that a log records, and the faults of the log itself.
pub(super) struct Fold {
    pub(super) log: LogId,
    pub(super) set: WorkingSet,
    /// The totals of the log, as far as it is folded.
    pub(super) totals: BTreeMap<(Realm, Tally), i64>,
    place: Place,
    seats: Seats,
    pub(super) events: i64,
    pub(super) faults: Vec<String>,
}

/// Who holds which active seat, as the fold goes.
type Seats = BTreeMap<(Holder, VariantId), Uuid>;

/// The logs in the order of their ids, each with its head: those that have a head, and those that have
/// events.
pub(super) async fn logs(
    connection: &impl ConnectionTrait,
) -> StoreResult<BTreeMap<LogId, Option<head::Model>>> {
    let heads = head::Entity::find().all(connection).await?;
    let mut logs: BTreeMap<LogId, Option<head::Model>> = heads
        .into_iter()
        .map(|head| (LogId(head.log_id), Some(head)))
        .collect();
    let mut after: Option<Uuid> = None;
    // Each step is one lookup in the index, whatever the number of events.
    loop {
        let next = event::Entity::find()
            .select_only()
            .column(event::Column::LogId)
            .apply_if(after, |query, after| {
                query.filter(event::Column::LogId.gt(after))
            })
            .order_by_asc(event::Column::LogId)
            .into_tuple::<Uuid>();
        let Some(log) = next.one(connection).await? else {
            return Ok(logs);
        };
        logs.entry(LogId(log)).or_insert(None);
        after = Some(log);
    }
}

/// Folds a log, as the connection sees it.
pub(super) async fn fold(
    connection: &impl ConnectionTrait,
    log: LogId,
    head: Option<&head::Model>,
) -> StoreResult<Fold> {
    let mut fold = Fold::new(log);
    fold.go_on(connection).await?;
    match head {
        Some(head) => fold.check_head(head.position, Hash::parse(&head.hash)),
        None => {
            let events = fold.events;
            fold.fault(format!("the log has {events} events and no head"));
        }
    }
    Ok(fold)
}

impl Fold {
    pub(super) fn new(log: LogId) -> Self {
        Self {
            log,
            set: WorkingSet::over([log.realm()]),
            totals: BTreeMap::new(),
            place: Place::START,
            seats: Seats::new(),
            events: 0,
            faults: Vec::new(),
        }
    }

    /// Folds the next events of the log, to its end or to the first fault. Returns their number.
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
            // Which rows were touched is not needed here.
            for (total, by) in self.set.take_changes().tallies {
                *self.totals.entry(total).or_insert(0) += by;
            }
        }
        Ok(self.events - before)
    }

    fn fault(&mut self, text: String) {
        self.faults.push(match self.log.realm() {
            None => text,
            Some(organization) => format!("organization {organization}: {text}"),
        });
    }

    /// Compares the head with the end of the log.
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
        let decoded = entry
            .recorded
            .and_then(|recorded| Ok((recorded.fact()?, recorded)));
        match decoded {
            Ok((fact, recorded)) => self.apply(&fact, &recorded),
            Err(StoreError::Damaged(text)) => self.fault(format!("position {position}: {text}")),
            Err(other) => return Err(other),
        }
        Ok(())
    }

    fn apply(&mut self, fact: &Fact, recorded: &Recorded) {
        let position = recorded.position;
        match self.set.apply(fact, recorded.occurred_at) {
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
    fn check_seats(&mut self, resource: &ResourceId, position: i64) {
        match resource.kind {
            ResourceKind::Variant => self.check_variant(VariantId(resource.id), position),
            ResourceKind::Pool => self.check_pool(PoolId(resource.id), position),
            ResourceKind::Allocation => {
                let known = self.set.get(AllocationId(resource.id));
                if let Some(variant) = known.map(|allocation| allocation.variant_id) {
                    self.check_variant(variant, position);
                }
            }
            ResourceKind::Assignment => self.check_seat(resource.id, position),
            _ => {}
        }
    }

    fn check_seat(&mut self, id: Uuid, position: i64) {
        let Some(seat) = self.set.get(AssignmentId(id)).cloned() else {
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
            .and_then(|of| self.set.found(&PoolOf(of, seat.variant_id)));
        match pool.map(|pool| pool.id) {
            Some(pool) => self.check_pool(pool, position),
            None => self.check_variant(seat.variant_id, position),
        }
    }

    fn check_variant(&mut self, id: VariantId, position: i64) {
        let Some(variant) = self.set.get(id) else {
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
        let Some(pool) = self.set.get(id) else {
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
