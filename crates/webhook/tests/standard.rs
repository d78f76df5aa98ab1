//! Signatures, checked by the library that the project Standard Webhooks publishes.
#![allow(clippy::unwrap_used)]

use std::time::{SystemTime, UNIX_EPOCH};

use http::{HeaderMap, HeaderValue};
use standardwebhooks::{Webhook, WebhookError};
use webhook::{SigningSecret, sign};

const ID: &str = "0199f3a2-7d1e-7c44-9f7a-5b0c3e6d2a11";
const BODY: &[u8] = "{\"name\":\"Zoë\"}".as_bytes();

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

fn headers(secrets: &[&SigningSecret], timestamp: u64) -> HeaderMap {
    let signature = sign(secrets, ID, timestamp, BODY);
    let mut headers = HeaderMap::new();
    headers.insert("webhook-id", HeaderValue::from_static(ID));
    headers.insert("webhook-timestamp", HeaderValue::from(timestamp));
    headers.insert("webhook-signature", signature.parse().unwrap());
    headers
}

fn verify(secret: &SigningSecret, body: &[u8], headers: &HeaderMap) -> Result<(), WebhookError> {
    Webhook::new(&secret.reveal())
        .unwrap()
        .verify(body, headers)
}

fn secret() -> SigningSecret {
    SigningSecret::generate().unwrap()
}

#[test]
fn who_has_the_secret_finds_the_message_genuine() {
    let secret = secret();
    verify(&secret, BODY, &headers(&[&secret], now())).unwrap();
}

#[test]
fn another_secret_body_id_or_time_is_not_genuine() {
    let secret = secret();
    let genuine = headers(&[&secret], now());
    let refused = |checked: Result<(), WebhookError>| {
        assert!(
            matches!(checked, Err(WebhookError::InvalidSignature)),
            "{checked:?}"
        );
    };
    refused(verify(&self::secret(), BODY, &genuine));
    refused(verify(&secret, b"{\"name\":\"Zoe\"}", &genuine));
    for (name, value) in [
        ("webhook-id", "other".to_owned()),
        ("webhook-timestamp", (now() - 9).to_string()),
    ] {
        let mut changed = genuine.clone();
        changed.insert(name, value.parse().unwrap());
        refused(verify(&secret, BODY, &changed));
    }
}

#[test]
fn an_old_message_is_refused_though_its_signature_is_right() {
    let secret = secret();
    let checked = verify(&secret, BODY, &headers(&[&secret], now() - 3_600));
    assert!(
        matches!(checked, Err(WebhookError::TimestampTooOldError)),
        "{checked:?}"
    );
}

#[test]
fn while_a_secret_is_replaced_both_find_the_message_genuine() {
    let (new, old) = (secret(), secret());
    let signed = headers(&[&new, &old], now());
    verify(&new, BODY, &signed).unwrap();
    verify(&old, BODY, &signed).unwrap();
    assert!(verify(&secret(), BODY, &signed).is_err());
    let first = sign(&[&new], ID, now(), BODY);
    let both = signed["webhook-signature"].to_str().unwrap();
    assert_eq!(both.split(' ').count(), 2);
    assert!(both.starts_with(&first));
}
