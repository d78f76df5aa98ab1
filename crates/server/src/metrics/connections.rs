//! Metrics of connections, event streams and WebSockets.

use super::Metrics;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

/// A limit of open connections.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ConnectionLimit {
    /// Of all connections together.
    Total,
    /// Of one address.
    Address,
}

impl ConnectionLimit {
    /// The label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Total => "total",
            Self::Address => "address",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Limit {
    limit: &'static str,
}

/// The series of connections.
pub(super) struct Connections {
    open: Gauge,
    streams: Gauge,
    over_limit: Family<Limit, Counter>,
}

impl Connections {
    pub(super) fn new() -> Self {
        let over_limit = Family::default();
        for limit in [ConnectionLimit::Total, ConnectionLimit::Address] {
            let limit = limit.as_str();
            let _ = over_limit.get_or_create(&Limit { limit });
        }
        Self {
            open: Gauge::default(),
            streams: Gauge::default(),
            over_limit,
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Open connections of clients";
        registry.register("connections", help, self.open.clone());
        let help = "Open event streams and WebSockets";
        registry.register("event_streams", help, self.streams.clone());
        let help = "Connections that came when there were as many as may be, by limit";
        registry.register("connections_over_limit", help, self.over_limit.clone());
    }
}

impl Metrics {
    /// Sets the number of open connections.
    pub fn set_connections(&self, open: usize) {
        let open = i64::try_from(open).unwrap_or(i64::MAX);
        self.connections.open.set(open);
    }

    /// Sets the number of open event streams and WebSockets.
    pub fn set_streams(&self, open: usize) {
        let open = i64::try_from(open).unwrap_or(i64::MAX);
        self.connections.streams.set(open);
    }

    /// Counts a connection that arrived at a limit or could not be accepted.
    pub fn over_limit(&self, limit: ConnectionLimit) {
        let limit = limit.as_str();
        self.connections
            .over_limit
            .get_or_create(&Limit { limit })
            .inc();
    }
}
