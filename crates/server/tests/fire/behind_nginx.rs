//! The service behind nginx with its default configuration: HTTP/1.0 to the service, a connection for each
//! request, and every response buffered unless a header forbids it.

use crate::{
    cluster::{Cluster, FREE, installation, new_user},
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

/// How soon unbuffered data arrives. nginx holds buffered data back until the response
/// ends.
const SOON: Duration = Duration::from_secs(5);

/// A service with nginx before it.
struct Behind {
    cluster: Cluster,
    nginx: Nginx,
    _database: Database,
}

impl Behind {
    /// `None` where nginx is not installed.
    async fn start(change: fn(Installation) -> Installation) -> Option<Self> {
        let database = fresh(Backend::Sqlite).await?;
        let cluster = Cluster::of(change(installation(&database)), 1).await;
        let nginx = Nginx::before(&cluster.servers[0].url()).await?;
        Some(Self {
            cluster,
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
async fn events_arrive_unbuffered() {
    let Some(behind) = Behind::start(|same| same).await else {
        return;
    };
    let (cluster, url) = (&behind.cluster, behind.nginx.plain());
    let address = url.trim_start_matches("http://");
    let request = get("/api/v1/events/stream", Some(&cluster.key));
    let mut stream = raw_http::send(address, &request).await.unwrap();
    let since = Instant::now();
    let begun = timeout(SOON, raw_http::until(&mut stream, "event: live")).await;
    assert!(begun.is_ok(), "the stream is kept back");
    new_user(&cluster.client(0)).await.unwrap();
    let received = timeout(SOON, raw_http::until(&mut stream, "event: user.created")).await;
    assert!(received.is_ok(), "an event is kept back");
    println!("live and received within {:?}", since.elapsed());
    // The same over a WebSocket, with a clean close.
    let mut socket = Socket::open(&url, Some(&cluster.key)).await.unwrap();
    socket.expect("authenticated").await;
    socket.follow("all", None).await;
    socket.expect("replayed").await;
    socket.expect("live").await;
    new_user(&cluster.client(0)).await.unwrap();
    let message = timeout(SOON, socket.expect("event")).await.unwrap();
    assert_eq!(message["event"]["type"], "user.created");
    socket.say(&json!({"type": "ping"})).await;
    socket.expect("pong").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_aborted_answer_is_not_taken_for_a_complete_one() {
    let Some(mut behind) = Behind::start(|same| same).await else {
        return;
    };
    let url = behind.nginx.plain();
    let request = get("/api/v1/events/stream", Some(&behind.cluster.key));
    let mut stream = raw_http::send(url.trim_start_matches("http://"), &request)
        .await
        .unwrap();
    let begun = timeout(SOON, raw_http::until(&mut stream, "event: live")).await;
    assert!(begun.is_ok(), "the stream is kept back");
    behind.cluster.servers[0].kill();
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
async fn large_answers_and_bodies_arrive_complete() {
    let Some(behind) = Behind::start(|same| same).await else {
        return;
    };
    let (cluster, nginx) = (&behind.cluster, &behind.nginx);
    cluster.users(300).await;
    let direct = cluster.servers[0].url();
    let key = Some(cluster.key.as_str());
    for kind in ["ndjson", "csv"] {
        // HTTP/1.0, so that the body is not chunked.
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
    // Just below the limit of nginx (1 MB): the service reads the body to its end before it refuses it.
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
async fn http_1_0_requests_and_kept_connections_work() {
    let Some(behind) = Behind::start(|same| same).await else {
        return;
    };
    let (direct, nginx) = (behind.cluster.servers[0].url(), &behind.nginx);
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
    let key = behind.cluster.key.as_str();
    for url in [nginx.plain(), nginx.keeping()] {
        let client = client::Client::new(url, Some(key));
        for _ in 0..30 {
            new_user(&client).await.unwrap();
            client.get_health(FREE).await.unwrap();
        }
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_client_address_is_taken_from_a_trusted_proxy() {
    let change = |installation: Installation| {
        installation
            .with("QUARTERMASTER_TRUSTED_PROXIES", "127.0.0.1")
            .with("QUARTERMASTER_RATE_LIMIT_IP", "3/1h")
    };
    let Some(behind) = Behind::start(change).await else {
        return;
    };
    let from = |address: &str| {
        let request = get("/api/v1/users?size=1", Some(&behind.cluster.key));
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
