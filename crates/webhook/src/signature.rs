//! The symmetric signatures of Standard Webhooks 1.0.
use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;
use thiserror::Error;
use zeroize::Zeroizing;

const PREFIX: &str = "whsec_";
const BYTES: usize = 32;
/// The length of the secret's bytes in base64, padding included.
const LETTERS: usize = 44;

/// The text is not a signing secret.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not a signing secret")]
pub struct NotASecret;

/// The operating system gave no random bytes.
#[derive(Debug, Error)]
#[error("the operating system gives no random numbers: {0}")]
pub struct NoRandomness(getrandom::Error);

/// What sender and receiver share. It has neither `Debug` nor `Display`, and is wiped when
/// dropped.
pub struct SigningSecret(Zeroizing<[u8; BYTES]>);

impl SigningSecret {
    /// A new secret of 256 random bits.
    pub fn generate() -> Result<Self, NoRandomness> {
        let mut bytes = Zeroizing::new([0; BYTES]);
        getrandom::fill(bytes.as_mut_slice()).map_err(NoRandomness)?;
        Ok(Self(bytes))
    }

    /// The secret that [`SigningSecret::reveal`] has written.
    pub fn parse(text: &str) -> Result<Self, NotASecret> {
        let letters = text.strip_prefix(PREFIX).ok_or(NotASecret)?;
        if letters.len() != LETTERS {
            return Err(NotASecret);
        }
        // The decoder asks for the room of the padding too.
        let mut decoded = Zeroizing::new([0; BYTES + 1]);
        let length = STANDARD
            .decode_slice(letters, decoded.as_mut_slice())
            .map_err(|_| NotASecret)?;
        let mut bytes = Zeroizing::new([0; BYTES]);
        if length != BYTES {
            return Err(NotASecret);
        }
        bytes.copy_from_slice(&decoded[..BYTES]);
        Ok(Self(bytes))
    }

    /// The text that the receiver needs: `whsec_` and base64.
    pub fn reveal(&self) -> Zeroizing<String> {
        // The capacity is enough: a text that grew would leave a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(PREFIX.len() + LETTERS));
        text.push_str(PREFIX);
        STANDARD.encode_string(self.0.as_slice(), &mut text);
        text
    }

    fn signature(&self, id: &str, timestamp: u64, body: &[u8]) -> String {
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(self.0.as_slice())
            .expect("HMAC takes a key of any length");
        mac.update(format!("{id}.{timestamp}.").as_bytes());
        mac.update(body);
        format!("v1,{}", STANDARD.encode(mac.finalize().into_bytes()))
    }
}

/// The value of the header `webhook-signature`: one signature a secret, in the order given. While
/// a secret is being replaced, give the new one and then the old one, and receivers that know
/// either are content.
pub fn sign(secrets: &[&SigningSecret], id: &str, timestamp: u64, body: &[u8]) -> String {
    let signatures = secrets
        .iter()
        .map(|secret| secret.signature(id, timestamp, body));
    signatures.collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn a_secret_survives_its_text() {
        let secret = SigningSecret::generate().unwrap();
        let text = secret.reveal();
        assert_eq!(text.len(), PREFIX.len() + LETTERS);
        let parsed = SigningSecret::parse(&text).unwrap();
        assert_eq!(parsed.reveal(), text);
        assert_ne!(SigningSecret::generate().unwrap().reveal(), text);
    }

    #[test]
    fn what_is_no_secret_is_refused() {
        let of = |bytes: &[u8]| format!("{PREFIX}{}", STANDARD.encode(bytes));
        assert!(SigningSecret::parse(&of(&[7; 32])).is_ok());
        for text in [
            String::new(),
            PREFIX.to_owned(),
            STANDARD.encode([7; 32]),
            of(&[7; 31]),
            of(&[7; 33]),
            of(&[7; 64]),
            of(&[7; 32]).replace('=', ""),
            of(&[7; 32]).replace('B', "_"),
            of(&[7; 32]) + " ",
            of(&[7; 32]).to_uppercase(),
        ] {
            assert!(SigningSecret::parse(&text).is_err(), "{text}");
        }
    }
}
