//! What inner layers record of a request, for its response headers and its line in the access log.
use std::{
    sync::{
        Arc, OnceLock,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};

use poem::{
    Request,
    http::{HeaderMap, HeaderValue, Method, Uri},
};

use crate::metrics::{InFlight, Metrics};

/// The operation in log and metrics of a request that matched no operation.
const UNMATCHED: &str = "unmatched";
/// The status in log and metrics when the caller disconnected before the response.
const CLIENT_GONE: u16 = 499;

/// A request extension in which inner layers record operation, caller and response headers.
#[derive(Clone, Debug, Default)]
pub struct RequestContext(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    operation: OnceLock<&'static str>,
    actor: OnceLock<String>,
    limits: OnceLock<HeaderMap>,
    cursor: OnceLock<HeaderValue>,
    deadline: OnceLock<Instant>,
    repeated: Arc<AtomicBool>,
}

impl RequestContext {
    /// The request context of a request that passed the edge.
    pub fn of(request: &Request) -> Option<&Self> {
        request.extensions().get()
    }

    /// Sets the operation; only the first call has an effect.
    pub fn set_operation(&self, operation: &'static str) {
        let _ = self.0.operation.set(operation);
    }

    /// Sets the caller as the log shows it; only the first call has an effect.
    pub fn set_actor(&self, actor: impl Into<String>) {
        let _ = self.0.actor.set(actor.into());
    }

    /// Sets the rate limit headers of the response; only the first call has an effect.
    pub fn set_limits(&self, headers: HeaderMap) {
        let _ = self.0.limits.set(headers);
    }

    /// The rate limit headers of the response.
    pub(super) fn limits(&self) -> Option<&HeaderMap> {
        self.0.limits.get()
    }

    /// Sets the cursor of the end of the caller's log, taken before anything was read for the response;
    /// only the first call has an effect.
    pub fn set_cursor(&self, cursor: &str) {
        if let Ok(cursor) = HeaderValue::from_str(cursor) {
            let _ = self.0.cursor.set(cursor);
        }
    }

    /// Sets when a waiting change is given up; only the first call has an effect.
    pub(super) fn set_deadline(&self, deadline: Instant) {
        let _ = self.0.deadline.set(deadline);
    }

    /// When a waiting change is given up.
    pub fn deadline(&self) -> Option<Instant> {
        self.0.deadline.get().copied()
    }

    /// The flag to set when the answer is one that was kept under an idempotency key.
    pub fn repeated(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.repeated)
    }

    /// The cursor from which the caller can follow its log without a gap; `None` when the answer was kept,
    /// because it is older than the cursor.
    pub(super) fn cursor(&self) -> Option<&HeaderValue> {
        let is_repeated = self.0.repeated.load(Ordering::Relaxed);
        self.0.cursor.get().filter(|_| !is_repeated)
    }

    fn operation(&self, method: &Method, path: &str) -> &'static str {
        // It is not set when a request was refused before it reached its operation.
        let method = if method == Method::HEAD {
            "GET"
        } else {
            method.as_str()
        };
        let from_contract = || contract::operation_for(method, path).map_or(UNMATCHED, |o| o.id);
        self.0
            .operation
            .get()
            .copied()
            .unwrap_or_else(from_contract)
    }
}

/// The access log entry of a request in flight. Dropping it before
/// [`AccessLogEntry::end`] logs that the caller disconnected.
pub(super) struct AccessLogEntry<'a> {
    metrics: &'a Metrics,
    _in_flight: InFlight,
    started: Instant,
    id: &'a str,
    method: Method,
    uri: Uri,
    trace_id: Option<String>,
    request_context: RequestContext,
    ended: bool,
}

impl<'a> AccessLogEntry<'a> {
    pub(super) fn begin(
        metrics: &'a Metrics,
        request: &Request,
        id: &'a str,
        request_context: RequestContext,
    ) -> Self {
        Self {
            metrics,
            _in_flight: metrics.begin(),
            started: Instant::now(),
            id,
            method: request.method().clone(),
            uri: request.uri().clone(),
            trace_id: request
                .header("traceparent")
                .and_then(trace_id)
                .map(str::to_owned),
            request_context,
            ended: false,
        }
    }

    pub(super) fn path(&self) -> &str {
        self.uri.path()
    }

    /// Counts and logs the response; returns the operation.
    pub(super) fn end(&mut self, status: u16) -> &'static str {
        self.ended = true;
        let took = self.started.elapsed();
        let operation = self.request_context.operation(&self.method, self.path());
        self.metrics.answered(operation, status, took);
        let duration_ms = took.as_micros() as f64 / 1000.0;
        tracing::info!(
            target: "access",
            parent: None,
            request_id = self.id,
            operation,
            actor = self.request_context.0.actor.get(),
            method = self.method.as_str(),
            // Without the query, which may contain an email.
            path = self.path(),
            status,
            duration_ms,
            trace_id = self.trace_id.as_deref(),
            "answered"
        );
        operation
    }
}

impl Drop for AccessLogEntry<'_> {
    fn drop(&mut self) {
        if !self.ended {
            self.end(CLIENT_GONE);
        }
    }
}

/// The trace id of a W3C `traceparent`.
fn trace_id(traceparent: &str) -> Option<&str> {
    let mut parts = traceparent.split('-');
    let (_version, trace, span) = (parts.next()?, parts.next()?, parts.next()?);
    let is_id = |text: &str, len| {
        text.len() == len
            && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'))
            && text.bytes().any(|b| b != b'0')
    };
    (is_id(trace, 32) && is_id(span, 16)).then_some(trace)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_trace_id_is_read_only_from_a_valid_traceparent() {
        let valid = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(trace_id(valid), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
        for bad in [
            "",
            "00-4bf92f3577b34da6a3ce929d0e0e4736",
            "00-00000000000000000000000000000000-00f067aa0ba902b7-01",
            "00-4BF92F3577B34DA6A3CE929D0E0E4736-00f067aa0ba902b7-01",
            "00-{injected}-00f067aa0ba902b7-01",
        ] {
            assert_eq!(trace_id(bad), None, "{bad}");
        }
    }

    #[test]
    fn the_operation_comes_from_the_request_context_or_else_from_the_contract() {
        let request_context = RequestContext::default();
        assert_eq!(
            request_context.operation(&Method::HEAD, "/api/v1/users"),
            "listUsers"
        );
        assert_eq!(
            request_context.operation(&Method::GET, "/nothing"),
            UNMATCHED
        );
        request_context.set_operation("getUser");
        request_context.set_operation("listUsers");
        assert_eq!(
            request_context.operation(&Method::GET, "/nothing"),
            "getUser"
        );
    }
}
