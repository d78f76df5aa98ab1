//! The rules of Quartermaster, pure: no clock, no randomness, no input or output.
//!
//! A resource has one file with its state, its questions, its facts and its decisions, and a place in the
//! list of [`resources`]. [`World`] holds the states that a decision looks at and applies the facts that it makes; folding the whole log into
//! an empty world gives every row of the database again.

pub mod allocation;
pub mod api_key;
pub mod assignment;
pub mod attributes;
pub mod event;
pub mod kernel;
pub mod limit;
mod named;
pub mod organization;
pub mod permission;
pub mod place;
pub mod policy;
pub mod pool;
pub mod product;
pub mod refusal;
pub mod resources;
pub mod role;
pub mod seat;
pub mod session;
pub mod settings;
pub mod station;
pub mod tally;
pub mod text;
pub mod time;
pub mod user;
pub mod variant;
pub mod webhook;

pub use event::{Event, Fact};
pub use kernel::{World, not_found};
pub use organization::Realm;
pub use permission::{Permission, Permissions};
pub use policy::{Actor, Caller, Catalogues, Permit, Scope, Target};
pub use refusal::{Invalid, Refusal};
pub use resources::{
    AllocationId, ApiKeyId, AssignmentId, Need, OrganizationId, PoolId, ProductId, ResourceId,
    ResourceKind, RoleId, SessionId, StationId, UserId, VariantId, WebhookId,
};
pub use seat::{Holder, Pot};
pub use time::Time;
