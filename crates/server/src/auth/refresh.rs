//! Going on with a session: refresh tokens, and the ends of sessions.

use super::{
    Auth, Tokens,
    login::{invalid_credentials, later},
};
use crate::http::problem;
use app::{Claim, Context, Exchange, session::BreakSession};
use contract::{Problem, ProblemCode};
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
    /// INVALID_CREDENTIALS or TOKEN_EXPIRED.
    pub async fn refresh(&self, text: &str) -> Result<Tokens, Problem> {
        let token = RefreshToken::parse(text).map_err(|_| invalid_credentials())?;
        let digest = token.digest(&self.secret).to_hex();
        let found = self.app.store().session_of_refresh_token(&digest).await;
        let session = found.map_err(problem::of_store)?;
        let session = session.ok_or_else(invalid_credentials)?;
        let principal = self.access.principal(&self.app, session.user_id).await;
        let principal = principal.map_err(problem::of)?;
        let principal = principal.ok_or_else(invalid_credentials)?;
        let now = self.app.clock().now();
        if !session.lasts(now) || !principal.may_act() {
            // The token is not used up: who is refused for the moment comes back with it later.
            return Err(invalid_credentials());
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
        let claim = self.app.exchange_refresh_token(&exchange).await;
        match claim.map_err(problem::of)? {
            Claim::First | Claim::Again => Ok(tokens),
            Claim::Reused => {
                self.break_session(session.id).await?;
                Err(invalid_credentials())
            }
            Claim::Expired => {
                let detail = "The session was not used for too long; sign in again.";
                Err(Problem::new(ProblemCode::TokenExpired, detail))
            }
            Claim::Unknown => Err(invalid_credentials()),
        }
    }

    async fn break_session(&self, id: SessionId) -> Result<(), Problem> {
        tracing::warn!(session = %id, "a refresh token came again; its session ends");
        let reason = EndReason::TokenReused;
        let case = BreakSession { id, reason };
        let ended = self.app.run(Context::system(), case).await;
        ended.map(drop).map_err(problem::of)
    }
}
