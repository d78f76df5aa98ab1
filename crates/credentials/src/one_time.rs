//! Tokens of links that work once, as invitations carry them: `qmi_` and 43 letters.
//! Only a digest is stored.
use crate::{
    KeyDigest, KeySecret, NoRandomness,
    opaque::{Kind, Opaque},
};

pub use crate::opaque::NotAToken;

const KIND: Kind = Kind {
    prefix: "qmi_",
    label: "one-time token",
};

/// A single-use token. It has neither `Debug` nor `Display`, and is wiped when dropped.
pub struct OneTimeToken(Opaque);

impl OneTimeToken {
    /// Makes a token from 256 random bits.
    pub fn generate() -> Result<Self, NoRandomness> {
        Opaque::generate(&KIND).map(Self)
    }

    /// Reads a token. What this refuses cannot be in the database.
    pub fn parse(text: &str) -> Result<Self, NotAToken> {
        Opaque::parse(&KIND, text).map(Self)
    }

    /// The token itself, for the link.
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
    use super::*;
    use crate::refresh::RefreshToken;

    #[test]
    fn a_token_reads_back_and_is_none_of_another_kind() {
        let root = KeySecret::from_hex(&"01".repeat(32)).unwrap();
        let token = OneTimeToken::generate().unwrap();
        assert_eq!(token.reveal().len(), 4 + 43);
        let read = OneTimeToken::parse(token.reveal()).unwrap();
        assert_eq!(read.digest(&root), token.digest(&root));
        assert_ne!(
            read.digest(&root),
            OneTimeToken::generate().unwrap().digest(&root)
        );
        assert!(RefreshToken::parse(token.reveal()).is_err());
        let refresh = RefreshToken::generate().unwrap();
        assert!(OneTimeToken::parse(refresh.reveal()).is_err());
    }

    #[test]
    fn the_digest_stays_what_it_was() {
        let root = KeySecret::from_hex(&"01".repeat(32)).unwrap();
        let token = OneTimeToken::parse(&format!("qmi_{}", "A".repeat(43))).unwrap();
        assert_eq!(
            token.digest(&root).to_hex(),
            "53471cd7e2e361aa3108accbc130173bc73debf6d66372905851af80d522d2cf"
        );
    }
}
