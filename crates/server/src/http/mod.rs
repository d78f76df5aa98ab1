//! The handlers of the contract: a handler maps the request, calls the application and maps the answer.

mod allocation;
mod api_key;
mod assignment;
mod assignment_batch;
mod auth;
mod delivery;
mod enums;
mod etag;
mod event;
mod event_export;
mod event_stream;
mod faults;
mod follower;
mod gate;
mod operations;
mod organization;
mod page;
mod past;
mod person;
pub(crate) mod problem;
mod product;
mod role;
mod socket;
mod station;
mod user;
mod variant;
mod webhook;

pub use event::view as event_view;
pub use gate::AuthGate;
pub use operations::Readiness;
pub use socket::WebSocketEndpoint;

use crate::{costly_reads::Turn, edge::RequestContext, rate_limit::RateLimits};
use app::{App, Context, Idempotency, UseCase};
use contract::{Apis, Call, Problem, ProblemCode};
use domain::{Actor, Time};
use identity::{Auth, Proof};
use outbound::Webhooks;
use problem::answer;
use std::sync::Arc;

/// Implements the contract over the application.
pub struct Http {
    app: App,
    auth: Arc<Auth>,
    limits: Arc<RateLimits>,
    webhooks: Arc<Webhooks>,
}

/// The handlers of every tag.
pub fn apis(
    app: App,
    auth: Arc<Auth>,
    limits: Arc<RateLimits>,
    webhooks: Arc<Webhooks>,
    readiness: Readiness,
) -> Apis {
    let http = Arc::new(Http {
        app,
        auth,
        limits,
        webhooks,
    });
    Apis {
        auth: http.clone(),
        users: http.clone(),
        organizations: http.clone(),
        stations: http.clone(),
        allocations: http.clone(),
        roles: http.clone(),
        api_keys: http.clone(),
        products: http.clone(),
        variants: http.clone(),
        assignments: http.clone(),
        events: http.clone(),
        webhooks: http,
        operations: Arc::new(readiness),
    }
}

impl Http {
    /// Runs a command for the caller and returns its answer.
    async fn run<C: UseCase>(&self, call: &Call, case: C) -> Result<C::Answer, Problem> {
        Ok(answer(self.app.run(context(call)?, case)).await?.value)
    }
}

/// The caller and the request of a command.
fn context(call: &Call) -> Result<Context, Problem> {
    // The gate puts the actor into every request that it admits.
    let actor = call.extension::<Actor>().cloned().ok_or_else(|| {
        Problem::new(
            ProblemCode::Unauthenticated,
            "The request was not authenticated.",
        )
    })?;
    let idempotency = call.idempotency.as_ref().map(|asked| Idempotency {
        key: asked.key.clone(),
        fingerprint: asked
            .fingerprint
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect(),
        repeated: call
            .extension::<RequestContext>()
            .map(RequestContext::repeated)
            .unwrap_or_default(),
    });
    let credential = call.extension::<Proof>().map(Proof::credential);
    Ok(Context {
        actor,
        credential,
        request_id: Some(call.request_id.clone()),
        idempotency,
        deadline: call
            .extension::<RequestContext>()
            .and_then(RequestContext::deadline),
        reservation: call
            .extension::<Turn>()
            .map(|turn| Arc::new(turn.clone()) as _),
    })
}

/// Converts a time of the domain for the wire.
fn timestamp(time: Time) -> contract::Timestamp {
    contract::Timestamp::from(chrono::DateTime::<chrono::Utc>::from(time))
}

/// Converts a time on the wire for the domain.
fn time(timestamp: contract::Timestamp) -> Time {
    Time::from(chrono::DateTime::<chrono::Utc>::from(timestamp))
}
