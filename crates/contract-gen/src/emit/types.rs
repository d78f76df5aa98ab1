//! DTOs of the `contract` crate.

use super::{
    rust::{doc, literal},
    uses::Uses,
};
use crate::{
    model::{Contract, Default, NamedSchema, Property, Shape, Type},
    names::{camel, ident, pascal, snake},
};

/// The Rust type of a value that is there and not null.
pub fn rust_type(ty: &Type) -> String {
    match ty {
        Type::Bool => "bool".into(),
        Type::Int32 => "i32".into(),
        Type::Int64 => "i64".into(),
        Type::Number => "f64".into(),
        Type::Text => "String".into(),
        Type::Uuid => "Uuid".into(),
        Type::DateTime => "Timestamp".into(),
        Type::Array(items) => format!("Vec<{}>", rust_type(items)),
        Type::Named(name) => name.clone(),
    }
}

/// How a property is held.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Held {
    /// Always there.
    Plain,
    /// Null when there is none.
    Nullable,
    /// Left out when there is none.
    Optional,
    /// Left out, null or there, and the three differ.
    Undefined,
}

/// How a property is held: only where absent and null differ are there three states.
pub fn held(property: &Property, schema: &str, uses: &Uses) -> Held {
    if uses.patches.contains(schema) {
        return Held::Undefined;
    }
    match (property.required, property.schema.nullable) {
        (true, false) => Held::Plain,
        (true, true) => Held::Nullable,
        (false, false) if property.schema.default.is_some() => Held::Plain,
        (false, false) => Held::Optional,
        (false, true) if uses.replied.contains(schema) => Held::Undefined,
        (false, true) => Held::Nullable,
    }
}

/// The description of a property, or that of the schema it refers to.
pub fn property_doc(contract: &Contract, property: &Property) -> String {
    let own = &property.schema.description;
    if !own.is_empty() {
        return own.clone();
    }
    let named = property.schema.ty.named();
    named
        .and_then(|name| contract.schema(name))
        .map(|schema| schema.description.clone())
        .unwrap_or_default()
}

/// A DTO with everything that belongs to it.
pub fn schema(contract: &Contract, schema: &NamedSchema, uses: &Uses) -> String {
    match &schema.shape {
        Shape::Free => format!(
            "{}pub type {} = FreeObject;\n\n",
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
    let mut out = doc(&[&schema.description]);
    let (derive, debug) = debug(name, properties);
    out.push_str(&format!(
        "#[derive({derive}Clone, PartialEq, Object, Serialize)]\n"
    ));
    out.push_str("#[oai(rename_all = \"camelCase\")]\n#[serde(rename_all = \"camelCase\")]\n");
    out.push_str(&format!("pub struct {name} {{\n"));
    let mut defaults = String::new();
    for property in properties {
        let ty = &property.schema.ty;
        let mut attributes = doc(&[&property_doc(contract, property)]);
        if camel(&snake(&property.name)) != property.name {
            let wire = literal(&property.name);
            let both = format!("#[oai(rename = {wire})]\n#[serde(rename = {wire})]\n");
            attributes.push_str(&both);
        }
        let held = held(property, name, uses);
        if let (Held::Plain, Some(default)) = (held, &property.schema.default) {
            let function = format!("default_{}_{}", snake(name), snake(&property.name));
            attributes.push_str(&format!("#[oai(default = \"{function}\")]\n"));
            defaults.push_str(&default_function(&function, ty, default));
        }
        let (skip, ty) = holding(held, &rust_type(ty));
        let field = ident(&property.name);
        out.push_str(&format!("{attributes}{skip}pub {field}: {ty},\n"));
    }
    out.push_str("}\n\n");
    out + &debug + &defaults
}

/// What to derive for `Debug`, and its implementation where a secret must not show.
pub fn debug(name: &str, properties: &[Property]) -> (&'static str, String) {
    if !properties.iter().any(|property| property.schema.secret) {
        return ("Debug, ", String::new());
    }
    let shown = properties.iter().filter(|property| !property.schema.secret);
    let fields: String = shown
        .map(|property| {
            let field = ident(&property.name);
            format!(".field({}, &self.{field})", literal(&field))
        })
        .collect();
    let implementation = format!(
        "/// Without its secrets.
        impl std::fmt::Debug for {name} {{
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {{
                f.debug_struct({}){fields}.finish_non_exhaustive()
            }}
        }}\n\n",
        literal(name)
    );
    ("", implementation)
}

/// When a field is left out, and its type.
fn holding(held: Held, ty: &str) -> (&'static str, String) {
    match held {
        Held::Plain => ("", ty.to_owned()),
        Held::Nullable => ("", format!("Option<{ty}>")),
        Held::Optional => (
            "#[oai(skip_serializing_if_is_none)]\n#[serde(skip_serializing_if = \"Option::is_none\")]\n",
            format!("Option<{ty}>"),
        ),
        Held::Undefined => (
            "#[serde(skip_serializing_if = \"MaybeUndefined::is_undefined\")]\n",
            format!("MaybeUndefined<{ty}>"),
        ),
    }
}

/// A function that gives a default.
pub fn default_function(name: &str, ty: &Type, default: &Default) -> String {
    let value = match default {
        Default::Bool(value) => value.to_string(),
        Default::Int(value) => value.to_string(),
        Default::Text(value) => format!("{}.to_owned()", literal(value)),
    };
    format!("fn {name}() -> {} {{ {value} }}\n\n", rust_type(ty))
}

fn enumeration(schema: &NamedSchema, values: &[String]) -> String {
    let name = &schema.name;
    let mut out = doc(&[&schema.description]);
    out.push_str("#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]\n");
    out.push_str(&format!("pub enum {name} {{\n"));
    for value in values {
        let wire = literal(value);
        out.push_str(&format!(
            "/// `{value}`.\n#[oai(rename = {wire})]\n#[serde(rename = {wire})]\n{},\n",
            pascal(value)
        ));
    }
    out.push_str("}\n\n");
    out + &enum_names(name, values, "")
}

/// `ALL` and `as_str` of an enum. `first` are arms of `as_str` for variants that the contract lacks.
pub fn enum_names(name: &str, values: &[String], first: &str) -> String {
    let variants: String = values
        .iter()
        .map(|value| format!("Self::{},", pascal(value)))
        .collect();
    let arms: String = values
        .iter()
        .map(|value| format!("Self::{} => {},", pascal(value), literal(value)))
        .collect();
    format!(
        "impl {name} {{
            /// Every value, in the order of the contract.
            pub const ALL: &'static [Self] = &[{variants}];

            /// The value on the wire.
            pub const fn as_str(self) -> &'static str {{
                match self {{ {first}{arms} }}
            }}
        }}\n\n"
    )
}
