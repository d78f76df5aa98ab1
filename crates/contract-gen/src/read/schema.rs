//! Schemas: named ones and those in place.

use std::collections::{BTreeMap, BTreeSet};

use super::Reader;
use crate::{
    model::{Default, NamedSchema, ProblemType, Property, Schema, Shape, Type},
    yaml::{Node, Value},
};

const ANNOTATIONS: [&str; 5] = ["type", "description", "example", "nullable", "default"];

const OBJECT: [&str; 10] = [
    "type",
    "description",
    "example",
    "properties",
    "required",
    "additionalProperties",
    "minProperties",
    "maxProperties",
    "x-max-bytes",
    "x-immutable",
];

impl<'a> Reader<'a> {
    pub(super) fn schemas(&mut self, problems: &[ProblemType]) -> Vec<NamedSchema> {
        let components = self.want(self.root, "components");
        let group = self.want(components, "schemas");
        let mut schemas = Vec::new();
        for (key, node) in group.entries() {
            let shape = self.shape(&key.name, node);
            let description = node.get("description").and_then(Node::text);
            schemas.push(NamedSchema {
                name: key.name.clone(),
                line: key.line,
                description: description.unwrap_or_default().trim().to_owned(),
                has_example: node.get("example").is_some(),
                shape,
            });
        }
        self.agree_on_codes(problems, &schemas);
        self.refuse_cycles(&schemas);
        schemas
    }

    fn shape(&mut self, name: &str, node: &'a Node) -> Shape {
        if let Some(values) = node.get("enum") {
            self.known(
                node,
                "enum keyword",
                &["type", "description", "example", "enum", "x-standard"],
            );
            if node.get("type").and_then(Node::text) != Some("string") {
                self.faults
                    .add(values.line, format!("enum `{name}` must be of type string"));
            }
            let values = self.texts(node, "enum");
            return Shape::Enum(values.into_iter().map(|(value, _)| value).collect());
        }
        if node.get("type").and_then(Node::text) != Some("object") {
            self.faults.add(
                node.line,
                format!("schema `{name}` must be an object or an enum"),
            );
            return Shape::Free;
        }
        self.known(node, "schema keyword", &OBJECT);
        let open = self.flag(node, "additionalProperties");
        match node.get("properties") {
            Some(properties) => self.object(node, properties, open),
            None if open => Shape::Free,
            None => {
                self.faults.add(
                    node.line,
                    format!("object `{name}` needs properties or additionalProperties: true"),
                );
                Shape::Free
            }
        }
    }

    fn object(&mut self, node: &'a Node, list: &'a Node, open: bool) -> Shape {
        if open {
            self.faults.add(
                node.line,
                "an object with properties cannot have additionalProperties: true",
            );
        }
        let required = self.texts(node, "required");
        for (name, line) in &required {
            if list.get(name).is_none() {
                self.faults
                    .add(*line, format!("required property `{name}` is not there"));
            }
        }
        let mut properties = Vec::new();
        for (key, property) in list.entries() {
            properties.push(Property {
                name: key.name.clone(),
                required: required.iter().any(|(name, _)| *name == key.name),
                schema: self.schema(property),
            });
        }
        let immutable = self.texts(node, "x-immutable");
        for (name, line) in &immutable {
            if list.get(name).is_some() {
                self.faults.add(
                    *line,
                    format!("`{name}` cannot be a property and in x-immutable"),
                );
            }
        }
        Shape::Object {
            properties,
            immutable: immutable.into_iter().map(|(name, _)| name).collect(),
            closed: node.get("additionalProperties").is_some(),
        }
    }

    /// A schema in place: a reference, a scalar, or a list of these.
    pub(super) fn schema(&mut self, node: &'a Node) -> Schema {
        let ty = self.type_of(node);
        let default = node
            .get("default")
            .and_then(|default| self.default_of(default, &ty));
        let nullable = node.get("$ref").is_none() && self.flag(node, "nullable");
        let description = node.get("description").and_then(Node::text);
        Schema {
            line: node.line,
            ty,
            nullable,
            secret: node.get("format").and_then(Node::text) == Some("password"),
            description: description.unwrap_or_default().trim().to_owned(),
            default,
        }
    }

    fn type_of(&mut self, node: &'a Node) -> Type {
        if let Some(reference) = node.get("$ref") {
            let name = reference.text().unwrap_or_default();
            self.resolve(node, "schemas");
            return Type::Named(name.rsplit('/').next().unwrap_or_default().to_owned());
        }
        match self.text(node, "type").as_str() {
            "boolean" => {
                self.keywords(node, &[]);
                Type::Bool
            }
            "integer" => self.integer_type(node),
            "number" => self.number_type(node),
            "string" => self.text_type(node),
            "array" => self.list_type(node),
            "object" => {
                self.faults.add(
                    node.line,
                    "an object in place has no name; move it to components/schemas",
                );
                Type::Text
            }
            "" => Type::Text,
            other => {
                self.faults
                    .add(node.line, format!("unknown type `{other}`"));
                Type::Text
            }
        }
    }

    fn list_type(&mut self, node: &'a Node) -> Type {
        self.keywords(node, &["items", "minItems", "maxItems", "uniqueItems"]);
        let Some(items) = node.get("items") else {
            self.faults.add(node.line, "`items` is missing");
            return Type::Array(Box::new(Type::Text));
        };
        let ty = self.type_of(items);
        if matches!(ty, Type::Array(_)) {
            self.faults
                .add(items.line, "a list of lists is not understood");
        }
        for name in ["nullable", "default"] {
            if let Some(found) = items.get(name).filter(|_| items.get("$ref").is_none()) {
                let message = format!("`{name}` is not understood of the items of a list");
                self.faults.add(found.line, message);
            }
        }
        Type::Array(Box::new(ty))
    }

    fn integer_type(&mut self, node: &Node) -> Type {
        self.keywords(
            node,
            &[
                "format",
                "minimum",
                "maximum",
                "exclusiveMinimum",
                "exclusiveMaximum",
            ],
        );
        match node.get("format").and_then(Node::text) {
            Some("int32") => Type::Int32,
            Some("int64") => Type::Int64,
            other => {
                self.faults.add(
                    node.line,
                    format!(
                        "an integer needs format int32 or int64, not `{}`",
                        other.unwrap_or("nothing")
                    ),
                );
                Type::Int64
            }
        }
    }

    fn number_type(&mut self, node: &Node) -> Type {
        self.keywords(node, &["format", "minimum", "maximum"]);
        if let Some(format) = node.get("format")
            && format.text() != Some("double")
        {
            self.faults
                .add(format.line, "a number has format double or none");
        }
        Type::Number
    }

    fn text_type(&mut self, node: &Node) -> Type {
        if let Some(values) = node.get("enum") {
            self.faults.add(
                values.line,
                "an enum in place has no name; move it to components/schemas",
            );
        }
        self.keywords(
            node,
            &["format", "minLength", "maxLength", "pattern", "enum"],
        );
        match node.get("format") {
            None => Type::Text,
            Some(format) => match format.text() {
                Some("uuid") => Type::Uuid,
                Some("date-time") => Type::DateTime,
                Some("email" | "password") => Type::Text,
                other => {
                    self.faults.add(
                        format.line,
                        format!("unknown format `{}`", other.unwrap_or("")),
                    );
                    Type::Text
                }
            },
        }
    }

    fn keywords(&mut self, node: &Node, own: &[&str]) {
        let allowed: Vec<&str> = ANNOTATIONS.iter().chain(own).copied().collect();
        self.known(node, "schema keyword", &allowed);
        for name in ["minLength", "maxLength", "minItems", "maxItems"] {
            if let Some(limit) = node.get(name)
                && limit.integer().is_none_or(|limit| limit < 0)
            {
                self.faults.add(
                    limit.line,
                    format!("`{name}` must be a whole number from 0"),
                );
            }
        }
        for name in ["minimum", "maximum"] {
            if let Some(limit) = node.get(name)
                && !matches!(limit.value, Value::Int(_) | Value::Float(_))
            {
                self.faults
                    .add(limit.line, format!("`{name}` must be a number"));
            }
        }
    }

    fn default_of(&mut self, node: &Node, ty: &Type) -> Option<Default> {
        let default = match (ty, &node.value) {
            (Type::Bool, Value::Bool(value)) => Some(Default::Bool(*value)),
            (Type::Int32, Value::Int(value)) if i32::try_from(*value).is_ok() => {
                Some(Default::Int(*value))
            }
            (Type::Int64, Value::Int(value)) => Some(Default::Int(*value)),
            (Type::Text, Value::Str(value)) => Some(Default::Text(value.clone())),
            _ => None,
        };
        if default.is_none() {
            self.faults
                .add(node.line, "the default does not fit the type");
        }
        default
    }

    /// A schema that contains itself would be a Rust type of infinite size.
    fn refuse_cycles(&mut self, schemas: &[NamedSchema]) {
        let suspects = suspects(schemas);
        for schema in &suspects {
            let mut open: Vec<&str> = neighbours(schema).collect();
            let mut seen = BTreeSet::new();
            while let Some(name) = open.pop() {
                if seen.insert(name) {
                    let next = suspects.iter().filter(|suspect| suspect.name == name);
                    open.extend(next.flat_map(|suspect| neighbours(suspect)));
                }
            }
            if seen.contains(schema.name.as_str()) {
                self.faults.add(
                    schema.line,
                    format!("schema `{}` contains itself", schema.name),
                );
            }
        }
    }
}

/// The schemas that may contain themselves: all but those that lead to nothing or to such alone.
fn suspects(schemas: &[NamedSchema]) -> Vec<&NamedSchema> {
    let mut users: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    let mut leads: BTreeMap<&str, usize> = BTreeMap::new();
    for schema in schemas {
        *leads.entry(&schema.name).or_default() += neighbours(schema).count();
        for name in neighbours(schema) {
            users.entry(name).or_default().push(&schema.name);
        }
    }
    let nowhere = leads.iter().filter(|(_, leads)| **leads == 0);
    let mut ends: Vec<&str> = nowhere.map(|(name, _)| *name).collect();
    while let Some(name) = ends.pop() {
        for user in users.get(name).into_iter().flatten() {
            if let Some(left) = leads.get_mut(user) {
                *left -= 1;
                if *left == 0 {
                    ends.push(user);
                }
            }
        }
    }
    let leads_on = |schema: &&NamedSchema| leads[schema.name.as_str()] > 0;
    schemas.iter().filter(leads_on).collect()
}

fn neighbours(schema: &NamedSchema) -> impl Iterator<Item = &str> {
    let properties = match &schema.shape {
        Shape::Object { properties, .. } => properties.as_slice(),
        _ => &[],
    };
    properties
        .iter()
        .filter_map(|property| property.schema.ty.named())
}

impl Type {
    /// The named schema that this is, or is a list of.
    pub fn named(&self) -> Option<&str> {
        match self {
            Type::Named(name) => Some(name),
            Type::Array(items) => items.named(),
            _ => None,
        }
    }
}
