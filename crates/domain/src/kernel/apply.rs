//! Facts: what follows from one, for the rows and for every answer that is known.

use super::{Id, Listed, WorkingSet};
use crate::{Event, Realm, ResourceId, ResourceKind, Time, tally::Tally};
use std::collections::BTreeMap;
use uuid::Uuid;

/// What a batch of facts did to the rows: each touched resource, and whether it was there before.
#[derive(Debug, Default)]
pub struct Changes {
    /// The touched resources; `true` when there was a row before the first fact.
    pub touched: BTreeMap<ResourceId, bool>,
    /// What is to be added to the kept totals.
    pub tallies: BTreeMap<(Realm, Tally), i64>,
}

/// A fact that cannot follow the state it meets: the log, or a decision, is wrong.
#[derive(Debug, thiserror::Error)]
#[error("{} cannot happen to {} {id} in its state", .kind.as_str(), .kind.as_str())]
pub struct Impossible {
    /// The kind of the resource.
    pub kind: ResourceKind,
    /// Its id.
    pub id: Uuid,
}

impl WorkingSet {
    /// Lets an event happen to a resource, and gives the version that it has with it.
    pub(crate) fn apply_to<R: Listed>(
        &mut self,
        id: R::Id,
        event: &Event,
        at: Time,
    ) -> Option<i64> {
        let before = R::table(&self.rows).get(&id).cloned().flatten();
        let after = R::evolve(before.clone(), id, event, at);
        let version = match (&before, &after) {
            (_, Some(after)) => after.version(),
            (Some(before), None) if R::is_removed_by(event) => before.version() + 1,
            _ => return None,
        };
        R::count(self, before.as_ref(), after.as_ref(), event)?;
        self.touch(R::KIND, id.uuid(), before.is_some());
        for (row, by) in [(&before, -1), (&after, 1)] {
            if let Some((row, tally)) = row.as_ref().and_then(|row| Some((row, row.tally()?))) {
                *self.tallies.entry((row.realm(), tally)).or_insert(0) += by;
            }
        }
        if let (None, Some(new)) = (&before, &after) {
            new.begin(self);
        }
        R::follow(self, before.as_ref(), after.as_ref());
        R::table_mut(&mut self.rows).insert(id, after);
        Some(version)
    }

    /// Takes what was changed since the last time.
    pub fn take_changes(&mut self) -> Changes {
        Changes {
            touched: std::mem::take(&mut self.changes),
            tallies: std::mem::take(&mut self.tallies),
        }
    }

    /// Notes that the row is to be written; what was there at first counts.
    pub(crate) fn touch(&mut self, kind: ResourceKind, id: Uuid, was_there: bool) {
        self.changes
            .entry(ResourceId { kind, id })
            .or_insert(was_there);
    }
}
