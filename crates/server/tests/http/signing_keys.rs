//! The keys that sign access tokens are published before they sign, and as long as their tokens live.

use crate::{
    given::{code, plain},
    harness::cases,
    tokens::{header, is_signed, key_names, key_set},
};
use chrono::Duration;
use client::ProblemCode;
use domain::user::Role;
use testkit::{TestApp, app::SignedIn};

cases![
    the_key_set_shows_public_keys_only,
    keys_change_by_the_clock,
    a_requested_rotation_waits_until_the_key_is_published,
    a_restart_keeps_the_keys,
];

async fn reload_keys(app: &TestApp) {
    app.auth().signing().look().await.unwrap();
}

async fn caller(app: &TestApp, name: &str) -> SignedIn {
    let person = app.person(name, Role::Member, None, None).await;
    app.sign_in(&person.login()).await
}

/// The name of the key that signed the caller's token.
fn signer(caller: &SignedIn) -> String {
    let kid = header(&caller.tokens.access_token)["kid"].clone();
    kid.as_str().unwrap().to_owned()
}

async fn the_key_set_shows_public_keys_only(app: &mut TestApp) {
    let reply = app.raw("GET", "/.well-known/jwks.json").send().await;
    assert_eq!(reply.status, 200);
    let body = reply.json();
    assert_eq!(body["keys"].as_array().unwrap().len(), 1);
    let key = body["keys"][0].as_object().unwrap();
    let names: Vec<_> = key.keys().map(String::as_str).collect();
    assert_eq!(names, ["alg", "crv", "kid", "kty", "use", "x"]);
    for (name, due) in [
        ("alg", "EdDSA"),
        ("crv", "Ed25519"),
        ("kty", "OKP"),
        ("use", "sig"),
    ] {
        assert_eq!(key[name], due);
    }
}

async fn keys_change_by_the_clock(app: &mut TestApp) {
    let first = key_names(app).await.remove(0);
    let day = Duration::days(1);
    app.clock().advance(day * 29 - Duration::seconds(1));
    reload_keys(app).await;
    assert_eq!(key_names(app).await, [first.as_str()]);
    app.clock().advance(Duration::seconds(1));
    reload_keys(app).await;
    let [_, second] = key_names(app).await.try_into().unwrap();
    app.clock().advance(day - Duration::seconds(1));
    let old = caller(app, "ada").await;
    assert_eq!(signer(&old), first, "published, but it does not sign yet");

    // The cached keys include the time of their change.
    app.clock().advance(Duration::seconds(1));
    let new = caller(app, "bob").await;
    assert_eq!(signer(&new), second);
    reload_keys(app).await;
    assert_eq!(key_names(app).await, [first.as_str(), second.as_str()]);
    for caller in [&old, &new] {
        assert!(is_signed(&caller.tokens.access_token, &key_set(app).await));
        caller.get_current_user(&plain()).await.unwrap();
    }
    app.clock().advance(Duration::seconds(603));
    reload_keys(app).await;
    old.get_current_user(&plain()).await.unwrap();
    // An organization may set a token lifetime of an hour, so the key stays that long.
    app.clock().advance(Duration::seconds(3600 - 603 + 4));
    reload_keys(app).await;
    assert_eq!(key_names(app).await.len(), 2);
    let expired = old.get_current_user(&plain()).await;
    assert_eq!(code(expired), ProblemCode::TokenExpired);
    app.clock().advance(Duration::seconds(1));
    reload_keys(app).await;
    assert_eq!(key_names(app).await, [second.as_str()]);
    let unknown = old.get_current_user(&plain()).await;
    assert_eq!(code(unknown), ProblemCode::Unauthenticated);
}

async fn a_requested_rotation_waits_until_the_key_is_published(app: &mut TestApp) {
    let first = key_names(app).await.remove(0);
    app.clock().advance(Duration::days(2));
    for _ in 0..3 {
        app.auth().signing().rotate().await.unwrap();
    }
    let [_, second] = key_names(app).await.try_into().unwrap();
    assert_eq!(signer(&caller(app, "ada").await), first);
    app.clock().advance(Duration::days(1));
    reload_keys(app).await;
    assert_eq!(signer(&caller(app, "bob").await), second);
}

async fn a_restart_keeps_the_keys(app: &mut TestApp) {
    let keys = key_names(app).await;
    let ada = caller(app, "ada").await;
    app.restart().await;
    assert_eq!(key_names(app).await, keys);
    let bearer = app.bearer(&ada.tokens.access_token);
    bearer.get_current_user(&plain()).await.unwrap();
}
