//! Rate limits by address, by account, by organization and by API key.

use crate::{
    given::{organization_key, plain, problem, user_key},
    harness::cases,
    sweep,
};
use client::{NewApiKey, NewOrganizationApiKey, OrganizationSettingsUpdate, ProblemCode};
use contract::{OPERATIONS, ProblemCode as Documented};
use domain::user::Role;
use serde_json::json;
use testkit::{TestApp, app::RawReply};
use uuid::Uuid;

cases![
    every_operation_counts_addresses on Sqlite,
    the_client_address_is_named_by_a_trusted_proxy on Sqlite,
    networks_of_ipv6_count_as_one on Sqlite,
    logins_of_an_account_are_counted on Sqlite,
    an_organization_is_counted_as_a_whole on Sqlite,
    an_organization_sets_its_own_limits,
    answers_carry_the_rate_limit_headers on Sqlite,
    writes_of_an_organization_are_limited_in_bytes,
];

/// Restarts the server behind a proxy on this machine, with these limits.
async fn behind_a_proxy(app: &mut TestApp, limits: &[(&'static str, &'static str)]) {
    let mut settings = vec![("trusted_proxies", "127.0.0.0/8")];
    settings.extend(limits);
    app.restart_with(&settings).await;
}

async fn me(app: &TestApp, key: &str, address: &str) -> RawReply {
    let request = app.raw("GET", "/api/v1/users/me").key(key);
    request.header("X-Forwarded-For", address).send().await
}

/// The statuses of this many requests.
async fn statuses(app: &TestApp, key: &str, address: &str, count: usize) -> Vec<u16> {
    let mut statuses = Vec::new();
    for _ in 0..count {
        statuses.push(me(app, key, address).await.status);
    }
    statuses
}

async fn every_operation_counts_addresses(app: &mut TestApp) {
    let before = app.tables().await.without("login_failures");
    behind_a_proxy(app, &[("rate_limit_ip", "1/1h")]).await;
    let limited = OPERATIONS.iter().filter(|operation| {
        let problems = operation.problems;
        problems.contains(&Documented::RateLimited)
    });
    let mut count = 0;
    for (number, operation) in limited.enumerate() {
        let address = format!("203.0.113.{number}");
        let asked = || sweep::request(app, operation).header("X-Forwarded-For", address.clone());
        let first = asked().send().await;
        assert_ne!(first.status, 429, "{}", operation.id);
        let second = asked().send().await;
        assert_eq!(second.status, 429, "{}", operation.id);
        assert_eq!(second.json()["code"], "RATE_LIMITED");
        let wait: u64 = second.header("retry-after").unwrap().parse().unwrap();
        assert!((1..=3600).contains(&wait), "{wait}");
        count += 1;
    }
    assert!(count > 60, "only {count} operations are limited");
    // The login that the limit allowed failed, and the failure is recorded.
    let after = app.tables().await.without("login_failures");
    assert_eq!(before.changes(&after), [""; 0]);
}

async fn the_client_address_is_named_by_a_trusted_proxy(app: &mut TestApp) {
    let key = app.super_admin().key.clone();
    let limits = [("rate_limit_ip", "2/1h")];
    behind_a_proxy(app, &limits).await;
    assert_eq!(
        statuses(app, &key, "203.0.113.7", 3).await,
        [200, 200, 429],
        "the one that asks too often"
    );
    assert_eq!(
        statuses(app, &key, "203.0.113.8", 1).await,
        [200],
        "another"
    );
    // Entries before the one of the proxy come from the caller.
    let spoofed = "198.51.100.1, 203.0.113.7";
    assert_eq!(statuses(app, &key, spoofed, 1).await, [429]);
    assert_eq!(
        statuses(app, &key, "127.0.0.1", 5).await,
        [200; 5],
        "this machine has no limit"
    );
    app.restart_with(&limits).await;
    assert_eq!(
        statuses(app, &key, "203.0.113.7", 5).await,
        [200; 5],
        "an untrusted peer names no address"
    );
}

async fn networks_of_ipv6_count_as_one(app: &mut TestApp) {
    let key = app.super_admin().key.clone();
    behind_a_proxy(app, &[("rate_limit_ip", "2/1h")]).await;
    assert_eq!(statuses(app, &key, "2001:db8:1:1::1", 2).await, [200, 200]);
    assert_eq!(statuses(app, &key, "2001:db8:1:1:ffff::2", 1).await, [429]);
    assert_eq!(statuses(app, &key, "2001:db8:1:2::1", 1).await, [200]);
    assert_eq!(statuses(app, &key, "203.0.113.7", 2).await, [200, 200]);
    let mapped = "::ffff:203.0.113.7";
    assert_eq!(statuses(app, &key, mapped, 1).await, [429]);
}

async fn logins_of_an_account_are_counted(app: &mut TestApp) {
    app.restart_with(&[("rate_limit_account", "3/1h")]).await;
    let mary = app.person("mary", Role::Member, None, None).await;
    let bob = app.person("bob", Role::Member, None, None).await;
    for _ in 0..3 {
        app.sign_in(&mary.login()).await;
    }
    let refused = problem(app.login(&mary.login()).await);
    assert_eq!(refused.code, ProblemCode::RateLimited);
    app.sign_in(&bob.login()).await;
    // An unknown account is limited alike, so that the limit does not reveal accounts.
    let stranger = |number: usize| {
        let body = json!({"email": "nobody@example.com", "password": "plover quartz 82 hinge"});
        let request = app.raw("POST", "/api/v1/auth/login").json(&body);
        async move { (number, request.send().await.status) }
    };
    for number in 0..3 {
        assert_eq!(stranger(number).await, (number, 401));
    }
    assert_eq!(stranger(3).await, (3, 429));
}

async fn an_organization_is_counted_as_a_whole(app: &mut TestApp) {
    let limits = [
        ("rate_limit_organization", "3/1h"),
        ("rate_limit_api_key", "2/1h"),
    ];
    let (ours, theirs) = (
        organization(app, "volt").await,
        organization(app, "amper").await,
    );
    let platform = app.super_admin().key.clone();
    app.restart_with(&limits).await;
    let here = "127.0.0.1";
    let [one, other] = &ours.keys;
    assert_eq!(statuses(app, one, here, 3).await, [200, 200, 429], "by key");
    assert_eq!(
        statuses(app, other, here, 1).await,
        [429],
        "a request that is refused by key was one of the organization's"
    );
    assert_eq!(statuses(app, &theirs.keys[0], here, 2).await, [200, 200]);
    assert_eq!(
        statuses(app, &platform, here, 3).await,
        [200, 200, 429],
        "the platform has keys, and is no organization"
    );
}

async fn an_organization_sets_its_own_limits(app: &mut TestApp) {
    let (ours, theirs) = (
        organization(app, "volt").await,
        organization(app, "amper").await,
    );
    let here = "127.0.0.1";
    let admin = app.super_admin();
    let settings = OrganizationSettingsUpdate {
        requests_per_minute: Some(5),
        api_key_requests_per_minute: Some(2),
        ..OrganizationSettingsUpdate::default()
    };
    admin
        .update_organization_settings(ours.id, &settings, &plain())
        .await
        .unwrap();
    let [one, other] = &ours.keys;
    assert_eq!(statuses(app, one, here, 3).await, [200, 200, 429]);
    assert_eq!(statuses(app, other, here, 2).await, [200, 200]);
    let new = NewOrganizationApiKey::new("third");
    let third = organization_key(app, ours.id, &new).await.key.unwrap();
    let stations = app.raw("GET", "/api/v1/stations").key(&third);
    assert_eq!(stations.send().await.status, 429, "five are asked for");
    assert_eq!(statuses(app, &theirs.keys[0], here, 6).await, [200; 6]);
    admin
        .update_organization_settings(ours.id, &OrganizationSettingsUpdate::default(), &plain())
        .await
        .unwrap();
    assert_eq!(statuses(app, one, here, 3).await, [200; 3], "at once");
}

async fn answers_carry_the_rate_limit_headers(app: &mut TestApp) {
    let limits = [
        ("rate_limit_organization", "100/1m"),
        ("rate_limit_api_key", "2/1m"),
        ("rate_limit_ip", "50/1m"),
    ];
    let key = organization(app, "volt").await.keys[0].clone();
    behind_a_proxy(app, &limits).await;
    let policy = r#""ip";q=50;w=60, "organization";q=100;w=60, "api-key";q=2;w=60"#;
    let first = me(app, &key, "203.0.113.7").await;
    assert_eq!(first.header("ratelimit-policy"), Some(policy));
    let remaining = first.header("ratelimit").unwrap();
    assert!(remaining.starts_with(r#""api-key";r=1;t="#), "{remaining}");
    assert_eq!(first.header("retry-after"), None);
    me(app, &key, "203.0.113.7").await;
    let refused = me(app, &key, "203.0.113.7").await;
    assert_eq!(refused.status, 429);
    assert_eq!(refused.header("ratelimit-policy"), Some(policy));
    let remaining = refused.header("ratelimit").unwrap();
    assert!(remaining.starts_with(r#""api-key";r=0;t="#), "{remaining}");
    assert!(refused.header("retry-after").is_some());
}

async fn writes_of_an_organization_are_limited_in_bytes(app: &mut TestApp) {
    let (ours, theirs) = (
        Writer::new(app, "volt").await,
        Writer::new(app, "amper").await,
    );
    let member = app
        .person("mary", Role::Member, Some((ours.id, "volt")), None)
        .await;
    app.restart_with(&[("rate_limit_log_bytes", "32KiB/1h")])
        .await;
    let mut stations = Vec::new();
    let refused = loop {
        let made = ours
            .station(app, &ours.key, &format!("s{}", stations.len()))
            .await;
        match made.status {
            201 => stations.push(made.json()["id"].as_str().unwrap().to_owned()),
            _ => break made,
        }
        assert!(stations.len() < 10, "more than 32 KiB are written");
    };
    assert_eq!(stations.len(), 4, "each is a little over 8 KiB");
    assert_eq!(
        (refused.status, &refused.json()["code"]),
        (429, &json!("RATE_LIMITED"))
    );
    let policies = refused.header("ratelimit-policy").unwrap();
    assert!(
        policies.contains(r#""log-bytes";q=32768;w=3600"#),
        "{policies}"
    );
    let remaining = refused.header("ratelimit").unwrap();
    assert!(
        remaining.starts_with(r#""log-bytes";r=0;t="#),
        "{remaining}"
    );
    let wait: u64 = refused.header("retry-after").unwrap().parse().unwrap();
    assert!((1..=3600).contains(&wait), "{wait}");

    // Reads are still allowed, and so are writes that end something.
    let target = |id: &str| format!("/api/v1/stations/{id}");
    let read = app
        .raw("GET", &target(&stations[0]))
        .key(&ours.key)
        .send()
        .await;
    assert_eq!(read.status, 200);
    let removed = app
        .raw("DELETE", &target(&stations[0]))
        .key(&ours.key)
        .send()
        .await;
    assert_eq!(removed.status, 204);
    let deactivate = format!("/api/v1/users/{}/deactivate", member.id);
    let ended = app.raw("POST", &deactivate).key(&ours.key).send().await;
    assert_eq!(ended.status, 200);
    // The platform may still write there, and other organizations in their logs.
    let platform = app.super_admin().key.clone();
    assert_eq!(
        ours.station(app, &platform, "by-the-platform").await.status,
        201
    );
    assert_eq!(theirs.station(app, &theirs.key, "theirs").await.status, 201);
    assert_eq!(ours.station(app, &ours.key, "still").await.status, 429);
}

/// An organization and a key of its own.
struct Writer {
    id: Uuid,
    key: String,
}

impl Writer {
    async fn new(app: &TestApp, slug: &str) -> Self {
        let id = app.organization(slug).await.id;
        let new = NewOrganizationApiKey::new("writer");
        let key = organization_key(app, id, &new).await.key.unwrap();
        Self { id, key }
    }

    /// Creates a station of a little over 8 KiB.
    async fn station(&self, app: &TestApp, key: &str, code: &str) -> RawReply {
        let body = json!({
            "code": code, "name": "Large", "timeZone": "UTC", "country": "DE",
            "attributes": {"text": "x".repeat(8 * 1024)},
        });
        let target = format!("/api/v1/organizations/{}/stations", self.id);
        app.raw("POST", &target).key(key).json(&body).send().await
    }
}

/// An organization and the keys of two of its members.
struct Home {
    id: Uuid,
    keys: [String; 2],
}

async fn organization(app: &TestApp, slug: &str) -> Home {
    let id = app.organization(slug).await.id;
    let mut keys = Vec::new();
    for name in ["one", "two"] {
        let name = format!("{slug}-{name}");
        let member = app
            .person(&name, Role::Member, Some((id, slug)), None)
            .await;
        let made = user_key(app, member.id, &NewApiKey::new(name)).await;
        keys.push(made.key.unwrap());
    }
    let keys = keys.try_into().unwrap();
    Home { id, keys }
}
