//! Clients that hold on to connections, and those that find room all the same.

use super::*;
use std::net::{IpAddr, UdpSocket};

const HALF_A_HEAD: &str = "GET /quick HTTP/1.1\r\nHost: he";
const HALF_A_BODY: &str = "POST /read HTTP/1.1\r\nHost: here\r\nContent-Length: 9\r\n\r\nhalf";
const KEPT: &str = "GET /quick HTTP/1.1\r\nHost: here\r\n\r\n";

/// How soon something happens that happens at once.
const SOON: Duration = Duration::from_secs(5);

/// A connection on which that was sent.
fn held(address: SocketAddr, text: &str) -> Socket {
    let mut socket = Socket::connect(address).unwrap();
    socket.set_read_timeout(Some(SOON)).unwrap();
    socket.write_all(text.as_bytes()).unwrap();
    socket
}

/// Reads to the end, which has to come soon. An error is a reset.
fn rest(socket: &mut Socket) -> Result<String, io::ErrorKind> {
    let mut text = String::new();
    match socket.read_to_string(&mut text) {
        Ok(_) => Ok(text),
        Err(error) => Err(error.kind()),
    }
}

/// Whether the service has closed it. What was answered on it before is left out.
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

/// A connection on which an answer has begun that does not end.
fn busy(address: SocketAddr) -> Socket {
    let mut socket = held(address, "GET /stream HTTP/1.1\r\nHost: here\r\n\r\n");
    let mut came = Vec::new();
    while !String::from_utf8_lossy(&came).contains("begun") {
        let mut bytes = [0; 1024];
        let count = socket.read(&mut bytes).unwrap();
        assert!(count > 0, "the answer ended");
        came.extend_from_slice(&bytes[..count]);
    }
    socket
}

async fn on_thread<T: Send + 'static>(talk: impl FnOnce() -> T + Send + 'static) -> T {
    task::spawn_blocking(talk).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_head_has_to_come_soon_and_a_kept_connection_may_rest() {
    let running = start(SOON).await;
    let address = running.address;
    on_thread(move || {
        let since = Instant::now();
        assert_eq!(rest(&mut held(address, "")), Ok(String::new()));
        assert!(since.elapsed() >= MOMENT && since.elapsed() < SOON);
        let mut kept = held(address, KEPT);
        let mut slow = held(address, HALF_A_HEAD);
        let since = Instant::now();
        // Drop by drop is no sooner.
        while !is_closed(&mut slow) {
            assert!(since.elapsed() < SOON, "it may take as long as it likes");
            std::thread::sleep(MOMENT / 8);
            let _ = slow.write_all(b"x");
        }
        assert!(since.elapsed() >= MOMENT / 2);
        std::thread::sleep(MOMENT * 2);
        assert!(!is_closed(&mut kept), "it is not kept");
        kept.set_nonblocking(false).unwrap();
        // The next head has its time from its first byte on.
        kept.write_all(HALF_A_HEAD.as_bytes()).unwrap();
        let since = Instant::now();
        assert_eq!(rest(&mut kept), Ok(String::new()));
        assert!(since.elapsed() >= MOMENT / 2 && since.elapsed() < SOON);
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn those_who_wait_for_their_clients_make_room() {
    for text in ["", HALF_A_HEAD, HALF_A_BODY, KEPT] {
        let connections = Connections {
            head_timeout: SOON * 10,
            ..connections("8")
        };
        let running = start_with(SOON, connections, "127.0.0.1:0").await;
        let address = running.address;
        on_thread(move || {
            let mut crowd: Vec<Socket> = Vec::new();
            for _ in 0..24 {
                crowd.push(held(address, text));
                // One after another, so that it is known who came first.
                std::thread::sleep(Duration::from_millis(5));
            }
            let since = Instant::now();
            while !crowd[..16].iter_mut().all(is_closed) {
                assert!(since.elapsed() < SOON, "{text:?} are not closed");
                std::thread::sleep(Duration::from_millis(5));
            }
            assert!(
                !is_closed(&mut crowd[23]),
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
async fn when_all_are_busy_those_who_run_the_service_are_answered() {
    let running = start_with(SOON, connections("2"), "127.0.0.1:0").await;
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
        assert!(since.elapsed() < SOON, "no place is given back");
    }
}

/// An address of this machine that others see; it sends nothing to find it.
fn other_address() -> Option<IpAddr> {
    let socket = UdpSocket::bind("0.0.0.0:0").unwrap();
    socket.connect("203.0.113.1:9").ok()?;
    let address = socket.local_addr().unwrap().ip();
    (!address.is_loopback() && !address.is_unspecified()).then_some(address)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_address_has_its_share_of_connections() {
    let Some(address) = other_address() else {
        eprintln!("LEFT OUT: a share by address (this machine has no other than its own)");
        return;
    };
    // Of 16 connections an address has 4.
    let running = start_with(SOON, connections("16"), &format!("{address}:0")).await;
    let address = running.address;
    on_thread(move || {
        let mut all: Vec<Socket> = (0..4).map(|_| busy(address)).collect();
        let refused = rest(&mut held(address, KEPT));
        assert!(refused.as_ref().is_ok_and(String::is_empty) || refused.is_err());
        assert!(!all.iter_mut().any(is_closed));
    })
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn half_an_answer_does_not_look_whole_in_http_1_0() {
    let running = start(SOON).await;
    let address = running.address;
    let asked = |path: &str| format!("GET {path} HTTP/1.0\r\n\r\n");
    let (whole, half) = (asked("/whole"), asked("/half"));
    on_thread(move || {
        let answer = rest(&mut held(address, &whole)).unwrap();
        assert!(answer.ends_with("\r\n\r\none two"), "{answer}");
        assert!(answer.contains("x-accel-buffering: no\r\n"), "{answer}");
        let broken = rest(&mut held(address, &half));
        assert_eq!(broken, Err(io::ErrorKind::ConnectionReset));
        let quick = rest(&mut held(address, "GET /quick HTTP/1.0\r\n\r\n")).unwrap();
        assert!(!quick.contains("x-accel-buffering"), "{quick}");
    })
    .await;
}
