//! Validators of each operation, compiled once, when the operation is first called.

use std::sync::{LazyLock, OnceLock};

use jsonschema::{Draft, Keyword, PatternOptions, ValidationError, Validator, paths::Location};
use serde_json::{Map, Value};

use crate::{OPERATIONS, Operation, Timestamp, schema};

/// What validates the requests of one operation.
pub(crate) struct Validators {
    /// All parameters, as one object.
    pub(crate) parameters: Validator,
    /// The body.
    pub(crate) body: Option<Validator>,
}

static COMPILED: LazyLock<Vec<OnceLock<Validators>>> =
    LazyLock::new(|| OPERATIONS.iter().map(|_| OnceLock::new()).collect());

/// The validators of an operation.
pub(crate) fn of(operation: &'static Operation) -> &'static Validators {
    COMPILED[operation.index].get_or_init(|| Validators {
        parameters: compile(&schema::parameters(operation)),
        body: schema::body(operation).map(|schema| compile(&schema)),
    })
}

/// Compiles a schema of the contract.
pub(crate) fn compile(schema: &Value) -> Validator {
    jsonschema::options()
        .with_draft(Draft::Draft202012)
        // Takes time linear in the text, whatever the pattern; it refuses those that would not.
        .with_pattern_options(PatternOptions::regex())
        .should_validate_formats(true)
        .with_format("uuid", is_uuid)
        .with_format("date-time", |text: &str| Timestamp::parse(text).is_some())
        .with_keyword(schema::WHOLE, whole)
        .build(schema)
        .expect("a test compiles every schema of the contract")
}

/// The hyphenated form of 36 characters.
fn is_uuid(text: &str) -> bool {
    text.len() == 36
        && text.bytes().enumerate().all(|(at, byte)| match at {
            8 | 13 | 18 | 23 => byte == b'-',
            _ => byte.is_ascii_hexdigit(),
        })
}

struct Whole;

impl<'i> Keyword<'i> for Whole {
    fn validate(&self, instance: &'i Value) -> Result<(), ValidationError<'i>> {
        if self.is_valid(instance) {
            return Ok(());
        }
        Err(ValidationError::custom("must be an integer"))
    }

    fn is_valid(&self, instance: &'i Value) -> bool {
        !matches!(instance, Value::Number(number) if number.is_f64())
    }
}

/// What jsonschema keeps of a keyword.
type AnyKeyword = Box<dyn for<'i> Keyword<'i>>;

#[allow(clippy::unnecessary_wraps)]
fn whole<'a>(
    _parent: &'a Map<String, Value>,
    _value: &'a Value,
    _path: Location,
) -> Result<AnyKeyword, ValidationError<'a>> {
    Ok(Box::new(Whole))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::{OPENAPI_JSON, validate_reply};

    fn document() -> Value {
        serde_json::from_str(OPENAPI_JSON).unwrap()
    }

    #[test]
    fn every_schema_compiles_and_every_request_example_is_valid() {
        let document = document();
        for operation in OPERATIONS {
            let validators = of(operation);
            let (Some(body), Some(media)) = (&validators.body, operation.body) else {
                continue;
            };
            let method = operation.method.to_ascii_lowercase();
            let node = &document["paths"][operation.path][method.as_str()];
            let example = &node["requestBody"]["content"][media]["example"];
            let faults: Vec<String> = body
                .iter_errors(example)
                .map(|fault| fault.to_string())
                .collect();
            assert!(faults.is_empty(), "{}: {faults:?}", operation.id);
        }
    }

    #[test]
    fn every_reply_example_is_valid() {
        let document = document();
        for operation in OPERATIONS {
            let method = operation.method.to_ascii_lowercase();
            let node = &document["paths"][operation.path][method.as_str()];
            for status in operation.successes {
                let content = &node["responses"][status.to_string()]["content"];
                let Some(json) = content.get("application/json") else {
                    continue;
                };
                let body = json["example"].to_string();
                let checked = validate_reply(
                    operation,
                    *status,
                    Some("application/json"),
                    body.as_bytes(),
                );
                assert_eq!(checked, Ok(()));
            }
        }
    }

    #[test]
    fn every_schema_example_is_valid() {
        for (name, node) in document()["components"]["schemas"].as_object().unwrap() {
            let schema = schema::named(name);
            let faults: Vec<String> = compile(&schema)
                .iter_errors(&node["example"])
                .map(|fault| fault.to_string())
                .collect();
            assert!(faults.is_empty(), "{name}: {faults:?}");
        }
    }
}
