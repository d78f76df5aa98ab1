//! When keys end: expiry, rotation, revocation, and lockout of their owners.

use super::secret::me_status;
use crate::{
    given::{code, organization_key, plain, user_key},
    roles::home,
};
use chrono::{DateTime, Duration, Utc};
use client::{
    ApiKey, ApiKeyRotation, ApiKeyStatus, ApiKeyWithSecret, NewApiKey, NewOrganizationApiKey,
    Options, ProblemCode,
};
use testkit::TestApp;
use uuid::Uuid;

/// The present key, and its ETag.
async fn read(app: &TestApp, id: Uuid) -> (ApiKey, Option<String>) {
    let reply = app.super_admin().get_api_key(id, &plain()).await.unwrap();
    (reply.body.unwrap(), reply.etag)
}

async fn rotate(app: &TestApp, id: Uuid, overlap_seconds: Option<i32>) -> ApiKeyWithSecret {
    let rotation = ApiKeyRotation { overlap_seconds };
    let admin = app.super_admin();
    let rotated = admin.rotate_api_key(id, &rotation, &plain()).await;
    rotated.unwrap().body
}

/// A key of a member of the platform, which expires then.
async fn a_key(app: &TestApp, expires_at: Option<DateTime<Utc>>) -> (Uuid, String) {
    let ada = app.user(&format!("u{}", app.new_id().simple())).await.id;
    let new = NewApiKey {
        expires_at,
        ..NewApiKey::new("key")
    };
    let made = user_key(app, ada, &new).await;
    (made.id, made.key.unwrap())
}

/// Whether the key changed since this ETag.
async fn changed_since(app: &TestApp, id: Uuid, tag: Option<String>) -> bool {
    let known = Options {
        if_none_match: tag,
        ..plain()
    };
    app.super_admin()
        .get_api_key(id, &known)
        .await
        .unwrap()
        .status
        == 200
}

pub async fn a_key_expires(app: &mut TestApp) {
    let (id, key) = a_key(app, Some(app.clock().time() + Duration::seconds(60))).await;
    let (_, tag) = read(app, id).await;
    app.clock().advance(Duration::milliseconds(59_999));
    assert_eq!(me_status(app, &key).await, 200);
    app.clock().advance(Duration::milliseconds(1));
    assert_eq!(me_status(app, &key).await, 401);
    let (now, _) = read(app, id).await;
    assert_eq!((now.status, now.version), (ApiKeyStatus::Expired, 1));
    assert!(changed_since(app, id, tag).await);
    let rotation = ApiKeyRotation::default();
    let refused = app
        .super_admin()
        .rotate_api_key(id, &rotation, &plain())
        .await;
    assert_eq!(
        code(refused),
        ProblemCode::NotFound,
        "nothing brings it back"
    );
}

pub async fn a_rotated_key_overlaps_with_the_one_before(app: &mut TestApp) {
    let (id, first) = a_key(app, None).await;
    let answer = rotate(app, id, None).await;
    let second = answer.key.unwrap();
    let until = app.clock().time() + Duration::hours(1);
    assert_eq!(
        answer.previous_secret_until,
        Some(until),
        "an hour unless asked"
    );
    assert_eq!((answer.id, answer.version), (id, 2));
    assert_eq!(
        [me_status(app, &first).await, me_status(app, &second).await],
        [200, 200]
    );
    let (now, tag) = read(app, id).await;
    assert_eq!(now.previous_secret_until, Some(until));
    app.clock().advance(Duration::milliseconds(3_599_999));
    assert_eq!(
        [me_status(app, &first).await, me_status(app, &second).await],
        [200, 200]
    );
    app.clock().advance(Duration::milliseconds(1));
    assert_eq!(
        [me_status(app, &first).await, me_status(app, &second).await],
        [401, 200]
    );
    assert_eq!(read(app, id).await.0.previous_secret_until, None);
    assert!(changed_since(app, id, tag).await, "the overlap is over");

    let third = rotate(app, id, Some(0)).await;
    assert_eq!(third.previous_secret_until, None);
    let third = third.key.unwrap();
    assert_eq!(
        [me_status(app, &second).await, me_status(app, &third).await],
        [401, 200]
    );
    // Only the secret before the last rotation works beside the present one.
    let fourth = rotate(app, id, Some(600)).await.key.unwrap();
    let fifth = rotate(app, id, Some(600)).await.key.unwrap();
    let answers = [&third, &fourth, &fifth].map(|key| me_status(app, key));
    let [third, fourth, fifth] = answers;
    assert_eq!([third.await, fourth.await, fifth.await], [401, 200, 200]);
}

pub async fn no_secret_outlives_its_key(app: &mut TestApp) {
    let end = app.clock().time() + Duration::minutes(5);
    let (id, first) = a_key(app, Some(end)).await;
    let answer = rotate(app, id, Some(604_800)).await;
    assert_eq!(answer.previous_secret_until, Some(end));
    assert_eq!(answer.expires_at, Some(end));
    let second = answer.key.unwrap();
    app.clock().advance(Duration::minutes(5));
    assert_eq!(
        [me_status(app, &first).await, me_status(app, &second).await],
        [401, 401]
    );
    // A former secret does not outlive a revocation either.
    let (id, first) = a_key(app, None).await;
    let second = rotate(app, id, Some(604_800)).await.key.unwrap();
    app.super_admin()
        .revoke_api_key(id, &plain())
        .await
        .unwrap();
    assert_eq!(
        [me_status(app, &first).await, me_status(app, &second).await],
        [401, 401]
    );
}

pub async fn a_revoked_key_is_refused_at_once(app: &mut TestApp) {
    let admin = app.super_admin();
    let (ada, bob) = (app.user("ada").await.id, app.user("bob").await.id);
    let one = user_key(app, ada, &NewApiKey::new("one")).await;
    let other = user_key(app, ada, &NewApiKey::new("other")).await;
    let secrets = [one.key.unwrap(), other.key.unwrap()];
    for key in &secrets {
        assert_eq!(me_status(app, key).await, 200);
    }
    let not_found = ProblemCode::NotFound;
    let elsewhere = admin.revoke_user_api_key(bob, one.id, &plain()).await;
    assert_eq!(code(elsewhere), not_found, "it is another user's");
    let stale = Options::if_match("\"7\"");
    let refused = admin.revoke_api_key(one.id, &stale).await;
    assert_eq!(code(refused), ProblemCode::PreconditionFailed);
    assert_eq!(me_status(app, &secrets[0]).await, 200);

    let first = Options::if_match("\"1\"");
    let done = admin.revoke_api_key(one.id, &first).await;
    assert_eq!(done.unwrap().status, 204);
    let done = admin.revoke_user_api_key(ada, other.id, &first).await;
    assert_eq!(done.unwrap().status, 204);
    for key in &secrets {
        assert_eq!(me_status(app, key).await, 401);
    }
    let (now, _) = read(app, one.id).await;
    assert_eq!((now.status, now.version), (ApiKeyStatus::Revoked, 2));
    let before = app.position().await;
    let again = admin.revoke_api_key(one.id, &plain()).await;
    assert_eq!(again.unwrap().status, 204);
    assert_eq!(app.position().await, before, "it was revoked before");
    let rotation = ApiKeyRotation::default();
    let refused = admin.rotate_api_key(one.id, &rotation, &plain()).await;
    assert_eq!(code(refused), not_found);
    app.restart().await;
    assert_eq!(me_status(app, &secrets[0]).await, 401);
}

pub async fn keys_of_a_locked_out_owner_are_refused(app: &mut TestApp) {
    let admin = app.super_admin();
    let (of, paul) = home(app, "volt").await;
    let own = organization_key(app, of, &NewOrganizationApiKey::new("own")).await;
    let own = own.key.unwrap();
    let stations = async |key: &str| {
        let sent = app.raw("GET", "/api/v1/stations").key(key);
        sent.send().await.status
    };
    let both = async || [stations(&own).await, stations(&paul.key).await];
    assert_eq!(both().await, [200, 200]);
    admin.suspend_organization(of, &plain()).await.unwrap();
    assert_eq!(both().await, [401, 401], "suspended");
    admin.activate_organization(of, &plain()).await.unwrap();
    assert_eq!(both().await, [200, 200]);
    admin.deactivate_user(paul.id, &plain()).await.unwrap();
    assert_eq!(both().await, [200, 401], "the user is deactivated");
    admin.activate_user(paul.id, &plain()).await.unwrap();
    assert_eq!(both().await, [200, 200]);
    admin.delete_user(paul.id, &plain()).await.unwrap();
    assert_eq!(both().await, [200, 401], "the user is deleted");
    admin.delete_organization(of, &plain()).await.unwrap();
    assert_eq!(both().await, [401, 401], "the organization is deleted");
}

pub async fn the_use_of_a_key_is_noted(app: &mut TestApp) {
    let (id, key) = a_key(app, Some(app.clock().time() + Duration::hours(1))).await;
    let noted = async || {
        app.auth().key_uses().keep(app.app()).await;
        read(app, id).await
    };
    let (now, tag) = noted().await;
    assert_eq!(now.last_used_at, None);
    for _ in 0..2 {
        app.clock().advance(Duration::minutes(1));
        assert_eq!(me_status(app, &key).await, 200);
        let (now, _) = noted().await;
        assert_eq!(now.last_used_at, Some(app.clock().time()));
        assert_eq!(now.version, 1, "being used is no change");
        assert!(changed_since(app, id, tag.clone()).await);
    }
    let used = app.clock().time();
    let sent = app
        .raw("GET", "/api/v1/api-keys")
        .key(&app.super_admin().key);
    let listed = sent.send().await.json();
    let of_list = listed["content"].as_array().unwrap().iter();
    let of_list = of_list
        .clone()
        .find(|one| one["id"] == id.to_string())
        .unwrap();
    let shown: DateTime<Utc> = of_list["lastUsedAt"].as_str().unwrap().parse().unwrap();
    assert_eq!(shown, used);
    // A refused request does not count as use.
    app.clock().advance(Duration::hours(2));
    assert_eq!(me_status(app, &key).await, 401);
    assert_eq!(noted().await.0.last_used_at, Some(used));
}
