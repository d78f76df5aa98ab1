//! Metrics of writes that the database could not store.

use super::Metrics;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};
use std::sync::atomic::Ordering;

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Cause {
    cause: &'static str,
}

/// The series of these writes.
#[derive(Default)]
pub(super) struct Database {
    keeps_changes: Gauge,
    write_faults: Family<Cause, Counter>,
}

impl Database {
    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "0 after a write that the database could not keep, until one is kept";
        registry.register("database_keeps_changes", help, self.keeps_changes.clone());
        let help = "Writes that the database could not keep or did not answer, by cause";
        registry.register("database_write_faults", help, self.write_faults.clone());
    }
}

impl Metrics {
    /// Sets how often writes met each fault since the start, and whether the last write was stored.
    pub fn set_write_faults(
        &self,
        counts: impl IntoIterator<Item = (&'static str, u64)>,
        keeps_changes: bool,
    ) {
        self.database.keeps_changes.set(i64::from(keeps_changes));
        for (cause, count) in counts {
            let series = self.database.write_faults.get_or_create(&Cause { cause });
            series.inner().store(count, Ordering::Relaxed);
        }
    }
}
