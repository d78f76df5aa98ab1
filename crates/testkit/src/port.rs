//! Ports for servers that have to be told theirs.

use std::net::TcpListener;
use uuid::Uuid;

/// Ports that no system gives out by itself: those of outgoing connections, and of who asks for any
/// port, come from above. One of them may be named long before it is used, or while its server is down.
const FROM: u16 = 20_000;
const PORTS: u16 = 12_000;

/// How many are tried.
const TRIES: usize = 1_000;

/// A port on which nobody listens just now, by chance one of many.
///
/// # Panics
/// When there is none.
#[must_use]
pub fn free() -> u16 {
    let any = || {
        let [.., high, low] = *Uuid::now_v7().as_bytes();
        FROM + u16::from_be_bytes([high, low]) % PORTS
    };
    let is_free = |port: &u16| TcpListener::bind(("127.0.0.1", *port)).is_ok();
    let mut ports = std::iter::repeat_with(any).take(TRIES);
    let found = ports.find(is_free);
    found.unwrap_or_else(|| panic!("of {TRIES} ports from {FROM} on, every one is taken"))
}
