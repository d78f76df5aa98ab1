//! Which connections are open, and which of them is closed where there is no room for the next.
//!
//! A connection that waits for its client can be closed: nothing is being done on it. The one that has
//! waited longest goes first, so that who sends a request as soon as it has connected gets through however
//! many there are who send nothing.

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

/// What happens many times a second is said once in this time.
const SAID_EVERY: Duration = Duration::from_secs(10);

/// A connection, as long as it is open.
type Id = u64;

/// The open connections.
pub(super) struct Table {
    limits: ConnectionLimits,
    proxies: TrustedProxies,
    metrics: Arc<Metrics>,
    open: Mutex<Open>,
    /// A connection is gone, or waits for its client.
    changed: Notify,
}

#[derive(Default)]
struct Open {
    next: Id,
    connections: HashMap<Id, Connection>,
    ordinary: Pool,
    reserved: Pool,
    networks: HashMap<IpAddr, Pool>,
    said_at: Option<Instant>,
}

struct Connection {
    /// Whose it is, where that has a limit.
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

/// Why a connection is not taken in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum NoRoom {
    /// Its address has as many as it may, and something is done on each.
    Address,
    /// Something is done on every connection there may be. That changes soon.
    Total,
}

/// What a connection is known by.
pub(super) struct Admitted {
    pub id: Id,
    /// Whether only whoever runs the service is answered on it.
    pub is_reserved: bool,
    /// Is told when the connection is to be closed.
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

    /// Takes a connection from this address in. For its sake another one may be closed.
    pub fn admit(&self, from: IpAddr) -> Result<Admitted, NoRoom> {
        let network = self.limited(from);
        let mut open = self.open();
        let admitted = self.place(&mut open, network);
        self.metrics.set_connections(open.connections.len());
        admitted
    }

    fn place(&self, open: &mut Open, network: Option<IpAddr>) -> Result<Admitted, NoRoom> {
        if let Some(network) = network
            && let Some(pool) = open.networks.get(&network)
            && pool.open >= self.limits.per_address
        {
            let oldest = pool.oldest();
            self.over(open, ConnectionLimit::Address);
            open.close(oldest.ok_or(NoRoom::Address)?);
        }
        let mut is_reserved = false;
        if open.ordinary.open >= self.limits.total {
            let oldest = open.ordinary.oldest();
            is_reserved = oldest.is_none();
            if is_reserved && open.reserved.open >= RESERVED {
                open.close(open.reserved.oldest().ok_or(NoRoom::Total)?);
            } else if let Some(oldest) = oldest {
                open.close(oldest);
            }
            self.over(open, ConnectionLimit::Total);
        }
        Ok(open.admit(network, is_reserved))
    }

    /// Waits until there may be room again.
    pub async fn changed(&self) {
        self.changed.notified().await;
    }

    /// Closes a connection, when there is one that can be: the next one cannot be accepted, for want of
    /// files above all.
    pub fn make_room(&self, error: &io::Error) {
        let mut open = self.open();
        self.metrics.over_limit(ConnectionLimit::Total);
        if open.is_to_be_said() {
            tracing::warn!(%error, "accepting a connection failed");
        }
        if let Some(oldest) = open.ordinary.oldest() {
            open.close(oldest);
        }
    }

    /// Nothing is done on the connection until its client sends or takes something.
    pub fn waits(&self, id: Id) {
        self.open().change(id, Some(Instant::now()));
        self.changed.notify_one();
    }

    /// Something is done on the connection. False when it is being closed.
    pub fn works(&self, id: Id) -> bool {
        self.open().change(id, None)
    }

    /// The connection is gone.
    pub fn leave(&self, id: Id) {
        let mut open = self.open();
        open.remove(id);
        self.metrics.set_connections(open.connections.len());
        self.changed.notify_one();
    }

    /// Whose connection it is. A proxy has those of all its clients, and what runs on this machine is a
    /// proxy or a tool of the operator.
    fn limited(&self, address: IpAddr) -> Option<IpAddr> {
        let address = address.to_canonical();
        let is_limited = !address.is_loopback() && !self.proxies.trusts(address);
        is_limited.then(|| client_network(address))
    }

    fn over(&self, open: &mut Open, limit: ConnectionLimit) {
        self.metrics.over_limit(limit);
        if open.is_to_be_said() {
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
    /// Whether it is long enough since something was said of connections.
    fn is_to_be_said(&mut self) -> bool {
        let now = Instant::now();
        let is_due = |said: Instant| now.duration_since(said) >= SAID_EVERY;
        let is_due = self.said_at.is_none_or(is_due);
        if is_due {
            self.said_at = Some(now);
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

    /// Since when it waits for its client from now on. False when it is not there any more.
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

    /// The pools that the connection is in.
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
    /// The one that has waited longest for its client.
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
        unnamed_sockets: 0,
    };

    fn table() -> Table {
        let proxies = TrustedProxies::parse(["198.51.100.1"], HopHeader::default()).unwrap();
        Table::new(LIMITS, proxies, Arc::new(Metrics::new("sqlite")))
    }

    fn address(text: &str) -> IpAddr {
        text.parse().unwrap()
    }

    /// A connection of this machine.
    fn any(table: &Table) -> Admitted {
        table.admit(address("127.0.0.1")).unwrap()
    }

    fn is_closed(admitted: &Admitted) -> bool {
        admitted.close.notified().now_or_never().is_some()
    }

    #[test]
    fn who_has_waited_longest_makes_room() {
        let table = table();
        let all = [any(&table), any(&table), any(&table), any(&table)];
        for number in [2, 0, 1] {
            table.waits(all[number].id);
        }
        // It has sent something since.
        assert!(table.works(all[2].id));
        let next = any(&table);
        assert!(!next.is_reserved);
        let closed: Vec<bool> = all.iter().map(is_closed).collect();
        assert_eq!(closed, [true, false, false, false]);
        assert!(!table.works(all[0].id), "nothing begins on it any more");
        any(&table);
        assert!(is_closed(&all[1]));
    }

    #[test]
    fn who_runs_the_service_has_places_that_nobody_takes() {
        let table = table();
        let busy: Vec<Admitted> = (0..LIMITS.total).map(|_| any(&table)).collect();
        let reserved: Vec<Admitted> = (0..RESERVED).map(|_| any(&table)).collect();
        assert!(reserved.iter().all(|admitted| admitted.is_reserved));
        let refused = table.admit(address("127.0.0.1"));
        assert_eq!(refused.err(), Some(NoRoom::Total));
        table.waits(reserved[3].id);
        assert!(any(&table).is_reserved);
        assert!(is_closed(&reserved[3]));
        table.leave(busy[0].id);
        assert!(!any(&table).is_reserved);
        assert!(busy.iter().all(|admitted| !is_closed(admitted)));
    }

    #[test]
    fn an_address_has_a_share() {
        let table = table();
        for (one, other) in [
            ("203.0.113.7", "203.0.113.8"),
            ("2001:db8::1", "2001:db8:0:1::1"),
        ] {
            let first = table.admit(address(one)).unwrap();
            let second = table.admit(address(one)).unwrap();
            assert!(table.admit(address(one)).is_err());
            let elsewhere = table.admit(address(other)).unwrap();
            table.waits(second.id);
            let third = table.admit(address(one)).unwrap();
            assert!(is_closed(&second) && !is_closed(&first));
            for gone in [first, second, third, elsewhere] {
                table.leave(gone.id);
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
            table.leave(gone.unwrap().id);
        }
        assert!(table.open().networks.is_empty() && table.open().connections.is_empty());
    }

    #[test]
    fn a_proxy_and_this_machine_have_all_there_are() {
        for spared in ["198.51.100.1", "::ffff:198.51.100.1", "127.0.0.1", "::1"] {
            let table = table();
            for _ in 0..LIMITS.total {
                assert!(!table.admit(address(spared)).unwrap().is_reserved);
            }
        }
    }
}
