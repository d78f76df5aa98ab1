//! The account that somebody tries to sign in to, as a name that tells nothing.
use crate::{KeyDigest, KeySecret, key_secret::Use};

/// The keyed hash of a realm and an email, whether there is such an account or not.
pub fn digest(root: &KeySecret, realm: &str, email: &str) -> KeyDigest {
    // A slug has no space in it, so no two pairs give the same text.
    let text = format!("{realm} {email}");
    KeyDigest::new(
        root.sub_key(Use::Digest, "login account")
            .mac(text.as_bytes()),
    )
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn realm_email_and_secret_change_it() {
        let root = KeySecret::from_hex(&"5a".repeat(32)).unwrap();
        let other = KeySecret::from_hex(&"a5".repeat(32)).unwrap();
        let one = digest(&root, "volt", "ada@example.com");
        assert_eq!(one, digest(&root, "volt", "ada@example.com"));
        assert_ne!(one, digest(&root, "", "ada@example.com"));
        assert_ne!(one, digest(&root, "volt", "bob@example.com"));
        assert_ne!(one, digest(&other, "volt", "ada@example.com"));
    }
}
