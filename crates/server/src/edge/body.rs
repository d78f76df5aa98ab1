//! Drains what an endpoint left unread of a request body. A connection that is closed
//! with unread bytes is reset, and a caller who is still sending then never receives
//! the refusal.
use std::{
    future::Future,
    io,
    pin::Pin,
    sync::{
        Arc, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering},
    },
    task::{Context, Poll},
    time::Duration,
};

use futures_util::future::poll_fn;
use http_body_util::combinators::BoxBody;
use hyper::body::{Body as _, Bytes, Frame, SizeHint};
use poem::{Request, http::header};
use tokio::time::{self, Sleep};

type Inner = BoxBody<Bytes, io::Error>;

/// The most bytes that are drained so that the caller can read the response.
const DRAIN_BYTES: usize = 64 * 1024 * 1024;
const DRAIN_TIME: Duration = Duration::from_secs(5);

/// The body of a request, shared with the endpoint that reads it.
pub(super) struct Lent {
    shared: Arc<Shared>,
    /// The caller waits for `100 Continue` before it sends anything.
    asks_first: bool,
}

struct Shared {
    body: Mutex<Timed>,
    touched: AtomicBool,
}

impl Shared {
    fn body(&self) -> MutexGuard<'_, Timed> {
        self.body.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A body with one time limit for all its parts, from the first read on. It limits how long a caller
/// can hold a connection, and how long ago its authorization was checked.
struct Timed {
    body: Inner,
    within: Duration,
    /// The end of the time limit; set when the body is first waited for.
    until: Option<Pin<Box<Sleep>>>,
    is_late: bool,
}

impl Timed {
    fn poll_frame(&mut self, cx: &mut Context<'_>) -> Poll<Option<io::Result<Frame<Bytes>>>> {
        if let Poll::Ready(frame) = Pin::new(&mut self.body).poll_frame(cx) {
            return Poll::Ready(frame);
        }
        let within = self.within;
        let until = self
            .until
            .get_or_insert_with(|| Box::pin(time::sleep(within)));
        if until.as_mut().poll(cx).is_pending() {
            return Poll::Pending;
        }
        self.is_late = true;
        Poll::Ready(Some(Err(io::ErrorKind::TimedOut.into())))
    }
}

/// Gives the endpoint a view of the body that fails after the time limit, and keeps the body itself.
/// `None` when the request has no body.
pub(super) fn lend(request: &mut Request, within: Duration) -> Option<Lent> {
    let body: Inner = request.take_body().into();
    if body.is_end_stream() {
        request.set_body(body);
        return None;
    }
    let shared = Arc::new(Shared {
        body: Mutex::new(Timed {
            body,
            within,
            until: None,
            is_late: false,
        }),
        touched: AtomicBool::new(false),
    });
    request.set_body(BoxBody::new(View(Arc::clone(&shared))));
    let asks_first = request.headers().contains_key(header::EXPECT);
    Some(Lent { shared, asks_first })
}

impl Lent {
    /// Reads the rest, within limits.
    pub(super) async fn drain(lent: Option<Self>) {
        let Some(Self { shared, asks_first }) = lent else {
            return;
        };
        if asks_first && !shared.touched.load(Ordering::Relaxed) || shared.body().is_late {
            return;
        }
        let rest = async {
            let mut bytes = 0;
            while bytes < DRAIN_BYTES {
                match poll_fn(|cx| shared.body().poll_frame(cx)).await {
                    Some(Ok(frame)) => bytes += frame.data_ref().map_or(0, Bytes::len),
                    Some(Err(_)) | None => break,
                }
            }
        };
        if time::timeout(DRAIN_TIME, rest).await.is_err() {
            tracing::debug!("the rest of a refused body came too slowly");
        }
    }
}

struct View(Arc<Shared>);

impl hyper::body::Body for View {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
    ) -> Poll<Option<Result<Frame<Bytes>, io::Error>>> {
        self.0.touched.store(true, Ordering::Relaxed);
        self.0.body().poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.0.body().body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.0.body().body.size_hint()
    }
}
