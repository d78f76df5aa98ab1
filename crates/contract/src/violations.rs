//! From what a validator finds to what a caller reads. Values are never repeated.

use jsonschema::{
    ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::Value;

use crate::FieldError;

/// More than this helps nobody, and a hostile body could ask for millions.
pub(crate) const MOST: usize = 1000;

/// Names that callers chose are repeated up to this length.
const LONGEST_NAME: usize = 100;

/// What is wrong with the fields of a body.
pub(crate) fn of_body(validator: &Validator, body: &Value, errors: &mut Vec<FieldError>) {
    if validator.is_valid(body) {
        return;
    }
    for error in validator.iter_errors(body) {
        add(&error, errors);
        if errors.len() >= MOST {
            errors.truncate(MOST);
            return;
        }
    }
}

/// What is wrong with the parameters, which a validator sees as one object.
pub(crate) fn of_parameters(
    validator: &Validator,
    parameters: &Value,
    errors: &mut Vec<FieldError>,
) {
    let mut found = Vec::new();
    of_body(validator, parameters, &mut found);
    for error in found {
        let pointer = error.pointer.unwrap_or_default();
        // The first segment names the parameter; an item of a list has more of them.
        let name = pointer.split('/').nth(1).unwrap_or_default();
        // What could not be read is not missing as well.
        let known = |other: &FieldError| other.parameter.as_deref() == Some(name);
        let unreadable = |other: &FieldError| known(other) && other.code == "INVALID_CHARACTER";
        if !errors.iter().any(unreadable) {
            errors.push(FieldError::of(name, &error.code, error.message));
        }
    }
}

/// A name that the caller chose, safe to repeat.
pub(crate) fn shown(name: &str) -> String {
    name.chars().take(LONGEST_NAME).collect()
}

fn add(error: &ValidationError<'_>, errors: &mut Vec<FieldError>) {
    let at = error.instance_path().to_string();
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            errors.push(FieldError::at(below(&at, name), "REQUIRED", "is required"));
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            errors.extend(unexpected.iter().take(MOST).map(|name| {
                let pointer = below(&at, &shown(name));
                FieldError::at(
                    pointer,
                    "UNKNOWN_FIELD",
                    "is not a field that is known here",
                )
            }));
        }
        kind => {
            let (code, message) = explain(kind);
            // A fraction breaks both `type` and the keyword for whole numbers.
            let twin = |found: &FieldError| {
                found.pointer.as_deref() == Some(at.as_str()) && found.code == code
            };
            if !errors.iter().rev().take(4).any(twin) {
                errors.push(FieldError::at(at, code, message));
            }
        }
    }
}

/// A pointer to a child (RFC 6901).
pub(crate) fn below(parent: &str, name: &str) -> String {
    let name = name.replace('~', "~0").replace('/', "~1");
    format!("{parent}/{name}")
}

fn explain(kind: &ValidationErrorKind) -> (&'static str, String) {
    use ValidationErrorKind as Kind;
    match kind {
        Kind::Type { kind } => ("TYPE", type_message(kind)),
        Kind::Custom { .. } => ("TYPE", "must be an integer".into()),
        Kind::Format { format } => ("FORMAT", format_message(format)),
        Kind::Pattern { pattern } => ("PATTERN", format!("must match {pattern}")),
        Kind::MinLength { limit } => (
            "MIN_LENGTH",
            format!("must have at least {}", counted(*limit, "character")),
        ),
        Kind::MaxLength { limit } => (
            "MAX_LENGTH",
            format!("must have at most {}", counted(*limit, "character")),
        ),
        Kind::Minimum { limit } => ("MINIMUM", format!("must be at least {limit}")),
        Kind::Maximum { limit } => ("MAXIMUM", format!("must be at most {limit}")),
        Kind::ExclusiveMinimum { limit } => ("MINIMUM", format!("must be more than {limit}")),
        Kind::ExclusiveMaximum { limit } => ("MAXIMUM", format!("must be less than {limit}")),
        Kind::Enum { options } => ("ENUM", enum_message(options)),
        Kind::MinItems { limit } => (
            "MIN_ITEMS",
            format!("must have at least {}", counted(*limit, "item")),
        ),
        Kind::MaxItems { limit } => (
            "MAX_ITEMS",
            format!("must have at most {}", counted(*limit, "item")),
        ),
        Kind::UniqueItems => ("UNIQUE_ITEMS", "must not repeat an item".into()),
        Kind::MinProperties { limit } => (
            "MIN_PROPERTIES",
            format!("must have at least {}", counted(*limit, "field")),
        ),
        Kind::MaxProperties { limit } => (
            "MAX_PROPERTIES",
            format!("must have at most {}", counted(*limit, "field")),
        ),
        _ => ("INVALID", "is not valid".into()),
    }
}

fn type_message(kind: &TypeKind) -> String {
    match kind {
        TypeKind::Single(ty) => format!("must be {}", with_article(ty.as_str())),
        TypeKind::Multiple(types) => {
            let names: Vec<String> = types.iter().map(|ty| with_article(ty.as_str())).collect();
            format!("must be {}", names.join(" or "))
        }
    }
}

fn with_article(ty: &str) -> String {
    match ty {
        "null" => "null".into(),
        "integer" | "array" | "object" => format!("an {ty}"),
        other => format!("a {other}"),
    }
}

fn format_message(format: &str) -> String {
    match format {
        "uuid" => "must be a UUID".into(),
        "email" => "must be an email address".into(),
        "date-time" => "must be a date and time as in RFC 3339, in the years 1 to 9999".into(),
        other => format!("must be of the format {other}"),
    }
}

fn enum_message(options: &Value) -> String {
    let names: Vec<&str> = options
        .as_array()
        .into_iter()
        .flatten()
        .map(|option| option.as_str().unwrap_or("null"))
        .collect();
    format!("must be one of {}", names.join(", "))
}

fn counted(count: u64, noun: &str) -> String {
    let plural = if count == 1 { "" } else { "s" };
    format!("{count} {noun}{plural}")
}

/// Finds U+0000, which no database keeps, anywhere in a JSON value.
pub(crate) fn null_characters(value: &Value, at: &str, errors: &mut Vec<FieldError>) {
    match value {
        Value::String(text) if text.contains('\0') => errors.push(FieldError::at(
            at,
            "INVALID_CHARACTER",
            "must not contain U+0000",
        )),
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                null_characters(item, &format!("{at}/{index}"), errors);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                if name.contains('\0') {
                    errors.push(FieldError::at(
                        at,
                        "INVALID_CHARACTER",
                        "must not have a field whose name contains U+0000",
                    ));
                }
                null_characters(field, &below(at, &shown(name)), errors);
            }
        }
        _ => {}
    }
    errors.truncate(MOST);
}
