//! A client that does not read what it subscribed to.

use crate::harness::cases;
use serde_json::json;
use std::time::{Duration, Instant};
use testkit::{TestApp, socket::Socket};

cases![a_slow_client_is_dropped_and_resumes on Sqlite];

/// So many copies of the log exceed all buffers between server and client.
const TIMES: usize = 16;

async fn a_slow_client_is_dropped_and_resumes(app: &mut TestApp) {
    let admin = app.super_admin();
    for number in 0..40 {
        let users = (0..10).map(|more| format!("u{number}x{more}"));
        let users: Vec<_> = users.collect();
        for name in &users {
            app.user(name).await;
        }
    }
    let (url, key) = (app.url(), Some(admin.key.as_str()));
    let mut socket = Socket::open_at(&url, "", key, Some(4096)).await.unwrap();
    socket.expect("authenticated").await;
    for number in 0..TIMES {
        let asked = json!({"type": "subscribe", "id": number.to_string(), "after": "0"});
        socket.say(&asked).await;
    }
    // Nothing is read until the server gives up; the wait beyond the time limits is for a busy machine.
    let since = Instant::now();
    while app.app().live().waiting() < TIMES {
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "it was not subscribed"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    while app.app().live().waiting() > 0 {
        assert!(
            since.elapsed() < Duration::from_secs(120),
            "it was not dropped"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    let (mut seen, mut last, mut dropped) = (0, vec![String::new(); TIMES], 0);
    while let Some(message) = socket.hear().await {
        let number = message["subscription"]
            .as_str()
            .and_then(|id| id.parse::<usize>().ok());
        let cursor = message["cursor"].as_str().unwrap_or_default().to_owned();
        match message["type"].as_str().unwrap() {
            "event" => {
                seen += 1;
                last[number.unwrap()] = cursor;
            }
            "dropped" => {
                dropped += 1;
                let before = &last[number.unwrap()];
                assert!(before.is_empty() || *before == cursor, "{before} {cursor}");
                last[number.unwrap()] = cursor;
            }
            _ => {}
        }
    }
    assert_eq!(dropped, TIMES);
    assert_eq!(socket.closed, Some((1013, "too slow".to_owned())));
    let end = app.position().await;
    assert!(seen < TIMES * end as usize, "{seen}");
    // From the last cursor on, nothing is missing.
    let mut socket = Socket::open(&url, key).await.unwrap();
    socket.expect("authenticated").await;
    for number in [0, TIMES - 1] {
        let from: i64 = last[number].split('-').next().unwrap().parse().unwrap();
        socket
            .follow(&number.to_string(), Some(&last[number]))
            .await;
        for position in from + 1..=end {
            let message = socket.expect("event").await;
            assert_eq!(message["event"]["position"], position);
        }
        socket.expect("replayed").await;
        socket.expect("live").await;
    }
}
