//! Every answer that leaves a [`TestApp`](super::TestApp) is compared with the contract.

use std::{
    collections::BTreeSet,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use contract::{OPENAPI_JSON, OPERATIONS, Operation, ProblemCode};
use poem::{
    Body, Endpoint, Request, Response, Result,
    http::{HeaderMap, StatusCode},
};
use serde_json::Value;

/// The faults of answers, one message each.
pub(super) type Faults = Arc<Mutex<Vec<String>>>;

/// An operation and one of its statuses, as `createUser 201`.
type Pair = (&'static str, u16);

static SEEN: Mutex<BTreeSet<Pair>> = Mutex::new(BTreeSet::new());
static DOCUMENT: LazyLock<Value> =
    LazyLock::new(|| serde_json::from_str(OPENAPI_JSON).unwrap_or_default());

/// Compares the statuses that this process has answered with those that the contract documents.
/// `unseen` lists the pairs that no test produces, one a line; lines that begin with `#` give the reason.
///
/// # Errors
/// When a pair is neither seen nor listed, or is listed and seen, or is in no contract.
pub fn check_seen(unseen: &str) -> std::result::Result<(), String> {
    let seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
    let seen: BTreeSet<String> = seen.iter().map(line).collect();
    let pairs = OPERATIONS.iter().flat_map(|operation| {
        let statuses = operation.statuses.iter();
        statuses.map(|status| line(&(operation.id, *status)))
    });
    let documented: BTreeSet<String> = pairs.collect();
    let listed = unseen.lines().map(str::trim);
    let listed = listed.filter(|line| !line.is_empty() && !line.starts_with('#'));
    let listed: BTreeSet<String> = listed.map(str::to_owned).collect();
    let mut faults = Vec::new();
    for pair in listed.difference(&documented) {
        faults.push(format!("{pair}: in the list, but not in the contract"));
    }
    for pair in listed.intersection(&seen) {
        faults.push(format!("{pair}: a test has seen it now; delete its line"));
    }
    for pair in &documented {
        if !seen.contains(pair) && !listed.contains(pair) {
            faults.push(format!("{pair}: documented, but no test has seen it"));
        }
    }
    match faults.is_empty() {
        true => Ok(()),
        false => Err(faults.join("\n")),
    }
}

fn line((operation, status): &Pair) -> String {
    format!("{operation} {status}")
}

/// An endpoint whose answers are compared with the contract.
pub(super) struct Watched<E> {
    pub(super) inner: E,
    pub(super) faults: Faults,
}

impl<E: Endpoint<Output = Response>> Endpoint for Watched<E> {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        let method = request.method().as_str().to_owned();
        let path = request.uri().path().to_owned();
        let response = self.inner.call(request).await?;
        let (parts, body) = response.into_parts();
        if parts
            .headers
            .get("content-type")
            .is_some_and(|kind| kind == EVENT_STREAM)
        {
            // The body of a stream has no end.
            let found = Answer {
                status: parts.status,
                headers: &parts.headers,
                body: &[],
            };
            let found: Vec<_> = found.faults(&method, &path).collect();
            let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
            faults.extend(
                found
                    .iter()
                    .map(|fault| format!("{method} {path}: {fault}")),
            );
            drop(faults);
            return Ok(Response::from_parts(parts, body));
        }
        let bytes = body.into_vec().await?;
        let answer = Answer {
            status: parts.status,
            headers: &parts.headers,
            body: &bytes,
        };
        let found = answer.faults(&method, &path);
        let mut faults = self.faults.lock().unwrap_or_else(PoisonError::into_inner);
        let status = parts.status;
        faults.extend(found.map(|fault| format!("{method} {path} → {status}: {fault}")));
        drop(faults);
        let body = if bytes.is_empty() {
            Body::empty()
        } else {
            Body::from_vec(bytes)
        };
        Ok(Response::from_parts(parts, body))
    }
}

/// The media type of answers without an end.
const EVENT_STREAM: &str = "text/event-stream";

/// The operations whose answers carry a secret.
const MAKE_KEYS: [&str; 3] = ["createApiKey", "createUserApiKey", "rotateApiKey"];

/// Whether the path serves the contract itself, with its examples.
fn is_document(path: &str) -> bool {
    path == "/openapi.yaml" || path == "/v3/api-docs"
}

struct Answer<'a> {
    status: StatusCode,
    headers: &'a HeaderMap,
    body: &'a [u8],
}

impl Answer<'_> {
    fn faults(&self, method: &str, path: &str) -> impl Iterator<Item = String> {
        // A HEAD request gets what GET would get; the body is cut off later.
        let method = if method == "HEAD" { "GET" } else { method };
        let operation = contract::operation_for(method, path);
        let may_show = operation.is_some_and(|one| MAKE_KEYS.contains(&one.id));
        let mut checks = vec![
            self.of_any(),
            self.of_secrets(may_show || is_document(path)),
        ];
        if self.status.is_client_error() || self.status.is_server_error() {
            checks.push(self.of_problem(path));
        }
        if let Some(operation) = operation {
            checks.push(self.of_operation(operation));
        }
        checks.into_iter().filter_map(std::result::Result::err)
    }

    fn header(&self, name: &str) -> Option<&str> {
        self.headers.get(name)?.to_str().ok()
    }

    fn of_any(&self) -> std::result::Result<(), String> {
        for name in ["x-request-id", "x-content-type-options", "cache-control"] {
            self.header(name)
                .ok_or(format!("the header {name} is missing"))?;
        }
        Ok(())
    }

    /// The secret of a key is in the answer to its making and nowhere else, its digest nowhere.
    fn of_secrets(&self, may_show: bool) -> std::result::Result<(), String> {
        let body = String::from_utf8_lossy(self.body);
        let shows = body.contains("qm_v1_0") && !may_show;
        match shows || body.contains("\"digest\"") {
            true => Err("the body shows a key or its digest".to_owned()),
            false => Ok(()),
        }
    }

    fn of_problem(&self, path: &str) -> std::result::Result<(), String> {
        if self.header("content-type") != Some("application/problem+json") {
            let found = self.header("content-type");
            return Err(format!("the content type of an error is {found:?}"));
        }
        let body: Value = serde_json::from_slice(self.body).map_err(|error| error.to_string())?;
        let code = body["code"].as_str().unwrap_or_default();
        let code = ProblemCode::ALL.iter().find(|known| known.as_str() == code);
        let code = code.ok_or(format!("the code is not known: {body}"))?;
        let due = [
            ("type", Value::from(format!("/problems/{}", code.slug()))),
            ("title", code.title().into()),
            ("status", self.status.as_u16().into()),
            ("instance", path.into()),
            ("requestId", self.header("x-request-id").into()),
        ];
        for (member, due) in due {
            if body[member] != due {
                return Err(format!("{member} is {}, not {due}", body[member]));
            }
        }
        let headers: &[&str] = match self.status.as_u16() {
            401 => &["www-authenticate"],
            405 => &["allow"],
            503 => &["retry-after"],
            _ => &[],
        };
        for name in headers {
            self.header(name)
                .ok_or(format!("the header {name} is missing"))?;
        }
        match body["detail"].as_str() {
            Some(detail) if detail.ends_with('.') => Ok(()),
            other => Err(format!("the detail is no sentence: {other:?}")),
        }
    }

    fn of_operation(&self, operation: &'static Operation) -> std::result::Result<(), String> {
        let status = self.status.as_u16();
        let kind = self.header("content-type");
        let malformed = ProblemCode::MalformedRequest;
        if !operation.problems.contains(&malformed)
            && self.body_names(malformed)
            && operation.body.is_none()
        {
            // The edge refused the head of the request before it was routed to an operation.
            return Ok(());
        }
        contract::validate_reply(operation, status, kind, self.body)?;
        let mut seen = SEEN.lock().unwrap_or_else(PoisonError::into_inner);
        seen.insert((operation.id, status));
        drop(seen);
        for name in required_headers(operation, status) {
            self.header(&name)
                .ok_or(format!("the documented header {name} is missing"))?;
        }
        Ok(())
    }

    fn body_names(&self, code: ProblemCode) -> bool {
        let body: Value = serde_json::from_slice(self.body).unwrap_or_default();
        body["code"] == code.as_str()
    }
}

/// The headers that the contract requires of an answer.
fn required_headers(operation: &Operation, status: u16) -> Vec<String> {
    let method = operation.method.to_ascii_lowercase();
    let response = &DOCUMENT["paths"][operation.path][method]["responses"][status.to_string()];
    let headers = resolved(response)["headers"].as_object();
    let headers = headers.into_iter().flatten();
    let required = headers.filter(|(_, header)| resolved(header)["required"] == true);
    required
        .map(|(name, _)| name.to_ascii_lowercase())
        .collect()
}

fn resolved(value: &'static Value) -> &'static Value {
    let pointer = value["$ref"]
        .as_str()
        .and_then(|link| link.strip_prefix('#'));
    pointer
        .and_then(|pointer| DOCUMENT.pointer(pointer))
        .unwrap_or(value)
}
