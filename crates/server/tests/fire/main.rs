//! The service as real processes under real concurrency, on every database.
#![allow(clippy::unwrap_used)]

mod arena;
mod capacity;
