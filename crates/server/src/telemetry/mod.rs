//! Log lines on standard error, and traces to a collector when one is configured.
//! Standard output is reserved for output that scripts read.
#[cfg(feature = "otel")]
mod otel;

use std::{io, panic};

use poem::Request;
use thiserror::Error;
use tracing::Span;
use tracing_subscriber::{
    EnvFilter, Layer, Registry,
    filter::ParseError,
    layer::SubscriberExt,
    util::{SubscriberInitExt, TryInitError},
};

use crate::config::{Config, LogFormat};

/// Logging or tracing could not be set up.
#[derive(Debug, Error)]
pub enum TelemetryError {
    /// The filter of log lines.
    #[error("log_level: {0}")]
    Filter(#[from] ParseError),
    /// Another subscriber is in place.
    #[error("logging is already set up: {0}")]
    Twice(#[from] TryInitError),
    /// The exporter of traces.
    #[error("otlp_endpoint: {0}")]
    Exporter(String),
}

type Lines = Box<dyn Layer<Registry> + Send + Sync>;

/// The exporters that have to be flushed before the process ends.
#[derive(Debug, Default)]
#[must_use = "shut it down before the process ends, or the last traces are lost"]
pub struct Telemetry {
    #[cfg(feature = "otel")]
    traces: Option<otel::Traces>,
}

/// Sets up logging and tracing. Call it once, outside of the asynchronous runtime.
pub fn init(config: &Config) -> Result<Telemetry, TelemetryError> {
    let lines = lines(config)?;
    #[cfg(feature = "otel")]
    let telemetry = {
        let traces = config
            .otlp_endpoint
            .as_deref()
            .map(otel::start)
            .transpose()?;
        let layer = traces.as_ref().map(otel::Traces::layer);
        tracing_subscriber::registry()
            .with(lines)
            .with(layer)
            .try_init()?;
        Telemetry { traces }
    };
    #[cfg(not(feature = "otel"))]
    let telemetry = {
        tracing_subscriber::registry().with(lines).try_init()?;
        Telemetry::default()
    };
    log_panics();
    Ok(telemetry)
}

fn lines(config: &Config) -> Result<Lines, TelemetryError> {
    let filter = EnvFilter::builder().parse(&config.log_level)?;
    let layer = tracing_subscriber::fmt::layer().with_writer(io::stderr);
    Ok(match config.log_format {
        LogFormat::Text => layer.with_ansi(false).with_filter(filter).boxed(),
        LogFormat::Json => layer
            .json()
            .flatten_event(true)
            .with_span_list(false)
            .with_filter(filter)
            .boxed(),
    })
}

/// Logs panics like other errors, so that a JSON log stays JSON.
fn log_panics() {
    panic::set_hook(Box::new(|panic| {
        let place = panic
            .location()
            .map(ToString::to_string)
            .unwrap_or_default();
        let cause = panic.payload_as_str().unwrap_or("not a text");
        tracing::error!(%place, cause, "panic");
    }));
}

impl Telemetry {
    /// Sends the remaining traces. Call it outside of the asynchronous runtime.
    pub fn shutdown(self) {
        #[cfg(feature = "otel")]
        if let Some(traces) = self.traces {
            traces.shutdown();
        }
    }
}

/// The trace span of a request, a child of its `traceparent`. It is disabled when no
/// traces are sent: log lines have the guard's own span.
pub(crate) fn request_span(request: &Request) -> Span {
    #[cfg(feature = "otel")]
    return otel::request_span(request);
    #[cfg(not(feature = "otel"))]
    {
        let _ = request;
        Span::none()
    }
}

/// Records the operation and the status in the span of a request.
pub(crate) fn request_answered(span: &Span, operation: &'static str, status: u16) {
    #[cfg(feature = "otel")]
    otel::answered(span, operation, status);
    #[cfg(not(feature = "otel"))]
    let _ = (span, operation, status);
}
