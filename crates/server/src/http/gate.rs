//! Who may call an operation: access tokens and API keys.

use crate::{
    api_key::ApiKey,
    auth::{Auth, Origin, Refused},
    edge::Trail,
    metrics::Metrics,
};
use async_trait::async_trait;
use contract::{Gate, Operation, Problem, ProblemCode};
use domain::{Actor, ApiKeyId, Caller, Permission};
use poem::{Request, http::header::AUTHORIZATION};
use std::{sync::Arc, time::Duration};

/// What somebody may call whose one-time password has to be changed first.
const BEFORE_PASSWORD_CHANGE: [&str; 3] = ["changePassword", "getCurrentUser", "logout"];

/// Admits requests by access token or API key.
pub struct AuthGate {
    auth: Arc<Auth>,
    metrics: Arc<Metrics>,
}

impl AuthGate {
    /// A gate over what is known of callers.
    pub fn new(auth: Arc<Auth>, metrics: Arc<Metrics>) -> Self {
        Self { auth, metrics }
    }

    async fn authenticate(
        &self,
        operation: &Operation,
        request: &mut Request,
    ) -> Result<Actor, Problem> {
        let missing = || unauthenticated("The request has no access token and no API key.");
        let text = bearer(request).ok_or_else(missing)?;
        match ApiKey::looks_like(text) {
            true => self.by_key(text).await,
            false => {
                let text = text.to_owned();
                self.by_token(&text, operation, request).await
            }
        }
    }

    async fn by_key(&self, text: &str) -> Result<Actor, Problem> {
        let unknown = || unauthenticated("The API key is not known here.");
        let key = ApiKey::parse(text).map_err(|_| unknown())?;
        let id = ApiKeyId(key.id());
        let (app, access) = (self.auth.app(), self.auth.access());
        let digest = key.digest(self.auth.secret());
        let owner = access.key_owner(app, id, &digest).await;
        let owner = owner.map_err(super::problem::of)?.ok_or_else(unknown)?;
        let principal = access.principal(app, owner).await;
        let principal = principal.map_err(super::problem::of)?;
        let acting = principal.filter(|principal| principal.may_act());
        let caller = acting.ok_or_else(unknown)?.caller();
        Ok(Actor::Caller(Caller {
            key: Some(id),
            ..caller
        }))
    }

    async fn by_token(
        &self,
        text: &str,
        operation: &Operation,
        request: &mut Request,
    ) -> Result<Actor, Problem> {
        let found = self.auth.bearer(text).await;
        let bearer = match found.map_err(super::problem::of)? {
            Ok(bearer) => bearer,
            Err(Refused::Expired) => {
                let detail = "The access token has expired; refresh it.";
                return Err(Problem::new(ProblemCode::TokenExpired, detail));
            }
            Err(Refused::Invalid) => {
                return Err(unauthenticated("The access token is not valid here."));
            }
        };
        if bearer.must_change_password() && !BEFORE_PASSWORD_CHANGE.contains(&operation.id) {
            let detail = "The one-time password has to be changed first.";
            return Err(Problem::new(ProblemCode::PasswordChangeRequired, detail));
        }
        let actor = bearer.actor();
        request.extensions_mut().insert(bearer);
        Ok(actor)
    }
}

/// The token of the one header there is: of two, something before this server may have read the
/// other.
fn bearer(request: &Request) -> Option<&str> {
    let mut given = request.headers().get_all(AUTHORIZATION).iter();
    let (Some(value), None) = (given.next(), given.next()) else {
        return None;
    };
    let value = value.to_str().ok()?;
    let (scheme, token) = value.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| token.trim())
}

fn unauthenticated(detail: &str) -> Problem {
    Problem::new(ProblemCode::Unauthenticated, detail)
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
        let origin = Origin::of(request);
        request.extensions_mut().insert(origin);
        let Some(permission) = operation.permission else {
            return Ok(());
        };
        let actor = self.authenticate(operation, request).await?;
        if let (Some(trail), Some(id)) = (Trail::of(request), actor.user_id()) {
            trail.set_actor(id.to_string());
        }
        if !Permission::parse(permission).is_some_and(|permission| actor.holds(permission)) {
            let detail = format!("The role of the caller does not have {permission}.");
            return Err(Problem::new(ProblemCode::Forbidden, detail));
        }
        request.extensions_mut().insert(actor);
        Ok(())
    }

    fn answered(&self, _: &'static Operation, _: u16, problem: Option<ProblemCode>, _: Duration) {
        // The edge counts every answer; here only the code of a problem is known.
        if let Some(code) = problem {
            self.metrics.refused(code.as_str());
        }
    }
}
