//! Who may call an operation: access tokens and API keys.

use crate::{
    api_key::{ApiKey as Given, KeyDigest},
    auth::{Auth, Origin, Refused},
    edge::Trail,
    metrics::Metrics,
    rate_limit::Counted,
};
use async_trait::async_trait;
use contract::{Gate, Operation, Problem, ProblemCode};
use domain::{
    Actor, ApiKeyId, Caller, Permission, Time,
    api_key::{ApiKey, ApiKeyStatus},
    organization::{Organization, OrganizationStatus},
};
use poem::{Request, http::header::AUTHORIZATION};
use std::{sync::Arc, time::Duration};

/// What somebody may call whose one-time password has to be changed first.
const BEFORE_PASSWORD_CHANGE: [&str; 3] = ["changePassword", "getCurrentUser", "logout"];

/// Admits requests by access token or API key.
pub struct AuthGate {
    auth: Arc<Auth>,
    metrics: Arc<Metrics>,
}

/// Who was let in, and what its organization set.
struct Admitted {
    actor: Actor,
    home: Option<Arc<Organization>>,
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
    ) -> Result<Admitted, Problem> {
        let missing = || unauthenticated("The request has no access token and no API key.");
        let text = bearer(request).ok_or_else(missing)?;
        match Given::looks_like(text) {
            true => self.by_key(text).await,
            false => {
                let text = text.to_owned();
                self.by_token(&text, operation, request).await
            }
        }
    }

    async fn by_key(&self, text: &str) -> Result<Admitted, Problem> {
        let unknown = || unauthenticated("The API key is not known here.");
        let given = Given::parse(text).map_err(|_| unknown())?;
        let (app, access) = (self.auth.app(), self.auth.access());
        let digest = given.digest(self.auth.secret());
        let id = ApiKeyId(given.id());
        let key = access.api_key(app, id).await.map_err(super::problem::of)?;
        let now = app.clock().now();
        let key = key.filter(|key| fits(key, &digest, now));
        let key = key.ok_or_else(unknown)?;
        let (caller, home) = match (key.user_id, key.realm) {
            (Some(owner), _) => {
                let principal = access.principal(app, owner).await;
                let principal = principal.map_err(super::problem::of)?;
                let acting = principal.filter(|principal| principal.may_act());
                let acting = acting.ok_or_else(unknown)?;
                (acting.caller().with_key(&key), acting.organization.clone())
            }
            (None, Some(owner)) => {
                let home = access.organization(app, owner).await;
                let home = home.map_err(super::problem::of)?;
                let works = |home: &Arc<Organization>| home.status == OrganizationStatus::Active;
                let home = home.filter(works).ok_or_else(unknown)?;
                (Caller::of_organization(owner, &key), Some(home))
            }
            (None, None) => return Err(unknown()),
        };
        self.auth.key_uses().note(id, now);
        let actor = Actor::Caller(caller);
        Ok(Admitted { actor, home })
    }

    async fn by_token(
        &self,
        text: &str,
        operation: &Operation,
        request: &mut Request,
    ) -> Result<Admitted, Problem> {
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
        let home = bearer.principal.organization.clone();
        request.extensions_mut().insert(bearer);
        Ok(Admitted { actor, home })
    }
}

/// Whether the digest is the key's, or the one before its last rotation, and the key works.
fn fits(key: &ApiKey, digest: &KeyDigest, now: Time) -> bool {
    let is = |stored: &str| KeyDigest::from_hex(stored).as_ref() == Some(digest);
    let former = key.previous_until(now).and(key.previous.as_ref());
    let known = is(&key.digest) || former.is_some_and(|(stored, _)| is(stored));
    known && key.status(now) == ApiKeyStatus::Active
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
        let (limits, mut counted) = (self.auth.limits(), Counted::default());
        let address = limits.address(request);
        limits.count_address(operation, address, &mut counted);
        let origin = Origin::of(request, address);
        request.extensions_mut().insert(origin);
        let Some(permission) = operation.permission else {
            return counted.told(Trail::of(request));
        };
        // Who asks too often is not even looked up.
        counted.refused(Trail::of(request))?;
        let Admitted { actor, home } = self.authenticate(operation, request).await?;
        let settings = home.as_ref().map(|home| &home.settings);
        limits.count_caller(&actor, settings, &mut counted);
        counted.told(Trail::of(request))?;
        if let (Some(trail), Some(id)) = (Trail::of(request), actor.user_id()) {
            trail.set_actor(id.to_string());
        }
        if !Permission::parse(permission).is_some_and(|permission| actor.holds(permission)) {
            let detail = format!("The caller does not have {permission}.");
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
