//! Metrics of the reactors.

use super::Metrics;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Of {
    reactor: &'static str,
}

/// The series of every reactor.
#[derive(Default)]
pub(super) struct ReactorCounters {
    lag: Family<Of, Gauge>,
    working: Family<Of, Gauge>,
    published: Family<Of, Counter>,
    failures: Family<Of, Counter>,
    parked: Family<Of, Counter>,
    stuck: Family<Of, Gauge>,
}

impl ReactorCounters {
    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Events that a reactor has before it, in all replicas";
        registry.register("reactor_lag_events", help, self.lag.clone());
        let help = "1 in the replica that works for a reactor";
        registry.register("reactor_working", help, self.working.clone());
        let help = "Events that a reactor has delivered, repeated ones too";
        registry.register("reactor_published", help, self.published.clone());
        let help = "Attempts of a reactor that failed and are repeated";
        registry.register("reactor_failures", help, self.failures.clone());
        let help = "Events that a reactor could not read or write and put aside";
        registry.register("reactor_parked", help, self.parked.clone());
        let help = "Logs whose events a reactor cannot deliver at present";
        registry.register("reactor_stuck_logs", help, self.stuck.clone());
    }
}

impl Metrics {
    /// Adds the series of a reactor, which begin at zero.
    pub fn add_reactor(&self, reactor: &'static str) {
        let of = Of { reactor };
        self.reactors.lag.get_or_create(&of).set(0);
        self.reactors.working.get_or_create(&of).set(0);
        self.reactors.published.get_or_create(&of).inc_by(0);
        self.reactors.failures.get_or_create(&of).inc_by(0);
        self.reactors.parked.get_or_create(&of).inc_by(0);
        self.reactors.stuck.get_or_create(&of).set(0);
    }

    /// Sets how many events the reactor is behind.
    pub fn set_reactor_lag(&self, reactor: &'static str, events: u64) {
        let events = i64::try_from(events).unwrap_or(i64::MAX);
        self.reactors.lag.get_or_create(&Of { reactor }).set(events);
    }

    /// Sets whether the reactor works in this process.
    pub fn reactor_works(&self, reactor: &'static str, here: bool) {
        let working = self.reactors.working.get_or_create(&Of { reactor });
        working.set(i64::from(here));
    }

    /// Counts events that the reactor has delivered.
    pub fn reactor_published(&self, reactor: &'static str, events: u64) {
        let published = self.reactors.published.get_or_create(&Of { reactor });
        published.inc_by(events);
    }

    /// Counts a failed attempt of the reactor.
    pub fn reactor_failed(&self, reactor: &'static str) {
        self.reactors.failures.get_or_create(&Of { reactor }).inc();
    }

    /// Counts events that the reactor has parked.
    pub fn reactor_parked(&self, reactor: &'static str, events: u64) {
        let parked = self.reactors.parked.get_or_create(&Of { reactor });
        parked.inc_by(events);
    }

    /// Sets the number of logs whose events the reactor cannot deliver.
    pub fn set_reactor_stuck(&self, reactor: &'static str, logs: usize) {
        let logs = i64::try_from(logs).unwrap_or(i64::MAX);
        self.reactors.stuck.get_or_create(&Of { reactor }).set(logs);
    }
}
