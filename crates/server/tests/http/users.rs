//! The life of users.

use crate::harness::cases;
use client::{NewUser, Options, ProblemCode, UserRole, UserStatus, UserUpdate};
use testkit::TestApp;

cases![
    a_user_is_made_changed_and_deleted,
    an_email_is_unique_whatever_its_case
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
