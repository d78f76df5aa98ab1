//! One pass over all logs and tables: a few logs at a time, so that what is held in memory does not
//! grow with the number of logs.

use super::{
    Report,
    compare::{Comparison, Wrong},
    fold::{Fold, fold, logs},
};
use crate::{StoreResult, log::LogId};
use domain::{OrganizationId, Time, VariantId, allocation::Allocation, pool::Pool};
use sea_orm::ConnectionTrait;
use std::collections::{BTreeMap, BTreeSet};

/// Events of the logs whose states are held together, unless one log has more.
const TOGETHER: i64 = 100_000;

/// What was seen.
#[derive(Default)]
pub(super) struct Seen {
    pub events: i64,
    pub rows: usize,
    /// Every log.
    pub logs: BTreeSet<LogId>,
    /// What is wrong with the logs themselves.
    pub faults: Vec<String>,
    /// What is wrong with rows, each a line for people.
    pub differences: Vec<String>,
    /// The same for the mender.
    pub wrong: Wrong,
}

impl Seen {
    pub fn into_report(self) -> Report {
        let mut differences = self.faults;
        differences.extend(self.differences);
        Report {
            events: self.events,
            rows: self.rows,
            differences,
            ..Report::default()
        }
    }
}

/// Folds every log and compares every row, as the connection sees them.
pub(super) async fn inspect<C: ConnectionTrait>(connection: &C, now: Time) -> StoreResult<Seen> {
    let mut seen = Seen::default();
    let mut pools = Pools::default();
    let mut comparison = Comparison::new(connection, now);
    let mut together = Vec::new();
    for (log, head) in logs(connection).await? {
        let fold = fold(connection, log, head.as_ref()).await?;
        seen.logs.insert(log);
        seen.events += fold.events;
        seen.faults.extend(fold.faults.iter().cloned());
        pools.note(&fold);
        together.push(fold);
        if together.iter().map(|fold| fold.events).sum::<i64>() >= TOGETHER {
            comparison.rows(&together).await?;
            together.clear();
        }
    }
    comparison.rows(&together).await?;
    drop(together);
    comparison.unrecorded().await?;
    comparison.totals().await?;
    seen.faults.extend(pools.uneven());
    seen.rows = comparison.rows;
    seen.differences = comparison.differences;
    seen.wrong = comparison.wrong;
    Ok(seen)
}

/// The seats of pools, as each side records them.
#[derive(Default)]
struct Pools {
    given: BTreeMap<(OrganizationId, VariantId), i32>,
    had: BTreeMap<(OrganizationId, VariantId), i32>,
}

impl Pools {
    fn note(&mut self, fold: &Fold) {
        let given = fold.set.all::<Allocation>().into_values();
        self.given
            .extend(given.map(|one| ((one.organization_id, one.variant_id), one.seats)));
        let had = fold.set.all::<Pool>().into_values();
        self.had
            .extend(had.map(|one| ((one.organization_id, one.variant_id), one.seats)));
    }

    /// The pools whose number of seats differs between the two sides.
    fn uneven(&self) -> Vec<String> {
        let (given, had) = (&self.given, &self.had);
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
