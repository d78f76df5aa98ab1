//! Connections, event streams and WebSockets.

use super::Metrics;
use prometheus_client::{
    encoding::EncodeLabelSet,
    metrics::{counter::Counter, family::Family, gauge::Gauge},
    registry::Registry,
};

/// Why a connection was closed though its client wanted it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ClosedFor {
    /// All places were taken.
    Room,
    /// Its address had as many as it may.
    Address,
}

impl ClosedFor {
    /// The label.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Room => "room",
            Self::Address => "address",
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
struct Reason {
    reason: &'static str,
}

/// The series of connections.
pub(super) struct Connections {
    open: Gauge,
    streams: Gauge,
    closed: Family<Reason, Counter>,
}

impl Connections {
    pub(super) fn new() -> Self {
        let closed = Family::default();
        for reason in [ClosedFor::Room, ClosedFor::Address].map(ClosedFor::as_str) {
            let _ = closed.get_or_create(&Reason { reason });
        }
        Self {
            open: Gauge::default(),
            streams: Gauge::default(),
            closed,
        }
    }

    pub(super) fn register(&self, registry: &mut Registry) {
        let help = "Open connections of clients";
        registry.register("connections", help, self.open.clone());
        let help = "Open event streams and WebSockets";
        registry.register("event_streams", help, self.streams.clone());
        let help = "Connections that were closed for want of room, by what had none left";
        registry.register("connections_closed", help, self.closed.clone());
    }
}

impl Metrics {
    /// So many connections are open.
    pub fn set_connections(&self, open: usize) {
        let open = i64::try_from(open).unwrap_or(i64::MAX);
        self.connections.open.set(open);
    }

    /// So many event streams and WebSockets are open.
    pub fn set_streams(&self, open: usize) {
        let open = i64::try_from(open).unwrap_or(i64::MAX);
        self.connections.streams.set(open);
    }

    /// A connection was closed, or not taken, for want of room.
    pub fn closed(&self, why: ClosedFor) {
        let reason = why.as_str();
        self.connections
            .closed
            .get_or_create(&Reason { reason })
            .inc();
    }
}
