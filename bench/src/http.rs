//! A minimal HTTP/1.1 client: one kept connection, one request at a time, ready-made bytes.
//!
//! It shares the machine with the server that it measures, so it does as little as it can.

use std::{
    fmt,
    net::SocketAddr,
    time::{Duration, Instant},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
};

use crate::Fault;

/// A kept connection to a server on this machine.
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
    filled: usize,
    waited: Duration,
}

/// A status and a body that lives until the next request.
pub struct Answer<'a> {
    /// The HTTP status.
    pub status: u16,
    /// The body.
    pub body: &'a [u8],
}

impl fmt::Display for Answer<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.status, String::from_utf8_lossy(self.body))
    }
}

impl Connection {
    /// Connects; refuses every address that is not of this machine.
    pub async fn open(address: SocketAddr) -> Result<Self, Fault> {
        if !address.ip().is_loopback() {
            return Err(format!("{address} is not a loopback address").into());
        }
        let stream = TcpStream::connect(address).await?;
        stream.set_nodelay(true)?;
        Ok(Self {
            stream,
            buffer: vec![0; 64 * 1024],
            filled: 0,
            waited: Duration::ZERO,
        })
    }

    /// How long answers were waited for since this was asked last.
    pub fn take_waited(&mut self) -> Duration {
        std::mem::take(&mut self.waited)
    }

    /// Sends one request and reads its answer.
    pub async fn send(&mut self, request: &[u8]) -> Result<Answer<'_>, Fault> {
        let sent = Instant::now();
        self.stream.write_all(request).await?;
        self.filled = 0;
        let head = loop {
            self.read_more().await?;
            if let Some(head) = Head::find(&self.buffer[..self.filled])? {
                break head;
            }
        };
        let end = head.length + head.body;
        while self.filled < end {
            self.read_more().await?;
        }
        self.waited += sent.elapsed();
        Ok(Answer {
            status: head.status,
            body: &self.buffer[head.length..end],
        })
    }

    async fn read_more(&mut self) -> Result<(), Fault> {
        if self.filled == self.buffer.len() {
            self.buffer.resize(self.buffer.len() * 2, 0);
        }
        match self.stream.read(&mut self.buffer[self.filled..]).await? {
            0 => Err("the server closed the connection".into()),
            more => {
                self.filled += more;
                Ok(())
            }
        }
    }
}

struct Head {
    status: u16,
    length: usize,
    body: usize,
}

impl Head {
    /// Reads status and length once the head is whole.
    fn find(bytes: &[u8]) -> Result<Option<Self>, Fault> {
        let Some(end) = bytes.windows(4).position(|window| window == b"\r\n\r\n") else {
            return Ok(None);
        };
        let text = std::str::from_utf8(&bytes[..end])?;
        let mut lines = text.split("\r\n");
        let status = lines
            .next()
            .and_then(|line| line.split(' ').nth(1))
            .unwrap_or_default();
        let status: u16 = status.parse()?;
        let mut body = None;
        for line in lines {
            let (name, value) = line.split_once(':').unwrap_or((line, ""));
            if name.eq_ignore_ascii_case("content-length") {
                body = Some(value.trim().parse()?);
            }
        }
        let bodiless = status == 204 || status == 304;
        let body = body
            .or(bodiless.then_some(0))
            .ok_or("an answer without Content-Length")?;
        Ok(Some(Self {
            status,
            length: end + 4,
            body,
        }))
    }
}

/// The bytes of a GET.
pub fn get(path: &str, key: &str) -> Vec<u8> {
    format!("GET {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n")
        .into_bytes()
}

/// The bytes of a POST of JSON.
pub fn post(path: &str, key: &str, body: &str) -> Vec<u8> {
    with_body("POST", path, key, body)
}

/// The bytes of a PUT of JSON.
pub fn put(path: &str, key: &str, body: &str) -> Vec<u8> {
    with_body("PUT", path, key, body)
}

/// The bytes of a DELETE.
pub fn delete(path: &str, key: &str) -> Vec<u8> {
    format!("DELETE {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\r\n")
        .into_bytes()
}

fn with_body(method: &str, path: &str, key: &str, body: &str) -> Vec<u8> {
    format!(
        "{method} {path} HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer {key}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .into_bytes()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_head_is_read_only_when_it_is_whole() {
        let whole = b"HTTP/1.1 201 Created\r\ncontent-LENGTH: 12\r\n\r\n";
        assert!(Head::find(&whole[..whole.len() - 1]).unwrap().is_none());
        let head = Head::find(whole).unwrap().unwrap();
        assert_eq!(
            (head.status, head.length, head.body),
            (201, whole.len(), 12)
        );
        let bodiless = Head::find(b"HTTP/1.1 204 No Content\r\n\r\n")
            .unwrap()
            .unwrap();
        assert_eq!((bodiless.status, bodiless.body), (204, 0));
        assert!(Head::find(b"HTTP/1.1 200 OK\r\n\r\n").is_err());
    }

    #[tokio::test]
    async fn another_machine_is_refused() {
        let refused = Connection::open("192.0.2.1:80".parse().unwrap()).await;
        assert!(refused.is_err_and(|fault| fault.to_string().contains("not a loopback")));
    }
}
