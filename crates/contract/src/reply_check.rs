//! Does a reply keep to the contract? For tests.

use std::{
    collections::HashMap,
    sync::{Arc, LazyLock, Mutex, PoisonError},
};

use jsonschema::Validator;
use serde_json::Value;

use crate::{Operation, ProblemCode, schema, validators};

type Compiled = Option<(&'static str, Validator)>;
type Replies = HashMap<(usize, u16), Arc<Compiled>>;

static REPLIES: LazyLock<Mutex<Replies>> = LazyLock::new(Mutex::default);

/// Checks status, content type, body and problem code of a reply against the contract.
pub fn validate_reply(
    operation: &'static Operation,
    status: u16,
    content_type: Option<&str>,
    body: &[u8],
) -> Result<(), String> {
    let id = operation.id;
    if !operation.statuses.contains(&status) {
        return Err(format!("{id} does not declare status {status}"));
    }
    let expected = expected(operation, status);
    let Some((media, validator)) = expected.as_ref() else {
        return match body.is_empty() {
            true => Ok(()),
            false => Err(format!("{id} declares no body for status {status}")),
        };
    };
    let kind = content_type.and_then(|kind| kind.split(';').next());
    if kind.map(str::trim) != Some(media) {
        return Err(format!(
            "{id} {status} must be {media}, not {content_type:?}"
        ));
    }
    if !matches!(*media, "application/json" | "application/problem+json") {
        return Ok(());
    }
    let body: Value = serde_json::from_slice(body)
        .map_err(|error| format!("{id} {status} is not JSON: {error}"))?;
    let faults: Vec<String> = validator
        .iter_errors(&body)
        .map(|error| format!("{} {error}", error.instance_path()))
        .collect();
    if !faults.is_empty() {
        return Err(format!("{id} {status}: {}", faults.join("; ")));
    }
    if status >= 400 {
        return check_code(operation, status, &body);
    }
    Ok(())
}

fn expected(operation: &'static Operation, status: u16) -> Arc<Compiled> {
    let mut replies = REPLIES.lock().unwrap_or_else(PoisonError::into_inner);
    let entry = replies.entry((operation.index, status)).or_insert_with(|| {
        let schema = schema::reply(operation, status);
        Arc::new(schema.map(|(media, schema)| (media, validators::compile(&schema))))
    });
    Arc::clone(entry)
}

fn check_code(operation: &Operation, status: u16, body: &Value) -> Result<(), String> {
    let id = operation.id;
    let code = body["code"].as_str().unwrap_or_default();
    let known = ProblemCode::ALL.iter().find(|known| known.as_str() == code);
    match known {
        Some(known) if !operation.problems.contains(known) => {
            Err(format!("{id} does not declare problem {code}"))
        }
        Some(known) if known.status() != status => {
            Err(format!("{id} answered {code} with status {status}"))
        }
        Some(_) => Ok(()),
        None => Err(format!("{id} answered the unknown problem {code}")),
    }
}
