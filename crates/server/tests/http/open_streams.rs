//! Limits of open event streams and WebSockets.

use crate::{
    given::{code, plain},
    harness::cases,
};
use client::{Download, Error, ExportEventsAsNdjsonParams, ProblemCode, StreamEventsParams};
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{TestApp, app::Actor, socket::Socket};
use tokio::time::sleep;

cases![
    a_caller_has_a_limited_number_of_streams_and_sockets on Sqlite,
    an_export_counts_as_a_stream on Sqlite,
    an_organization_has_a_limited_number_of_streams on Sqlite,
    unauthenticated_sockets_are_limited_and_end_soon on Sqlite,
    a_stream_forbids_proxies_to_buffer_it on Sqlite,
];

/// How soon a closed stream is no longer counted.
const SOON: Duration = Duration::from_secs(5);

async fn stream(caller: &Actor) -> Result<Download, Error> {
    let all = StreamEventsParams::default();
    let opened = caller.stream_events(&all, &plain()).await?;
    Ok(opened.body)
}

async fn socket(app: &TestApp, caller: &Actor) -> Result<Socket, (u16, serde_json::Value)> {
    Socket::open(&app.url(), Some(&caller.key)).await
}

/// The stream is refused with 429 and this detail.
async fn is_refused(caller: &Actor, detail: &str) {
    let refused = stream(caller).await.err().unwrap();
    let problem = refused.problem().unwrap();
    assert_eq!(
        (problem.status, problem.code.as_str()),
        (429, "RATE_LIMITED")
    );
    let found = problem.detail.clone();
    assert!(found.contains(detail), "{found}");
}

/// Waits until a stream is accepted.
async fn accepted(caller: &Actor) -> Download {
    let since = Instant::now();
    loop {
        if let Ok(download) = stream(caller).await {
            return download;
        }
        assert!(since.elapsed() < SOON, "no place becomes free");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn a_caller_has_a_limited_number_of_streams_and_sockets(app: &mut TestApp) {
    app.restart_with(&[("streams_per_caller", "3")]).await;
    let volt = app.organization("volt").await.id;
    let (admin, other) = (app.super_admin(), app.partner("other", volt).await);
    let first = stream(&admin).await.unwrap();
    let _second = stream(&admin).await.unwrap();
    let third = socket(app, &admin).await.unwrap();
    is_refused(&admin, "has 3 event streams").await;
    let (status, problem) = socket(app, &admin).await.err().unwrap();
    assert_eq!((status, &problem["code"]), (429, &json!("RATE_LIMITED")));
    let asked = app.raw("GET", "/api/v1/events/stream").key(&admin.key);
    assert_eq!(asked.send().await.header("retry-after"), Some("1"));
    // Others are not affected, and a closed stream may be replaced.
    drop(stream(&other).await.unwrap());
    drop(first);
    let _fourth = accepted(&admin).await;
    is_refused(&admin, "has 3 event streams").await;
    drop(third);
    let _fifth = accepted(&admin).await;
    // The same for a socket that authenticates by its first message.
    let mut late = Socket::open(&app.url(), None).await.unwrap();
    let first = json!({"type": "authenticate", "apiKey": admin.key});
    late.say(&first).await;
    let message = late.expect("error").await;
    assert_eq!(message["problem"]["code"], "RATE_LIMITED");
    assert_eq!(late.hear().await, None);
    assert_eq!(late.closed.unwrap().0, 1013);
}

async fn an_export_counts_as_a_stream(app: &mut TestApp) {
    app.restart_with(&[("streams_per_caller", "1")]).await;
    let admin = app.super_admin();
    let open = stream(&admin).await.unwrap();
    let all = ExportEventsAsNdjsonParams::default();
    let refused = admin.export_events_as_ndjson(&all, &plain()).await;
    assert_eq!(code(refused), ProblemCode::RateLimited);
    drop(open);
    let since = Instant::now();
    while let Err(error) = admin.export_events_as_ndjson(&all, &plain()).await {
        assert!(since.elapsed() < SOON, "{error}");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn an_organization_has_a_limited_number_of_streams(app: &mut TestApp) {
    app.restart_with(&[("streams_per_organization", "2")]).await;
    let (volt, amp) = (
        app.organization("volt").await.id,
        app.organization("amp").await.id,
    );
    let (paul, anna) = (
        app.partner("paul", volt).await,
        app.partner("anna", volt).await,
    );
    let _first = stream(&paul).await.unwrap();
    let second = stream(&anna).await.unwrap();
    is_refused(&paul, "organization has 2").await;
    let theirs = app.partner("carl", amp).await;
    stream(&theirs).await.unwrap();
    drop(second);
    let _third = accepted(&paul).await;
    is_refused(&anna, "organization has 2").await;
}

async fn unauthenticated_sockets_are_limited_and_end_soon(app: &mut TestApp) {
    // Of 16 connections two may be unauthenticated sockets.
    app.restart_with(&[("connections", "16")]).await;
    let admin = app.super_admin();
    let first = Socket::open(&app.url(), None).await.unwrap();
    let _second = Socket::open(&app.url(), None).await.unwrap();
    let (status, problem) = Socket::open(&app.url(), None).await.err().unwrap();
    assert_eq!((status, &problem["code"]), (503, &json!("UNAVAILABLE")));
    // A socket opened with a key is not one of them.
    socket(app, &admin).await.unwrap();
    drop(first);
    let since = Instant::now();
    while Socket::open(&app.url(), None).await.is_err() {
        assert!(since.elapsed() < SOON, "no place becomes free");
        sleep(Duration::from_millis(20)).await;
    }
}

async fn a_stream_forbids_proxies_to_buffer_it(app: &mut TestApp) {
    let admin = app.super_admin();
    for (path, is_kept) in [
        ("/api/v1/events/stream?after=0", false),
        ("/api/v1/users", true),
    ] {
        let answer = app.raw("GET", path).key(&admin.key).send().await;
        assert_eq!(answer.status, 200, "{path}");
        let kept = answer.header("x-accel-buffering") != Some("no");
        assert_eq!(kept, is_kept, "{path}");
    }
}
