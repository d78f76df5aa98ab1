//! Bodies made to be expensive cost no more than their length, and delay no other request.

use crate::harness::cases;
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{TestApp, app::RawReply};

cases![
    unauthenticated_bodies_are_limited on Sqlite,
    a_hostile_body_does_not_delay_others on Sqlite,
];

/// The limit of a body for an operation without authentication, in bytes.
const PUBLIC: usize = 16 * 1024;

/// Nested fields with names of 100 slashes, and many duplicate fields in the innermost object.
fn duplicates(bytes: usize) -> String {
    let name = "/".repeat(100);
    let (open, close) = (format!("{{\"{name}\":").repeat(62), "}".repeat(62));
    let many = "\"a\":1,".repeat(bytes.saturating_sub(open.len() + close.len()) / 6);
    format!("{open}{{{many}\"a\":1}}{close}")
}

async fn login(app: &TestApp, body: String) -> RawReply {
    let request = app.raw("POST", "/api/v1/auth/login");
    request.body("application/json", body).send().await
}

async fn unauthenticated_bodies_are_limited(app: &mut TestApp) {
    let padded = |bytes: usize| {
        let body = json!({"email": "nobody@example.com", "password": "wrong"}).to_string();
        format!("{body}{}", " ".repeat(bytes - body.len()))
    };
    let reply = login(app, padded(PUBLIC)).await;
    assert_eq!(
        (reply.status, &reply.json()["code"]),
        (401, &json!("INVALID_CREDENTIALS"))
    );
    let reply = login(app, padded(PUBLIC + 1)).await;
    assert_eq!(
        (reply.status, &reply.json()["code"]),
        (413, &json!("PAYLOAD_TOO_LARGE"))
    );
    assert_eq!(
        reply.json()["detail"],
        "The body may have up to 16384 bytes."
    );
    // An authenticated caller may send more, and gets the faults of the body.
    let request = app
        .raw("POST", "/api/v1/products")
        .key(&app.super_admin().key);
    let reply = request
        .body("application/json", padded(PUBLIC + 1))
        .send()
        .await;
    assert_eq!(
        (reply.status, &reply.json()["code"]),
        (400, &json!("VALIDATION_ERROR"))
    );
}

async fn a_hostile_body_does_not_delay_others(app: &mut TestApp) {
    let key = app.super_admin().key;
    let attack = async {
        for bytes in [PUBLIC, 24_000, 126_000, 1 << 20] {
            let status = login(app, duplicates(bytes - 256)).await.status;
            assert!([400, 413].contains(&status), "{status}");
        }
        let sent = (0..4).map(|_| {
            let body = duplicates((1 << 20) - 256);
            let request = app.raw("POST", "/api/v1/products").key(&key);
            request.body("application/json", body).send()
        });
        for reply in futures_util::future::join_all(sent).await {
            let body = reply.json();
            assert_eq!(
                (reply.status, &body["code"]),
                (400, &json!("VALIDATION_ERROR"))
            );
            assert!(reply.body.len() < 64 * 1024, "{}", reply.body.len());
        }
    };
    let asked = async {
        let mut longest = Duration::ZERO;
        loop {
            let since = Instant::now();
            assert_eq!(app.raw("GET", "/health").send().await.status, 200);
            longest = longest.max(since.elapsed());
            // Far more than a request takes, and far less than a body that blocks every thread.
            assert!(longest < Duration::from_secs(5), "{longest:?}");
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    tokio::select! {
        () = attack => {}
        () = asked => {}
    }
}
