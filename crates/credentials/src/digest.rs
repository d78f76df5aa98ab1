//! What is stored instead of a key or token.
use std::fmt;

use subtle::ConstantTimeEq;

use crate::key_secret;

/// HMAC-SHA256 of a key or token. Comparison takes the same time whatever differs.
#[derive(Clone, Copy, Eq)]
pub struct KeyDigest([u8; 32]);

impl KeyDigest {
    pub(crate) fn new(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }

    /// A digest as it was stored; none when the bytes are not 32.
    pub fn from_slice(bytes: &[u8]) -> Option<Self> {
        bytes.try_into().ok().map(Self)
    }

    /// A digest as it was stored in hexadecimal; none when it is not one.
    pub fn from_hex(text: &str) -> Option<Self> {
        key_secret::bytes_from_hex(text).map(|bytes| Self(*bytes))
    }

    /// The bytes to store.
    pub fn as_bytes(&self) -> &[u8; 32] {
        &self.0
    }

    /// The bytes in hexadecimal, to store as text.
    pub fn to_hex(&self) -> String {
        self.0.iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

impl PartialEq for KeyDigest {
    fn eq(&self, other: &Self) -> bool {
        self.0.ct_eq(&other.0).into()
    }
}

impl fmt::Debug for KeyDigest {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("KeyDigest(…)")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stored_digest_compares_and_never_prints() {
        let digest = KeyDigest::new([0xab; 32]);
        assert_eq!(KeyDigest::from_slice(digest.as_bytes()), Some(digest));
        assert_eq!(KeyDigest::from_hex(&digest.to_hex()), Some(digest));
        assert_eq!(KeyDigest::from_slice(&[0; 31]), None);
        assert_eq!(KeyDigest::from_hex("0f"), None);
        assert_ne!(KeyDigest::new([0; 32]), digest);
        assert_eq!(format!("{digest:?}"), "KeyDigest(…)");
    }
}
