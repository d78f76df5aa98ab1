//! API keys: `qm_v1_<id>_<secret><checksum>`. The id finds the row, the checksum
//! refuses a mistyped key without a database read, and only a keyed hash of the
//! whole is stored.
use thiserror::Error;
use uuid::Uuid;
use zeroize::Zeroizing;

use crate::random;
pub use crate::{KeyDigest, KeySecret, NoRandomness, SecretFileError};

const PREFIX: &str = "qm_v1_";
const ID_LEN: usize = 32;
/// 43 letters of 62 hold 256 bits.
const SECRET_LEN: usize = 43;
const CHECKSUM_LEN: usize = 6;
const LEN: usize = PREFIX.len() + ID_LEN + 1 + SECRET_LEN + CHECKSUM_LEN;
const ALPHABET: &[u8; 62] = b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

/// A whole API key. It has neither `Debug` nor `Display`, and is wiped when dropped.
pub struct ApiKey {
    id: Uuid,
    text: Zeroizing<String>,
}

/// The text is not an API key, or not one without a typing mistake.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not an API key")]
pub struct NotAnApiKey;

impl ApiKey {
    /// Makes a new key for the row with this id; 256 bits come from the operating system.
    pub fn generate(id: Uuid) -> Result<Self, NoRandomness> {
        let mut text = Zeroizing::new(String::with_capacity(LEN));
        text.push_str(PREFIX);
        text.push_str(id.simple().encode_lower(&mut Uuid::encode_buffer()));
        text.push('_');
        push_random_letters(&mut text, SECRET_LEN)?;
        let checksum = checksum(&text);
        text.push_str(&checksum);
        Ok(Self { id, text })
    }

    /// Whether the text is meant to be a key, right or wrong.
    pub fn looks_like(text: &str) -> bool {
        text.starts_with("qm_")
    }

    /// Reads a key. What this refuses cannot be in the database.
    pub fn parse(text: &str) -> Result<Self, NotAnApiKey> {
        if text.len() != LEN || !text.is_ascii() || !text.starts_with(PREFIX) {
            return Err(NotAnApiKey);
        }
        let (body, given) = text.split_at(LEN - CHECKSUM_LEN);
        let (id, secret) = body[PREFIX.len()..].split_at(ID_LEN);
        let lower_hex = id.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let (separator, secret) = secret.split_at(1);
        let letters = secret.bytes().all(|b| b.is_ascii_alphanumeric());
        if !lower_hex || separator != "_" || !letters || checksum(body) != given {
            return Err(NotAnApiKey);
        }
        Ok(Self {
            id: Uuid::try_parse(id).map_err(|_| NotAnApiKey)?,
            text: Zeroizing::new(text.to_owned()),
        })
    }

    /// The id of the key's row.
    pub fn id(&self) -> Uuid {
        self.id
    }

    /// The key itself, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.text
    }

    /// What is stored and compared instead of the key.
    pub fn digest(&self, secret: &KeySecret) -> KeyDigest {
        KeyDigest::new(secret.mac(self.text.as_bytes()))
    }
}

fn push_random_letters(text: &mut String, count: usize) -> Result<(), NoRandomness> {
    let mut bytes = Zeroizing::new([0_u8; 64]);
    let wanted = text.len() + count;
    while text.len() < wanted {
        random::fill(bytes.as_mut_slice())?;
        // 248 is the largest multiple of 62 in a byte: above it the first letters
        // of the alphabet would be likelier than the others.
        let letters = bytes.iter().filter(|byte| **byte < 248);
        for byte in letters.take(wanted - text.len()) {
            text.push(char::from(ALPHABET[usize::from(byte % 62)]));
        }
    }
    Ok(())
}

fn checksum(text: &str) -> String {
    let mut rest = crc32fast::hash(text.as_bytes());
    let mut letters = [b'0'; CHECKSUM_LEN];
    for letter in letters.iter_mut().rev() {
        *letter = ALPHABET[(rest % 62) as usize];
        rest /= 62;
    }
    letters.iter().map(|letter| char::from(*letter)).collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::HashSet;

    use super::*;

    fn secret(byte: u8) -> KeySecret {
        KeySecret::from_hex(&format!("{byte:02x}").repeat(32)).unwrap()
    }

    #[test]
    fn a_generated_key_reads_back() {
        let id = Uuid::now_v7();
        let key = ApiKey::generate(id).unwrap();
        assert_eq!(key.reveal().len(), LEN);
        let read = ApiKey::parse(key.reveal()).unwrap();
        assert_eq!(read.id(), id);
        assert_eq!(read.digest(&secret(1)), key.digest(&secret(1)));
    }

    #[test]
    fn keys_and_secrets_change_the_digest() {
        let id = Uuid::now_v7();
        let (one, two) = (ApiKey::generate(id).unwrap(), ApiKey::generate(id).unwrap());
        assert_ne!(one.digest(&secret(1)), two.digest(&secret(1)));
        assert_ne!(one.digest(&secret(1)), one.digest(&secret(2)));
    }

    #[test]
    fn every_single_typing_mistake_is_refused() {
        let key = ApiKey::generate(Uuid::now_v7()).unwrap();
        for position in 0..LEN {
            let mut typed = key.reveal().as_bytes().to_vec();
            typed[position] = if typed[position] == b'0' { b'1' } else { b'0' };
            let typed = String::from_utf8(typed).unwrap();
            assert!(ApiKey::parse(&typed).is_err(), "at {position}");
        }
        let mut swapped = key.reveal().as_bytes().to_vec();
        swapped.reverse();
        assert!(ApiKey::parse(&String::from_utf8(swapped).unwrap()).is_err());
    }

    #[test]
    fn other_texts_are_refused() {
        let key = ApiKey::generate(Uuid::now_v7()).unwrap();
        let longer = format!("{}0", key.reveal());
        let capitals = key.reveal().to_uppercase();
        let umlauts = "ü".repeat(LEN / 2);
        for text in [
            "",
            "qm_v1_",
            &longer,
            &capitals,
            &umlauts,
            &key.reveal()[1..],
        ] {
            assert!(ApiKey::parse(text).is_err());
        }
    }

    #[test]
    fn the_format_stays_what_it_was() {
        let key = ApiKey::parse(
            "qm_v1_01980a4e7c3b7d109a550d5b7c1f2e3a_0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefg",
        );
        assert!(key.is_err(), "a key without checksum");
        assert_eq!(checksum(""), "000000");
        assert_eq!(
            checksum("123456789"),
            "3jZRME",
            "CRC-32 cbf43926 in base 62"
        );
    }

    #[test]
    fn the_digest_stays_what_it_was() {
        let id = Uuid::from_u128(0x0198_0a4e_7c3b_7d10_9a55_0d5b_7c1f_2e3a);
        let body = format!("{PREFIX}{}_{}", id.simple(), "a".repeat(SECRET_LEN));
        let key = ApiKey::parse(&format!("{body}{}", checksum(&body))).unwrap();
        assert_eq!(
            key.digest(&secret(0x5a)).to_hex(),
            "58bb0730a84c0cad1d72815781b3656880a2f82ff9c58aa0286af75628fab479"
        );
    }

    #[test]
    fn letters_are_spread_over_the_whole_alphabet() {
        let mut text = String::new();
        push_random_letters(&mut text, 6200).unwrap();
        assert_eq!(text.chars().collect::<HashSet<_>>().len(), 62);
    }
}
