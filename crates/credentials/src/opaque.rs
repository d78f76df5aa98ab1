//! Tokens that say nothing: a prefix and 256 bits in base64url.
use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use thiserror::Error;
use zeroize::Zeroizing;

use crate::{KeyDigest, KeySecret, NoRandomness, key_secret::Use, random};

/// The text is not a token of this kind.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("not a token of this kind")]
pub struct NotAToken;

/// What sets one kind of token apart from the others.
pub(crate) struct Kind {
    pub(crate) prefix: &'static str,
    pub(crate) label: &'static str,
}

/// The bits of a token together with its text.
pub(crate) struct Opaque(Zeroizing<String>);

impl Opaque {
    pub(crate) fn generate(kind: &Kind) -> Result<Self, NoRandomness> {
        Ok(Self::from_bits(kind, &*random::key()?))
    }

    pub(crate) fn from_bits(kind: &Kind, bits: &[u8; 32]) -> Self {
        // The capacity is enough: a text that grew would leave a copy behind.
        let mut text = Zeroizing::new(String::with_capacity(kind.prefix.len() + 44));
        text.push_str(kind.prefix);
        URL_SAFE_NO_PAD.encode_string(bits, &mut text);
        Self(text)
    }

    pub(crate) fn parse(kind: &Kind, text: &str) -> Result<Self, NotAToken> {
        let letters = text.strip_prefix(kind.prefix).ok_or(NotAToken)?;
        if letters.len() != 43 {
            return Err(NotAToken);
        }
        let mut bits = Zeroizing::new([0; 33]);
        URL_SAFE_NO_PAD
            .decode_slice(letters, bits.as_mut_slice())
            .map_err(|_| NotAToken)?;
        Ok(Self(Zeroizing::new(text.to_owned())))
    }

    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    pub(crate) fn digest(&self, kind: &Kind, root: &KeySecret) -> KeyDigest {
        KeyDigest::new(root.sub_key(Use::Digest, kind.label).mac(self.0.as_bytes()))
    }

    /// The token that follows from this one and the root alone.
    pub(crate) fn derive(&self, kind: &Kind, root: &KeySecret) -> Self {
        let bits = root.sub_key(Use::Derive, kind.label).mac(self.0.as_bytes());
        Self::from_bits(kind, &Zeroizing::new(bits))
    }
}
