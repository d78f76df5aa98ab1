//! From what a validator finds to what a caller reads. Values are never repeated.

use jsonschema::{
    ValidationError, Validator,
    error::{TypeKind, ValidationErrorKind},
};
use serde_json::Value;
use std::collections::BTreeSet;

use crate::{
    FieldError,
    findings::{Findings, MOST},
    pointer::{Path, below},
};

/// Items of the lists of a body that are looked at when it is not valid. A validator makes a note
/// for each violation before it gives the first, so it is shown no more items than could be told.
/// No list of the contract takes so many.
const MOST_ITEMS: usize = 2 * MOST;

/// What is wrong with the fields of a body.
pub(crate) fn of_body(validator: &Validator, body: &Value, findings: &mut Findings) {
    if findings.is_full() || validator.is_valid(body) {
        return;
    }
    let mut left = MOST_ITEMS;
    match fits(body, &mut left) {
        true => collect(validator, body, findings),
        false => {
            let before = findings.as_list().len();
            let mut left = MOST_ITEMS;
            collect(validator, &shortened(body, &mut left), findings);
            // What is wrong may be behind what was left out.
            if findings.as_list().len() == before
                && let Err(first) = validator.validate(body)
            {
                add(&first, findings);
            }
        }
    }
}

fn collect(validator: &Validator, body: &Value, findings: &mut Findings) {
    for error in validator.iter_errors(body) {
        if findings.is_full() {
            return;
        }
        add(&error, findings);
    }
}

/// Whether the lists together have no more items than are left.
fn fits(value: &Value, left: &mut usize) -> bool {
    match value {
        Value::Array(items) => {
            let rest = left.checked_sub(items.len());
            *left = rest.unwrap_or(0);
            rest.is_some() && items.iter().all(|item| fits(item, left))
        }
        Value::Object(fields) => fields.values().all(|field| fits(field, left)),
        _ => true,
    }
}

/// The same with as many items as are left, those first that come first.
fn shortened(value: &Value, left: &mut usize) -> Value {
    match value {
        Value::Array(items) => {
            let taken = items.len().min(*left);
            *left -= taken;
            let items = items.iter().take(taken);
            items.map(|item| shortened(item, left)).collect()
        }
        Value::Object(fields) => {
            let fields = fields.iter();
            let fields = fields.map(|(name, field)| (name.clone(), shortened(field, left)));
            Value::Object(fields.collect())
        }
        other => other.clone(),
    }
}

/// What is wrong with the parameters, which a validator sees as one object.
pub(crate) fn of_parameters(validator: &Validator, parameters: &Value, findings: &mut Findings) {
    let mut found = Findings::default();
    of_body(validator, parameters, &mut found);
    // What could not be read is not missing as well.
    let unreadable: BTreeSet<String> = findings
        .as_list()
        .iter()
        .filter(|error| error.code == "INVALID_CHARACTER")
        .filter_map(|error| error.parameter.clone())
        .collect();
    for error in found.into_list() {
        let pointer = error.pointer.unwrap_or_default();
        // The first segment names the parameter; an item of a list has more of them.
        let name = pointer.split('/').nth(1).unwrap_or_default();
        if !unreadable.contains(name) {
            findings.push(FieldError::of(name, &error.code, error.message));
        }
    }
}

fn add(error: &ValidationError<'_>, findings: &mut Findings) {
    let at = error.instance_path().as_str();
    match error.kind() {
        ValidationErrorKind::Required { property } => {
            let name = property.as_str().unwrap_or_default();
            findings.push(FieldError::at(below(at, name), "REQUIRED", "is required"));
        }
        ValidationErrorKind::AdditionalProperties { unexpected } => {
            for name in unexpected.iter().take(MOST) {
                findings.push(FieldError::at(
                    below(at, name),
                    "UNKNOWN_FIELD",
                    "is not a field that is known here",
                ));
            }
        }
        kind => {
            let (code, message) = explain(kind);
            // A fraction breaks both `type` and the keyword for whole numbers.
            let twin =
                |found: &FieldError| found.pointer.as_deref() == Some(at) && found.code == code;
            if !findings.as_list().iter().rev().take(4).any(twin) {
                findings.push(FieldError::at(at, code, message));
            }
        }
    }
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
pub(crate) fn null_characters(value: &Value, path: &Path<'_>, findings: &mut Findings) {
    if findings.is_full() {
        return;
    }
    let note = |findings: &mut Findings, message: &str| {
        findings.push(FieldError::at(path.pointer(), "INVALID_CHARACTER", message));
    };
    match value {
        Value::String(text) if text.contains('\0') => {
            note(findings, "must not contain U+0000");
        }
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate() {
                null_characters(item, &Path::Item(path, index), findings);
            }
        }
        Value::Object(fields) => {
            for (name, field) in fields {
                if name.contains('\0') {
                    note(findings, "must not have a field whose name contains U+0000");
                }
                null_characters(field, &Path::Field(path, name), findings);
            }
        }
        _ => {}
    }
}
