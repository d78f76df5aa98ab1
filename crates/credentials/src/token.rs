//! Access tokens: JWT, signed with Ed25519 (RFC 7519, RFC 8037).
//!
//! There is one algorithm and one form of header. The header of a token is therefore
//! not interpreted: it has to be, letter for letter, what we write for one of our keys.
//! So another `alg`, `jku`, `jwk`, `x5u`, `x5c` or `crit` can never have an effect.
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signature, VerifyingKey};
use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

use crate::{secret::Secret, signing_key::SigningKey};

/// Longer texts are not looked at.
const LONGEST: usize = 4096;
/// How far the clocks of two replicas may lie apart.
pub(crate) const LEEWAY: i64 = 5;

/// What a token says. Times are seconds since 1970.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Claims {
    /// Who made the token.
    pub iss: String,
    /// Whom it is for.
    pub aud: String,
    /// The user.
    pub sub: Uuid,
    /// The token itself.
    pub jti: Uuid,
    /// When it was made.
    pub iat: i64,
    /// From when on it is refused.
    pub exp: i64,
    /// Until when it is refused; ours have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub nbf: Option<i64>,
    /// The user once more, under the name that clients know.
    pub user_id: Uuid,
    /// The user's fixed role.
    pub role: String,
    /// The user's organization; none for users of the platform.
    pub organization_id: Option<Uuid>,
    /// The user's station, which operators have.
    pub station_id: Option<Uuid>,
    /// The user's status when the token was made.
    pub user_status: String,
    /// The session that it belongs to.
    pub sid: Uuid,
    /// The user's epoch when it was made: an older one than the present is refused.
    pub epoch: i64,
}

/// Whose tokens are accepted, and for whom they have to be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Expected<'a> {
    /// What `iss` has to be.
    pub issuer: &'a str,
    /// What `aud` has to be.
    pub audience: &'a str,
}

/// A token is refused.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum TokenError {
    /// It was good, and its time is over.
    #[error("the token has expired")]
    Expired,
    /// It is none of ours, not for us, or not yet valid.
    #[error("not a valid token")]
    Invalid,
}

/// The public half of a key, and the header of the tokens that it signed.
#[derive(Clone, Debug)]
pub(crate) struct Verifier {
    header: String,
    key: VerifyingKey,
}

impl Verifier {
    pub(crate) fn new(key: &SigningKey) -> Self {
        Self {
            header: header(TOKEN, key),
            key: key.verifying_key(),
        }
    }
}

/// Signs a token. Its text is to be given to its user and to nobody else.
pub(crate) fn sign(claims: &Claims, key: &SigningKey) -> Secret {
    let claims = serde_json::to_vec(claims).expect("claims are plain fields");
    // A text that grew would leave copies of itself behind.
    let mut token = String::with_capacity(LONGEST);
    token.push_str(&header(TOKEN, key));
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(claims, &mut token);
    let signature = key.sign(token.as_bytes());
    token.push('.');
    URL_SAFE_NO_PAD.encode_string(signature, &mut token);
    Secret::new(token)
}

/// Signs what is no token: its header has another type, and no reader of tokens takes it.
pub(crate) fn sign_statement(typ: &str, statement: &impl Serialize, key: &SigningKey) -> String {
    let statement = serde_json::to_vec(statement).expect("statements are plain fields");
    let statement = URL_SAFE_NO_PAD.encode(statement);
    let message = format!("{}.{statement}", header(typ, key));
    let signature = URL_SAFE_NO_PAD.encode(key.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

/// The claims of a signed token, when they are made by and for whom they should be, and hold now.
pub(crate) fn hold(claims: Claims, expected: Expected<'_>, now: i64) -> Result<Claims, TokenError> {
    let begun = claims
        .nbf
        .is_none_or(|nbf| nbf <= now.saturating_add(LEEWAY));
    if claims.iss != expected.issuer || claims.aud != expected.audience || !begun {
        return Err(TokenError::Invalid);
    }
    if now >= claims.exp.saturating_add(LEEWAY) {
        return Err(TokenError::Expired);
    }
    Ok(claims)
}

/// Reads a token that one of these keys signed. Nothing in it is looked at before its signature has
/// proved right.
pub(crate) fn signed(token: &str, verifiers: &[Verifier]) -> Option<Claims> {
    if token.len() > LONGEST {
        return None;
    }
    let (message, signature) = token.rsplit_once('.')?;
    let (header, claims) = message.split_once('.')?;
    let verifier = verifiers.iter().find(|known| known.header == header)?;
    let signature = URL_SAFE_NO_PAD.decode(signature).ok()?;
    let signature = Signature::from_slice(&signature).ok()?;
    verifier
        .key
        .verify_strict(message.as_bytes(), &signature)
        .ok()?;
    let claims = URL_SAFE_NO_PAD.decode(claims).ok()?;
    serde_json::from_slice(&claims).ok()
}

/// The type of access tokens.
const TOKEN: &str = "JWT";

/// The name of a key is base64url, and the types are ours: they need no escapes.
fn header(typ: &str, key: &SigningKey) -> String {
    let kid = key.kid();
    URL_SAFE_NO_PAD.encode(format!(r#"{{"alg":"EdDSA","typ":"{typ}","kid":"{kid}"}}"#))
}

#[cfg(test)]
mod tests;
