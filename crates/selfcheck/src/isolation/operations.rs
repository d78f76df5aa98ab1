//! What the contract says of its operations.

use contract::{OPENAPI_JSON, OPERATIONS, Operation};
use serde_json::Value;
use std::sync::LazyLock;

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(OPENAPI_JSON).expect("the generator wrote the contract as JSON")
});

/// The operations that need a key or a token.
pub fn secured() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS
        .iter()
        .filter(|operation| operation.permission.is_some())
}

/// The media type and the example of the operation's body.
pub fn example(operation: &Operation) -> Option<(&'static str, &'static Value)> {
    let media = operation.body?;
    Some((media, &body(operation, media)["example"]))
}

/// The schema of the operation's body; null when it takes none.
pub fn body_schema(operation: &Operation) -> &'static Value {
    resolved(&body(operation, operation.body.unwrap_or_default())["schema"])
}

fn body(operation: &Operation, media: &str) -> &'static Value {
    let method = operation.method.to_ascii_lowercase();
    let body = &DOCUMENT["paths"][operation.path][method]["requestBody"];
    &body["content"][media]
}

/// What a reference within the contract stands for.
pub(super) fn resolved(value: &'static Value) -> &'static Value {
    let link = value["$ref"].as_str();
    let pointer = link.and_then(|link| link.strip_prefix('#'));
    let found = pointer.and_then(|pointer| DOCUMENT.pointer(pointer));
    found.unwrap_or(value)
}
