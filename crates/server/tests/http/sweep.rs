//! A request for each operation of the contract, from its own examples.

use std::sync::LazyLock;

use contract::{OPENAPI_JSON, OPERATIONS, Operation};
use serde_json::Value;
use testkit::{TestApp, app::RawRequest};

static DOCUMENT: LazyLock<Value> = LazyLock::new(|| serde_json::from_str(OPENAPI_JSON).unwrap());

/// The operations that need a key.
pub fn secured() -> impl Iterator<Item = &'static Operation> {
    OPERATIONS
        .iter()
        .filter(|operation| operation.permission.is_some())
}

/// The path of the operation, with ids that nothing has.
pub fn path(app: &TestApp, operation: &Operation) -> String {
    let parts = operation
        .path
        .split('/')
        .map(|part| match part.starts_with('{') {
            true => app.new_id().to_string(),
            false => part.to_owned(),
        });
    parts.collect::<Vec<_>>().join("/")
}

/// The example of the operation's body.
pub fn example(operation: &Operation) -> Option<(&'static str, &'static Value)> {
    let media = operation.body?;
    let method = operation.method.to_ascii_lowercase();
    let body = &DOCUMENT["paths"][operation.path][method]["requestBody"];
    Some((media, &body["content"][media]["example"]))
}

/// A request that fits the contract.
pub fn request(app: &TestApp, operation: &Operation) -> RawRequest {
    let request = app.raw(operation.method, &path(app, operation));
    match example(operation) {
        Some((media, body)) => request.body(media, body.to_string()),
        None => request,
    }
}

/// The schema of the operation's body; null when it takes none.
pub fn body_schema(operation: &Operation) -> &'static Value {
    let method = operation.method.to_ascii_lowercase();
    let body = &DOCUMENT["paths"][operation.path][method]["requestBody"];
    resolved(&body["content"][operation.body.unwrap_or_default()]["schema"])
}

/// What a reference within the contract stands for.
pub fn resolved(value: &'static Value) -> &'static Value {
    let link = value["$ref"].as_str();
    let pointer = link.and_then(|link| link.strip_prefix('#'));
    let found = pointer.and_then(|pointer| DOCUMENT.pointer(pointer));
    found.unwrap_or(value)
}
