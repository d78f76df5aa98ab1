//! Nobody grants a permission that they do not have throughout the organization (D7).

use super::{by_token, home, plain, role, update};
use crate::given::{code, grant, new_role};
use client::{Client, NewApiKey, ProblemCode, RoleGrant};
use domain::user::Role as FixedRole;
use testkit::TestApp;
use uuid::Uuid;

const FORBIDDEN: ProblemCode = ProblemCode::Forbidden;

/// Whether the caller may create a role with these permissions.
async fn makes(client: &Client, of: Uuid, name: &str, permissions: &[&str]) -> bool {
    match client
        .create_role(&new_role(of, name, permissions), &plain())
        .await
    {
        Ok(_) => true,
        Err(fault) => {
            assert_eq!(fault.code(), Some(FORBIDDEN), "{permissions:?}");
            false
        }
    }
}

pub async fn nobody_grants_a_permission_they_do_not_hold(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let delegated = ["roles.create", "roles.update", "roles.grant", "users.read"];
    let delegating = role(app, of, "Delegates", &delegated).await;
    let more = role(app, of, "More", &["users.read", "users.delete"]).await;
    let mary = app.member_of("mary", of).await;
    let bob = app.member_of("bob", of).await;
    grant(app, mary.id, delegating.id).await;
    grant(app, bob.id, more.id).await;
    let before = app.position().await;
    for beyond in [
        "users.delete",
        "stations.read",
        "settings.update",
        "roles.delete",
    ] {
        assert!(
            !makes(&mary, of, "New", &["users.read", beyond]).await,
            "{beyond}"
        );
        let wider = update("Delegates", &[&delegated[..], &[beyond]].concat());
        let refused = mary.update_role(delegating.id, &wider, &plain()).await;
        assert_eq!(code(refused), FORBIDDEN, "its own role, with {beyond}");
    }
    // She may not even rename a role with more permissions than she has.
    let renamed = update("Renamed", &["users.read", "users.delete"]);
    let refused = mary.update_role(more.id, &renamed, &plain()).await;
    assert_eq!(code(refused), FORBIDDEN);
    let given = RoleGrant { role_id: more.id };
    for user in [mary.id, bob.id] {
        assert_eq!(
            code(mary.grant_role(user, &given, &plain()).await),
            FORBIDDEN
        );
    }
    assert_eq!(
        code(mary.revoke_role(bob.id, more.id, &plain()).await),
        FORBIDDEN
    );
    assert_eq!(app.position().await, before);

    assert!(makes(&mary, of, "Within", &["users.read", "roles.grant"]).await);
    let given = RoleGrant {
        role_id: delegating.id,
    };
    let granted = mary.grant_role(bob.id, &given, &plain()).await;
    assert_eq!(granted.unwrap().body.content.len(), 2);
    assert!(makes(&bob, of, "Passed on", &["users.read", "users.delete"]).await);
    // She may remove permissions from a role if she has those that remain.
    let less = update("More", &["users.read"]);
    mary.update_role(more.id, &less, &plain()).await.unwrap();
    assert!(!makes(&bob, of, "No more", &["users.delete"]).await);
}

pub async fn permissions_on_own_resources_cannot_be_granted(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let station = app.station(of, "one").await.id;
    let makes_roles = role(app, of, "Makes roles", &["roles.create"]).await;
    let mary = app.member_of("mary", of).await;
    let olga = app.operator("olga", of, station).await;
    for user in [mary.id, olga.id] {
        grant(app, user, makes_roles.id).await;
    }
    // Members may read their own seats, operators may manage their own station.
    for (client, own) in [
        (&mary, ["assignments.read", "products.read"]),
        (&olga, ["stations.read", "stations.update"]),
    ] {
        for permission in own {
            assert!(
                !makes(client, of, permission, &[permission]).await,
                "{permission}"
            );
        }
        let name = format!("By {}", client.id);
        assert!(makes(client, of, &name, &["roles.create"]).await);
    }
}

pub async fn a_key_grants_no_more_than_its_permissions(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let admin = app.super_admin();
    let new = NewApiKey {
        permissions: Some(vec!["roles.create".to_owned(), "users.read".to_owned()]),
        ..NewApiKey::new("less")
    };
    let made = admin.create_user_api_key(paul.id, &new, &plain()).await;
    let narrow = app
        .anonymous()
        .with_api_key(made.unwrap().body.key.as_deref());
    assert!(makes(&narrow, of, "Reads", &["users.read"]).await);
    assert!(!makes(&narrow, of, "Changes", &["users.update"]).await);
    // No key may create keys, so none grants that permission.
    for permission in ["apiKeys.create", "apiKeys.rotate", "apiKeys.delete"] {
        assert!(!makes(&paul, of, permission, &[permission]).await);
    }
    let (_, paula) = by_token(app, "paula", FixedRole::Partner, (of, "volt")).await;
    assert!(makes(&paula, of, "Makes keys", &["apiKeys.create"]).await);
}
