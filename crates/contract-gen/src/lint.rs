//! Style rules of the contract that go beyond what the generator must understand.

use crate::{
    bounds,
    emit::unused_schemas,
    fault::{Fault, Faults},
    model::{Contract, NamedSchema, Operation, Property, Shape},
    yaml::Node,
};

/// Checks the style of a contract.
pub fn lint(text: &str) -> Result<(), Vec<Fault>> {
    let contract = crate::read(text)?;
    let document = Node::parse(text)?;
    let mut faults = Faults::default();
    for schema in &contract.schemas {
        check_schema(&contract, schema, &mut faults);
        check_enum(schema, &document, &mut faults);
    }
    for name in unused_schemas(&contract) {
        let line = contract.schema(&name).map_or(1, |schema| schema.line);
        faults.add(line, format!("schema `{name}` is used by no operation"));
    }
    check_operations(&contract, &document, &mut faults);
    check_parameters(&document, &mut faults);
    bounds::check(&document, &mut faults);
    faults.or(())
}

fn check_schema(contract: &Contract, schema: &NamedSchema, faults: &mut Faults) {
    let name = &schema.name;
    let mut fault = |message: String| faults.add(schema.line, message);
    if !name.starts_with(|c: char| c.is_ascii_uppercase()) {
        fault(format!("schema `{name}` must be in PascalCase"));
    }
    if schema.description.is_empty() {
        fault(format!("schema `{name}` has no description"));
    }
    if !schema.has_example {
        fault(format!("schema `{name}` has no example"));
    }
    if let Shape::Object {
        properties, closed, ..
    } = &schema.shape
    {
        if !closed {
            fault(format!("object `{name}` must say additionalProperties"));
        }
        for property in properties {
            check_property(contract, name, property, faults);
        }
    }
}

/// The values of an enum are shouted, unless it names the standard that writes them otherwise.
fn check_enum(schema: &NamedSchema, document: &Node, faults: &mut Faults) {
    let Shape::Enum(values) = &schema.shape else {
        return;
    };
    let name = &schema.name;
    let node = document
        .get("components")
        .and_then(|components| components.get("schemas")?.get(name));
    if node.is_some_and(|node| node.get("x-standard").is_some()) {
        return;
    }
    for value in values.iter().filter(|value| !is_shouted(value)) {
        faults.add(
            schema.line,
            format!("`{value}` of `{name}` must be in SCREAMING_CASE"),
        );
    }
}

fn check_property(contract: &Contract, schema: &str, property: &Property, faults: &mut Faults) {
    let (name, line) = (&property.name, property.schema.line);
    if !is_camel(name) {
        faults.add(line, format!("`{name}` of `{schema}` must be in camelCase"));
    }
    let named = property.schema.ty.named();
    let explained = named.is_some_and(|named| contract.schema(named).is_some());
    if property.schema.description.is_empty() && !explained {
        faults.add(line, format!("`{name}` of `{schema}` has no description"));
    }
}

fn is_shouted(value: &str) -> bool {
    value
        .chars()
        .all(|c| c.is_ascii_uppercase() || c.is_ascii_digit() || c == '_')
}

fn is_camel(name: &str) -> bool {
    name.starts_with(|c: char| c.is_ascii_lowercase()) && name.chars().all(char::is_alphanumeric)
}

fn check_operations(contract: &Contract, document: &Node, faults: &mut Faults) {
    for operation in &contract.operations {
        let id = &operation.id;
        if !is_camel(id) {
            faults.add(
                operation.line,
                format!("operationId `{id}` must be in camelCase"),
            );
        }
        let text = &operation.summary;
        if text.len() > 60 || text.ends_with('.') {
            faults.add(
                operation.line,
                format!("the summary of `{id}` must be short, without a full stop"),
            );
        }
        if !operation.description.ends_with('.') {
            faults.add(
                operation.line,
                format!("the description of `{id}` must be sentences"),
            );
        }
        check_key(operation, faults);
        let node = document
            .get("paths")
            .and_then(|paths| paths.get(&operation.path)?.get(&operation.method));
        if let Some(node) = node {
            check_examples(id, node, faults);
        }
    }
}

/// The answer to a public POST is not kept: it may be a secret, and its caller is nobody.
fn check_key(operation: &Operation, faults: &mut Faults) {
    let has_key = operation
        .parameters
        .iter()
        .any(|p| p.name == "Idempotency-Key");
    let wants_key = operation.method == "post" && operation.permission.is_some();
    if wants_key != has_key {
        let id = &operation.id;
        faults.add(
            operation.line,
            format!("`{id}`: every secured POST takes Idempotency-Key, and nothing else does"),
        );
    }
}

/// A body and a success with a body have an example each.
fn check_examples(id: &str, node: &Node, faults: &mut Faults) {
    let responses = node.get("responses").map_or(&[] as &[_], Node::entries);
    let successes = responses
        .iter()
        .filter(|(status, _)| status.name.starts_with('2'))
        .map(|(_, response)| response);
    for holder in node.get("requestBody").into_iter().chain(successes) {
        for (media, content) in holder.get("content").map_or(&[] as &[_], Node::entries) {
            if content.get("example").is_none() && content.get("examples").is_none() {
                faults.add(
                    media.line,
                    format!("`{id}` has no example for {}", media.name),
                );
            }
        }
    }
}

fn check_parameters(document: &Node, faults: &mut Faults) {
    let mut lists: Vec<&Node> = Vec::new();
    for (_, item) in document.get("paths").map_or(&[] as &[_], Node::entries) {
        lists.extend(item.get("parameters"));
        lists.extend(
            item.entries()
                .iter()
                .filter_map(|(_, node)| node.get("parameters")),
        );
    }
    let shared = document
        .get("components")
        .and_then(|components| components.get("parameters"))
        .map_or(&[] as &[_], Node::entries);
    let in_place = lists.iter().flat_map(|list| list.items());
    for parameter in in_place.chain(shared.iter().map(|(_, node)| node)) {
        if parameter.get("$ref").is_none() && parameter.get("example").is_none() {
            let name = parameter
                .get("name")
                .and_then(Node::text)
                .unwrap_or_default();
            faults.add(parameter.line, format!("parameter `{name}` has no example"));
        }
    }
}
