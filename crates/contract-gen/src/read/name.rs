//! Names that generated code has already, and that the contract cannot give to something else.

use std::collections::BTreeMap;

use super::Reader;
use crate::{
    imports::taken,
    model::{NamedSchema, Operation, Tag},
    names::{pascal, snake},
};

/// Modules beside those of the tags, and the crates whose paths generated code begins with.
const MODULES: [&str; 10] = [
    "mod",
    "names",
    "poem",
    "poem_openapi",
    "problem",
    "reqwest",
    "serde_json",
    "std",
    "table",
    "unserved",
];

/// Types that are generated whatever the contract says.
const ALWAYS: [&str; 4] = ["Adapters", "ApiTag", "Apis", "Unserved"];

impl Reader<'_> {
    /// A tag gives its name to a module.
    pub(super) fn refuse_taken_module(&mut self, line: usize, tag: &str) {
        if MODULES.contains(&snake(tag).as_str()) {
            let message = format!("tag `{tag}` is the name of a generated module or of a crate");
            self.faults.add(line, message);
        }
    }

    /// A schema gives its name to a type.
    pub(super) fn refuse_taken_names(
        &mut self,
        tags: &[Tag],
        operations: &[Operation],
        schemas: &[NamedSchema],
    ) {
        let imported = taken();
        let generated = generated(tags, operations);
        for schema in schemas {
            let name = schema.name.as_str();
            if let Some(path) = imported.get(name) {
                let message =
                    format!("schema `{name}` has the name of `{path}`, which generated code uses");
                self.faults.add(schema.line, message);
            }
            if let Some(source) = generated.get(name) {
                let message =
                    format!("schema `{name}` has the name of the type generated for {source}");
                self.faults.add(schema.line, message);
            }
        }
    }
}

/// The types that are generated beside those of the schemas, with what they come from.
fn generated(tags: &[Tag], operations: &[Operation]) -> BTreeMap<String, String> {
    let mut types = BTreeMap::new();
    for name in ALWAYS {
        types.insert(name.to_owned(), "every contract".to_owned());
    }
    for tag in tags {
        for suffix in ["Adapter", "Api"] {
            let source = format!("tag `{}`", tag.name);
            types.insert(pascal(&tag.name) + suffix, source);
        }
    }
    for operation in operations {
        for suffix in ["Params", "Reply"] {
            let source = format!("operation `{}`", operation.id);
            types.insert(pascal(&operation.id) + suffix, source);
        }
    }
    types
}
