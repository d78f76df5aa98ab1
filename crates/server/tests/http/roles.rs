//! Custom roles: their permissions, and when these take effect (D7).

mod giving;
mod granting;
mod making;
mod outranking;

use crate::{
    given::{code, grant, listed, new_role, plain, problem, role, walk},
    harness::cases,
};
use client::{ListUsersParams, NewRole, Options, ProblemCode, Role, RoleGrant, RoleUpdate};
use domain::user::Role as FixedRole;
use serde_json::json;
use testkit::{
    TestApp,
    app::{Actor, SignedIn},
};
use uuid::Uuid;

use giving::*;
use granting::*;
use making::*;
use outranking::*;

cases![
    a_role_is_made_read_changed_and_deleted,
    a_name_is_unique_in_its_organization_whatever_its_case,
    a_role_carries_only_what_is_grantable,
    permissions_are_listed_with_who_has_them,
    roles_are_listed_and_filtered,
    a_role_stays_in_its_organization,
    a_change_of_a_role_is_in_effect_at_once,
    a_deleted_role_gives_nothing,
    a_locked_out_user_gets_no_role,
    a_user_has_twenty_roles_at_most,
    a_role_that_was_granted_is_not_granted_again,
    nobody_grants_a_permission_they_do_not_hold,
    permissions_on_own_resources_cannot_be_granted,
    a_key_grants_no_more_than_its_permissions,
    nobody_acts_on_a_user_who_may_do_more,
    nobody_gets_a_key_that_may_do_more,
    acting_on_equals_is_allowed,
    nobody_invites_a_user_who_may_do_more,
    a_narrow_key_makes_no_super_admin_and_no_partner,
    permission_to_create_users_creates_no_operator,
    nobody_redirects_the_invitation_of_a_user_who_may_do_more,
];

/// An organization with a partner.
pub async fn home(app: &TestApp, slug: &str) -> (Uuid, Actor) {
    let of = app.organization(slug).await.id;
    let partner = app.partner(&format!("{slug}-partner"), of).await;
    (of, partner)
}

/// A user of an organization, with an access token.
pub async fn by_token(
    app: &TestApp,
    name: &str,
    role: FixedRole,
    (of, slug): (Uuid, &str),
) -> (Uuid, SignedIn) {
    let person = app.person(name, role, Some((of, slug)), None).await;
    (person.id, app.sign_in(&person.login()).await)
}

fn update(name: &str, permissions: &[&str]) -> RoleUpdate {
    let names = permissions.iter().map(|&one| one.to_owned());
    RoleUpdate::new(name, names.collect())
}

async fn a_role_is_made_read_changed_and_deleted(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let new = NewRole {
        organization_id: None,
        description: Some("Reads\nand more".to_owned()),
        ..new_role(of, "Reader", &["users.read", "stations.read"])
    };
    let made = paul.create_role(&new, &plain()).await.unwrap();
    let role = made.body;
    assert_eq!((made.status, made.etag.as_deref()), (201, Some("\"1\"")));
    assert_eq!(made.location, Some(format!("/api/v1/roles/{}", role.id)));
    assert_eq!((role.organization_id, role.version), (of, 1));
    assert_eq!(role.name, "Reader");
    assert_eq!(role.description, new.description);
    assert_eq!(role.permissions, ["users.read", "stations.read"]);
    assert_eq!(role.created_at, app.clock().time());
    let read = paul.get_role(role.id, &plain()).await.unwrap();
    assert_eq!(read.body.as_ref(), Some(&role));
    let known = Options {
        if_none_match: read.etag,
        ..plain()
    };
    assert_eq!(paul.get_role(role.id, &known).await.unwrap().status, 304);

    app.clock().advance(chrono::Duration::minutes(1));
    let change = update("Lector", &["users.read"]);
    let first = Options::if_match("\"1\"");
    let changed = paul.update_role(role.id, &change, &first).await.unwrap();
    let due = Role {
        name: "Lector".to_owned(),
        description: None,
        permissions: vec!["users.read".to_owned()],
        updated_at: app.clock().time(),
        version: 2,
        ..role.clone()
    };
    assert_eq!((changed.status, &changed.body), (200, &due));
    let stale = ProblemCode::PreconditionFailed;
    assert_eq!(
        code(paul.update_role(role.id, &change, &first).await),
        stale
    );
    assert_eq!(code(paul.delete_role(role.id, &first).await), stale);
    let before = app.position().await;
    let again = paul.update_role(role.id, &change, &plain()).await.unwrap();
    assert_eq!(again.body, due);
    assert_eq!(app.position().await, before, "nothing changed");
    let read = paul.get_role(role.id, &known).await.unwrap();
    assert_eq!((read.status, read.body), (200, Some(due)));

    let second = Options::if_match("\"2\"");
    assert_eq!(
        paul.delete_role(role.id, &second).await.unwrap().status,
        204
    );
    let gone = ProblemCode::NotFound;
    assert_eq!(code(paul.get_role(role.id, &plain()).await), gone);
    assert_eq!(code(paul.delete_role(role.id, &plain()).await), gone);
    assert_eq!(
        code(paul.update_role(role.id, &change, &plain()).await),
        gone
    );
    assert!(listed(app, &paul.key, "roles", "").await.is_empty());
}

async fn a_name_is_unique_in_its_organization_whatever_its_case(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let (other, _) = home(app, "amper").await;
    let desk = role(app, of, "Empfänger Ost", &["users.read"]).await;
    let west = role(app, of, "West", &["users.read"]).await;
    role(app, other, "Empfänger Ost", &["users.read"]).await;
    let taken = ProblemCode::DuplicateKey;
    for name in ["Empfänger Ost", "EMPFÄNGER OST", "empfänger ost"] {
        let new = new_role(of, name, &["stations.read"]);
        assert_eq!(
            code(paul.create_role(&new, &plain()).await),
            taken,
            "{name}"
        );
        let change = update(name, &["users.read"]);
        let refused = paul.update_role(west.id, &change, &plain()).await;
        assert_eq!(code(refused), taken, "{name}");
        // A role may keep its own name.
        let renamed = paul.update_role(desk.id, &change, &plain()).await;
        assert_eq!(renamed.unwrap().body.name, name);
    }
    paul.delete_role(desk.id, &plain()).await.unwrap();
    let new = new_role(of, "EMPFÄNGER ost", &["users.read"]);
    assert_eq!(paul.create_role(&new, &plain()).await.unwrap().status, 201);
}

/// Permissions that a partner has only on itself, or not at all.
const NOT_GRANTABLE: [&str; 11] = [
    "users.readSelf",
    "users.updateSelf",
    "sessions.readSelf",
    "sessions.deleteSelf",
    "partners.create",
    "organizations.create",
    "organizations.update",
    "organizations.suspend",
    "organizations.delete",
    "allocations.update",
    "users.fly",
];

async fn a_role_carries_only_what_is_grantable(app: &mut TestApp) {
    let admin = app.super_admin();
    let (of, _) = home(app, "volt").await;
    let present = role(app, of, "Present", &["users.read"]).await;
    let before = app.position().await;
    for name in NOT_GRANTABLE {
        let due = match name {
            "users.fly" => ("/permissions/1", "UNKNOWN_PERMISSION"),
            _ => ("/permissions", "NOT_GRANTABLE"),
        };
        let set = ["users.read", name];
        let refused = [
            problem(
                admin
                    .create_role(&new_role(of, "New", &set), &plain())
                    .await,
            ),
            problem(
                admin
                    .update_role(present.id, &update("Present", &set), &plain())
                    .await,
            ),
        ];
        for refused in refused {
            assert_eq!(refused.code, ProblemCode::ValidationError, "{name}");
            let errors = refused.errors.unwrap_or_default();
            let found = (errors[0].pointer.as_deref(), errors[0].code.as_str());
            assert_eq!((found, errors.len()), ((Some(due.0), due.1), 1), "{name}");
        }
    }
    assert_eq!(app.position().await, before);
    let listed = admin.list_permissions(&plain()).await.unwrap().body;
    for permission in listed.content {
        let refused = NOT_GRANTABLE.contains(&permission.name.as_str());
        assert_eq!(permission.grantable, !refused, "{}", permission.name);
        if permission.grantable {
            let one = [permission.name.as_str()];
            let made = role(app, of, &permission.name, &one).await;
            assert_eq!(made.permissions, one);
        }
    }
}

async fn permissions_are_listed_with_who_has_them(app: &mut TestApp) {
    let (_, paul) = home(app, "volt").await;
    let listed = paul.list_permissions(&plain()).await.unwrap().body.content;
    let one = |name: &str| json!(listed.iter().find(|one| one.name == name).unwrap());
    assert_eq!(
        one("stations.update"),
        json!({"name": "stations.update", "operations": ["updateStation"],
            "roles": ["SUPER_ADMIN", "PARTNER", "OPERATOR"], "grantable": true})
    );
    let all = json!(["SUPER_ADMIN", "PARTNER", "OPERATOR", "MEMBER"]);
    assert_eq!(one("users.updateSelf")["roles"], all);
    assert_eq!(one("partners.create")["roles"], json!(["SUPER_ADMIN"]));
    let named = contract::OPERATIONS.iter().filter_map(|o| o.permission);
    let named: std::collections::BTreeSet<_> = named.collect();
    let found: std::collections::BTreeSet<_> = listed.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(
        found, named,
        "each permission of the contract, and no other"
    );
    let of_members = app.member("mary").await;
    let refused = of_members.list_permissions(&plain()).await;
    assert_eq!(code(refused), ProblemCode::Forbidden);
}

async fn roles_are_listed_and_filtered(app: &mut TestApp) {
    let admin = app.super_admin();
    let (ours, paul) = home(app, "volt").await;
    let (theirs, _) = home(app, "amper").await;
    let mut ids = Vec::new();
    for (of, name) in [
        (ours, "Desk"),
        (ours, "Accounts"),
        (theirs, "Desk of theirs"),
    ] {
        ids.push(role(app, of, name, &["users.read"]).await.id);
    }
    let of = |id| format!("organizationId={id}");
    for (key, query, due) in [
        (&admin.key, String::new(), vec![ids[0], ids[1], ids[2]]),
        (&admin.key, of(theirs), vec![ids[2]]),
        (&admin.key, "q=DESK".to_owned(), vec![ids[0], ids[2]]),
        (&admin.key, of(app.new_id()), vec![]),
        (&paul.key, String::new(), vec![ids[0], ids[1]]),
        (&paul.key, "sort=name".to_owned(), vec![ids[1], ids[0]]),
        (
            &paul.key,
            "sort=createdAt,desc".to_owned(),
            vec![ids[1], ids[0]],
        ),
        (&paul.key, of(theirs), vec![]),
        (&paul.key, "q=theirs".to_owned(), vec![]),
    ] {
        assert_eq!(listed(app, key, "roles", &query).await, due, "{query}");
    }
    walk(app, "roles", "sort=name", &[ids[1], ids[0], ids[2]]).await;

    let mary = app.member_of("mary", ours).await;
    for id in [ids[0], ids[1]] {
        let grant = RoleGrant { role_id: id };
        paul.grant_role(mary.id, &grant, &plain()).await.unwrap();
    }
    let has = paul.list_user_roles(mary.id, &plain()).await.unwrap().body;
    let names: Vec<_> = has.content.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(names, ["Accounts", "Desk"]);
    let again = RoleGrant { role_id: ids[0] };
    let answer = paul.grant_role(mary.id, &again, &plain()).await.unwrap();
    assert_eq!(answer.body, has, "the grant answers as the list does");
}

async fn a_role_stays_in_its_organization(app: &mut TestApp) {
    let admin = app.super_admin();
    let (ours, paul) = home(app, "volt").await;
    let (theirs, eve) = home(app, "amper").await;
    let own = role(app, ours, "Reader", &["users.read", "users.update"]).await;
    let foreign = role(app, theirs, "Reader", &["users.read"]).await;
    let (mary, mallory) = (
        app.member_of("mary", ours).await,
        app.member_of("mallory", theirs).await,
    );
    let platform = app.member("bob").await;
    let before = app.position().await;
    let hidden = ProblemCode::NotFound;
    let reads = ["users.read"];
    let refused = paul
        .create_role(&new_role(theirs, "New", &reads), &plain())
        .await;
    assert_eq!(code(refused), hidden);
    for (user, role) in [
        (mary.id, foreign.id),
        (mallory.id, own.id),
        (mallory.id, foreign.id),
    ] {
        let grant = RoleGrant { role_id: role };
        assert_eq!(code(paul.grant_role(user, &grant, &plain()).await), hidden);
        assert_eq!(code(paul.revoke_role(user, role, &plain()).await), hidden);
    }
    let mismatch = ProblemCode::OrganizationMismatch;
    for (user, role) in [
        (mallory.id, own.id),
        (mary.id, foreign.id),
        (platform.id, own.id),
    ] {
        let grant = RoleGrant { role_id: role };
        assert_eq!(
            code(admin.grant_role(user, &grant, &plain()).await),
            mismatch
        );
    }
    let nowhere = NewRole {
        organization_id: None,
        ..new_role(ours, "New", &reads)
    };
    let refused = problem(admin.create_role(&nowhere, &plain()).await);
    let errors = refused.errors.unwrap_or_default();
    assert_eq!(errors[0].pointer.as_deref(), Some("/organizationId"));
    let unknown = new_role(app.new_id(), "New", &reads);
    assert_eq!(code(admin.create_role(&unknown, &plain()).await), hidden);
    assert_eq!(app.position().await, before);

    // A role gives its permissions in its own organization only.
    grant(app, mary.id, own.id).await;
    let page = mary.list_users(&ListUsersParams::default(), &plain()).await;
    let seen: Vec<_> = page
        .unwrap()
        .body
        .content
        .iter()
        .map(|user| user.id)
        .collect();
    assert_eq!(seen, [paul.id, mary.id]);
    let rename = client::UserUpdate {
        email: "new@example.com".to_owned(),
        display_name: "New".to_owned(),
    };
    for user in [mallory.id, eve.id, platform.id, admin.id] {
        assert_eq!(code(mary.get_user(user, &plain()).await), hidden);
        assert_eq!(
            code(mary.update_user(user, &rename, &plain()).await),
            hidden
        );
    }
    admin.delete_organization(theirs, &plain()).await.unwrap();
    let refused = admin
        .create_role(&new_role(theirs, "New", &reads), &plain())
        .await;
    assert_eq!(code(refused), ProblemCode::OrganizationDeleted);
}
