//! Nobody acts on a user who may do more than they may: they could then act as that user.

use super::{by_token, home, plain, role};
use crate::given::{code, grant, organization_key, person, user_key};
use client::{
    ApiKeyRotation, Client, Error, NewApiKey, NewOrganizationApiKey, ProblemCode, Reply, User,
    UserUpdate,
};
use domain::user::Role as FixedRole;
use testkit::{TestApp, app::SignedIn};
use uuid::Uuid;

const FORBIDDEN: ProblemCode = ProblemCode::Forbidden;

/// The permissions to manage the users of an organization and their keys, and nothing else.
const RUNS: [&str; 7] = [
    "users.read",
    "users.update",
    "users.delete",
    "apiKeys.read",
    "apiKeys.create",
    "apiKeys.rotate",
    "apiKeys.delete",
];

/// An organization with a member who manages its users.
async fn runner(app: &TestApp) -> (Uuid, Uuid, SignedIn) {
    let (of, _) = home(app, "volt").await;
    let runs = role(app, of, "Runs people", &RUNS).await;
    let (mary, session) = by_token(app, "mary", FixedRole::Member, (of, "volt")).await;
    grant(app, mary, runs.id).await;
    (of, mary, session)
}

async fn key_of(app: &TestApp, user: Uuid) -> Uuid {
    user_key(app, user, &NewApiKey::new("target")).await.id
}

/// The code with which each request that acts on a user is refused; the user and its key exist afterwards.
async fn acts(client: &Client, user: &User, key: Uuid) -> Vec<(&'static str, Option<ProblemCode>)> {
    fn refused<T>(answer: Result<Reply<T>, Error>) -> Option<ProblemCode> {
        answer.err().map(|fault| fault.code().unwrap())
    }
    let none = plain();
    let renamed = UserUpdate {
        email: format!("new-{}", user.email),
        display_name: "New".to_owned(),
    };
    let rotation = ApiKeyRotation::default();
    vec![
        (
            "update",
            refused(client.update_user(user.id, &renamed, &none).await),
        ),
        (
            "deactivate",
            refused(client.deactivate_user(user.id, &none).await),
        ),
        (
            "activate",
            refused(client.activate_user(user.id, &none).await),
        ),
        (
            "rotate",
            refused(client.rotate_api_key(key, &rotation, &none).await),
        ),
        (
            "revoke",
            refused(client.revoke_user_api_key(user.id, key, &none).await),
        ),
        (
            "revoke by id",
            refused(client.revoke_api_key(key, &none).await),
        ),
        ("delete", refused(client.delete_user(user.id, &none).await)),
    ]
}

async fn user(app: &TestApp, id: Uuid) -> User {
    let read = app.super_admin().get_user(id, &plain()).await;
    read.unwrap().body.unwrap()
}

pub async fn nobody_acts_on_a_user_who_may_do_more(app: &mut TestApp) {
    let (of, _, mary) = runner(app).await;
    let station = app.station(of, "one").await.id;
    let more = role(app, of, "More", &["users.read", "settings.update"]).await;
    let bob = app.member_of("bob", of).await.id;
    let olga = app.operator("olga", of, station).await.id;
    for id in [bob, olga] {
        grant(app, id, more.id).await;
    }
    let paula = app.partner("paula", of).await.id;
    for id in [bob, olga, paula] {
        let (target, key) = (user(app, id).await, key_of(app, id).await);
        let before = app.position().await;
        for (act, answer) in acts(&mary, &target, key).await {
            assert_eq!(answer, Some(FORBIDDEN), "{act} {}", target.email);
        }
        assert_eq!(app.position().await, before);
        // Reading is allowed.
        assert!(mary.get_user(id, &plain()).await.is_ok());
        assert!(mary.get_api_key(key, &plain()).await.is_ok());
    }
    // Without the role, they may do no more than she.
    let admin = app.super_admin();
    admin.delete_role(more.id, &plain()).await.unwrap();
    let deactivated = mary.deactivate_user(bob, &plain()).await;
    assert_eq!(deactivated.unwrap().status, 200);
}

pub async fn nobody_gets_a_key_that_may_do_more(app: &mut TestApp) {
    let (of, _, mary) = runner(app).await;
    let station = app.station(of, "one").await.id;
    let (bob, olga) = (
        app.member_of("bob", of).await.id,
        app.operator("olga", of, station).await.id,
    );
    let paula = app.partner("paula", of).await.id;
    let all = NewApiKey::new("all");
    let only = |permission: &str| NewApiKey {
        permissions: Some(vec![permission.to_owned()]),
        ..NewApiKey::new("only")
    };
    let before = app.position().await;
    for (owner, new) in [
        (paula, all.clone()),
        (paula, only("settings.update")),
        // Their permissions on their own seats and station are more than hers.
        (bob, all.clone()),
        (bob, only("assignments.read")),
        (olga, all.clone()),
        (olga, only("stations.update")),
        // No key gets more permissions than its owner has.
        (bob, only("users.read")),
    ] {
        let refused = mary.create_user_api_key(owner, &new, &plain()).await;
        assert_eq!(code(refused), FORBIDDEN, "{owner} {new:?}");
    }
    let new = NewOrganizationApiKey::new("of the organization");
    assert_eq!(code(mary.create_api_key(&new, &plain()).await), FORBIDDEN);
    assert_eq!(app.position().await, before);

    let of_organization = organization_key(app, of, &new).await.id;
    let keys = [
        of_organization,
        key_of(app, bob).await,
        key_of(app, olga).await,
    ];
    let before = app.position().await;
    for key in keys {
        // The answer would contain the new secret.
        let rotation = ApiKeyRotation::default();
        let refused = mary.rotate_api_key(key, &rotation, &plain()).await;
        assert_eq!(code(refused), FORBIDDEN, "{key}");
    }
    assert_eq!(app.position().await, before);
    let within = NewOrganizationApiKey {
        permissions: Some(vec!["users.read".to_owned()]),
        ..NewOrganizationApiKey::new("within")
    };
    let made = mary.create_api_key(&within, &plain()).await.unwrap();
    assert_eq!(made.status, 201);
    let (id, rotation) = (made.body.id, ApiKeyRotation::default());
    let rotated = mary.rotate_api_key(id, &rotation, &plain()).await;
    assert_eq!(rotated.unwrap().status, 200);
}

pub async fn acting_on_equals_is_allowed(app: &mut TestApp) {
    let (of, mary_id, mary) = runner(app).await;
    let reads = role(app, of, "Reads people", &["users.read"]).await;
    let anna = app.member_of("anna", of).await.id;
    grant(app, anna, reads.id).await;
    let target = user(app, anna).await;
    let renamed = UserUpdate {
        email: "anne@example.com".to_owned(),
        display_name: "Anne".to_owned(),
    };
    let none = plain();
    let updated = mary.update_user(anna, &renamed, &none).await;
    assert_eq!(updated.unwrap().body.version, target.version + 1);
    mary.deactivate_user(anna, &none).await.unwrap();
    mary.activate_user(anna, &none).await.unwrap();
    mary.delete_user(anna, &none).await.unwrap();
    // She may always rename herself and manage her own keys.
    let own = NewApiKey::new("own");
    let own = mary.create_user_api_key(mary_id, &own, &none).await;
    let own = own.unwrap().body.id;
    let renamed = UserUpdate {
        email: "maria@example.com".to_owned(),
        display_name: "Maria".to_owned(),
    };
    mary.update_user(mary_id, &renamed, &none).await.unwrap();
    mary.rotate_api_key(own, &ApiKeyRotation::default(), &none)
        .await
        .unwrap();
    mary.revoke_user_api_key(mary_id, own, &none).await.unwrap();
}

pub async fn nobody_invites_a_user_who_may_do_more(app: &mut TestApp) {
    let (of, _, mary) = runner(app).await;
    let admin = app.super_admin();
    let more = role(app, of, "More", &["settings.update"]).await;
    let none = plain();
    let partner = person("paula");
    let partner = admin.create_organization_partner(of, &partner, &none).await;
    let (bob, carl) = (person("bob"), person("carl"));
    let bob = admin.create_organization_member(of, &bob, &none).await;
    let carl = admin.create_organization_member(of, &carl, &none).await;
    let [partner, bob, carl] = [partner, bob, carl].map(|made| made.unwrap().body.id);
    grant(app, bob, more.id).await;
    for user in [partner, bob] {
        assert_eq!(code(mary.invite_user(user, &none).await), FORBIDDEN);
    }
    assert_eq!(mary.invite_user(carl, &none).await.unwrap().status, 204);
}
