//! HTTP on a connection of one's own, as bytes.

use std::io;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpSocket, TcpStream},
};

/// An answer as it came.
#[derive(Debug)]
pub struct Answer {
    /// The status.
    pub status: u16,
    /// The body, with its chunks as they were cut.
    pub body: String,
}

/// A request without a body.
pub fn get(path: &str, key: Option<&str>) -> String {
    let key = key.map(|key| format!("authorization: Bearer {key}\r\n"));
    let key = key.unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nhost: here\r\n{key}\r\n")
}

/// Sends that on a new connection to `HOST:PORT`.
pub async fn send(address: &str, request: &str) -> io::Result<TcpStream> {
    send_with(address, request, None).await
}

/// The same with so small a buffer for what comes.
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

/// Sends that on a new connection, and reads until the server closes it.
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
        body: body.to_owned(),
    })
}

/// Reads until that has come, and gives everything that came.
///
/// # Panics
/// When the server closes before.
pub async fn until(stream: &mut TcpStream, text: &str) -> String {
    let mut came = Vec::new();
    loop {
        let so_far = String::from_utf8_lossy(&came).into_owned();
        if so_far.contains(text) {
            return so_far;
        }
        let count = stream.read_buf(&mut came).await.unwrap();
        assert!(count > 0, "{text:?} did not come: {so_far}");
    }
}
