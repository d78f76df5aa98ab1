//! The secret of a key: in the answer to its creation and nowhere else.

use crate::{given::user_key, roles::home};
use client::{ApiKeyRotation, NewApiKey, NewOrganizationApiKey, Options};
use serde_json::Value;
use server::api_key::ApiKey;
use testkit::TestApp;

/// The status of a request for the current user with this key.
pub async fn me_status(app: &TestApp, key: &str) -> u16 {
    let sent = app.raw("GET", "/api/v1/users/me").key(key);
    sent.send().await.status
}

pub async fn a_key_has_its_format_and_any_changed_letter_is_refused(app: &mut TestApp) {
    let ada = app.user("ada").await.id;
    let made = user_key(app, ada, &NewApiKey::new("key")).await;
    let key = made.key.unwrap();
    let rest = key.strip_prefix("qm_v1_").unwrap();
    let (id, secret) = rest.split_once('_').unwrap();
    assert_eq!(id, made.id.simple().to_string());
    assert_eq!(
        secret.len(),
        43 + 6,
        "256 bits in letters, and the checksum"
    );
    assert!(secret.bytes().all(|letter| letter.is_ascii_alphanumeric()));
    assert_eq!(me_status(app, &key).await, 200);
    for place in 0..key.len() {
        let mut other = key.clone().into_bytes();
        other[place] = if other[place] == b'0' { b'1' } else { b'0' };
        let other = String::from_utf8(other).unwrap();
        assert_eq!(me_status(app, &other).await, 401, "letter {place}");
    }
    // A valid checksum is not enough.
    let guessed = ApiKey::generate(made.id).unwrap();
    assert_eq!(me_status(app, guessed.reveal()).await, 401);
    let upper = format!("qm_v1_{}_{secret}", id.to_uppercase());
    assert_eq!(me_status(app, &upper).await, 401);
}

/// Sends the request twice with one idempotency key; returns both answers, the first with its secret.
async fn twice(app: &TestApp, path: &str, body: &Value) -> (Value, Value) {
    let admin = app.super_admin();
    let mut answers = Vec::new();
    for _ in 0..2 {
        let sent = app.raw("POST", path).key(&admin.key);
        let sent = sent.header("Idempotency-Key", format!("for {path}"));
        let reply = sent.json(body).send().await;
        assert!(matches!(reply.status, 200 | 201), "{}", reply.text());
        let headers = ["location", "etag"].map(|name| reply.header(name).map(str::to_owned));
        answers.push((reply.status, headers, reply.json()));
    }
    let [(status, headers, first), (again, same, second)] = answers.try_into().unwrap();
    assert_eq!((status, headers), (again, same));
    (first, second)
}

/// The answer without its secret.
fn without_key(answer: &Value) -> Value {
    let mut answer = answer.clone();
    answer.as_object_mut().unwrap().remove("key");
    answer
}

pub async fn the_secret_is_shown_once(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let ada = app.user("ada").await.id;
    for (path, body) in [
        (
            "/api/v1/api-keys".to_owned(),
            serde_json::json!({"name": "a", "organizationId": of}),
        ),
        (
            format!("/api/v1/users/{ada}/api-keys"),
            serde_json::json!({"name": "a"}),
        ),
    ] {
        let (first, second) = twice(app, &path, &body).await;
        let key = first["key"].as_str().unwrap();
        assert!(ApiKey::parse(key).is_ok());
        assert_eq!(second.get("key"), None, "a replay has no secret");
        assert_eq!(without_key(&first), second);
        let sent = app.raw("GET", "/api/v1/stations").key(key).send().await;
        assert_ne!(sent.status, 401, "the first one works");
    }
}

pub async fn a_rotated_secret_is_shown_once(app: &mut TestApp) {
    let ada = app.user("ada").await.id;
    let old = user_key(app, ada, &NewApiKey::new("key")).await;
    let path = format!("/api/v1/api-keys/{}/rotate", old.id);
    let (first, second) = twice(app, &path, &serde_json::json!({})).await;
    assert_eq!(second.get("key"), None);
    assert_eq!(without_key(&first), second);
    assert_eq!(first["version"], 2, "it was rotated once");
    assert_eq!(me_status(app, first["key"].as_str().unwrap()).await, 200);
    assert_eq!(me_status(app, &old.key.unwrap()).await, 200);
}

pub async fn the_secret_is_in_no_table(app: &mut TestApp) {
    let admin = app.super_admin();
    let (of, _) = home(app, "volt").await;
    let ada = app.user("ada").await.id;
    let new = NewOrganizationApiKey {
        organization_id: Some(of),
        ..NewOrganizationApiKey::new("key")
    };
    let with = Options::with_key("kept");
    let own = admin.create_api_key(&new, &with).await.unwrap().body;
    let old = user_key(app, ada, &NewApiKey::new("key")).await;
    let rotated = admin
        .rotate_api_key(
            old.id,
            &ApiKeyRotation::default(),
            &Options::with_key("turned"),
        )
        .await;
    let keys = [own.key, old.key, rotated.unwrap().body.key];
    let tables = app.tables().await;
    assert!(
        tables.holding("kept").contains(&"idempotency_keys"),
        "what is there is found"
    );
    for key in keys {
        let key = key.unwrap();
        let secret = key.rsplit_once('_').unwrap().1;
        assert_eq!(tables.holding(secret), [""; 0]);
        // Nor is the secret without its checksum.
        assert_eq!(tables.holding(&secret[..43]), [""; 0]);
    }
    // No list, feed or log of events shows the digest.
    for path in [
        "/api/v1/events?limit=1000".to_owned(),
        format!("/api/v1/events?limit=1000&organizationId={of}"),
        "/api/v1/api-keys".to_owned(),
        format!("/api/v1/users/{ada}/api-keys"),
        format!("/api/v1/api-keys/{}", old.id),
    ] {
        let reply = app.raw("GET", &path).key(&admin.key).send().await;
        assert_eq!(reply.status, 200, "{path}");
        let text = reply.text();
        assert!(
            !text.contains("igest") && !text.contains("\"key\":"),
            "{text}"
        );
    }
    let events = app.raw(
        "GET",
        &format!("/api/v1/events?limit=1000&organizationId={of}"),
    );
    let events = events.key(&admin.key).send().await.text();
    assert!(events.contains("apiKey.created"), "{events}");
}
