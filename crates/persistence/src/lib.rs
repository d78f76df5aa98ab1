//! The database: SeaORM entities and queries, one file a resource, and the log.
//!
//! Nothing outside this crate opens a transaction. A write is a [`log::Write`], whose first
//! statement locks the head of its log.

mod allocation;
mod api_key;
mod assignment;
mod changes;
mod error;
mod home;
mod idempotency;
mod load;
mod organization;
mod page;
mod pool;
mod product;
mod scratch;
mod station;
mod store;
mod tally;
mod user;
mod variant;

pub mod log;
pub mod replay;

pub use assignment::AssignmentFilter;
pub use error::{StoreError, StoreResult};
pub use idempotency::KeptAnswer;
pub use organization::OrganizationFilter;
pub use page::{Page, PageRequest, SortField};
pub use product::ProductFilter;
pub use scratch::Scratch;
pub use station::StationFilter;
pub use store::{Options, Store};
pub use user::UserFilter;
pub use variant::Availability;
