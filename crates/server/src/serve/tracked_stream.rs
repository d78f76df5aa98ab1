//! The stream of a connection. It reports to its slot when it waits for the client, and limits the time
//! for the head of a request.

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

use super::{slot::Slot, stall_timeout::StallTimeout};

/// How long a client may take for the head of a request, from its first byte on, or from the connect on
/// for the first request.
pub(super) const HEAD_TIMEOUT: Duration = Duration::from_secs(10);

/// The stream of a connection to a client.
pub(super) struct TrackedStream {
    stream: StallTimeout<TcpStream>,
    slot: Arc<Slot>,
    /// Runs while the head of a request is awaited.
    head: Option<Pin<Box<Sleep>>>,
    head_timeout: Duration,
    /// Whether the client does not read what is written.
    is_stalled: bool,
    /// Whether an early end of the connection resets it.
    is_guarded: bool,
}

impl TrackedStream {
    pub fn new(stream: StallTimeout<TcpStream>, slot: Arc<Slot>, head_timeout: Duration) -> Self {
        Self {
            stream,
            slot,
            head: None,
            head_timeout,
            is_stalled: false,
            is_guarded: false,
        }
    }

    fn await_head(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        if !self.slot.awaits_head() {
            return Poll::Pending;
        }
        let (slot, timeout) = (&self.slot, self.head_timeout);
        let head = self.head.get_or_insert_with(|| {
            slot.mark_waiting();
            Box::pin(sleep(timeout))
        });
        ready!(head.as_mut().poll(cx));
        Poll::Ready(Err(io::ErrorKind::TimedOut.into()))
    }

    fn track_write<R>(&mut self, written: Poll<R>) -> Poll<R> {
        if written.is_pending() != self.is_stalled {
            self.is_stalled = written.is_pending();
            match self.is_stalled {
                true => self.slot.mark_waiting(),
                false => self.slot.mark_resumed(),
            }
        }
        written
    }

    /// Before the first byte of a response that ends with the connection, makes any early close of the
    /// socket, also by the end of the process, a reset, so that a truncated response does not look
    /// complete.
    fn guard(&mut self) -> io::Result<()> {
        if !self.is_guarded && self.slot.ends_with_connection() {
            self.is_guarded = true;
            SockRef::from(self.stream.get_ref()).set_linger(Some(Duration::ZERO))?;
        }
        Ok(())
    }
}

impl AsyncWrite for TrackedStream {
    fn poll_write(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        bytes: &[u8],
    ) -> Poll<io::Result<usize>> {
        self.guard()?;
        let written = Pin::new(&mut self.stream).poll_write(cx, bytes);
        self.track_write(written)
    }

    fn poll_write_vectored(
        mut self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        parts: &[IoSlice<'_>],
    ) -> Poll<io::Result<usize>> {
        self.guard()?;
        let written = Pin::new(&mut self.stream).poll_write_vectored(cx, parts);
        self.track_write(written)
    }

    fn is_write_vectored(&self) -> bool {
        self.stream.is_write_vectored()
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        let flushed = Pin::new(&mut self.stream).poll_flush(cx);
        self.track_write(flushed)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        // The response is complete.
        if std::mem::take(&mut self.is_guarded) {
            SockRef::from(self.stream.get_ref()).set_linger(None)?;
        }
        Pin::new(&mut self.stream).poll_shutdown(cx)
    }
}

impl AsyncRead for TrackedStream {
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
        if buffer.filled().len() > before && self.slot.begin_head() {
            self.head = None;
        }
        read
    }
}
