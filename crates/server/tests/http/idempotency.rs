//! A request repeated with its idempotency key gets the same answer and is done once.

use crate::{
    given::{plain, product, role, variant},
    harness::cases,
};
use chrono::Duration;
use client::{NewUser, Options, ProblemCode};
use serde_json::{Value, json};
use testkit::{
    TestApp,
    app::{RawReply, RawRequest},
};

cases![
    a_repeated_request_gets_the_same_answer,
    concurrent_requests_with_one_key_are_done_once,
    an_answer_outlives_a_restart,
    another_request_under_the_key_is_refused,
    a_key_belongs_to_one_caller,
    a_key_is_free_again_after_a_day,
    a_refused_request_does_not_take_the_key,
    a_batch_is_answered_again_too,
];

fn send(app: &TestApp, path: &str, body: &Value, key: &str) -> RawRequest {
    let admin = app.super_admin();
    let sent = app.raw("POST", path).key(&admin.key);
    sent.header("Idempotency-Key", key).json(body)
}

/// An answer without the id of the request.
fn kept(reply: &RawReply) -> (u16, Vec<u8>, Option<String>, Option<String>) {
    let header = |name| reply.header(name).map(str::to_owned);
    let body = reply.body.clone();
    (reply.status, body, header("location"), header("etag"))
}

/// Every POST of the contract with a body that succeeds.
async fn posts(app: &TestApp) -> Vec<(String, Value)> {
    let (ada, variant) = (app.user("ada").await, variant(app, None).await);
    let other = self::variant(app, None).await;
    let product = product(app, "suite").await;
    let of = app.organization("ours").await.id;
    let station = app.station(of, "one").await.id;
    let mary = app.member_of("mary", of).await.id;
    let role = role(app, of, "Present", &["users.read"]).await.id;
    let person = |name| json!({"email": format!("{name}@example.com"), "displayName": name});
    let operator = json!({"email": "o@example.com", "displayName": "O", "stationId": station});
    let seat = |variant| json!({"userId": ada.id, "productVariantId": variant, "note": "n"});
    vec![
        (
            "users".into(),
            json!({"email": "b@example.com", "displayName": "B"}),
        ),
        ("products".into(), json!({"key": "b", "name": "B"})),
        ("organizations".into(), json!({"slug": "b", "name": "B"})),
        (
            format!("organizations/{of}/stations"),
            json!({"code": "b", "name": "B", "timeZone": "UTC", "country": "DE"}),
        ),
        (format!("organizations/{of}/users/partners"), person("p")),
        (format!("organizations/{of}/users/operators"), operator),
        (format!("organizations/{of}/users/members"), person("m")),
        (
            "assignments".into(),
            json!({"stationId": station, "productVariantId": variant.id}),
        ),
        (
            format!("products/{}/variants", product.id),
            json!({"key": "b", "name": "B"}),
        ),
        (
            "roles".into(),
            json!({"name": "B", "organizationId": of, "permissions": ["users.read"]}),
        ),
        (format!("users/{mary}/roles"), json!({"roleId": role})),
        ("assignments".into(), seat(variant.id)),
        (
            "assignments/batch".into(),
            json!({"mode": "ATOMIC", "items": [seat(other.id)]}),
        ),
    ]
}

async fn a_repeated_request_gets_the_same_answer(app: &mut TestApp) {
    for (number, (path, body)) in posts(app).await.into_iter().enumerate() {
        let (path, key) = (format!("/api/v1/{path}"), format!("order-{number}"));
        let first = send(app, &path, &body, &key).send().await;
        assert!(
            matches!(first.status, 200 | 201),
            "{path}: {}",
            first.text()
        );
        let position = app.position().await;
        app.clock().advance(Duration::hours(1));
        let second = send(app, &path, &body, &key).send().await;
        assert_eq!(kept(&second), kept(&first), "{path}");
        assert_eq!(app.position().await, position, "{path}");
        assert_ne!(second.header("x-request-id"), first.header("x-request-id"));
    }
    let ada = app.user("eve").await;
    let of = app.organization("theirs").await.id;
    let admin = app.super_admin();
    for (number, path) in [
        format!("users/{}/activate", ada.id),
        format!("users/{}/deactivate", ada.id),
        format!("organizations/{of}/suspend"),
        format!("organizations/{of}/activate"),
    ]
    .into_iter()
    .enumerate()
    {
        let path = format!("/api/v1/{path}");
        let verb = &format!("verb-{number}");
        let send = || {
            let sent = app.raw("POST", &path).key(&admin.key);
            sent.header("Idempotency-Key", verb.as_str()).send()
        };
        let first = send().await;
        assert_eq!(first.status, 200);
        assert_eq!(kept(&send().await), kept(&first), "{path}");
    }
    let path = format!("/api/v1/users/{}/activate", ada.id);
    let sent = app.raw("POST", &path).key(&admin.key);
    let late = sent.header("Idempotency-Key", "verb-0").send().await;
    assert_eq!(
        late.json()["status"],
        "ACTIVE",
        "the first answer, not the present state"
    );
}

async fn concurrent_requests_with_one_key_are_done_once(app: &mut TestApp) {
    let variant = variant(app, None).await;
    let ada = app.user("ada").await;
    let position = app.position().await;
    let body = json!({"userId": ada.id, "productVariantId": variant.id});
    let twins = (0..16).map(|_| {
        let sent = send(app, "/api/v1/assignments", &body, "twin");
        tokio::spawn(sent.send())
    });
    let mut answers = Vec::new();
    for twin in twins.collect::<Vec<_>>() {
        answers.push(kept(&twin.await.unwrap()));
    }
    assert_eq!(answers[0].0, 201);
    assert!(answers.iter().all(|answer| *answer == answers[0]));
    assert_eq!(app.position().await, position + 1);
}

async fn an_answer_outlives_a_restart(app: &mut TestApp) {
    let body = json!({"email": "b@example.com", "displayName": "B"});
    let first = send(app, "/api/v1/users", &body, "once").send().await;
    assert_eq!(first.status, 201);
    app.restart().await;
    let position = app.position().await;
    let second = send(app, "/api/v1/users", &body, "once").send().await;
    assert_eq!(kept(&second), kept(&first));
    assert_eq!(app.position().await, position);
}

async fn another_request_under_the_key_is_refused(app: &mut TestApp) {
    let body = json!({"email": "b@example.com", "displayName": "B"});
    let first = send(app, "/api/v1/users", &body, "once").send().await;
    assert_eq!(first.status, 201);
    let position = app.position().await;
    let other = json!({"email": "c@example.com", "displayName": "B"});
    let elsewhere = json!({"key": "b", "name": "B"});
    let user = first.json()["id"].as_str().unwrap().to_owned();
    let activate = format!("/api/v1/users/{user}/activate");
    let admin = app.super_admin();
    let bare = app.raw("POST", &activate).key(&admin.key);
    for sent in [
        send(app, "/api/v1/users", &other, "once"),
        send(app, "/api/v1/products", &elsewhere, "once"),
        bare.header("Idempotency-Key", "once"),
    ] {
        let refused = sent.send().await;
        assert_eq!(refused.status, 422);
        assert_eq!(refused.json()["code"], "IDEMPOTENCY_KEY_REUSED");
    }
    assert_eq!(app.position().await, position);
    let again = send(app, "/api/v1/users", &body, "once").send().await;
    assert_eq!(kept(&again), kept(&first), "the first answer stays");
}

async fn a_key_belongs_to_one_caller(app: &mut TestApp) {
    let admin = app.super_admin();
    let new = NewUser {
        role: Some(client::UserRole::SuperAdmin),
        ..NewUser::new("second@example.com", "Second")
    };
    let second = admin.create_user(&new, &plain()).await.unwrap().body;
    let second = app.with_key(second.id).await;
    let with = Options::with_key("shared");
    let one = NewUser::new("one@example.com", "One");
    let two = NewUser::new("two@example.com", "Two");
    assert_eq!(admin.create_user(&one, &with).await.unwrap().status, 201);
    assert_eq!(second.create_user(&two, &with).await.unwrap().status, 201);
}

async fn a_key_is_free_again_after_a_day(app: &mut TestApp) {
    let admin = app.super_admin();
    let with = Options::with_key("daily");
    let one = NewUser::new("one@example.com", "One");
    let two = NewUser::new("two@example.com", "Two");
    let first = admin.create_user(&one, &with).await.unwrap().body;
    app.clock()
        .advance(Duration::hours(24) - Duration::seconds(1));
    let again = admin.create_user(&one, &with).await.unwrap().body;
    assert_eq!(again, first);
    let reused = admin.create_user(&two, &with).await.unwrap_err();
    assert_eq!(reused.code(), Some(ProblemCode::IdempotencyKeyReused));
    app.clock().advance(Duration::seconds(1));
    let other = admin.create_user(&two, &with).await.unwrap().body;
    assert_ne!(other.id, first.id);
    let again = admin.create_user(&two, &with).await.unwrap().body;
    assert_eq!(again, other, "the key is taken by the new request");
}

async fn a_refused_request_does_not_take_the_key(app: &mut TestApp) {
    let admin = app.super_admin();
    let taken = app.user("ada").await;
    let with = Options::with_key("retry");
    let twin = NewUser::new(taken.email.clone(), "Twin");
    let refused = admin.create_user(&twin, &with).await.unwrap_err();
    assert_eq!(refused.code(), Some(ProblemCode::DuplicateEmail));
    admin.delete_user(taken.id, &plain()).await.unwrap();
    assert_eq!(admin.create_user(&twin, &with).await.unwrap().status, 201);
}

async fn a_batch_is_answered_again_too(app: &mut TestApp) {
    let full = variant(app, Some(1)).await;
    let mut items = Vec::new();
    for name in ["ada", "bob"] {
        let user = app.user(name).await;
        items.push(json!({"userId": user.id, "productVariantId": full.id}));
    }
    let body = json!({"mode": "PARTIAL", "items": items});
    let path = "/api/v1/assignments/batch";
    let first = send(app, path, &body, "batch").send().await;
    assert_eq!(first.json()["created"], 1);
    assert_eq!(first.json()["refused"], 1);
    let second = send(app, path, &body, "batch").send().await;
    assert_eq!(kept(&second), kept(&first));
}
