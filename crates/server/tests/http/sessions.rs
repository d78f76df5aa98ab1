//! Sessions: their tokens, their refresh, and their end.

use crate::{
    given::{code, plain},
    harness::cases,
    tokens::issued,
};
use chrono::Duration;
use client::{Error, Event, ListEventsParams, PasswordChange, ProblemCode, Reply, TokenPair, User};
use domain::user::Role;
use testkit::{
    TestApp,
    app::{PASSWORD, Person, SignedIn},
};
use uuid::Uuid;

cases![
    sessions_are_listed_and_ended,
    nobody_ends_the_session_of_another,
    a_key_has_no_session_of_its_own,
    a_changed_password_ends_the_other_sessions,
    one_session_too_many_ends_the_first,
    a_locked_out_user_is_refused_at_once_and_for_good,
    a_suspended_organization_is_refused_at_once,
];

pub const REFUSED: ProblemCode = ProblemCode::Unauthenticated;
pub const INVALID: ProblemCode = ProblemCode::InvalidCredentials;

/// A member of the platform realm.
pub async fn member(app: &TestApp, name: &str) -> Person {
    app.person(name, Role::Member, None, None).await
}

pub async fn me(caller: &SignedIn) -> Result<Reply<Option<User>>, Error> {
    caller.get_current_user(&plain()).await
}

pub async fn next(app: &TestApp, caller: &SignedIn) -> SignedIn {
    let pair = app.refresh(&caller.tokens.refresh_token).await.unwrap();
    app.signed_in(pair.body)
}

pub async fn no_next(app: &TestApp, caller: &SignedIn) -> ProblemCode {
    code(app.refresh(&caller.tokens.refresh_token).await)
}

/// The reasons for which sessions ended, from the log of a realm.
pub async fn ends(app: &TestApp, organization: Option<Uuid>) -> Vec<String> {
    let events = ended(app, organization).await;
    let reasons = events.iter().map(|event| event.data["reason"].as_str());
    reasons.map(|reason| reason.unwrap().to_owned()).collect()
}

pub async fn ended(app: &TestApp, organization_id: Option<Uuid>) -> Vec<Event> {
    let params = ListEventsParams {
        types: vec!["session.ended".to_owned()],
        limit: Some(1000),
        organization_id,
        ..ListEventsParams::default()
    };
    let feed = app.super_admin().list_events(&params, &plain()).await;
    feed.unwrap().body.content
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
    // A super admin sees everything (D4), but may end only its own sessions.
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
    app.clock().advance(Duration::seconds(1));
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

async fn a_locked_out_user_is_refused_at_once_and_for_good(app: &mut TestApp) {
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
    let forged = app.bearer(&issued(app, &one.tokens.access_token, |_| {}));
    assert_eq!(code(forged.get_current_user(&plain()).await), REFUSED);
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
