//! CORS: the allowed origins are those in the settings of active organizations.

use std::time::{Duration, Instant};

use super::effect::set;
use crate::given::plain;
use client::OrganizationSettingsUpdate;
use testkit::{TestApp, app::RawReply};
use uuid::Uuid;

const PAGE: &str = "https://console.volt.example";

/// Settings with these origins.
fn pages(origins: &[&str]) -> OrganizationSettingsUpdate {
    OrganizationSettingsUpdate {
        allowed_origins: Some(origins.iter().map(|&page| page.to_owned()).collect()),
        ..OrganizationSettingsUpdate::default()
    }
}

async fn preflight(app: &TestApp, page: &str) -> RawReply {
    let request = app
        .raw("OPTIONS", "/api/v1/stations")
        .header("Origin", page)
        .header("Access-Control-Request-Method", "GET")
        .header("Access-Control-Request-Headers", "authorization");
    request.send().await
}

/// Waits until the origin is allowed or not, as expected; every replica promises a second.
async fn becomes(app: &TestApp, page: &str, allowed: bool) {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let reply = preflight(app, page).await;
        let origin = reply.header("access-control-allow-origin");
        assert!(origin.is_none_or(|origin| origin == page), "{origin:?}");
        if origin.is_some() == allowed {
            return;
        }
        assert!(Instant::now() < until, "{page} is not {allowed}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn browsers_call_from_configured_origins(app: &mut TestApp) {
    let ours: Uuid = app.organization("volt").await.id;
    let theirs: Uuid = app.organization("amper").await.id;
    let admin = app.super_admin();
    becomes(app, PAGE, false).await;

    set(app, ours, pages(&[PAGE])).await;
    becomes(app, PAGE, true).await;
    let near = preflight(app, "https://console.volt.example.evil.example").await;
    assert_eq!(near.header("access-control-allow-origin"), None);
    assert_eq!(near.header("vary"), Some("Origin"));
    let called = app.raw("GET", "/api/v1/stations").key(&admin.key);
    let called = called.header("Origin", PAGE).send().await;
    assert_eq!(called.status, 200);
    assert_eq!(called.header("access-control-allow-origin"), Some(PAGE));

    admin.suspend_organization(ours, &plain()).await.unwrap();
    becomes(app, PAGE, false).await;
    admin.activate_organization(ours, &plain()).await.unwrap();
    becomes(app, PAGE, true).await;

    set(app, theirs, pages(&[PAGE])).await;
    set(app, ours, pages(&[])).await;
    let other = "https://other.example";
    set(app, ours, pages(&[other])).await;
    becomes(app, other, true).await;
    becomes(app, PAGE, true).await;
    admin.delete_organization(theirs, &plain()).await.unwrap();
    becomes(app, PAGE, false).await;
}
