//! Refresh tokens: `qmr_` and 43 letters. Only a digest is stored.
use crate::{
    KeyDigest, KeySecret, NoRandomness,
    opaque::{Kind, Opaque},
};

pub use crate::opaque::NotAToken;

const KIND: Kind = Kind {
    prefix: "qmr_",
    label: "refresh token",
};

/// A refresh token. It has neither `Debug` nor `Display`, and is wiped when dropped.
pub struct RefreshToken(Opaque);

impl RefreshToken {
    /// Makes the first token of a family from 256 random bits.
    pub fn generate() -> Result<Self, NoRandomness> {
        Opaque::generate(&KIND).map(Self)
    }

    /// Reads a token. What this refuses cannot be in the database.
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        Opaque::parse(&KIND, text).map(Self)
    }

    /// The token that takes the place of this one. It follows from this token and the
    /// root, so that whoever asks twice is told the same, though nothing but digests is
    /// stored; without the root nobody can tell it.
    pub fn successor(&self, root: &KeySecret) -> Self {
        Self(self.0.derive(&KIND, root))
    }

    /// The token itself, for its user alone.
    pub fn reveal(&self) -> &str {
        self.0.text()
    }

    /// What is stored and compared instead of the token.
    pub fn digest(&self, root: &KeySecret) -> KeyDigest {
        self.0.digest(&KIND, root)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::collections::HashSet;

    use super::*;

    fn root(byte: u8) -> KeySecret {
        KeySecret::from_hex(&format!("{byte:02x}").repeat(32)).unwrap()
    }

    #[test]
    fn a_token_reads_back() {
        let token = RefreshToken::generate().unwrap();
        assert!(token.reveal().starts_with("qmr_"));
        assert_eq!(token.reveal().len(), 4 + 43);
        let read = RefreshToken::parse(token.reveal()).unwrap();
        assert_eq!(read.reveal(), token.reveal());
        assert_eq!(read.digest(&root(1)), token.digest(&root(1)));
        assert_ne!(read.digest(&root(1)), token.digest(&root(2)));
    }

    #[test]
    fn a_token_has_one_successor_under_one_root() {
        let token = RefreshToken::generate().unwrap();
        let next = token.successor(&root(1));
        assert_eq!(next.reveal(), token.successor(&root(1)).reveal());
        assert_ne!(next.reveal(), token.successor(&root(2)).reveal());
        assert!(RefreshToken::parse(next.reveal()).is_ok());
    }

    #[test]
    fn a_family_never_comes_back_to_a_token() {
        let mut token = RefreshToken::generate().unwrap();
        let mut seen = HashSet::new();
        for _ in 0..100 {
            assert!(seen.insert(token.reveal().to_owned()));
            token = token.successor(&root(1));
        }
    }

    #[test]
    fn a_stored_digest_does_not_tell_the_successor() {
        let token = RefreshToken::generate().unwrap();
        let digest = RefreshToken(Opaque::from_bits(&KIND, token.digest(&root(1)).as_bytes()));
        assert_ne!(digest.reveal(), token.successor(&root(1)).reveal());
    }

    #[test]
    fn digest_and_successor_stay_what_they_were() {
        let token = RefreshToken::parse(&format!("qmr_{}", "A".repeat(43))).unwrap();
        assert_eq!(
            token.digest(&root(1)).to_hex(),
            "33c2eb2428c8d1acfb0619ba485d9381bb4a21b0d293d6ef8cda8f4f1e7f7632"
        );
        assert_eq!(
            token.successor(&root(1)).reveal(),
            "qmr_hZE4T5oyZmPhCPLseUfyfZ5GzmGBUHaPUrkkoGcngl0"
        );
    }

    #[test]
    fn other_texts_are_refused() {
        let token = RefreshToken::generate().unwrap();
        let good = token.reveal();
        for text in [
            "",
            "qmr_",
            &good[1..],
            &good[..46],
            &format!("{good}A"),
            &format!("{good}="),
            &good.replace("qmr_", "qmi_"),
            &format!("qmr_{}!", &good[5..]),
            &format!("qmr_{}ü", "A".repeat(41)),
            &format!("qmr_{}B", "A".repeat(42)),
        ] {
            assert!(RefreshToken::parse(text).is_err(), "{}", text.len());
        }
    }
}
