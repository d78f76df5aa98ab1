//! The API contract in Rust: DTOs, one trait a tag, and the adapter that carries them over HTTP.
//!
//! Everything in `generated` comes from `api/openapi.yaml` by `make gen`. The modules beside it are
//! what the generated code runs on: the guard that admits and validates a request, and the types of
//! values, bodies, answers and problems.

mod accept;
mod answer;
mod call;
mod content;
mod examine;
mod findings;
mod free_object;
mod gate;
#[allow(clippy::large_enum_variant, clippy::too_many_arguments)]
mod generated;
mod guard;
mod json;
mod operation;
mod parameters;
mod payload;
mod pointer;
mod problem;
mod registry;
mod reply_check;
mod routes;
mod schema;
#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests;
mod timestamp;
mod validators;
mod violations;

// These hide generated types of the same name: the generator refuses schemas that are called like one
// of them, by the lists in crates/contract-gen/src/imports.rs.
pub use answer::Reply;
pub use call::{BodyLimit, Call, Idempotency, RequestId};
pub use examine::LARGE as LARGE_BODY;
pub use free_object::FreeObject;
pub use gate::Gate;
pub use generated::*;
pub use operation::{
    Kind, Operation, PUBLIC_BODY_LIMIT, Parameter, Place, allowed_methods, operation_for,
};
pub use payload::JsonReply;
pub use poem_openapi::types::MaybeUndefined;
pub use reply_check::validate_reply;
pub use routes::{derived_document, routes};
pub use timestamp::Timestamp;
