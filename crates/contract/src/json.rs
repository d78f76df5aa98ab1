//! JSON as the guard reads it: no field twice, and no deeper than whoever reads the answers can
//! follow. serde_json keeps the last of two fields, where another reader keeps the first.

use std::{cell::RefCell, collections::BTreeSet, fmt};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Error, Map, Value};

use crate::{
    FieldError,
    violations::{MOST, below, shown},
};

/// Lists and objects in each other. Most readers, serde_json among them, stop at 128 levels, and
/// an answer or an event wraps what was sent in a few more.
pub(crate) const DEEPEST: usize = 64;

/// Reads a body. Fields that are there twice go into `errors`.
pub(crate) fn read(text: &str, errors: &mut Vec<FieldError>) -> Result<Value, Error> {
    let twice = RefCell::default();
    let mut json = serde_json::Deserializer::from_str(text);
    let root = Node {
        place: Place::Root,
        depth: 0,
        twice: &twice,
    };
    let value = root.deserialize(&mut json)?;
    json.end()?;
    let twice = twice.into_inner().into_iter();
    errors.extend(
        twice.map(|pointer| FieldError::at(pointer, "DUPLICATE_FIELD", "must not be given twice")),
    );
    Ok(value)
}

/// Where a value is: the pointer is put together only when something is wrong there.
#[derive(Clone, Copy)]
enum Place<'a> {
    Root,
    Item(&'a Place<'a>, usize),
    Field(&'a Place<'a>, &'a str),
}

impl Place<'_> {
    fn pointer(&self) -> String {
        match self {
            Self::Root => String::new(),
            Self::Item(parent, index) => format!("{}/{index}", parent.pointer()),
            Self::Field(parent, name) => below(&parent.pointer(), &shown(name)),
        }
    }
}

/// A value that is to be read.
#[derive(Clone, Copy)]
struct Node<'a> {
    place: Place<'a>,
    depth: usize,
    /// Pointers to fields that were there before.
    twice: &'a RefCell<BTreeSet<String>>,
}

impl<'a> Node<'a> {
    fn child(self, place: Place<'a>) -> Self {
        let depth = self.depth + 1;
        Self {
            place,
            depth,
            ..self
        }
    }

    fn enter<E: de::Error>(&self) -> Result<(), E> {
        match self.depth < DEEPEST {
            true => Ok(()),
            false => Err(E::custom("nested too deep")),
        }
    }

    fn note(&self, name: &str) {
        let mut twice = self.twice.borrow_mut();
        if twice.len() < MOST {
            twice.insert(Place::Field(&self.place, name).pointer());
        }
    }
}

impl<'de> DeserializeSeed<'de> for Node<'_> {
    type Value = Value;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Node<'_> {
    type Value = Value;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> Result<Value, E> {
        Ok(Value::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_i64<E>(self, value: i64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_u64<E>(self, value: u64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_f64<E>(self, value: f64) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_str<E>(self, value: &str) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_string<E>(self, value: String) -> Result<Value, E> {
        Ok(value.into())
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut items = Vec::new();
        while let Some(item) =
            list.next_element_seed(self.child(Place::Item(&self.place, items.len())))?
        {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        self.enter()?;
        let mut fields = Map::new();
        while let Some(name) = object.next_key::<String>()? {
            let value = object.next_value_seed(self.child(Place::Field(&self.place, &name)))?;
            if fields.contains_key(&name) {
                self.note(&name);
            }
            fields.insert(name, value);
        }
        Ok(Value::Object(fields))
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    #[test]
    fn reads_what_serde_json_reads() {
        let mut errors = Vec::new();
        for text in [
            "null",
            " [true, false, -1, 18446744073709551615, 1.5e3, -0.0, 1e308] ",
            r#"{"a": {"b": ["\ud834\udd1e", ""]}, "": 123456789012345678901234567890}"#,
        ] {
            let due: Value = serde_json::from_str(text).unwrap();
            assert_eq!(read(text, &mut errors).unwrap(), due, "{text}");
        }
        assert!(errors.is_empty());
        for text in ["", "{", "[1,]", "1 2", "1e999", "\"\\ud800\""] {
            assert!(read(text, &mut errors).is_err(), "{text}");
        }
    }

    #[test]
    fn fields_that_are_there_twice_are_all_named() {
        let mut errors = Vec::new();
        let text = r#"{"a": 1, "b": [0, {"c~": 1, "\u0063~": 2}], "a": 2, "a": 3}"#;
        let value = read(text, &mut errors).unwrap();
        assert_eq!(value["a"], 3);
        let pointers: Vec<_> = errors.into_iter().map(|e| e.pointer.unwrap()).collect();
        assert_eq!(pointers, ["/a", "/b/1/c~0"]);
    }

    #[test]
    fn depth_has_a_limit() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(&nested(DEEPEST), &mut Vec::new()).is_ok());
        for depth in [DEEPEST + 1, 100_000] {
            let refused = read(&nested(depth), &mut Vec::new()).unwrap_err();
            assert!(refused.is_data(), "{refused}");
        }
    }
}
