//! The keys that sign access tokens: Ed25519, named by what they are.
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use ed25519_dalek::{Signer, VerifyingKey};
use serde::Serialize;
use sha2::{Digest, Sha256};

use crate::{
    KeySecret, NoRandomness, random,
    sealed::{self, CannotOpen, SealError},
};

const SEAL: &str = "signing key";

/// A private key and its name. It has neither `Debug` nor `Display`, and is wiped when
/// dropped.
#[derive(Clone)]
pub struct SigningKey {
    kid: String,
    key: ed25519_dalek::SigningKey,
}

/// The public half, as `/.well-known/jwks.json` shows it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Jwk {
    /// Always `OKP`.
    pub kty: &'static str,
    /// Always `Ed25519`.
    pub crv: &'static str,
    /// The public key in base64url.
    pub x: String,
    /// The name of the key.
    pub kid: String,
    /// Always `sig`.
    #[serde(rename = "use")]
    pub used_for: &'static str,
    /// Always `EdDSA`.
    pub alg: &'static str,
}

impl SigningKey {
    /// Makes a key from 256 random bits.
    pub fn generate() -> Result<Self, NoRandomness> {
        Ok(Self::from_seed(&*random::key()?))
    }

    /// Opens a key that [`SigningKey::seal`] sealed. The name must be the one of the key.
    pub fn open(root: &KeySecret, kid: &str, sealed: &[u8]) -> Result<Self, CannotOpen> {
        let seed = sealed::open(root, SEAL, sealed, kid.as_bytes())?;
        let key = Self::from_seed(seed.reveal().try_into().map_err(|_| CannotOpen)?);
        if key.kid == kid {
            Ok(key)
        } else {
            Err(CannotOpen)
        }
    }

    /// The key as the database keeps it.
    pub fn seal(&self, root: &KeySecret) -> Result<Vec<u8>, SealError> {
        sealed::seal(root, SEAL, self.key.as_bytes(), self.kid.as_bytes())
    }

    fn from_seed(seed: &[u8; 32]) -> Self {
        let key = ed25519_dalek::SigningKey::from_bytes(seed);
        let kid = thumbprint(&x(&key.verifying_key()));
        Self { kid, key }
    }

    /// The name of the key: the SHA-256 thumbprint of its public half (RFC 7638), so
    /// that no two keys share one.
    pub fn kid(&self) -> &str {
        &self.kid
    }

    /// The public half.
    pub fn jwk(&self) -> Jwk {
        Jwk {
            kty: "OKP",
            crv: "Ed25519",
            x: x(&self.key.verifying_key()),
            kid: self.kid.clone(),
            used_for: "sig",
            alg: "EdDSA",
        }
    }

    pub(crate) fn sign(&self, message: &[u8]) -> [u8; 64] {
        self.key.sign(message).to_bytes()
    }

    pub(crate) fn verifying_key(&self) -> VerifyingKey {
        self.key.verifying_key()
    }
}

fn x(key: &VerifyingKey) -> String {
    URL_SAFE_NO_PAD.encode(key.as_bytes())
}

/// The required members in alphabetical order, without spaces, as RFC 7638 hashes them.
fn thumbprint(x: &str) -> String {
    let members = format!(r#"{{"crv":"Ed25519","kty":"OKP","x":"{x}"}}"#);
    URL_SAFE_NO_PAD.encode(Sha256::digest(members))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn root(byte: u8) -> KeySecret {
        KeySecret::from_hex(&format!("{byte:02x}").repeat(32)).unwrap()
    }

    /// The key of RFC 8037, appendix A.
    fn of_the_rfc() -> SigningKey {
        let seed = URL_SAFE_NO_PAD.decode("nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A");
        SigningKey::from_seed(&seed.unwrap().try_into().unwrap())
    }

    #[test]
    fn keys_are_named_and_shown_as_the_rfcs_say() {
        let key = of_the_rfc();
        assert_eq!(key.kid(), "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k");
        let shown = serde_json::to_value(key.jwk()).unwrap();
        let expected = serde_json::json!({
            "kty": "OKP",
            "crv": "Ed25519",
            "x": "11qYAYKxCrfVS_7TyWQHOg7hcvPapiMlrwIaaPcHURo",
            "kid": "kPrK_qmxVWaYVA9wwBF6Iuo3vVzz7TxHCTwXBygrS4k",
            "use": "sig",
            "alg": "EdDSA",
        });
        assert_eq!(shown, expected);
    }

    #[test]
    fn signatures_are_those_of_the_rfc() {
        let message = "eyJhbGciOiJFZERTQSJ9.RXhhbXBsZSBvZiBFZDI1NTE5IHNpZ25pbmc";
        let signature = URL_SAFE_NO_PAD.encode(of_the_rfc().sign(message.as_bytes()));
        let expected = "hgyY0il_MGCjP0JzlnLWG1PPOt7-09PGcvMg3AIbQR6dWbhijcNR4ki4iylGjg5BhVsPt9g7sVvpAr_MuM0KAg";
        assert_eq!(signature, expected);
    }

    #[test]
    fn private_keys_are_wiped_when_dropped() {
        fn wiped<T: zeroize::ZeroizeOnDrop>(_: &T) {}
        wiped(&of_the_rfc().key);
    }

    #[test]
    fn a_sealed_key_opens_under_its_name_and_root_only() {
        let (key, other) = (
            SigningKey::generate().unwrap(),
            SigningKey::generate().unwrap(),
        );
        assert_ne!(key.kid(), other.kid());
        let sealed = key.seal(&root(1)).unwrap();
        let opened = SigningKey::open(&root(1), key.kid(), &sealed).unwrap();
        assert_eq!(opened.sign(b"x"), key.sign(b"x"));
        assert!(SigningKey::open(&root(2), key.kid(), &sealed).is_err());
        assert!(SigningKey::open(&root(1), other.kid(), &sealed).is_err());
        let seed = key.key.as_bytes();
        assert!(!sealed.windows(32).any(|window| window == seed));
    }

    #[test]
    fn what_is_sealed_under_a_name_that_is_not_the_keys_is_refused() {
        let key = SigningKey::generate().unwrap();
        let sealed = sealed::seal(&root(1), SEAL, key.key.as_bytes(), b"mine").unwrap();
        assert!(SigningKey::open(&root(1), "mine", &sealed).is_err());
        let short = sealed::seal(&root(1), SEAL, b"seed", key.kid.as_bytes()).unwrap();
        assert!(SigningKey::open(&root(1), key.kid(), &short).is_err());
    }
}
