//! Requests that are authenticated before their body arrives: access revoked in between is
//! refused, and a late body times out.

use crate::{
    given::{grant, organization_key, plain, role, user_key},
    harness::cases,
};
use app::{App, Context, Credential, Expected, station::DeleteStation};
use client::{NewApiKey, NewOrganizationApiKey, PasswordChange};
use domain::{
    Actor, ApiKeyId, Caller, OrganizationId, Permissions, Scope, StationId, UserId, user::Role,
};
use serde_json::{Value, json};
use server::api_key::ApiKey;
use std::time::{Duration, Instant};
use testkit::{
    TestApp,
    app::{BegunRequest, PASSWORD, SignedIn},
};
use uuid::Uuid;

cases![
    access_revoked_before_the_body_arrives_writes_nothing,
    a_withdrawn_role_writes_nothing,
    a_deactivated_super_admin_writes_nothing,
    a_command_is_decided_with_the_present_rights_of_its_caller,
    a_missing_body_times_out,
];

const OTHER_PASSWORD: &str = "heron 55 gravel lamp";

/// An organization and a partner who is signed in.
async fn partner(app: &TestApp, name: &str) -> (Uuid, SignedIn) {
    let home = app.organization(name).await.id;
    let person = app.person(name, Role::Partner, Some((home, name)), None);
    let person = person.await;
    (home, app.sign_in(&person.login()).await)
}

fn station(code: &str) -> Value {
    json!({"code": code, "name": code, "timeZone": "Europe/Berlin", "country": "DE"})
}

/// A request for a new station: authenticated, its body not sent yet.
async fn begun(app: &TestApp, text: &str, organization: Uuid) -> BegunRequest {
    let target = format!("/api/v1/organizations/{organization}/stations");
    let request = app.raw("POST", &target).key(text);
    request.json(&station("late")).begin().await
}

/// Sends the body: the request is refused with one of these statuses, and nothing is written.
async fn refused(app: &TestApp, begun: BegunRequest, statuses: &[u16], why: &str) {
    let before = app.position().await;
    let reply = begun.finish().await;
    assert!(
        statuses.contains(&reply.status),
        "{why}: {} {}",
        reply.status,
        reply.text()
    );
    assert_eq!(app.position().await, before, "{why}");
}

async fn access_revoked_before_the_body_arrives_writes_nothing(app: &mut TestApp) {
    let (home, one) = partner(app, "volt").await;
    let admin = app.super_admin();
    let person = one.get_current_user(&plain()).await.unwrap().body.unwrap();
    let begin = async |text: &str| begun(app, text, home).await;
    // Without a revocation the request succeeds.
    assert_eq!(
        begin(&one.tokens.access_token).await.finish().await.status,
        201
    );

    let late = begin(&one.tokens.access_token).await;
    one.logout(&plain()).await.unwrap();
    refused(app, late, &[401], "an ended session").await;

    let login = client::LoginRequest {
        organization: Some("volt".to_owned()),
        ..client::LoginRequest::new(&person.email, PASSWORD)
    };
    let (two, three) = (app.sign_in(&login).await, app.sign_in(&login).await);
    let late = begin(&two.tokens.access_token).await;
    let change = PasswordChange {
        current_password: PASSWORD.to_owned(),
        new_password: OTHER_PASSWORD.to_owned(),
    };
    three.change_password(&change, &plain()).await.unwrap();
    refused(app, late, &[401], "a changed password").await;

    let key = user_key(app, person.id, &NewApiKey::new("mine")).await;
    let late = begin(key.key.as_deref().unwrap()).await;
    admin.revoke_api_key(key.id, &plain()).await.unwrap();
    refused(app, late, &[401], "a revoked key").await;

    let new = NewOrganizationApiKey::new("ours");
    let key = organization_key(app, home, &new).await;
    let late = begin(key.key.as_deref().unwrap()).await;
    admin.revoke_api_key(key.id, &plain()).await.unwrap();
    refused(app, late, &[401], "a revoked key of an organization").await;

    let late = begin(&three.tokens.access_token).await;
    admin.deactivate_user(person.id, &plain()).await.unwrap();
    refused(app, late, &[401], "a deactivated user").await;
}

async fn a_withdrawn_role_writes_nothing(app: &mut TestApp) {
    let home = app.organization("volt").await.id;
    let mary = app.member_of("mary", home).await;
    let builder = role(app, home, "Builder", &["stations.create"]).await.id;
    grant(app, mary.id, builder).await;
    let late = begun(app, &mary.key, home).await;
    let admin = app.super_admin();
    admin.revoke_role(mary.id, builder, &plain()).await.unwrap();
    refused(app, late, &[403, 404], "a withdrawn role").await;

    grant(app, mary.id, builder).await;
    let late = begun(app, &mary.key, home).await;
    admin.delete_role(builder, &plain()).await.unwrap();
    refused(app, late, &[403, 404], "a deleted role").await;
}

async fn a_deactivated_super_admin_writes_nothing(app: &mut TestApp) {
    let home = app.organization("volt").await.id;
    let other = app.person("root", Role::SuperAdmin, None, None).await;
    let session = app.sign_in(&other.login()).await;
    let target = format!("/api/v1/organizations/{home}/users/partners");
    let partner = json!({"email": "puppet@example.com", "displayName": "Puppet"});
    let request = app.raw("POST", &target).key(&session.tokens.access_token);
    let late = request.json(&partner).begin().await;
    let admin = app.super_admin();
    admin.deactivate_user(other.id, &plain()).await.unwrap();
    refused(app, late, &[401], "a deactivated super admin").await;
}

/// The context of a request with this token or key, as the guard makes it.
async fn context(app: &TestApp, text: &str) -> Context {
    let auth = app.auth();
    let (actor, credential) = match ApiKey::parse(text) {
        Ok(key) => {
            let id = ApiKeyId(key.id());
            let store = app.app().store();
            let row = store.find::<domain::api_key::ApiKey>(id, Scope::Everything);
            let row = row.await.unwrap().unwrap();
            let caller = match row.user_id {
                Some(user) => caller(app.app(), user).await.with_key(&row),
                None => Caller::of_organization(row.realm.unwrap(), &row),
            };
            let digest = key.digest(auth.secret()).to_hex();
            (Actor::Caller(caller), Credential::Key { id, digest })
        }
        Err(_) => {
            let proven = auth.prove(text).await.unwrap();
            let credential = Credential::Session {
                id: proven.session,
                epoch: proven.epoch,
            };
            let (bearer, _) = auth.bearer(proven).await.unwrap();
            (bearer.actor(), credential)
        }
    };
    Context {
        deadline: None,
        actor,
        credential: Some(credential),
        request_id: None,
        idempotency: None,
        reservation: None,
    }
}

async fn caller(app: &App, user: UserId) -> Caller {
    let (user, _, roles) = app.principal(user).await.unwrap().unwrap();
    let granted = roles.iter().map(|role| role.profile.permissions);
    Caller::of(&user).with_roles(granted.fold(Permissions::NONE, Permissions::union))
}

/// Removes the station, unless it is refused; returns the refusal.
async fn removes(app: &TestApp, context: Context, id: Uuid) -> Option<String> {
    let case = DeleteStation {
        id: StationId(id),
        expected: Expected::Anything,
    };
    let before = app.position().await;
    let done = app.app().run(context, case).await;
    let refusal = done.err().map(|error| error.to_string());
    assert_eq!(app.position().await > before, refusal.is_none());
    refusal
}

/// Between the guard and the lock, only the command itself checks the caller.
async fn a_command_is_decided_with_the_present_rights_of_its_caller(app: &mut TestApp) {
    let (home, paula) = partner(app, "volt").await;
    let station = app.station(home, "one").await.id;
    let admin = app.super_admin();

    let left = context(app, &paula.tokens.access_token).await;
    paula.logout(&plain()).await.unwrap();
    assert!(removes(app, left, station).await.is_some(), "a session");

    let new = NewOrganizationApiKey::new("ours");
    let key = organization_key(app, home, &new).await;
    let revoked = context(app, key.key.as_deref().unwrap()).await;
    assert_eq!(revoked.actor.organization(), Some(OrganizationId(home)));
    admin.revoke_api_key(key.id, &plain()).await.unwrap();
    assert!(removes(app, revoked, station).await.is_some(), "a key");

    let mary = app.member_of("mary", home).await;
    let wrecker = role(app, home, "Wrecker", &["stations.delete"]).await.id;
    grant(app, mary.id, wrecker).await;
    let withdrawn = context(app, &mary.key).await;
    admin.revoke_role(mary.id, wrecker, &plain()).await.unwrap();
    assert!(removes(app, withdrawn, station).await.is_some(), "a role");

    // A super admin's command in an organization does not lock the log of the platform.
    let root = app.person("root", Role::SuperAdmin, None, None).await;
    let session = app.sign_in(&root.login()).await;
    let signed_out = context(app, &session.tokens.access_token).await;
    session.logout(&plain()).await.unwrap();
    assert!(removes(app, signed_out, station).await.is_some(), "afar");
    let key = user_key(app, root.id, &NewApiKey::new("root")).await;
    let text = key.key.unwrap();
    let revoked = context(app, &text).await;
    admin.revoke_api_key(key.id, &plain()).await.unwrap();
    assert!(removes(app, revoked, station).await.is_some(), "a key afar");
    let session = app.sign_in(&root.login()).await;
    let inactive = context(app, &session.tokens.access_token).await;
    let good = context(app, &admin.key).await;
    admin.deactivate_user(root.id, &plain()).await.unwrap();
    assert!(removes(app, inactive, station).await.is_some(), "a status");

    assert_eq!(removes(app, good, station).await, None);
}

async fn a_missing_body_times_out(app: &mut TestApp) {
    app.restart_with(&[("body_timeout", "400ms")]).await;
    let home = app.organization("volt").await.id;
    let key = app.super_admin().key;
    for part in [usize::MAX, 1] {
        let late = begun(app, &key, home).await;
        let (before, since) = (app.position().await, Instant::now());
        // The whole body after the time limit, or byte by byte beyond it.
        let pause = match part {
            1 => Duration::from_millis(20),
            _ => Duration::from_secs(60),
        };
        let reply = late.trickle(part, pause).await;
        let body = reply.json();
        assert_eq!(
            (reply.status, &body["code"]),
            (400, &json!("MALFORMED_REQUEST"))
        );
        assert_eq!(body["detail"], "The body did not come in time.");
        let took = since.elapsed();
        assert!(took < Duration::from_secs(20), "{took:?}");
        assert_eq!(app.position().await, before);
    }
}
