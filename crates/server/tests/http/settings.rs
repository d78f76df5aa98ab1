//! Settings of organizations: their bounds, who may change them, and that they take effect
//! at once in that organization and nowhere else.

mod effect;
mod pages;

use crate::{
    given::{code, grant, plain, role},
    harness::cases,
    roles::home,
};
use client::{Options, OrganizationSettings, OrganizationSettingsUpdate, ProblemCode};
use serde_json::{Value, json};
use testkit::TestApp;
use uuid::Uuid;

use effect::*;
use pages::*;

cases![
    settings_are_replaced_as_a_whole,
    settings_have_bounds,
    settings_have_versions,
    only_permitted_callers_change_settings,
    nothing_is_set_in_a_deleted_organization,
    access_tokens_last_as_configured,
    sessions_last_as_configured,
    passwords_are_as_long_as_configured,
    login_delays_are_as_long_as_configured,
    mails_have_the_configured_sender,
    browsers_call_from_configured_origins,
];

pub fn all() -> OrganizationSettingsUpdate {
    OrganizationSettingsUpdate {
        access_token_seconds: Some(300),
        refresh_idle_seconds: Some(7200),
        refresh_absolute_seconds: Some(86_400),
        requests_per_minute: Some(6000),
        api_key_requests_per_minute: Some(600),
        allowed_origins: Some(vec!["https://console.example.com".to_owned()]),
        mail_sender_name: Some("Volt Charging".to_owned()),
        mail_reply_to: Some("support@example.com".to_owned()),
        password_min_length: Some(12),
        lockout_max_seconds: Some(60),
    }
}

/// The expected view of these settings.
fn shown(set: &OrganizationSettingsUpdate, now: &OrganizationSettings) -> OrganizationSettings {
    let set = set.clone();
    OrganizationSettings {
        access_token_seconds: set.access_token_seconds,
        refresh_idle_seconds: set.refresh_idle_seconds,
        refresh_absolute_seconds: set.refresh_absolute_seconds,
        requests_per_minute: set.requests_per_minute,
        api_key_requests_per_minute: set.api_key_requests_per_minute,
        allowed_origins: set.allowed_origins.unwrap_or_default(),
        mail_sender_name: set.mail_sender_name,
        mail_reply_to: set.mail_reply_to,
        password_min_length: set.password_min_length,
        lockout_max_seconds: set.lockout_max_seconds,
        updated_at: now.updated_at,
        version: now.version,
    }
}

/// The settings of an organization.
async fn settings(app: &TestApp, of: Uuid) -> OrganizationSettings {
    let admin = app.super_admin();
    let read = admin.get_organization_settings(of, &plain()).await;
    read.unwrap().body.unwrap()
}

async fn settings_are_replaced_as_a_whole(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let (theirs, _) = home(app, "amper").await;
    let nothing = OrganizationSettingsUpdate::default();
    let begun = settings(app, of).await;
    assert_eq!(begun, shown(&nothing, &begun));
    let untouched = settings(app, theirs).await;
    app.clock().advance(chrono::Duration::minutes(1));
    for set in [all(), nothing] {
        let before = settings(app, of).await;
        let made = paul.update_organization_settings(of, &set, &plain()).await;
        let made = made.unwrap().body;
        assert_eq!(made, shown(&set, &made));
        let due = (before.version + 1, app.clock().time());
        assert_eq!((made.version, made.updated_at), due);
        assert_eq!(settings(app, of).await, made);
    }
    assert_eq!(settings(app, theirs).await, untouched);
    let path = format!("/api/v1/events?limit=1000&organizationId={of}");
    let events = app
        .raw("GET", &path)
        .key(&app.super_admin().key)
        .send()
        .await;
    let events = events.json();
    let events = events["content"].as_array().unwrap().iter();
    let set: Vec<&Value> = events
        .filter(|event| event["type"] == "organization.settingsChanged")
        .collect();
    assert_eq!(set.len(), 2);
    assert_eq!(set[0]["data"]["passwordMinLength"], 12);
}

/// The minimum and the maximum of each field.
const BOUNDS: [(&str, i64, i64); 7] = [
    ("accessTokenSeconds", 60, 3600),
    ("refreshIdleSeconds", 3600, 7_776_000),
    ("refreshAbsoluteSeconds", 3600, 31_536_000),
    ("requestsPerMinute", 1, 1_000_000),
    ("apiKeyRequestsPerMinute", 1, 1_000_000),
    ("passwordMinLength", 8, 64),
    ("lockoutMaxSeconds", 1, 900),
];

async fn settings_have_bounds(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let path = format!("/api/v1/organizations/{of}/settings");
    let put = async |body: &Value| app.raw("PUT", &path).key(&paul.key).json(body).send().await;
    let before = app.position().await;
    for (field, least, most) in BOUNDS {
        for (value, due) in [(least - 1, "MINIMUM"), (most + 1, "MAXIMUM")] {
            let reply = put(&json!({ field: value })).await;
            assert_eq!(reply.status, 400, "{field} {value}");
            let error = reply.json()["errors"][0].clone();
            let found = (&error["pointer"], &error["code"]);
            assert_eq!(found, (&json!(format!("/{field}")), &json!(due)), "{value}");
        }
    }
    let crossed = json!({"refreshIdleSeconds": 7201, "refreshAbsoluteSeconds": 7200});
    let reply = put(&crossed).await;
    assert_eq!(reply.status, 400);
    let error = reply.json()["errors"][0].clone();
    assert_eq!(error["pointer"], "/refreshAbsoluteSeconds");
    assert_eq!(error["code"], "BELOW_IDLE");
    assert_eq!(app.position().await, before);
    for (field, least, most) in BOUNDS {
        for value in [least, most] {
            let reply = put(&json!({ field: value })).await;
            assert_eq!(
                (reply.status, &reply.json()[field]),
                (200, &json!(value)),
                "{field}"
            );
        }
    }
    let same = json!({"refreshIdleSeconds": 7200, "refreshAbsoluteSeconds": 7200});
    assert_eq!(put(&same).await.status, 200);
}

async fn settings_have_versions(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let read = paul.get_organization_settings(of, &plain()).await.unwrap();
    let tag = read.etag.unwrap();
    let known = Options {
        if_none_match: Some(tag.clone()),
        ..plain()
    };
    let again = paul.get_organization_settings(of, &known).await;
    assert_eq!(again.unwrap().status, 304);
    let based = Options::if_match(&tag);
    let made = paul.update_organization_settings(of, &all(), &based).await;
    let made = made.unwrap();
    assert_ne!(made.etag.as_deref(), Some(tag.as_str()));
    let before = app.position().await;
    let less = OrganizationSettingsUpdate::default();
    let stale = paul.update_organization_settings(of, &less, &based).await;
    assert_eq!(code(stale), ProblemCode::PreconditionFailed);
    let same = paul
        .update_organization_settings(of, &all(), &plain())
        .await;
    assert_eq!(same.unwrap().body, made.body, "the same changes nothing");
    assert_eq!(app.position().await, before);
    let again = paul.get_organization_settings(of, &known).await;
    assert_eq!(again.unwrap().status, 200);
}

async fn only_permitted_callers_change_settings(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let (theirs, eve) = home(app, "amper").await;
    let station = app.station(of, "one").await.id;
    let mary = app.member_of("mary", of).await;
    let olga = app.operator("olga", of, station).await;
    let before = app.position().await;
    let (forbidden, hidden) = (ProblemCode::Forbidden, ProblemCode::NotFound);
    for (client, of, due) in [
        (&mary, of, forbidden),
        (&olga, of, forbidden),
        (&eve, of, hidden),
        (&paul, theirs, hidden),
        (&paul, app.new_id(), hidden),
    ] {
        let read = client.get_organization_settings(of, &plain()).await;
        assert_eq!(code(read), due);
        let set = client
            .update_organization_settings(of, &all(), &plain())
            .await;
        assert_eq!(code(set), due);
    }
    assert_eq!(app.position().await, before);
    let sets = role(app, of, "Sets", &["settings.update"]).await;
    grant(app, mary.id, sets.id).await;
    let set = mary
        .update_organization_settings(of, &all(), &plain())
        .await;
    assert_eq!(set.unwrap().status, 200);
    let read = mary.get_organization_settings(of, &plain()).await;
    assert_eq!(code(read), ProblemCode::Forbidden, "it was not granted");
}

async fn nothing_is_set_in_a_deleted_organization(app: &mut TestApp) {
    let admin = app.super_admin();
    let (of, _) = home(app, "volt").await;
    admin.suspend_organization(of, &plain()).await.unwrap();
    let set = admin
        .update_organization_settings(of, &all(), &plain())
        .await;
    assert_eq!(set.unwrap().status, 200, "it is only suspended");
    admin.delete_organization(of, &plain()).await.unwrap();
    let less = OrganizationSettingsUpdate::default();
    let set = admin
        .update_organization_settings(of, &less, &plain())
        .await;
    assert_eq!(code(set), ProblemCode::OrganizationDeleted);
}
