//! Signing in: answers, delays, and what they must not reveal.

use crate::{
    given::{code, plain},
    harness::cases,
};
use chrono::Duration;
use client::{LoginRequest, NewUser, ProblemCode};
use domain::user::Role;
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::{Value, json};
use testkit::{
    TestApp,
    app::{PASSWORD, Person, RawReply, RawRequest},
};

cases![
    every_failure_is_answered_alike,
    the_login_delay_grows_with_failures_and_ends_with_a_success,
    an_unknown_account_is_delayed_like_any_other,
    concurrent_failures_are_all_counted,
    another_spelling_does_not_evade_the_delay,
    failures_of_others_do_not_end_a_session,
    logins_beyond_the_queue_are_refused,
    a_database_failure_is_not_answered_as_a_wrong_password,
    logins_work_after_the_clock_is_set,
    a_login_that_is_not_answered_begins_no_session,
];

/// The number of sessions that have begun.
async fn begun(app: &TestApp) -> usize {
    let sql = "SELECT position FROM events WHERE event_type = 'session.started'";
    rows(app, sql).await.len()
}

async fn logins_work_after_the_clock_is_set(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let before = begun(app).await;
    // After the lifetime of every key, and then before that of every one.
    for (times, days) in [(1, 400), (2, -500)] {
        app.clock().advance(Duration::days(days));
        let signed_in = app.login(&ada.login()).await.unwrap().body;
        assert_eq!(begun(app).await, before + times);
        let again = app.refresh(&signed_in.refresh_token).await;
        assert_eq!(again.unwrap().status, 200, "{days} days");
    }
}

async fn a_login_that_is_not_answered_begins_no_session(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let before = begun(app).await;
    let kept = rows(app, "SELECT kid, sealed FROM signing_keys").await;
    rows(app, "UPDATE signing_keys SET sealed = 'zz'").await;
    app.clock().advance(Duration::days(400));
    assert_eq!(
        code(app.login(&ada.login()).await),
        ProblemCode::Unavailable
    );
    assert_eq!(begun(app).await, before);
    for row in kept {
        let (kid, sealed): (String, String) = (
            row.try_get("", "kid").unwrap(),
            row.try_get("", "sealed").unwrap(),
        );
        let sql = format!("UPDATE signing_keys SET sealed = '{sealed}' WHERE kid = '{kid}'");
        rows(app, &sql).await;
    }
    assert_eq!(app.login(&ada.login()).await.unwrap().status, 200);
}

async fn volt(app: &TestApp) -> uuid::Uuid {
    app.organization("volt").await.id
}

/// A member of the platform realm.
pub async fn member(app: &TestApp, name: &str) -> Person {
    app.person(name, Role::Member, None, None).await
}

pub async fn rows(app: &TestApp, sql: &str) -> Vec<QueryResult> {
    let database = sea_orm::Database::connect(app.database_url())
        .await
        .unwrap();
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.unwrap();
    database.close().await.unwrap();
    rows
}

/// The failures of each account since its last login.
async fn failures(app: &TestApp) -> Vec<i32> {
    let rows = rows(app, "SELECT failures FROM login_failures ORDER BY account").await;
    let counts = rows.iter().map(|row| row.try_get("", "failures"));
    counts.collect::<Result<_, _>>().unwrap()
}

pub async fn refused(app: &TestApp, request: &LoginRequest) {
    let answer = app.login(request).await;
    assert_eq!(code(answer), ProblemCode::InvalidCredentials, "{request:?}");
}

async fn posted(app: &TestApp, request: &LoginRequest) -> RawReply {
    let body = serde_json::to_value(request).unwrap();
    let sent = app.raw("POST", "/api/v1/auth/login").json(&body);
    sent.send().await
}

/// An answer without the parts that differ between any two.
fn comparable(reply: &RawReply) -> (u16, Vec<(String, String)>, Value) {
    let mut body = reply.json();
    body.as_object_mut().unwrap().remove("requestId");
    let mut headers = reply.headers.clone();
    // The remaining requests of a limit go down with every request for the same account.
    let differs = ["x-request-id", "date", "ratelimit"];
    headers.retain(|(name, _)| !differs.contains(&name.as_str()));
    (reply.status, headers, body)
}

async fn every_failure_is_answered_alike(app: &mut TestApp) {
    let (ours, admin) = (Some((volt(app).await, "volt")), app.super_admin());
    let theirs = app.organization("amp").await.id;
    let person = async |name, home| app.person(name, Role::Member, home, None).await;
    let ada = person("ada", ours).await;
    let locked = person("locked", ours).await;
    let (inactive, deleted) = (person("inactive", ours).await, person("gone", ours).await);
    let suspended = person("suspended", Some((theirs, "amp"))).await;
    let platform = person("platform", None).await;
    admin.deactivate_user(inactive.id, &plain()).await.unwrap();
    admin.delete_user(deleted.id, &plain()).await.unwrap();
    admin.suspend_organization(theirs, &plain()).await.unwrap();
    let pending = NewUser::new("pending@example.com", "Pending");
    admin.create_user(&pending, &plain()).await.unwrap();
    let active = app.user("activated").await;
    admin.activate_user(active.id, &plain()).await.unwrap();
    refused(app, &locked.login_with("wrong")).await;

    let elsewhere = |slug: Option<&str>, person: &Person| LoginRequest {
        organization: slug.map(str::to_owned),
        ..person.login()
    };
    let wrong = comparable(&posted(app, &ada.login_with("plover quartz 81 hinges")).await);
    assert_eq!(
        (wrong.0, &wrong.2["code"]),
        (401, &json!("INVALID_CREDENTIALS"))
    );
    for (name, request) in [
        ("unknown", LoginRequest::new("nobody@example.com", PASSWORD)),
        ("locked", locked.login()),
        ("suspended", suspended.login()),
        (
            "pending",
            LoginRequest::new("pending@example.com", PASSWORD),
        ),
        ("no password", LoginRequest::new(active.email, PASSWORD)),
        ("inactive", inactive.login()),
        ("deleted", deleted.login()),
        ("no organization", elsewhere(None, &ada)),
        ("another organization", elsewhere(Some("amp"), &ada)),
        ("no such organization", elsewhere(Some("ohm"), &ada)),
        ("no slug", elsewhere(Some("' OR 1=1 --"), &ada)),
        ("an empty slug", elsewhere(Some(""), &ada)),
        ("not of an organization", elsewhere(Some("volt"), &platform)),
        ("no email", LoginRequest::new("", PASSWORD)),
        ("a letter more", ada.login_with(&format!("{PASSWORD} "))),
        ("in capitals", ada.login_with(&PASSWORD.to_uppercase())),
    ] {
        assert_eq!(comparable(&posted(app, &request).await), wrong, "{name}");
    }
    app.clock().advance(Duration::hours(1));
    for person in [&ada, &locked, &platform] {
        app.sign_in(&person.login()).await;
    }
}

/// The delays in seconds after the first failure, the second, and so on.
const WAITS: [i64; 11] = [1, 3, 5, 10, 30, 60, 120, 300, 900, 900, 900];

/// Fails repeatedly, each time as soon as it counts; also tries the right password just before that, which
/// must not count.
async fn fail_through(app: &TestApp, wrong: &LoginRequest, right: &LoginRequest) {
    for (wait, count) in WAITS.into_iter().zip(1..) {
        refused(app, wrong).await;
        assert_eq!(failures(app).await, [count]);
        app.clock().advance(Duration::milliseconds(1));
        refused(app, wrong).await;
        app.clock().advance(Duration::milliseconds(wait * 1000 - 2));
        refused(app, right).await;
        assert_eq!(failures(app).await, [count], "while it waits");
        app.clock().advance(Duration::milliseconds(1));
    }
}

async fn the_login_delay_grows_with_failures_and_ends_with_a_success(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let wrong = ada.login_with("wrong");
    for _ in 0..2 {
        fail_through(app, &wrong, &ada.login()).await;
        app.sign_in(&ada.login()).await;
        assert_eq!(failures(app).await, [0; 0]);
    }
}

async fn an_unknown_account_is_delayed_like_any_other(app: &mut TestApp) {
    let nobody = LoginRequest::new("nobody@example.com", PASSWORD);
    fail_through(app, &nobody, &nobody).await;
    refused(app, &nobody).await;
    assert_eq!(failures(app).await, [12]);
}

async fn concurrent_failures_are_all_counted(app: &mut TestApp) {
    use app::Clock;
    let (store, now) = (app.app().store(), app.clock().now());
    let account = "5a".repeat(32);
    let many = (0..24).map(|_| store.note_login_failure(&account, now));
    for noted in futures_util::future::join_all(many).await {
        noted.unwrap();
    }
    assert_eq!(failures(app).await, [24]);
}

async fn another_spelling_does_not_evade_the_delay(app: &mut TestApp) {
    let home = Some((volt(app).await, "volt"));
    let ada = app.person("ada", Role::Member, home, None).await;
    refused(app, &ada.login_with("wrong")).await;
    for email in ["ADA@Example.COM", " ada@example.com ", "ada@example.com\t"] {
        let request = LoginRequest {
            email: email.to_owned(),
            ..ada.login()
        };
        refused(app, &request).await;
        assert_eq!(
            failures(app).await,
            [1],
            "{email:?}: it is the same account"
        );
    }
    app.clock().advance(Duration::seconds(1));
    for slug in ["VOLT", "volt ", " volt", "volt\t", "vólt"] {
        let request = LoginRequest {
            organization: Some(slug.to_owned()),
            ..ada.login()
        };
        refused(app, &request).await;
    }
    let request = LoginRequest {
        email: " Ada@EXAMPLE.com".to_owned(),
        ..ada.login()
    };
    app.sign_in(&request).await;
}

async fn failures_of_others_do_not_end_a_session(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let mut caller = app.sign_in(&ada.login()).await;
    for _ in 0..3 {
        refused(app, &ada.login_with("wrong")).await;
        refused(app, &ada.login()).await;
        caller.get_current_user(&plain()).await.unwrap();
        let next = app.refresh(&caller.tokens.refresh_token).await.unwrap();
        caller = app.signed_in(next.body);
        app.clock().advance(Duration::seconds(5));
    }
}

async fn logins_beyond_the_queue_are_refused(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    app.restart_with(&[
        ("password_cost", "m=8192,t=3,p=1"),
        ("password_threads", "1"),
        ("password_queue", "1"),
    ])
    .await;
    let sender = &*app;
    let many = (0..12).map(|number| {
        let email = format!("nobody-{number}@example.com");
        async move { posted(sender, &LoginRequest::new(email, PASSWORD)).await }
    });
    let replies = futures_util::future::join_all(many).await;
    let count = |status| {
        replies
            .iter()
            .filter(|reply| reply.status == status)
            .count()
    };
    assert!(count(401) >= 1 && count(503) >= 1);
    assert_eq!(count(401) + count(503), replies.len());
    for reply in replies.iter().filter(|reply| reply.status == 503) {
        assert_eq!(reply.json()["code"], "UNAVAILABLE");
        let seconds: u64 = reply.header("retry-after").unwrap().parse().unwrap();
        assert!(seconds >= 1);
    }
    assert_eq!(
        failures(app).await.len(),
        count(401),
        "nobody fails unheard"
    );
    app.sign_in(&ada.login()).await;
}

/// Valid requests of a client without an access token.
fn without_a_token(app: &TestApp, person: &Person, refresh: &str) -> Vec<RawRequest> {
    let login = serde_json::to_value(person.login()).unwrap();
    let link = format!("qmi_{}", "A".repeat(43));
    let sent = [
        ("login", login),
        ("refresh", json!({"refreshToken": refresh})),
        (
            "accept-invitation",
            json!({"token": link, "password": PASSWORD}),
        ),
    ];
    let requests = sent.iter().map(|(name, body)| {
        let path = format!("/api/v1/auth/{name}");
        app.raw("POST", &path).json(body)
    });
    requests.collect()
}

async fn a_database_failure_is_not_answered_as_a_wrong_password(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let token = app.sign_in(&ada.login()).await.tokens.refresh_token;
    let tables = ["login_failures", "refresh_tokens", "invitations"];
    for (from, to) in [("", "broken_"), ("broken_", "")] {
        let database = sea_orm::Database::connect(app.database_url()).await;
        let database = database.unwrap();
        for table in tables {
            let sql = format!("ALTER TABLE {from}{table} RENAME TO {to}{table}");
            database.execute_unprepared(&sql).await.unwrap();
        }
        database.close().await.unwrap();
        if to.is_empty() {
            continue;
        }
        for request in without_a_token(app, &ada, &token) {
            let reply = request.send().await;
            assert_eq!(reply.status, 500, "{}", reply.text());
            let detail = reply.json()["detail"].to_string();
            let cause = tables.iter().find(|table| detail.contains(*table));
            assert_eq!(cause, None, "{detail}");
        }
    }
    app.app().store().clone().close().await.unwrap();
    for request in without_a_token(app, &ada, &token) {
        let reply = request.send().await;
        assert_eq!(reply.status, 503, "{}", reply.text());
        assert_eq!(reply.header("retry-after"), Some("1"));
    }
    app.restart().await;
    assert_eq!(failures(app).await, [0; 0]);
    app.refresh(&token).await.unwrap();
    app.sign_in(&ada.login()).await;
}
