//! A YAML tree in which everything knows its line.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};

use crate::fault::Fault;

/// A YAML value and where it starts.
#[derive(Debug, Clone)]
pub struct Node {
    /// The line, from 1.
    pub line: usize,
    /// The value.
    pub value: Value,
}

/// A YAML value. Maps keep the order of the file.
#[derive(Debug, Clone)]
pub enum Value {
    /// Nothing.
    Null,
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Any other number.
    Float(f64),
    /// Text.
    Str(String),
    /// A list.
    Seq(Vec<Node>),
    /// A map.
    Map(Vec<(Key, Node)>),
}

/// A key of a map and where it stands.
#[derive(Debug, Clone)]
pub struct Key {
    /// The key.
    pub name: String,
    /// Its line, from 1.
    pub line: usize,
}

impl Node {
    /// Reads one YAML document. Aliases are replaced by what they stand for.
    pub fn parse(text: &str) -> Result<Self, Vec<Fault>> {
        let fault = |line, message: String| vec![Fault { line, message }];
        let documents = MarkedYaml::load_from_str(text)
            .map_err(|error| fault(error.marker().line(), format!("not YAML: {}", error.info())))?;
        let [document] = documents.as_slice() else {
            return Err(fault(1, "expected one YAML document".into()));
        };
        convert(document).map_err(|fault| vec![fault])
    }

    /// The value of a key of a map.
    pub fn get(&self, name: &str) -> Option<&Node> {
        self.entries()
            .iter()
            .find(|(key, _)| key.name == name)
            .map(|(_, node)| node)
    }

    /// The entries of a map; none for anything else.
    pub fn entries(&self) -> &[(Key, Node)] {
        match &self.value {
            Value::Map(entries) => entries,
            _ => &[],
        }
    }

    /// The items of a list; none for anything else.
    pub fn items(&self) -> &[Node] {
        match &self.value {
            Value::Seq(items) => items,
            _ => &[],
        }
    }

    /// The text, if it is text.
    pub fn text(&self) -> Option<&str> {
        match &self.value {
            Value::Str(text) => Some(text),
            _ => None,
        }
    }

    /// The truth value, if it is one.
    pub fn boolean(&self) -> Option<bool> {
        match self.value {
            Value::Bool(value) => Some(value),
            _ => None,
        }
    }

    /// The whole number, if it is one.
    pub fn integer(&self) -> Option<i64> {
        match self.value {
            Value::Int(value) => Some(value),
            _ => None,
        }
    }

    /// Compact JSON with the keys in the order of the file.
    pub fn to_json(&self) -> String {
        let mut out = String::new();
        write_json(self, &mut out);
        out
    }
}

fn convert(yaml: &MarkedYaml<'_>) -> Result<Node, Fault> {
    let line = yaml.span.start.line();
    let value = match &yaml.data {
        YamlData::Value(scalar) => convert_scalar(scalar),
        YamlData::Sequence(items) => {
            Value::Seq(items.iter().map(convert).collect::<Result<_, _>>()?)
        }
        YamlData::Mapping(entries) => Value::Map(
            entries
                .iter()
                .map(|(key, value)| Ok((convert_key(key)?, convert(value)?)))
                .collect::<Result<_, Fault>>()?,
        ),
        _ => {
            return Err(Fault {
                line,
                message: "YAML tags are not understood".into(),
            });
        }
    };
    Ok(Node { line, value })
}

fn convert_scalar(scalar: &Scalar<'_>) -> Value {
    match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(value) => Value::Bool(*value),
        Scalar::Integer(value) => Value::Int(*value),
        Scalar::FloatingPoint(value) => Value::Float(value.into_inner()),
        Scalar::String(value) => Value::Str(value.to_string()),
    }
}

fn convert_key(key: &MarkedYaml<'_>) -> Result<Key, Fault> {
    let line = key.span.start.line();
    match &key.data {
        YamlData::Value(Scalar::String(name)) => Ok(Key {
            name: name.to_string(),
            line,
        }),
        _ => Err(Fault {
            line,
            message: "a key must be text; put it in quotes".into(),
        }),
    }
}

fn write_json(node: &Node, out: &mut String) {
    match &node.value {
        Value::Null => out.push_str("null"),
        Value::Bool(value) => out.push_str(if *value { "true" } else { "false" }),
        Value::Int(value) => out.push_str(&value.to_string()),
        Value::Float(value) => out.push_str(&value.to_string()),
        Value::Str(text) => out.push_str(&json_text(text)),
        Value::Seq(items) => {
            out.push('[');
            for (index, item) in items.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                write_json(item, out);
            }
            out.push(']');
        }
        Value::Map(entries) => {
            out.push('{');
            for (index, (key, item)) in entries.iter().enumerate() {
                if index > 0 {
                    out.push(',');
                }
                out.push_str(&json_text(&key.name));
                out.push(':');
                write_json(item, out);
            }
            out.push('}');
        }
    }
}

fn json_text(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}
