//! Admission of callers that follow the log on a long-lived connection.

use crate::{
    edge::RequestContext,
    http::{gate::must_change_password, problem},
    rate_limit::{Counted, RateLimits},
};
use contract::{Problem, ProblemCode};
use domain::Permission;
use identity::{Auth, Authorization, Proof};
use std::sync::Arc;

/// Authenticates and authorizes the owner of a credential to follow the log.
///
/// # Errors
/// When the credential is no longer valid, a rate limit is exceeded, or the caller may not read events.
pub async fn admit(
    auth: &Arc<Auth>,
    limits: &RateLimits,
    proof: Proof,
    request_context: Option<&RequestContext>,
) -> Result<Authorization, Problem> {
    let identity = auth.behind(&proof).await.map_err(problem::of_identity)?;
    if identity
        .bearer
        .as_ref()
        .is_some_and(|bearer| bearer.must_change_password())
    {
        return Err(must_change_password());
    }
    let settings = identity.home.as_ref().map(|home| &home.settings);
    let mut counted = Counted::default();
    limits.count_caller(&identity.actor, settings, &mut counted);
    counted.enforce(request_context)?;
    if !identity.actor.holds(Permission::EventsRead) {
        let detail = "The caller does not have events.read.";
        return Err(Problem::new(ProblemCode::Forbidden, detail));
    }
    let authorization = Authorization::of(Arc::clone(auth), proof, identity.actor).await;
    authorization.map_err(problem::of_identity)
}

/// Counts a subscription of an admitted caller against its rate limits, like a request.
///
/// # Errors
/// When a rate limit is exceeded, or the credential is no longer valid.
pub async fn count(limits: &RateLimits, authorization: &Authorization) -> Result<(), Problem> {
    let home = authorization.home().await.map_err(problem::of_identity)?;
    let settings = home.as_ref().map(|home| &home.settings);
    let mut counted = Counted::default();
    limits.count_caller(authorization.actor(), settings, &mut counted);
    counted.enforce(None)
}
