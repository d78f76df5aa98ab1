//! JSON as the guard reads it: no field twice, and no deeper than whoever reads the answers can
//! follow. serde_json keeps the last of two fields, where another reader keeps the first.

use std::{cell::RefCell, collections::BTreeSet, fmt};

use serde::de::{self, DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use serde_json::{Error, Map, Value};

use crate::{FieldError, findings::Findings, pointer::Path};

/// Lists and objects in each other. Most readers, serde_json among them, stop at 128 levels, and
/// an answer or an event wraps what was sent in a few more.
pub(crate) const DEEPEST: usize = 64;

/// Reads a body. Fields that are there twice go into `findings`.
pub(crate) fn read(text: &str, findings: &mut Findings) -> Result<Value, Error> {
    let twice = RefCell::new(std::mem::take(findings));
    let mut json = serde_json::Deserializer::from_str(text);
    let root = Node {
        path: Path::Root,
        depth: 0,
        twice: &twice,
    };
    let value = root.deserialize(&mut json);
    *findings = twice.into_inner();
    let value = value?;
    json.end()?;
    Ok(value)
}

/// A value that is to be read.
#[derive(Clone, Copy)]
struct Node<'a> {
    path: Path<'a>,
    depth: usize,
    /// Where fields are noted that were there before.
    twice: &'a RefCell<Findings>,
}

impl<'a> Node<'a> {
    fn child(self, path: Path<'a>) -> Self {
        let depth = self.depth + 1;
        Self {
            path,
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

    /// Notes a field that was there before, once, however often it comes again. `noted` holds the
    /// names that this object was blamed for.
    fn note(&self, name: &str, noted: &mut BTreeSet<String>) {
        let mut findings = self.twice.borrow_mut();
        if findings.is_full() || noted.contains(name) {
            return;
        }
        noted.insert(name.to_owned());
        let pointer = Path::Field(&self.path, name).pointer();
        findings.push(FieldError::at(
            pointer,
            "DUPLICATE_FIELD",
            "must not be given twice",
        ));
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
            list.next_element_seed(self.child(Path::Item(&self.path, items.len())))?
        {
            items.push(item);
        }
        Ok(Value::Array(items))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut object: A) -> Result<Value, A::Error> {
        self.enter()?;
        let (mut fields, mut noted) = (Map::new(), BTreeSet::new());
        while let Some(name) = object.next_key::<String>()? {
            let value = object.next_value_seed(self.child(Path::Field(&self.path, &name)))?;
            if fields.contains_key(&name) {
                self.note(&name, &mut noted);
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
        let mut errors = Findings::default();
        for text in [
            "null",
            " [true, false, -1, 18446744073709551615, 1.5e3, -0.0, 1e308] ",
            r#"{"a": {"b": ["\ud834\udd1e", ""]}, "": 123456789012345678901234567890}"#,
        ] {
            let due: Value = serde_json::from_str(text).unwrap();
            assert_eq!(read(text, &mut errors).unwrap(), due, "{text}");
        }
        assert!(errors.as_list().is_empty());
        for text in ["", "{", "[1,]", "1 2", "1e999", "\"\\ud800\""] {
            assert!(read(text, &mut errors).is_err(), "{text}");
        }
    }

    #[test]
    fn fields_that_are_there_twice_are_all_named() {
        let mut errors = Findings::default();
        let text = r#"{"a": 1, "b": [0, {"c~": 1, "\u0063~": 2}], "a": 2, "a": 3}"#;
        let value = read(text, &mut errors).unwrap();
        assert_eq!(value["a"], 3);
        let errors = errors.into_list().into_iter();
        let pointers: Vec<_> = errors.map(|error| error.pointer.unwrap()).collect();
        assert_eq!(pointers, ["/b/1/c~0", "/a"]);
    }

    #[test]
    fn depth_has_a_limit() {
        let nested = |depth| "[".repeat(depth) + &"]".repeat(depth);
        assert!(read(&nested(DEEPEST), &mut Findings::default()).is_ok());
        for depth in [DEEPEST + 1, 100_000] {
            let refused = read(&nested(depth), &mut Findings::default()).unwrap_err();
            assert!(refused.is_data(), "{refused}");
        }
    }
}
