//! Settings take effect at once, in their own organization.

use super::all;
use crate::{
    given::{code, person, plain, problem},
    roles::home,
};
use chrono::Duration;
use client::{InvitationAcceptance, OrganizationSettingsUpdate, PasswordChange, ProblemCode};
use domain::user::Role as FixedRole;
use testkit::{
    TestApp,
    app::{PASSWORD, Person},
};
use uuid::Uuid;

/// A user in an organization with settings, one in an organization without, and one of the platform.
struct People {
    ours: Uuid,
    theirs: Uuid,
    mary: Person,
    others: [Person; 2],
}

async fn people(app: &TestApp) -> People {
    let (ours, _) = home(app, "volt").await;
    let (theirs, _) = home(app, "amper").await;
    let member = async |name: &str, home| app.person(name, FixedRole::Member, home, None).await;
    People {
        ours,
        theirs,
        mary: member("mary", Some((ours, "volt"))).await,
        others: [
            member("mallory", Some((theirs, "amper"))).await,
            member("bob", None).await,
        ],
    }
}

pub async fn set(app: &TestApp, of: Uuid, settings: OrganizationSettingsUpdate) {
    let admin = app.super_admin();
    let made = admin
        .update_organization_settings(of, &settings, &plain())
        .await;
    assert_eq!(made.unwrap().status, 200);
}

pub async fn access_tokens_last_as_configured(app: &mut TestApp) {
    let people = people(app).await;
    let early = app.sign_in(&people.mary.login()).await;
    assert_eq!(early.tokens.expires_in, 600, "as the platform has it");
    let settings = OrganizationSettingsUpdate {
        access_token_seconds: Some(120),
        ..OrganizationSettingsUpdate::default()
    };
    set(app, people.ours, settings).await;
    let mary = app.sign_in(&people.mary.login()).await;
    assert_eq!(mary.tokens.expires_in, 120);
    let mut others = Vec::new();
    for other in &people.others {
        let session = app.sign_in(&other.login()).await;
        assert_eq!(session.tokens.expires_in, 600);
        others.push(session);
    }
    let refreshed = app.refresh(&early.tokens.refresh_token).await.unwrap().body;
    assert_eq!(
        refreshed.expires_in, 120,
        "a session that was there follows"
    );
    app.clock().advance(Duration::seconds(119));
    assert_eq!(mary.get_current_user(&plain()).await.unwrap().status, 200);
    // Five seconds of clock skew are allowed.
    app.clock().advance(Duration::seconds(6));
    let late = mary.get_current_user(&plain()).await;
    assert_eq!(code(late), ProblemCode::TokenExpired);
    // A token that was issued before keeps its lifetime.
    others.push(early);
    for session in &others {
        assert_eq!(
            session.get_current_user(&plain()).await.unwrap().status,
            200
        );
    }
}

pub async fn sessions_last_as_configured(app: &mut TestApp) {
    let people = people(app).await;
    let settings = OrganizationSettingsUpdate {
        refresh_idle_seconds: Some(3600),
        refresh_absolute_seconds: Some(7200),
        ..OrganizationSettingsUpdate::default()
    };
    set(app, people.ours, settings).await;
    let idle = app.sign_in(&people.mary.login()).await;
    assert_eq!(idle.tokens.refresh_expires_in, 3600);
    let busy = app.sign_in(&people.mary.login()).await;
    let mut others = Vec::new();
    for other in &people.others {
        others.push(app.sign_in(&other.login()).await.tokens.refresh_token);
    }
    app.clock().advance(Duration::minutes(59));
    let busy = app.refresh(&busy.tokens.refresh_token).await.unwrap().body;
    app.clock().advance(Duration::minutes(2));
    let late = app.refresh(&idle.tokens.refresh_token).await;
    assert_eq!(code(late), ProblemCode::TokenExpired, "an hour unused");
    app.clock().advance(Duration::minutes(56));
    let busy = app.refresh(&busy.refresh_token).await.unwrap().body;
    // The session ends two hours after it began, however often it is used.
    app.clock().advance(Duration::minutes(4));
    assert!(app.refresh(&busy.refresh_token).await.is_err());
    for other in others {
        assert_eq!(app.refresh(&other).await.unwrap().status, 200);
    }
}

pub async fn passwords_are_as_long_as_configured(app: &mut TestApp) {
    let people = people(app).await;
    let admin = app.super_admin();
    let settings = OrganizationSettingsUpdate {
        password_min_length: Some(24),
        ..OrganizationSettingsUpdate::default()
    };
    set(app, people.ours, settings).await;
    // PASSWORD is shorter; existing passwords stay valid.
    let short = "heron 55 gravel lamp";
    let long = "heron 55 gravel lamp umbrella";
    for (of, ours) in [(people.ours, true), (people.theirs, false)] {
        let (name, none) = (format!("new-{ours}"), plain());
        let new = person(&name);
        admin
            .create_organization_member(of, &new, &none)
            .await
            .unwrap();
        let token = app.mails().token(&new.email, 1).await;
        let accept = async |password: &str| {
            let taken = InvitationAcceptance {
                token: token.clone(),
                password: password.to_owned(),
            };
            app.anonymous().accept_invitation(&taken, &plain()).await
        };
        if ours {
            let refused = problem(accept(short).await).errors.unwrap_or_default();
            let found = (refused[0].pointer.as_deref(), refused[0].code.as_str());
            assert_eq!(found, (Some("/password"), "MIN_LENGTH"));
            assert!(refused[0].message.contains("24"), "{refused:?}");
        }
        let taken = accept(if ours { long } else { short }).await;
        assert_eq!(taken.unwrap().status, 204);
    }
    for (person, due) in [(&people.mary, 400), (&people.others[0], 204)] {
        let session = app.sign_in(&person.login()).await;
        let change = PasswordChange {
            current_password: PASSWORD.to_owned(),
            new_password: short.to_owned(),
        };
        let status = match session.change_password(&change, &plain()).await {
            Ok(reply) => reply.status,
            Err(fault) => {
                assert_eq!(fault.code(), Some(ProblemCode::ValidationError));
                400
            }
        };
        assert_eq!(status, due, "{}", person.email);
    }
}

pub async fn login_delays_are_as_long_as_configured(app: &mut TestApp) {
    let people = people(app).await;
    let settings = OrganizationSettingsUpdate {
        lockout_max_seconds: Some(1),
        ..OrganizationSettingsUpdate::default()
    };
    set(app, people.ours, settings).await;
    let everybody = || [&people.mary].into_iter().chain(&people.others);
    for _ in 0..6 {
        for person in everybody() {
            let refused = app.login(&person.login_with("hunter2")).await;
            assert_eq!(code(refused), ProblemCode::InvalidCredentials);
        }
        app.clock().advance(Duration::hours(1));
    }
    for person in everybody() {
        let refused = app.login(&person.login_with("hunter2")).await;
        assert_eq!(code(refused), ProblemCode::InvalidCredentials);
    }
    let at_once = app.login(&people.mary.login()).await;
    assert_eq!(code(at_once), ProblemCode::InvalidCredentials, "it waits");
    app.clock().advance(Duration::seconds(2));
    assert_eq!(app.login(&people.mary.login()).await.unwrap().status, 200);
    for person in &people.others {
        let refused = app.login(&person.login()).await;
        assert_eq!(
            code(refused),
            ProblemCode::InvalidCredentials,
            "{}",
            person.email
        );
    }
    app.clock().advance(Duration::minutes(15));
    for person in &people.others {
        assert_eq!(app.login(&person.login()).await.unwrap().status, 200);
    }
}

pub async fn mails_have_the_configured_sender(app: &mut TestApp) {
    let people = people(app).await;
    set(app, people.ours, all()).await;
    let admin = app.super_admin();
    let header = |letter: &str, name: &str| {
        let mut lines = letter.lines().map(str::trim_end);
        let found = lines.find_map(|line| line.strip_prefix(name).map(str::to_owned));
        found.unwrap_or_default()
    };
    for (of, name) in [(people.ours, "ours"), (people.theirs, "theirs")] {
        let new = person(name);
        let made = admin.create_organization_member(of, &new, &plain()).await;
        let id = made.unwrap().body.id;
        admin.invite_user(id, &plain()).await.unwrap();
        for letter in app.mails().to(&new.email, 2).await {
            let from = header(&letter, "From: ");
            let is_set = name == "ours";
            assert_eq!(from.contains("Volt Charging"), is_set, "{letter}");
            let reply = header(&letter, "Reply-To: ");
            assert_eq!(reply.contains("support@example.com"), is_set, "{letter}");
            // The sender address stays the one of the platform.
            assert!(from.contains('@') && !from.contains("support@"), "{from}");
        }
    }
    set(app, people.ours, OrganizationSettingsUpdate::default()).await;
    let new = person("later");
    admin
        .create_organization_member(people.ours, &new, &plain())
        .await
        .unwrap();
    let letter = app.mails().to(&new.email, 1).await.remove(0);
    assert!(!letter.contains("Volt Charging"), "{letter}");
    assert_eq!(header(&letter, "Reply-To: "), "");
}
