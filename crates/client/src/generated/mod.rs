// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! DTOs and methods of the client.

mod assignments;
mod events;
mod operations;
mod problem;
mod products;
mod users;
mod variants;

pub use assignments::*;
pub use events::*;
pub use operations::*;
pub use problem::*;
pub use products::*;
pub use users::*;
pub use variants::*;
