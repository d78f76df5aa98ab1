#![allow(clippy::unwrap_used)]
use std::{
    io::{Read, Write},
    net::TcpStream as Socket,
    time::Instant,
};

use futures_util::StreamExt;
use hyper::body::Bytes;
use poem::{
    IntoResponse, Request, Route,
    endpoint::{BoxEndpoint, make, make_sync},
    get,
};
use tokio::{sync::oneshot, task, time};

use super::*;
use crate::{
    config::{Config, Overrides},
    metrics::Metrics,
};

mod limits;

/// How long a client may take for the head of a request.
const HEAD_TIMEOUT: Duration = Duration::from_millis(400);

fn endpoint() -> BoxEndpoint<'static, Response> {
    use poem::EndpointExt;
    let slow = make(|_| async {
        time::sleep(Duration::from_millis(300)).await;
        "done".into_response()
    });
    let routes = Route::new()
        .at("/quick", get(make_sync(|_| "quick")))
        .at("/slow", get(slow))
        .at(
            "/health",
            get(make_sync(|request| {
                is_refused_on_reserved(&request).to_string()
            })),
        )
        .at(
            "/place",
            get(make_sync(|request| {
                is_refused_on_reserved(&request).to_string()
            })),
        )
        .at("/whole", get(make_sync(|_| parts(&["one ", "two"], true))))
        .at("/half", get(make_sync(|_| parts(&["one "], false))))
        .at("/stream", get(make_sync(|_| stream())))
        .at("/read", poem::post(make(read)))
        .at(
            "/endless",
            get(make(|_| std::future::pending::<Response>())),
        );
    routes.boxed()
}

/// A response that is written part by part. If it is not whole, it fails shortly after the last part,
/// when that was sent.
fn parts(parts: &'static [&'static str], is_whole: bool) -> Response {
    let parts = parts.iter();
    let parts = parts.map(|part| Ok::<_, io::Error>(Bytes::from_static(part.as_bytes())));
    let end = futures_util::stream::iter((!is_whole).then_some(()));
    let end = end.then(|()| async {
        time::sleep(HEAD_TIMEOUT / 8).await;
        Err::<Bytes, _>(io::Error::other("it breaks off"))
    });
    let parts = futures_util::stream::iter(parts).chain(end);
    Response::builder().body(poem::Body::from_bytes_stream(parts))
}

/// A response that begins and does not end.
fn stream() -> Response {
    let begun = futures_util::stream::iter([Ok::<_, io::Error>(Bytes::from_static(b"begun"))]);
    let parts = begun.chain(futures_util::stream::pending());
    Response::builder().body(poem::Body::from_bytes_stream(parts))
}

async fn read(request: Request) -> Response {
    let body = request.into_body().into_bytes().await;
    body.unwrap_or_default().len().to_string().into_response()
}

struct Running {
    address: SocketAddr,
    stop: oneshot::Sender<()>,
    served: task::JoinHandle<Drained>,
}

async fn start(grace: Duration) -> Running {
    start_with(grace, connections("64"), "127.0.0.1:0").await
}

/// Connections with this total limit and a short time limit for a head.
fn connections(total: &str) -> Connections {
    let overrides = Overrides {
        file: None,
        values: vec![("connections", total.to_owned())],
    };
    let config = Config::load(&overrides, []).unwrap();
    let metrics = Arc::new(Metrics::new("sqlite"));
    let mut connections = Connections::new(&config, metrics);
    connections.head_timeout = HEAD_TIMEOUT;
    connections
}

async fn start_with(grace: Duration, connections: Connections, address: &str) -> Running {
    let listening = bind(&address.parse().unwrap()).await.unwrap();
    let address = listening.address();
    let (stop, stopped) = oneshot::channel::<()>();
    let stopped = async move {
        let _ = stopped.await;
    };
    let served = tokio::spawn(listening.serve(endpoint(), connections, stopped, grace));
    Running {
        address,
        stop,
        served,
    }
}

/// Sends bytes, and reads until the server closes the connection.
async fn exchange(address: SocketAddr, bytes: Vec<u8>) -> String {
    let talk = move || {
        let mut socket = Socket::connect(address).unwrap();
        // The server may answer and close before it has taken everything.
        let _ = socket.write_all(&bytes);
        let mut answer = Vec::new();
        let _ = socket.read_to_end(&mut answer);
        String::from_utf8(answer).unwrap()
    };
    task::spawn_blocking(talk).await.unwrap()
}

fn request(path: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n\r\n").into_bytes()
}

#[tokio::test]
async fn binding_a_used_address_explains_how_to_change_it() {
    let first = bind(&"127.0.0.1:0".parse().unwrap()).await.unwrap();
    let taken: ListenAddress = first.address().to_string().parse().unwrap();
    let error = bind(&taken).await.unwrap_err().to_string();
    assert!(error.starts_with(taken.as_str()), "{error}");
    assert!(
        error.contains("--listen") && error.contains("QUARTERMASTER_LISTEN"),
        "{error}"
    );
    let elsewhere = bind(&"192.0.2.1:80".parse().unwrap()).await.unwrap_err();
    assert!(matches!(elsewhere, BindError::Failed { .. }));
}

#[tokio::test]
async fn a_running_request_is_answered_before_shutdown() {
    let running = start(Duration::from_secs(5)).await;
    let idle = Socket::connect(running.address).unwrap();
    let slow = tokio::spawn(exchange(running.address, request("/slow")));
    time::sleep(Duration::from_millis(100)).await;
    running.stop.send(()).unwrap();
    assert_eq!(running.served.await.unwrap(), Drained::All);
    assert!(slow.await.unwrap().ends_with("done"));
    assert!(
        Socket::connect(running.address).is_err(),
        "the address still accepts connections"
    );
    drop(idle);
}

#[tokio::test]
async fn a_request_that_does_not_end_is_cut_off_after_the_grace_period() {
    let running = start(Duration::from_millis(200)).await;
    let endless = tokio::spawn(exchange(running.address, request("/endless")));
    time::sleep(Duration::from_millis(100)).await;
    running.stop.send(()).unwrap();
    assert_eq!(running.served.await.unwrap(), Drained::CutOff(1));
    endless.abort();
}

#[tokio::test]
async fn unreadable_requests_are_answered_with_problems() {
    let running = start(Duration::from_secs(1)).await;
    let long_target = format!("GET /{} HTTP/1.1\r\nHost: here\r\n\r\n", "x".repeat(66_000));
    let many: String = (0..200).map(|n| format!("X-{n}: 1\r\n")).collect();
    let many = format!("GET /quick HTTP/1.1\r\nHost: here\r\n{many}\r\n");
    for unreadable in [
        "NONSENSE\r\n\r\n",
        "GET /quick HTTP/1.1\r\nHost: a\0b\r\n\r\n",
        "GET /quick HTTP/1.1\r\nHost: here\r\nContent-Length: many\r\n\r\n",
        &long_target,
        &many,
    ] {
        let answer = exchange(running.address, unreadable.as_bytes().to_vec()).await;
        let start = unreadable.get(..40).unwrap_or(unreadable);
        assert!(
            answer.starts_with("HTTP/1.1 400 Bad Request\r\n"),
            "{start}: {answer}"
        );
        assert!(
            answer.contains("\r\ncontent-type: application/problem+json\r\n"),
            "{start}: {answer}"
        );
        assert!(
            answer.contains("\"code\":\"MALFORMED_REQUEST\""),
            "{start}: {answer}"
        );
    }
    assert!(
        exchange(running.address, request("/quick"))
            .await
            .ends_with("quick")
    );
}

#[tokio::test]
async fn a_connection_is_reused_for_the_next_request() {
    let running = start(Duration::from_secs(1)).await;
    let first = b"GET /quick HTTP/1.1\r\nHost: here\r\n\r\n".to_vec();
    let answer = exchange(running.address, [first, request("/quick")].concat()).await;
    assert_eq!(answer.matches("HTTP/1.1 200 OK").count(), 2, "{answer}");
}
