//! Sessions: their tokens, how they go on, and how they end.

use crate::{
    given::{code, plain},
    harness::cases,
    tokens::{encoded, issued, key_set, keyed_with, message, signed_by, split},
};
use chrono::Duration;
use client::{
    Error, Event, ListEventsParams, ListUsersParams, PasswordChange, ProblemCode, Reply, TokenPair,
    User,
};
use domain::user::Role;
use ed25519_dalek::SigningKey;
use serde_json::{Value, json};
use testkit::{
    TestApp,
    app::{PASSWORD, Person, SignedIn},
};
use uuid::Uuid;

cases![
    a_token_that_was_not_issued_so_is_refused,
    a_token_that_is_not_for_here_is_refused,
    a_token_expires,
    sessions_are_listed_and_ended,
    nobody_ends_the_session_of_another,
    a_key_has_no_session_of_its_own,
    a_changed_password_ends_the_other_sessions,
    one_session_too_many_ends_the_first,
    who_is_locked_out_is_refused_at_once_and_for_good,
    a_suspended_organization_is_refused_at_once,
    a_refresh_that_was_refused_while_suspended_is_no_theft,
    a_refresh_token_is_exchanged_for_the_next,
    a_token_that_comes_again_soon_gives_the_same_successor,
    a_token_that_comes_again_late_ends_the_family,
    a_session_that_is_not_used_ends,
    a_session_ends_however_much_it_is_used,
    other_texts_are_no_refresh_tokens,
];

const REFUSED: ProblemCode = ProblemCode::Unauthenticated;
const INVALID: ProblemCode = ProblemCode::InvalidCredentials;

/// A member of the platform realm.
async fn member(app: &TestApp, name: &str) -> Person {
    app.person(name, Role::Member, None, None).await
}

async fn me(caller: &SignedIn) -> Result<Reply<Option<User>>, Error> {
    caller.get_current_user(&plain()).await
}

async fn lets_in(app: &TestApp, token: &str) -> bool {
    let answer = app.bearer(token).get_current_user(&plain()).await;
    match answer {
        Ok(_) => true,
        Err(fault) => {
            assert_eq!(fault.code(), Some(REFUSED), "{token}");
            false
        }
    }
}

async fn next(app: &TestApp, caller: &SignedIn) -> SignedIn {
    let pair = app.refresh(&caller.tokens.refresh_token).await.unwrap();
    app.signed_in(pair.body)
}

async fn no_next(app: &TestApp, caller: &SignedIn) -> ProblemCode {
    code(app.refresh(&caller.tokens.refresh_token).await)
}

/// Why sessions ended, by the log of a realm.
async fn ends(app: &TestApp, organization: Option<Uuid>) -> Vec<String> {
    let events = ended(app, organization).await;
    let reasons = events.iter().map(|event| event.data["reason"].as_str());
    reasons.map(|reason| reason.unwrap().to_owned()).collect()
}

async fn ended(app: &TestApp, organization_id: Option<Uuid>) -> Vec<Event> {
    let params = ListEventsParams {
        types: vec!["session.ended".to_owned()],
        limit: Some(1000),
        organization_id,
        ..ListEventsParams::default()
    };
    let feed = app.super_admin().list_events(&params, &plain()).await;
    feed.unwrap().body.content
}

async fn a_token_that_was_not_issued_so_is_refused(app: &mut TestApp) {
    let ada = app.sign_in(&member(app, "ada").await.login()).await;
    let token = ada.tokens.access_token.clone();
    let [head, claims, signature] = split(&token);
    let (header, said) = (crate::tokens::header(&token), crate::tokens::claims(&token));
    let key = key_set(app).await.remove(0);
    let own = SigningKey::from_bytes(&[7; 32]);
    let x = encoded(own.verifying_key().as_bytes());
    let jwk = json!({"kty": "OKP", "crv": "Ed25519", "x": x, "alg": "EdDSA", "use": "sig"});
    let with = |name: &str, value: Value| {
        let mut header = header.clone();
        header[name] = value;
        header
    };
    let risen = |name: &str, value: Value| {
        let mut said = said.clone();
        said[name] = value;
        encoded(said.to_string())
    };
    let hmac = with("alg", json!("HS256"));
    let none = message(&with("alg", json!("none")), &said);
    let public = crate::tokens::decoded(&key.x);
    let mut forged = vec![
        format!("{none}."),
        none.clone(),
        format!("{none}.{signature}"),
        format!("{}.", message(&json!({"alg": "none"}), &said)),
        format!("{head}.{claims}."),
        format!("{head}.{claims}"),
        keyed_with(&public, &hmac, &said),
        keyed_with(key.x.as_bytes(), &hmac, &said),
        keyed_with(b"", &hmac, &said),
        signed_by(&own, &header, &said),
        signed_by(&own, &with("kid", json!("another")), &said),
        signed_by(&own, &json!({"alg": "EdDSA", "typ": "JWT"}), &said),
        signed_by(
            &own,
            &with("jku", json!("http://127.0.0.1:9/jwks.json")),
            &said,
        ),
        signed_by(
            &own,
            &with("x5u", json!("http://127.0.0.1:9/x5u.pem")),
            &said,
        ),
        signed_by(&own, &with("jwk", jwk), &said),
        format!(
            "{}.{claims}.{signature}",
            encoded(with("typ", json!("at+jwt")).to_string())
        ),
        format!("{token}."),
        format!("{token}A"),
        format!(".{token}"),
        ada.tokens.refresh_token.clone(),
    ];
    for (name, value) in [
        ("role", json!("SUPER_ADMIN")),
        ("user_id", json!(app.super_admin().id)),
        ("sub", json!(app.super_admin().id)),
        ("organization_id", json!(app.new_id())),
        ("exp", json!(4_102_444_800_i64)),
        ("aud", json!("elsewhere")),
        ("epoch", json!(1)),
    ] {
        forged.push(format!("{head}.{}.{signature}", risen(name, value)));
    }
    let mut changed = crate::tokens::decoded(signature);
    changed[10] ^= 1;
    forged.push(format!("{head}.{claims}.{}", encoded(changed)));
    for token in &forged {
        assert!(!lets_in(app, token).await, "{token}");
    }
    assert!(lets_in(app, &token).await);
}

async fn a_token_that_is_not_for_here_is_refused(app: &mut TestApp) {
    let ada = app.sign_in(&member(app, "ada").await.login()).await;
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
        let what = crate::tokens::claims(&wrong);
        assert!(!lets_in(app, &wrong).await, "{what}");
    }
    // What a token says of the role is for its reader; the server looks at the user.
    let risen = issued(app, token, |claims| claims.role = "SUPER_ADMIN".to_owned());
    let risen = app.bearer(&risen);
    let refused = risen
        .list_users(&ListUsersParams::default(), &plain())
        .await;
    assert_eq!(code(refused), ProblemCode::Forbidden);
}

async fn a_token_expires(app: &mut TestApp) {
    let ada = app.sign_in(&member(app, "ada").await.login()).await;
    app.clock().advance(Duration::seconds(604));
    me(&ada).await.unwrap();
    app.clock().advance(Duration::seconds(1));
    assert_eq!(
        code(me(&ada).await),
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
    me(&next(app, &ada).await).await.unwrap();
}

async fn sessions_are_listed_and_ended(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let began = app.clock().time();
    let body = serde_json::to_value(ada.login()).unwrap();
    let sent = app.raw("POST", "/api/v1/auth/login").json(&body);
    let first = sent.header("User-Agent", "Tower 7").send().await.json();
    let first = app.signed_in(serde_json::from_value::<TokenPair>(first).unwrap());
    app.clock().advance(Duration::minutes(1));
    let second = app.sign_in(&ada.login()).await;
    let third = app.sign_in(&ada.login()).await;
    app.clock().advance(Duration::minutes(1));
    let first = next(app, &first).await;

    let listed = second.list_sessions(&plain()).await.unwrap().body.content;
    assert_eq!(listed.len(), 3);
    assert_eq!(listed.iter().filter(|session| session.current).count(), 1);
    assert!(
        listed[0].created_at >= listed[1].created_at,
        "the newest first"
    );
    let old = &listed[2];
    assert_eq!(
        (old.created_at, old.last_used_at),
        (began, app.clock().time())
    );
    assert_eq!(old.expires_at, app.clock().time() + Duration::days(14));
    assert_eq!(old.user_agent.as_deref(), Some("Tower 7"));
    assert_eq!(old.ip_address.as_deref(), Some("127.0.0.1"));

    second.end_session(old.id, &plain()).await.unwrap();
    assert_eq!(code(me(&first).await), REFUSED, "at once");
    assert_eq!(no_next(app, &first).await, INVALID);
    me(&second).await.unwrap();
    let again = second.end_session(old.id, &plain()).await;
    assert_eq!(code(again), ProblemCode::NotFound);

    second.logout(&plain()).await.unwrap();
    assert_eq!(code(me(&second).await), REFUSED);
    assert_eq!(no_next(app, &second).await, INVALID);
    me(&third).await.unwrap();
    let fourth = app.sign_in(&ada.login()).await;
    third.end_sessions(&plain()).await.unwrap();
    for caller in [&third, &fourth] {
        assert_eq!(code(me(caller).await), REFUSED);
        assert_eq!(no_next(app, caller).await, INVALID);
    }
    assert_eq!(ends(app, None).await, ["SIGNED_OUT"; 4]);
    let after = app.sign_in(&ada.login()).await;
    assert_eq!(
        after
            .list_sessions(&plain())
            .await
            .unwrap()
            .body
            .content
            .len(),
        1
    );
}

async fn nobody_ends_the_session_of_another(app: &mut TestApp) {
    let ada = app.sign_in(&member(app, "ada").await.login()).await;
    let bob = app.sign_in(&member(app, "bob").await.login()).await;
    let listed = ada.list_sessions(&plain()).await.unwrap().body.content;
    let [session] = listed.as_slice() else {
        panic!("{listed:?}");
    };
    // An admin sees everybody (D4), and may still end its own sessions only.
    for (other, due) in [
        (&bob.client, ProblemCode::NotFound),
        (&app.super_admin().client, ProblemCode::Forbidden),
    ] {
        let refused = other.end_session(session.id, &plain()).await;
        assert_eq!(code(refused), due);
        other.end_sessions(&plain()).await.unwrap();
    }
    me(&ada).await.unwrap();
    assert_eq!(code(me(&bob).await), REFUSED);
}

async fn a_key_has_no_session_of_its_own(app: &mut TestApp) {
    let person = member(app, "ada").await;
    let (key, ada) = (
        app.with_key(person.id).await,
        app.sign_in(&person.login()).await,
    );
    let listed = key.list_sessions(&plain()).await.unwrap().body.content;
    assert_eq!((listed.len(), listed[0].current), (1, false));
    assert_eq!(key.logout(&plain()).await.unwrap().status, 204);
    me(&ada).await.unwrap();
    key.end_session(listed[0].id, &plain()).await.unwrap();
    assert_eq!(code(me(&ada).await), REFUSED);
    assert_eq!(key.get_current_user(&plain()).await.unwrap().status, 200);
}

async fn a_changed_password_ends_the_other_sessions(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let (one, two) = (
        app.sign_in(&ada.login()).await,
        app.sign_in(&ada.login()).await,
    );
    let change = |from: &str, to: &str| PasswordChange {
        current_password: from.to_owned(),
        new_password: to.to_owned(),
    };
    let other = "heron 55 gravel lamp";
    let wrong = two.change_password(&change("heron", other), &plain()).await;
    assert_eq!(code(wrong), INVALID);
    me(&one).await.unwrap();
    two.change_password(&change(PASSWORD, other), &plain())
        .await
        .unwrap();
    assert_eq!(code(me(&one).await), REFUSED);
    assert_eq!(no_next(app, &one).await, INVALID);
    me(&two).await.unwrap();
    let two = next(app, &two).await;
    assert_eq!(ends(app, None).await, ["PASSWORD_CHANGED"]);
    assert_eq!(code(app.login(&ada.login()).await), INVALID);

    app.clock().advance(Duration::seconds(1));
    let key = app.with_key(ada.id).await;
    key.change_password(&change(other, PASSWORD), &plain())
        .await
        .unwrap();
    assert_eq!(
        code(me(&two).await),
        REFUSED,
        "a key has no session that goes on"
    );
    app.sign_in(&ada.login()).await;
}

async fn one_session_too_many_ends_the_first(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let mut callers = Vec::new();
    for _ in 0..domain::session::MOST {
        callers.push(app.sign_in(&ada.login()).await);
        app.clock().advance(Duration::seconds(1));
    }
    me(&callers[0]).await.unwrap();
    callers.push(app.sign_in(&ada.login()).await);
    assert_eq!(code(me(&callers[0]).await), REFUSED);
    me(&callers[1]).await.unwrap();
    assert_eq!(ends(app, None).await, ["TOO_MANY"]);
}

async fn who_is_locked_out_is_refused_at_once_and_for_good(app: &mut TestApp) {
    let admin = app.super_admin();
    let (ada, bob) = (member(app, "ada").await, member(app, "bob").await);
    let (one, two) = (
        app.sign_in(&ada.login()).await,
        app.sign_in(&bob.login()).await,
    );
    for caller in [&one, &two] {
        me(caller).await.unwrap();
    }
    admin.deactivate_user(ada.id, &plain()).await.unwrap();
    admin.delete_user(bob.id, &plain()).await.unwrap();
    for caller in [&one, &two] {
        assert_eq!(code(me(caller).await), REFUSED, "at once");
        assert_eq!(no_next(app, caller).await, INVALID);
    }
    assert_eq!(ends(app, None).await, ["USER_LOCKED_OUT"; 2]);
    admin.activate_user(ada.id, &plain()).await.unwrap();
    assert_eq!(code(me(&one).await), REFUSED, "nothing comes back");
    assert_eq!(no_next(app, &one).await, INVALID);
    let forged = issued(app, &one.tokens.access_token, |_| {});
    assert!(!lets_in(app, &forged).await);
    me(&app.sign_in(&ada.login()).await).await.unwrap();
}

async fn a_suspended_organization_is_refused_at_once(app: &mut TestApp) {
    let admin = app.super_admin();
    let volt = app.organization("volt").await.id;
    let amp = app.organization("amp").await.id;
    let person = async |name, home| app.person(name, Role::Partner, Some(home), None).await;
    let (ada, bob) = (
        person("ada", (volt, "volt")).await,
        person("bob", (amp, "amp")).await,
    );
    let (one, two) = (
        app.sign_in(&ada.login()).await,
        app.sign_in(&bob.login()).await,
    );
    for caller in [&one, &two] {
        me(caller).await.unwrap();
    }
    admin.suspend_organization(volt, &plain()).await.unwrap();
    assert_eq!(code(me(&one).await), REFUSED);
    me(&two).await.unwrap();
    admin.activate_organization(volt, &plain()).await.unwrap();
    assert_eq!(
        code(me(&one).await),
        REFUSED,
        "an old token does not come back"
    );
    let later = next(app, &one).await;
    me(&later).await.unwrap();
    admin.delete_organization(volt, &plain()).await.unwrap();
    assert_eq!(code(me(&later).await), REFUSED);
    assert_eq!(no_next(app, &later).await, INVALID);
    assert_eq!(code(app.login(&ada.login()).await), INVALID);
    me(&two).await.unwrap();
}

async fn a_refresh_that_was_refused_while_suspended_is_no_theft(app: &mut TestApp) {
    let admin = app.super_admin();
    let volt = app.organization("volt").await.id;
    let ada = app
        .person("ada", Role::Partner, Some((volt, "volt")), None)
        .await;
    let caller = app.sign_in(&ada.login()).await;
    admin.suspend_organization(volt, &plain()).await.unwrap();
    assert_eq!(no_next(app, &caller).await, INVALID);
    app.clock().advance(Duration::minutes(1));
    admin.activate_organization(volt, &plain()).await.unwrap();
    // Nobody has got a successor, so nobody uses the token a second time.
    me(&next(app, &caller).await).await.unwrap();
    assert_eq!(ends(app, Some(volt)).await, [""; 0]);
}

async fn a_refresh_token_is_exchanged_for_the_next(app: &mut TestApp) {
    let ada = app.sign_in(&member(app, "ada").await.login()).await;
    let mut tokens = vec![ada.tokens.clone()];
    for _ in 0..5 {
        app.clock().advance(Duration::minutes(9));
        let last = &tokens[tokens.len() - 1];
        let reply = app.refresh(&last.refresh_token).await.unwrap();
        me(&app.signed_in(reply.body.clone())).await.unwrap();
        tokens.push(reply.body);
    }
    let secrets = tokens.iter().map(|pair| pair.refresh_token.as_str());
    let distinct: std::collections::BTreeSet<_> = secrets.collect();
    assert_eq!(distinct.len(), 6);
    let sessions = tokens
        .iter()
        .map(|pair| crate::tokens::claims(&pair.access_token)["sid"].to_string());
    let families: std::collections::BTreeSet<_> = sessions.collect();
    assert_eq!(families.len(), 1, "one family");
    let last = app.signed_in(tokens.remove(5));
    let listed = last.list_sessions(&plain()).await.unwrap().body.content;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].last_used_at, app.clock().time());
    assert_eq!(ends(app, None).await, [""; 0]);
}

async fn a_token_that_comes_again_soon_gives_the_same_successor(app: &mut TestApp) {
    let ada = app.sign_in(&member(app, "ada").await.login()).await;
    let first = next(app, &ada).await;
    app.clock().advance(Duration::seconds(10));
    let second = next(app, &ada).await;
    assert_eq!(first.tokens.refresh_token, second.tokens.refresh_token);
    for caller in [&first, &second] {
        me(caller).await.unwrap();
    }
    let third = next(app, &second).await;
    assert_ne!(third.tokens.refresh_token, second.tokens.refresh_token);
    let fourth = next(app, &first).await;
    assert_eq!(
        fourth.tokens.refresh_token, third.tokens.refresh_token,
        "no fork"
    );
    assert_eq!(ends(app, None).await, [""; 0]);
}

async fn a_token_that_comes_again_late_ends_the_family(app: &mut TestApp) {
    let volt = app.organization("volt").await.id;
    let ada = app
        .person("ada", Role::Member, Some((volt, "volt")), None)
        .await;
    let (stolen, other) = (
        app.sign_in(&ada.login()).await,
        app.sign_in(&ada.login()).await,
    );
    let fresh = next(app, &stolen).await;
    app.clock().advance(Duration::milliseconds(10_001));
    let tries = (0..20).map(|_| app.refresh(&stolen.tokens.refresh_token));
    for answer in futures_util::future::join_all(tries).await {
        assert_eq!(code(answer), INVALID);
    }
    assert_eq!(code(me(&fresh).await), REFUSED, "whoever has which token");
    assert_eq!(no_next(app, &fresh).await, INVALID);
    me(&other).await.unwrap();
    next(app, &other).await;
    let events = ended(app, Some(volt)).await;
    let [event] = events.as_slice() else {
        panic!("{events:?}");
    };
    let session = &crate::tokens::claims(&stolen.tokens.access_token)["sid"];
    assert_eq!(event.data["reason"], "TOKEN_REUSED");
    assert_eq!(session, &json!(event.resource.id));
}

async fn a_session_that_is_not_used_ends(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let (one, two) = (
        app.sign_in(&ada.login()).await,
        app.sign_in(&ada.login()).await,
    );
    app.clock()
        .advance(Duration::days(14) - Duration::microseconds(1));
    let one = next(app, &one).await;
    app.clock().advance(Duration::microseconds(1));
    assert_eq!(no_next(app, &two).await, ProblemCode::TokenExpired);
    let listed = one.list_sessions(&plain()).await.unwrap().body.content;
    assert_eq!(listed.len(), 1);
    app.clock()
        .advance(Duration::days(14) - Duration::microseconds(2));
    next(app, &one).await;
}

async fn a_session_ends_however_much_it_is_used(app: &mut TestApp) {
    let mut ada = app.sign_in(&member(app, "ada").await.login()).await;
    for _ in 0..8 {
        app.clock().advance(Duration::days(11));
        app.auth().signing().look().await.unwrap();
        ada = next(app, &ada).await;
    }
    let left = Duration::days(2).num_seconds();
    assert_eq!(
        i64::from(ada.tokens.refresh_expires_in),
        left,
        "no longer than the session"
    );
    let listed = ada.list_sessions(&plain()).await.unwrap().body.content;
    assert_eq!(listed[0].expires_at, app.clock().time() + Duration::days(2));
    app.clock()
        .advance(Duration::days(2) - Duration::seconds(1));
    ada = next(app, &ada).await;
    app.clock().advance(Duration::seconds(1));
    assert_eq!(code(me(&ada).await), REFUSED, "with it its access tokens");
    let end = no_next(app, &ada).await;
    assert!(matches!(
        end,
        ProblemCode::TokenExpired | ProblemCode::InvalidCredentials
    ));
}

async fn other_texts_are_no_refresh_tokens(app: &mut TestApp) {
    let ada = app.sign_in(&member(app, "ada").await.login()).await;
    let token = &ada.tokens.refresh_token;
    for text in [
        "x",
        &token[..token.len() - 1],
        &format!("{token}A"),
        &format!(" {token}"),
        &token.to_uppercase(),
        &format!("qmr_{}", "A".repeat(43)),
        &ada.tokens.access_token[..500],
    ] {
        assert_eq!(code(app.refresh(text).await), INVALID, "{text}");
    }
    next(app, &ada).await;
}
