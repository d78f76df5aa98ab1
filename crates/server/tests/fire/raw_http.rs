//! HTTP as bytes, on a connection per request.

use std::io;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// An answer as received.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// Head lines in lower case.
    pub head: String,
    /// The body, with its chunked encoding.
    pub body: String,
}

/// A request without a body.
pub fn get(path: &str, key: Option<&str>) -> String {
    let key = key.map(|key| format!("authorization: Bearer {key}\r\n"));
    let key = key.unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nhost: here\r\n{key}\r\n")
}

/// Sends a request on a new connection to `HOST:PORT`.
pub async fn send(address: &str, request: &str) -> io::Result<TcpStream> {
    send_with(address, request, None).await
}

/// The same with a receive buffer of this size.
pub async fn send_with(address: &str, request: &str, buffer: Option<u32>) -> io::Result<TcpStream> {
    let address = address.parse().map_err(io::Error::other)?;
    let socket = TcpSocket::new_v4()?;
    if let Some(bytes) = buffer {
        socket.set_recv_buffer_size(bytes)?;
    }
    let mut stream = socket.connect(address).await?;
    stream.write_all(request.as_bytes()).await?;
    Ok(stream)
}

/// Sends a request on a new connection, and reads until the server closes it.
pub async fn ask(address: &str, request: &str) -> io::Result<Answer> {
    let closing = request.replacen("\r\nhost:", "\r\nconnection: close\r\nhost:", 1);
    let mut stream = send(address, &closing).await?;
    let mut bytes = Vec::new();
    stream.read_to_end(&mut bytes).await?;
    let text = String::from_utf8_lossy(&bytes);
    let (head, body) = text
        .split_once("\r\n\r\n")
        .ok_or_else(|| io::Error::other(format!("no answer: {text:?}")))?;
    let status = head
        .split(' ')
        .nth(1)
        .and_then(|status| status.parse().ok());
    Ok(Answer {
        status: status.ok_or_else(|| io::Error::other("no status"))?,
        head: head.to_ascii_lowercase(),
        body: body.to_owned(),
    })
}

/// Reads until the text was received; returns everything that was received.
///
/// # Panics
/// When the server closes the connection before.
pub async fn until(stream: &mut TcpStream, text: &str) -> String {
    let mut received = Vec::new();
    loop {
        let so_far = String::from_utf8_lossy(&received).into_owned();
        if so_far.contains(text) {
            return so_far;
        }
        let count = stream.read_buf(&mut received).await.unwrap();
        assert!(count > 0, "{text:?} did not come: {so_far}");
    }
}
