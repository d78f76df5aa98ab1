//! What somebody guesses the password of, as a name that tells nothing.
use crate::{KeyDigest, KeySecret, key_secret::Use};
use uuid::Uuid;

/// The keyed hash of a realm and an email, whether there is such an account or not.
pub fn digest(root: &KeySecret, realm: &str, email: &str) -> KeyDigest {
    // A slug has no space in it, so no two pairs give the same text.
    let text = format!("{realm} {email}");
    KeyDigest::new(
        root.sub_key(Use::Digest, "login account")
            .mac(text.as_bytes()),
    )
}

/// The same for a user who is signed in and tells the present password to change it. Nobody else's
/// failures count here, and these count nowhere else.
pub fn digest_of_change(root: &KeySecret, user: Uuid) -> KeyDigest {
    KeyDigest::new(
        root.sub_key(Use::Digest, "password change")
            .mac(user.as_bytes()),
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
        let changing = digest_of_change(&root, Uuid::nil());
        assert_ne!(changing, digest_of_change(&root, Uuid::max()));
        assert_ne!(changing, digest_of_change(&other, Uuid::nil()));
    }
}
