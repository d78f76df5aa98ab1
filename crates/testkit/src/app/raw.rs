//! Requests written byte by byte, which a client would not send.

use std::{net::SocketAddr, time::Duration};

use serde_json::Value;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::TcpStream,
    time,
};

/// A server that has not answered by then counts as hung.
const PATIENCE: Duration = Duration::from_secs(30);

/// A raw request.
#[derive(Clone, Debug)]
pub struct RawRequest {
    address: SocketAddr,
    method: String,
    target: String,
    version: &'static str,
    headers: Vec<(String, Vec<u8>)>,
    body: Vec<u8>,
}

impl RawRequest {
    /// A request to a server at this address, without a key.
    pub fn new(address: SocketAddr, method: &str, target: &str) -> Self {
        Self {
            address,
            method: method.to_owned(),
            target: target.to_owned(),
            version: "HTTP/1.1",
            headers: vec![("Host".to_owned(), address.to_string().into_bytes())],
            body: Vec::new(),
        }
    }

    /// With an API key.
    #[must_use]
    pub fn key(self, key: &str) -> Self {
        self.header("Authorization", format!("Bearer {key}"))
    }

    /// Adds a header, also when there is one of that name.
    #[must_use]
    pub fn header(mut self, name: &str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name.to_owned(), value.into()));
        self
    }

    /// With another version in the request line.
    #[must_use]
    pub fn version(mut self, version: &'static str) -> Self {
        self.version = version;
        self
    }

    /// With a body of this content type, and its length.
    #[must_use]
    pub fn body(self, content_type: &str, body: impl Into<Vec<u8>>) -> Self {
        let body = body.into();
        let length = body.len().to_string();
        let mut this = self
            .header("Content-Type", content_type)
            .header("Content-Length", length);
        this.body = body;
        this
    }

    /// With bytes after the head, without a Content-Length.
    #[must_use]
    pub fn bytes(mut self, bytes: impl Into<Vec<u8>>) -> Self {
        self.body = bytes.into();
        self
    }

    /// With a JSON body.
    #[must_use]
    pub fn json(self, body: &Value) -> Self {
        self.body("application/json", body.to_string())
    }

    /// Sends it on a connection of its own.
    ///
    /// # Panics
    /// When the server does not answer, or not in HTTP.
    pub async fn send(self) -> RawReply {
        let has_body = self.method != "HEAD";
        let mut bytes = self.head();
        bytes.extend_from_slice(&self.body);
        exchange(self.address, &bytes, has_body).await
    }

    fn head(&self) -> Vec<u8> {
        let mut bytes =
            format!("{} {} {}\r\n", self.method, self.target, self.version).into_bytes();
        for (name, value) in &self.headers {
            bytes.extend_from_slice(name.as_bytes());
            bytes.extend_from_slice(b": ");
            bytes.extend_from_slice(value);
            bytes.extend_from_slice(b"\r\n");
        }
        bytes.extend_from_slice(b"Connection: close\r\n\r\n");
        bytes
    }

    /// Sends the head, and five bytes of the body once the server has authenticated the caller and asks
    /// for it with `100 Continue`.
    ///
    /// # Panics
    /// When the server does not ask for the body.
    pub async fn begin(self) -> BegunRequest {
        let this = self.header("Expect", "100-continue");
        let begun = time::timeout(PATIENCE, async {
            let mut stream = TcpStream::connect(this.address).await?;
            stream.write_all(&this.head()).await?;
            let mut bytes = Vec::new();
            let answer = read_head(&mut stream, &mut bytes).await?;
            assert_eq!(answer.status, 100, "{} {}", this.method, this.target);
            let (first, rest) = this.body.split_at(this.body.len().min(5));
            stream.write_all(first).await?;
            let rest = rest.to_vec();
            std::io::Result::Ok(BegunRequest { stream, rest })
        });
        match begun.await {
            Ok(Ok(begun)) => begun,
            other => panic!("the request does not begin: {other:?}"),
        }
    }
}

/// A request that is authenticated and whose body is not complete.
#[derive(Debug)]
pub struct BegunRequest {
    stream: TcpStream,
    rest: Vec<u8>,
}

impl BegunRequest {
    /// Sends the rest and reads the answer.
    ///
    /// # Panics
    /// When the server does not answer, or not in HTTP.
    pub async fn finish(self) -> RawReply {
        self.trickle(usize::MAX, Duration::ZERO).await
    }

    /// The same in parts of this many bytes, with a pause before each.
    ///
    /// # Panics
    /// When the server does not answer, or not in HTTP.
    pub async fn trickle(mut self, part: usize, pause: Duration) -> RawReply {
        let (mut read, mut write) = self.stream.split();
        let sending = async {
            for part in self.rest.chunks(part.max(1)) {
                time::sleep(pause).await;
                // The answer may arrive before everything is sent.
                if write.write_all(part).await.is_err() {
                    break;
                }
            }
            std::future::pending::<()>().await;
        };
        let answered = time::timeout(PATIENCE, async {
            tokio::select! {
                reply = read_reply(&mut read, true) => reply,
                () = sending => Err(std::io::ErrorKind::BrokenPipe.into()),
            }
        });
        match answered.await {
            Ok(Ok(reply)) => reply,
            other => panic!("no answer to a begun request: {other:?}"),
        }
    }
}

/// Sends bytes as they are and reads one answer.
pub(super) async fn exchange(address: SocketAddr, bytes: &[u8], has_body: bool) -> RawReply {
    let answered = time::timeout(PATIENCE, async {
        let mut stream = TcpStream::connect(address).await?;
        let (mut read, mut write) = stream.split();
        // The answer may arrive before everything is sent, and writing the rest may then fail.
        let sending = async {
            let _ = write.write_all(bytes).await;
            std::future::pending::<()>().await;
        };
        let reading = read_reply(&mut read, has_body);
        tokio::select! {
            reply = reading => reply,
            () = sending => Err(std::io::ErrorKind::BrokenPipe.into()),
        }
    });
    match answered.await {
        Ok(Ok(reply)) => reply,
        Ok(Err(fault)) => panic!("no answer to {:?}: {fault}", head_of(bytes)),
        Err(_) => panic!("the server hangs on {:?}", head_of(bytes)),
    }
}

fn head_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(120)]).into_owned()
}

async fn read_reply(
    stream: &mut (impl AsyncReadExt + Unpin),
    has_body: bool,
) -> std::io::Result<RawReply> {
    let mut bytes = Vec::new();
    let mut reply = loop {
        let head = read_head(stream, &mut bytes).await?;
        // `100 Continue` is not the final answer.
        if head.status >= 200 {
            break head;
        }
    };
    let length = reply.header("content-length");
    let length: Option<usize> = length.and_then(|length| length.parse().ok());
    let bodiless = !has_body || matches!(reply.status, 204 | 304);
    if bodiless {
        return Ok(reply);
    }
    // Of an endless stream only the beginning is read.
    let is_endless = reply.header("content-type") == Some("text/event-stream");
    while length.is_none_or(|length| bytes.len() < length) {
        if is_endless && bytes.ends_with(b"\n\n\r\n") {
            break;
        }
        if stream.read_buf(&mut bytes).await? == 0 {
            break;
        }
    }
    reply.body = bytes;
    Ok(reply)
}

async fn read_head(
    stream: &mut (impl AsyncReadExt + Unpin),
    bytes: &mut Vec<u8>,
) -> std::io::Result<RawReply> {
    let end = loop {
        if let Some(end) = bytes.windows(4).position(|part| part == b"\r\n\r\n") {
            break end;
        }
        if stream.read_buf(bytes).await? == 0 {
            return Err(std::io::ErrorKind::UnexpectedEof.into());
        }
    };
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    bytes.drain(..end + 4);
    let mut lines = head.split("\r\n");
    let status = lines.next().and_then(|line| line.split(' ').nth(1));
    let status = status.and_then(|status| status.parse().ok());
    let headers = lines.filter_map(|line| line.split_once(": "));
    Ok(RawReply {
        status: status.ok_or(std::io::ErrorKind::InvalidData)?,
        headers: headers
            .map(|(name, value)| (name.to_ascii_lowercase(), value.to_owned()))
            .collect(),
        body: Vec::new(),
    })
}

/// An answer as received.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RawReply {
    /// The status.
    pub status: u16,
    /// Names in lower case, and values, in order.
    pub headers: Vec<(String, String)>,
    /// The body.
    pub body: Vec<u8>,
}

impl RawReply {
    /// The first header of that name, which is in lower case.
    pub fn header(&self, name: &str) -> Option<&str> {
        let mut named = self.headers.iter().filter(|(found, _)| found == name);
        named.next().map(|(_, value)| value.as_str())
    }

    /// The body as text.
    pub fn text(&self) -> String {
        String::from_utf8_lossy(&self.body).into_owned()
    }

    /// The body as JSON; null when it is none.
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}
