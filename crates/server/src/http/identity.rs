//! Who comes with an access token or an API key.

use crate::{
    api_key::{ApiKey as Given, KeyDigest},
    auth::{Auth, Bearer, Refused},
};
use contract::{Problem, ProblemCode};
use domain::{
    Actor, ApiKeyId, Caller, Time,
    api_key::{ApiKey, ApiKeyStatus},
    organization::{Organization, OrganizationStatus},
};
use std::sync::Arc;

/// Who it is, and what its organization set.
pub struct Identity {
    /// Who acts.
    pub actor: Actor,
    /// Its organization.
    pub home: Option<Arc<Organization>>,
    /// The session, when it came with a token.
    pub bearer: Option<Bearer>,
}

/// Who comes with this text.
///
/// # Errors
/// UNAUTHENTICATED or TOKEN_EXPIRED, or when the database does not answer.
pub async fn of(auth: &Auth, text: &str) -> Result<Identity, Problem> {
    match Given::looks_like(text) {
        true => by_key(auth, text).await,
        false => by_token(auth, text).await,
    }
}

async fn by_key(auth: &Auth, text: &str) -> Result<Identity, Problem> {
    let unknown = || unauthenticated("The API key is not known here.");
    let given = Given::parse(text).map_err(|_| unknown())?;
    let (app, access) = (auth.app(), auth.access());
    let digest = given.digest(auth.secret());
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
    auth.key_uses().note(id, now);
    Ok(Identity {
        actor: Actor::Caller(caller),
        home,
        bearer: None,
    })
}

async fn by_token(auth: &Auth, text: &str) -> Result<Identity, Problem> {
    let found = auth.bearer(text).await;
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
    Ok(Identity {
        actor: bearer.actor(),
        home: bearer.principal.organization.clone(),
        bearer: Some(bearer),
    })
}

/// Whether the digest is the key's, or the one before its last rotation, and the key works.
fn fits(key: &ApiKey, digest: &KeyDigest, now: Time) -> bool {
    let is = |stored: &str| KeyDigest::from_hex(stored).as_ref() == Some(digest);
    let former = key.previous_until(now).and(key.previous.as_ref());
    let known = is(&key.digest) || former.is_some_and(|(stored, _)| is(stored));
    known && key.status(now) == ApiKeyStatus::Active
}

/// Nobody who is known.
pub fn unauthenticated(detail: &str) -> Problem {
    Problem::new(ProblemCode::Unauthenticated, detail)
}
