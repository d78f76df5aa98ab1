//! Rate limits, client addresses and lockout.
//!
//! [`Limiter`] counts requests by key, [`headers`] makes the headers that report the limits,
//! [`TrustedProxies`] finds the address that a request came from, and [`Lockout`] computes how long
//! an account waits after wrong passwords. Nothing here reads a clock: `now` is always passed in.

mod due;
mod gcra;
mod headers;
mod hops;
mod limiter;
mod lockout;
mod network;
mod proxies;

pub use gcra::{Decision, Quota};
pub use headers::{Applied, PolicyName, headers};
pub use limiter::Limiter;
pub use lockout::Lockout;
pub use network::{Network, NetworkError, client_network};
pub use proxies::{HopHeader, TrustedProxies};
