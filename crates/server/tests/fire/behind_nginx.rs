//! The service behind nginx as it comes: HTTP/1.0 to the service, a connection for each request, and
//! everything buffered that nobody says not to buffer.

use crate::{
    arena::{Arena, FREE, installation, new_user},
    raw_http::{self, Answer, get},
};
use serde_json::json;
use std::time::Duration;
use testkit::{
    database::{Backend, Database, fresh},
    nginx::Nginx,
    process::Installation,
    socket::Socket,
};
use tokio::{
    io::AsyncReadExt,
    time::{Instant, timeout},
};

/// How soon something comes that is not kept back. nginx keeps back what it buffers for as long as the
/// answer lasts.
const SOON: Duration = Duration::from_secs(5);

/// A service with nginx before it.
struct Behind {
    arena: Arena,
    nginx: Nginx,
    _database: Database,
}

impl Behind {
    /// None where there is no nginx.
    async fn start(change: fn(Installation) -> Installation) -> Option<Self> {
        let database = fresh(Backend::Sqlite).await?;
        let arena = Arena::of(change(installation(&database)), 1).await;
        let nginx = Nginx::before(&arena.servers[0].url()).await?;
        Some(Self {
            arena,
            nginx,
            _database: database,
        })
    }

    async fn ask(&self, url: &str, request: &str) -> Answer {
        let address = url.trim_start_matches("http://");
        let answer = timeout(SOON * 2, raw_http::ask(address, request)).await;
        answer.unwrap().unwrap()
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn events_come_as_they_happen() {
    let Some(behind) = Behind::start(|same| same).await else {
        return;
    };
    let (arena, url) = (&behind.arena, behind.nginx.plain());
    let address = url.trim_start_matches("http://");
    let request = get("/api/v1/events/stream", Some(&arena.key));
    let mut stream = raw_http::send(address, &request).await.unwrap();
    let since = Instant::now();
    let begun = timeout(SOON, raw_http::until(&mut stream, "event: live")).await;
    assert!(begun.is_ok(), "the stream is kept back");
    new_user(&arena.client(0)).await.unwrap();
    let told = timeout(SOON, raw_http::until(&mut stream, "event: user.created")).await;
    assert!(told.is_ok(), "an event is kept back");
    println!("live and told within {:?}", since.elapsed());
    // The same over a WebSocket, which is closed in order.
    let mut socket = Socket::open(&url, Some(&arena.key)).await.unwrap();
    socket.expect("authenticated").await;
    socket.follow("all", None).await;
    socket.expect("replayed").await;
    socket.expect("live").await;
    new_user(&arena.client(0)).await.unwrap();
    let said = timeout(SOON, socket.expect("event")).await.unwrap();
    assert_eq!(said["event"]["type"], "user.created");
    socket.say(&json!({"type": "ping"})).await;
    socket.expect("pong").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_breaks_off_does_not_look_whole() {
    let Some(mut behind) = Behind::start(|same| same).await else {
        return;
    };
    let url = behind.nginx.plain();
    let request = get("/api/v1/events/stream", Some(&behind.arena.key));
    let mut stream = raw_http::send(url.trim_start_matches("http://"), &request)
        .await
        .unwrap();
    let begun = timeout(SOON, raw_http::until(&mut stream, "event: live")).await;
    assert!(begun.is_ok(), "the stream is kept back");
    behind.arena.servers[0].kill();
    let mut rest = Vec::new();
    let _ = timeout(SOON * 2, stream.read_to_end(&mut rest))
        .await
        .unwrap();
    let rest = String::from_utf8_lossy(&rest).into_owned();
    assert!(
        !rest.ends_with("0\r\n\r\n"),
        "it ends like a whole answer: {rest:?}"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn answers_and_bodies_come_whole() {
    let Some(behind) = Behind::start(|same| same).await else {
        return;
    };
    let (arena, nginx) = (&behind.arena, &behind.nginx);
    arena.users(300).await;
    let direct = arena.servers[0].url();
    let key = Some(arena.key.as_str());
    for kind in ["ndjson", "csv"] {
        // As HTTP/1.0, so that the body is not cut into chunks.
        let request = get(&format!("/api/v1/events.{kind}"), key).replace("HTTP/1.1", "HTTP/1.0");
        let whole = behind.ask(&direct, &request).await;
        assert!(
            whole.head.contains("\r\nx-accel-buffering: no"),
            "{}",
            whole.head
        );
        for url in [nginx.plain(), nginx.keeping()] {
            let passed = behind.ask(&url, &request).await;
            assert_eq!((passed.status, &passed.body), (200, &whole.body));
        }
        assert!(whole.body.lines().count() > 300, "{}", whole.body.len());
    }
    // Nearly as much as nginx lets through: it is read to its end before it is refused.
    let name = "x".repeat(1_000_000);
    let body = json!({"key": "big", "name": name}).to_string();
    let head = get("/api/v1/products", key).replacen("GET", "POST", 1);
    let head = head.trim_end_matches("\r\n");
    let length = body.len();
    let request = format!(
        "{head}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}"
    );
    for url in [nginx.plain(), nginx.keeping()] {
        let refused = behind.ask(&url, &request).await;
        assert_eq!(refused.status, 400, "{}", refused.body);
        assert!(refused.body.contains("/name"), "{}", refused.body);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn old_requests_and_kept_connections_work() {
    let Some(behind) = Behind::start(|same| same).await else {
        return;
    };
    let (direct, nginx) = (behind.arena.servers[0].url(), &behind.nginx);
    let old = "GET /health HTTP/1.0\r\nhost: here\r\n\r\n";
    for url in [direct.clone(), nginx.plain(), nginx.keeping()] {
        assert_eq!(behind.ask(&url, old).await.status, 200);
        let address = url.trim_start_matches("http://");
        let mut stream = raw_http::send(address, "GET /health HTTP/1.0\r\n\r\n")
            .await
            .unwrap();
        let answer = timeout(SOON, raw_http::until(&mut stream, "\r\n\r\n"))
            .await
            .unwrap();
        assert!(answer.contains(" 200 "), "{answer}");
    }
    let key = behind.arena.key.as_str();
    for url in [nginx.plain(), nginx.keeping()] {
        let client = client::Client::new(url, Some(key));
        for _ in 0..30 {
            new_user(&client).await.unwrap();
            client.get_health(FREE).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn whom_a_proxy_speaks_for_is_known() {
    let change = |installation: Installation| {
        installation
            .with("QUARTERMASTER_TRUSTED_PROXIES", "127.0.0.1")
            .with("QUARTERMASTER_RATE_LIMIT_IP", "3/1h")
    };
    let Some(behind) = Behind::start(change).await else {
        return;
    };
    let from = |address: &str| {
        let request = get("/api/v1/users?size=1", Some(&behind.arena.key));
        request.replacen(
            "\r\nhost:",
            &format!("\r\nx-forwarded-for: {address}\r\nhost:"),
            1,
        )
    };
    let url = behind.nginx.keeping();
    let mut statuses = Vec::new();
    for _ in 0..4 {
        statuses.push(behind.ask(&url, &from("203.0.113.9")).await.status);
    }
    statuses.push(behind.ask(&url, &from("203.0.113.10")).await.status);
    assert_eq!(statuses, [200, 200, 200, 429, 200]);
}
