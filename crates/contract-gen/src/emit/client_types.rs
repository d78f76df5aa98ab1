//! DTOs of the `client` crate: plain serde.

use super::{
    rust::{doc, literal},
    types::{Held, debug, enum_names, held, property_doc},
    uses::Uses,
};
use crate::{
    model::{Contract, NamedSchema, Property, Shape, Type},
    names::{camel, ident, pascal, snake},
};

/// The Rust type of a value that is there and not null.
pub fn rust_type(ty: &Type) -> String {
    match ty {
        Type::DateTime => "DateTime<Utc>".into(),
        Type::Array(items) => format!("Vec<{}>", rust_type(items)),
        other => super::types::rust_type(other),
    }
}

/// A DTO with everything that belongs to it.
pub fn schema(contract: &Contract, schema: &NamedSchema, uses: &Uses) -> String {
    match &schema.shape {
        Shape::Free => format!(
            "{}pub type {} = serde_json::Map<String, serde_json::Value>;\n\n",
            doc(&[&schema.description]),
            schema.name
        ),
        Shape::Enum(values) => enumeration(schema, values),
        Shape::Object { properties, .. } => object(contract, schema, properties, uses),
    }
}

fn object(
    contract: &Contract,
    schema: &NamedSchema,
    properties: &[Property],
    uses: &Uses,
) -> String {
    let name = &schema.name;
    let all_optional = properties.iter().all(|property| !property.required);
    let default = if all_optional { ", Default" } else { "" };
    let mut out = doc(&[&schema.description]);
    let (derive, debug) = debug(name, properties);
    out.push_str(&format!(
        "#[derive({derive}Clone, PartialEq, Serialize, Deserialize{default})]\n\
         #[serde(rename_all = \"camelCase\")]\npub struct {name} {{\n"
    ));
    for property in properties {
        let meaning = property_doc(contract, property);
        let note = match held(property, name, uses) {
            Held::Undefined => "`None` leaves it out, `Some(None)` is null.",
            _ => "",
        };
        out.push_str(&doc(&[&meaning, note]));
        if camel(&snake(&property.name)) != property.name {
            out.push_str(&format!("#[serde(rename = {})]\n", literal(&property.name)));
        }
        let (attribute, ty) = field(property, name, uses);
        out.push_str(&format!(
            "{attribute}pub {}: {ty},\n",
            ident(&property.name)
        ));
    }
    out.push_str("}\n\n");
    out.push_str(&debug);
    if uses.requested.contains(name) {
        out.push_str(&constructor(name, properties, uses));
    }
    out
}

fn field(property: &Property, schema: &str, uses: &Uses) -> (&'static str, String) {
    let ty = rust_type(&property.schema.ty);
    let skip = "#[serde(default, skip_serializing_if = \"Option::is_none\")]\n";
    match held(property, schema, uses) {
        Held::Plain if property.required => ("", ty),
        Held::Nullable if property.required => ("", format!("Option<{ty}>")),
        Held::Undefined => (
            "#[serde(default, deserialize_with = \"crate::wire::present\", skip_serializing_if = \"Option::is_none\")]\n",
            format!("Option<Option<{ty}>>"),
        ),
        _ => (skip, format!("Option<{ty}>")),
    }
}

/// `new` with what is required; the rest is left out.
fn constructor(name: &str, properties: &[Property], uses: &Uses) -> String {
    let required: Vec<&Property> = properties.iter().filter(|p| p.required).collect();
    if required.is_empty() || required.len() == properties.len() {
        return String::new();
    }
    let mut arguments = String::new();
    let mut fields = String::new();
    for property in properties {
        let field_name = ident(&property.name);
        if !property.required {
            fields.push_str(&format!("{field_name}: None,"));
        } else if property.schema.ty == Type::Text && !property.schema.nullable {
            arguments.push_str(&format!("{field_name}: impl Into<String>,"));
            fields.push_str(&format!("{field_name}: {field_name}.into(),"));
        } else {
            let (_, ty) = field(property, name, uses);
            arguments.push_str(&format!("{field_name}: {ty},"));
            fields.push_str(&format!("{field_name},"));
        }
    }
    format!(
        "impl {name} {{
            /// With what is required, and nothing else.
            pub fn new({arguments}) -> Self {{ Self {{ {fields} }} }}
        }}\n\n"
    )
}

fn enumeration(schema: &NamedSchema, values: &[String]) -> String {
    let name = &schema.name;
    let mut out = doc(&[&schema.description]);
    out.push_str("#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]\n");
    out.push_str(&format!("pub enum {name} {{\n"));
    for value in values {
        out.push_str(&format!(
            "/// `{value}`.\n#[serde(rename = {})]\n{},\n",
            literal(value),
            pascal(value)
        ));
    }
    if name != "ProblemCode" {
        return out + "}\n\n" + &enum_names(name, values, "");
    }
    out.push_str("/// A code that this version of the client does not know.\n");
    out.push_str("#[serde(other, skip_serializing)]\nUnknown,\n}\n\n");
    out + &enum_names(name, values, "Self::Unknown => \"UNKNOWN\",")
}
