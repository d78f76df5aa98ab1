//! Metrics of the queues of writes and of the write pool.

use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge, histogram::Histogram},
    registry::{Registry, Unit},
};
use std::{sync::atomic::AtomicU64, time::Duration};

use super::{Metrics, SECONDS};

/// The most logs with a series of their own: those whose writes wait the longest.
pub const LOG_SERIES: usize = 20;

#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct OfLog {
    log: String,
}

type Seconds = Gauge<f64, AtomicU64>;

pub(super) struct Writes {
    durations: Histogram,
    abandoned: Counter,
    oldest: Seconds,
    by_log: Family<OfLog, Seconds>,
    connections: Gauge,
    idle: Gauge,
}

impl Default for Writes {
    fn default() -> Self {
        Self {
            durations: Histogram::new(SECONDS),
            abandoned: Counter::default(),
            oldest: Seconds::default(),
            by_log: Family::default(),
            connections: Gauge::default(),
            idle: Gauge::default(),
        }
    }
}

impl Writes {
    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "How long a batch of writes took, with the wait for its log and the commit";
        let durations = self.durations.clone();
        registry.register_with_unit("write_duration", help, Unit::Seconds, durations);
        let help = "Writes that were not begun, since nobody waited for them any more";
        registry.register("writes_abandoned", help, self.abandoned.clone());
        let help = "How long the oldest write has waited, over all logs";
        let oldest = self.oldest.clone();
        registry.register_with_unit("write_oldest_waiting", help, Unit::Seconds, oldest);
        let help =
            "How long the oldest write of a log has waited, for the logs that keep writes waiting";
        let by_log = self.by_log.clone();
        registry.register_with_unit("log_oldest_waiting", help, Unit::Seconds, by_log);
        let connections = self.connections.clone();
        let help = "Open database connections that write";
        registry.register("write_pool_connections", help, connections);
        let help = "Database connections that write, without work";
        registry.register("write_pool_idle_connections", help, self.idle.clone());
    }
}

impl Metrics {
    /// Records how long a batch of writes took.
    pub fn batch_took(&self, took: Duration) {
        self.writes.durations.observe(took.as_secs_f64());
    }

    /// Counts writes that were not begun because their callers no longer waited.
    pub fn writes_abandoned(&self, writes: usize) {
        self.writes.abandoned.inc_by(writes as u64);
    }

    /// Replaces how long the writes of logs have waited; the longest comes first.
    pub fn set_waiting_logs(&self, logs: &[(String, Duration)]) {
        let oldest = logs.first().map_or(Duration::ZERO, |(_, age)| *age);
        self.writes.oldest.set(oldest.as_secs_f64());
        self.writes.by_log.clear();
        for (log, age) in logs.iter().take(LOG_SERIES) {
            let of = OfLog { log: log.clone() };
            self.writes.by_log.get_or_create(&of).set(age.as_secs_f64());
        }
    }

    /// Sets the connections of the write pool.
    pub fn set_write_pool(&self, connections: u32, idle: u32) {
        self.writes.connections.set(i64::from(connections));
        self.writes.idle.set(i64::from(idle));
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_log_has_a_series_while_its_writes_wait() {
        let metrics = Metrics::new("sqlite");
        let waiting = |count: u64| {
            let age = |number: u64| (number.to_string(), Duration::from_secs(count - number));
            (0..count).map(age).collect::<Vec<_>>()
        };
        let series = || {
            let page = metrics.render().unwrap();
            let oldest = "quartermaster_write_oldest_waiting_seconds ";
            let oldest = page.lines().find_map(|line| line.strip_prefix(oldest));
            let of_logs = "quartermaster_log_oldest_waiting_seconds{";
            let of_logs = page.lines().filter(|line| line.starts_with(of_logs));
            (oldest.unwrap().to_owned(), of_logs.count())
        };
        metrics.set_waiting_logs(&waiting(30));
        assert_eq!(series(), ("30.0".to_owned(), LOG_SERIES));
        metrics.set_waiting_logs(&[]);
        assert_eq!(series(), ("0.0".to_owned(), 0));
    }
}
