//! The signing keys that are known now. A ring never changes: the server replaces it.
use serde::Serialize;
use thiserror::Error;

use crate::{
    remembered::Remembered,
    rotation::{self, KeyTimes},
    secret::Secret,
    signing_key::{Jwk, SigningKey},
    token::{self, Claims, Expected, TokenError, Verifier},
};

/// Keys of which one signs and all verify. It has neither `Debug` nor `Display`.
pub struct Keyring {
    keys: Vec<(SigningKey, KeyTimes)>,
    verifiers: Vec<Verifier>,
    remembered: Remembered,
    jwks: Jwks,
}

/// The key set that `/.well-known/jwks.json` shows.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jwks {
    /// The public keys, in the order in which they sign.
    pub keys: Vec<Jwk>,
}

/// None of the keys may sign at this time.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("no key may sign tokens at this time")]
pub struct NoSigningKey;

impl Keyring {
    /// A ring of the keys that [`Plan::published`](crate::rotation::Plan::published) names.
    pub fn new(keys: impl IntoIterator<Item = (SigningKey, KeyTimes)>) -> Self {
        let mut keys: Vec<_> = keys.into_iter().collect();
        keys.sort_by(|(one, at), (other, then)| {
            (at.activates_at, one.kid()).cmp(&(then.activates_at, other.kid()))
        });
        Self {
            verifiers: keys.iter().map(|(key, _)| Verifier::new(key)).collect(),
            remembered: Remembered::default(),
            jwks: Jwks {
                keys: keys.iter().map(|(key, _)| key.jwk()).collect(),
            },
            keys,
        }
    }

    /// Signs a token with the key whose time it is when the token is made (`iat`). So
    /// keys change on time even if nobody replaced the ring at that moment.
    pub fn issue(&self, claims: &Claims) -> Result<Secret, NoSigningKey> {
        Ok(token::sign(claims, self.key_at(claims.iat)?))
    }

    /// Signs a statement that is no token, as a compact JWS (RFC 7515) of this type.
    pub fn sign(
        &self,
        typ: &str,
        statement: &impl Serialize,
        now: i64,
    ) -> Result<String, NoSigningKey> {
        Ok(token::sign_statement(typ, statement, self.key_at(now)?))
    }

    fn key_at(&self, now: i64) -> Result<&SigningKey, NoSigningKey> {
        let kid = self.signs(now).ok_or(NoSigningKey)?;
        let mut keys = self.keys.iter().map(|(key, _)| key);
        keys.find(|key| key.kid() == kid).ok_or(NoSigningKey)
    }

    /// Reads a token that any of the keys signed. The signature of each token is computed once; whom
    /// the token is for and whether its time is over is looked at every time.
    pub fn verify(
        &self,
        token: &str,
        expected: Expected<'_>,
        now: i64,
    ) -> Result<Claims, TokenError> {
        let read = |token: &str| token::signed(token, &self.verifiers);
        let claims = self.remembered.claims(token, read);
        token::hold(claims.ok_or(TokenError::Invalid)?, expected, now)
    }

    /// The name of the key that signs at this time.
    pub fn signs(&self, now: i64) -> Option<&str> {
        let keys = self.keys.iter().map(|(key, times)| (key.kid(), *times));
        rotation::signing(keys, now)
    }

    /// The public halves of all keys.
    pub fn jwks(&self) -> &Jwks {
        &self.jwks
    }
}
