//! What the contract says of its operations.

use crate::Failure;
use contract::{OPENAPI_JSON, OPERATIONS, Operation};
use domain::ResourceKind;
use serde_json::{Value, json};
use std::sync::LazyLock;
use uuid::Uuid;

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

/// What the contract calls all of a kind together, in paths.
pub fn collection(kind: ResourceKind) -> String {
    match kind {
        ResourceKind::Pool => "allocations".to_owned(),
        ResourceKind::Allocation => "the platform's side of allocations".to_owned(),
        _ => format!("{}s", kebab(kind.as_str())),
    }
}

fn kebab(camel: &str) -> String {
    let parts = camel.chars().map(|letter| match letter.is_uppercase() {
        true => format!("-{}", letter.to_lowercase()),
        false => letter.to_string(),
    });
    parts.collect()
}

/// The path of an operation below that of the API.
fn target(operation: &Operation) -> &'static str {
    operation.path.trim_start_matches("/api/v1")
}

/// A request that makes something.
pub struct Creation {
    /// The path after `/api/v1`.
    pub target: String,
    /// The body, as JSON.
    pub body: Value,
}

/// How an organization gets something of a kind, as the contract's example says; the number tells it from
/// others in what is unique.
///
/// # Errors
/// The contract has no such operation: whoever needs one has to make it another way.
pub fn creation(
    kind: ResourceKind,
    organization: Uuid,
    number: usize,
) -> Result<Creation, Failure> {
    let of_all = format!("/{}", collection(kind));
    let of_one = format!("/organizations/{{id}}{of_all}");
    let paths = [of_one.as_str(), of_all.as_str()];
    let mut made = OPERATIONS.iter().filter(|one| one.method == "POST");
    let operation = made.find(|one| paths.contains(&target(one)));
    let lacks = || format!("the contract has no POST {of_one} and no POST {of_all}");
    let operation = operation.ok_or_else(lacks)?;
    let (_, example) =
        example(operation).ok_or("an operation that makes something takes a body")?;
    let mut body = example.clone();
    if !body_schema(operation)["properties"]["organizationId"].is_null() {
        body["organizationId"] = json!(organization);
    }
    for unique in ["code", "key", "name", "slug"] {
        if let Some(text) = body[unique].as_str() {
            body[unique] = json!(format!("{text}-{number}"));
        }
    }
    Ok(Creation {
        target: target(operation).replace("{id}", &organization.to_string()),
        body,
    })
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
