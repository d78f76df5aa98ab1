//! The Quartermaster server: command line, configuration, the edge of HTTP, metrics
//! and operator commands. The handlers of the contract are in `http`.

pub mod background;
mod backup;
pub mod cli;
pub mod config;
pub mod costly_reads;
pub mod docs;
pub mod edge;
pub mod health;
pub mod http;
pub mod log_bytes;
pub mod metrics;
pub mod open_streams;
mod outage;
pub mod rate_limit;
pub mod reactor_runner;
mod restore;
pub mod run;
pub mod seed;
mod selfcheck;
pub mod serve;
pub mod site;
pub mod telemetry;
pub mod wiring;

pub use credentials::{api_key, secret};
pub use run::run;
