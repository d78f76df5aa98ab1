//! The modules of the `client` crate.

use super::{
    client_types::{rust_type, schema},
    module, outline,
    rust::{doc, literal},
    uses::{PROBLEM_HOME, Uses, uses},
};
use crate::{
    imports,
    model::{Contract, Operation, Parameter, Place, Tag, Type},
    names::{ident, pascal, snake},
};

/// Each module and its text.
pub fn modules(contract: &Contract) -> Vec<(String, String)> {
    let uses = uses(contract);
    let (declared, exports) = outline(contract);
    let root = format!(
        "//! DTOs and methods of the client.

        {declared}
        {exports}
        use names::*;
        "
    );
    let problem = own_schemas(contract, PROBLEM_HOME, &uses);
    let mut modules = vec![
        ("mod".to_owned(), root),
        ("names".to_owned(), imports::module(imports::CLIENT)),
        (PROBLEM_HOME.to_owned(), module("Problems.", &problem)),
    ];
    for tag in &contract.tags {
        let body = tag_body(contract, tag) + &own_schemas(contract, &tag.name, &uses);
        modules.push((snake(&tag.name), module(&tag.description, &body)));
    }
    modules
}

fn own_schemas(contract: &Contract, home: &str, uses: &Uses) -> String {
    contract
        .schemas
        .iter()
        .filter(|schema| uses.home.get(&schema.name).is_some_and(|at| at == home))
        .map(|named| schema(contract, named, uses))
        .collect()
}

fn tag_body(contract: &Contract, tag: &Tag) -> String {
    let own: Vec<&Operation> = contract
        .operations
        .iter()
        .filter(|operation| operation.tag == tag.name)
        .collect();
    let methods: String = own.iter().map(|operation| method(operation)).collect();
    let params: String = own
        .iter()
        .map(|operation| params_struct(operation))
        .collect();
    format!("impl Client {{\n{methods}}}\n\n{params}")
}

/// The moment that a read is about: an option of the call, since many operations take it and few
/// callers give it.
const AS_OF: &str = "asOf";

fn query(operation: &Operation) -> Vec<&Parameter> {
    let all = operation.parameters.iter();
    all.filter(|parameter| parameter.place == Place::Query && parameter.name != AS_OF)
        .collect()
}

fn takes_as_of(operation: &Operation) -> bool {
    let mut all = operation.parameters.iter();
    all.any(|parameter| parameter.place == Place::Query && parameter.name == AS_OF)
}

fn optional(parameter: &Parameter) -> bool {
    !parameter.required
}

fn params_struct(operation: &Operation) -> String {
    let query = query(operation);
    if query.is_empty() {
        return String::new();
    }
    let name = pascal(&operation.id);
    let default = match query.iter().all(|parameter| optional(parameter)) {
        true => ", Default",
        false => "",
    };
    let fields: String = query
        .iter()
        .map(|parameter| params_field(parameter))
        .collect();
    let pairs: String = query
        .iter()
        .map(|parameter| params_pair(parameter))
        .collect();
    format!(
        "/// Query parameters of `{}`.
        #[derive(Debug, Clone, PartialEq{default})]
        pub struct {name}Params {{
            {fields}
        }}

        impl {name}Params {{
            fn pairs(&self) -> Vec<(&'static str, String)> {{
                let mut pairs = Vec::new();
                {pairs}
                pairs
            }}
        }}\n\n",
        operation.id
    )
}

fn params_field(parameter: &Parameter) -> String {
    let ty = rust_type(&parameter.schema.ty);
    let ty = match &parameter.schema.ty {
        Type::Array(_) => ty,
        _ if optional(parameter) => format!("Option<{ty}>"),
        _ => ty,
    };
    let about = doc(&[&parameter.description]);
    format!("{about}pub {}: {ty},\n", ident(&parameter.name))
}

fn params_pair(parameter: &Parameter) -> String {
    let (is_list, item) = match &parameter.schema.ty {
        Type::Array(items) => (true, items.as_ref()),
        ty => (false, ty),
    };
    let field = ident(&parameter.name);
    let wire = literal(&parameter.name);
    let push = format!("pairs.push(({wire}, {}));", text_of(item));
    match (is_list, optional(parameter)) {
        (true, _) => format!("for value in &self.{field} {{ {push} }}"),
        (_, true) => format!("if let Some(value) = &self.{field} {{ {push} }}"),
        _ => format!("let value = &self.{field}; {push}"),
    }
}

fn text_of(ty: &Type) -> &'static str {
    match ty {
        Type::Named(_) => "value.as_str().to_owned()",
        Type::DateTime => "value.to_rfc3339()",
        _ => "value.to_string()",
    }
}

fn method(operation: &Operation) -> String {
    let (mut arguments, escapes, path) = path(operation);
    let has_query = !query(operation).is_empty();
    if has_query {
        arguments.push_str(&format!("params: &{}Params,", pascal(&operation.id)));
    }
    let pairs = match has_query {
        true => "params.pairs()",
        false => "Vec::new()",
    };
    let mut body = String::new();
    if let Some(taken) = &operation.body {
        arguments.push_str(&format!("body: &{},", taken.schema));
        body = format!(".body(\"{}\", body)", taken.media.name());
    }
    let (ty, send) = answer(operation);
    if takes_as_of(operation) {
        body.push_str(".at_moment(options)");
    }
    format!(
        "{}pub async fn {}(&self, {arguments} options: &Options) -> Result<Reply<{ty}>, Error> {{
            {escapes}let exchange = Exchange::new(reqwest::Method::{}, {path}, {pairs}){body};
            self.{send}(exchange, options).await
        }}\n\n",
        doc(&[&operation.summary, &operation.description]),
        snake(&operation.id),
        operation.method.to_ascii_uppercase(),
    )
}

/// The arguments that the path needs, how its texts are escaped, and the path itself.
fn path(operation: &Operation) -> (String, String, String) {
    let mut arguments = String::new();
    let mut escapes = String::new();
    let mut path = operation.path.clone();
    let in_path = operation.parameters.iter();
    for parameter in in_path.filter(|parameter| parameter.place == Place::Path) {
        let name = ident(&parameter.name);
        let ty = match &parameter.schema.ty {
            Type::Text => {
                escapes.push_str(&format!("let {name} = crate::wire::escaped({name});\n"));
                "&str".to_owned()
            }
            ty => rust_type(ty),
        };
        arguments.push_str(&format!("{name}: {ty},"));
        path = path.replace(&format!("{{{}}}", parameter.name), &format!("{{{name}}}"));
    }
    let path = match path.contains('{') {
        true => format!("format!({})", literal(&path)),
        false => format!("{}.to_owned()", literal(&path)),
    };
    (arguments, escapes, path)
}

/// What a success holds, and how it is read.
fn answer(operation: &Operation) -> (String, &'static str) {
    let body = operation
        .replies
        .iter()
        .find_map(|reply| reply.body.clone());
    if operation.replies.iter().any(|reply| reply.stream.is_some()) {
        return ("Download".into(), "send_for_download");
    }
    let may_be_empty = operation.replies.iter().any(|reply| reply.body.is_none());
    match (body, may_be_empty) {
        (None, _) => ("()".into(), "send_for_nothing"),
        (Some(body), false) => (body, "send_for_json"),
        (Some(body), true) => (format!("Option<{body}>"), "send_for_json_or_nothing"),
    }
}
