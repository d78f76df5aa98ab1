//! Which passwords may be chosen: long enough, and not a common one. Nothing is said
//! about capitals, digits or signs.
use std::collections::BTreeSet;

use thiserror::Error;
use zeroize::Zeroizing;
use zxcvbn::Score;

use crate::{NoRandomness, random, secret::Secret};

/// The fewest characters that any rules allow.
pub const SHORTEST: usize = 8;
/// The most characters that a password may have.
pub const LONGEST: usize = 128;

/// zxcvbn's work grows faster than the text, and with every further sign that may stand
/// for a letter: a made-up text of 100 characters keeps it busy for a second. What is
/// strong within these bounds is strong as a whole.
const ASSESSED: usize = 40;
const SIGNS: usize = 3;
/// Signs that zxcvbn tries as letters. The digits among them are few enough.
const SIGNS_FOR_LETTERS: &str = "@({[<!|$+%";

/// Letters and digits that nobody takes for one another.
const READABLE: &[u8; 32] = b"abcdefghijkmnpqrstuvwxyz23456789";

/// A password of 100 random bits in four groups of five, to be told to a person once.
///
/// # Errors
/// When the operating system gives no random numbers.
pub fn random() -> Result<Secret, NoRandomness> {
    let bits = random::key()?;
    // The capacity is enough: a text that grew would leave a copy behind.
    let mut text = String::with_capacity(24);
    for (index, byte) in bits.iter().take(20).enumerate() {
        if index > 0 && index % 5 == 0 {
            text.push('-');
        }
        text.push(char::from(READABLE[usize::from(byte % 32)]));
    }
    Ok(Secret::new(text))
}

/// What a new password has to meet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PasswordRules {
    shortest: usize,
}

/// Why a password may not be chosen.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
pub enum Weakness {
    /// It has fewer characters than the rules ask for.
    #[error("must have at least {min} characters")]
    TooShort {
        /// The fewest that it may have.
        min: usize,
    },
    /// It has more characters than any password may have.
    #[error("must have at most {max} characters")]
    TooLong {
        /// The most that it may have.
        max: usize,
    },
    /// It is among the first that someone would guess.
    #[error("is too easy to guess")]
    Common,
}

/// No password could meet such rules, or too short ones would.
#[derive(Clone, Copy, Debug, Error, PartialEq, Eq)]
#[error("the shortest password must have between {SHORTEST} and {LONGEST} characters")]
pub struct LengthOutOfRange;

impl Default for PasswordRules {
    fn default() -> Self {
        Self { shortest: SHORTEST }
    }
}

impl PasswordRules {
    /// Rules that ask for at least so many characters.
    pub fn at_least(shortest: usize) -> Result<Self, LengthOutOfRange> {
        if (SHORTEST..=LONGEST).contains(&shortest) {
            Ok(Self { shortest })
        } else {
            Err(LengthOutOfRange)
        }
    }

    /// Whether someone with this email and name may have this password. Takes some
    /// milliseconds of computing.
    pub fn check(&self, password: &Secret, email: &str, name: &str) -> Result<(), Weakness> {
        let length = password.reveal().chars().count();
        if length < self.shortest {
            return Err(Weakness::TooShort { min: self.shortest });
        }
        if length > LONGEST {
            return Err(Weakness::TooLong { max: LONGEST });
        }
        let known = words_of(email, name);
        let known: Vec<_> = known.iter().map(String::as_str).collect();
        let score = zxcvbn::zxcvbn(&assessed(password.reveal()), &known).score();
        if score < Score::Two {
            return Err(Weakness::Common);
        }
        Ok(())
    }
}

/// The part of a password that is looked at: its beginning, in which signs beyond the
/// first few give way to one that stands for no letter.
fn assessed(password: &str) -> Zeroizing<String> {
    let mut kept = String::with_capacity(SIGNS);
    let mut text = Zeroizing::new(String::with_capacity(4 * ASSESSED));
    for letter in password.chars().take(ASSESSED) {
        let is_sign = SIGNS_FOR_LETTERS.contains(letter);
        if is_sign && !kept.contains(letter) {
            if kept.len() == SIGNS {
                text.push('~');
                continue;
            }
            kept.push(letter);
        }
        text.push(letter);
    }
    text
}

/// What others know of the person: email and name, whole, run together and in words.
fn words_of(email: &str, name: &str) -> BTreeSet<String> {
    let (local, domain) = email.split_once('@').unwrap_or((email, ""));
    let wholes = [email, local, domain, name];
    let separates = |letter: char| !letter.is_alphanumeric();
    let joined = wholes.map(|whole| whole.split(separates).collect::<String>());
    let words = wholes.iter().flat_map(|whole| whole.split(separates));
    let all = wholes.iter().copied();
    let all = all.chain(joined.iter().map(String::as_str)).chain(words);
    all.map(|word| word.chars().take(ASSESSED).collect::<String>())
        .filter(|word| word.chars().count() > 2)
        .take(30)
        .collect()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn check(password: &str) -> Result<(), Weakness> {
        let password = Secret::new(password.to_owned());
        PasswordRules::default().check(&password, "grace.hopper@navy.example", "Grace Hopper")
    }

    #[test]
    fn length_is_counted_in_characters() {
        let short = Err(Weakness::TooShort { min: 8 });
        assert_eq!(check(""), short);
        assert_eq!(check("ükärßöß"), short);
        assert_eq!(check("ükärßößq"), Ok(()));
        let long = "tokio-heron-".repeat(11);
        assert_eq!(check(&long[..128]), Ok(()));
        assert_eq!(check(&long[..129]), Err(Weakness::TooLong { max: 128 }));
    }

    #[test]
    fn rules_can_ask_for_more_and_never_for_less() {
        let rules = PasswordRules::at_least(14).unwrap();
        let password = Secret::new("plover quartz".to_owned());
        let refused = rules.check(&password, "", "");
        assert_eq!(refused, Err(Weakness::TooShort { min: 14 }));
        assert_eq!(PasswordRules::at_least(7), Err(LengthOutOfRange));
        assert_eq!(PasswordRules::at_least(129), Err(LengthOutOfRange));
    }

    #[test]
    fn common_passwords_are_refused_also_in_disguise() {
        for password in [
            "password",
            "P@$$w0rd!",
            "12345678",
            "qwertyuiop",
            "aaaaaaaaaaaaaaaa",
            "letmein123",
            "20011231",
        ] {
            assert_eq!(check(password), Err(Weakness::Common), "{password}");
        }
    }

    #[test]
    fn what_is_known_of_the_person_is_refused() {
        for password in [
            "grace.hopper",
            "HopperGrace",
            "gracehopper1",
            "navy.example",
        ] {
            assert_eq!(check(password), Err(Weakness::Common), "{password}");
        }
        let password = Secret::new("grace.hopper".to_owned());
        let other = PasswordRules::default().check(&password, "ada@example.com", "Ada");
        assert_eq!(other, Ok(()), "a stranger may have it");
    }

    #[test]
    fn no_composition_is_asked_for() {
        for password in [
            "correct horse battery staple",
            "wqmzkdhvtn",
            "Ⅷ龍のことば九十五",
        ] {
            assert_eq!(check(password), Ok(()), "{password}");
        }
    }

    #[test]
    fn a_random_one_is_readable_strong_and_new() {
        let (one, other) = (random().unwrap(), random().unwrap());
        let groups: Vec<&str> = one.reveal().split('-').collect();
        assert!(groups.len() == 4 && groups.iter().all(|group| group.len() == 5));
        assert_ne!(one.reveal(), other.reveal());
        PasswordRules::default().check(&one, "", "").unwrap();
    }

    #[test]
    fn what_is_looked_at_stays_small() {
        let costly = "4@8({[<369&#!1/|0$5+7%2".repeat(5);
        let text = assessed(&costly);
        assert_eq!(text.chars().count(), ASSESSED);
        let signs: BTreeSet<_> = text
            .chars()
            .filter(|letter| SIGNS_FOR_LETTERS.contains(*letter))
            .collect();
        assert_eq!(signs.len(), SIGNS);
        assert_eq!(assessed("P@$$w0rd!").as_str(), "P@$$w0rd!");
    }
}
