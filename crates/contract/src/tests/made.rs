//! Requests made from bytes, so that a fuzzer finds the way to every kind of them.

use serde_json::{Map, Value, json};

/// JSON that the bytes chose.
#[derive(Debug)]
pub struct Made {
    pub text: String,
    /// Whether it is well-formed as far as this knows.
    pub is_whole: bool,
    /// Whether a field is there twice.
    pub is_twice: bool,
    /// Lists and objects in each other.
    pub depth: usize,
}

/// As they are in the text, and as they are read.
const NAMES: [(&str, &str); 12] = [
    ("a", "a"),
    ("\\u0061", "a"),
    ("b", "b"),
    ("", ""),
    ("/", "/"),
    ("~", "~"),
    ("~1", "~1"),
    ("ø", "ø"),
    ("\\u0000", "\0"),
    ("userId", "userId"),
    ("items", "items"),
    ("attributes", "attributes"),
];

const SCALARS: [&str; 16] = [
    "null",
    "true",
    "false",
    "0",
    "-0.0",
    "1.5e3",
    "18446744073709551615",
    "123456789012345678901234567890",
    "\"\"",
    "\"text\"",
    "\"\\ud834\\udd1e\"",
    "\"a\\u0000b\"",
    "\"01980a4e-7c3b-7d10-9a55-0d5b7c1f2e3a\"",
    "\"2026-03-01T09:30:00Z\"",
    "\"ATOMIC\"",
    "7",
];

const BROKEN: [&str; 6] = [",", "}", "1e999", "\"\\ud800\"", "nul", "\"\n\""];

impl Made {
    /// JSON that these bytes choose.
    pub fn of(bytes: &[u8]) -> Self {
        let mut made = Self {
            text: String::new(),
            is_whole: true,
            is_twice: false,
            depth: 0,
        };
        made.value(&mut bytes.iter().copied(), 0);
        made
    }

    fn value(&mut self, bytes: &mut impl Iterator<Item = u8>, depth: usize) {
        self.depth = self.depth.max(depth);
        match bytes.next().unwrap_or(0) {
            byte @ 0..100 => self
                .text
                .push_str(SCALARS[usize::from(byte) % SCALARS.len()]),
            byte @ 100..160 if depth < 80 => self.list(usize::from(byte) % 4, bytes, depth + 1),
            byte @ 160..252 if depth < 80 => self.object(usize::from(byte) % 5, bytes, depth + 1),
            byte @ 252.. => {
                self.is_whole = false;
                self.text.push_str(BROKEN[usize::from(byte) % BROKEN.len()]);
            }
            _ => self.text.push('0'),
        }
    }

    fn list(&mut self, items: usize, bytes: &mut impl Iterator<Item = u8>, depth: usize) {
        self.depth = self.depth.max(depth);
        self.text.push('[');
        for number in 0..items {
            self.separate(number);
            self.value(bytes, depth);
        }
        self.text.push(']');
    }

    fn object(&mut self, fields: usize, bytes: &mut impl Iterator<Item = u8>, depth: usize) {
        self.depth = self.depth.max(depth);
        let mut names = Vec::new();
        self.text.push('{');
        for number in 0..fields {
            self.separate(number);
            let chosen = usize::from(bytes.next().unwrap_or(0)) % NAMES.len();
            let (written, name) = NAMES[chosen];
            self.is_twice |= names.contains(&name);
            names.push(name);
            self.text.push_str(&format!("\"{written}\":"));
            self.value(bytes, depth);
        }
        self.text.push('}');
    }

    fn separate(&mut self, number: usize) {
        self.text.push_str(if number > 0 { " ," } else { "" });
    }
}

/// The value with some of its fields taken out, replaced or added, as the bytes choose.
pub fn changed(value: &Value, bytes: &[u8]) -> Value {
    let Value::Object(fields) = value else {
        return value.clone();
    };
    let mut fields: Map<String, Value> = fields.clone();
    for edit in bytes.chunks(3).take(4) {
        let [field, kind, with] = edit else { break };
        let names: Vec<String> = fields.keys().cloned().collect();
        let name = names.get(usize::from(*field) % names.len().max(1));
        let name = name.cloned().unwrap_or_else(|| "a".to_owned());
        let scalar = SCALARS[usize::from(*with) % SCALARS.len()];
        let scalar = serde_json::from_str(scalar).unwrap_or(Value::Null);
        match kind % 4 {
            0 => drop(fields.remove(&name)),
            1 => drop(fields.insert(name, scalar)),
            2 => drop(fields.insert("unknown".to_owned(), scalar)),
            _ => drop(fields.insert(name, json!([{"a/b": scalar}, scalar]))),
        }
    }
    Value::Object(fields)
}

/// A query string of pieces that the bytes choose.
pub fn query(names: &[&str], bytes: &[u8]) -> String {
    const PIECES: [&str; 24] = [
        "=",
        "&",
        "=",
        "&",
        "%",
        "%0",
        "%00",
        "%C3%A9",
        "%FF",
        "+",
        "1",
        "-1",
        "200",
        "201",
        "99999999999999999999",
        "1.5",
        "true",
        "ACTIVE",
        "createdAt,desc",
        "a",
        ",",
        ";",
        "?",
        "",
    ];
    let pieces = bytes.iter().take(64).map(|byte| {
        let byte = usize::from(*byte);
        match byte < 128 {
            true => PIECES[byte % PIECES.len()],
            false => names.get(byte % names.len().max(1)).copied().unwrap_or("x"),
        }
    });
    pieces.collect()
}
