//! Users: their lifecycle.

use crate::{
    given::{code, plain, seat, variant},
    harness::cases,
};
use client::{
    ListUserAssignmentsParams, NewUser, Options, ProblemCode, UserRole, UserStatus, UserUpdate,
};
use serde_json::json;
use testkit::TestApp;

cases![
    a_user_is_made_changed_and_deleted,
    an_email_is_unique_whatever_its_case,
    nobody_removes_themselves_and_the_last_super_admin_stays,
    callers_read_and_change_themselves,
    callers_cannot_take_a_used_email_or_another_role,
    only_roles_without_ties_can_be_created,
    the_seats_of_a_user_are_listed,
];

async fn a_user_is_made_changed_and_deleted(app: &mut TestApp) {
    let admin = app.super_admin();
    let none = Options::default();
    let new = NewUser::new("Ada@Example.com", "Ada Lovelace");
    let made = admin.create_user(&new, &none).await.unwrap();
    let user = made.body;
    assert_eq!(made.status, 201);
    assert_eq!(made.location, Some(format!("/api/v1/users/{}", user.id)));
    assert_eq!(made.etag.as_deref(), Some("\"1\""));
    assert_eq!(
        (user.role, user.status),
        (UserRole::Member, UserStatus::Pending)
    );
    assert_eq!((user.created_at, user.version), (app.clock().time(), 1));

    let read = admin.get_user(user.id, &none).await.unwrap();
    assert_eq!(read.body.as_ref(), Some(&user));
    let update = UserUpdate {
        email: "ada@example.com".into(),
        display_name: "Ada King".into(),
    };
    let changed = admin
        .update_user(user.id, &update, &none)
        .await
        .unwrap()
        .body;
    assert_eq!(
        (changed.display_name.as_str(), changed.version),
        ("Ada King", 2)
    );
    let active = admin.activate_user(user.id, &none).await.unwrap().body;
    assert_eq!((active.status, active.version), (UserStatus::Active, 3));
    let again = admin.activate_user(user.id, &none).await.unwrap().body;
    assert_eq!(again.version, 3);
    let locked = admin.deactivate_user(user.id, &none).await.unwrap().body;
    assert_eq!((locked.status, locked.version), (UserStatus::Inactive, 4));

    assert_eq!(admin.delete_user(user.id, &none).await.unwrap().status, 204);
    assert_eq!(admin.delete_user(user.id, &none).await.unwrap().status, 204);
    let gone = admin.get_user(user.id, &none).await.unwrap().body.unwrap();
    assert_eq!((gone.status, gone.version), (UserStatus::Deleted, 5));
    for refused in [
        admin.update_user(user.id, &update, &none).await,
        admin.activate_user(user.id, &none).await,
        admin.deactivate_user(user.id, &none).await,
    ] {
        assert_eq!(
            refused.unwrap_err().code(),
            Some(ProblemCode::UserNotActive)
        );
    }
}

async fn an_email_is_unique_whatever_its_case(app: &mut TestApp) {
    let admin = app.super_admin();
    let none = Options::default();
    let ada = app.user("ada").await;
    let twin = NewUser::new("ADA@example.COM", "Another");
    let refused = admin.create_user(&twin, &none).await.unwrap_err();
    assert_eq!(refused.code(), Some(ProblemCode::DuplicateEmail));
    let bob = app.user("bob").await;
    let update = UserUpdate {
        email: "aDa@example.com".into(),
        display_name: "Bob".into(),
    };
    let refused = admin.update_user(bob.id, &update, &none).await.unwrap_err();
    assert_eq!(refused.code(), Some(ProblemCode::DuplicateEmail));
    admin.delete_user(ada.id, &none).await.unwrap();
    assert_eq!(admin.create_user(&twin, &none).await.unwrap().status, 201);
}

async fn nobody_removes_themselves_and_the_last_super_admin_stays(app: &mut TestApp) {
    let first = app.super_admin();
    let last = ProblemCode::LastSuperAdmin;
    assert_eq!(code(first.delete_user(first.id, &plain()).await), last);
    assert_eq!(code(first.deactivate_user(first.id, &plain()).await), last);

    let new = NewUser {
        role: Some(UserRole::SuperAdmin),
        ..NewUser::new("second@example.com", "Second")
    };
    let second = first.create_user(&new, &plain()).await.unwrap().body;
    let pending = first.deactivate_user(first.id, &plain()).await;
    assert_eq!(code(pending), last, "one who is PENDING is not active");
    first.activate_user(second.id, &plain()).await.unwrap();
    let forbidden = ProblemCode::Forbidden;
    assert_eq!(code(first.delete_user(first.id, &plain()).await), forbidden);
    let locked = first.deactivate_user(first.id, &plain()).await;
    assert_eq!(code(locked), forbidden);

    let second = app.with_key(second.id).await;
    let gone = second.delete_user(first.id, &plain()).await.unwrap();
    assert_eq!(gone.status, 204);
    let alone = second.deactivate_user(second.id, &plain()).await;
    assert_eq!(code(alone), last);
}

async fn callers_read_and_change_themselves(app: &mut TestApp) {
    for caller in [app.super_admin(), app.member("ada").await] {
        let read = caller.get_current_user(&plain()).await.unwrap();
        let user = read.body.unwrap();
        assert_eq!(user.id, caller.id);
        let update = UserUpdate {
            email: user.email.clone(),
            display_name: "Renamed".into(),
        };
        let changed = caller.update_current_user(&update, &plain()).await.unwrap();
        assert_eq!(changed.body.display_name, "Renamed");
        assert_eq!(changed.body.version, user.version + 1);
    }
}

async fn callers_cannot_take_a_used_email_or_another_role(app: &mut TestApp) {
    let ada = app.member("ada").await;
    app.user("bob").await;
    let update = UserUpdate {
        email: "bob@example.com".into(),
        display_name: "Ada".into(),
    };
    let taken = ada.update_current_user(&update, &plain()).await;
    assert_eq!(code(taken), ProblemCode::DuplicateEmail);
    let risen = json!({"email": "ada@example.com", "displayName": "Ada", "role": "SUPER_ADMIN"});
    let sent = app
        .raw("PUT", "/api/v1/users/me")
        .key(&ada.key)
        .json(&risen);
    let refused = sent.send().await.json();
    assert_eq!(refused["code"], "IMMUTABLE_RELATIONSHIP");
    let read = ada.get_current_user(&plain()).await.unwrap().body.unwrap();
    assert_eq!((read.role, read.version), (UserRole::Member, 1));
}

async fn only_roles_without_ties_can_be_created(app: &mut TestApp) {
    let admin = app.super_admin();
    for role in ["PARTNER", "OPERATOR"] {
        let new = json!({"email": "tied@example.com", "displayName": "Tied", "role": role});
        let sent = app.raw("POST", "/api/v1/users").key(&admin.key).json(&new);
        let refused = sent.send().await.json();
        assert_eq!(refused["code"], "VALIDATION_ERROR");
        assert_eq!(refused["errors"][0]["pointer"], "/role");
    }
}

async fn the_seats_of_a_user_are_listed(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.user("ada").await;
    let mut held = Vec::new();
    for _ in 0..2 {
        let variant = variant(app, None).await;
        held.push(seat(app, ada.id, variant.id).await);
    }
    admin.revoke_assignment(held[0].id, &plain()).await.unwrap();
    let list = async |active_only: Option<bool>| {
        let params = ListUserAssignmentsParams {
            active_only,
            ..ListUserAssignmentsParams::default()
        };
        let page = admin.list_user_assignments(ada.id, &params, &plain()).await;
        let content = page.unwrap().body.content;
        content.iter().map(|seat| seat.id).collect::<Vec<_>>()
    };
    assert_eq!(list(None).await, [held[0].id, held[1].id]);
    assert_eq!(list(Some(true)).await, [held[1].id]);
    let nobody = app.new_id();
    let params = ListUserAssignmentsParams::default();
    let missing = admin.list_user_assignments(nobody, &params, &plain()).await;
    assert_eq!(code(missing), ProblemCode::NotFound);
}
