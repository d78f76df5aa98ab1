//! What every operation does before and after its handler.

use std::{sync::Arc, time::Instant};

use poem::{Endpoint, IntoResponse, Request, Response, Result};
use poem_openapi::__private::UrlQuery;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tracing::{Instrument, info_span};
use uuid::Uuid;

use crate::{
    Call, FieldError, Gate, Idempotency, Operation, Problem, ProblemCode, RequestId, accept,
    call::{Admitted, not_guarded},
    content, parameters, validators, violations,
};

/// How the gate travels to the guards.
#[derive(Clone)]
pub(crate) struct GateHandle(pub(crate) Arc<dyn Gate>);

/// An endpoint behind its guard: admitted, negotiated, read, validated, and its problems written.
pub(crate) struct Guarded<E> {
    operation: &'static Operation,
    endpoint: E,
}

impl<E> Guarded<E> {
    pub(crate) fn new(operation: &'static Operation, endpoint: E) -> Self {
        Self {
            operation,
            endpoint,
        }
    }
}

impl<E: Endpoint> Endpoint for Guarded<E> {
    type Output = Response;

    async fn call(&self, mut request: Request) -> Result<Response> {
        let started = Instant::now();
        let gate = request.extensions().get::<GateHandle>().cloned();
        let gate = gate.ok_or_else(not_guarded)?;
        let request_id = request_id(&request);
        let uri = request.uri().clone();
        let span = info_span!("request", operation = self.operation.id, %request_id);
        let answer = self
            .answer(&*gate.0, &mut request, &request_id)
            .instrument(span)
            .await;
        let (response, code) = match answer {
            Ok(response) => (response, None),
            Err(problem) => {
                let problem = declared(self.operation, problem);
                let code = problem.code;
                let problem = problem.of_request(&request_id, uri.path());
                (problem.into_response(), Some(code))
            }
        };
        let status = response.status().as_u16();
        gate.0
            .answered(self.operation, status, code, started.elapsed());
        Ok(response)
    }
}

impl<E: Endpoint> Guarded<E> {
    async fn answer(
        &self,
        gate: &dyn Gate,
        request: &mut Request,
        request_id: &str,
    ) -> Result<Response, Problem> {
        gate.admit(self.operation, request).await?;
        prepare(self.operation, request, request_id).await?;
        let response = self.endpoint.call(std::mem::take(request)).await;
        let mut response = response.map(IntoResponse::into_response).map_err(|error| {
            tracing::error!(%error, "an endpoint failed outside its handler");
            broken()
        })?;
        match response.extensions_mut().remove::<Box<Problem>>() {
            Some(problem) => Err(*problem),
            None => Ok(response),
        }
    }
}

fn request_id(request: &Request) -> String {
    match request.extensions().get::<RequestId>() {
        Some(id) => id.0.clone(),
        None => Uuid::now_v7().to_string(),
    }
}

/// A problem that the operation does not declare is a fault of this server.
fn declared(operation: &Operation, problem: Problem) -> Problem {
    if operation.problems.contains(&problem.code) {
        return problem;
    }
    tracing::error!(
        operation = operation.id,
        code = problem.code.as_str(),
        detail = problem.detail,
        "a problem that the operation does not declare"
    );
    broken()
}

fn broken() -> Problem {
    Problem::new(ProblemCode::InternalError, "The server failed.")
}

/// Checks everything that the contract says of the request, and leaves the call for the handler.
async fn prepare(
    operation: &'static Operation,
    request: &mut Request,
    request_id: &str,
) -> Result<(), Problem> {
    if let Some(media) = operation.content
        && !accept::accepts(request.headers(), media)
    {
        let detail = format!("The operation answers {media}.");
        return Err(Problem::new(ProblemCode::NotAcceptable, detail));
    }
    let mut errors = Vec::new();
    let (bytes, body) = match operation.body {
        Some(media) => {
            content::check_type(request, media)?;
            let bytes = content::read(request).await?;
            let body = content::parse(&bytes, &mut errors)?;
            (bytes, Some(body))
        }
        None => (Vec::new(), None),
    };
    check_immutable(operation, body.as_ref())?;
    validate(operation, request, body.as_ref(), &bytes, errors)?;
    let call = call(operation, request, request_id, &bytes);
    request.extensions_mut().insert(Admitted::new(call, body));
    Ok(())
}

/// A body that would move a fixed tie is told so, and not merely that the field is unknown.
fn check_immutable(operation: &Operation, body: Option<&Value>) -> Result<(), Problem> {
    let Some(Value::Object(fields)) = body else {
        return Ok(());
    };
    let moved: Vec<FieldError> = operation
        .immutable
        .iter()
        .filter(|name| fields.contains_key(**name))
        .map(|name| FieldError::at(violations::below("", name), "IMMUTABLE", "cannot change"))
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    let detail = "The body names a tie that is fixed when the resource is made.";
    Err(Problem::new(ProblemCode::ImmutableRelationship, detail).with_errors(moved))
}

fn validate(
    operation: &'static Operation,
    request: &Request,
    body: Option<&Value>,
    bytes: &[u8],
    mut errors: Vec<FieldError>,
) -> Result<(), Problem> {
    // An operation that takes nothing has nothing to refuse.
    if !operation.problems.contains(&ProblemCode::ValidationError) {
        return Ok(());
    }
    let validators = validators::of(operation);
    let found = parameters::read(operation, request, &mut errors);
    violations::of_parameters(&validators.parameters, &Value::Object(found), &mut errors);
    if let (Some(validator), Some(body)) = (&validators.body, body) {
        violations::of_body(validator, body, &mut errors);
        // Only an escape can bring U+0000 through the JSON parser.
        if bytes.windows(6).any(|escape| escape == b"\\u0000") {
            violations::null_characters(body, "", &mut errors);
        }
    }
    if errors.is_empty() {
        return Ok(());
    }
    let detail = match errors.len() {
        1 => "One field or parameter is not valid.".to_owned(),
        count => format!("{count} fields or parameters are not valid."),
    };
    Err(Problem::new(ProblemCode::ValidationError, detail).with_errors(errors))
}

/// What the handler gets. The extensions move to it; poem-openapi keeps the parsed query.
fn call(
    operation: &'static Operation,
    request: &mut Request,
    request_id: &str,
    body: &[u8],
) -> Call {
    let uri = request.uri();
    let path_and_query = uri.path_and_query().map_or("", |path| path.as_str());
    let path_and_query = path_and_query.to_owned();
    let header = |name: &str| {
        let taken = operation.takes_header(name);
        let value = request.headers().get(name).filter(|_| taken);
        value.and_then(|value| value.to_str().ok().map(str::to_owned))
    };
    let idempotency = header("Idempotency-Key").map(|key| Idempotency {
        key,
        fingerprint: fingerprint(operation, &path_and_query, body),
    });
    let (if_match, if_none_match) = (header("If-Match"), header("If-None-Match"));
    let last_event_id = header("Last-Event-ID");
    let mut extensions = std::mem::take(request.extensions_mut());
    if let Some(query) = extensions.remove::<UrlQuery>() {
        request.extensions_mut().insert(query);
    }
    Call {
        operation,
        request_id: request_id.to_owned(),
        if_match,
        if_none_match,
        last_event_id,
        idempotency,
        path_and_query,
        extensions,
    }
}

fn fingerprint(operation: &Operation, path_and_query: &str, body: &[u8]) -> [u8; 32] {
    let mut hash = Sha256::new();
    // A line feed occurs in neither an operation id nor a URI.
    hash.update(operation.id);
    hash.update("\n");
    hash.update(path_and_query);
    hash.update("\n");
    hash.update(body);
    hash.finalize().into()
}
