//! Who may follow the log for longer than a request takes.

use crate::{
    edge::Trail,
    http::{gate::must_change_password, problem},
    rate_limit::{Counted, RateLimits},
};
use contract::{Problem, ProblemCode};
use domain::Permission;
use identity::{Auth, Authorization, Proof};
use std::sync::Arc;

/// Lets somebody in who comes with this.
///
/// # Errors
/// When what it came with is not good any more, it asks too often, or may not read events.
pub async fn admit(
    auth: &Arc<Auth>,
    limits: &RateLimits,
    proof: Proof,
    trail: Option<&Trail>,
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
    counted.told(trail)?;
    if !identity.actor.holds(Permission::EventsRead) {
        let detail = "The caller does not have events.read.";
        return Err(Problem::new(ProblemCode::Forbidden, detail));
    }
    let authorization = Authorization::of(Arc::clone(auth), proof, identity.actor).await;
    authorization.map_err(problem::of_identity)
}

/// Counts something that somebody asks for who was let in, as a request is counted.
///
/// # Errors
/// When it asks too often, or what it came with is not good any more.
pub async fn count(limits: &RateLimits, authorization: &Authorization) -> Result<(), Problem> {
    let home = authorization.home().await.map_err(problem::of_identity)?;
    let settings = home.as_ref().map(|home| &home.settings);
    let mut counted = Counted::default();
    limits.count_caller(authorization.actor(), settings, &mut counted);
    counted.told(None)
}
