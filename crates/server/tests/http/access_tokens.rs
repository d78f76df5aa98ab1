//! Access tokens: their claims, and which are refused.

use crate::{
    given::{code, plain},
    harness::cases,
    tokens::{self, encoded, is_signed, issued, key_set, keyed_with, message, signed_by, split},
};
use chrono::Duration;
use client::{ListUsersParams, ProblemCode};
use domain::user::Role;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use testkit::{
    TestApp,
    app::{Person, SignedIn},
};
use uuid::Uuid;

cases![
    a_token_carries_the_claims_of_its_user on Sqlite,
    a_forged_token_is_refused on Sqlite,
    a_signed_token_with_wrong_claims_is_refused on Sqlite,
    a_token_expires on Sqlite,
];

async fn member(app: &TestApp, name: &str) -> SignedIn {
    let person = app.person(name, Role::Member, None, None).await;
    app.sign_in(&person.login()).await
}

async fn lets_in(app: &TestApp, token: &str) -> bool {
    let answer = app.bearer(token).get_current_user(&plain()).await;
    match answer {
        Ok(_) => true,
        Err(fault) => {
            assert_eq!(fault.code(), Some(ProblemCode::Unauthenticated), "{token}");
            false
        }
    }
}

async fn a_token_carries_the_claims_of_its_user(app: &mut TestApp) {
    let organization = app.organization("volt").await.id;
    let station = app.station(organization, "one").await.id;
    let home = Some((organization, "volt"));
    let (home_id, station_id) = (Some(organization), Some(station));
    for (role, home, ties) in [
        (Role::SuperAdmin, None, (None, None)),
        (Role::Partner, home, (home_id, None)),
        (Role::Operator, home, (home_id, station_id)),
        (Role::Member, home, (home_id, None)),
    ] {
        let name = format!("caller-{}", role.as_str().to_lowercase());
        let person = app.person(&name, role, home, ties.1).await;
        let caller = app.sign_in(&person.login()).await;
        let pair = &caller.tokens;
        assert_eq!(
            (pair.expires_in, pair.refresh_expires_in),
            (600, 14 * 86_400)
        );
        assert!(!pair.password_change_required);
        let keys = key_set(app).await;
        let token = &pair.access_token;
        let due = json!({"alg": "EdDSA", "typ": "JWT", "kid": keys[0].kid});
        assert_eq!(tokens::header(token), due);
        assert!(is_signed(token, &keys), "the key set verifies it");
        check_claims(app, token, &person, role, ties);
        let me = caller.get_current_user(&plain()).await.unwrap();
        assert_eq!(me.body.unwrap().id, person.id);
    }
}

type Ties = (Option<Uuid>, Option<Uuid>);

fn check_claims(app: &TestApp, token: &str, person: &Person, role: Role, (home, station): Ties) {
    let mut claims = tokens::claims(token);
    let claims = claims.as_object_mut().unwrap();
    let now = app.clock().time().timestamp();
    for (name, due) in [
        ("iss", json!(app.auth().terms().public_url)),
        ("aud", json!("quartermaster")),
        ("sub", json!(person.id)),
        ("iat", json!(now)),
        ("exp", json!(now + 600)),
        ("user_id", json!(person.id)),
        ("role", json!(role.as_str())),
        ("organization_id", json!(home)),
        ("station_id", json!(station)),
        ("user_status", json!("ACTIVE")),
    ] {
        assert_eq!(claims.remove(name), Some(due), "{name}");
    }
    for name in ["jti", "sid"] {
        let id = claims.remove(name).unwrap();
        let id: Result<Uuid, _> = id.as_str().unwrap().parse();
        assert!(id.is_ok(), "{name}");
    }
    claims.remove("epoch").unwrap().as_i64().unwrap();
    assert!(claims.is_empty(), "and nothing else: {claims:?}");
}

async fn a_forged_token_is_refused(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let token = &ada.tokens.access_token;
    let key = key_set(app).await.remove(0);
    let mut forged = unsigned(token);
    forged.extend(signed_otherwise(token, &key.x));
    forged.extend(changed(token, app.super_admin().id));
    forged.push(ada.tokens.refresh_token.clone());
    for token in &forged {
        assert!(!lets_in(app, token).await, "{token}");
    }
    assert!(lets_in(app, token).await);
}

/// The header of a token with one member added or changed.
fn header_with(token: &str, name: &str, value: Value) -> Value {
    let mut header = tokens::header(token);
    header[name] = value;
    header
}

/// Tokens with `alg` none, or without a signature.
fn unsigned(token: &str) -> Vec<String> {
    let [head, payload, signature] = split(token);
    let claims = tokens::claims(token);
    let none = message(&header_with(token, "alg", json!("none")), &claims);
    vec![
        format!("{none}."),
        none.clone(),
        format!("{none}.{signature}"),
        format!("{}.", message(&json!({"alg": "none"}), &claims)),
        format!("{head}.{payload}."),
        format!("{head}.{payload}"),
    ]
}

/// Tokens signed with the public key as an HMAC secret, and with a key from the token's own header.
fn signed_otherwise(token: &str, public: &str) -> Vec<String> {
    let (header, claims) = (tokens::header(token), tokens::claims(token));
    let hmac = header_with(token, "alg", json!("HS256"));
    let own = SigningKey::from_bytes(&[7; 32]);
    let x = encoded(own.verifying_key().as_bytes());
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "alg": "EdDSA", "use": "sig"});
    let keys = [
        tokens::decoded(public),
        public.as_bytes().to_vec(),
        Vec::new(),
    ];
    let mut forged: Vec<String> = keys
        .iter()
        .map(|secret| keyed_with(secret, &hmac, &claims))
        .collect();
    let headers = [
        header,
        json!({"alg": "EdDSA", "typ": "JWT"}),
        header_with(token, "kid", json!("another")),
        header_with(token, "jku", json!("http://127.0.0.1:9/jwks.json")),
        header_with(token, "x5u", json!("http://127.0.0.1:9/x5u.pem")),
        header_with(token, "jwk", jwk),
    ];
    forged.extend(
        headers
            .iter()
            .map(|header| signed_by(&own, header, &claims)),
    );
    forged
}

/// A valid token with one part changed.
fn changed(token: &str, admin: Uuid) -> Vec<String> {
    let [head, payload, signature] = split(token);
    let typed = header_with(token, "typ", json!("at+jwt")).to_string();
    let mut other = tokens::decoded(signature);
    other[10] ^= 1;
    let mut forged = vec![
        format!("{}.{payload}.{signature}", encoded(typed)),
        format!("{head}.{payload}.{}", encoded(other)),
        format!("{token}."),
        format!("{token}A"),
        format!(".{token}"),
    ];
    for (name, value) in [
        ("role", json!("SUPER_ADMIN")),
        ("user_id", json!(admin)),
        ("sub", json!(admin)),
        ("organization_id", json!(admin)),
        ("exp", json!(4_102_444_800_i64)),
        ("aud", json!("elsewhere")),
        ("epoch", json!(1)),
    ] {
        let mut claims = tokens::claims(token);
        claims[name] = value;
        let claims = encoded(claims.to_string());
        forged.push(format!("{head}.{claims}.{signature}"));
    }
    forged
}

async fn a_signed_token_with_wrong_claims_is_refused(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let token = &ada.tokens.access_token;
    assert!(lets_in(app, &issued(app, token, |_| {})).await);
    let now = app.clock().time().timestamp();
    let (stranger, none) = (app.new_id(), app.new_id());
    for wrong in [
        issued(app, token, |claims| claims.aud = "elsewhere".to_owned()),
        issued(app, token, |claims| {
            claims.iss = "http://elsewhere".to_owned()
        }),
        issued(app, token, |claims| claims.nbf = Some(now + 60)),
        issued(app, token, |claims| claims.epoch += 1),
        issued(app, token, |claims| claims.epoch -= 1),
        issued(app, token, |claims| claims.user_id = stranger),
        issued(app, token, |claims| claims.sid = none),
    ] {
        let what = tokens::claims(&wrong);
        assert!(!lets_in(app, &wrong).await, "{what}");
    }
    // The claim `role` is informational; the server reads the role of the user.
    let risen = issued(app, token, |claims| claims.role = "SUPER_ADMIN".to_owned());
    let risen = app.bearer(&risen);
    let refused = risen
        .list_users(&ListUsersParams::default(), &plain())
        .await;
    assert_eq!(code(refused), ProblemCode::Forbidden);
}

async fn a_token_expires(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    app.clock().advance(Duration::seconds(604));
    ada.get_current_user(&plain()).await.unwrap();
    app.clock().advance(Duration::seconds(1));
    assert_eq!(
        code(ada.get_current_user(&plain()).await),
        ProblemCode::TokenExpired,
        "10 min and the leeway"
    );
    let reply = app.raw("GET", "/api/v1/users/me");
    let reply = reply.key(&ada.tokens.access_token).send().await;
    assert_eq!(reply.status, 401);
    assert!(
        reply
            .header("www-authenticate")
            .unwrap()
            .starts_with("Bearer")
    );
    app.refresh(&ada.tokens.refresh_token).await.unwrap();
}
