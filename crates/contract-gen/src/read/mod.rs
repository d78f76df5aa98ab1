//! From the YAML tree to the model. What is not understood is refused, by name and line.

mod name;
mod operation;
mod problem;
mod response;
mod schema;

use std::collections::BTreeSet;

use crate::{
    fault::{Fault, Faults},
    model::{Contract, Tag},
    yaml::{Node, Value},
};

/// Reads a contract, or lists everything that is wrong with it.
pub fn read(text: &str) -> Result<Contract, Vec<Fault>> {
    let root = Node::parse(text)?;
    let mut reader = Reader {
        root: &root,
        faults: Faults::default(),
    };
    let contract = reader.document();
    reader.faults.or(contract)
}

struct Reader<'a> {
    root: &'a Node,
    faults: Faults,
}

impl<'a> Reader<'a> {
    fn document(&mut self) -> Contract {
        let root = self.root;
        self.known(
            root,
            "top-level field",
            &[
                "openapi",
                "info",
                "servers",
                "security",
                "tags",
                "paths",
                "components",
                "x-problems-always",
                "x-problem-catalogue",
            ],
        );
        if self.text(root, "openapi") != "3.0.3" {
            self.faults
                .add(root.line, "only `openapi: 3.0.3` is understood");
        }
        self.security_scheme();
        let info = self.want(root, "info");
        let problems = self.problem_catalogue();
        self.agree_on_guard();
        let schemas = self.schemas(&problems);
        let tags = self.tags();
        let operations = self.operations(&tags, &problems, &schemas);
        self.refuse_taken_names(&tags, &operations, &schemas);
        Contract {
            title: self.text(info, "title"),
            version: self.text(info, "version"),
            tags,
            problems,
            schemas,
            operations,
        }
    }

    fn security_scheme(&mut self) {
        let line = self.root.line;
        let security = self.want(self.root, "security");
        let names_bearer =
            |node: &Node| matches!(node.items(), [one] if one.get("bearer").is_some());
        if !names_bearer(security) {
            self.faults
                .add(security.line, "global `security` must be `[{bearer: []}]`");
        }
        let components = self.want(self.root, "components");
        self.known(
            components,
            "component group",
            &[
                "securitySchemes",
                "parameters",
                "headers",
                "responses",
                "schemas",
            ],
        );
        let schemes = components.get("securitySchemes");
        let bearer = schemes.and_then(|schemes| schemes.get("bearer"));
        if bearer.and_then(|bearer| bearer.get("scheme")?.text()) != Some("bearer") {
            self.faults
                .add(line, "there must be one http security scheme `bearer`");
        }
    }

    fn tags(&mut self) -> Vec<Tag> {
        let list = self.want(self.root, "tags");
        let mut seen = BTreeSet::new();
        let mut tags = Vec::new();
        for node in list.items() {
            self.known(node, "tag field", &["name", "description"]);
            let name = self.text(node, "name");
            if !seen.insert(name.clone()) {
                self.faults
                    .add(node.line, format!("tag `{name}` is there twice"));
            }
            self.refuse_taken_module(node.line, &name);
            let text = self.text(node, "description");
            let about = text.split("\n\n").next().unwrap_or_default();
            tags.push(Tag {
                name,
                description: about.to_owned(),
            });
        }
        tags
    }

    /// Refuses every key of a map that is not listed.
    fn known(&mut self, node: &Node, what: &str, allowed: &[&str]) {
        if !matches!(node.value, Value::Map(_)) {
            self.faults
                .add(node.line, format!("expected a map to hold each {what}"));
        }
        for (key, _) in node.entries() {
            if !allowed.contains(&key.name.as_str()) {
                self.faults
                    .add(key.line, format!("unknown {what} `{}`", key.name));
            }
        }
    }

    /// A required field of a map; its absence is a fault and reads as the map itself.
    fn want(&mut self, node: &'a Node, name: &str) -> &'a Node {
        if let Some(found) = node.get(name) {
            return found;
        }
        self.faults.add(node.line, format!("`{name}` is missing"));
        node
    }

    /// A required text; its absence is a fault and reads as nothing.
    fn text(&mut self, node: &Node, name: &str) -> String {
        match node.get(name) {
            Some(found) => match found.text() {
                Some(text) => text.trim().to_owned(),
                None => {
                    self.faults
                        .add(found.line, format!("`{name}` must be text"));
                    String::new()
                }
            },
            None => {
                self.faults.add(node.line, format!("`{name}` is missing"));
                String::new()
            }
        }
    }

    /// An optional truth value that is false when absent.
    fn flag(&mut self, node: &Node, name: &str) -> bool {
        let Some(found) = node.get(name) else {
            return false;
        };
        found.boolean().unwrap_or_else(|| {
            self.faults
                .add(found.line, format!("`{name}` must be true or false"));
            false
        })
    }

    /// A list of texts; empty when absent.
    fn texts(&mut self, node: &Node, name: &str) -> Vec<(String, usize)> {
        let Some(list) = node.get(name) else {
            return Vec::new();
        };
        if !matches!(list.value, Value::Seq(_)) {
            self.faults
                .add(list.line, format!("`{name}` must be a list"));
        }
        let mut texts = Vec::new();
        for item in list.items() {
            match item.text() {
                Some(text) => texts.push((text.to_owned(), item.line)),
                None => self
                    .faults
                    .add(item.line, format!("`{name}` must list texts")),
            }
        }
        texts
    }

    /// Follows a `$ref` into one group of components. A node without `$ref` is itself.
    fn resolve(&mut self, node: &'a Node, group: &str) -> Option<&'a Node> {
        let Some(reference) = node.get("$ref") else {
            return Some(node);
        };
        let target = reference.text().unwrap_or_default();
        self.known(node, "field beside $ref", &["$ref"]);
        let name = target.strip_prefix(&format!("#/components/{group}/"));
        let found = name.and_then(|name| self.root.get("components")?.get(group)?.get(name));
        if found.is_none() {
            self.faults.add(
                reference.line,
                format!("unresolved reference `{target}` (expected one of components/{group})"),
            );
        }
        found
    }
}
