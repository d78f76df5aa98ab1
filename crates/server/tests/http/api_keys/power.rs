//! Permissions of keys: those of their owners or fewer, and never to make keys.

use crate::{
    given::{code, grant, organization_key, plain, role, user_key},
    roles::{by_token, home},
};
use client::{
    ApiKeyRotation, Client, NewApiKey, NewOrganizationApiKey, NewStation, ProblemCode, RoleUpdate,
};
use domain::user::Role as FixedRole;
use serde_json::{Value, json};
use testkit::TestApp;
use uuid::Uuid;

const FORBIDDEN: ProblemCode = ProblemCode::Forbidden;

/// The status of a GET with the key.
async fn gets(app: &TestApp, key: &str, path: &str) -> u16 {
    let sent = app.raw("GET", &format!("/api/v1/{path}")).key(key);
    sent.send().await.status
}

fn only(permissions: &[&str]) -> NewApiKey {
    NewApiKey {
        permissions: Some(permissions.iter().map(|&one| one.to_owned()).collect()),
        ..NewApiKey::new("only")
    }
}

pub async fn a_key_has_the_permissions_of_its_owner_now_and_later(app: &mut TestApp) {
    let admin = app.super_admin();
    let (of, _) = home(app, "volt").await;
    let mary = app.member_of("mary", of).await.id;
    let reads = role(app, of, "Reads", &["users.read", "stations.read"]).await;
    grant(app, mary, reads.id).await;
    let all = user_key(app, mary, &NewApiKey::new("all"))
        .await
        .key
        .unwrap();
    let some = user_key(app, mary, &only(&["users.read"]))
        .await
        .key
        .unwrap();
    let both = async |path: &str| [gets(app, &all, path).await, gets(app, &some, path).await];
    assert_eq!(both("users").await, [200, 200]);
    assert_eq!(both("stations").await, [200, 403]);
    assert_eq!(both("roles").await, [403, 403]);
    // A key with all permissions of its owner gets those that the owner gets later.
    let change = RoleUpdate::new("Reads", vec!["roles.read".to_owned()]);
    admin
        .update_role(reads.id, &change, &plain())
        .await
        .unwrap();
    assert_eq!(both("roles").await, [200, 403]);
    assert_eq!(both("users").await, [403, 403], "the owner may no more");
    let change = RoleUpdate::new("Reads", vec!["users.read".to_owned()]);
    admin
        .update_role(reads.id, &change, &plain())
        .await
        .unwrap();
    assert_eq!(both("users").await, [200, 200], "it was asked for by name");
    admin.delete_role(reads.id, &plain()).await.unwrap();
    assert_eq!(both("users").await, [403, 403]);
}

pub async fn a_key_may_have_fewer_permissions_than_its_owner(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let own = NewOrganizationApiKey {
        permissions: only(&["stations.read"]).permissions,
        ..NewOrganizationApiKey::new("only")
    };
    let own = organization_key(app, of, &own).await.key.unwrap();
    let of_user = user_key(app, paul.id, &only(&["stations.read"]))
        .await
        .key
        .unwrap();
    for key in [own, of_user] {
        for operation in crate::sweep::secured() {
            let reply = crate::sweep::request(app, operation).key(&key).send().await;
            let may = operation.permission == Some("stations.read");
            assert_eq!(reply.status == 403, !may, "{operation:?} {}", reply.status);
        }
    }
}

/// The code with which each request that makes or changes keys is refused.
async fn ways(client: &Client, of: Uuid, user: Uuid, key: Uuid) -> [Option<ProblemCode>; 5] {
    fn refused<T>(answer: Result<client::Reply<T>, client::Error>) -> Option<ProblemCode> {
        answer.err().map(|fault| fault.code().unwrap())
    }
    let none = plain();
    let new = NewOrganizationApiKey {
        organization_id: Some(of),
        ..NewOrganizationApiKey::new("new")
    };
    let rotation = ApiKeyRotation::default();
    [
        refused(client.create_api_key(&new, &none).await),
        refused(
            client
                .create_user_api_key(user, &NewApiKey::new("new"), &none)
                .await,
        ),
        refused(client.rotate_api_key(key, &rotation, &none).await),
        refused(client.revoke_user_api_key(user, key, &none).await),
        refused(client.revoke_api_key(key, &none).await),
    ]
}

pub async fn no_key_makes_or_changes_keys(app: &mut TestApp) {
    let admin = app.super_admin();
    let (of, paul) = home(app, "volt").await;
    let mary = app.member_of("mary", of).await.id;
    let makers = [
        "apiKeys.read",
        "apiKeys.create",
        "apiKeys.rotate",
        "apiKeys.delete",
    ];
    // Also with the permissions named, and also with a key of a super admin.
    let named = user_key(app, paul.id, &only(&makers)).await;
    let of_admin = user_key(app, admin.id, &NewApiKey::new("second")).await;
    let own = NewOrganizationApiKey {
        permissions: only(&makers).permissions,
        ..NewOrganizationApiKey::new("own")
    };
    let own = organization_key(app, of, &own).await;
    let target = user_key(app, mary, &NewApiKey::new("target")).await.id;
    let before = app.position().await;
    let secrets = [named.key, of_admin.key, own.key, Some(paul.key)];
    for secret in secrets {
        let client = app.anonymous().with_api_key(secret.as_deref());
        for key in [target, named.id, of_admin.id, own.id] {
            let answers = ways(&client, of, mary, key).await;
            assert_eq!(answers, [const { Some(FORBIDDEN) }; 5]);
        }
        let read = client.get_api_key(own.id, &plain()).await;
        assert_eq!(read.unwrap().status, 200, "reading is no making");
    }
    assert_eq!(app.position().await, before);
    // The same partner may with an access token.
    let (_, paula) = by_token(app, "paula", FixedRole::Partner, (of, "volt")).await;
    assert_eq!(ways(&paula, of, mary, target).await, [const { None }; 5]);
}

pub async fn the_bootstrap_key_makes_keys(app: &mut TestApp) {
    let admin = app.super_admin();
    let (of, _) = home(app, "volt").await;
    let mary = app.member_of("mary", of).await.id;
    let target = user_key(app, mary, &NewApiKey::new("target")).await.id;
    assert_eq!(ways(&admin, of, mary, target).await, [const { None }; 5]);
    // It stays the bootstrap key under a new secret.
    let first = app
        .raw("GET", "/api/v1/api-keys?sort=createdAt&size=1")
        .key(&admin.key);
    let first = first.send().await.json()["content"][0].clone();
    assert_eq!(first["userId"], json!(admin.id));
    let id: Uuid = first["id"].as_str().unwrap().parse().unwrap();
    let rotated = admin
        .rotate_api_key(id, &ApiKeyRotation::default(), &plain())
        .await;
    let rotated = app
        .anonymous()
        .with_api_key(rotated.unwrap().body.key.as_deref());
    let made = rotated
        .create_user_api_key(mary, &NewApiKey::new("more"), &plain())
        .await;
    assert_eq!(made.unwrap().status, 201);
}

pub async fn a_key_of_an_organization_has_no_current_user(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let own = organization_key(app, of, &NewOrganizationApiKey::new("own")).await;
    let own = app.anonymous().with_api_key(own.key.as_deref());
    assert_eq!(code(own.get_current_user(&plain()).await), FORBIDDEN);
    assert_eq!(code(own.list_sessions(&plain()).await), FORBIDDEN);
    assert_eq!(code(own.end_sessions(&plain()).await), FORBIDDEN);
    assert_eq!(code(own.logout(&plain()).await), FORBIDDEN);
    let rename = client::UserUpdate {
        email: "a@example.com".to_owned(),
        display_name: "A".to_owned(),
    };
    assert_eq!(
        code(own.update_current_user(&rename, &plain()).await),
        FORBIDDEN
    );
    // The key has the permissions of a partner of the organization.
    let new = NewStation::new("one", "One", "Europe/Berlin", "DE");
    let station = own.create_station(of, &new, &plain()).await.unwrap();
    assert_eq!(station.status, 201);
}

pub async fn events_name_the_key_of_the_caller(app: &mut TestApp) {
    let admin = app.super_admin();
    let (of, paul) = home(app, "volt").await;
    let own = organization_key(app, of, &NewOrganizationApiKey::new("own")).await;
    let of_paul = user_key(app, paul.id, &NewApiKey::new("his")).await;
    let (paula, session) = by_token(app, "paula", FixedRole::Partner, (of, "volt")).await;
    let own_client = app.anonymous().with_api_key(own.key.as_deref());
    let his_client = app.anonymous().with_api_key(of_paul.key.as_deref());
    for (code, client) in [
        ("own", &own_client),
        ("his", &his_client),
        ("hers", &session.client),
    ] {
        let new = NewStation::new(code, code, "Europe/Berlin", "DE");
        client.create_station(of, &new, &plain()).await.unwrap();
    }
    let path = format!("/api/v1/events?limit=1000&types=station.created&organizationId={of}");
    let events = app.raw("GET", &path).key(&admin.key).send().await.json();
    let actors: Vec<Value> = events["content"]
        .as_array()
        .unwrap()
        .iter()
        .map(|event| event["actor"].clone())
        .collect();
    assert_eq!(
        actors,
        [
            json!({"kind": "API_KEY", "id": null, "apiKeyId": own.id}),
            json!({"kind": "USER", "id": paul.id, "apiKeyId": of_paul.id}),
            json!({"kind": "USER", "id": paula, "apiKeyId": null}),
        ]
    );
}
