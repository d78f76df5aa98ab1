//! Which pages may call from a browser: those that organizations name, while they are active.

use std::time::{Duration, Instant};

use super::effect::set;
use crate::given::plain;
use client::OrganizationSettingsUpdate;
use testkit::{TestApp, app::RawReply};
use uuid::Uuid;

const PAGE: &str = "https://console.volt.example";

/// Settings that name pages.
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

/// Waits until it is as it should be whether the page may call: a second is promised, on any replica.
async fn becomes(app: &TestApp, page: &str, allowed: bool) {
    let until = Instant::now() + Duration::from_secs(10);
    loop {
        let reply = preflight(app, page).await;
        let told = reply.header("access-control-allow-origin");
        assert!(told.is_none_or(|told| told == page), "{told:?}");
        if told.is_some() == allowed {
            return;
        }
        assert!(Instant::now() < until, "{page} is not {allowed}");
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

pub async fn pages_call_from_where_it_is_set(app: &mut TestApp) {
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
