//! How a WebSocket ends, by the bytes on its connection (RFC 6455, 5.5.1 and 7.1.1).

use crate::harness::cases;
use std::time::Duration;
use testkit::TestApp;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time::timeout,
};

cases![
    a_client_that_closes_is_answered_and_then_the_connection_ends on Sqlite,
    a_client_that_closes_without_a_code_is_answered_too on Sqlite,
    a_refused_client_has_a_moment_to_close on Sqlite,
    a_protocol_error_is_reported_before_the_end on Sqlite,
];

/// The time limit of every wait.
const SOON: Duration = Duration::from_secs(10);

const TEXT: u8 = 1;
const CLOSE: u8 = 8;

/// A frame: its opcode and its payload.
type Frame = (u8, Vec<u8>);

/// A handshake with these header lines, byte by byte.
async fn shaken(app: &TestApp, lines: &str) -> TcpStream {
    let url = app.url();
    let mut stream = TcpStream::connect(url.trim_start_matches("http://"))
        .await
        .unwrap();
    let request = format!(
        "GET /api/v1/ws HTTP/1.1\r\nhost: here\r\nconnection: Upgrade\r\nupgrade: websocket\r\n\
         sec-websocket-version: 13\r\nsec-websocket-key: dGhlIHNhbXBsZSBub25jZQ==\r\n{lines}\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut head = Vec::new();
    while !head.ends_with(b"\r\n\r\n") {
        head.push(timeout(SOON, stream.read_u8()).await.unwrap().unwrap());
    }
    assert!(
        head.starts_with(b"HTTP/1.1 101 "),
        "{}",
        String::from_utf8_lossy(&head)
    );
    stream
}

/// The same with a key, up to the first message.
async fn known(app: &TestApp) -> TcpStream {
    let line = format!("authorization: Bearer {}\r\n", app.super_admin().key);
    let mut stream = shaken(app, &line).await;
    assert_eq!(frame(&mut stream).await.0, TEXT);
    stream
}

/// Sends a frame, masked as a client has to, with a mask of zeros.
async fn send(stream: &mut TcpStream, kind: u8, data: &[u8]) {
    let length = u8::try_from(data.len()).unwrap();
    let head = [0x80 | kind, 0x80 | length, 0, 0, 0, 0];
    stream.write_all(&[&head, data].concat()).await.unwrap();
}

/// The next frame of the server.
async fn frame(stream: &mut TcpStream) -> Frame {
    let read = async {
        let kind = stream.read_u8().await.unwrap() & 0x0f;
        let length = match stream.read_u8().await.unwrap() {
            126 => stream.read_u16().await.unwrap().into(),
            length => usize::from(length),
        };
        let mut data = vec![0; length];
        stream.read_exact(&mut data).await.unwrap();
        (kind, data)
    };
    timeout(SOON, read).await.unwrap()
}

/// The connection ends cleanly, without another byte.
async fn ends(stream: &mut TcpStream) {
    let mut rest = Vec::new();
    let read = timeout(SOON, stream.read_to_end(&mut rest)).await.unwrap();
    assert_eq!(read.map_err(|fault| fault.kind()), Ok(0), "{rest:?}");
}

async fn a_client_that_closes_is_answered_and_then_the_connection_ends(app: &mut TestApp) {
    let mut stream = known(app).await;
    let reason = [&1000_u16.to_be_bytes()[..], b"bye"].concat();
    send(&mut stream, CLOSE, &reason).await;
    let (kind, data) = frame(&mut stream).await;
    assert_eq!((kind, &data[..2]), (CLOSE, &1000_u16.to_be_bytes()[..]));
    ends(&mut stream).await;
}

async fn a_client_that_closes_without_a_code_is_answered_too(app: &mut TestApp) {
    // Also one that has not authenticated.
    for mut stream in [known(app).await, shaken(app, "").await] {
        send(&mut stream, CLOSE, b"").await;
        assert_eq!(frame(&mut stream).await, (CLOSE, Vec::new()));
        ends(&mut stream).await;
    }
}

async fn a_refused_client_has_a_moment_to_close(app: &mut TestApp) {
    let mut stream = shaken(app, "").await;
    send(&mut stream, TEXT, br#"{"type": "ping"}"#).await;
    assert_eq!(frame(&mut stream).await.0, TEXT);
    let (kind, data) = frame(&mut stream).await;
    assert_eq!((kind, &data[..2]), (CLOSE, &1008_u16.to_be_bytes()[..]));
    // The client may still send before it has read the close.
    send(&mut stream, TEXT, br#"{"type": "ping"}"#).await;
    send(&mut stream, CLOSE, &data[..2]).await;
    ends(&mut stream).await;
}

async fn a_protocol_error_is_reported_before_the_end(app: &mut TestApp) {
    let mut stream = known(app).await;
    // A frame with a reserved opcode, and more data after it.
    let nonsense = [&[0x83, 0x85, 0, 0, 0, 0][..], &[b'x'; 3000]].concat();
    stream.write_all(&nonsense).await.unwrap();
    assert_eq!(frame(&mut stream).await.0, TEXT);
    let (kind, data) = frame(&mut stream).await;
    assert_eq!((kind, &data[..2]), (CLOSE, &1002_u16.to_be_bytes()[..]));
    ends(&mut stream).await;
}
