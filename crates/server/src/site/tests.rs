//! The whole HTTP stack with the real contract, without an application.
#![allow(clippy::unwrap_used)]
use std::{
    io::{Read, Write},
    net::{SocketAddr, TcpStream},
    time::Duration,
};

use contract::{Apis, Gate, Operation, Problem, ProblemCode};
use poem::{endpoint::make_sync, http::StatusCode, test::TestClient};
use tokio::task;

use super::*;
use crate::{
    config::{Config, Overrides},
    edge::{self, RequestContext},
    serve,
};

/// A gate that accepts one key.
struct OneKeyGate(Arc<Metrics>);

#[async_trait::async_trait]
impl Gate for OneKeyGate {
    async fn admit(
        &self,
        operation: &'static Operation,
        request: &mut Request,
    ) -> std::result::Result<(), Problem> {
        let request_context = RequestContext::of(request).unwrap();
        request_context.set_operation(operation.id);
        let known = request.header("authorization") == Some("Bearer known");
        if operation.permission.is_some() && !known {
            return Err(Problem::new(ProblemCode::Unauthenticated, "No key."));
        }
        request_context.set_actor("user:1");
        Ok(())
    }

    async fn admit_again(
        &self,
        operation: &'static Operation,
        request: &mut Request,
    ) -> std::result::Result<(), Problem> {
        self.admit(operation, request).await
    }

    fn answered(&self, _: &'static Operation, _: u16, problem: Option<ProblemCode>, _: Duration) {
        if let Some(code) = problem {
            self.0.refused(code.as_str());
        }
    }
}

struct Running {
    address: SocketAddr,
    metrics: Arc<Metrics>,
}

async fn start() -> Running {
    let metrics = Arc::new(Metrics::new("sqlite"));
    let config = Config::load(&Overrides::default(), []).unwrap();
    let operations = contract::routes(Apis::unserved(), Arc::new(OneKeyGate(Arc::clone(&metrics))));
    let site = beside(operations, Arc::clone(&metrics), |metrics| {
        metrics.set_pool(3, 2)
    });
    let edge = edge::around(site, Arc::clone(&metrics), Arc::default(), &config);
    let listening = serve::bind(&"127.0.0.1:0".parse().unwrap()).await.unwrap();
    let address = listening.address();
    let connections = serve::Connections::new(&config, Arc::clone(&metrics));
    let never = std::future::pending();
    tokio::spawn(listening.serve(edge, connections, never, Duration::from_secs(1)));
    Running { address, metrics }
}

/// A request that closes its connection, with these headers.
fn request(line: &str, headers: &[&str], body: &[u8]) -> Vec<u8> {
    let headers: String = headers
        .iter()
        .map(|header| format!("{header}\r\n"))
        .collect();
    let head = format!("{line} HTTP/1.1\r\nHost: here\r\nConnection: close\r\n{headers}\r\n");
    [head.as_bytes(), body].concat()
}

/// Sends everything before it reads anything, as simple clients do.
async fn exchange(address: SocketAddr, bytes: Vec<u8>) -> String {
    let talk = move || {
        let mut socket = TcpStream::connect(address).unwrap();
        socket.write_all(&bytes).unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).unwrap();
        answer
    };
    task::spawn_blocking(talk).await.unwrap()
}

fn assert_problem(answer: &str, code: ProblemCode) {
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(
        head.starts_with(&format!("HTTP/1.1 {} ", code.status())),
        "{answer}"
    );
    assert!(
        head.contains("\r\ncontent-type: application/problem+json"),
        "{answer}"
    );
    assert!(head.contains("\r\nx-request-id: "), "{answer}");
    assert!(
        body.contains(&format!("\"code\":\"{}\"", code.as_str())),
        "{answer}"
    );
}

const KEY: &str = "Authorization: Bearer known";
const JSON: &str = "Content-Type: application/json";

#[tokio::test]
async fn paths_of_the_contract_and_of_the_documents_do_not_overlap() {
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
    let page = page.0.into_body().into_string().await.unwrap();
    assert!(
        page.contains("quartermaster_pool_connections 3\n"),
        "{page}"
    );
}

#[tokio::test]
async fn every_fault_of_a_request_is_answered_with_a_problem() {
    let running = start().await;
    let cases: [(&str, &[&str], &[u8], ProblemCode); 9] = [
        ("GET /api/v1/users", &[], b"", ProblemCode::Unauthenticated),
        ("GET /api/v1/users", &[KEY], b"", ProblemCode::Unavailable),
        (
            "GET /api/v1/users?size=many",
            &[KEY],
            b"",
            ProblemCode::ValidationError,
        ),
        (
            "DELETE /api/v1/users",
            &[KEY],
            b"",
            ProblemCode::MethodNotAllowed,
        ),
        ("GET /api/v2/users", &[KEY], b"", ProblemCode::NotFound),
        ("GET /api/v1/users/", &[KEY], b"", ProblemCode::NotFound),
        ("GET /", &[], b"", ProblemCode::NotFound),
        (
            "POST /api/v1/users",
            &[KEY, "Content-Type: text/csv", "Content-Length: 1"],
            b"x",
            ProblemCode::UnsupportedMediaType,
        ),
        (
            "POST /api/v1/users",
            &[KEY, JSON, "Content-Length: 1"],
            b"{",
            ProblemCode::MalformedRequest,
        ),
    ];
    for (line, headers, body, code) in cases {
        let answer = exchange(running.address, request(line, headers, body)).await;
        assert_problem(&answer, code);
    }
}

#[tokio::test]
async fn a_caller_who_sends_too_large_a_body_receives_the_problem() {
    let running = start().await;
    let big = vec![b'x'; 10_000_000];
    let length = format!("Content-Length: {}", big.len());
    let chunked = [
        format!("{:x}\r\n", big.len()).as_bytes(),
        &big,
        b"\r\n0\r\n\r\n",
    ]
    .concat();
    let encoding = "Transfer-Encoding: chunked";
    let line = "POST /api/v1/users";
    let cases: [(&[&str], &[u8], ProblemCode); 4] = [
        (&[KEY, JSON, &length], &big, ProblemCode::PayloadTooLarge),
        (
            &[KEY, JSON, encoding],
            &chunked,
            ProblemCode::PayloadTooLarge,
        ),
        (&[JSON, &length], &big, ProblemCode::Unauthenticated),
        (&[KEY, &length], &big, ProblemCode::UnsupportedMediaType),
    ];
    for (headers, body, code) in cases {
        let answer = exchange(running.address, request(line, headers, body)).await;
        assert_problem(&answer, code);
    }
    let elsewhere = request("POST /nowhere", &[&length], &big);
    assert_problem(
        &exchange(running.address, elsewhere).await,
        ProblemCode::NotFound,
    );
}

#[tokio::test]
async fn allowed_methods_are_listed_and_head_is_one_of_them() {
    let running = start().await;
    let refused = exchange(running.address, request("PATCH /api/v1/users", &[KEY], b"")).await;
    assert!(
        refused.contains("\r\nallow: GET, POST, HEAD\r\n"),
        "{refused}"
    );
    let whole = exchange(running.address, request("GET /openapi.yaml", &[], b"")).await;
    let head = exchange(running.address, request("HEAD /openapi.yaml", &[], b"")).await;
    let length = format!("\r\ncontent-length: {}\r\n", contract::OPENAPI_YAML.len());
    assert!(whole.contains(&length) && head.contains(&length), "{head}");
    assert!(head.ends_with("\r\n\r\n"), "{head}");
}

#[tokio::test]
async fn requests_are_counted_by_operation() {
    let running = start().await;
    exchange(running.address, request("GET /api/v1/users", &[], b"")).await;
    exchange(running.address, request("GET /health", &[], b"")).await;
    let page = running.metrics.render().unwrap();
    for line in [
        "_count{operation=\"listUsers\",status=\"401\"} 1",
        "refusals_total{code=\"UNAUTHENTICATED\"} 1",
        "requests_in_flight 0",
    ] {
        assert!(page.contains(line), "{line} is not in {page}");
    }
    assert!(
        page.contains("operation=\"health\"") || page.contains("operation=\"getHealth\""),
        "{page}"
    );
}
