//! What the contract says of parameters and body.
//!
//! Reading and validating a large body takes a core for as long as it takes: that is done beside
//! the threads that answer everybody else, and only for a few at a time.

use poem::Request;
use serde_json::Value;
use sha2::{Digest, Sha256};
use tokio::{sync::Semaphore, task};

use crate::{
    FieldError, Operation, Problem, ProblemCode, content,
    findings::Findings,
    parameters,
    pointer::{Path, below},
    validators, violations,
};

/// A body up to this size, in bytes, is read where it came; a larger one beside the threads that
/// answer requests.
pub const LARGE: usize = 32 * 1024;

/// Large bodies that are read at the same time.
const AT_ONCE: usize = 2;

static LARGE_BODIES: Semaphore = Semaphore::const_new(AT_ONCE);

pub(crate) const IDEMPOTENCY_KEY: &str = "Idempotency-Key";

/// A request that could be read.
pub(crate) struct Examined {
    pub(crate) body: Option<Value>,
    /// What is wrong with it.
    pub(crate) findings: Findings,
    /// SHA-256 over operation, path, query and body, when it came with an idempotency key.
    pub(crate) fingerprint: [u8; 32],
}

/// What is to be known of a request to look at its body without it.
pub(crate) struct Asked {
    operation: &'static Operation,
    bytes: Option<Vec<u8>>,
    /// What is wrong with the parameters.
    findings: Findings,
    /// Path and query, when it came with an idempotency key.
    to_repeat: Option<String>,
}

/// Reads and validates parameters and body.
pub(crate) async fn examine(
    operation: &'static Operation,
    request: &Request,
    bytes: Option<Vec<u8>>,
) -> Result<Examined, Problem> {
    let is_large = bytes.as_ref().is_some_and(|bytes| bytes.len() > LARGE);
    let mut findings = Findings::default();
    if takes_anything(operation) {
        let found = Value::Object(parameters::read(operation, request, &mut findings));
        let validator = &validators::of(operation).parameters;
        violations::of_parameters(validator, &found, &mut findings);
    }
    let to_repeat = header(operation, request, IDEMPOTENCY_KEY);
    let asked = Asked {
        operation,
        bytes,
        findings,
        to_repeat: to_repeat.map(|_| path_and_query(request)),
    };
    if !is_large {
        return asked.examine();
    }
    // The semaphore is never closed.
    let permit = LARGE_BODIES.acquire().await.ok();
    // The work goes on when its caller leaves, and is counted until it is done.
    let examined = task::spawn_blocking(move || {
        let _permit = permit;
        asked.examine()
    });
    let examined = examined.await;
    examined.unwrap_or_else(|error| {
        tracing::error!(%error, "a body could not be read");
        let detail = "The server failed.";
        Err(Problem::new(ProblemCode::InternalError, detail))
    })
}

impl Asked {
    /// A body alone.
    #[cfg(test)]
    pub(crate) fn of_body(operation: &'static Operation, bytes: Vec<u8>) -> Self {
        Self {
            operation,
            bytes: Some(bytes),
            findings: Findings::default(),
            to_repeat: None,
        }
    }

    /// Reads and validates the body.
    pub(crate) fn examine(self) -> Result<Examined, Problem> {
        let Self {
            operation,
            bytes,
            mut findings,
            to_repeat,
        } = self;
        let bytes = bytes.as_deref();
        let body = bytes.map(|bytes| content::parse(bytes, &mut findings));
        let body = body.transpose()?;
        check_immutable(operation, body.as_ref())?;
        if takes_anything(operation)
            && let (Some(body), Some(bytes)) = (&body, bytes)
        {
            validate(operation, body, bytes, &mut findings);
        }
        let fingerprint = to_repeat.map(|target| fingerprint(operation, &target, bytes));
        Ok(Examined {
            body,
            findings,
            fingerprint: fingerprint.unwrap_or_default(),
        })
    }
}

/// An operation that takes nothing has nothing to refuse.
fn takes_anything(operation: &Operation) -> bool {
    operation.problems.contains(&ProblemCode::ValidationError)
}

/// A header that is a parameter of the operation.
pub(crate) fn header(operation: &Operation, request: &Request, name: &str) -> Option<String> {
    let taken = operation.takes_header(name);
    let value = request.headers().get(name).filter(|_| taken)?;
    value.to_str().ok().map(str::to_owned)
}

/// Path and query as they were sent.
pub(crate) fn path_and_query(request: &Request) -> String {
    let sent = request.uri().path_and_query();
    sent.map_or("", |sent| sent.as_str()).to_owned()
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
        .map(|name| FieldError::at(below("", name), "IMMUTABLE", "cannot change"))
        .collect();
    if moved.is_empty() {
        return Ok(());
    }
    let detail = "The body names a tie that is fixed when the resource is made.";
    Err(Problem::new(ProblemCode::ImmutableRelationship, detail).with_errors(moved))
}

fn validate(operation: &'static Operation, body: &Value, bytes: &[u8], findings: &mut Findings) {
    if let Some(validator) = &validators::of(operation).body {
        violations::of_body(validator, body, findings);
    }
    // Only an escape can bring U+0000 through the JSON parser.
    if bytes.windows(6).any(|escape| escape == b"\\u0000") {
        violations::null_characters(body, &Path::Root, findings);
    }
}

fn fingerprint(operation: &Operation, path_and_query: &str, body: Option<&[u8]>) -> [u8; 32] {
    let mut hash = Sha256::new();
    // A line feed occurs in neither an operation id nor a URI.
    hash.update(operation.id);
    hash.update("\n");
    hash.update(path_and_query);
    hash.update("\n");
    hash.update(body.unwrap_or_default());
    hash.finalize().into()
}
