//! The problem catalogue and the codes that operations name.

use super::Reader;
use crate::{
    model::{NamedSchema, ProblemType, Shape},
    yaml::Node,
};

/// The codes that the guard answers without being asked, by when it does.
const OF_THE_GUARD: [(&str, &[&str]); 5] = [
    ("everywhere", &["INTERNAL_ERROR", "UNAVAILABLE"]),
    // What stands before the guard answers on these paths.
    ("api", &[]),
    ("secured", &["UNAUTHENTICATED", "FORBIDDEN"]),
    ("content", &["NOT_ACCEPTABLE"]),
    (
        "body",
        &[
            "VALIDATION_ERROR",
            "MALFORMED_REQUEST",
            "PAYLOAD_TOO_LARGE",
            "UNSUPPORTED_MEDIA_TYPE",
        ],
    ),
];

impl Reader<'_> {
    pub(super) fn problem_catalogue(&mut self) -> Vec<ProblemType> {
        let catalogue = self.want(self.root, "x-problem-catalogue");
        let mut problems = Vec::new();
        for (key, node) in catalogue.entries() {
            self.known(node, "problem field", &["status", "title", "description"]);
            let status = node.get("status").and_then(Node::integer);
            let status = status.and_then(|status| u16::try_from(status).ok());
            let status = status.filter(|status| (400..600).contains(status));
            if status.is_none() {
                self.faults.add(
                    key.line,
                    format!("problem `{}` needs a status from 400 to 599", key.name),
                );
            }
            problems.push(ProblemType {
                code: key.name.clone(),
                status: status.unwrap_or(500),
                title: self.text(node, "title"),
                description: self.text(node, "description"),
            });
        }
        problems
    }

    /// The enum in the schemas and the catalogue must list the same codes.
    pub(super) fn agree_on_codes(&mut self, problems: &[ProblemType], schemas: &[NamedSchema]) {
        let Some(schema) = schemas.iter().find(|schema| schema.name == "ProblemCode") else {
            self.faults
                .add(self.root.line, "schema `ProblemCode` is missing");
            return;
        };
        let Shape::Enum(codes) = &schema.shape else {
            self.faults
                .add(schema.line, "schema `ProblemCode` must be an enum");
            return;
        };
        for problem in problems {
            if !codes.contains(&problem.code) {
                self.faults.add(
                    schema.line,
                    format!("`ProblemCode` lacks `{}` of the catalogue", problem.code),
                );
            }
        }
        for code in codes {
            if !problems.iter().any(|problem| &problem.code == code) {
                self.faults.add(
                    schema.line,
                    format!("`ProblemCode` has `{code}`, which the catalogue lacks"),
                );
            }
        }
    }

    /// What the guard answers of itself must be declared for every operation that it guards.
    pub(super) fn agree_on_guard(&mut self) {
        let always = self.want(self.root, "x-problems-always");
        self.known(
            always,
            "group of x-problems-always",
            &OF_THE_GUARD.map(|(group, _)| group),
        );
        for (group, codes) in OF_THE_GUARD {
            let listed = self.texts(always, group);
            for code in codes {
                if !listed.iter().any(|(name, _)| name == code) {
                    self.faults.add(
                        always.line,
                        format!("x-problems-always.{group} lacks {code}, which the guard answers"),
                    );
                }
            }
        }
    }

    /// Every code that an operation may answer, in the order of the catalogue.
    pub(super) fn codes_of(
        &mut self,
        operation: &Node,
        path: &str,
        problems: &[ProblemType],
    ) -> Vec<String> {
        let mut named = self.texts(operation, "x-problems");
        if operation.get("x-problems").is_none() {
            self.faults
                .add(operation.line, "`x-problems` is missing (it may be empty)");
        }
        let always = self.want(self.root, "x-problems-always");
        for group in groups_of(operation, path) {
            named.extend(self.texts(always, group));
        }
        for (code, line) in &named {
            if !problems.iter().any(|problem| &problem.code == code) {
                self.faults
                    .add(*line, format!("unknown problem code `{code}`"));
            }
        }
        problems
            .iter()
            .map(|problem| problem.code.clone())
            .filter(|code| named.iter().any(|(name, _)| name == code))
            .collect()
    }
}

/// The groups of `x-problems-always` that an operation belongs to.
fn groups_of(operation: &Node, path: &str) -> Vec<&'static str> {
    let replies = operation
        .get("responses")
        .map_or(&[] as &[_], Node::entries);
    let succeeds = |status: &str| status.starts_with('2');
    let has_content = replies
        .iter()
        .any(|(status, reply)| succeeds(&status.name) && reply.get("content").is_some());
    let groups = [
        ("everywhere", true),
        ("api", path.starts_with("/api/")),
        ("secured", operation.get("x-permission").is_some()),
        ("content", has_content),
        ("body", operation.get("requestBody").is_some()),
    ];
    let applies = groups.into_iter().filter(|(_, applies)| *applies);
    applies.map(|(group, _)| group).collect()
}
