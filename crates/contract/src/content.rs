//! Reading the body of a request.

use std::io;

use poem::{Request, http::header};
use serde_json::Value;
use tokio::io::{AsyncRead, AsyncReadExt, copy, sink};

use crate::{BodyLimit, Operation, Problem, ProblemCode, findings::Findings, json};

const DEFAULT_LIMIT: usize = 1024 * 1024;
const DISCARDED: u64 = 64 * 1024 * 1024;

/// Whether the content type is the expected one, with no parameters but `charset=utf-8`.
pub(crate) fn check_type(request: &Request, expected: &str) -> Result<(), Problem> {
    let given = request.headers().get(header::CONTENT_TYPE);
    let fits = given
        .and_then(|value| value.to_str().ok())
        .is_some_and(|given| {
            let (kind, parameters) = given.split_once(';').unwrap_or((given, ""));
            let is_utf8 = parameters.split(';').all(|parameter| {
                let (name, value) = parameter.split_once('=').unwrap_or((parameter, "utf-8"));
                let value = value.trim().trim_matches('"');
                !name.trim().eq_ignore_ascii_case("charset") || value.eq_ignore_ascii_case("utf-8")
            });
            kind.trim().eq_ignore_ascii_case(expected) && is_utf8
        });
    if fits {
        return Ok(());
    }
    Err(Problem::new(
        ProblemCode::UnsupportedMediaType,
        format!("The body must be {expected}."),
    ))
}

/// The bytes of the body, up to the limit of the operation.
pub(crate) async fn read(operation: &Operation, request: &mut Request) -> Result<Vec<u8>, Problem> {
    let limit = request.extensions().get::<BodyLimit>();
    let limit = operation.body_limit(limit.map_or(DEFAULT_LIMIT, |limit| limit.0));
    let announced = request.headers().get(header::CONTENT_LENGTH);
    let announced = announced.and_then(|length| length.to_str().ok()?.parse::<usize>().ok());
    // A caller that waits for leave to send gets its answer instead.
    let waits = request.headers().contains_key(header::EXPECT);
    let mut reader = request.take_body().into_async_read();
    if announced.is_some_and(|length| length > limit) {
        if !waits {
            discard(reader).await;
        }
        return Err(too_large(limit));
    }
    let mut bytes = Vec::with_capacity(announced.unwrap_or(0));
    let one_more = (limit as u64).saturating_add(1);
    let read = (&mut reader).take(one_more).read_to_end(&mut bytes).await;
    read.map_err(|error| match error.kind() {
        io::ErrorKind::TimedOut => malformed("The body did not come in time."),
        _ => malformed("The body ended before it was complete."),
    })?;
    if bytes.len() > limit {
        discard(reader).await;
        return Err(too_large(limit));
    }
    Ok(bytes)
}

/// Reads what is left of a body, up to a bound: a connection that is closed with unread bytes is
/// reset, and the caller would never see the answer.
async fn discard(reader: impl AsyncRead + Unpin) {
    let _ = copy(&mut reader.take(DISCARDED), &mut sink()).await;
}

fn too_large(limit: usize) -> Problem {
    Problem::new(
        ProblemCode::PayloadTooLarge,
        format!("The body may have up to {limit} bytes."),
    )
}

/// The JSON of the body; what is there twice goes into `findings`. The cause is told by place, never
/// by content.
pub(crate) fn parse(bytes: &[u8], findings: &mut Findings) -> Result<Value, Problem> {
    let text = std::str::from_utf8(bytes).map_err(|error| {
        malformed(format!(
            "The body is not UTF-8 from byte {} on.",
            error.valid_up_to()
        ))
    })?;
    json::read(text, findings).map_err(|error| {
        let (line, column) = (error.line(), error.column());
        malformed(match error.is_data() {
            true => format!(
                "The body has more than {} levels at line {line}, column {column}.",
                json::DEEPEST
            ),
            false => format!("The body is not JSON at line {line}, column {column}."),
        })
    })
}

fn malformed(detail: impl Into<String>) -> Problem {
    Problem::new(ProblemCode::MalformedRequest, detail)
}
