//! API keys and tokens that somebody made up: nothing but the very text that was given out is good,
//! and looking at a long one costs nothing more.
#![allow(clippy::unwrap_used)]

use allocation_counter::measure;
use bolero::check;
use credentials::{
    api_key::ApiKey,
    keyring::Keyring,
    rotation::KeyTimes,
    signing_key::SigningKey,
    token::{Claims, Expected},
};
use uuid::Uuid;

const NOW: i64 = 1_800_000_000;
const OURS: Expected<'_> = Expected {
    issuer: "https://qm.example",
    audience: "quartermaster",
};

fn ring() -> Keyring {
    let times = KeyTimes {
        created_at: NOW - 10,
        activates_at: NOW - 10,
        retires_at: NOW + 1000,
    };
    Keyring::new([(SigningKey::generate().unwrap(), times)])
}

fn claims() -> Claims {
    Claims {
        iss: OURS.issuer.to_owned(),
        aud: OURS.audience.to_owned(),
        sub: Uuid::from_u128(1),
        jti: Uuid::from_u128(2),
        iat: NOW,
        exp: NOW + 600,
        nbf: None,
        user_id: Uuid::from_u128(1),
        role: "SUPER_ADMIN".to_owned(),
        organization_id: None,
        station_id: None,
        user_status: "ACTIVE".to_owned(),
        sid: Uuid::from_u128(4),
        epoch: 0,
    }
}

/// The text with some of its characters replaced, taken out or added, as the bytes choose.
fn edited(text: &str, bytes: &[u8]) -> String {
    const OTHERS: [char; 12] = ['a', 'A', '0', '_', '.', '-', '=', '+', '\0', 'ø', ' ', '9'];
    let mut characters: Vec<char> = text.chars().collect();
    for edit in bytes.chunks_exact(4).take(4) {
        let [high, low, kind, with] = edit else { break };
        let at = usize::from(u16::from_be_bytes([*high, *low])) % characters.len().max(1);
        let other = OTHERS[usize::from(*with) % OTHERS.len()];
        match kind % 4 {
            _ if characters.is_empty() => break,
            0 => drop(characters.remove(at)),
            1 => characters.insert(at, other),
            2 => characters.truncate(at),
            _ => characters[at] = other,
        }
    }
    characters.into_iter().collect()
}

/// Inputs that are the same in every run. `BOLERO_RANDOM_ITERATIONS=100000` adds others.
fn inputs(count: u64) -> impl Iterator<Item = Vec<u8>> {
    (0..count).map(|seed| {
        let mut state = seed.wrapping_mul(0x9e37_79b9_7f4a_7c15) | 1;
        let bytes = (0..seed % 96).map(|_| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            state.to_be_bytes()[0]
        });
        bytes.collect()
    })
}

#[test]
fn a_key_that_was_changed_is_none() {
    let key = ApiKey::generate(Uuid::from_u128(7)).unwrap();
    let holds = |bytes: &[u8]| {
        let text = edited(key.reveal(), bytes);
        match ApiKey::parse(&text) {
            // Nobody has the same key under two texts.
            Ok(read) => {
                assert_eq!(read.reveal(), text);
                assert!(ApiKey::looks_like(&text));
                assert!(text.contains(&read.id().simple().to_string()));
                // The checksum finds every run of up to 32 wrong bits, and four letters are more.
                let same = text.chars().zip(key.reveal().chars());
                let wrong = same.filter(|(one, other)| one != other).count();
                assert!(wrong == 0 || wrong > 1, "{wrong} wrong letters");
            }
            Err(_) => assert_ne!(text, key.reveal()),
        }
    };
    inputs(2_000).for_each(|bytes| holds(&bytes));
    check!().with_iterations(0).for_each(holds);
}

#[test]
fn a_token_that_was_changed_is_none() {
    let ring = ring();
    let token = ring.issue(&claims()).unwrap();
    let token = token.reveal();
    let holds = |bytes: &[u8]| {
        let text = edited(token, bytes);
        let read = ring.verify(&text, OURS, NOW);
        assert_eq!(read.ok(), (text == token).then(claims));
    };
    inputs(500).for_each(|bytes| holds(&bytes));
    check!().with_iterations(0).for_each(holds);
}

#[test]
fn a_long_text_is_refused_for_its_length() {
    let ring = ring();
    let token = ring.issue(&claims()).unwrap();
    let key = ApiKey::generate(Uuid::from_u128(7)).unwrap();
    for length in [8 * 1024, 16 * 1024, 32 * 1024] {
        for begin in [token.reveal(), key.reveal(), "....", "qm_v1_"] {
            let text = format!("{begin}{}", "A".repeat(length));
            let cost = measure(|| {
                assert!(ApiKey::parse(&text).is_err());
                assert!(ring.verify(&text, OURS, NOW).is_err());
            });
            assert!(cost.bytes_total < 1024, "{length}: {cost:?}");
        }
    }
}
