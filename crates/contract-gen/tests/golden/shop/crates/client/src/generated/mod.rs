// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! DTOs and methods of the client.

mod health;
mod names;
mod problem;
mod things;

pub use health::*;
pub use problem::*;
pub use things::*;

use names::*;
