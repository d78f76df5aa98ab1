//! Clients that occupy connections, and clients that are served all the same.

use super::*;
use std::net::{IpAddr, UdpSocket};

const PARTIAL_HEAD: &str = "GET /quick HTTP/1.1\r\nHost: he";
const PARTIAL_BODY: &str = "POST /read HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf";
const COMPLETE: &str = "GET /quick HTTP/1.1\r\nHost: here\r\n\r\n";

/// The time limit of what has to happen at once.
const PROMPTLY: Duration = Duration::from_secs(5);

/// A connection on which `text` was sent.
fn connect(address: SocketAddr, text: &str) -> Socket {
    let mut socket = Socket::connect(address).unwrap();
    socket.set_read_timeout(Some(PROMPTLY)).unwrap();
    socket.write_all(text.as_bytes()).unwrap();
    socket
}

/// Reads to the end of the connection. An error is a reset or a timeout.
fn rest(socket: &mut Socket) -> Result<String, io::ErrorKind> {
    let mut text = String::new();
    match socket.read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(error.kind()),
    }
}

/// Whether the service has closed the connection. Earlier responses are skipped.
fn is_closed(socket: &mut Socket) -> bool {
    socket.set_nonblocking(true).unwrap();
    let mut bytes = [0; 4096];
    loop {
        match socket.read(&mut bytes) {
            Ok(0) => return true,
            Ok(_) => {}
            Err(error) => return error.kind() != io::ErrorKind::WouldBlock,
        }
    }
}

/// A connection on which a response has begun that does not end.
fn busy(address: SocketAddr) -> Socket {
    let mut socket = connect(address, "GET /stream HTTP/1.1\r\nHost: here\r\n\r\n");
    let mut received = Vec::new();
    while !String::from_utf8_lossy(&received).contains("begun") {
        let mut bytes = [0; 1024];
        let count = socket.read(&mut bytes).unwrap();
        assert!(count > 0, "the answer ended");
        received.extend_from_slice(&bytes[..count]);
    }
    socket
}

async fn on_thread<T: Send + 'static>(talk: impl FnOnce() -> T + Send + 'static) -> T {
    task::spawn_blocking(talk).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_has_a_time_limit_and_an_idle_connection_has_not() {
    let running = start(PROMPTLY).await;
    let address = running.address;
    on_thread(move || {
        let since = Instant::now();
        assert_eq!(rest(&mut connect(address, "")), Ok(String::new()));
        assert!(since.elapsed() >= HEAD_TIMEOUT && since.elapsed() < PROMPTLY);
        let mut kept = connect(address, COMPLETE);
        let mut slow = connect(address, PARTIAL_HEAD);
        let since = Instant::now();
        // Sending byte by byte does not extend the time limit.
        while !is_closed(&mut slow) {
            assert!(since.elapsed() < PROMPTLY, "the head has no time limit");
            std::thread::sleep(HEAD_TIMEOUT / 8);
            let _ = slow.write_all(b"x");
        }
        assert!(since.elapsed() >= HEAD_TIMEOUT / 2);
        std::thread::sleep(HEAD_TIMEOUT * 2);
        assert!(!is_closed(&mut kept), "it is not kept");
        kept.set_nonblocking(false).unwrap();
        // The time limit of the next head begins with its first byte.
        kept.write_all(PARTIAL_HEAD.as_bytes()).unwrap();
        let since = Instant::now();
        assert_eq!(rest(&mut kept), Ok(String::new()));
        assert!(since.elapsed() >= HEAD_TIMEOUT / 2 && since.elapsed() < PROMPTLY);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn connections_that_wait_for_their_clients_are_closed_for_new_ones() {
    for text in ["", PARTIAL_HEAD, PARTIAL_BODY, COMPLETE] {
        let mut connections = connections("8");
        connections.head_timeout = PROMPTLY * 10;
        let running = start_with(PROMPTLY, connections, "127.0.0.1:0").await;
        let address = running.address;
        on_thread(move || {
            let mut waiting: Vec<Socket> = Vec::new();
            for _ in 0..24 {
                waiting.push(connect(address, text));
                // One after another, so that their order is known.
                std::thread::sleep(Duration::from_millis(5));
            }
            let since = Instant::now();
            while !waiting[..16].iter_mut().all(is_closed) {
                assert!(since.elapsed() < PROMPTLY, "{text:?} are not closed");
                std::thread::sleep(Duration::from_millis(5));
            }
            assert!(
                !is_closed(&mut waiting[23]),
                "{text:?}: the last one is closed"
            );
        })
        .await;
        assert!(
            exchange(address, request("/quick"))
                .await
                .ends_with("quick"),
            "{text:?}"
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn health_is_answered_when_all_connections_are_busy() {
    let running = start_with(PROMPTLY, connections("2"), "127.0.0.1:0").await;
    let address = running.address;
    let busy = on_thread(move || [busy(address), busy(address)]).await;
    let answer = exchange(address, request("/place")).await;
    assert!(answer.ends_with("true"), "{answer}");
    assert!(answer.contains("connection: close\r\n"), "{answer}");
    assert!(
        exchange(address, request("/health"))
            .await
            .ends_with("false")
    );
    drop(busy);
    let since = Instant::now();
    while !exchange(address, request("/place"))
        .await
        .ends_with("false")
    {
        assert!(since.elapsed() < PROMPTLY, "no connection was freed");
    }
}

/// An address of this machine that is not its loopback. Nothing is sent to find it.
fn other_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    socket.connect("203.0.113.1:9").ok()?;
    let address = socket.local_addr().unwrap().ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_has_a_quarter_of_all_connections() {
    let Some(address) = other_address() else {
        eprintln!("LEFT OUT: a share by address (this machine has no other than its own)");
        return;
    };
    // An address may have 4 of 16 connections.
    let running = start_with(PROMPTLY, connections("16"), &format!("{address}:0")).await;
    let address = running.address;
    on_thread(move || {
        let mut all: Vec<Socket> = (0..4).map(|_| busy(address)).collect();
        let refused = rest(&mut connect(address, COMPLETE));
        assert!(refused.as_ref().is_ok_and(String::is_empty) || refused.is_err());
        assert!(!all.iter_mut().any(is_closed));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_truncated_http_1_0_response_is_reset() {
    let running = start(PROMPTLY).await;
    let address = running.address;
    let asked = |path: &str| format!("GET {path} HTTP/1.0\r\n\r\n");
    let (whole, half) = (asked("/whole"), asked("/half"));
    on_thread(move || {
        let answer = rest(&mut connect(address, &whole)).unwrap();
        assert!(answer.ends_with("\r\n\r\none two"), "{answer}");
        assert!(answer.contains("x-accel-buffering: no\r\n"), "{answer}");
        let broken = rest(&mut connect(address, &half));
        assert_eq!(broken, Err(io::ErrorKind::ConnectionReset));
        let quick = rest(&mut connect(address, "GET /quick HTTP/1.0\r\n\r\n")).unwrap();
        assert!(!quick.contains("x-accel-buffering"), "{quick}");
    })
    .await;
}
