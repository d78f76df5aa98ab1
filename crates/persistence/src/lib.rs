//! The database: SeaORM entities and queries, one file a resource, and the log.
//!
//! Nothing outside this crate opens a transaction. A write is a [`log::Write`], whose first
//! statement locks the head of its log.

mod allocation;
mod api_key;
mod assignment;
mod clock;
mod connection;
mod delivery;
mod delivery_attempt;
mod error;
mod event_ticket;
mod forget;
mod idempotency;
mod invitation;
mod kernel;
mod login_failure;
mod mail;
mod organization;
mod password;
mod past;
mod pool;
mod pooler;
mod product;
mod query;
mod reachable;
mod reactor_state;
mod reads;
mod refresh_token;
mod restored;
mod role;
#[cfg(test)]
mod schema_page;
mod scratch;
mod session;
mod session_limits;
mod shape;
mod side_record;
mod signing_key;
mod station;
mod store;
mod tables;
mod tally;
mod user;
mod variant;
mod webhook;
mod webhook_queue;
mod write_probe;

pub mod backup;
pub mod log;
pub mod replay;

pub use api_key::ApiKeyFilter;
pub use assignment::AssignmentFilter;
pub use connection::Fault;
pub use delivery::{Delivery, DeliveryStatus, NewDelivery, Settled, Was};
pub use delivery_attempt::Attempt;
pub use error::{StoreError, StoreResult};
pub use idempotency::KeptAnswer;
pub use kernel::{Table as ResourceTable, table_names};
pub use mail::QueuedMail;
pub use organization::{AllowedOrigins, OrganizationFilter};
pub use password::SignIn;
pub use past::{MOST_CHANGED, Past};
pub use pool::PoolFilter;
pub use product::ProductFilter;
pub use query::{
    Field, Filter, Filters, Order, Page, PageRequest, Readable, Reader, Reads, Sort, Stored, Terms,
    UnknownSort,
};
pub use reactor_state::{Backlog, Claimant, Parked};
pub use refresh_token::{Claim, Exchange};
pub use restored::{Since, WaysIn};
pub use role::RoleFilter;
pub use scratch::Scratch;
pub use session::SessionUse;
pub use side_record::SideRecord;
pub use signing_key::SealedKey;
pub use station::StationFilter;
pub use store::{Options, Store};
pub use tables::Tables;
pub use user::UserFilter;
pub use variant::{Availability, VariantFilter};
pub use webhook::{SealedSecrets, WebhookFilter};
pub use webhook_queue::{Health, Step, WebhookQueue};
