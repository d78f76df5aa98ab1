//! Path, query and header parameters as one JSON object, for the validator.

use poem::Request;
use serde_json::{Map, Value};

use crate::{FieldError, Kind, Operation, Parameter, Place, findings::Findings, pointer::shown};

/// Reads every parameter of the operation. What a schema cannot see goes into `findings`: unknown,
/// repeated and unreadable ones.
pub(crate) fn read(
    operation: &Operation,
    request: &Request,
    findings: &mut Findings,
) -> Map<String, Value> {
    let mut found = Map::new();
    let mut paths = 0;
    for parameter in operation.parameters {
        match parameter.place {
            Place::Path => {
                // poem-openapi names path parameters by their position.
                match request.raw_path_param(&format!("param{paths}")) {
                    Some(text) => put(parameter, text, &mut found, findings),
                    // poem leaves out what is no UTF-8.
                    None => findings.push(unreadable(parameter.name)),
                }
                paths += 1;
            }
            Place::Query => {}
            Place::Header => {
                for value in request.headers().get_all(parameter.name) {
                    match value.to_str() {
                        Ok(text) => put(parameter, text, &mut found, findings),
                        Err(_) => findings.push(unreadable(parameter.name)),
                    }
                }
            }
        }
    }
    read_query(operation, request, &mut found, findings);
    found
}

fn read_query(
    operation: &Operation,
    request: &Request,
    found: &mut Map<String, Value>,
    findings: &mut Findings,
) {
    // Read as poem-openapi reads it for the handler.
    let query: Vec<(String, String)> = request.params().unwrap_or_default();
    // The parser skips empty pairs, and takes a percent sign without two digits as it is.
    let sent = request.uri().query().unwrap_or_default().split('&');
    let sent = sent.filter(|pair| !pair.is_empty());
    for ((name, text), sent) in query.iter().zip(sent) {
        let known = operation
            .parameters
            .iter()
            .find(|parameter| parameter.place == Place::Query && parameter.name == name);
        match known {
            Some(parameter) if is_broken(sent) => findings.push(unreadable(parameter.name)),
            Some(parameter) => put(parameter, text, found, findings),
            None => findings.push(FieldError::of(
                shown(name),
                "UNKNOWN_PARAMETER",
                "is not a parameter that is known here",
            )),
        }
    }
}

/// Whether a percent sign begins no escape.
fn is_broken(pair: &str) -> bool {
    let digits = |rest: &str| rest.bytes().take_while(u8::is_ascii_hexdigit).count();
    pair.split('%').skip(1).any(|rest| digits(rest) < 2)
}

fn put(parameter: &Parameter, text: &str, found: &mut Map<String, Value>, findings: &mut Findings) {
    // Bytes that are no UTF-8 arrive as U+FFFD.
    if text.contains(['\0', '\u{FFFD}']) {
        findings.push(unreadable(parameter.name));
        return;
    }
    let value = typed(parameter.kind, text);
    match found.get_mut(parameter.name) {
        None if parameter.many => {
            found.insert(parameter.name.to_owned(), Value::Array(vec![value]));
        }
        None => {
            found.insert(parameter.name.to_owned(), value);
        }
        Some(Value::Array(items)) if parameter.many => items.push(value),
        Some(_) => findings.push(FieldError::of(
            parameter.name,
            "DUPLICATE_PARAMETER",
            "must not be given twice",
        )),
    }
}

/// The value that the text stands for; text that does not fit stays text and fails by type.
fn typed(kind: Kind, text: &str) -> Value {
    let as_text = || Value::String(text.to_owned());
    match kind {
        Kind::Text => as_text(),
        Kind::Boolean => match text {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            _ => as_text(),
        },
        Kind::Integer if text.starts_with('+') => as_text(),
        // Digits that fit no i64 are an integer that is out of range.
        Kind::Integer => match text.parse::<i64>() {
            Ok(number) => number.into(),
            Err(_) => match text.parse::<i128>() {
                Ok(number) if number > 0 => u64::MAX.into(),
                Ok(_) => Value::from(f64::MIN),
                Err(_) => as_text(),
            },
        },
        Kind::Number => match text.parse::<f64>() {
            Ok(number) => Value::from(number),
            Err(_) => as_text(),
        },
    }
}

fn unreadable(name: &str) -> FieldError {
    FieldError::of(
        name,
        "INVALID_CHARACTER",
        "must be UTF-8 in whole escapes, without U+0000",
    )
}
