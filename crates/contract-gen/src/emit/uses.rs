//! Which schemas are used where.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Contract, Media, Operation, Shape};

/// What the emitters must know of each schema.
pub struct Uses {
    /// Schemas by the tag whose file they live in.
    pub home: BTreeMap<String, String>,
    /// Schemas that a reply or a problem can hold.
    pub replied: BTreeSet<String>,
    /// Schemas that are a request body or in one.
    pub requested: BTreeSet<String>,
    /// Schemas that are merge patches.
    pub patches: BTreeSet<String>,
}

/// The module of what every operation can answer.
pub const PROBLEM_HOME: &str = "problem";

/// Looks at every operation.
pub fn uses(contract: &Contract) -> Uses {
    let mut uses = Uses {
        home: BTreeMap::new(),
        replied: closure(contract, ["Problem"]),
        requested: BTreeSet::new(),
        patches: BTreeSet::new(),
    };
    for name in ["Problem", "FieldError", "ProblemCode"] {
        uses.home.insert(name.into(), PROBLEM_HOME.into());
    }
    for tag in &contract.tags {
        let own = contract
            .operations
            .iter()
            .filter(|operation| operation.tag == tag.name);
        for operation in own {
            let replied = operation.replies.iter().filter_map(|r| r.body.as_deref());
            uses.replied.extend(closure(contract, replied));
            let body = operation.body.iter().map(|body| body.schema.as_str());
            uses.requested.extend(closure(contract, body));
            if let Some(body) = &operation.body
                && body.media == Media::MergePatch
            {
                uses.patches.insert(body.schema.clone());
            }
            for name in closure(contract, roots(operation)) {
                uses.home.entry(name).or_insert_with(|| tag.name.clone());
            }
        }
    }
    uses
}

fn roots(operation: &Operation) -> impl Iterator<Item = &str> {
    let bodies = operation.body.iter().map(|body| body.schema.as_str());
    let replies = operation.replies.iter().filter_map(|r| r.body.as_deref());
    let parameters = operation
        .parameters
        .iter()
        .filter_map(|parameter| parameter.schema.ty.named());
    bodies.chain(replies).chain(parameters)
}

fn closure<'a>(
    contract: &'a Contract,
    roots: impl IntoIterator<Item = &'a str>,
) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    let mut open: Vec<&str> = roots.into_iter().collect();
    while let Some(name) = open.pop() {
        if !found.insert(name.to_owned()) {
            continue;
        }
        if let Some(Shape::Object { properties, .. }) = contract.schema(name).map(|s| &s.shape) {
            open.extend(properties.iter().filter_map(|p| p.schema.ty.named()));
        }
    }
    found
}
