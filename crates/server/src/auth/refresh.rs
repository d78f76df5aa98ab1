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
        let next = token.successor(&self.secret);
        let now = self.app.clock().now();
        let exchange = Exchange {
            digest: token.digest(&self.secret).to_hex(),
            next: next.digest(&self.secret).to_hex(),
            now,
            idle_until: later(now, self.terms.idle),
            grace_seconds: GRACE_SECONDS,
        };
        let claim = self.app.exchange_refresh_token(&exchange).await;
        match claim.map_err(problem::of)? {
            Claim::First(session) | Claim::Again(session) => self.go_on(session, next).await,
            Claim::Reused(session) => {
                tracing::warn!(session = %session, "a refresh token came again; its session ends");
                let reason = EndReason::TokenReused;
                let ended = BreakSession {
                    id: session,
                    reason,
                };
                let ended = self.app.run(Context::system(), ended).await;
                ended.map_err(problem::of)?;
                Err(invalid_credentials())
            }
            Claim::Expired => {
                let detail = "The session was not used for too long; sign in again.";
                Err(Problem::new(ProblemCode::TokenExpired, detail))
            }
            Claim::Unknown => Err(invalid_credentials()),
        }
    }

    async fn go_on(&self, id: SessionId, next: RefreshToken) -> Result<Tokens, Problem> {
        let found = self.app.store().session(id).await;
        let found = found.map_err(problem::of_store)?;
        let now = self.app.clock().now();
        let lasting = found.filter(|session| session.lasts(now));
        let session = lasting.ok_or_else(invalid_credentials)?;
        let principal = self.access.principal(&self.app, session.user_id).await;
        let principal = principal.map_err(problem::of)?;
        let acting = principal.filter(|principal| principal.may_act());
        let principal = acting.ok_or_else(invalid_credentials)?;
        self.tokens(&principal, id, next)
    }
}
