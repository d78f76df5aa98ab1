// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! DTOs and methods of the client.

mod allocations;
mod api_keys;
mod assignments;
mod auth;
mod events;
mod names;
mod operations;
mod organizations;
mod problem;
mod products;
mod roles;
mod stations;
mod users;
mod variants;
mod webhooks;

pub use allocations::*;
pub use api_keys::*;
pub use assignments::*;
pub use auth::*;
pub use events::*;
pub use operations::*;
pub use organizations::*;
pub use problem::*;
pub use products::*;
pub use roles::*;
pub use stations::*;
pub use users::*;
pub use variants::*;
pub use webhooks::*;

use names::*;
