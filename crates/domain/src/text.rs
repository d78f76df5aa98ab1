//! Text that cannot be wrong: parsed once, where it enters.

use crate::refusal::Invalid;
use serde::{Deserialize, Serialize};

/// An email address as the person wrote it, with the form in which it is compared.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Email(String);

impl Email {
    /// The most characters of an email (RFC 5321, section 4.5.3.1.3).
    pub const MAX: usize = 254;

    /// Parses an email without the spaces around it. Requires one `@` with text on both sides.
    pub fn parse(text: &str, pointer: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        let well_formed = text.split_once('@').is_some_and(|(local, host)| {
            !local.is_empty() && !host.is_empty() && !host.contains('@')
        });
        if !well_formed || has_space_or_control(text) {
            return Err(Invalid::new(pointer, "FORMAT", "must be an email address"));
        }
        // Some letters become two in lower case, and both forms are kept.
        let longest = Self::key_of(text).chars().count().max(text.chars().count());
        if longest > Self::MAX {
            let message = "must have at most 254 characters, also in lower case";
            return Err(Invalid::new(pointer, "MAX_LENGTH", message));
        }
        Ok(Self(text.to_owned()))
    }

    /// As the person wrote it.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The form in which two emails are compared: lower case.
    pub fn key(&self) -> String {
        Self::key_of(&self.0)
    }

    /// The compared form of any text.
    pub fn key_of(text: &str) -> String {
        text.trim().to_lowercase()
    }
}

/// A name for people: 1 to 200 characters, not blank, no control characters.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Name(String);

impl Name {
    /// The most characters of a name.
    pub const MAX: usize = 200;

    /// Parses a name without the spaces around it.
    pub fn parse(text: &str, pointer: &str) -> Result<Self, Invalid> {
        let text = text.trim();
        if text.is_empty() {
            return Err(Invalid::new(pointer, "MIN_LENGTH", "must not be blank"));
        }
        if text.chars().count() > Self::MAX {
            return Err(Invalid::new(
                pointer,
                "MAX_LENGTH",
                "must have at most 200 characters",
            ));
        }
        if text.chars().any(char::is_control) {
            let message = "must not have control characters";
            return Err(Invalid::new(pointer, "INVALID_CHARACTER", message));
        }
        Ok(Self(text.to_owned()))
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The stable name of a product or variant for programs: 1 to 64 of `A-Z a-z 0-9 . _ -`,
/// beginning with a letter or digit. Case counts.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Key(String);

impl Key {
    /// The most characters of a key.
    pub const MAX: usize = 64;

    /// Takes a key as it is, or refuses it.
    pub fn parse(text: &str, pointer: &str) -> Result<Self, Invalid> {
        let allowed = |c: char| c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-');
        let begins_well = text.starts_with(|c: char| c.is_ascii_alphanumeric());
        if !begins_well || text.len() > Self::MAX || !text.chars().all(allowed) {
            let message = "must be 1 to 64 letters, digits, dots, dashes or underscores";
            return Err(Invalid::new(pointer, "PATTERN", message));
        }
        Ok(Self(text.to_owned()))
    }

    /// The key.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The name of an organization in addresses: 1 to 63 of `a-z 0-9 -`, no dash at either end, as in a
/// label of a host name (RFC 1123, section 2.1).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Slug(String);

impl Slug {
    /// The most characters of a slug.
    pub const MAX: usize = 63;

    /// Takes a slug as it is, or refuses it.
    pub fn parse(text: &str, pointer: &str) -> Result<Self, Invalid> {
        let allowed = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        let ends_well = !text.starts_with('-') && !text.ends_with('-');
        if text.is_empty() || text.len() > Self::MAX || !ends_well || !text.chars().all(allowed) {
            let message = "must be 1 to 63 small letters, digits or dashes, no dash at an end";
            return Err(Invalid::new(pointer, "PATTERN", message));
        }
        Ok(Self(text.to_owned()))
    }

    /// The slug.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The form in which texts are searched: lower case, letter by letter, so that a part of a text is
/// found whatever stands around it.
pub fn folded(text: &str) -> String {
    text.chars().flat_map(char::to_lowercase).collect()
}

fn has_space_or_control(text: &str) -> bool {
    text.chars().any(|c| c.is_whitespace() || c.is_control())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_text_is_found_in_any_case() {
        for (text, part) in [
            ("Özil", "öz"),
            ("Özil", "ZIL"),
            ("ΣΑΣ", "ΑΣ"),
            ("İzmir", "İZ"),
        ] {
            assert!(folded(text).contains(&folded(part)), "{part} in {text}");
        }
        assert!(
            folded("ΑΣΠ").contains(&folded("ΑΣ")),
            "a sigma is not final in the middle"
        );
    }

    #[test]
    fn emails_are_trimmed_and_compared_without_case() {
        let email = Email::parse(" Ada@Example.com ", "/email").expect("an email");
        assert_eq!(email.as_str(), "Ada@Example.com");
        assert_eq!(email.key(), "ada@example.com");
    }

    #[test]
    fn an_invalid_email_is_refused() {
        for text in [
            "",
            "ada",
            "@example.com",
            "ada@",
            "a@b@c",
            "a b@example.com",
            "a\u{0}@b.c",
        ] {
            assert!(Email::parse(text, "/email").is_err(), "{text:?}");
        }
    }

    #[test]
    fn an_email_is_not_longer_in_lower_case_either() {
        let email = |letter: &str| format!("{}@example.com", letter.repeat(150));
        assert!(Email::parse(&email("i"), "/email").is_ok());
        // U+0130 is two characters in lower case.
        let refused = Email::parse(&email("\u{130}"), "/email").expect_err("too long");
        assert_eq!(refused.code, "MAX_LENGTH");
    }

    #[test]
    fn names_are_not_blank_nor_endless_nor_control() {
        for text in ["", "  ", "\u{7}", &"x".repeat(201)] {
            assert!(Name::parse(text, "/name").is_err(), "{text:?}");
        }
        assert_eq!(
            Name::parse(" Ada ", "/name").expect("a name").as_str(),
            "Ada"
        );
    }

    #[test]
    fn slugs_are_labels() {
        for text in ["", "-a", "a-", "A", "a b", "a_b", "ä", &"x".repeat(64)] {
            assert!(Slug::parse(text, "/slug").is_err(), "{text:?}");
        }
        assert!(Slug::parse("volt-24-7", "/slug").is_ok());
    }

    #[test]
    fn keys_are_plain() {
        for text in ["", "-a", "a b", "ä", "a/b", &"x".repeat(65)] {
            assert!(Key::parse(text, "/key").is_err(), "{text:?}");
        }
        assert!(Key::parse("Pro_2.0-x", "/key").is_ok());
    }
}
