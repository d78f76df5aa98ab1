//! Signed heads of logs: who keeps one can show later that nothing before it was changed.

use super::Auth;
use crate::http::problem;
use app::Head;
use contract::{LogHead, Problem};
use domain::{OrganizationId, Time};
use serde::Serialize;
use uuid::Uuid;

/// The type of the statement, in its header, so that it is taken for nothing else.
const TYPE: &str = "log-head+jwt";

/// What is signed. Times are seconds since 1970.
#[derive(Serialize)]
struct Statement<'a> {
    /// Who says it.
    iss: &'a str,
    /// The organization whose log it is.
    sub: Uuid,
    /// When it was said.
    iat: i64,
    position: i64,
    hash: String,
}

impl Auth {
    /// The head of an organization's log, signed now.
    ///
    /// # Errors
    /// When no key may sign.
    pub fn sign_head(&self, of: OrganizationId, head: Head) -> Result<LogHead, Problem> {
        let (now, hash) = (self.now_seconds(), head.hash.to_string());
        let statement = Statement {
            iss: &self.terms.public_url,
            sub: of.0,
            iat: now,
            position: head.position,
            hash: hash.clone(),
        };
        let signature = self.signing.ring().sign(TYPE, &statement, now);
        let signed_at = Time::from_micros(now * 1_000_000);
        Ok(LogHead {
            organization_id: of.0,
            position: head.position,
            hash,
            bytes: head.bytes,
            signed_at: chrono::DateTime::<chrono::Utc>::from(signed_at).into(),
            signature: signature.map_err(|error| problem::internal(&error))?,
        })
    }
}
