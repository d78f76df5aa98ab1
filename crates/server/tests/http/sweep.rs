//! A request for each operation of the contract, from its own examples.

use contract::Operation;
pub use selfcheck::isolation::operations::{body_schema, example, secured};
use testkit::{TestApp, app::RawRequest};

/// The path of the operation, with unused ids.
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

/// A request that fits the contract.
pub fn request(app: &TestApp, operation: &Operation) -> RawRequest {
    let request = app.raw(operation.method, &path(app, operation));
    match example(operation) {
        Some((media, body)) => request.body(media, body.to_string()),
        None => request,
    }
}
