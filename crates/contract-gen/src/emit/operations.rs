//! The table of operations.

use super::rust::literal;
use crate::{
    model::{Contract, Operation, Parameter, Place, Reply, Shape, Type},
    names::{pascal, shout},
};

/// `OPERATIONS` and a constant for each.
pub fn module(contract: &Contract) -> String {
    let rows: String = contract
        .operations
        .iter()
        .enumerate()
        .map(|(index, operation)| row(contract, index, operation))
        .collect();
    let constants: String = contract
        .operations
        .iter()
        .enumerate()
        .map(|(index, operation)| {
            format!(
                "/// `{}`: {}.\npub const {}: &Operation = &OPERATIONS[{index}];\n\n",
                operation.id,
                operation.summary.trim_end_matches('.'),
                shout(&operation.id)
            )
        })
        .collect();
    format!(
        "//! Every operation of the contract.

        use super::ProblemCode;
        use crate::operation::{{Kind, Operation, Parameter, Place}};

        /// Every operation, in the order of the contract.
        pub static OPERATIONS: &[Operation] = &[{rows}];

        {constants}"
    )
}

fn row(contract: &Contract, index: usize, operation: &Operation) -> String {
    let codes = operation.problems.iter();
    let codes = codes.map(|code| format!("ProblemCode::{}", pascal(code)));
    let statuses = operation.statuses.iter().map(u16::to_string);
    let replies = &operation.replies;
    let successes = replies.iter().map(|reply| reply.status.to_string());
    let content = replies.iter().find_map(Reply::media);
    let parameters = operation.parameters.iter().map(parameter);
    let body = operation.body.as_ref().map(|body| body.media.name());
    let fields = [
        ("index", index.to_string()),
        ("id", literal(&operation.id)),
        ("method", literal(&operation.method.to_ascii_uppercase())),
        ("path", literal(&operation.path)),
        ("tag", literal(&operation.tag)),
        ("permission", option(operation.permission.as_deref())),
        ("problems", list(codes)),
        ("statuses", list(statuses)),
        ("successes", list(successes)),
        ("parameters", list(parameters)),
        ("body", option(body)),
        ("immutable", list(immutable(contract, operation))),
        ("content", option(content)),
    ];
    let fields = fields.map(|(name, value)| format!("{name}: {value},"));
    format!("Operation {{ {} }},", fields.concat())
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
        Type::Array(items) => (true, items.as_ref()),
        ty => (false, ty),
    };
    let kind = match ty {
        Type::Bool => "Boolean",
        Type::Int32 | Type::Int64 => "Integer",
        Type::Number => "Number",
        // The reader lets only enums through as named types, and no lists of lists.
        Type::Text | Type::Uuid | Type::DateTime | Type::Named(_) | Type::Array(_) => "Text",
    };
    format!(
        "Parameter {{ name: {}, place: Place::{place}, kind: Kind::{kind}, required: {}, many: {many} }}",
        literal(&parameter.name),
        parameter.required,
    )
}

fn list(items: impl IntoIterator<Item = String>) -> String {
    format!("&[{}]", items.into_iter().collect::<Vec<_>>().join(", "))
}

fn option(text: Option<&str>) -> String {
    match text {
        Some(text) => format!("Some({})", literal(text)),
        None => "None".into(),
    }
}
