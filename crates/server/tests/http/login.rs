//! Signing in: what is answered, to whom, and what is not told.

use crate::{
    given::{code, plain, problem},
    harness::cases,
    sweep,
    tokens::{claims, header, is_signed, key_set},
};
use chrono::Duration;
use client::{ListUsersParams, LoginRequest, NewUser, PasswordChange, ProblemCode, TokenPair};
use domain::user::Role;
use sea_orm::{ConnectionTrait, QueryResult, Statement};
use serde_json::{Value, json};
use testkit::{
    TestApp,
    app::{PASSWORD, Person, RawReply, RawRequest},
};

cases![
    a_token_says_who_the_caller_is,
    every_failure_is_answered_alike,
    waiting_grows_with_failures_and_ends_with_a_success,
    an_account_that_is_not_there_waits_like_any_other,
    failures_at_once_are_all_counted,
    no_other_spelling_evades_the_wait,
    failures_of_others_leave_a_session_alone,
    a_one_time_password_is_good_for_nothing_but_its_change,
    a_new_password_is_long_enough_and_not_common,
    a_hash_of_another_cost_is_replaced_at_login,
    logins_beyond_the_queue_are_sent_away,
    a_database_that_fails_or_is_gone_is_no_wrong_password,
];

async fn volt(app: &TestApp) -> uuid::Uuid {
    app.organization("volt").await.id
}

/// A member of the platform realm.
async fn member(app: &TestApp, name: &str) -> Person {
    app.person(name, Role::Member, None, None).await
}

async fn rows(app: &TestApp, sql: &str) -> Vec<QueryResult> {
    let database = sea_orm::Database::connect(app.database_url())
        .await
        .unwrap();
    let statement = Statement::from_string(database.get_database_backend(), sql);
    let rows = database.query_all_raw(statement).await.unwrap();
    database.close().await.unwrap();
    rows
}

/// How often each account has failed since it last signed in.
async fn failures(app: &TestApp) -> Vec<i32> {
    let rows = rows(app, "SELECT failures FROM login_failures ORDER BY account").await;
    let counts = rows.iter().map(|row| row.try_get("", "failures"));
    counts.collect::<Result<_, _>>().unwrap()
}

async fn refused(app: &TestApp, request: &LoginRequest) {
    let answer = app.login(request).await;
    assert_eq!(code(answer), ProblemCode::InvalidCredentials, "{request:?}");
}

async fn a_token_says_who_the_caller_is(app: &mut TestApp) {
    let organization = volt(app).await;
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
        assert_eq!(header(token), due);
        assert!(is_signed(token, &keys), "the key set verifies it");
        says(app, token, &person, role, ties);
        let me = caller.get_current_user(&plain()).await.unwrap();
        assert_eq!(me.body.unwrap().id, person.id);
    }
}

type Ties = (Option<uuid::Uuid>, Option<uuid::Uuid>);

fn says(app: &TestApp, token: &str, person: &Person, role: Role, (home, station): Ties) {
    let mut said = claims(token);
    let said = said.as_object_mut().unwrap();
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
        assert_eq!(said.remove(name), Some(due), "{name}");
    }
    for name in ["jti", "sid"] {
        let id = said.remove(name).unwrap();
        let id: Result<uuid::Uuid, _> = id.as_str().unwrap().parse();
        assert!(id.is_ok(), "{name}");
    }
    said.remove("epoch").unwrap().as_i64().unwrap();
    assert!(said.is_empty(), "and nothing else: {said:?}");
}

async fn posted(app: &TestApp, request: &LoginRequest) -> RawReply {
    let body = serde_json::to_value(request).unwrap();
    let sent = app.raw("POST", "/api/v1/auth/login").json(&body);
    sent.send().await
}

/// An answer without what differs between any two.
fn told(reply: &RawReply) -> (u16, Vec<(String, String)>, Value) {
    let mut body = reply.json();
    body.as_object_mut().unwrap().remove("requestId");
    let mut headers = reply.headers.clone();
    headers.retain(|(name, _)| name != "x-request-id" && name != "date");
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
    let wrong = told(&posted(app, &ada.login_with("plover quartz 81 hinges")).await);
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
        assert_eq!(told(&posted(app, &request).await), wrong, "{name}");
    }
    app.clock().advance(Duration::hours(1));
    for person in [&ada, &locked, &platform] {
        app.sign_in(&person.login()).await;
    }
}

/// The waits in seconds after the first failure, the second, and so on.
const WAITS: [i64; 11] = [1, 3, 5, 10, 30, 60, 120, 300, 900, 900, 900];

/// Fails again and again, each time as early as it counts; also tries, a moment before that, what
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

async fn waiting_grows_with_failures_and_ends_with_a_success(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let wrong = ada.login_with("wrong");
    for _ in 0..2 {
        fail_through(app, &wrong, &ada.login()).await;
        app.sign_in(&ada.login()).await;
        assert_eq!(failures(app).await, [0; 0]);
    }
}

async fn an_account_that_is_not_there_waits_like_any_other(app: &mut TestApp) {
    let nobody = LoginRequest::new("nobody@example.com", PASSWORD);
    fail_through(app, &nobody, &nobody).await;
    refused(app, &nobody).await;
    assert_eq!(failures(app).await, [12]);
}

async fn failures_at_once_are_all_counted(app: &mut TestApp) {
    use app::Clock;
    let (store, now) = (app.app().store(), app.clock().now());
    let account = "5a".repeat(32);
    let many = (0..24).map(|_| store.note_login_failure(&account, now));
    for noted in futures_util::future::join_all(many).await {
        noted.unwrap();
    }
    assert_eq!(failures(app).await, [24]);
}

async fn no_other_spelling_evades_the_wait(app: &mut TestApp) {
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

async fn failures_of_others_leave_a_session_alone(app: &mut TestApp) {
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

async fn one_time(app: &TestApp) -> TokenPair {
    let (email, password) = app.bootstrap_login();
    let request = LoginRequest::new(email, password);
    app.login(&request).await.unwrap().body
}

async fn a_one_time_password_is_good_for_nothing_but_its_change(app: &mut TestApp) {
    let pair = one_time(app).await;
    assert!(pair.password_change_required);
    let again = app.refresh(&pair.refresh_token).await.unwrap().body;
    assert!(again.password_change_required, "also after a refresh");
    let caller = app.signed_in(again);
    let before = app.position().await;
    let mut admitted = Vec::new();
    for operation in sweep::secured() {
        if operation.id == "changePassword" || operation.id == "logout" {
            continue;
        }
        let request = sweep::request(app, operation).key(&caller.tokens.access_token);
        let reply = request.send().await;
        match (reply.status, reply.json()["code"].as_str()) {
            (403, Some("PASSWORD_CHANGE_REQUIRED")) => {}
            (200, _) => admitted.push(operation.id),
            other => panic!("{operation:?}: {other:?}"),
        }
    }
    assert_eq!(admitted, ["getCurrentUser"]);
    assert_eq!(app.position().await, before);

    let (email, password) = app.bootstrap_login();
    let change = PasswordChange {
        current_password: password.to_owned(),
        new_password: PASSWORD.to_owned(),
    };
    caller.change_password(&change, &plain()).await.unwrap();
    let all = ListUsersParams::default();
    let listed = caller.list_users(&all, &plain()).await.unwrap();
    assert_eq!(listed.status, 200, "at once");
    refused(app, &LoginRequest::new(email, password)).await;
    app.clock().advance(Duration::seconds(1));
    app.restart().await;
    let after = app.sign_in(&LoginRequest::new(email, PASSWORD)).await;
    assert!(!after.tokens.password_change_required);
    refused(app, &LoginRequest::new(email, app.bootstrap_login().1)).await;
}

async fn a_new_password_is_long_enough_and_not_common(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let caller = app.sign_in(&ada.login()).await;
    let long = "tokio-heron-".repeat(11);
    let change = |from: &str, to: &str| PasswordChange {
        current_password: from.to_owned(),
        new_password: to.to_owned(),
    };
    let before = app.position().await;
    for (password, fault) in [
        ("", "MIN_LENGTH"),
        ("wqmzkdh", "MIN_LENGTH"),
        ("ükärßöß", "MIN_LENGTH"),
        (&long[..129], "MAX_LENGTH"),
        ("password1", "COMMON_PASSWORD"),
        ("P@$$w0rd!", "COMMON_PASSWORD"),
        ("ada@example.com", "COMMON_PASSWORD"),
    ] {
        let sent = change(PASSWORD, password);
        let problem = problem(caller.change_password(&sent, &plain()).await);
        assert_eq!(problem.code, ProblemCode::ValidationError);
        let faults = problem.errors.unwrap();
        let [only] = faults.as_slice() else {
            panic!("{password:?}: {faults:?}");
        };
        assert_eq!(only.pointer.as_deref(), Some("/newPassword"));
        assert_eq!(only.code.as_str(), fault, "{password:?}");
    }
    assert_eq!(app.position().await, before);
    let mut present = PASSWORD.to_owned();
    for password in ["ükärßößq", &long[..128], "𝄞龍のことば九十五"] {
        let sent = change(&present, password);
        caller.change_password(&sent, &plain()).await.unwrap();
        app.sign_in(&ada.login_with(password)).await;
        present = password.to_owned();
    }
}

async fn a_hash_of_another_cost_is_replaced_at_login(app: &mut TestApp) {
    app.restart_with(&[("password_cost", "m=96,t=1,p=1")]).await;
    let ada = member(app, "ada").await;
    let hashes = async |app: &TestApp, cost: &str| -> Vec<String> {
        let rows = rows(app, "SELECT phc FROM passwords").await;
        let all = rows
            .iter()
            .map(|row| row.try_get::<String>("", "phc").unwrap());
        all.filter(|phc| phc.contains(cost)).collect()
    };
    let old = hashes(app, "$m=96,t=1,p=1$").await;
    assert_eq!(old.len(), 1);
    app.restart_with(&[("password_cost", "m=128,t=1,p=1")])
        .await;
    refused(app, &ada.login_with("wrong")).await;
    assert_eq!(hashes(app, "$m=96,t=1,p=1$").await, old, "wrong");
    app.clock().advance(Duration::seconds(1));
    let caller = app.sign_in(&ada.login()).await;
    assert_eq!(hashes(app, "$m=96,t=1,p=1$").await, [""; 0]);
    let new = hashes(app, "$m=128,t=1,p=1$").await;
    assert_eq!(new.len(), 1);
    app.sign_in(&ada.login()).await;
    assert_eq!(
        hashes(app, "$m=128,t=1,p=1$").await,
        new,
        "it is not outdated"
    );
    caller.get_current_user(&plain()).await.unwrap();
}

async fn logins_beyond_the_queue_are_sent_away(app: &mut TestApp) {
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

/// What somebody sends who has no token yet, each of it right, or as good as.
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

async fn a_database_that_fails_or_is_gone_is_no_wrong_password(app: &mut TestApp) {
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
            let told = reply.json()["detail"].to_string();
            let cause = tables.iter().find(|table| told.contains(*table));
            assert_eq!(cause, None, "{told}");
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
