//! The table of open connections. At a limit, it closes one connection for the next.
//!
//! Only a connection that waits for its client can be closed, because no work is being done on it. The
//! one that has waited longest is closed first, so that a client that sends its request at once is
//! served in spite of any number of clients that send nothing.

use std::{
    collections::{BTreeSet, HashMap},
    io,
    net::IpAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::{Duration, Instant},
};

use limits::{TrustedProxies, client_network};
use tokio::sync::Notify;

use super::limits::{ConnectionLimits, RESERVED};
use crate::metrics::{ConnectionLimit, Metrics};

/// Warnings about connections are logged at most once in this time.
const LOG_EVERY: Duration = Duration::from_secs(10);

/// The id of an open connection.
type Id = u64;

/// The open connections.
pub(super) struct Table {
    limits: ConnectionLimits,
    proxies: TrustedProxies,
    metrics: Arc<Metrics>,
    open: Mutex<Open>,
    /// Notified when a connection is removed or begins to wait for its client.
    changed: Notify,
}

#[derive(Default)]
struct Open {
    next: Id,
    connections: HashMap<Id, Connection>,
    ordinary: Pool,
    reserved: Pool,
    networks: HashMap<IpAddr, Pool>,
    logged_at: Option<Instant>,
}

struct Connection {
    /// The network of the client, if it has a limit.
    network: Option<IpAddr>,
    is_reserved: bool,
    waits_since: Option<Instant>,
    close: Arc<Notify>,
}

/// Connections that share a limit.
#[derive(Default)]
struct Pool {
    open: usize,
    waiting: BTreeSet<(Instant, Id)>,
}

/// Why a connection is not admitted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum LimitReached {
    /// All connections that its address may have are busy.
    Address,
    /// All connections are busy.
    Total,
}

/// An admitted connection.
pub(super) struct Admitted {
    pub id: Id,
    /// Whether only health, readiness and metrics are answered on it.
    pub is_reserved: bool,
    /// Notified when the connection has to close.
    pub close: Arc<Notify>,
}

impl Table {
    pub fn new(limits: ConnectionLimits, proxies: TrustedProxies, metrics: Arc<Metrics>) -> Self {
        Self {
            limits,
            proxies,
            metrics,
            open: Mutex::default(),
            changed: Notify::new(),
        }
    }

    /// Admits a connection from this address; another one may be closed for it.
    pub fn admit(&self, from: IpAddr) -> Result<Admitted, LimitReached> {
        let network = self.limited(from);
        let mut open = self.open();
        let admitted = self.admit_to(&mut open, network);
        self.metrics.set_connections(open.connections.len());
        admitted
    }

    fn admit_to(&self, open: &mut Open, network: Option<IpAddr>) -> Result<Admitted, LimitReached> {
        if let Some(network) = network
            && let Some(pool) = open.networks.get(&network)
            && pool.open >= self.limits.per_address
        {
            let oldest = pool.oldest();
            self.report_limit(open, ConnectionLimit::Address);
            open.close(oldest.ok_or(LimitReached::Address)?);
        }
        let mut is_reserved = false;
        if open.ordinary.open >= self.limits.total {
            let oldest = open.ordinary.oldest();
            is_reserved = oldest.is_none();
            if is_reserved && open.reserved.open >= RESERVED {
                open.close(open.reserved.oldest().ok_or(LimitReached::Total)?);
            } else if let Some(oldest) = oldest {
                open.close(oldest);
            }
            self.report_limit(open, ConnectionLimit::Total);
        }
        Ok(open.admit(network, is_reserved))
    }

    /// Waits until another connection may be admitted.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Closes the connection that has waited longest, after an accept failed, mostly for want of files.
    pub fn close_oldest_after(&self, error: &io::Error) {
        let mut open = self.open();
        self.metrics.over_limit(ConnectionLimit::Total);
        if open.may_log() {
            tracing::warn!(%error, "accepting a connection failed");
        }
        if let Some(oldest) = open.ordinary.oldest() {
            open.close(oldest);
        }
    }

    /// Records that the connection waits until its client sends or reads something.
    pub fn mark_waiting(&self, id: Id) {
        self.open().change(id, Some(Instant::now()));
        self.changed.notify_one();
    }

    /// Records that the connection is busy. Returns false if it is being closed.
    pub fn mark_busy(&self, id: Id) -> bool {
        self.open().change(id, None)
    }

    /// Removes a connection that has ended.
    pub fn remove(&self, id: Id) {
        let mut open = self.open();
        open.remove(id);
        self.metrics.set_connections(open.connections.len());
        self.changed.notify_one();
    }

    /// The network by which the connection is counted. A trusted proxy, which has the connections of all
    /// its clients, and this machine have no limit.
    fn limited(&self, address: IpAddr) -> Option<IpAddr> {
        let address = address.to_canonical();
        let is_limited = !address.is_loopback() && !self.proxies.trusts(address);
        is_limited.then(|| client_network(address))
    }

    fn report_limit(&self, open: &mut Open, limit: ConnectionLimit) {
        self.metrics.over_limit(limit);
        if open.may_log() {
            let connections = open.connections.len();
            tracing::warn!(
                connections,
                limit = limit.as_str(),
                "there are as many connections as may be"
            );
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Open {
    /// Whether a warning may be logged; it then counts as logged.
    fn may_log(&mut self) -> bool {
        let now = Instant::now();
        let is_due = |logged: Instant| now.duration_since(logged) >= LOG_EVERY;
        let is_due = self.logged_at.is_none_or(is_due);
        if is_due {
            self.logged_at = Some(now);
        }
        is_due
    }

    fn admit(&mut self, network: Option<IpAddr>, is_reserved: bool) -> Admitted {
        let id = self.next;
        self.next += 1;
        let close = Arc::new(Notify::new());
        let connection = Connection {
            network,
            is_reserved,
            waits_since: None,
            close: Arc::clone(&close),
        };
        self.for_pools(&connection, |pool| pool.open += 1);
        self.connections.insert(id, connection);
        Admitted {
            id,
            is_reserved,
            close,
        }
    }

    fn close(&mut self, id: Id) {
        if let Some(connection) = self.remove(id) {
            connection.close.notify_one();
        }
    }

    fn remove(&mut self, id: Id) -> Option<Connection> {
        let connection = self.connections.remove(&id)?;
        let waiting = connection.waits_since.map(|since| (since, id));
        self.for_pools(&connection, |pool| {
            pool.open -= 1;
            if let Some(waiting) = waiting {
                pool.waiting.remove(&waiting);
            }
        });
        if let Some(network) = connection.network
            && self
                .networks
                .get(&network)
                .is_some_and(|pool| pool.open == 0)
        {
            self.networks.remove(&network);
        }
        Some(connection)
    }

    /// Sets since when the connection waits for its client. Returns false if it is not in the table.
    fn change(&mut self, id: Id, waits_since: Option<Instant>) -> bool {
        let Some(mut connection) = self.connections.remove(&id) else {
            return false;
        };
        let before = std::mem::replace(&mut connection.waits_since, waits_since);
        self.for_pools(&connection, |pool| {
            if let Some(since) = before {
                pool.waiting.remove(&(since, id));
            }
            if let Some(since) = waits_since {
                pool.waiting.insert((since, id));
            }
        });
        self.connections.insert(id, connection);
        true
    }

    /// Changes the pools that the connection belongs to.
    fn for_pools(&mut self, connection: &Connection, mut change: impl FnMut(&mut Pool)) {
        change(match connection.is_reserved {
            true => &mut self.reserved,
            false => &mut self.ordinary,
        });
        if let Some(network) = connection.network {
            change(self.networks.entry(network).or_default());
        }
    }
}

impl Pool {
    /// The connection that has waited longest for its client.
    fn oldest(&self) -> Option<Id> {
        self.waiting.first().map(|(_, id)| *id)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use futures_util::FutureExt;
    use limits::HopHeader;

    const LIMITS: ConnectionLimits = ConnectionLimits {
        total: 4,
        per_address: 2,
        streams: 0,
        streams_per_organization: 0,
        streams_per_caller: 0,
        unauthenticated_sockets: 0,
    };

    fn table() -> Table {
        let proxies = TrustedProxies::parse(["198.51.100.1"], HopHeader::default()).unwrap();
        Table::new(LIMITS, proxies, Arc::new(Metrics::new("sqlite")))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// Admits a connection from this machine.
    fn any(table: &Table) -> Admitted {
        table.admit(address("127.0.0.1")).unwrap()
    }

    fn is_closed(admitted: &Admitted) -> bool {
        admitted.close.notified().now_or_never().is_some()
    }

    #[test]
    fn the_connection_that_waited_longest_is_closed_for_the_next() {
        let table = table();
        let all = [any(&table), any(&table), any(&table), any(&table)];
        for number in [2, 0, 1] {
            table.mark_waiting(all[number].id);
        }
        // This client has sent something in the meantime.
        assert!(table.mark_busy(all[2].id));
        let next = any(&table);
        assert!(!next.is_reserved);
        let closed: Vec<bool> = all.iter().map(is_closed).collect();
        assert_eq!(closed, [true, false, false, false]);
        assert!(!table.mark_busy(all[0].id), "a request begins on it");
        any(&table);
        assert!(is_closed(&all[1]));
    }

    #[test]
    fn reserved_connections_are_left_when_all_others_are_busy() {
        let table = table();
        let busy: Vec<Admitted> = (0..LIMITS.total).map(|_| any(&table)).collect();
        let reserved: Vec<Admitted> = (0..RESERVED).map(|_| any(&table)).collect();
        assert!(reserved.iter().all(|admitted| admitted.is_reserved));
        let refused = table.admit(address("127.0.0.1"));
        assert_eq!(refused.err(), Some(LimitReached::Total));
        table.mark_waiting(reserved[3].id);
        assert!(any(&table).is_reserved);
        assert!(is_closed(&reserved[3]));
        table.remove(busy[0].id);
        assert!(!any(&table).is_reserved);
        assert!(busy.iter().all(|admitted| !is_closed(admitted)));
    }

    #[test]
    fn an_address_has_a_limit_of_its_own() {
        let table = table();
        for (one, other) in [
            ("203.0.113.7", "203.0.113.8"),
            ("2001:db8::1", "2001:db8:0:1::1"),
        ] {
            let first = table.admit(address(one)).unwrap();
            let second = table.admit(address(one)).unwrap();
            assert!(table.admit(address(one)).is_err());
            let elsewhere = table.admit(address(other)).unwrap();
            table.mark_waiting(second.id);
            let third = table.admit(address(one)).unwrap();
            assert!(is_closed(&second) && !is_closed(&first));
            for gone in [first, second, third, elsewhere] {
                table.remove(gone.id);
            }
        }
        let same = [
            table.admit(address("2001:db8::1")),
            table.admit(address("2001:db8::2")),
        ];
        assert!(
            table.admit(address("2001:db8::3")).is_err(),
            "all of a /64 are one"
        );
        for gone in same {
            table.remove(gone.unwrap().id);
        }
        assert!(table.open().networks.is_empty() && table.open().connections.is_empty());
    }

    #[test]
    fn a_trusted_proxy_and_this_machine_have_no_limit_of_their_own() {
        for spared in ["198.51.100.1", "::ffff:198.51.100.1", "127.0.0.1", "::1"] {
            let table = table();
            for _ in 0..LIMITS.total {
                assert!(!table.admit(address(spared)).unwrap().is_reserved);
            }
        }
    }
}
