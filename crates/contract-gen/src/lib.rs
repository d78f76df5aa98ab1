//! Generates the `contract` and `client` crates from `api/openapi.yaml`.

mod bounds;
pub mod diff;
pub mod emit;
pub mod fault;
mod imports;
pub mod lint;
pub mod model;
pub mod names;
mod read;
pub mod yaml;

pub use fault::Fault;
pub use read::read;
