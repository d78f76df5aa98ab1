//! From the schemas of OpenAPI 3.0 to JSON Schema 2020-12.

use std::sync::LazyLock;

use serde_json::{Map, Value, json};

use crate::{OPENAPI_JSON, Operation};

/// The contract as a tree.
static DOCUMENT: LazyLock<Value> = LazyLock::new(|| {
    serde_json::from_str(OPENAPI_JSON).expect("the generator writes openapi.json as JSON")
});

/// What JSON Schema calls differently, or what says nothing about validity.
const DROPPED: [&str; 7] = [
    "nullable",
    "example",
    "description",
    "default",
    "exclusiveMinimum",
    "exclusiveMaximum",
    "x-immutable",
];

/// The keyword that refuses `1.0` and `1e3` where a whole number is meant, since the types of the
/// handlers do.
pub(crate) const WHOLE: &str = "x-whole";

/// The schema of the request body.
pub(crate) fn body(operation: &Operation) -> Option<Value> {
    let media = operation.body?;
    let content = node(operation)?.get("requestBody")?.get("content")?;
    Some(convert(content.get(media)?.get("schema")?))
}

/// An object schema with all parameters as properties.
pub(crate) fn parameters(operation: &Operation) -> Value {
    let item = &DOCUMENT["paths"][operation.path];
    let shared = item.get("parameters").and_then(Value::as_array);
    let own = node(operation).and_then(|node| node.get("parameters")?.as_array());
    let mut properties = Map::new();
    let mut required = Vec::new();
    for parameter in shared.into_iter().chain(own).flatten() {
        let parameter = resolve(parameter);
        let Some(name) = parameter["name"].as_str() else {
            continue;
        };
        properties.insert(name.to_owned(), convert(&parameter["schema"]));
        if parameter["required"] == true {
            required.push(name);
        }
    }
    json!({"type": "object", "properties": properties, "required": required})
}

/// The media type and the schema of a reply; none for one without a body.
pub(crate) fn reply(operation: &Operation, status: u16) -> Option<(&'static str, Value)> {
    let responses = node(operation)?.get("responses")?;
    let response = resolve(responses.get(status.to_string())?);
    let (media, content) = response.get("content")?.as_object()?.iter().next()?;
    Some((media, convert(content.get("schema")?)))
}

/// A schema of `components.schemas`.
#[cfg(test)]
pub(crate) fn named(name: &str) -> Value {
    convert(&DOCUMENT["components"]["schemas"][name])
}

fn node(operation: &Operation) -> Option<&'static Value> {
    let method = operation.method.to_ascii_lowercase();
    DOCUMENT["paths"][operation.path].get(method)
}

/// Follows a reference. The generator refuses those that lead nowhere.
fn resolve(node: &'static Value) -> &'static Value {
    match node.get("$ref").and_then(Value::as_str) {
        Some(reference) => DOCUMENT
            .pointer(reference.trim_start_matches('#'))
            .unwrap_or(&Value::Null),
        None => node,
    }
}

/// A schema with its references put in place; the generator refuses those that go in circles.
fn convert(schema: &'static Value) -> Value {
    let schema = resolve(schema);
    let Some(fields) = schema.as_object() else {
        return json!({});
    };
    let mut out = Map::new();
    for (name, value) in fields {
        let value = match name.as_str() {
            dropped if DROPPED.contains(&dropped) => continue,
            "properties" => value
                .as_object()
                .into_iter()
                .flatten()
                .map(|(name, schema)| (name.clone(), convert(schema)))
                .collect::<Map<_, _>>()
                .into(),
            "items" => convert(value),
            _ => value.clone(),
        };
        out.insert(name.clone(), value);
    }
    limit(fields, &mut out);
    if out.contains_key("enum") {
        // The values say the type; one violation is enough.
        out.remove("type");
    }
    if fields.get("nullable") == Some(&Value::Bool(true)) {
        allow_null(&mut out);
    }
    Value::Object(out)
}

/// Ranges: `exclusive…: true` moves the limit, and the format of an integer is a range.
fn limit(fields: &Map<String, Value>, out: &mut Map<String, Value>) {
    for (flag, plain) in [
        ("exclusiveMinimum", "minimum"),
        ("exclusiveMaximum", "maximum"),
    ] {
        if fields.get(flag) == Some(&Value::Bool(true))
            && let Some(limit) = out.remove(plain)
        {
            out.insert(flag.to_owned(), limit);
        }
    }
    if fields.get("type").and_then(Value::as_str) != Some("integer") {
        return;
    }
    out.insert(WHOLE.to_owned(), Value::Bool(true));
    let (low, high) = match fields.get("format").and_then(Value::as_str) {
        Some("int32") => (i64::from(i32::MIN), i64::from(i32::MAX)),
        _ => (i64::MIN, i64::MAX),
    };
    if !out.contains_key("exclusiveMinimum") {
        out.entry("minimum").or_insert(low.into());
    }
    if !out.contains_key("exclusiveMaximum") {
        out.entry("maximum").or_insert(high.into());
    }
}

fn allow_null(out: &mut Map<String, Value>) {
    if let Some(ty) = out.remove("type") {
        out.insert("type".to_owned(), json!([ty, "null"]));
    }
    if let Some(Value::Array(values)) = out.get_mut("enum") {
        values.push(Value::Null);
    }
}
