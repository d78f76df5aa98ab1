//! Refresh tokens: each is used once, and reuse ends the session.

use crate::{
    given::{code, plain},
    harness::cases,
    sessions::{INVALID, REFUSED, ended, ends, me, member, next, no_next},
    tokens::claims,
};
use chrono::Duration;
use client::ProblemCode;
use domain::user::Role;
use serde_json::json;
use testkit::TestApp;

cases![
    a_refresh_refused_while_suspended_is_not_reuse,
    a_refresh_token_is_exchanged_for_the_next,
    a_token_repeated_soon_gives_the_same_successor,
    a_token_repeated_late_ends_the_family,
    a_session_that_is_not_used_ends,
    a_session_ends_however_much_it_is_used,
    invalid_refresh_tokens_are_refused,
];

async fn a_refresh_refused_while_suspended_is_not_reuse(app: &mut TestApp) {
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
    // The first exchange gave no successor, so this one is no reuse.
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
        .map(|pair| claims(&pair.access_token)["sid"].to_string());
    let families: std::collections::BTreeSet<_> = sessions.collect();
    assert_eq!(families.len(), 1, "one family");
    let last = app.signed_in(tokens.remove(5));
    let listed = last.list_sessions(&plain()).await.unwrap().body.content;
    assert_eq!(listed.len(), 1);
    assert_eq!(listed[0].last_used_at, app.clock().time());
    assert_eq!(ends(app, None).await, [""; 0]);
}

async fn a_token_repeated_soon_gives_the_same_successor(app: &mut TestApp) {
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

async fn a_token_repeated_late_ends_the_family(app: &mut TestApp) {
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
    let session = &claims(&stolen.tokens.access_token)["sid"];
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

async fn invalid_refresh_tokens_are_refused(app: &mut TestApp) {
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
