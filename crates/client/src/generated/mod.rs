// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! DTOs and methods of the client.

mod allocations;
mod assignments;
mod auth;
mod events;
mod operations;
mod organizations;
mod problem;
mod products;
mod stations;
mod users;
mod variants;

pub use allocations::*;
pub use assignments::*;
pub use auth::*;
pub use events::*;
pub use operations::*;
pub use organizations::*;
pub use problem::*;
pub use products::*;
pub use stations::*;
pub use users::*;
pub use variants::*;
