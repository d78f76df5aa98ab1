//! Bodies that tell their connection what happens to them.

use std::{
    io,
    pin::Pin,
    sync::Arc,
    task::{Context, Poll},
};

use http_body_util::combinators::BoxBody;
use hyper::body::{Body, Bytes, Frame, SizeHint};

use super::place::Place;

type Inner = BoxBody<Bytes, io::Error>;
type Part = Option<Result<Frame<Bytes>, io::Error>>;

/// The body of a request: as long as its next part does not come, its client is waited for.
pub(super) struct Sent {
    body: Inner,
    place: Arc<Place>,
    is_awaited: bool,
}

impl Sent {
    pub fn new(body: Inner, place: Arc<Place>) -> Self {
        Self {
            body,
            place,
            is_awaited: false,
        }
    }
}

impl Body for Sent {
    type Data = Bytes;
    type Error = io::Error;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Part> {
        let part = Pin::new(&mut self.body).poll_frame(cx);
        if part.is_pending() != self.is_awaited {
            self.is_awaited = part.is_pending();
            match self.is_awaited {
                true => self.place.waits(),
                false => self.place.goes_on(),
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

impl Drop for Sent {
    fn drop(&mut self) {
        // Nobody waits for the rest of it any more.
        if self.is_awaited {
            self.place.goes_on();
        }
    }
}

/// The body of an answer: where it ends, the next request may come.
pub(super) struct Answer {
    body: Inner,
    place: Arc<Place>,
}

impl Answer {
    pub fn new(body: Inner, place: Arc<Place>) -> Self {
        Self { body, place }
    }
}

impl Body for Answer {
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

impl Drop for Answer {
    fn drop(&mut self) {
        self.place.finish();
    }
}
