#![allow(clippy::unwrap_used)]
use std::{panic, sync::Arc, time::Duration};

use poem::{
    IntoResponse, Response, Route,
    endpoint::{make, make_sync},
    get, handler,
    http::StatusCode,
    post,
    test::{TestClient, TestResponse},
};
use serde_json::{Value, json};

use super::*;
use crate::config::Overrides;

fn config(values: &[(&'static str, &str)]) -> Config {
    let values = values.iter().map(|(key, text)| (*key, (*text).to_owned()));
    Config::load(
        &Overrides {
            file: None,
            values: values.collect(),
        },
        [],
    )
    .unwrap()
}

#[handler]
fn length(body: String) -> String {
    body.len().to_string()
}

fn routes() -> Route {
    Route::new()
        .at("/ok", get(make_sync(|_| "fine")))
        .at("/echo", post(length))
        .at(
            "/panic",
            get(make_sync(|_| -> StatusCode { panic!("on purpose") })),
        )
        .at(
            "/slow",
            get(make(|_| async {
                time::sleep(Duration::from_secs(60)).await
            }))
            .post(make(|_| async {
                time::sleep(Duration::from_secs(60)).await
            })),
        )
        .at(
            "/kept",
            get(make_sync(|_| {
                "fine".with_header("Cache-Control", "max-age=5")
            })),
        )
        .at(
            "/plain-error",
            get(make_sync(|_| {
                let busy = "password=hunter2".with_header("Retry-After", "7");
                busy.with_status(StatusCode::SERVICE_UNAVAILABLE)
            })),
        )
        .at(
            "/broken",
            get(make(|_| async {
                let cause = poem::Error::from_string("secret cause", StatusCode::BAD_GATEWAY);
                Err::<(), _>(cause)
            })),
        )
        .at(
            "/api/v1/users",
            get(make_sync(|_| "list")).post(make_sync(|_| "made")),
        )
}

fn client() -> TestClient<Edge<Route>> {
    let metrics = Arc::new(Metrics::new("sqlite"));
    let edge = around(
        routes(),
        metrics,
        Arc::default(),
        &config(&[("request_timeout", "50ms")]),
    );
    TestClient::new(edge).default_header("host", "here")
}

async fn problem(response: TestResponse) -> Value {
    response.assert_header("content-type", "application/problem+json");
    let id = response.0.header("x-request-id").unwrap().to_owned();
    let status = response.0.status().as_u16();
    let body = response.0.into_body().into_string().await.unwrap();
    let problem: Value = serde_json::from_str(&body).unwrap();
    assert_eq!(problem["requestId"], json!(id));
    assert_eq!(problem["status"], json!(status));
    problem
}

#[tokio::test]
async fn a_response_has_its_request_id_and_the_common_headers() {
    let response = client()
        .get("/ok")
        .header("X-Request-Id", "mine-17")
        .send()
        .await;
    response.assert_status_is_ok();
    response.assert_header("x-request-id", "mine-17");
    response.assert_header("x-content-type-options", "nosniff");
    response.assert_header("cache-control", "no-store");
    client()
        .get("/kept")
        .send()
        .await
        .assert_header("cache-control", "max-age=5");
}

#[tokio::test]
async fn an_unknown_path_is_a_problem() {
    let problem = problem(client().get("/nothing?email=a@b").send().await).await;
    assert_eq!(problem["code"], "NOT_FOUND");
    assert_eq!(problem["instance"], "/nothing");
    assert_eq!(problem["type"], "/problems/not-found");
}

#[tokio::test]
async fn a_wrong_method_is_answered_with_the_allowed_ones() {
    let of_contract = client().delete("/api/v1/users").send().await;
    of_contract.assert_header("allow", "GET, POST, HEAD");
    assert_eq!(problem(of_contract).await["code"], "METHOD_NOT_ALLOWED");
    let beside_it = client().post("/ok").send().await;
    beside_it.assert_header("allow", "GET, HEAD");
}

#[tokio::test]
async fn head_works_where_get_does() {
    client().head("/ok").send().await.assert_status_is_ok();
    client()
        .head("/echo")
        .send()
        .await
        .assert_status(StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_panic_is_an_internal_error_without_its_message() {
    panic::set_hook(Box::new(|_| {}));
    let problem = problem(client().get("/panic").send().await).await;
    assert_eq!(problem["code"], "INTERNAL_ERROR");
    assert!(!problem.to_string().contains("purpose"));
}

#[tokio::test]
async fn a_request_that_takes_too_long_is_unavailable_with_retry_after() {
    let response = client().get("/slow").send().await;
    response.assert_header("retry-after", "1");
    assert_eq!(problem(response).await["code"], "UNAVAILABLE");
}

#[tokio::test]
async fn errors_in_another_form_become_problems_without_their_text() {
    let response = client().get("/plain-error").send().await;
    response.assert_header("retry-after", "7");
    let body = problem(response).await;
    assert_eq!(body["code"], "UNAVAILABLE");
    assert!(!body.to_string().contains("hunter2"));
    let body = problem(client().get("/broken").send().await).await;
    assert_eq!(body["code"], "INTERNAL_ERROR");
    assert!(!body.to_string().contains("secret"));
}

#[tokio::test]
async fn a_reserved_connection_answers_operator_endpoints_only() {
    let client = client();
    let response = client.get("/ok").data(serve::Reserved).send().await;
    response.assert_header("retry-after", "1");
    assert_eq!(problem(response).await["code"], "UNAVAILABLE");
    let request = client.get("/health").data(serve::Reserved);
    request.send().await.assert_status(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_target_above_the_limit_is_refused() {
    let response = client()
        .get(format!("/ok?{}", "x".repeat(9000)))
        .send()
        .await;
    assert_eq!(problem(response).await["code"], "MALFORMED_REQUEST");
}

#[tokio::test]
async fn a_body_reaches_its_endpoint_whole() {
    let body = "x".repeat(300_000);
    let response = client().post("/echo").body(body).send().await;
    response.assert_text("300000").await;
}

#[tokio::test]
async fn every_request_is_counted_once_also_an_abandoned_one() {
    let metrics = Arc::new(Metrics::new("sqlite"));
    let edge = around(routes(), Arc::clone(&metrics), Arc::default(), &config(&[]));
    let slow = Request::builder()
        .uri_str("/slow")
        .header("Host", "here")
        .finish();
    let gave_up = time::timeout(Duration::from_millis(20), edge.call(slow)).await;
    assert!(gave_up.is_err());
    let client = TestClient::new(edge).default_header("host", "here");
    client
        .get("/api/v1/users")
        .send()
        .await
        .assert_status_is_ok();
    client
        .get("/nothing")
        .send()
        .await
        .assert_status(StatusCode::NOT_FOUND);
    let page = metrics.render().unwrap();
    for line in [
        "_count{operation=\"unmatched\",status=\"499\"} 1",
        "_count{operation=\"listUsers\",status=\"200\"} 1",
        "_count{operation=\"unmatched\",status=\"404\"} 1",
        "refusals_total{code=\"NOT_FOUND\"} 1",
        "requests_in_flight 0",
    ] {
        assert!(page.contains(line), "{line} is not in {page}");
    }
}

#[tokio::test]
async fn inner_layers_read_the_request_id_and_set_operation_and_actor() {
    let inner = Route::new().at(
        "/named",
        get(make_sync(|request: Request| {
            let request_context = RequestContext::of(&request).unwrap();
            request_context.set_operation("named");
            request_context.set_actor("user:17");
            request.extensions().get::<RequestId>().unwrap().0.clone()
        })),
    );
    let metrics = Arc::new(Metrics::new("sqlite"));
    let edge = around(inner, Arc::clone(&metrics), Arc::default(), &config(&[]));
    let client = TestClient::new(edge).default_header("host", "here");
    let response: Response = client
        .get("/named")
        .header("X-Request-Id", "r1")
        .send()
        .await
        .0;
    assert_eq!(response.into_body().into_string().await.unwrap(), "r1");
    assert!(
        metrics
            .render()
            .unwrap()
            .contains("operation=\"named\",status=\"200\"")
    );
}

async fn response_to_page(
    origins: &[(&'static str, &str)],
    method: Method,
    headers: &[(&'static str, &'static str)],
) -> TestResponse {
    let metrics = Arc::new(Metrics::new("sqlite"));
    let edge = around(routes(), metrics, Arc::default(), &config(origins));
    let client = TestClient::new(edge).default_header("host", "here");
    let mut request = client.request(method, "/ok");
    for (name, value) in headers {
        request = request.header(*name, *value);
    }
    request.send().await
}

const PAGE: (&str, &str) = ("origin", "https://app.example");
const PREFLIGHT: (&str, &str) = ("access-control-request-method", "PUT");

#[tokio::test]
async fn a_page_of_a_named_origin_may_call_and_no_other() {
    let named = [("cors_origins", "https://app.example, https://b.example")];
    let answer = response_to_page(&named, Method::GET, &[PAGE]).await;
    answer.assert_header("access-control-allow-origin", "https://app.example");
    answer.assert_header("vary", "Origin");
    let exposed = answer.0.header("access-control-expose-headers").unwrap();
    let exposed: Vec<&str> = exposed.split(", ").collect();
    for name in [
        "ETag",
        "Event-Cursor",
        "Link",
        "Location",
        "RateLimit",
        "RateLimit-Policy",
        "Retry-After",
        "X-Request-Id",
    ] {
        assert!(exposed.contains(&name), "{name} is not in {exposed:?}");
    }
    for (origins, page) in [
        (&named[..], ("origin", "https://evil.example")),
        (&named[..], ("origin", "null")),
        (&[][..], PAGE),
    ] {
        let answer = response_to_page(origins, Method::GET, &[page]).await;
        answer.assert_status_is_ok();
        answer.assert_header_is_not_exist("access-control-allow-origin");
        answer.assert_header("vary", "Origin");
    }
}

#[tokio::test]
async fn a_preflight_request_is_answered_for_an_allowed_origin_only() {
    let named = [("cors_origins", "https://app.example")];
    let answer = response_to_page(&named, Method::OPTIONS, &[PAGE, PREFLIGHT]).await;
    answer.assert_status(StatusCode::NO_CONTENT);
    answer.assert_header("access-control-allow-origin", "https://app.example");
    let methods = answer.0.header("access-control-allow-methods").unwrap();
    assert!(methods.contains("PUT") && methods.contains("PATCH"));
    let sent = answer.0.header("access-control-allow-headers").unwrap();
    let sent: Vec<&str> = sent.split(", ").collect();
    // Headers of pages that authenticate, retry, resume a stream or propagate a trace.
    for name in [
        "authorization",
        "idempotency-key",
        "if-match",
        "last-event-id",
        "cache-control",
        "traceparent",
        "tracestate",
        "baggage",
    ] {
        assert!(sent.contains(&name), "{name} is not in {sent:?}");
    }
    answer.assert_header_is_not_exist("access-control-allow-credentials");

    let stranger = ("origin", "https://evil.example");
    let answer = response_to_page(&named, Method::OPTIONS, &[stranger, PREFLIGHT]).await;
    answer.assert_header_is_not_exist("access-control-allow-origin");
    answer.assert_header_is_not_exist("access-control-allow-methods");
    // Without the preflight header it is an ordinary request with an unsupported method.
    let plain = response_to_page(&named, Method::OPTIONS, &[PAGE]).await;
    plain.assert_status(StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn in_development_every_page_may_call() {
    let development = [("development", "true")];
    let answer = response_to_page(&development, Method::GET, &[PAGE]).await;
    answer.assert_header("access-control-allow-origin", "https://app.example");
}

#[tokio::test]
async fn a_change_that_timed_out_is_answered_that_it_may_have_happened() {
    let response = client().post("/slow").send().await;
    response.assert_status(StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(problem(response).await["detail"], MAY_HAVE_HAPPENED);
    let response = client().get("/slow").send().await;
    assert_eq!(
        problem(response).await["detail"],
        "The request took too long."
    );
}

#[test]
fn retry_after_of_an_unavailable_response_is_raised_to_the_time_waited() {
    let after = |status: StatusCode, asked: Option<&str>, waited: u64| {
        let mut response = status.into_response();
        if let Some(asked) = asked {
            let value = HeaderValue::from_str(asked).unwrap();
            response.headers_mut().insert(header::RETRY_AFTER, value);
        }
        raise_retry_after(&mut response, Duration::from_secs(waited));
        let sent = response.headers().get(header::RETRY_AFTER);
        sent.map(|value| value.to_str().unwrap().to_owned())
    };
    let unavailable = StatusCode::SERVICE_UNAVAILABLE;
    assert_eq!(after(unavailable, Some("1"), 0).as_deref(), Some("1"));
    assert_eq!(after(unavailable, Some("1"), 7).as_deref(), Some("7"));
    assert_eq!(after(unavailable, Some("1"), 60).as_deref(), Some("10"));
    assert_eq!(after(unavailable, Some("30"), 7).as_deref(), Some("30"));
    assert_eq!(after(unavailable, None, 7), None);
    let limited = StatusCode::TOO_MANY_REQUESTS;
    assert_eq!(after(limited, Some("1"), 7).as_deref(), Some("1"));
}

#[test]
fn a_waiting_change_is_given_up_before_the_time_limit_of_its_request() {
    let reserves = [2, 30].map(|seconds| reserve(Duration::from_secs(seconds)));
    assert_eq!(reserves, [200, 1000].map(Duration::from_millis));
}
