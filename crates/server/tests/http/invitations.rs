//! Invitations: the mail, its link, and the password that is set with it.

use crate::{
    given::{code, plain, problem},
    harness::cases,
};
use chrono::Duration;
use client::{
    Error, InvitationAcceptance, LoginRequest, NewOperator, NewOrganizationUser, NewUser, Options,
    ProblemCode, Reply, User, UserStatus,
};
use testkit::{TestApp, app::PASSWORD};
use uuid::Uuid;

cases![
    an_invitation_link_works_once,
    every_new_user_is_invited,
    an_invitation_expires,
    a_new_link_invalidates_the_one_before,
    a_weak_password_does_not_use_up_the_link,
    only_pending_users_are_invited,
    a_request_that_is_repeated_invites_once,
    partners_invite_into_their_own_organization,
    a_locked_out_user_accepts_no_invitation,
];

const INVALID: ProblemCode = ProblemCode::InvalidCredentials;

async fn accept(app: &TestApp, token: &str, password: &str) -> Result<Reply<()>, Error> {
    let taken = InvitationAcceptance {
        token: token.to_owned(),
        password: password.to_owned(),
    };
    app.anonymous().accept_invitation(&taken, &plain()).await
}

async fn user(app: &TestApp, id: Uuid) -> User {
    let read = app.super_admin().get_user(id, &plain()).await;
    read.unwrap().body.unwrap()
}

async fn signs_in(app: &TestApp, email: &str, organization: Option<&str>) -> bool {
    let request = LoginRequest {
        organization: organization.map(str::to_owned),
        ..LoginRequest::new(email, PASSWORD)
    };
    match app.login(&request).await {
        Ok(_) => true,
        Err(fault) => {
            assert_eq!(fault.code(), Some(INVALID));
            // So that the login delay is over.
            app.clock().advance(Duration::hours(1));
            false
        }
    }
}

async fn an_invitation_link_works_once(app: &mut TestApp) {
    let ada = app.user("ada").await;
    let letter = app.mails().to(&ada.email, 1).await.remove(0);
    let token = app.mails().token(&ada.email, 1).await;
    let public = &app.auth().terms().public_url;
    let link = format!("{public}/invitation#{token}");
    assert!(
        letter.lines().any(|line| line.trim_end() == link),
        "{letter}"
    );
    assert!(letter.contains("8 March 2026, 09:30 UTC"), "{letter}");
    assert!(!signs_in(app, &ada.email, None).await);

    let before = app.position().await;
    for wrong in [
        token.replace("qmi_", "qmr_"),
        token[..46].to_owned(),
        format!("qmi_{}", "A".repeat(43)),
        link,
    ] {
        assert_eq!(
            code(accept(app, &wrong, PASSWORD).await),
            INVALID,
            "{wrong}"
        );
    }
    assert_eq!(app.position().await, before);
    assert_eq!(accept(app, &token, PASSWORD).await.unwrap().status, 204);
    let now = user(app, ada.id).await;
    assert_eq!(now.status, UserStatus::Active);
    assert!(signs_in(app, &ada.email, None).await);
    assert_eq!(
        code(accept(app, &token, "heron 55 gravel lamp").await),
        INVALID
    );
    assert!(signs_in(app, &ada.email, None).await, "the password stays");
    assert_eq!(user(app, ada.id).await, now);
}

async fn every_new_user_is_invited(app: &mut TestApp) {
    let admin = app.super_admin();
    let volt = app.organization("volt").await.id;
    let station = app.station(volt, "one").await.id;
    let person = |name: &str| NewOrganizationUser {
        email: format!("{name}@example.com"),
        display_name: name.to_owned(),
    };
    let (paul, mia) = (person("paul"), person("mia"));
    let olga = NewOperator {
        email: "olga@example.com".to_owned(),
        display_name: "olga".to_owned(),
        station_id: station,
    };
    let none = plain();
    admin
        .create_organization_partner(volt, &paul, &none)
        .await
        .unwrap();
    admin
        .create_organization_member(volt, &mia, &none)
        .await
        .unwrap();
    admin
        .create_organization_operator(volt, &olga, &none)
        .await
        .unwrap();
    for name in ["paul", "mia", "olga"] {
        let email = format!("{name}@example.com");
        let letter = app.mails().to(&email, 1).await.remove(0);
        assert!(letter.contains("Subject: Invitation to volt"), "{letter}");
        let token = app.mails().token(&email, 1).await;
        accept(app, &token, PASSWORD).await.unwrap();
        assert!(signs_in(app, &email, Some("volt")).await);
        assert!(!signs_in(app, &email, None).await);
    }
    let twice = admin.create_organization_member(volt, &mia, &none).await;
    assert_eq!(code(twice), ProblemCode::DuplicateEmail);
    app.user("last").await;
    app.mails().to("last@example.com", 1).await;
    assert_eq!(app.mails().to("mia@example.com", 1).await.len(), 1);
}

async fn an_invitation_expires(app: &mut TestApp) {
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let mails = [&ada, &bob].map(|user| app.mails().token(&user.email, 1));
    let [late, early] = futures_util::future::join_all(mails)
        .await
        .try_into()
        .unwrap();
    app.clock()
        .advance(Duration::days(7) - Duration::microseconds(1));
    accept(app, &early, PASSWORD).await.unwrap();
    app.clock().advance(Duration::microseconds(1));
    let expired = ProblemCode::TokenExpired;
    assert_eq!(code(accept(app, &late, PASSWORD).await), expired);
    assert_eq!(user(app, ada.id).await.status, UserStatus::Pending);
    app.super_admin()
        .invite_user(ada.id, &plain())
        .await
        .unwrap();
    let fresh = app.mails().token(&ada.email, 2).await;
    accept(app, &fresh, PASSWORD).await.unwrap();
}

async fn a_new_link_invalidates_the_one_before(app: &mut TestApp) {
    let ada = app.user("ada").await;
    let old = app.mails().token(&ada.email, 1).await;
    app.super_admin()
        .invite_user(ada.id, &plain())
        .await
        .unwrap();
    let new = app.mails().token(&ada.email, 2).await;
    assert_ne!(old, new);
    assert_eq!(code(accept(app, &old, PASSWORD).await), INVALID);
    assert_eq!(user(app, ada.id).await.status, UserStatus::Pending);
    accept(app, &new, PASSWORD).await.unwrap();
}

async fn a_weak_password_does_not_use_up_the_link(app: &mut TestApp) {
    let ada = app.user("ada").await;
    let token = app.mails().token(&ada.email, 1).await;
    let long = "tokio-heron-".repeat(11);
    for (password, fault) in [
        ("wqmzkdh", "MIN_LENGTH"),
        (&long[..129], "MAX_LENGTH"),
        ("password1", "COMMON_PASSWORD"),
        ("ada@example.com", "COMMON_PASSWORD"),
    ] {
        let refused = problem(accept(app, &token, password).await);
        assert_eq!(refused.code, ProblemCode::ValidationError);
        let faults = refused.errors.unwrap();
        assert_eq!(faults.len(), 1);
        assert_eq!(faults[0].pointer.as_deref(), Some("/password"));
        assert_eq!(faults[0].code.as_str(), fault);
    }
    assert_eq!(user(app, ada.id).await.status, UserStatus::Pending);
    accept(app, &token, &long[..128]).await.unwrap();
}

async fn only_pending_users_are_invited(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.user("ada").await;
    admin.activate_user(ada.id, &plain()).await.unwrap();
    let not_active = ProblemCode::UserNotActive;
    for _ in 0..2 {
        assert_eq!(code(admin.invite_user(ada.id, &plain()).await), not_active);
        admin.deactivate_user(ada.id, &plain()).await.unwrap();
    }
    admin.delete_user(ada.id, &plain()).await.unwrap();
    assert_eq!(code(admin.invite_user(ada.id, &plain()).await), not_active);
    let nobody = admin.invite_user(app.new_id(), &plain()).await;
    assert_eq!(code(nobody), ProblemCode::NotFound);
    app.user("last").await;
    app.mails().to("last@example.com", 1).await;
    assert_eq!(app.mails().to(&ada.email, 1).await.len(), 1);
}

async fn a_request_that_is_repeated_invites_once(app: &mut TestApp) {
    let admin = app.super_admin();
    let new = NewUser::new("ada@example.com", "Ada");
    let key = Options::with_key("make");
    let ada = admin.create_user(&new, &key).await.unwrap().body;
    admin.create_user(&new, &key).await.unwrap();
    let first = app.mails().token(&ada.email, 1).await;
    let key = Options::with_key("again");
    for _ in 0..2 {
        admin.invite_user(ada.id, &key).await.unwrap();
    }
    app.user("last").await;
    app.mails().to("last@example.com", 1).await;
    let letters = app.mails().to(&ada.email, 2).await;
    assert_eq!(letters.len(), 2);
    assert_eq!(code(accept(app, &first, PASSWORD).await), INVALID);
    let second = app.mails().token(&ada.email, 2).await;
    accept(app, &second, PASSWORD).await.unwrap();
    // The kept answer is given, and no mail is sent.
    assert_eq!(admin.invite_user(ada.id, &key).await.unwrap().status, 204);
}

async fn partners_invite_into_their_own_organization(app: &mut TestApp) {
    let volt = app.organization("volt").await.id;
    let amp = app.organization("amp").await.id;
    let (ours, theirs) = (
        app.partner("paul", volt).await,
        app.partner("zoe", amp).await,
    );
    let new = NewOrganizationUser {
        email: "mia@example.com".to_owned(),
        display_name: "Mia".to_owned(),
    };
    let made = ours.create_organization_member(volt, &new, &plain()).await;
    let mia = made.unwrap().body.id;
    let refused = theirs.invite_user(mia, &plain()).await;
    assert_eq!(code(refused), ProblemCode::NotFound);
    let member = app.member_of("member", volt).await;
    let refused = member.invite_user(mia, &plain()).await;
    assert_eq!(code(refused), ProblemCode::Forbidden);
    ours.invite_user(mia, &plain()).await.unwrap();
    let token = app.mails().token("mia@example.com", 2).await;
    accept(app, &token, PASSWORD).await.unwrap();
}

async fn a_locked_out_user_accepts_no_invitation(app: &mut TestApp) {
    let admin = app.super_admin();
    let (ada, bob, cleo) = (
        app.user("ada").await,
        app.user("bob").await,
        app.user("cleo").await,
    );
    admin.deactivate_user(ada.id, &plain()).await.unwrap();
    admin.delete_user(bob.id, &plain()).await.unwrap();
    admin.activate_user(cleo.id, &plain()).await.unwrap();
    for user in [&ada, &bob, &cleo] {
        let token = app.mails().token(&user.email, 1).await;
        let before = app.position().await;
        assert_eq!(code(accept(app, &token, PASSWORD).await), INVALID);
        assert_eq!(app.position().await, before, "{}", user.email);
    }
}
