//! Free ports for servers that need a fixed port.

use std::net::TcpListener;
use uuid::Uuid;

/// Below the ephemeral ports, which systems assign to outgoing connections and to listeners on port 0:
/// one of these stays free until it is used, and while its server is down.
const FROM: u16 = 20_000;
const PORTS: u16 = 12_000;

/// The number of ports that are tried.
const TRIES: usize = 1_000;

/// A random port on which nobody listens at present.
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
