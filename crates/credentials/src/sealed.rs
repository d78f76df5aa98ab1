//! What the database may keep but not read: XChaCha20-Poly1305 under a key that
//! follows from the root secret. The form is version (1 byte), nonce (24), text and
//! tag (16).
use chacha20poly1305::{
    KeyInit, XChaCha20Poly1305, XNonce,
    aead::{Aead, Payload},
};
use thiserror::Error;

use crate::{KeySecret, NoRandomness, key_secret::Use, random, secret::SecretBytes};

const VERSION: u8 = 1;
const NONCE_LEN: usize = 24;

/// The bytes were not sealed under this secret, label and associated data, or were
/// changed since.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("sealed under another secret or for another place, or damaged")]
pub struct CannotOpen;

/// Sealing failed.
#[derive(Debug, Error)]
pub enum SealError {
    /// No nonce could be made.
    #[error(transparent)]
    NoRandomness(#[from] NoRandomness),
    /// The text is longer than the cipher takes (256 GiB).
    #[error("too long to be sealed")]
    TooLong,
}

/// Seals the text. The label says what it is, the associated data whose it is (the id
/// of its row, for instance): it opens with the same two only, so that a sealed text
/// that was copied to another row is of no use there.
pub fn seal(
    root: &KeySecret,
    label: &str,
    text: &[u8],
    associated: &[u8],
) -> Result<Vec<u8>, SealError> {
    let mut nonce = [0; NONCE_LEN];
    random::fill(&mut nonce)?;
    let bound = bound(associated);
    let payload = Payload {
        msg: text,
        aad: &bound,
    };
    let cipher = cipher(root, label);
    let sealed = cipher
        .encrypt(&XNonce::from(nonce), payload)
        .map_err(|_| SealError::TooLong)?;
    let mut whole = Vec::with_capacity(1 + NONCE_LEN + sealed.len());
    whole.push(VERSION);
    whole.extend_from_slice(&nonce);
    whole.extend_from_slice(&sealed);
    Ok(whole)
}

/// Opens what [`seal`] made with the same secret, label and associated data.
pub fn open(
    root: &KeySecret,
    label: &str,
    sealed: &[u8],
    associated: &[u8],
) -> Result<SecretBytes, CannotOpen> {
    let (version, rest) = sealed.split_first().ok_or(CannotOpen)?;
    let (nonce, rest) = rest.split_first_chunk::<NONCE_LEN>().ok_or(CannotOpen)?;
    if *version != VERSION {
        return Err(CannotOpen);
    }
    let bound = bound(associated);
    let payload = Payload {
        msg: rest,
        aad: &bound,
    };
    cipher(root, label)
        .decrypt(&XNonce::from(*nonce), payload)
        .map(SecretBytes::new)
        .map_err(|_| CannotOpen)
}

fn cipher(root: &KeySecret, label: &str) -> XChaCha20Poly1305 {
    let key = root.sub_key(Use::Seal, label);
    XChaCha20Poly1305::new(key.as_bytes().into())
}

/// The version is authenticated with the rest.
fn bound(associated: &[u8]) -> Vec<u8> {
    [&[VERSION], associated].concat()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn root(byte: u8) -> KeySecret {
        KeySecret::from_hex(&format!("{byte:02x}").repeat(32)).unwrap()
    }

    #[test]
    fn what_is_sealed_opens_in_its_place_only() {
        let sealed = seal(&root(1), "totp", b"seed", b"user 1").unwrap();
        let opened = open(&root(1), "totp", &sealed, b"user 1").unwrap();
        assert_eq!(opened.reveal(), b"seed");
        assert!(open(&root(2), "totp", &sealed, b"user 1").is_err());
        assert!(open(&root(1), "signing key", &sealed, b"user 1").is_err());
        assert!(open(&root(1), "totp", &sealed, b"user 2").is_err());
    }

    #[test]
    fn every_changed_bit_and_every_cut_is_seen() {
        let sealed = seal(&root(1), "totp", b"seed", b"").unwrap();
        for position in 0..sealed.len() {
            let mut changed = sealed.clone();
            changed[position] ^= 1;
            assert!(open(&root(1), "totp", &changed, b"").is_err());
            assert!(open(&root(1), "totp", &sealed[..position], b"").is_err());
        }
    }

    #[test]
    fn the_same_text_is_sealed_differently_each_time() {
        let one = seal(&root(1), "totp", b"seed", b"").unwrap();
        let two = seal(&root(1), "totp", b"seed", b"").unwrap();
        assert_ne!(one[1..=NONCE_LEN], two[1..=NONCE_LEN]);
        assert_ne!(one[1 + NONCE_LEN..], two[1 + NONCE_LEN..]);
        assert!(!one.windows(4).any(|window| window == b"seed"));
    }

    #[test]
    fn the_form_stays_what_it_was() {
        let nonce: Vec<u8> = (0..24).collect();
        let text = [
            137, 239, 148, 6, 51, 157, 2, 155, 37, 250, 241, 170, 70, 67, 99, 166, 80, 106, 110,
            217,
        ];
        let sealed = [&[1], nonce.as_slice(), &text].concat();
        let opened = open(&root(1), "totp", &sealed, b"user 1").unwrap();
        assert_eq!(opened.reveal(), b"seed");
        let now = seal(&root(1), "totp", b"seed", b"user 1").unwrap();
        assert_eq!((now[0], now.len()), (1, sealed.len()));
    }
}
