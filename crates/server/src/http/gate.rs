//! Who may call an operation: access tokens and API keys.

use super::problem::{self, unauthenticated};
use crate::{
    costly_reads::CostlyReads,
    edge::Trail,
    metrics::Metrics,
    rate_limit::{Counted, RateLimits},
};
use async_trait::async_trait;
use contract::{Gate, Operation, Problem, ProblemCode};
use domain::{Actor, Permission};
use identity::{Auth, Identity, Origin, Proof};
use poem::{
    Request,
    http::header::{AUTHORIZATION, CONTENT_LENGTH, TRANSFER_ENCODING, USER_AGENT},
};
use std::{net::IpAddr, sync::Arc, time::Duration};

/// What somebody may call whose one-time password has to be changed first.
const BEFORE_PASSWORD_CHANGE: [&str; 3] = ["changePassword", "getCurrentUser", "logout"];

/// Characters of a client's own name that are kept.
const NAME_LIMIT: usize = 200;

/// Admits requests by access token or API key.
pub struct AuthGate {
    auth: Arc<Auth>,
    limits: Arc<RateLimits>,
    metrics: Arc<Metrics>,
}

impl AuthGate {
    /// A gate over what is known of callers, which counts them by these limits.
    pub fn new(auth: Arc<Auth>, limits: Arc<RateLimits>, metrics: Arc<Metrics>) -> Self {
        Self {
            auth,
            limits,
            metrics,
        }
    }

    async fn authenticate(
        &self,
        operation: &Operation,
        request: &mut Request,
    ) -> Result<Identity, Problem> {
        let text = bearer(request).ok_or_else(missing)?;
        let identified = self.auth.identify(text).await;
        let (proof, found) = identified.map_err(problem::of_identity)?;
        // For what lasts longer than the request, and for what is decided later.
        request.extensions_mut().insert(proof);
        know(operation, request, &found)?;
        Ok(found)
    }
}

/// Tells the handler of the session that the request came in.
fn know(operation: &Operation, request: &mut Request, found: &Identity) -> Result<(), Problem> {
    let Some(bearer) = &found.bearer else {
        return Ok(());
    };
    if bearer.must_change_password() && !BEFORE_PASSWORD_CHANGE.contains(&operation.id) {
        return Err(must_change_password());
    }
    request.extensions_mut().insert(bearer.clone());
    Ok(())
}

/// Tells the handler who acts, when they may do at all what the operation does.
fn enter(permission: &str, request: &mut Request, actor: Actor) -> Result<(), Problem> {
    if !Permission::parse(permission).is_some_and(|permission| actor.holds(permission)) {
        let detail = format!("The caller does not have {permission}.");
        return Err(Problem::new(ProblemCode::Forbidden, detail));
    }
    request.extensions_mut().insert(actor);
    Ok(())
}

/// Whether the body is large, or may be: its length is not told before its end.
fn sends_much(request: &Request) -> bool {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    length.map_or_else(
        || request.headers().contains_key(TRANSFER_ENCODING),
        |length| length > contract::LARGE_BODY,
    )
}

/// Where the request comes from, from this address.
fn origin(request: &Request, address: Option<IpAddr>) -> Origin {
    let name = request.headers().get(USER_AGENT);
    let name = name.and_then(|name| name.to_str().ok());
    Origin {
        user_agent: name.map(|name| name.chars().take(NAME_LIMIT).collect()),
        ip_address: address.map(|address| address.to_canonical().to_string()),
    }
}

fn missing() -> Problem {
    unauthenticated("The request has no access token and no API key.")
}

impl AuthGate {
    /// Before the operation reads anything, so that the answer tells no less than what was until
    /// there. That an answer goes without is no reason to refuse it.
    async fn tell_cursor(&self, actor: &Actor, trail: Option<&Trail>) {
        let Some(trail) = trail else { return };
        match self.auth.app().own_cursor(actor).await {
            Ok(Some(cursor)) => trail.set_cursor(&cursor.to_string()),
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "the end of a log is not known"),
        }
    }
}

/// The token of the one header there is: of two, something before this server may have read the
/// other.
pub(super) fn bearer(request: &Request) -> Option<&str> {
    let mut given = request.headers().get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return None;
    };
    let value = value.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

pub(super) fn must_change_password() -> Problem {
    let detail = "The one-time password has to be changed first.";
    Problem::new(ProblemCode::PasswordChangeRequired, detail)
}

#[async_trait]
impl Gate for AuthGate {
    async fn admit(
        &self,
        operation: &'static Operation,
        request: &mut Request,
    ) -> Result<(), Problem> {
        if let Some(trail) = Trail::of(request) {
            trail.set_operation(operation.id);
        }
        let (limits, mut counted) = (&self.limits, Counted::default());
        let address = limits.address(request);
        if operation.problems.contains(&ProblemCode::RateLimited) {
            limits.count_address(address, &mut counted);
        }
        let origin = origin(request, address);
        request.extensions_mut().insert(origin);
        let Some(permission) = operation.permission else {
            return counted.told(Trail::of(request));
        };
        // Who asks too often is not even looked up.
        counted.refused(Trail::of(request))?;
        let Identity { actor, home, .. } = self.authenticate(operation, request).await?;
        let settings = home.as_ref().map(|home| &home.settings);
        limits.count_caller(&actor, settings, &mut counted);
        limits.count_log_bytes(operation, &actor, &mut counted);
        counted.told(Trail::of(request))?;
        if let (Some(trail), Some(id)) = (Trail::of(request), actor.user_id()) {
            trail.set_actor(id.to_string());
        }
        self.tell_cursor(&actor, Trail::of(request)).await;
        enter(permission, request, actor.clone())?;
        if CostlyReads::are_asked_for(operation, request) {
            // Until the handler has ended, or its client has left.
            let turn = limits.costly_reads().turn(&actor).await?;
            request.extensions_mut().insert(turn);
        }
        if operation.body.is_some() && sends_much(request) {
            let turn = limits.large_bodies().turn(&actor).await?;
            request.extensions_mut().insert(turn);
        }
        Ok(())
    }

    async fn admit_again(
        &self,
        operation: &'static Operation,
        request: &mut Request,
    ) -> Result<(), Problem> {
        let Some(permission) = operation.permission else {
            return Ok(());
        };
        let proof = request.extensions().get::<Proof>().cloned();
        let found = self.auth.behind(&proof.ok_or_else(missing)?).await;
        let found = found.map_err(problem::of_identity)?;
        know(operation, request, &found)?;
        enter(permission, request, found.actor)
    }

    fn answered(&self, _: &'static Operation, _: u16, problem: Option<ProblemCode>, _: Duration) {
        // The edge counts every answer; here only the code of a problem is known.
        if let Some(code) = problem {
            self.metrics.refused(code.as_str());
        }
    }
}
