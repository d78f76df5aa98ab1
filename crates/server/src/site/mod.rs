//! Everything that is served behind the edge: the operations of the contract, and
//! beside them the documents and the metrics.
use std::sync::Arc;

use poem::{Endpoint, IntoEndpoint, IntoResponse, Request, Response, Result, Route};

use crate::{
    docs,
    metrics::{self, Metrics},
};

/// What is beside the contract, by the beginning of its path.
const BESIDE: [&str; 5] = [
    "/api/docs",
    "/metrics",
    "/openapi.yaml",
    "/problems",
    "/v3/",
];

/// Puts documents and metrics beside the operations. `sample` sets the gauges that
/// nobody else keeps up to date, whenever `/metrics` is read.
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
        // Not a nested route: poem would parse the address of every request again.
        let path = request.uri().path();
        if BESIDE.iter().any(|beginning| path.starts_with(beginning)) {
            return self.beside.call(request).await;
        }
        Ok(self.operations.call(request).await?.into_response())
    }
}

#[cfg(test)]
mod tests {
    use poem::{endpoint::make_sync, http::StatusCode, test::TestClient};

    use super::*;

    #[tokio::test]
    async fn each_path_has_its_side() {
        for operation in contract::OPERATIONS {
            let hidden = BESIDE
                .iter()
                .any(|beginning| operation.path.starts_with(beginning));
            assert!(!hidden, "{} would never be reached", operation.path);
        }
        let operations = make_sync(|_| StatusCode::IM_A_TEAPOT);
        let metrics = Arc::new(Metrics::new("sqlite"));
        let client = TestClient::new(beside(operations, metrics, |metrics| {
            metrics.set_pool(3, 2)
        }));
        client
            .get("/api/v1/users")
            .send()
            .await
            .assert_status(StatusCode::IM_A_TEAPOT);
        client.get("/problems").send().await.assert_status_is_ok();
        let page = client.get("/metrics").send().await;
        page.assert_status_is_ok();
        let page = page.0.into_body().into_string().await.unwrap_or_default();
        assert!(
            page.contains("quartermaster_pool_connections 3\n"),
            "{page}"
        );
    }
}
