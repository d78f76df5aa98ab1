//! API keys: creation and lists. Permissions and expiry are in the modules below.

mod ends;
mod power;
mod secret;

use crate::{
    given::{code, listed, organization_key, plain, problem, user_key},
    harness::cases,
    roles::{by_token, home},
};
use chrono::Duration;
use client::{ApiKey, ApiKeyStatus, NewApiKey, NewOrganizationApiKey, Options, ProblemCode};
use domain::user::Role as FixedRole;
use testkit::TestApp;
use uuid::Uuid;

use ends::*;
use power::*;
use secret::*;

cases![
    a_key_of_a_user_is_made_and_read,
    a_key_of_an_organization_is_made_and_read,
    a_platform_user_makes_a_key_of_its_own,
    keys_are_listed_and_filtered,
    an_invalid_new_key_is_refused,
    a_key_has_its_format_and_any_changed_letter_is_refused,
    the_secret_is_shown_once,
    a_rotated_secret_is_shown_once,
    the_secret_is_in_no_table,
    a_key_expires,
    a_rotated_key_overlaps_with_the_one_before,
    no_secret_outlives_its_key,
    a_revoked_key_is_refused_at_once,
    keys_of_a_locked_out_owner_are_refused,
    the_use_of_a_key_is_noted,
    a_key_has_the_permissions_of_its_owner_now_and_later,
    a_key_may_have_fewer_permissions_than_its_owner,
    no_key_makes_or_changes_keys,
    the_bootstrap_key_makes_keys,
    a_key_of_an_organization_has_no_current_user,
    events_name_the_key_of_the_caller,
];

async fn a_key_of_a_user_is_made_and_read(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let (_, paul) = by_token(app, "paul", FixedRole::Partner, (of, "volt")).await;
    let mary = app.member_of("mary", of).await.id;
    let new = NewApiKey {
        permissions: Some(vec!["products.read".to_owned()]),
        expires_at: Some(app.clock().time() + Duration::days(1)),
        ..NewApiKey::new("Billing\u{a0}export")
    };
    // A member may read its own keys, a partner the keys of everybody in its organization.
    let made = paul
        .create_user_api_key(mary, &new, &plain())
        .await
        .unwrap();
    let (key, etag) = (made.body, made.etag);
    assert_eq!((made.status, etag.as_deref()), (201, Some("\"1\"")));
    assert_eq!(made.location, Some(format!("/api/v1/api-keys/{}", key.id)));
    let due = ApiKey {
        id: key.id,
        name: new.name.clone(),
        user_id: Some(mary),
        organization_id: Some(of),
        permissions: new.permissions.clone(),
        status: ApiKeyStatus::Active,
        expires_at: new.expires_at,
        last_used_at: None,
        previous_secret_until: None,
        created_at: app.clock().time(),
        updated_at: app.clock().time(),
        version: 1,
    };
    let read = paul.get_api_key(key.id, &plain()).await.unwrap();
    assert_eq!(read.body.as_ref(), Some(&due));
    let known = Options {
        if_none_match: read.etag,
        ..plain()
    };
    assert_eq!(paul.get_api_key(key.id, &known).await.unwrap().status, 304);
    let own = format!("users/{mary}/api-keys");
    let token = &paul.tokens.access_token;
    // The other key is the one that the test uses.
    assert_eq!(listed(app, token, &own, "").await.last(), Some(&key.id));
}

async fn a_key_of_an_organization_is_made_and_read(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let (theirs, _) = home(app, "amper").await;
    let (_, paul) = by_token(app, "paul", FixedRole::Partner, (of, "volt")).await;
    let made = paul
        .create_api_key(&NewOrganizationApiKey::new("Export"), &plain())
        .await;
    let key = made.unwrap().body;
    assert_eq!((key.user_id, key.organization_id), (None, Some(of)));
    assert_eq!((key.permissions, key.expires_at), (None, None));
    let read = paul.get_api_key(key.id, &plain()).await.unwrap();
    assert_eq!(read.body.unwrap().organization_id, Some(of));
    let new = NewOrganizationApiKey {
        organization_id: Some(theirs),
        ..NewOrganizationApiKey::new("Export")
    };
    let hidden = ProblemCode::NotFound;
    assert_eq!(code(paul.create_api_key(&new, &plain()).await), hidden);
}

async fn a_platform_user_makes_a_key_of_its_own(app: &mut TestApp) {
    let admin = app.super_admin();
    let new = NewOrganizationApiKey::new("Mine");
    let key = admin.create_api_key(&new, &plain()).await.unwrap().body;
    assert_eq!((key.user_id, key.organization_id), (Some(admin.id), None));
    let mine = app.anonymous().with_api_key(key.key.as_deref());
    let me = mine.get_current_user(&plain()).await.unwrap().body.unwrap();
    assert_eq!(me.id, admin.id);
}

async fn keys_are_listed_and_filtered(app: &mut TestApp) {
    let admin = app.super_admin();
    let (ours, paul) = home(app, "volt").await;
    let (theirs, eve) = home(app, "amper").await;
    let mary = app.user("mary").await.id;
    let soon = NewApiKey {
        expires_at: Some(app.clock().time() + Duration::minutes(1)),
        ..NewApiKey::new("soon")
    };
    let own = organization_key(app, ours, &NewOrganizationApiKey::new("own"))
        .await
        .id;
    let foreign = organization_key(app, theirs, &NewOrganizationApiKey::new("own"))
        .await
        .id;
    let expired = user_key(app, mary, &soon).await.id;
    let revoked = user_key(app, mary, &NewApiKey::new("revoked")).await.id;
    let active = user_key(app, mary, &NewApiKey::new("active")).await.id;
    admin.revoke_api_key(revoked, &plain()).await.unwrap();
    app.clock().advance(Duration::minutes(1));
    let of_mary = format!("userId={mary}");
    for (key, query, due) in [
        (&admin.key, of_mary.clone(), vec![expired, revoked, active]),
        (&admin.key, format!("{of_mary}&status=ACTIVE"), vec![active]),
        (
            &admin.key,
            format!("{of_mary}&status=EXPIRED"),
            vec![expired],
        ),
        (&admin.key, "status=REVOKED".to_owned(), vec![revoked]),
        (
            &admin.key,
            format!("{of_mary}&sort=createdAt,desc"),
            vec![active, revoked, expired],
        ),
        (&admin.key, format!("userId={}", app.new_id()), vec![]),
        (&paul.key, of_mary, vec![]),
        (&paul.key, format!("organizationId={theirs}"), vec![]),
    ] {
        assert_eq!(listed(app, key, "api-keys", &query).await, due, "{query}");
    }
    // The keys of an organization, and those of its users.
    for (partner, of, key) in [(&paul, ours, own), (&eve, theirs, foreign)] {
        for query in [String::new(), format!("organizationId={of}")] {
            let found = listed(app, &partner.key, "api-keys", &query).await;
            assert!(found.contains(&key) && found.len() == 2, "{found:?}");
        }
    }
    let of_member = format!("users/{mary}/api-keys");
    assert_eq!(
        listed(app, &admin.key, &of_member, "").await,
        [expired, revoked, active]
    );
    let hidden = app
        .raw("GET", &format!("/api/v1/{of_member}"))
        .key(&paul.key);
    assert_eq!(hidden.send().await.status, 404);
}

async fn an_invalid_new_key_is_refused(app: &mut TestApp) {
    let admin = app.super_admin();
    let (of, paul) = home(app, "volt").await;
    let mary = app.member_of("mary", of).await.id;
    let now = app.clock().time();
    let with = |permissions: &[&str], expires_at| NewApiKey {
        permissions: Some(permissions.iter().map(|&one| one.to_owned()).collect()),
        expires_at,
        ..NewApiKey::new("key")
    };
    let before = app.position().await;
    for (new, due) in [
        (
            with(&["products.read", "users.fly"], None),
            "/permissions/1 UNKNOWN_PERMISSION",
        ),
        (
            with(&["products.read"], Some(now)),
            "/expiresAt IN_THE_PAST",
        ),
        (
            with(&["products.read"], Some(now - Duration::days(1))),
            "/expiresAt IN_THE_PAST",
        ),
    ] {
        let refused = problem(admin.create_user_api_key(mary, &new, &plain()).await);
        let errors = refused.errors.unwrap_or_default();
        let found: Vec<String> = errors
            .iter()
            .map(|error| format!("{} {}", error.pointer.as_deref().unwrap_or("?"), error.code))
            .collect();
        assert_eq!(found, [due]);
    }
    // Not even a super admin makes a key with more permissions than its owner.
    let more = with(&["organizations.create"], None);
    for owner in [mary, paul.id] {
        let refused = admin.create_user_api_key(owner, &more, &plain()).await;
        assert_eq!(code(refused), ProblemCode::Forbidden);
    }
    let new = NewOrganizationApiKey {
        permissions: more.permissions.clone(),
        organization_id: Some(of),
        ..NewOrganizationApiKey::new("key")
    };
    assert_eq!(
        code(admin.create_api_key(&new, &plain()).await),
        ProblemCode::Forbidden
    );
    let nowhere = NewOrganizationApiKey {
        organization_id: Some(app.new_id()),
        ..NewOrganizationApiKey::new("key")
    };
    let hidden = ProblemCode::NotFound;
    assert_eq!(code(admin.create_api_key(&nowhere, &plain()).await), hidden);
    let nobody: Uuid = app.new_id();
    let made = admin
        .create_user_api_key(nobody, &NewApiKey::new("key"), &plain())
        .await;
    assert_eq!(code(made), hidden);
    assert_eq!(app.position().await, before);

    admin.deactivate_user(mary, &plain()).await.unwrap();
    let made = admin
        .create_user_api_key(mary, &NewApiKey::new("key"), &plain())
        .await;
    assert_eq!(code(made), ProblemCode::UserNotActive);
    admin.delete_organization(of, &plain()).await.unwrap();
    let gone = NewOrganizationApiKey {
        organization_id: Some(of),
        ..NewOrganizationApiKey::new("key")
    };
    let made = admin.create_api_key(&gone, &plain()).await;
    assert_eq!(code(made), ProblemCode::OrganizationDeleted);
}
