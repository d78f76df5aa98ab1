#![allow(clippy::unwrap_used)]
use hmac::{Hmac, KeyInit, Mac};
use serde_json::{Value, json};
use sha2::Sha256;

use super::*;

const NOW: i64 = 1_800_000_000;
const OURS: Expected<'_> = Expected {
    issuer: "https://qm.example",
    audience: "quartermaster",
};

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
        role: "PARTNER".to_owned(),
        organization_id: Some(Uuid::from_u128(3)),
        station_id: None,
        user_status: "ACTIVE".to_owned(),
        sid: Uuid::from_u128(4),
        epoch: 7,
    }
}

fn key() -> SigningKey {
    SigningKey::generate().unwrap()
}

fn check(token: &str, key: &SigningKey, now: i64) -> Result<Claims, TokenError> {
    let claims = signed(token, &[Verifier::new(key)]);
    hold(claims.ok_or(TokenError::Invalid)?, OURS, now)
}

fn encode(text: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(text)
}

/// A token with any header and claims, signed by the key itself.
fn forge(header: &str, claims: &str, key: &SigningKey) -> String {
    let message = format!("{}.{}", encode(header), encode(claims));
    let signature = encode(key.sign(message.as_bytes()));
    format!("{message}.{signature}")
}

fn with(member: &str, value: Value) -> String {
    let mut all = serde_json::to_value(claims()).unwrap();
    all[member] = value;
    all.to_string()
}

fn our_header(key: &SigningKey) -> String {
    String::from_utf8(URL_SAFE_NO_PAD.decode(header(TOKEN, key)).unwrap()).unwrap()
}

#[test]
fn a_token_reads_back() {
    let key = key();
    let token = sign(&claims(), &key);
    assert_eq!(check(token.reveal(), &key, NOW), Ok(claims()));
}

#[test]
fn header_and_claims_are_as_documented() {
    let key = key();
    let token = sign(&claims(), &key);
    let parts: Vec<_> = token.reveal().split('.').collect();
    let read = |part: &str| -> Value {
        serde_json::from_slice(&URL_SAFE_NO_PAD.decode(part).unwrap()).unwrap()
    };
    assert_eq!(
        read(parts[0]),
        json!({"alg": "EdDSA", "typ": "JWT", "kid": key.kid()})
    );
    let id = |number: u128| Uuid::from_u128(number).to_string();
    let expected = json!({
        "iss": OURS.issuer, "aud": OURS.audience, "sub": id(1), "jti": id(2),
        "iat": NOW, "exp": NOW + 600, "user_id": id(1), "role": "PARTNER",
        "organization_id": id(3), "station_id": null, "user_status": "ACTIVE",
        "sid": id(4), "epoch": 7,
    });
    assert_eq!(read(parts[1]), expected);
    assert_eq!(parts.len(), 3);
}

#[test]
fn a_token_ends_with_its_time() {
    let key = key();
    let token = sign(&claims(), &key);
    assert!(check(token.reveal(), &key, NOW + 604).is_ok());
    let ended = check(token.reveal(), &key, NOW + 605);
    assert_eq!(ended, Err(TokenError::Expired));
    let endless = Claims {
        exp: i64::MAX,
        ..claims()
    };
    assert!(check(sign(&endless, &key).reveal(), &key, NOW).is_ok());
}

#[test]
fn a_token_of_the_future_is_not_valid_yet() {
    let key = key();
    let later = Claims {
        nbf: Some(NOW + 60),
        ..claims()
    };
    let token = sign(&later, &key);
    assert_eq!(
        check(token.reveal(), &key, NOW + 54),
        Err(TokenError::Invalid)
    );
    assert!(check(token.reveal(), &key, NOW + 55).is_ok());
}

#[test]
fn issuer_and_audience_are_exact() {
    let key = key();
    let expired = NOW + 10_000;
    for (member, value) in [
        ("iss", json!("https://qm.example/")),
        ("iss", json!("https://other.example")),
        ("aud", json!("other")),
        ("aud", json!("Quartermaster")),
        ("aud", json!(["quartermaster"])),
    ] {
        let token = forge(&our_header(&key), &with(member, value), &key);
        assert_eq!(
            check(&token, &key, NOW),
            Err(TokenError::Invalid),
            "{member}"
        );
        assert_eq!(
            check(&token, &key, expired),
            Err(TokenError::Invalid),
            "{member}"
        );
    }
}

#[test]
fn a_missing_or_misshapen_claim_is_refused() {
    let key = key();
    let whole = serde_json::to_value(claims()).unwrap();
    for member in whole.as_object().unwrap().keys() {
        let mut without = whole.clone();
        without.as_object_mut().unwrap().remove(member);
        let token = forge(&our_header(&key), &without.to_string(), &key);
        let optional = ["organization_id", "station_id"].contains(&member.as_str());
        assert_eq!(check(&token, &key, NOW).is_ok(), optional, "{member}");
    }
    for (member, value) in [
        ("exp", json!(1.9e9)),
        ("exp", json!("1900000000")),
        ("sub", json!("x")),
    ] {
        let token = forge(&our_header(&key), &with(member, value), &key);
        assert_eq!(
            check(&token, &key, NOW),
            Err(TokenError::Invalid),
            "{member}"
        );
    }
    let twice = with("role", json!("MEMBER")).replacen('{', r#"{"role":"SUPER_ADMIN","#, 1);
    assert_eq!(
        check(&forge(&our_header(&key), &twice, &key), &key, NOW),
        Err(TokenError::Invalid)
    );
}

#[test]
fn no_other_header_is_accepted_even_when_our_key_signed_it() {
    let key = key();
    let kid = key.kid();
    let jwk = serde_json::to_string(&key.jwk()).unwrap();
    let good = forge(&our_header(&key), &with("epoch", json!(7)), &key);
    assert!(check(&good, &key, NOW).is_ok(), "the control");
    for header in [
        format!(r#"{{"alg":"none","typ":"JWT","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"HS256","typ":"JWT","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"ES256","typ":"JWT","kid":"{kid}"}}"#),
        format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}","jku":"https://evil.example/jwks"}}"#),
        format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}","x5u":"https://evil.example/c"}}"#),
        format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}","x5c":["AAAA"]}}"#),
        format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}","jwk":{jwk}}}"#),
        format!(r#"{{"alg":"EdDSA","typ":"JWT","kid":"{kid}","crit":["exp"]}}"#),
        format!(r#"{{"alg":"EdDSA","typ":"at+jwt","kid":"{kid}"}}"#),
        r#"{"alg":"EdDSA","typ":"JWT"}"#.to_owned(),
        r#"{"alg":"EdDSA","typ":"JWT","kid":"mine"}"#.to_owned(),
        String::new(),
    ] {
        let token = forge(&header, &with("epoch", json!(7)), &key);
        assert_eq!(
            check(&token, &key, NOW),
            Err(TokenError::Invalid),
            "{header}"
        );
    }
}

#[test]
fn a_token_without_signature_or_signed_with_the_public_key_is_refused() {
    let key = key();
    let claims = with("role", json!("SUPER_ADMIN"));
    let public = key.verifying_key().to_bytes();
    for alg in ["none", "HS256", "EdDSA"] {
        let header = format!(r#"{{"alg":"{alg}","typ":"JWT","kid":"{}"}}"#, key.kid());
        let message = format!("{}.{}", encode(header), encode(&claims));
        let mut mac = <Hmac<Sha256> as KeyInit>::new_from_slice(&public).unwrap();
        mac.update(message.as_bytes());
        let keyed = encode(mac.finalize().into_bytes());
        for signature in ["", &keyed, &encode([0; 64])] {
            let token = format!("{message}.{signature}");
            assert_eq!(check(&token, &key, NOW), Err(TokenError::Invalid), "{alg}");
        }
    }
}

#[test]
fn a_key_of_someone_else_is_refused_also_under_our_name() {
    let (ours, other) = (key(), key());
    let under_its_own = sign(&claims(), &other);
    assert_eq!(
        check(under_its_own.reveal(), &ours, NOW),
        Err(TokenError::Invalid)
    );
    let under_ours = forge(&our_header(&ours), &with("epoch", json!(7)), &other);
    assert_eq!(check(&under_ours, &ours, NOW), Err(TokenError::Invalid));
}

#[test]
fn every_changed_letter_is_seen() {
    let key = key();
    let token = sign(&claims(), &key);
    let whole = token.reveal();
    assert!(check(whole, &key, NOW).is_ok(), "the control");
    for position in (0..whole.len()).step_by(7).chain([whole.len() - 1]) {
        let mut changed = whole.as_bytes().to_vec();
        changed[position] = if changed[position] == b'A' {
            b'B'
        } else {
            b'A'
        };
        let changed = String::from_utf8(changed).unwrap();
        assert_eq!(
            check(&changed, &key, NOW),
            Err(TokenError::Invalid),
            "at {position}"
        );
    }
    let raised = whole.replacen(
        &encode(serde_json::to_vec(&claims()).unwrap()),
        &encode(with("role", json!("SUPER_ADMIN"))),
        1,
    );
    assert_ne!(raised, whole);
    assert_eq!(check(&raised, &key, NOW), Err(TokenError::Invalid));
}

#[test]
fn a_signature_has_one_spelling() {
    let key = key();
    let token = sign(&claims(), &key);
    let whole = token.reveal();
    let (body, last) = whole.split_at(whole.len() - 1);
    let last = last.as_bytes()[0];
    // 64 bytes leave the last letter four bits that say nothing.
    let next = match last {
        b'A'..=b'Z' | b'a'..=b'y' | b'0'..=b'8' => last + 1,
        _ => b'_',
    };
    let spelt = format!("{body}{}", char::from(next));
    for other in [spelt, format!("{whole}="), format!("{whole}.")] {
        assert_eq!(check(&other, &key, NOW), Err(TokenError::Invalid));
    }
}

#[test]
fn other_texts_and_long_ones_are_refused() {
    let key = key();
    for text in ["", ".", "..", "...", "a.b.c", "ü.ü.ü", &header(TOKEN, &key)] {
        assert_eq!(check(text, &key, NOW), Err(TokenError::Invalid), "{text}");
    }
    let of_length = |length: usize| {
        let role = Value::from("R".repeat(length));
        forge(&our_header(&key), &with("role", role), &key)
    };
    let fits = of_length(2400);
    assert!(fits.len() <= LONGEST && check(&fits, &key, NOW).is_ok());
    let long = of_length(2800);
    assert!(long.len() > LONGEST);
    assert_eq!(check(&long, &key, NOW), Err(TokenError::Invalid));
}

#[test]
fn a_statement_is_signed_and_is_no_token_even_with_its_claims() {
    let key = key();
    let statement = sign_statement("log-head+jwt", &claims(), &key);
    let (message, signature) = statement.rsplit_once('.').unwrap();
    let signature = Signature::from_slice(&URL_SAFE_NO_PAD.decode(signature).unwrap()).unwrap();
    let verified = key
        .verifying_key()
        .verify_strict(message.as_bytes(), &signature);
    verified.unwrap();
    assert_eq!(check(&statement, &key, NOW), Err(TokenError::Invalid));
}
