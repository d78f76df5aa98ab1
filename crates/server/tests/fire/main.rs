//! The service as real processes under real concurrency, on every database.
#![allow(clippy::unwrap_used)]

mod arena;
mod capacity;
mod damage;
mod expiry;
mod outage;
mod power_cut;
mod proxy;
mod races;
mod start;
mod stop;
mod tables;
