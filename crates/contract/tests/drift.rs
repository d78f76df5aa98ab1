//! The document that poem-openapi derives from the generated code says the same as the contract,
//! but for what poem-openapi cannot say.
#![allow(clippy::unwrap_used)]

use std::{collections::BTreeMap, sync::LazyLock};

use contract::{OPENAPI_JSON, derived_document};
use serde_json::{Map, Value, json};

#[test]
fn the_generated_code_is_the_contract() {
    let contract: Value = serde_json::from_str(OPENAPI_JSON).unwrap();
    let derived: Value = serde_json::from_str(&derived_document()).unwrap();
    let expected = facts(&contract);
    let found = facts(&derived);
    for (place, fact) in &expected {
        assert_eq!(found.get(place), Some(fact), "{place}");
    }
    for place in found.keys() {
        assert!(
            expected.contains_key(place),
            "{place} is not in the contract"
        );
    }
    assert!(expected.len() > 500, "only {} facts", expected.len());
}

/// Everything that both documents must say, by place.
fn facts(document: &Value) -> BTreeMap<String, Value> {
    let mut facts = BTreeMap::new();
    for (path, item) in document["paths"].as_object().unwrap() {
        let shared = list(&item["parameters"]);
        for (method, operation) in item.as_object().unwrap() {
            if method == "parameters" {
                continue;
            }
            let place = format!("{method} {path}");
            operation_facts(document, &place, operation, shared, &mut facts);
        }
    }
    for (name, schema) in document["components"]["schemas"].as_object().unwrap() {
        // Loss: free objects have no name in the derived document.
        if schema["type"] != "object" || schema.get("properties").is_some() {
            schema_facts(document, name, schema, &mut facts);
        }
    }
    facts
}

fn operation_facts(
    document: &Value,
    place: &str,
    operation: &Value,
    shared: &[Value],
    facts: &mut BTreeMap<String, Value>,
) {
    let mut add = |what: String, fact: Value| facts.insert(format!("{place} {what}"), fact);
    add("operationId".into(), operation["operationId"].clone());
    add("summary".into(), operation["summary"].clone());
    add("tags".into(), operation["tags"].clone());
    for parameter in shared.iter().chain(list(&operation["parameters"])) {
        let parameter = resolve(document, parameter);
        let required = parameter["required"].as_bool().unwrap_or(false);
        let schema = shape(document, &parameter["schema"]);
        let default = parameter["schema"]["default"].clone();
        let name = format!(
            "{} {}",
            parameter["in"].as_str().unwrap(),
            parameter["name"]
        );
        add(name, json!([required, schema, default]));
    }
    for (media, content) in entries(&operation["requestBody"]["content"]) {
        add(format!("body {media}"), shape(document, &content["schema"]));
    }
    for (status, response) in entries(&operation["responses"]) {
        let response = resolve(document, response);
        for (media, content) in entries(&response["content"]) {
            add(
                format!("{status} {media}"),
                shape(document, &content["schema"]),
            );
        }
        // Loss: the headers of problems, which the guard sets, are not derived.
        if status.parse::<u16>().unwrap() < 400 {
            for (name, header) in entries(&response["headers"]) {
                let header = resolve(document, header);
                let required = header["required"].as_bool().unwrap_or(false);
                let fact = json!([required, shape(document, &header["schema"])]);
                // Loss: the case of header names, which means nothing.
                add(format!("{status} header {}", name.to_lowercase()), fact);
            }
        }
        add(status.clone(), Value::Bool(true));
    }
}

fn schema_facts(document: &Value, name: &str, schema: &Value, facts: &mut BTreeMap<String, Value>) {
    facts.insert(format!("schema {name} type"), schema["type"].clone());
    facts.insert(format!("schema {name} enum"), schema["enum"].clone());
    let required = list(&schema["required"]);
    for (property, own) in entries(&schema["properties"]) {
        let place = format!("schema {name} property {property}");
        // Loss: `nullable` is not derived, and what may be null is not required.
        let nullable = is_nullable(name, property);
        let required = required.iter().any(|name| name == property) && !nullable;
        facts.insert(place, json!([required, shape(document, own)]));
    }
}

/// Asked of the contract, since only it says so.
fn is_nullable(schema: &str, property: &str) -> bool {
    static CONTRACT: LazyLock<Value> =
        LazyLock::new(|| serde_json::from_str(OPENAPI_JSON).unwrap());
    CONTRACT["components"]["schemas"][schema]["properties"][property]["nullable"] == true
}

/// Type, format, items and reference of a schema in place.
///
/// Losses: limits, patterns and `additionalProperties` are left to the guard on purpose; `email` and
/// `password` are text to Rust; a reference with a description is wrapped into an `allOf`; a free object is put in
/// place.
fn shape(document: &Value, schema: &Value) -> Value {
    let wrapped = schema["allOf"].get(0).unwrap_or(schema);
    if let Some(reference) = wrapped["$ref"].as_str() {
        let target = resolve(document, wrapped);
        if target["type"] == "object" && target.get("properties").is_none() {
            return json!({"type": "object"});
        }
        return json!({ "$ref": reference });
    }
    let mut shape = Map::new();
    shape.insert("type".into(), wrapped["type"].clone());
    if wrapped["format"] != "email" && wrapped["format"] != "password" {
        shape.insert("format".into(), wrapped["format"].clone());
    }
    if let Some(items) = wrapped.get("items") {
        shape.insert("items".into(), self::shape(document, items));
    }
    shape.retain(|_, value| !value.is_null());
    Value::Object(shape)
}

fn resolve<'a>(document: &'a Value, node: &'a Value) -> &'a Value {
    match node["$ref"].as_str() {
        Some(reference) => document.pointer(reference.trim_start_matches('#')).unwrap(),
        None => node,
    }
}

fn list(node: &Value) -> &[Value] {
    node.as_array().map_or(&[], Vec::as_slice)
}

fn entries(node: &Value) -> impl Iterator<Item = (&String, &Value)> {
    node.as_object().into_iter().flatten()
}
