//! hyper itself answers a request that it cannot read, with an empty body and
//! without calling an endpoint. This stream replaces such a response by a problem
//! document.
use std::{
    io::{self, IoSlice},
    pin::Pin,
    task::{Context, Poll, ready},
};

use contract::{Problem, ProblemCode};
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use uuid::Uuid;

/// A stream that replaces hyper's own error responses.
pub(super) struct Wire<T> {
    stream: T,
    replacement: Option<Replacement>,
}

struct Replacement {
    bytes: Vec<u8>,
    written: usize,
    /// The length of the replaced bytes, which hyper counts as written.
    instead_of: usize,
}

impl<T> Wire<T> {
    pub(super) fn new(stream: T) -> Self {
        Self {
            stream,
            replacement: None,
        }
    }
}

impl<T: AsyncWrite + Unpin> Wire<T> {
    fn poll_replacement(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<usize>> {
        let Some(replacement) = &mut self.replacement else {
            return Poll::Ready(Ok(0));
        };
        while let Some(rest) = replacement
            .bytes
            .get(replacement.written..)
            .filter(|rest| !rest.is_empty())
        {
            match ready!(Pin::new(&mut self.stream).poll_write(cx, rest))? {
                0 => return Poll::Ready(Err(io::ErrorKind::WriteZero.into())),
                written => replacement.written += written,
            }
        }
        let instead_of = replacement.instead_of;
        self.replacement = None;
        Poll::Ready(Ok(instead_of))
    }
}

impl<T: AsyncWrite + Unpin> AsyncWrite for Wire<T> {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        if self.replacement.is_none() {
            self.replacement = replacement(bytes);
        }
        match self.replacement {
            Some(_) => self.poll_replacement(cx),
            None => Pin::new(&mut self.stream).poll_write(cx, bytes),
        }
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        if let (None, [only]) = (&self.replacement, parts) {
            self.replacement = replacement(only);
        }
        match self.replacement {
            Some(_) => self.poll_replacement(cx),
            None => Pin::new(&mut self.stream).poll_write_vectored(cx, parts),
        }
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl<T: AsyncRead + Unpin> AsyncRead for Wire<T> {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        Pin::new(&mut self.stream).poll_read(cx, buffer)
    }
}

/// The replacement, if these bytes are an error response of hyper's own. A response
/// of an endpoint has a body, and the request id that the edge sets.
fn replacement(bytes: &[u8]) -> Option<Replacement> {
    let status = bytes.strip_prefix(b"HTTP/1.1 ")?.get(..3)?;
    let detail = match status {
        b"400" => "The request line, a header or the framing of the body cannot be read.",
        b"414" => "The path and query are longer than the server reads.",
        b"431" => "The headers are more or longer than the server reads.",
        _ => return None,
    };
    let head = std::str::from_utf8(bytes).ok()?;
    let bare = head.ends_with("\r\n\r\n") && head.contains("\r\ncontent-length: 0\r\n");
    if !bare || head.contains("\r\nx-request-id: ") {
        return None;
    }
    let request_id = Uuid::now_v7().to_string();
    let code = ProblemCode::MalformedRequest;
    tracing::info!(target: "access", request_id, operation = "unreadable", status = code.status(), detail, "answered");
    let problem = Problem::new(code, detail).of_request(&request_id, "");
    let body = serde_json::to_string(&problem).ok()?;
    let answer = format!(
        "HTTP/1.1 400 Bad Request\r\nconnection: close\r\ncontent-type: application/problem+json\r\n\
         x-request-id: {request_id}\r\nx-content-type-options: nosniff\r\ncache-control: no-store\r\n\
         content-length: {}\r\n\r\n{body}",
        body.len()
    );
    Some(Replacement {
        bytes: answer.into_bytes(),
        written: 0,
        instead_of: bytes.len(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn only_hypers_own_errors_are_replaced() {
        let own = b"HTTP/1.1 431 Request Header Fields Too Large\r\nconnection: close\r\ncontent-length: 0\r\ndate: x\r\n\r\n";
        let replaced = replacement(own).unwrap();
        assert_eq!(replaced.instead_of, own.len());
        let text = String::from_utf8(replaced.bytes).unwrap();
        let (head, body) = text.split_once("\r\n\r\n").unwrap();
        assert!(head.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{head}");
        assert!(
            head.ends_with(&format!("content-length: {}", body.len())),
            "{head}"
        );
        let problem: serde_json::Value = serde_json::from_str(body).unwrap();
        assert_eq!(problem["code"], "MALFORMED_REQUEST");
        for other in [
            &b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n"[..],
            b"HTTP/1.1 400 Bad Request\r\nx-request-id: a\r\ncontent-length: 0\r\n\r\n",
            b"HTTP/1.1 400 Bad Request\r\ncontent-length: 2\r\n\r\n{}",
            b"HTTP/1.1 404 Not Found\r\ncontent-length: 0\r\n\r\n",
            b"HTTP/1.1 4",
            b"\xff",
        ] {
            assert!(replacement(other).is_none());
        }
    }
}
