//! Whatever a caller sends has a bound: each text, list and free object of a request.

use crate::{
    fault::Faults,
    yaml::{Key, Node},
};
use std::collections::BTreeSet;

/// Formats whose texts the guard takes in one length only.
const OF_ONE_LENGTH: [&str; 2] = ["uuid", "date-time"];

/// Adds a fault for everything in a request that can be as large as the body.
pub(crate) fn check(document: &Node, faults: &mut Faults) {
    let mut walk = Walk {
        document,
        seen: BTreeSet::new(),
        faults,
    };
    for (_, item) in entries(document.get("paths")) {
        walk.parameters(item);
        for (_, operation) in item.entries() {
            walk.parameters(operation);
            let body = operation.get("requestBody");
            for (_, content) in entries(body.and_then(|body| body.get("content"))) {
                if let Some(schema) = content.get("schema") {
                    walk.schema("the body", schema);
                }
            }
        }
    }
}

struct Walk<'a> {
    document: &'a Node,
    /// References that were looked at.
    seen: BTreeSet<&'a str>,
    faults: &'a mut Faults,
}

impl<'a> Walk<'a> {
    fn parameters(&mut self, holder: &'a Node) {
        for parameter in holder.get("parameters").map_or(&[] as &[_], Node::items) {
            let Some(parameter) = self.resolved(parameter) else {
                continue;
            };
            let name = parameter.get("name").and_then(Node::text);
            if let Some(schema) = parameter.get("schema") {
                self.schema(name.unwrap_or_default(), schema);
            }
        }
    }

    /// What is referred to, when it is looked at for the first time.
    fn resolved(&mut self, node: &'a Node) -> Option<&'a Node> {
        let Some(reference) = node.get("$ref").and_then(Node::text) else {
            return Some(node);
        };
        if !self.seen.insert(reference) {
            return None;
        }
        let mut steps = reference.strip_prefix("#/")?.split('/');
        steps.try_fold(self.document, |node, step| node.get(step))
    }

    fn schema(&mut self, place: &str, node: &'a Node) {
        let name = node.get("$ref").and_then(Node::text);
        let name = name.and_then(|name| name.rsplit('/').next());
        let place = name.unwrap_or(place);
        let Some(node) = self.resolved(node) else {
            return;
        };
        if let Some(missing) = missing(node) {
            let message = format!("`{place}` comes with requests and has no bound: {missing}");
            self.faults.add(node.line, message);
        }
        for (property, schema) in entries(node.get("properties")) {
            self.schema(&format!("{place}.{}", property.name), schema);
        }
        if let Some(items) = node.get("items") {
            self.schema(place, items);
        }
    }
}

fn entries(node: Option<&Node>) -> &[(Key, Node)] {
    node.map_or(&[], Node::entries)
}

/// The bound that the schema should have.
fn missing(node: &Node) -> Option<&'static str> {
    let has = |name: &str| node.get(name).is_some();
    match node.get("type").and_then(Node::text)? {
        "string" => {
            let format = node.get("format").and_then(Node::text);
            let pattern = node.get("pattern").and_then(Node::text);
            let is_bounded = has("enum")
                || has("maxLength")
                || format.is_some_and(|format| OF_ONE_LENGTH.contains(&format))
                || pattern.is_some_and(ends);
            (!is_bounded).then_some("maxLength")
        }
        "array" => (!has("maxItems")).then_some("maxItems"),
        "object" => (!has("properties") && !has("x-max-bytes")).then_some("x-max-bytes"),
        _ => None,
    }
}

/// Whether a pattern fits texts of a bounded length only: it holds from the beginning to the end, and
/// nothing in it may come again without end.
fn ends(pattern: &str) -> bool {
    let Some(inner) = pattern
        .strip_prefix('^')
        .and_then(|rest| rest.strip_suffix('$'))
    else {
        return false;
    };
    let (mut in_class, mut chars) = (false, inner.chars().peekable());
    while let Some(c) = chars.next() {
        match c {
            '\\' => {
                chars.next();
            }
            '[' => in_class = true,
            ']' => in_class = false,
            '*' | '+' if !in_class => return false,
            ',' if !in_class && chars.peek() == Some(&'}') => return false,
            _ => {}
        }
    }
    // A bare `|` would leave one end of each side open.
    in_parentheses(inner)
}

/// Whether every alternative is within parentheses.
fn in_parentheses(pattern: &str) -> bool {
    let mut depth = 0_usize;
    for c in pattern.chars() {
        match c {
            '(' => depth += 1,
            ')' => depth = depth.saturating_sub(1),
            '|' if depth == 0 => return false,
            _ => {}
        }
    }
    true
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_pattern_ends_or_does_not() {
        for pattern in ["^[A-Z]{2}$", "^a(,(asc|desc))?$", r"^[+*]{1,3}\+$", "^$"] {
            assert!(ends(pattern), "{pattern}");
        }
        for pattern in [
            r"\S", "^a", "a$", "^a+$", "^a*$", "^a{2,}$", "^a|b$", "^(a|b+)$",
        ] {
            assert!(!ends(pattern), "{pattern}");
        }
    }
}
