//! The endpoints behind the edge: the operations of the contract, the documents and
//! the metrics.
use std::sync::Arc;

use poem::{Endpoint, IntoEndpoint, IntoResponse, Request, Response, Result, Route};

use crate::{
    docs,
    metrics::{self, Metrics},
};

/// Prefixes of the paths that are not of the contract.
const BESIDE: [&str; 6] = [
    "/api/docs",
    "/invitation",
    "/metrics",
    "/openapi.yaml",
    "/problems",
    "/v3/",
];

/// Adds documents and metrics to the operations. `sample` sets the gauges that are
/// only sampled, whenever `/metrics` is read.
pub fn beside<E: IntoEndpoint>(
    operations: E,
    metrics: Arc<Metrics>,
    sample: impl Fn(&Metrics) + Send + Sync + 'static,
) -> Site<E::Endpoint> {
    let documents = docs::mount(Route::new());
    Site {
        operations: operations.into_endpoint(),
        beside: documents.at("/metrics", poem::get(metrics::endpoint(metrics, sample))),
    }
}

/// See [`beside`].
pub struct Site<E> {
    operations: E,
    beside: Route,
}

impl<E: Endpoint> Endpoint for Site<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        // Not a nested route, because poem would parse the URI of every request again.
        let path = request.uri().path();
        if BESIDE.iter().any(|beginning| path.starts_with(beginning)) {
            return self.beside.call(request).await;
        }
        Ok(self.operations.call(request).await?.into_response())
    }
}

#[cfg(test)]
mod tests;
