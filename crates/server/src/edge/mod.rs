//! The outermost layer of HTTP, around every endpoint: request id, time limit,
//! panics, problems for errors outside of the contract, the access log, and the
//! headers that every response has.
mod body;
pub mod cors;
mod problems;
mod request_context;
mod request_id;

use std::{
    panic::AssertUnwindSafe,
    sync::Arc,
    time::{Duration, Instant},
};

use contract::{BodyLimit, Problem, ProblemCode, RequestId};
use futures_util::FutureExt;
use identity::Access;
use poem::{
    Endpoint, IntoEndpoint, IntoResponse, Request, Response, Result,
    http::{HeaderName, HeaderValue, Method, StatusCode, Version, header},
};
use tokio::time;
use tracing::Instrument;

pub use request_context::RequestContext;

use self::cors::Cors;
use self::{body::Lent, problems::Refused, request_context::AccessLogEntry};
use crate::{config::Config, metrics::Metrics, serve, telemetry};

const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");
/// The cursor to follow the log from, for callers that may read events.
const EVENT_CURSOR: HeaderName = HeaderName::from_static("event-cursor");
/// The detail of the problem when the outcome of a change is unknown.
pub const MAY_HAVE_HAPPENED: &str = "There was no answer in time; the change may have happened or not. \
     With an Idempotency-Key, send the same request again: it is done once at most, and answered. \
     Without one, look before you send it again.";
/// The largest `Retry-After`, in seconds.
const RETRY_AFTER_LIMIT: u64 = 10;
/// Bytes of path and query; a longer target is refused. No operation needs as many.
const TARGET_LIMIT: usize = 8 * 1024;

/// Wraps the edge around an endpoint.
pub fn around<E: IntoEndpoint>(
    endpoint: E,
    metrics: Arc<Metrics>,
    access: Arc<Access>,
    config: &Config,
) -> Edge<E::Endpoint> {
    Edge {
        inner: endpoint.into_endpoint(),
        metrics,
        request_timeout: config.request_timeout,
        body_limit: config.body_limit,
        body_timeout: config.body_timeout,
        cors: Cors::new(config.cors_origins.clone(), access),
    }
}

/// See [`around`].
pub struct Edge<E> {
    inner: E,
    metrics: Arc<Metrics>,
    request_timeout: Duration,
    body_limit: usize,
    body_timeout: Duration,
    cors: Cors,
}

impl<E: Endpoint> Endpoint for Edge<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let began = Instant::now();
        let id = request_id::of(&request);
        let request_context = RequestContext::default();
        request_context.set_deadline(began + self.request_timeout - reserve(self.request_timeout));
        let mut log_entry =
            AccessLogEntry::begin(&self.metrics, &request, &id, request_context.clone());
        let span = telemetry::request_span(&request);
        let lent = body::lend(&mut request, self.body_timeout);
        request.set_data(RequestId(id.clone()));
        request.set_data(BodyLimit(self.body_limit));
        request.set_data(request_context.clone());
        let origin = self.cors.allowed(&request);
        let preflight = Cors::preflight(&request, origin.as_ref());
        if request.method() == Method::HEAD {
            // The same response as GET; hyper keeps its length and leaves the body out.
            request.set_method(Method::GET);
        }
        let answer = match preflight {
            Some(response) => Ok(response),
            None => self.answer(request, &id).instrument(span.clone()).await,
        };
        let mut response = match answer {
            Ok(response) => response,
            Err(refused) => self.refuse(refused, &id, log_entry.path()),
        };
        Cors::set_headers(response.headers_mut(), origin);
        if let Some(limits) = request_context.limits() {
            response.headers_mut().extend(limits.clone());
        }
        if let Some(cursor) = request_context.cursor() {
            response.headers_mut().insert(EVENT_CURSOR, cursor.clone());
        }
        Lent::drain(lent).await;
        set_headers(&mut response, &id);
        raise_retry_after(&mut response, began.elapsed());
        let operation = log_entry.end(response.status().as_u16());
        telemetry::request_answered(&span, operation, response.status().as_u16());
        Ok(response)
    }
}

/// How long before the time limit of a request a waiting change is given up, so that there is time
/// left to answer that it did not happen.
fn reserve(limit: Duration) -> Duration {
    (limit / 10).min(Duration::from_secs(1))
}

/// Raises `Retry-After` of a 503 to about the time that the request has waited: the overload will
/// hardly end sooner, and earlier retries would add to it.
fn raise_retry_after(response: &mut Response, waited: Duration) {
    if response.status() != StatusCode::SERVICE_UNAVAILABLE {
        return;
    }
    let headers = response.headers_mut();
    let asked = headers.get(header::RETRY_AFTER);
    let asked = asked.and_then(|value| value.to_str().ok()?.parse().ok());
    let seconds = waited.as_secs().min(RETRY_AFTER_LIMIT);
    if asked.is_some_and(|asked: u64| asked < seconds) {
        headers.insert(header::RETRY_AFTER, seconds.into());
    }
}

/// A fault in the head of a request that hyper accepts.
fn fault_of_head(request: &Request) -> Option<&'static str> {
    let target = request.uri().path_and_query();
    if target.is_some_and(|target| target.as_str().len() > TARGET_LIMIT) {
        return Some("The path and query are longer than 8192 bytes.");
    }
    // RFC 9112, 3.2: a proxy and this server could otherwise take it for different hosts.
    let hosts = request.headers().get_all(header::HOST).iter().count();
    let fits = hosts == 1 || (hosts == 0 && request.version() == Version::HTTP_10);
    (!fits).then_some("The request needs exactly one Host header.")
}

impl<E: Endpoint> Edge<E> {
    async fn answer(&self, request: Request, id: &str) -> Result<Response, Refused> {
        if let Some(fault) = fault_of_head(&request) {
            return Err(Refused::new(ProblemCode::MalformedRequest, fault));
        }
        if serve::is_refused_on_reserved(&request) {
            let detail = "Too many connections are open; try again.";
            return Err(Refused::new(ProblemCode::Unavailable, detail));
        }
        let is_safe = request.method().is_safe();
        let called = AssertUnwindSafe(self.inner.call(request)).catch_unwind();
        match time::timeout(self.request_timeout, called).await {
            Err(_) => {
                tracing::error!(
                    request_id = id,
                    "the request took longer than the time limit"
                );
                let detail = match is_safe {
                    true => "The request took too long.",
                    false => MAY_HAVE_HAPPENED,
                };
                Err(Refused::new(ProblemCode::Unavailable, detail))
            }
            // The panic itself has been logged by the hook.
            Ok(Err(_)) => Err(Refused::new(
                ProblemCode::InternalError,
                "The server failed.",
            )),
            Ok(Ok(Err(error))) => Err(problems::of_error(error, id)),
            Ok(Ok(Ok(output))) => problems::checked(output.into_response(), id),
        }
    }

    fn refuse(&self, refused: Refused, id: &str, path: &str) -> Response {
        self.metrics.refused(refused.code.as_str());
        let problem = Problem::new(refused.code, refused.detail).of_request(id, path);
        let mut response = problem.into_response();
        if refused.code == ProblemCode::MethodNotAllowed {
            response
                .headers_mut()
                .insert(header::ALLOW, problems::allow(path));
        }
        for (name, value) in refused.headers {
            response.headers_mut().insert(name, value);
        }
        response
    }
}

/// Sets the headers that every response has. `Cache-Control` of the endpoint is kept.
fn set_headers(response: &mut Response, id: &str) {
    let headers = response.headers_mut();
    if let Ok(id) = HeaderValue::from_str(id) {
        headers.insert(REQUEST_ID, id);
    }
    headers.insert(
        header::X_CONTENT_TYPE_OPTIONS,
        HeaderValue::from_static("nosniff"),
    );
    headers
        .entry(header::CACHE_CONTROL)
        .or_insert(HeaderValue::from_static("no-store"));
}

#[cfg(test)]
mod tests;
