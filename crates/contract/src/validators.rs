//! Validators of each operation, compiled once, when the operation is first called.

use std::sync::{LazyLock, OnceLock};

use jsonschema::{Draft, Keyword, ValidationError, Validator, paths::Location};
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
