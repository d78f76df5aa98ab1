//! Calls from pages of other origins (CORS, Fetch standard). Callers authenticate by a header and not
//! by a cookie, so credentials are never allowed.

use std::{collections::HashSet, sync::Arc};

use poem::{
    Request, Response,
    http::{HeaderMap, HeaderValue, Method, StatusCode, header},
};

use identity::Access;

/// Request headers that pages may send.
const SENT: HeaderValue = HeaderValue::from_static(
    "authorization, baggage, cache-control, content-type, idempotency-key, if-match, if-none-match, \
     last-event-id, traceparent, tracestate, x-request-id",
);

/// Methods that pages may use.
const METHODS: HeaderValue = HeaderValue::from_static("GET, POST, PUT, PATCH, DELETE");

/// Response headers that pages may read.
const READ: HeaderValue = HeaderValue::from_static(
    "ETag, Event-Cursor, Link, Location, RateLimit, RateLimit-Policy, Retry-After, X-Request-Id",
);

/// Seconds that a browser may cache a preflight response.
const REMEMBERED: HeaderValue = HeaderValue::from_static("600");

/// Whose pages may call.
#[derive(Clone, Debug)]
pub enum Origins {
    /// Every origin's: for development.
    Any,
    /// These, and those that organizations set for themselves.
    These(HashSet<String>),
}

/// Decides which pages may call, and answers preflight requests.
pub struct Cors {
    origins: Origins,
    access: Arc<Access>,
}

impl Cors {
    /// Allows the origins of the configuration and those that organizations set.
    pub fn new(origins: Origins, access: Arc<Access>) -> Self {
        Self { origins, access }
    }

    /// The origin of the request, when its pages may call.
    pub fn allowed(&self, request: &Request) -> Option<HeaderValue> {
        let origin = request.headers().get(header::ORIGIN)?;
        let text = origin.to_str().ok()?;
        let allowed = match &self.origins {
            Origins::Any => true,
            Origins::These(these) => these.contains(text) || self.access.allows_origin(text),
        };
        allowed.then(|| origin.clone())
    }

    /// The response to a preflight request; `None` for any other request.
    pub fn preflight(request: &Request, allowed: Option<&HeaderValue>) -> Option<Response> {
        let asks = request
            .headers()
            .contains_key(header::ACCESS_CONTROL_REQUEST_METHOD);
        if request.method() != Method::OPTIONS || !asks {
            return None;
        }
        let mut response = Response::builder().status(StatusCode::NO_CONTENT).finish();
        if allowed.is_some() {
            let headers = response.headers_mut();
            headers.insert(header::ACCESS_CONTROL_ALLOW_METHODS, METHODS);
            headers.insert(header::ACCESS_CONTROL_ALLOW_HEADERS, SENT);
            headers.insert(header::ACCESS_CONTROL_MAX_AGE, REMEMBERED);
        }
        Some(response)
    }

    /// Sets the headers that allow an origin to read the response. `Vary: Origin` is always set.
    pub fn set_headers(headers: &mut HeaderMap, allowed: Option<HeaderValue>) {
        headers.append(header::VARY, HeaderValue::from_static("Origin"));
        if let Some(origin) = allowed {
            headers.insert(header::ACCESS_CONTROL_ALLOW_ORIGIN, origin);
            headers.insert(header::ACCESS_CONTROL_EXPOSE_HEADERS, READ);
        }
    }
}
