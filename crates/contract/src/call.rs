//! What a handler knows of the request besides parameters and body.

use std::sync::{Arc, Mutex, PoisonError};

use poem::{Request, RequestBody, Result, http::Extensions};
use poem_openapi::{ApiExtractor, ApiExtractorType, ExtractParamOptions};
use serde_json::Value;

use crate::Operation;

/// The id of a request: an extension that an outer middleware sets. Without it the guard makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RequestId(pub String);

/// The largest body that is read, in bytes: a request extension. Without it, 1 MiB.
#[derive(Debug, Clone, Copy)]
pub struct BodyLimit(pub usize);

/// A key under which the answer to a request is kept.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Idempotency {
    /// What the caller sent.
    pub key: String,
    /// SHA-256 over operation, path, query and body: the same key must come with the same.
    pub fingerprint: [u8; 32],
}

/// An admitted and validated request.
#[derive(Debug, Clone)]
pub struct Call {
    /// The operation.
    pub operation: &'static Operation,
    /// The id of the request.
    pub request_id: String,
    /// The `If-Match` header.
    pub if_match: Option<String>,
    /// The `If-None-Match` header.
    pub if_none_match: Option<String>,
    /// The `Last-Event-ID` header.
    pub last_event_id: Option<String>,
    /// The `Idempotency-Key` header with the fingerprint of the request.
    pub idempotency: Option<Idempotency>,
    /// Path and query as they were sent.
    pub path_and_query: String,
    pub(crate) extensions: Extensions,
}

impl Call {
    /// Something that the gate or a middleware put into the request.
    pub fn extension<T: Clone + Send + Sync + 'static>(&self) -> Option<&T> {
        self.extensions.get()
    }

    /// A call outside HTTP, for tests of handlers.
    pub fn detached(operation: &'static Operation) -> Self {
        Self {
            operation,
            request_id: String::new(),
            if_match: None,
            if_none_match: None,
            last_event_id: None,
            idempotency: None,
            path_and_query: operation.path.to_owned(),
            extensions: Extensions::new(),
        }
    }
}

/// Carries what the guard made to the extractors of the endpoint behind it.
#[derive(Clone)]
pub(crate) struct Admitted(Arc<Mutex<(Option<Call>, Option<Value>)>>);

impl Admitted {
    pub(crate) fn new(call: Call, body: Option<Value>) -> Self {
        Self(Arc::new(Mutex::new((Some(call), body))))
    }

    pub(crate) fn take_body(request: &Request) -> Option<Value> {
        let admitted = request.extensions().get::<Self>()?;
        let mut slot = admitted.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.1.take()
    }

    fn take_call(request: &Request) -> Option<Call> {
        let admitted = request.extensions().get::<Self>()?;
        let mut slot = admitted.0.lock().unwrap_or_else(PoisonError::into_inner);
        slot.0.take()
    }
}

impl<'a> ApiExtractor<'a> for Call {
    const TYPES: &'static [ApiExtractorType] = &[ApiExtractorType::PoemExtractor];
    type ParamType = ();
    type ParamRawType = ();

    async fn from_request(
        request: &'a Request,
        _body: &mut RequestBody,
        _options: ExtractParamOptions<Self::ParamType>,
    ) -> Result<Self> {
        Admitted::take_call(request).ok_or_else(not_guarded)
    }
}

/// An endpoint of the contract ran without its guard.
pub(crate) fn not_guarded() -> poem::Error {
    poem::Error::from_string(
        "an endpoint ran without its guard",
        poem::http::StatusCode::INTERNAL_SERVER_ERROR,
    )
}
