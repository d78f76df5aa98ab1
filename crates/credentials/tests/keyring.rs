//! A ring of keys: which signs, which verify, and what is shown of them.
#![allow(clippy::unwrap_used)]

use credentials::{
    keyring::{Keyring, NoSigningKey},
    rotation::KeyTimes,
    signing_key::SigningKey,
    token::{Claims, Expected, TokenError},
};
use uuid::Uuid;

const CHANGE: i64 = 1_800_000_000;
const OURS: Expected<'_> = Expected {
    issuer: "https://qm.example",
    audience: "quartermaster",
};

fn claims(iat: i64) -> Claims {
    Claims {
        iss: OURS.issuer.to_owned(),
        aud: OURS.audience.to_owned(),
        sub: Uuid::from_u128(1),
        jti: Uuid::from_u128(2),
        iat,
        exp: iat + 600,
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

fn times(activates_at: i64, retires_at: i64) -> KeyTimes {
    KeyTimes {
        created_at: activates_at - 10,
        activates_at,
        retires_at,
    }
}

fn key() -> SigningKey {
    SigningKey::generate().unwrap()
}

#[test]
fn keys_change_on_time_and_the_former_one_still_verifies() {
    let (one, two) = (key(), key());
    let ring = Keyring::new([
        (two.clone(), times(CHANGE, CHANGE + 1000)),
        (one.clone(), times(CHANGE - 1000, CHANGE)),
    ]);
    assert_eq!(ring.signs(CHANGE - 1), Some(one.kid()));
    assert_eq!(ring.signs(CHANGE), Some(two.kid()));
    let before = ring.issue(&claims(CHANGE - 1)).unwrap();
    let after = ring.issue(&claims(CHANGE)).unwrap();
    for token in [&before, &after] {
        assert!(ring.verify(token.reveal(), OURS, CHANGE + 10).is_ok());
    }
    let alone = Keyring::new([(two, times(CHANGE, CHANGE + 1000))]);
    assert!(alone.verify(after.reveal(), OURS, CHANGE).is_ok());
    let gone = alone.verify(before.reveal(), OURS, CHANGE);
    assert_eq!(gone, Err(TokenError::Invalid));
}

#[test]
fn a_token_that_was_right_before_is_held_against_time_and_place_again() {
    let ring = Keyring::new([(key(), times(CHANGE, CHANGE + 1000))]);
    let token = ring.issue(&claims(CHANGE)).unwrap();
    let token = token.reveal();
    for _ in 0..2 {
        assert_eq!(ring.verify(token, OURS, CHANGE), Ok(claims(CHANGE)));
        let late = ring.verify(token, OURS, CHANGE + 700);
        assert_eq!(late, Err(TokenError::Expired));
        let elsewhere = Expected {
            issuer: "https://other.example",
            ..OURS
        };
        let elsewhere = ring.verify(token, elsewhere, CHANGE);
        assert_eq!(elsewhere, Err(TokenError::Invalid));
    }
    let cut = &token[..token.len() - 1];
    let longer = format!("{token}A");
    for other in [cut, longer.as_str()] {
        let refused = ring.verify(other, OURS, CHANGE);
        assert_eq!(refused, Err(TokenError::Invalid), "{other}");
    }
}

#[test]
fn the_key_set_shows_all_keys_also_the_one_that_is_to_sign_next() {
    let (one, two) = (key(), key());
    let ring = Keyring::new([
        (two.clone(), times(CHANGE + 500, CHANGE + 1500)),
        (one.clone(), times(CHANGE - 500, CHANGE + 500)),
    ]);
    assert_eq!(ring.jwks().keys, [one.jwk(), two.jwk()]);
    let shown = serde_json::to_value(ring.jwks()).unwrap();
    assert_eq!(shown["keys"].as_array().unwrap().len(), 2);
    assert!(!shown.to_string().contains(r#""d""#), "no private half");
}

#[test]
fn without_a_key_whose_time_it_is_nothing_is_signed() {
    let none = Keyring::new([]);
    assert!(matches!(none.issue(&claims(CHANGE)), Err(NoSigningKey)));
    let ring = Keyring::new([(key(), times(CHANGE, CHANGE + 1000))]);
    for iat in [CHANGE - 1, CHANGE + 1000] {
        assert!(matches!(ring.issue(&claims(iat)), Err(NoSigningKey)));
    }
    assert!(ring.issue(&claims(CHANGE + 999)).is_ok());
}
