//! The table of operations: one entry of the macro `operations!` for each.

use super::{module, rust::literal};
use crate::{
    model::{Contract, Operation, Parameter, Place, Reply, Shape, Type},
    names::{pascal, shout},
};

/// Columns of a line. rustfmt leaves what is in the braces of a macro as it is.
const WIDTH: usize = 100;

/// `OPERATIONS` and a constant for each.
pub fn text(contract: &Contract) -> String {
    let operations = contract.operations.iter().enumerate();
    let entries: Vec<String> = operations
        .map(|(index, operation)| entry(contract, index, operation))
        .collect();
    let body = format!("operations! {{\n{}}}\n", entries.join("\n"));
    module("Every operation of the contract.", &body)
}

fn entry(contract: &Contract, index: usize, operation: &Operation) -> String {
    let problems = operation.problems.iter().map(|code| pascal(code));
    let statuses = operation.statuses.iter().map(u16::to_string);
    let replies = &operation.replies;
    let successes = replies.iter().map(|reply| reply.status.to_string());
    let body = operation.body.as_ref().map(|body| body.media.name());
    let method = operation.method.to_ascii_uppercase();
    let path = literal(&operation.path);
    let permission = option(operation.permission.as_deref());
    let content = option(replies.iter().find_map(Reply::media));
    let successes = list("successes", successes, "");
    let immutable = list("immutable", immutable(contract, operation), "");
    let lines = [
        format!("{method} {path}, permission {permission}"),
        format!("body {}, {immutable}", option(body)),
        format!("content {content}, {successes}"),
        list("statuses", statuses, ""),
        list("problems", problems, ""),
        list(
            "parameters",
            operation.parameters.iter().map(parameter),
            ",",
        ),
    ];
    format!(
        "    /// `{id}`: {}.\n    {index} {} = {} in {},\n        {};\n",
        operation.summary.trim_end_matches('.'),
        shout(&operation.id),
        literal(&operation.id),
        literal(&operation.tag),
        lines.join(",\n        "),
        id = operation.id,
    )
}

fn immutable(contract: &Contract, operation: &Operation) -> Vec<String> {
    let body = operation.body.as_ref();
    let schema = body.and_then(|body| contract.schema(&body.schema));
    match schema.map(|schema| &schema.shape) {
        Some(Shape::Object { immutable, .. }) => {
            immutable.iter().map(|name| literal(name)).collect()
        }
        _ => Vec::new(),
    }
}

fn parameter(parameter: &Parameter) -> String {
    let place = match parameter.place {
        Place::Path => "Path",
        Place::Query => "Query",
        Place::Header => "Header",
    };
    let (many, ty) = match &parameter.schema.ty {
        Type::Array(items) => (" many", items.as_ref()),
        ty => ("", ty),
    };
    let kind = match ty {
        Type::Bool => "Boolean",
        Type::Int32 | Type::Int64 => "Integer",
        Type::Number => "Number",
        // The reader lets only enums through as named types, and no lists of lists.
        Type::Text | Type::Uuid | Type::DateTime | Type::Named(_) | Type::Array(_) => "Text",
    };
    let required = if parameter.required { " required" } else { "" };
    format!(
        "{place} {} {kind}{required}{many}",
        literal(&parameter.name)
    )
}

/// A named list in brackets, broken where a line would be too long.
fn list(name: &str, items: impl IntoIterator<Item = String>, separator: &str) -> String {
    let mut out = format!("{name} [");
    let mut column = 8 + out.len();
    for (at, item) in items.into_iter().enumerate() {
        if at > 0 {
            out.push_str(separator);
            // With a blank before it, and a bracket and a comma or semicolon behind the last.
            if column + item.len() + separator.len() + 3 > WIDTH {
                out.push_str("\n            ");
                column = 12;
            } else {
                out.push(' ');
                column += 1;
            }
        }
        column += item.len() + separator.len();
        out.push_str(&item);
    }
    out + "]"
}

fn option(text: Option<&str>) -> String {
    match text {
        Some(text) => format!("Some({})", literal(text)),
        None => "None".into(),
    }
}
