//! Authentication and authorization of requests by access tokens and API keys.

use super::problem::{self, unauthenticated};
use crate::{
    costly_reads::CostlyReads,
    edge::RequestContext,
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

/// The operations that are allowed before a one-time password was changed.
const BEFORE_PASSWORD_CHANGE: [&str; 3] = ["changePassword", "getCurrentUser", "logout"];

/// Characters of a User-Agent that are kept.
const NAME_LIMIT: usize = 200;

/// Admits requests by access token or API key.
pub struct AuthGate {
    auth: Arc<Auth>,
    limits: Arc<RateLimits>,
    metrics: Arc<Metrics>,
}

impl AuthGate {
    /// A gate that enforces these rate limits.
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
        // Streams and commands check the credential again later.
        request.extensions_mut().insert(proof);
        set_session(operation, request, &found)?;
        Ok(found)
    }
}

/// Passes the session of the request to the handler, unless a one-time password must be changed first.
fn set_session(
    operation: &Operation,
    request: &mut Request,
    found: &Identity,
) -> Result<(), Problem> {
    let Some(bearer) = &found.bearer else {
        return Ok(());
    };
    if bearer.must_change_password() && !BEFORE_PASSWORD_CHANGE.contains(&operation.id) {
        return Err(must_change_password());
    }
    request.extensions_mut().insert(bearer.clone());
    Ok(())
}

/// Passes the actor to the handler, if it holds the permission of the operation.
fn authorize(permission: &str, request: &mut Request, actor: Actor) -> Result<(), Problem> {
    if !Permission::parse(permission).is_some_and(|permission| actor.holds(permission)) {
        let detail = format!("The caller does not have {permission}.");
        return Err(Problem::new(ProblemCode::Forbidden, detail));
    }
    request.extensions_mut().insert(actor);
    Ok(())
}

/// Whether the body is large, or may be because its length is not declared.
fn may_have_large_body(request: &Request) -> bool {
    let length = request.headers().get(CONTENT_LENGTH);
    let length = length.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    length.map_or_else(
        || request.headers().contains_key(TRANSFER_ENCODING),
        |length| length > contract::LARGE_BODY,
    )
}

/// The User-Agent and the address of the request.
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
    /// Records the end of the caller's log before the operation reads anything, so that the response
    /// covers every event up to the cursor. A failure leaves the header out and does not fail the request.
    async fn record_cursor(&self, actor: &Actor, request_context: Option<&RequestContext>) {
        let Some(request_context) = request_context else {
            return;
        };
        match self.auth.app().own_cursor(actor).await {
            Ok(Some(cursor)) => request_context.set_cursor(&cursor.to_string()),
            Ok(None) => {}
            Err(error) => tracing::debug!(%error, "the end of a log is not known"),
        }
    }
}

/// The bearer token. A request with two Authorization headers has none: a proxy may have checked the
/// other one.
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
        if let Some(request_context) = RequestContext::of(request) {
            request_context.set_operation(operation.id);
        }
        let (limits, mut counted) = (&self.limits, Counted::default());
        let address = limits.address(request);
        if operation.problems.contains(&ProblemCode::RateLimited) {
            limits.count_address(address, &mut counted);
        }
        let origin = origin(request, address);
        request.extensions_mut().insert(origin);
        let Some(permission) = operation.permission else {
            return counted.enforce(RequestContext::of(request));
        };
        // A caller above its limit is refused before any lookup.
        counted.reject(RequestContext::of(request))?;
        let Identity { actor, home, .. } = self.authenticate(operation, request).await?;
        let settings = home.as_ref().map(|home| &home.settings);
        limits.count_caller(&actor, settings, &mut counted);
        limits.count_log_bytes(operation, &actor, &mut counted);
        counted.enforce(RequestContext::of(request))?;
        if let (Some(request_context), Some(id)) = (RequestContext::of(request), actor.user_id()) {
            request_context.set_actor(id.to_string());
        }
        self.record_cursor(&actor, RequestContext::of(request))
            .await;
        authorize(permission, request, actor.clone())?;
        if CostlyReads::are_asked_for(operation, request) {
            // The turn is held until the handler ends or the client disconnects.
            let turn = limits.costly_reads().turn(&actor).await?;
            request.extensions_mut().insert(turn);
        }
        if operation.body.is_some() && may_have_large_body(request) {
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
        set_session(operation, request, &found)?;
        authorize(permission, request, found.actor)
    }

    fn answered(&self, _: &'static Operation, _: u16, problem: Option<ProblemCode>, _: Duration) {
        // The edge counts every response; the code of a problem is only known here.
        if let Some(code) = problem {
            self.metrics.refused(code.as_str());
        }
    }
}
