//! Who may call an operation: API keys, checked once and remembered for a moment.

use crate::{
    api_key::{ApiKey, KeyDigest, KeySecret},
    edge::Trail,
    metrics::Metrics,
};
use app::App;
use async_trait::async_trait;
use contract::{Gate, Operation, Problem, ProblemCode};
use domain::{
    Actor, ApiKeyId, Caller, Permission,
    organization::{Organization, OrganizationStatus},
    user::User,
};
use poem::{Request, http::header::AUTHORIZATION};
use std::{
    collections::HashMap,
    sync::{Arc, Mutex, PoisonError},
    time::{Duration, Instant},
};

/// How long an admitted key is not looked up again. A user who is deactivated on any replica is
/// locked out on all of them within this time.
const REMEMBERED: Duration = Duration::from_secs(1);

/// Keys that are remembered at most.
const ROOM: usize = 10_000;

/// Admits requests by API key.
pub struct KeyGate {
    app: App,
    secret: KeySecret,
    metrics: Arc<Metrics>,
    admitted: Mutex<HashMap<[u8; 32], (Actor, Instant)>>,
}

impl KeyGate {
    /// A gate that knows the keys by their keyed hash.
    pub fn new(app: App, secret: KeySecret, metrics: Arc<Metrics>) -> Self {
        Self {
            app,
            secret,
            metrics,
            admitted: Mutex::new(HashMap::new()),
        }
    }

    async fn authenticate(&self, request: &Request) -> Result<Actor, Problem> {
        let text = bearer(request).ok_or_else(|| unauthenticated("The request has no API key."))?;
        let unknown = || unauthenticated("The API key is not known here.");
        let key = ApiKey::parse(text).map_err(|_| unknown())?;
        let digest = key.digest(&self.secret);
        if let Some(actor) = self.remembered(&digest) {
            return Ok(actor);
        }
        let found = self
            .app
            .api_key(ApiKeyId(key.id()))
            .await
            .map_err(super::problem::of)?;
        let (stored, user, organization) = found.ok_or_else(unknown)?;
        if KeyDigest::from_hex(&stored.digest).as_ref() != Some(&digest) {
            return Err(unknown());
        }
        let actor = actor(stored.id, &user, organization.as_ref()).ok_or_else(unknown)?;
        self.remember(&digest, actor.clone());
        Ok(actor)
    }

    fn remembered(&self, digest: &KeyDigest) -> Option<Actor> {
        let admitted = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        let (actor, at) = admitted.get(digest.as_bytes())?;
        (at.elapsed() < REMEMBERED).then(|| actor.clone())
    }

    fn remember(&self, digest: &KeyDigest, actor: Actor) {
        let mut admitted = self.admitted.lock().unwrap_or_else(PoisonError::into_inner);
        if admitted.len() >= ROOM {
            admitted.retain(|_, (_, at)| at.elapsed() < REMEMBERED);
        }
        if admitted.len() < ROOM {
            admitted.insert(*digest.as_bytes(), (actor, Instant::now()));
        }
    }
}

/// A user who is locked out or gone acts no more, nor does one whose organization is (D6).
fn actor(key: ApiKeyId, user: &User, organization: Option<&Organization>) -> Option<Actor> {
    let works = match user.organization_id {
        Some(_) => organization.is_some_and(|own| own.status == OrganizationStatus::Active),
        None => true,
    };
    (user.may_act() && works).then(|| {
        Actor::Caller(Caller {
            key: Some(key),
            ..Caller::of(user)
        })
    })
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
impl Gate for KeyGate {
    async fn admit(
        &self,
        operation: &'static Operation,
        request: &mut Request,
    ) -> Result<(), Problem> {
        if let Some(trail) = Trail::of(request) {
            trail.set_operation(operation.id);
        }
        let Some(permission) = operation.permission else {
            return Ok(());
        };
        let actor = self.authenticate(request).await?;
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
