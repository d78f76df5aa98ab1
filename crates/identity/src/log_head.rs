//! Signed heads of logs: who keeps one can show later that nothing before it was changed.

use crate::{Auth, Error, Result};
use app::Head;
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

/// The head of a log, signed.
pub struct SignedHead {
    /// The organization whose log it is.
    pub organization: OrganizationId,
    /// The position of the last event.
    pub position: i64,
    /// The hash of the log until there.
    pub hash: String,
    /// How long the log is, in bytes.
    pub bytes: i64,
    /// When it was signed, to the second.
    pub signed_at: Time,
    /// The statement with its signature, as compact JWS.
    pub signature: String,
}

impl Auth {
    /// The head of an organization's log, signed now.
    ///
    /// # Errors
    /// When no key may sign.
    pub fn sign_head(&self, of: OrganizationId, head: Head) -> Result<SignedHead> {
        let (now, hash) = (self.now_seconds(), head.hash.to_string());
        let statement = Statement {
            iss: &self.terms.public_url,
            sub: of.0,
            iat: now,
            position: head.position,
            hash: hash.clone(),
        };
        let signature = self.signing.ring().sign(TYPE, &statement, now);
        Ok(SignedHead {
            organization: of,
            position: head.position,
            hash,
            bytes: head.bytes,
            signed_at: Time::from_micros(now * 1_000_000),
            signature: signature.map_err(|error| Error::internal(&error))?,
        })
    }
}
