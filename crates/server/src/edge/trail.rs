//! What is learned of a request on its way in, for the log line on its way out.
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

/// The name in log and metrics of a request that no operation took.
const UNMATCHED: &str = "unmatched";
/// The status in log and metrics when the caller was gone before the answer.
const CLIENT_GONE: u16 = 499;

/// A request extension into which inner layers write who called what.
#[derive(Clone, Debug, Default)]
pub struct Trail(Arc<Known>);

#[derive(Debug, Default)]
struct Known {
    operation: OnceLock<&'static str>,
    actor: OnceLock<String>,
    limits: OnceLock<HeaderMap>,
    cursor: OnceLock<HeaderValue>,
    deadline: OnceLock<Instant>,
    repeated: Arc<AtomicBool>,
}

impl Trail {
    /// The trail of a request that came through the edge.
    pub fn of(request: &Request) -> Option<&Self> {
        request.extensions().get()
    }

    /// Notes the operation; the first one stays.
    pub fn set_operation(&self, operation: &'static str) {
        let _ = self.0.operation.set(operation);
    }

    /// Notes the caller, as the log shows it; the first one stays.
    pub fn set_actor(&self, actor: impl Into<String>) {
        let _ = self.0.actor.set(actor.into());
    }

    /// Notes what the caller is told of its limits; the first one stays.
    pub fn set_limits(&self, headers: HeaderMap) {
        let _ = self.0.limits.set(headers);
    }

    /// What the caller is told of its limits.
    pub(super) fn limits(&self) -> Option<&HeaderMap> {
        self.0.limits.get()
    }

    /// Notes where the caller's log ended before anything was read for it; the first one stays.
    pub fn set_cursor(&self, cursor: &str) {
        if let Ok(cursor) = HeaderValue::from_str(cursor) {
            let _ = self.0.cursor.set(cursor);
        }
    }

    /// Notes when a change that waits is given up; the first one stays.
    pub(super) fn set_deadline(&self, deadline: Instant) {
        let _ = self.0.deadline.set(deadline);
    }

    /// When a change that waits is given up.
    pub fn deadline(&self) -> Option<Instant> {
        self.0.deadline.get().copied()
    }

    /// To be set when the answer is one that was kept.
    pub fn repeated(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.0.repeated)
    }

    /// Where the caller may follow its log from without a hole. An answer that was kept is older.
    pub(super) fn cursor(&self) -> Option<&HeaderValue> {
        let is_repeated = self.0.repeated.load(Ordering::Relaxed);
        self.0.cursor.get().filter(|_| !is_repeated)
    }

    fn operation(&self, method: &Method, path: &str) -> &'static str {
        // Nobody notes it for a request that was refused before its operation.
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

/// A request from its first line to its log line. Dropping it before
/// [`Visit::end`] means that the caller hung up.
pub(super) struct Visit<'a> {
    metrics: &'a Metrics,
    _in_flight: InFlight,
    started: Instant,
    id: &'a str,
    method: Method,
    uri: Uri,
    trace_id: Option<String>,
    trail: Trail,
    ended: bool,
}

impl<'a> Visit<'a> {
    pub(super) fn begin(
        metrics: &'a Metrics,
        request: &Request,
        id: &'a str,
        trail: Trail,
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
            trail,
            ended: false,
        }
    }

    pub(super) fn path(&self) -> &str {
        self.uri.path()
    }

    /// Counts and logs the answer; gives the operation.
    pub(super) fn end(&mut self, status: u16) -> &'static str {
        self.ended = true;
        let took = self.started.elapsed();
        let operation = self.trail.operation(&self.method, self.path());
        self.metrics.answered(operation, status, took);
        let duration_ms = took.as_micros() as f64 / 1000.0;
        tracing::info!(
            target: "access",
            parent: None,
            request_id = self.id,
            operation,
            actor = self.trail.0.actor.get(),
            method = self.method.as_str(),
            // Without the query, which may hold an email.
            path = self.path(),
            status,
            duration_ms,
            trace_id = self.trace_id.as_deref(),
            "answered"
        );
        operation
    }
}

impl Drop for Visit<'_> {
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
    fn the_trace_id_is_read_from_a_sound_traceparent_only() {
        let sound = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";
        assert_eq!(trace_id(sound), Some("4bf92f3577b34da6a3ce929d0e0e4736"));
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
    fn the_operation_comes_from_the_trail_or_else_from_the_contract() {
        let trail = Trail::default();
        assert_eq!(trail.operation(&Method::HEAD, "/api/v1/users"), "listUsers");
        assert_eq!(trail.operation(&Method::GET, "/nothing"), UNMATCHED);
        trail.set_operation("getUser");
        trail.set_operation("listUsers");
        assert_eq!(trail.operation(&Method::GET, "/nothing"), "getUser");
    }
}
