//! Going on with a session: refresh tokens, and the ends of sessions.

use crate::{Auth, Error, Result, Tokens, terms::later};
use app::{Claim, Context, Exchange, session::BreakSession};
use credentials::refresh::RefreshToken;
use domain::{SessionId, session::EndReason};

/// How long a refresh token that was exchanged gives the same successor again, in seconds: its
/// answer may have been lost, or two windows of a browser asked at once.
const GRACE_SECONDS: i64 = 10;

impl Auth {
    /// Exchanges a refresh token. One that comes again too late ends its session: somebody else
    /// has it.
    ///
    /// # Errors
    /// [`Error::InvalidCredentials`] or [`Error::SessionUnused`].
    pub async fn refresh(&self, text: &str) -> Result<Tokens> {
        let token = RefreshToken::parse(text).map_err(|_| Error::InvalidCredentials)?;
        let digest = token.digest(&self.secret).to_hex();
        let session = self.app.store().session_of_refresh_token(&digest).await?;
        let session = session.ok_or(Error::InvalidCredentials)?;
        let principal = self.access.principal(&self.app, session.user_id).await?;
        let principal = principal.ok_or(Error::InvalidCredentials)?;
        let now = self.app.clock().now();
        if !session.lasts(now) || !principal.may_act() {
            // The token is not used up: who is refused for the moment comes back with it later.
            return Err(Error::InvalidCredentials);
        }
        self.can_sign().await?;
        let next = token.successor(&self.secret);
        let idle = self.terms.within(principal.settings()).idle;
        let exchange = Exchange {
            digest,
            next: next.digest(&self.secret).to_hex(),
            now,
            idle_until: later(now, idle),
            grace_seconds: GRACE_SECONDS,
        };
        // Before the token is used up: who gets no answer shall be able to come again.
        let tokens = self.tokens(&principal, session.id, session.expires_at, next)?;
        match self.app.exchange_refresh_token(&exchange).await? {
            Claim::First | Claim::Again => Ok(tokens),
            Claim::Reused => {
                self.break_session(session.id).await?;
                Err(Error::InvalidCredentials)
            }
            Claim::Expired => Err(Error::SessionUnused),
            Claim::Unknown => Err(Error::InvalidCredentials),
        }
    }

    async fn break_session(&self, id: SessionId) -> Result<()> {
        tracing::warn!(session = %id, "a refresh token came again; its session ends");
        let reason = EndReason::TokenReused;
        let case = BreakSession { id, reason };
        self.app.run(Context::system(), case).await?;
        Ok(())
    }
}
