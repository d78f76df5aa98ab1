//! One tag: its trait, parameter structs, reply enums, and its poem-openapi adapter.

use super::{
    rust::{doc, literal},
    types::{default_function, rust_type},
};
use crate::{
    model::{Contract, Header, Media, Operation, Parameter, Place, Reply, Tag, Type},
    names::{ident, pascal, shout, snake},
};

/// Everything of a tag but its DTOs.
pub fn tag(contract: &Contract, tag: &Tag) -> String {
    let own: Vec<&Operation> = contract
        .operations
        .iter()
        .filter(|operation| operation.tag == tag.name)
        .collect();
    let name = pascal(&tag.name);
    let mut out = api_trait(&name, tag, &own);
    for operation in &own {
        out.push_str(&params_struct(operation));
        out.push_str(&reply_enum(operation));
    }
    out.push_str(&format!(
        "pub(crate) struct {name}Adapter(pub(crate) Arc<dyn {name}Api>);\n\n#[OpenApi]\nimpl {name}Adapter {{\n"
    ));
    for operation in &own {
        out.push_str(&adapter_method(operation));
    }
    out.push_str("}\n\n");
    for operation in &own {
        out.push_str(&guard_function(operation));
    }
    out
}

fn api_trait(name: &str, tag: &Tag, operations: &[&Operation]) -> String {
    let methods: String = operations
        .iter()
        .map(|operation| {
            let body = operation
                .body
                .as_ref()
                .map_or(String::new(), |body| format!(", body: {}", body.schema));
            let params = match has_params(operation) {
                true => format!(", params: {}Params", pascal(&operation.id)),
                false => String::new(),
            };
            format!(
                "{}async fn {}(&self, call: Call{params}{body}) -> Result<{}Reply, Problem>;\n\n",
                doc(&[&operation.summary, &operation.description]),
                snake(&operation.id),
                pascal(&operation.id),
            )
        })
        .collect();
    format!(
        "{}#[async_trait]\npub trait {name}Api: Send + Sync + 'static {{\n{methods}}}\n\n",
        doc(&[&tag.description])
    )
}

/// Whether a handler of the operation gets a params struct.
pub fn has_params(operation: &Operation) -> bool {
    operation.handled().next().is_some()
}

/// The type that a handler gets: a parameter with a default is always there, a list may be empty.
fn param_type(parameter: &Parameter) -> String {
    let ty = rust_type(&parameter.schema.ty);
    match &parameter.schema.ty {
        Type::Array(_) => ty,
        _ if parameter.required || parameter.schema.default.is_some() => ty,
        _ => format!("Option<{ty}>"),
    }
}

fn params_struct(operation: &Operation) -> String {
    if !has_params(operation) {
        return String::new();
    }
    let name = pascal(&operation.id);
    let mut out = format!(
        "/// Path and query parameters of `{}`.\n#[derive(Debug, Clone, PartialEq)]\npub struct {name}Params {{\n",
        operation.id
    );
    let mut defaults = String::new();
    for parameter in operation.handled() {
        out.push_str(&doc(&[&parameter.description]));
        out.push_str(&format!(
            "pub {}: {},\n",
            ident(&parameter.name),
            param_type(parameter)
        ));
        if let Some(default) = &parameter.schema.default {
            defaults.push_str(&default_function(
                &default_name(operation, parameter),
                &parameter.schema.ty,
                default,
            ));
        }
    }
    out.push_str("}\n\n");
    out + &defaults
}

fn default_name(operation: &Operation, parameter: &Parameter) -> String {
    format!(
        "default_{}_{}",
        snake(&operation.id),
        snake(&parameter.name)
    )
}

fn reply_enum(operation: &Operation) -> String {
    let name = format!("{}Reply", pascal(&operation.id));
    let variants: String = operation.replies.iter().map(reply_variant).collect();
    let constructors: String = operation.replies.iter().map(reply_constructor).collect();
    format!(
        "/// The successes of `{}`.
        #[derive(Debug, ApiResponse)]
        pub enum {name} {{ {variants} }}

        impl {name} {{ {constructors} }}

        impl Reply for {name} {{
            const OPERATION: &'static Operation = table::{};
        }}\n\n",
        operation.id,
        shout(&operation.id)
    )
}

/// The reason phrase of a success, in one word.
pub fn reason(status: u16) -> &'static str {
    match status {
        201 => "Created",
        202 => "Accepted",
        204 => "NoContent",
        304 => "NotModified",
        _ => "Ok",
    }
}

fn header_type(header: &Header) -> String {
    let ty = rust_type(&header.ty);
    match header.required {
        true => ty,
        false => format!("Option<{ty}>"),
    }
}

fn reply_variant(reply: &Reply) -> String {
    let body = reply.body.iter().map(|body| format!("JsonReply<{body}>,"));
    let stream = reply.stream.map(|stream| format!("{},", stream.payload()));
    let body = body.chain(stream);
    let headers = reply.headers.iter().map(|header| {
        format!(
            "\n{}#[oai(header = {})]\n{},",
            doc(&[&header.description]),
            literal(&header.name),
            header_type(header)
        )
    });
    let fields: String = body.chain(headers).collect();
    let fields = match fields.is_empty() {
        true => String::new(),
        false => format!("({fields})"),
    };
    format!(
        "{}#[oai(status = {})]\n{}{fields},\n",
        doc(&[&reply.description]),
        reply.status,
        reason(reply.status)
    )
}

fn reply_constructor(reply: &Reply) -> String {
    let mut arguments = Vec::new();
    let mut values = Vec::new();
    if let Some(body) = &reply.body {
        arguments.push(format!("body: {body}"));
        values.push("JsonReply(body)".to_owned());
    }
    if let Some(stream) = reply.stream {
        arguments.push("body: poem::Body".to_owned());
        values.push(format!("{}(body)", stream.payload()));
    }
    for header in &reply.headers {
        let name = snake(&header.name);
        let into = header.required && header.ty == Type::Text;
        let ty = match into {
            true => "impl Into<String>".to_owned(),
            false => header_type(header),
        };
        arguments.push(format!("{name}: {ty}"));
        values.push(if into { format!("{name}.into()") } else { name });
    }
    let variant = reason(reply.status);
    let values = match values.is_empty() {
        true => String::new(),
        false => format!("({})", values.join(", ")),
    };
    format!(
        "{}pub fn {}({}) -> Self {{ Self::{variant}{values} }}\n\n",
        doc(&[&reply.description]),
        snake(variant),
        arguments.join(", ")
    )
}

fn adapter_method(operation: &Operation) -> String {
    let name = snake(&operation.id);
    let parameters: String = operation
        .parameters
        .iter()
        .map(|parameter| adapter_parameter(operation, parameter))
        .collect();
    let body = match &operation.body {
        Some(body) => format!("body: {}<{}>,", payload(body.media), body.schema),
        None => String::new(),
    };
    let mut arguments = vec!["call".to_owned()];
    let mut binding = String::new();
    if has_params(operation) {
        let fields: String = operation.handled().map(field_value).collect();
        binding = format!(
            "let params = {}Params {{ {fields} }};\n",
            pascal(&operation.id)
        );
        arguments.push("params".into());
    }
    if operation.body.is_some() {
        arguments.push("body.0".into());
    }
    format!(
        "{}#[oai(path = {}, method = {}, operation_id = {}, tag = \"ApiTag::{}\", transform = \"guard_{name}\")]
        async fn {name}(&self, call: Call, {parameters} {body}) -> Answer<{}Reply> {{
            {binding}
            Answer(self.0.{name}({}).await)
        }}\n\n",
        doc(&[&operation.summary]),
        // poem writes a placeholder as `:id`.
        literal(&operation.path.replace('{', ":").replace('}', "")),
        literal(&operation.method),
        literal(&operation.id),
        pascal(&operation.tag),
        pascal(&operation.id),
        arguments.join(", ")
    )
}

fn payload(media: Media) -> &'static str {
    match media {
        Media::Json => "JsonBody",
        Media::MergePatch => "MergePatchBody",
    }
}

fn adapter_parameter(operation: &Operation, parameter: &Parameter) -> String {
    let ty = rust_type(&parameter.schema.ty);
    let has_default = parameter.schema.default.is_some();
    let ty = match parameter.required || has_default {
        true => ty,
        false => format!("Option<{ty}>"),
    };
    let (place, unused) = match parameter.place {
        Place::Path => ("Path", ""),
        Place::Query => ("Query", ""),
        Place::Header => ("Header", "_"),
    };
    let default = match has_default {
        true => format!(", default = \"{}\"", default_name(operation, parameter)),
        false => String::new(),
    };
    format!(
        "{}#[oai(name = {}{default})] {unused}{}: {place}<{ty}>,\n",
        doc(&[&parameter.description]),
        literal(&parameter.name),
        ident(&parameter.name)
    )
}

fn field_value(parameter: &Parameter) -> String {
    let name = ident(&parameter.name);
    let optional = !parameter.required && parameter.schema.default.is_none();
    match &parameter.schema.ty {
        Type::Array(_) if optional => format!("{name}: {name}.0.unwrap_or_default(),"),
        _ => format!("{name}: {name}.0,"),
    }
}

fn guard_function(operation: &Operation) -> String {
    format!(
        "fn guard_{}<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {{
            Guarded::new(table::{}, endpoint)
        }}\n\n",
        snake(&operation.id),
        shout(&operation.id)
    )
}
