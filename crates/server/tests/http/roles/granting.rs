//! When the permissions of a granted role take effect, and when they end.

use super::{by_token, home, update};
use crate::given::{code, grant, plain, problem, role};
use client::{ProblemCode, RoleGrant};
use domain::user::Role as FixedRole;
use serde_json::Value;
use testkit::TestApp;

/// The status of a request for the list of users.
async fn reads(app: &TestApp, authorization: &str) -> u16 {
    let sent = app.raw("GET", "/api/v1/users").key(authorization);
    sent.send().await.status
}

pub async fn a_change_of_a_role_is_in_effect_at_once(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let role = role(app, of, "Reader", &["users.read"]).await;
    let given = RoleGrant { role_id: role.id };
    let (mary, session) = by_token(app, "mary", FixedRole::Member, (of, "volt")).await;
    let token = &session.tokens.access_token;
    let key = app.with_key(mary).await.key;
    let now = async |due: u16, why: &str| {
        assert_eq!(reads(app, token).await, due, "{why}, by token");
        assert_eq!(reads(app, &key).await, due, "{why}, by key");
    };
    now(403, "before").await;
    paul.grant_role(mary, &given, &plain()).await.unwrap();
    now(200, "granted").await;
    let less = update("Reader", &["stations.read"]);
    paul.update_role(role.id, &less, &plain()).await.unwrap();
    now(403, "carries it no more").await;
    let more = update("Reader", &["users.read", "stations.read"]);
    paul.update_role(role.id, &more, &plain()).await.unwrap();
    now(200, "carries it again").await;
    paul.revoke_role(mary, role.id, &plain()).await.unwrap();
    now(403, "taken back").await;
    paul.grant_role(mary, &given, &plain()).await.unwrap();
    now(200, "granted again").await;
    paul.delete_role(role.id, &plain()).await.unwrap();
    now(403, "deleted").await;
}

pub async fn a_deleted_role_gives_nothing(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let gone = role(app, of, "Reader", &["users.read"]).await;
    let mary = app.member_of("mary", of).await;
    grant(app, mary.id, gone.id).await;
    assert_eq!(reads(app, &mary.key).await, 200);
    paul.delete_role(gone.id, &plain()).await.unwrap();
    role(app, of, "Reader", &["users.read"]).await;
    assert_eq!(reads(app, &mary.key).await, 403, "another role of the name");
    app.restart().await;
    assert_eq!(reads(app, &mary.key).await, 403);
    let paul = app.with_key(paul.id).await;
    let has = paul.list_user_roles(mary.id, &plain()).await.unwrap().body;
    assert_eq!(has.content, []);
    let given = RoleGrant { role_id: gone.id };
    let not_found = ProblemCode::NotFound;
    assert_eq!(
        code(paul.grant_role(mary.id, &given, &plain()).await),
        not_found
    );
    assert_eq!(
        code(paul.revoke_role(mary.id, gone.id, &plain()).await),
        not_found
    );
}

pub async fn a_locked_out_user_gets_no_role(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let role = role(app, of, "Reader", &["users.read"]).await;
    let given = RoleGrant { role_id: role.id };
    let (inactive, deleted) = (
        app.member_of("ina", of).await.id,
        app.member_of("del", of).await.id,
    );
    paul.deactivate_user(inactive, &plain()).await.unwrap();
    paul.delete_user(deleted, &plain()).await.unwrap();
    for user in [inactive, deleted] {
        let refused = paul.grant_role(user, &given, &plain()).await;
        assert_eq!(code(refused), ProblemCode::UserNotActive);
    }
    let nobody = paul.grant_role(app.new_id(), &given, &plain()).await;
    assert_eq!(code(nobody), ProblemCode::NotFound);
}

pub async fn a_user_has_twenty_roles_at_most(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let mary = app.member_of("mary", of).await.id;
    let mut roles = Vec::new();
    for number in 0..21 {
        roles.push(
            role(app, of, &format!("Role {number}"), &["users.read"])
                .await
                .id,
        );
    }
    for role in &roles[..20] {
        grant(app, mary, *role).await;
    }
    let last = RoleGrant { role_id: roles[20] };
    let refused = problem(paul.grant_role(mary, &last, &plain()).await);
    let errors = refused.errors.unwrap_or_default();
    let found = (errors[0].pointer.as_deref(), errors[0].code.as_str());
    assert_eq!(found, (Some("/roleId"), "TOO_MANY"));
    let again = RoleGrant { role_id: roles[3] };
    assert_eq!(
        paul.grant_role(mary, &again, &plain())
            .await
            .unwrap()
            .status,
        200
    );
    // Deleted roles do not count.
    paul.delete_role(roles[0], &plain()).await.unwrap();
    let has = paul.grant_role(mary, &last, &plain()).await.unwrap().body;
    assert_eq!(has.content.len(), 20);
}

pub async fn a_role_that_was_granted_is_not_granted_again(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let (one, other) = (
        role(app, of, "One", &["users.read"]).await,
        role(app, of, "Other", &["users.read"]).await,
    );
    let mary = app.member_of("mary", of).await.id;
    let given = RoleGrant { role_id: one.id };
    let first = paul.grant_role(mary, &given, &plain()).await.unwrap();
    let before = app.position().await;
    let again = paul.grant_role(mary, &given, &plain()).await.unwrap();
    assert_eq!((again.body, app.position().await), (first.body, before));
    let not_found = ProblemCode::NotFound;
    assert_eq!(
        code(paul.revoke_role(mary, other.id, &plain()).await),
        not_found
    );
    assert_eq!(
        paul.revoke_role(mary, one.id, &plain())
            .await
            .unwrap()
            .status,
        204
    );
    assert_eq!(
        code(paul.revoke_role(mary, one.id, &plain()).await),
        not_found
    );
    let events: Value = {
        let sent = app.raw("GET", "/api/v1/events?limit=1000").key(&paul.key);
        sent.send().await.json()
    };
    let types = events["content"].as_array().unwrap().iter();
    let types: Vec<_> = types.filter_map(|event| event["type"].as_str()).collect();
    let of_roles: Vec<_> = types.iter().filter(|kind| kind.contains("ole")).collect();
    assert_eq!(
        of_roles,
        [
            &"role.created",
            &"role.created",
            &"user.roleGranted",
            &"user.roleRevoked"
        ]
    );
}
