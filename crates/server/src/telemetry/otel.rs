//! OpenTelemetry traces, sent over HTTP by a thread of the SDK.
use std::sync::atomic::{AtomicBool, Ordering};

use opentelemetry::{
    KeyValue,
    propagation::{Extractor, TextMapPropagator},
    trace::{Status, TraceContextExt, TracerProvider as _},
};
use opentelemetry_otlp::{SpanExporter, WithExportConfig};
use opentelemetry_sdk::{Resource, propagation::TraceContextPropagator, trace::SdkTracerProvider};
use poem::{Request, http::HeaderMap};
use tracing::{Span, Subscriber};
use tracing_opentelemetry::OpenTelemetrySpanExt;
use tracing_subscriber::{Layer, filter::LevelFilter, registry::LookupSpan};

use super::TelemetryError;

/// Whether traces are sent; if not, requests create no spans.
static IS_ENABLED: AtomicBool = AtomicBool::new(false);

/// The running exporter.
#[derive(Debug)]
pub(super) struct Traces(SdkTracerProvider);

/// Starts sending to the collector at this base address.
pub(super) fn start(endpoint: &str) -> Result<Traces, TelemetryError> {
    let exporter = SpanExporter::builder()
        .with_http()
        .with_endpoint(traces_url(endpoint))
        .build()
        .map_err(|error| TelemetryError::Exporter(error.to_string()))?;
    let resource = Resource::builder()
        .with_service_name("quartermaster")
        .with_attribute(KeyValue::new("service.version", env!("CARGO_PKG_VERSION")))
        .build();
    let provider = SdkTracerProvider::builder()
        .with_batch_exporter(exporter)
        .with_resource(resource)
        .build();
    IS_ENABLED.store(true, Ordering::Relaxed);
    Ok(Traces(provider))
}

fn traces_url(endpoint: &str) -> String {
    match endpoint {
        whole if whole.ends_with("/v1/traces") => whole.to_owned(),
        base => format!("{base}/v1/traces"),
    }
}

impl Traces {
    pub(super) fn layer<S>(&self) -> impl Layer<S> + use<S>
    where
        S: Subscriber + for<'a> LookupSpan<'a>,
    {
        tracing_opentelemetry::layer()
            .with_tracer(self.0.tracer("quartermaster"))
            .with_location(false)
            .with_threads(false)
            .with_tracked_inactivity(false)
            .with_filter(LevelFilter::INFO)
    }

    pub(super) fn shutdown(self) {
        if let Err(error) = self.0.shutdown() {
            tracing::warn!(%error, "the last traces were not sent");
        }
    }
}

struct Headers<'a>(&'a HeaderMap);

impl Extractor for Headers<'_> {
    fn get(&self, key: &str) -> Option<&str> {
        self.0.get(key).and_then(|value| value.to_str().ok())
    }

    fn keys(&self) -> Vec<&str> {
        self.0.keys().map(|name| name.as_str()).collect()
    }
}

pub(super) fn request_span(request: &Request) -> Span {
    if !IS_ENABLED.load(Ordering::Relaxed) {
        return Span::none();
    }
    let span = tracing::info_span!("http", otel.kind = "server");
    let parent = TraceContextPropagator::new().extract(&Headers(request.headers()));
    if let Err(error) = span.set_parent(parent) {
        tracing::debug!(%error, "a traceparent was not taken over");
    }
    span.set_attribute("http.request.method", request.method().to_string());
    span.set_attribute("url.path", request.uri().path().to_owned());
    span
}

pub(super) fn answered(span: &Span, operation: &'static str, status: u16) {
    if span.is_none() {
        return;
    }
    let context = span.context();
    context.span().update_name(operation);
    span.set_attribute("http.response.status_code", i64::from(status));
    if status >= 500 {
        span.set_status(Status::error(""));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_endpoint_may_be_a_base_or_the_whole_url() {
        let whole = "http://localhost:4318/v1/traces";
        assert_eq!(traces_url("http://localhost:4318"), whole);
        assert_eq!(traces_url(whole), whole);
    }
}
