//! Access tokens: what they say, and how they are checked.

use crate::{AUDIENCE, Auth, Error, Principal, Result};
use credentials::{
    secret::Secret,
    token::{Claims, Expected, TokenError},
};
use domain::{Actor, SessionId, Time, UserId};
use std::sync::Arc;

/// Who came with a token.
#[derive(Clone, Debug)]
pub struct Bearer {
    /// The user.
    pub principal: Arc<Principal>,
    /// The session that the token was issued in.
    pub session: SessionId,
}

/// What a token proves, without the token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Proven {
    /// Whose it is.
    pub user: UserId,
    /// The session that it was issued in.
    pub session: SessionId,
    /// The user's epoch when it was issued.
    pub epoch: i64,
    /// Until when it is good.
    pub until: Time,
}

impl Bearer {
    /// Who acts.
    pub fn actor(&self) -> Actor {
        Actor::Caller(self.principal.caller())
    }

    /// Whether nothing else may be done before the password is changed.
    pub fn must_change_password(&self) -> bool {
        let password = self.principal.user.password;
        password.is_some_and(|password| password.must_change)
    }
}

impl Auth {
    /// An access token for the user in this session.
    pub(crate) fn access_token(&self, principal: &Principal, session: SessionId) -> Result<Secret> {
        let user = &principal.user;
        let terms = self.terms.within(principal.settings());
        let now = self.now_seconds();
        let claims = Claims {
            iss: self.terms.public_url.clone(),
            aud: AUDIENCE.to_owned(),
            sub: user.id.0,
            jti: self.app.clock().new_id(),
            iat: now,
            exp: now + terms.access_token.as_secs() as i64,
            nbf: None,
            user_id: user.id.0,
            role: user.role.as_str().to_owned(),
            organization_id: user.organization_id.map(|id| id.0),
            station_id: user.station_id.map(|id| id.0),
            user_status: user.status.as_str().to_owned(),
            sid: session.0,
            epoch: principal.authz_epoch(),
        };
        let issued = self.signing.ring().issue(&claims);
        issued.map_err(|error| Error::internal(&error))
    }

    /// What the token proves.
    ///
    /// # Errors
    /// [`Error::TokenExpired`], or [`Error::InvalidToken`] when it is none of ours.
    pub async fn prove(&self, token: &str) -> Result<Proven> {
        let claims = self.verified(token).await.map_err(|error| match error {
            TokenError::Expired => Error::TokenExpired,
            TokenError::Invalid => Error::InvalidToken,
        })?;
        Ok(Proven {
            user: UserId(claims.user_id),
            session: SessionId(claims.sid),
            epoch: claims.epoch,
            until: Time::from_micros(claims.exp.saturating_mul(1_000_000)),
        })
    }

    /// Who comes with a token that proves this, and until when that is so if nothing changes.
    ///
    /// # Errors
    /// [`Error::InvalidToken`] when what it was issued for has ended.
    pub async fn bearer(&self, proven: Proven) -> Result<(Bearer, Time)> {
        let Proven { session, user, .. } = proven;
        let Some(lasts) = self.access.session_lasts(&self.app, session).await? else {
            return Err(Error::InvalidToken);
        };
        let found = self.access.principal(&self.app, user).await?;
        let holds = |principal: &Arc<Principal>| {
            principal.may_act() && principal.authz_epoch() == proven.epoch
        };
        let Some(principal) = found.filter(holds) else {
            return Err(Error::InvalidToken);
        };
        let until = lasts.min(proven.until);
        Ok((Bearer { principal, session }, until))
    }

    /// A key that another replica has just made is looked for once.
    async fn verified(&self, token: &str) -> std::result::Result<Claims, TokenError> {
        let expected = Expected {
            issuer: &self.terms.public_url,
            audience: AUDIENCE,
        };
        let now = self.now_seconds();
        let verified = self.signing.ring().verify(token, expected, now);
        if verified != Err(TokenError::Invalid) || !self.signing.look_again().await {
            return verified;
        }
        self.signing.ring().verify(token, expected, now)
    }

    pub(crate) fn now_seconds(&self) -> i64 {
        self.app.clock().now().micros().div_euclid(1_000_000)
    }
}
