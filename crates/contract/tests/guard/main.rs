//! The guard in front of every operation, spoken to over HTTP.
#![allow(clippy::unwrap_used)]

mod bodies;
mod flow;
mod parameters;
mod stand_in;
