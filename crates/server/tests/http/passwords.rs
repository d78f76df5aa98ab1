//! Passwords: their rules, their hashes, and the one-time password.

use crate::{
    given::{code, plain, problem},
    harness::cases,
    login::{member, refused, rows},
    sweep,
};
use chrono::Duration;
use client::{ListUsersParams, LoginRequest, PasswordChange, ProblemCode, TokenPair};
use testkit::{TestApp, app::PASSWORD};

cases![
    a_one_time_password_allows_only_its_change,
    a_new_password_is_long_enough_and_not_common on Sqlite,
    the_present_password_cannot_be_guessed,
    a_hash_of_another_cost_is_replaced_at_login,
];

async fn one_time(app: &TestApp) -> TokenPair {
    let (email, password) = app.bootstrap_login();
    let request = LoginRequest::new(email, password);
    app.login(&request).await.unwrap().body
}

async fn a_one_time_password_allows_only_its_change(app: &mut TestApp) {
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

async fn the_present_password_cannot_be_guessed(app: &mut TestApp) {
    let ada = member(app, "ada").await;
    let caller = app.sign_in(&ada.login()).await;
    let change_password = async |present: &str, new: &str| {
        let change = PasswordChange {
            current_password: present.to_owned(),
            new_password: new.to_owned(),
        };
        let changed = caller.change_password(&change, &plain()).await;
        changed
            .map(|reply| reply.status)
            .map_err(|error| code::<()>(Err(error)))
    };
    let (wrong, new) = (Err(ProblemCode::InvalidCredentials), "eight green boats");
    // The second failure delays the next attempt by three seconds; attempts before that do not count.
    assert_eq!(change_password("wrong", new).await, wrong);
    app.clock().advance(Duration::seconds(1));
    assert_eq!(change_password("wrong", new).await, wrong);
    assert_eq!(change_password("wrong", new).await, wrong);
    app.clock().advance(Duration::milliseconds(2999));
    assert_eq!(change_password(PASSWORD, new).await, wrong);
    // A login neither counts as a failure nor ends the delay.
    let again = app.sign_in(&ada.login()).await;
    assert_eq!(change_password(PASSWORD, new).await, wrong);
    app.clock().advance(Duration::milliseconds(1));
    assert_eq!(change_password(PASSWORD, new).await, Ok(204));
    assert_eq!(
        code(again.get_current_user(&plain()).await),
        ProblemCode::Unauthenticated
    );
    // The failures are reset: one failure delays by one second.
    assert_eq!(change_password("wrong", PASSWORD).await, wrong);
    app.clock().advance(Duration::seconds(1));
    assert_eq!(change_password(new, PASSWORD).await, Ok(204));
    // Failed logins of others do not delay a change by a signed-in user.
    refused(app, &ada.login_with("wrong")).await;
    assert_eq!(change_password(PASSWORD, new).await, Ok(204));
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
