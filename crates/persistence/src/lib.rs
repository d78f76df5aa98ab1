//! The database: SeaORM entities and queries, one file a resource, and the log.
//!
//! Nothing outside this crate opens a transaction. A write is a [`log::Write`], whose first
//! statement locks the head of its log.

mod allocation;
mod api_key;
mod aside;
mod assignment;
mod changes;
mod delivery;
mod delivery_attempt;
mod error;
mod event_ticket;
mod home;
mod idempotency;
mod invitation;
mod load;
mod login_failure;
mod mail;
mod organization;
mod page;
mod password;
mod past;
mod pool;
mod product;
mod reachable;
mod reactor;
mod refresh_token;
mod role;
mod scratch;
mod session;
mod session_limits;
mod signing_key;
mod station;
mod store;
mod tables;
mod tally;
mod user;
mod variant;
mod webhook;
mod webhook_queue;

pub mod log;
pub mod replay;

pub use api_key::ApiKeyFilter;
pub use aside::Aside;
pub use assignment::AssignmentFilter;
pub use delivery::{Delivery, DeliveryStatus, NewDelivery, Settled, Was};
pub use delivery_attempt::Attempt;
pub use error::{StoreError, StoreResult};
pub use idempotency::KeptAnswer;
pub use mail::QueuedMail;
pub use organization::OrganizationFilter;
pub use page::{Page, PageRequest, SortField};
pub use password::SignIn;
pub use past::MOST_CHANGED;
pub use product::ProductFilter;
pub use reactor::{Backlog, Claimant, Parked};
pub use refresh_token::{Claim, Exchange};
pub use role::RoleFilter;
pub use scratch::Scratch;
pub use session::SessionUse;
pub use signing_key::SealedKey;
pub use station::StationFilter;
pub use store::{Options, Store};
pub use tables::Tables;
pub use user::UserFilter;
pub use variant::Availability;
pub use webhook::{SealedSecrets, WebhookFilter};
pub use webhook_queue::{Health, Step, WebhookQueue};
