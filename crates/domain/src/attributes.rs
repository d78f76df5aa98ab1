//! Free JSON of the customer's own, and how much of it is kept.

use crate::Invalid;
use serde_json::{Map, Value};
use std::io;

/// The most bytes that attributes are as compact JSON.
pub const MOST_BYTES: usize = 16 * 1024;

/// Free JSON that stays as it is, or is small enough to be kept. Larger JSON that was stored before
/// can be read, and stays until it is replaced.
///
/// # Errors
/// The fault of `/attributes`.
pub fn fits(before: Option<&Map<String, Value>>, now: &Map<String, Value>) -> Result<(), Invalid> {
    if before == Some(now) || written(now) <= MOST_BYTES {
        return Ok(());
    }
    let message = format!("must be at most {MOST_BYTES} bytes as JSON without spaces");
    Err(Invalid::new("/attributes", "MAX_BYTES", &message))
}

/// The bytes that it is as compact JSON.
fn written(attributes: &Map<String, Value>) -> usize {
    struct Count(usize);
    impl io::Write for Count {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0 += bytes.len();
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut count = Count(0);
    match serde_json::to_writer(&mut count, attributes) {
        Ok(()) => count.0,
        // Names are texts, and counting does not fail.
        Err(_) => usize::MAX,
    }
}

/// About the memory that a JSON object takes, in bytes: more than its text, since a small value takes
/// as much as a large one.
pub fn memory(attributes: &Map<String, Value>) -> usize {
    let fields = attributes.iter();
    fields
        .map(|(name, value)| name.len() + 2 * NODE + memory_of(value))
        .sum()
}

/// About the memory that a JSON value takes beside itself, in bytes.
pub fn memory_of(value: &Value) -> usize {
    match value {
        Value::String(text) => text.len(),
        Value::Array(items) => items.iter().map(|item| NODE + memory_of(item)).sum(),
        Value::Object(fields) => memory(fields),
        Value::Null | Value::Bool(_) | Value::Number(_) => 0,
    }
}

/// A JSON value without what it points to.
const NODE: usize = size_of::<Value>();

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use serde_json::json;

    fn attributes(value: Value) -> Map<String, Value> {
        value.as_object().cloned().unwrap()
    }

    #[test]
    fn the_bytes_of_the_text_count_and_not_its_fields() {
        // With the name, quotes, colon and braces.
        let text = |bytes: usize| attributes(json!({"a": "x".repeat(bytes - 8)}));
        assert_eq!(written(&text(MOST_BYTES)), MOST_BYTES);
        assert_eq!(fits(None, &text(MOST_BYTES)), Ok(()));
        let fault = fits(None, &text(MOST_BYTES + 1)).unwrap_err();
        assert_eq!(
            (fault.pointer.as_str(), fault.code.as_ref()),
            ("/attributes", "MAX_BYTES")
        );
        // Two bytes a letter, and what JSON escapes.
        let letters = "é".repeat(MOST_BYTES / 2);
        assert!(fits(None, &attributes(json!({"a": letters}))).is_err());
        let escaped = "\u{1}".repeat(MOST_BYTES / 6);
        assert!(fits(None, &attributes(json!({"a": escaped}))).is_err());
    }

    #[test]
    fn larger_attributes_that_were_stored_before_may_stay() {
        let large = attributes(json!({"a": "x".repeat(2 * MOST_BYTES)}));
        assert_eq!(fits(Some(&large), &large), Ok(()));
        let another = attributes(json!({"a": "y".repeat(2 * MOST_BYTES)}));
        assert!(fits(Some(&large), &another).is_err());
        assert_eq!(fits(Some(&large), &Map::new()), Ok(()));
    }
}
