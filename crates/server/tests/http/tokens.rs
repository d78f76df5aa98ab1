//! Access tokens: reading them with the key set, and forging them without the key.

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use client::Jwk;
use credentials::token::Claims;
use ed25519_dalek::{Signature, Signer, SigningKey, VerifyingKey};
use hmac::{Hmac, KeyInit, Mac};
use serde_json::Value;
use sha2::Sha256;
use testkit::TestApp;

use crate::given::plain;

/// The published key set.
pub async fn key_set(app: &TestApp) -> Vec<Jwk> {
    app.anonymous().get_jwks(&plain()).await.unwrap().body.keys
}

/// The names of its keys, in their order.
pub async fn key_names(app: &TestApp) -> Vec<String> {
    let keys = key_set(app).await;
    keys.into_iter().map(|key| key.kid).collect()
}

pub fn encoded(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

pub fn decoded(text: &str) -> Vec<u8> {
    URL_SAFE_NO_PAD.decode(text).unwrap()
}

/// Header, claims and signature as they are written.
pub fn split(token: &str) -> [&str; 3] {
    token.split('.').collect::<Vec<_>>().try_into().unwrap()
}

/// The header of a token.
pub fn header(token: &str) -> Value {
    serde_json::from_slice(&decoded(split(token)[0])).unwrap()
}

/// The claims of a token.
pub fn claims(token: &str) -> Value {
    serde_json::from_slice(&decoded(split(token)[1])).unwrap()
}

/// Whether the signature of the token is valid under the key that it names.
pub fn is_signed(token: &str, keys: &[Jwk]) -> bool {
    let kid = header(token)["kid"].clone();
    let Some(key) = keys.iter().find(|key| kid == key.kid.as_str()) else {
        return false;
    };
    let [header, claims, signature] = split(token);
    let key = VerifyingKey::from_bytes(&decoded(&key.x).try_into().unwrap()).unwrap();
    let signature = Signature::from_slice(&decoded(signature)).unwrap();
    let message = format!("{header}.{claims}");
    key.verify_strict(message.as_bytes(), &signature).is_ok()
}

/// A token with these claims, signed with the key of the server.
pub fn issued(app: &TestApp, token: &str, change: impl FnOnce(&mut Claims)) -> String {
    let mut claims: Claims = serde_json::from_value(claims(token)).unwrap();
    change(&mut claims);
    let signed = app.auth().signing().ring().issue(&claims).unwrap();
    signed.reveal().to_owned()
}

/// A token signed with a foreign key.
pub fn signed_by(key: &SigningKey, header: &Value, claims: &Value) -> String {
    let message = message(header, claims);
    let signature = key.sign(message.as_bytes());
    format!("{message}.{}", encoded(signature.to_bytes()))
}

/// A token with an HMAC under this secret.
pub fn keyed_with(secret: &[u8], header: &Value, claims: &Value) -> String {
    let message = message(header, claims);
    let mut mac = Hmac::<Sha256>::new_from_slice(secret).unwrap();
    mac.update(message.as_bytes());
    format!("{message}.{}", encoded(mac.finalize().into_bytes()))
}

pub fn message(header: &Value, claims: &Value) -> String {
    let (header, claims) = (encoded(header.to_string()), encoded(claims.to_string()));
    format!("{header}.{claims}")
}
