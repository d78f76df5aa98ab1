//! Bodies that report to the slot of their connection.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Bytes, Frame, SizeHint};

use super::slot::Slot;

type Inner = BoxBody<Bytes, io::Error>;
type Part = Option<Result<Frame<Bytes>, io::Error>>;

/// The body of a request. While its next part is missing, the connection waits for its client.
pub(super) struct RequestBody {
    body: Inner,
    slot: Arc<Slot>,
    is_awaited: bool,
}

impl RequestBody {
    pub fn new(body: Inner, slot: Arc<Slot>) -> Self {
        Self {
            body,
            slot,
            is_awaited: false,
        }
    }
}

impl Body for RequestBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Part> {
        let part = Pin::new(&mut self.body).poll_frame(cx);
        if part.is_pending() != self.is_awaited {
            self.is_awaited = part.is_pending();
            match self.is_awaited {
                true => self.slot.mark_waiting(),
                false => self.slot.mark_resumed(),
            }
        }
        part
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for RequestBody {
    fn drop(&mut self) {
        // The rest of the body is not read any more.
        if self.is_awaited {
            self.slot.mark_resumed();
        }
    }
}

/// The body of a response. When it is dropped, the request is finished.
pub(super) struct ResponseBody {
    body: Inner,
    slot: Arc<Slot>,
}

impl ResponseBody {
    pub fn new(body: Inner, slot: Arc<Slot>) -> Self {
        Self { body, slot }
    }
}

impl Body for ResponseBody {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Part> {
        Pin::new(&mut self.body).poll_frame(cx)
    }

    fn is_end_stream(&self) -> bool {
        self.body.is_end_stream()
    }

    fn size_hint(&self) -> SizeHint {
        self.body.size_hint()
    }
}

impl Drop for ResponseBody {
    fn drop(&mut self) {
        self.slot.finish_request();
    }
}
