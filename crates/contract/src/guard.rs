//! What every operation does before and after its handler.

use std::{
    future::{Future, poll_fn},
    pin::pin,
    sync::Arc,
    time::Instant,
};

use poem::{Endpoint, IntoResponse, Request, Response, Result};
use tracing::{Instrument, info_span};
use uuid::Uuid;

use crate::{
    Call, Gate, Idempotency, Operation, Problem, ProblemCode, RequestId, accept,
    call::{Admitted, not_guarded},
    content,
    examine::{IDEMPOTENCY_KEY, examine, header, path_and_query},
    findings::Findings,
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
        prepare(self.operation, gate, request, request_id).await?;
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
    gate: &dyn Gate,
    request: &mut Request,
    request_id: &str,
) -> Result<(), Problem> {
    if let Some(media) = operation.content
        && !accept::accepts(request.headers(), media)
    {
        let detail = format!("The operation answers {media}.");
        return Err(Problem::new(ProblemCode::NotAcceptable, detail));
    }
    let bytes = match operation.body {
        Some(media) => {
            content::check_type(request, media)?;
            Some(read(operation, gate, request).await?)
        }
        None => None,
    };
    let examined = examine(operation, request, bytes).await?;
    refuse(examined.findings)?;
    let call = call(operation, request, request_id, examined.fingerprint);
    let admitted = Admitted::new(call, examined.body);
    request.extensions_mut().insert(admitted);
    Ok(())
}

/// Reads the body. Who sent the head first was let in as it was then, and is looked at again.
async fn read(
    operation: &'static Operation,
    gate: &dyn Gate,
    request: &mut Request,
) -> Result<Vec<u8>, Problem> {
    let mut waited = false;
    let bytes = {
        let mut reading = pin!(content::read(operation, request));
        poll_fn(|cx| {
            let polled = reading.as_mut().poll(cx);
            waited |= polled.is_pending();
            polled
        })
        .await
    };
    if waited {
        gate.admit_again(operation, request).await?;
    }
    bytes
}

fn refuse(findings: Findings) -> Result<(), Problem> {
    let errors = findings.into_list();
    let detail = match errors.len() {
        0 => return Ok(()),
        1 => "One field or parameter is not valid.".to_owned(),
        count => format!("{count} fields or parameters are not valid."),
    };
    Err(Problem::new(ProblemCode::ValidationError, detail).with_errors(errors))
}

/// What the handler gets. The extensions are copied: poem-openapi still needs its own in the request.
fn call(
    operation: &'static Operation,
    request: &Request,
    request_id: &str,
    fingerprint: [u8; 32],
) -> Call {
    let header = |name: &str| header(operation, request, name);
    let idempotency = header(IDEMPOTENCY_KEY).map(|key| Idempotency { key, fingerprint });
    let (if_match, if_none_match) = (header("If-Match"), header("If-None-Match"));
    let last_event_id = header("Last-Event-ID");
    Call {
        operation,
        request_id: request_id.to_owned(),
        if_match,
        if_none_match,
        last_event_id,
        idempotency,
        path_and_query: path_and_query(request),
        extensions: request.extensions().clone(),
    }
}
