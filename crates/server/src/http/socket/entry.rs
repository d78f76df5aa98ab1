//! Who may follow the log for longer than a request takes.

use crate::{
    auth::Auth,
    edge::Trail,
    http::{
        gate::must_change_password,
        identity::{self, Proof},
        standing::Standing,
    },
    rate_limit::Counted,
};
use contract::{Problem, ProblemCode};
use domain::Permission;
use std::sync::Arc;

/// Lets somebody in who comes with this.
///
/// # Errors
/// When what it came with is not good any more, it asks too often, or may not read events.
pub async fn admit(
    auth: &Arc<Auth>,
    proof: Proof,
    trail: Option<&Trail>,
) -> Result<Standing, Problem> {
    let identity = identity::behind(auth, &proof).await?;
    if identity
        .bearer
        .as_ref()
        .is_some_and(|bearer| bearer.must_change_password())
    {
        return Err(must_change_password());
    }
    let settings = identity.home.as_ref().map(|home| &home.settings);
    let mut counted = Counted::default();
    auth.limits()
        .count_caller(&identity.actor, settings, &mut counted);
    counted.told(trail)?;
    if !identity.actor.holds(Permission::EventsRead) {
        let detail = "The caller does not have events.read.";
        return Err(Problem::new(ProblemCode::Forbidden, detail));
    }
    Standing::of(Arc::clone(auth), proof, identity.actor).await
}
