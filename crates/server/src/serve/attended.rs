//! A connection that tells what it waits for, and that waits for the head of a request only for a while.

use std::{
    io::{self, IoSlice},
    pin::Pin,
    sync::Arc,
    task::{Context, Poll, ready},
    time::Duration,
};

use socket2::SockRef;
use tokio::{
    io::{AsyncRead, AsyncWrite, ReadBuf},
    net::TcpStream,
    time::{Sleep, sleep},
};

use super::{patience::Patient, place::Place};

/// A client that has not sent the whole head of a request so long after its first byte is cut off; so is
/// one that has connected and sends nothing.
pub(super) const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The connection of a client.
pub(super) struct Attended {
    stream: Patient<TcpStream>,
    place: Arc<Place>,
    /// Runs while the head of a request is awaited.
    head: Option<Pin<Box<Sleep>>>,
    head_timeout: Duration,
    /// The client does not take what is written.
    is_stalled: bool,
    /// The client will see whether the connection ended before its answer did.
    is_guarded: bool,
}

impl Attended {
    pub fn new(stream: Patient<TcpStream>, place: Arc<Place>, head_timeout: Duration) -> Self {
        Self {
            stream,
            place,
            head: None,
            head_timeout,
            is_stalled: false,
            is_guarded: false,
        }
    }

    fn await_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.place.awaits_head() {
            return Poll::Pending;
        }
        let (place, timeout) = (&self.place, self.head_timeout);
        let head = self.head.get_or_insert_with(|| {
            place.waits();
            Box::pin(sleep(timeout))
        });
        ready!(head.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn note<R>(&mut self, written: Poll<R>) -> Poll<R> {
        if written.is_pending() != self.is_stalled {
            self.is_stalled = written.is_pending();
            match self.is_stalled {
                true => self.place.waits(),
                false => self.place.goes_on(),
            }
        }
        written
    }

    /// Before the first byte of an answer that ends with the connection: however the connection ends
    /// before the answer does, also with the process, it is reset, so that nobody takes half of the
    /// answer for the whole.
    fn guard(&mut self) -> io::Result<()> {
        if !self.is_guarded && self.place.ends_with_connection() {
            self.is_guarded = true;
            SockRef::from(self.stream.get_ref()).set_linger(Some(Duration::ZERO))?;
        }
        Ok(())
    }
}

impl AsyncWrite for Attended {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.guard()?;
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.note(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.guard()?;
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.note(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.note(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The answer is whole.
        if std::mem::take(&mut self.is_guarded) {
            SockRef::from(self.stream.get_ref()).set_linger(None)?;
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncRead for Attended {
    fn poll_read(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        buffer: &mut ReadBuf<'_>,
    ) -> Poll<io::Result<()>> {
        let before = buffer.filled().len();
        let read = Pin::new(&mut self.stream).poll_read(cx, buffer);
        if read.is_pending() {
            return self.await_head(cx);
        }
        if buffer.filled().len() > before && self.place.heard() {
            self.head = None;
        }
        read
    }
}
