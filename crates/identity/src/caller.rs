//! Who comes with an access token or an API key.

use crate::{Auth, Bearer, Error, Proven, Result};
use app::Credential;
use credentials::{KeyDigest, api_key::ApiKey as Given};
use domain::{
    Actor, ApiKeyId, Caller, SessionId, Time, UserId,
    api_key::{ApiKey, ApiKeyStatus},
    organization::{Organization, OrganizationStatus},
};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use uuid::Uuid;

/// What somebody came with, found good once; nobody can come with it again.
#[derive(Clone, Debug, PartialEq)]
pub enum Proof {
    /// An access token.
    Token(Proven),
    /// An API key, by its digest.
    Key(ApiKeyId, KeyDigest),
}

impl Proof {
    /// The same for a command, which looks at it again when it is decided.
    pub fn credential(&self) -> Credential {
        match self {
            Self::Token(proven) => Credential::Session {
                id: proven.session,
                epoch: proven.epoch,
            },
            Self::Key(id, digest) => Credential::Key {
                id: *id,
                digest: digest.to_hex(),
            },
        }
    }
}

/// How a proof is kept.
#[derive(Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
enum Kept {
    Token {
        user: Uuid,
        session: Uuid,
        epoch: i64,
        until: i64,
    },
    Key {
        id: Uuid,
        digest: String,
    },
}

impl Proof {
    /// As text to keep.
    ///
    /// # Errors
    /// Never, as far as is known: there is nothing in it that JSON cannot say.
    pub fn keep(&self) -> serde_json::Result<String> {
        let kept = match self {
            Self::Token(proven) => Kept::Token {
                user: proven.user.0,
                session: proven.session.0,
                epoch: proven.epoch,
                until: proven.until.micros(),
            },
            Self::Key(id, digest) => Kept::Key {
                id: id.0,
                digest: digest.to_hex(),
            },
        };
        serde_json::to_string(&kept)
    }

    /// From kept text; none when it is not one.
    pub fn kept(text: &str) -> Option<Self> {
        Some(match serde_json::from_str(text).ok()? {
            Kept::Token {
                user,
                session,
                epoch,
                until,
            } => Self::Token(Proven {
                user: UserId(user),
                session: SessionId(session),
                epoch,
                until: Time::from_micros(until),
            }),
            Kept::Key { id, digest } => Self::Key(ApiKeyId(id), KeyDigest::from_hex(&digest)?),
        })
    }
}

/// Who it is, and what its organization set.
pub struct Identity {
    /// Who acts.
    pub actor: Actor,
    /// Its organization.
    pub home: Option<Arc<Organization>>,
    /// The session, when it came with a token.
    pub bearer: Option<Bearer>,
    /// Until when it is so if nothing changes; none is for ever.
    pub until: Option<Time>,
}

impl Auth {
    /// Who comes with this text.
    ///
    /// # Errors
    /// [`Error::UnknownKey`], [`Error::InvalidToken`] or [`Error::TokenExpired`], or when the database
    /// does not answer.
    pub async fn identify(&self, text: &str) -> Result<(Proof, Identity)> {
        let proof = if Given::looks_like(text) {
            let given = Given::parse(text).map_err(|_| Error::UnknownKey)?;
            Proof::Key(ApiKeyId(given.id()), given.digest(&self.secret))
        } else {
            Proof::Token(self.prove(text).await?)
        };
        let identity = self.behind(&proof).await?;
        Ok((proof, identity))
    }

    /// Who it is that came with it, as of now.
    ///
    /// # Errors
    /// As [`Auth::identify`].
    pub async fn behind(&self, proof: &Proof) -> Result<Identity> {
        match proof {
            Proof::Key(id, digest) => self.by_key(*id, digest).await,
            Proof::Token(proven) => self.by_token(*proven).await,
        }
    }

    async fn by_key(&self, id: ApiKeyId, digest: &KeyDigest) -> Result<Identity> {
        let (app, access) = (&self.app, &self.access);
        let key = access.api_key(app, id).await?;
        let now = app.clock().now();
        let key = key.filter(|key| fits(key, digest, now));
        let key = key.ok_or(Error::UnknownKey)?;
        let (caller, home) = match (key.user_id, key.realm) {
            (Some(owner), _) => {
                let principal = access.principal(app, owner).await?;
                let acting = principal.filter(|principal| principal.may_act());
                let acting = acting.ok_or(Error::UnknownKey)?;
                (acting.caller().with_key(&key), acting.organization.clone())
            }
            (None, Some(owner)) => {
                let home = access.organization(app, owner).await?;
                let works = |home: &Arc<Organization>| home.status == OrganizationStatus::Active;
                let home = home.filter(works).ok_or(Error::UnknownKey)?;
                (Caller::of_organization(owner, &key), Some(home))
            }
            (None, None) => return Err(Error::UnknownKey),
        };
        self.key_uses.note(id, now);
        Ok(Identity {
            actor: Actor::Caller(caller),
            home,
            bearer: None,
            until: until(&key, digest, now),
        })
    }

    async fn by_token(&self, proven: Proven) -> Result<Identity> {
        let (bearer, until) = self.bearer(proven).await?;
        Ok(Identity {
            actor: bearer.actor(),
            home: bearer.principal.organization.clone(),
            bearer: Some(bearer),
            until: Some(until),
        })
    }
}

/// Until when the key works with this digest.
fn until(key: &ApiKey, digest: &KeyDigest, now: Time) -> Option<Time> {
    let is_former = KeyDigest::from_hex(&key.digest).as_ref() != Some(digest);
    let former = key.previous_until(now).filter(|_| is_former);
    former.into_iter().chain(key.expires_at).min()
}

/// Whether the digest is the key's, or the one before its last rotation, and the key works.
fn fits(key: &ApiKey, digest: &KeyDigest, now: Time) -> bool {
    let is = |stored: &str| KeyDigest::from_hex(stored).as_ref() == Some(digest);
    let former = key.previous_until(now).and(key.previous.as_ref());
    let known = is(&key.digest) || former.is_some_and(|(stored, _)| is(stored));
    known && key.status(now) == ApiKeyStatus::Active
}
