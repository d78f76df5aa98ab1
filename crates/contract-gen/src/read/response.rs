//! Responses: successes with their bodies and headers, and statuses of problems.

use std::collections::BTreeSet;

use super::Reader;
use crate::{
    model::{Header, NamedSchema, ProblemType, Reply, Stream, Type},
    yaml::Node,
};

const FIELDS: [&str; 3] = ["description", "headers", "content"];
const SUCCESSES: [u16; 5] = [200, 201, 202, 204, 304];

impl<'a> Reader<'a> {
    /// The successes, and all statuses; those of problems must be those of the codes.
    pub(super) fn responses(
        &mut self,
        operation: &'a Node,
        codes: &[String],
        problems: &[ProblemType],
        schemas: &[NamedSchema],
    ) -> (Vec<Reply>, Vec<u16>) {
        let list = self.want(operation, "responses");
        let mut replies = Vec::new();
        let mut refused = BTreeSet::new();
        for (key, node) in list.entries() {
            let Some(resolved) = self.resolve(node, "responses") else {
                continue;
            };
            self.known(resolved, "response field", &FIELDS);
            let name = &key.name;
            match name.parse::<u16>() {
                Ok(status) if SUCCESSES.contains(&status) => {
                    replies.push(self.reply(resolved, status, schemas));
                }
                Ok(status) if (400..600).contains(&status) => {
                    self.check_problem(resolved);
                    refused.insert(status);
                }
                _ => self
                    .faults
                    .add(key.line, format!("response `{name}` is not understood")),
            }
        }
        if replies.is_empty() {
            self.faults.add(list.line, "there is no success response");
        }
        replies.sort_by_key(|reply| reply.status);
        self.agree_on_statuses(list.line, &refused, codes, problems);
        let mut statuses: Vec<u16> = replies.iter().map(|reply| reply.status).collect();
        statuses.extend(refused);
        (replies, statuses)
    }

    fn agree_on_statuses(
        &mut self,
        line: usize,
        listed: &BTreeSet<u16>,
        codes: &[String],
        problems: &[ProblemType],
    ) {
        let expected: BTreeSet<u16> = problems
            .iter()
            .filter(|problem| codes.contains(&problem.code))
            .map(|problem| problem.status)
            .collect();
        for status in expected.difference(listed) {
            self.faults.add(
                line,
                format!("the problems of the operation have status {status}, which is not listed"),
            );
        }
        for status in listed.difference(&expected) {
            self.faults.add(
                line,
                format!("status {status} is listed, but no problem of the operation has it"),
            );
        }
    }

    fn check_problem(&mut self, node: &Node) {
        let content = node.get("content");
        let schema =
            content.and_then(|content| content.get("application/problem+json")?.get("schema"));
        let target = schema.and_then(|schema| schema.get("$ref")?.text());
        if target != Some("#/components/schemas/Problem") {
            self.faults.add(
                node.line,
                "a problem is application/problem+json with schema Problem",
            );
        }
    }

    fn reply(&mut self, node: &'a Node, status: u16, schemas: &[NamedSchema]) -> Reply {
        let content = node.get("content");
        let stream = content.and_then(|content| self.stream(content));
        let body = content.filter(|_| stream.is_none()).and_then(|content| {
            let Some(json) = content.get("application/json") else {
                self.faults.add(
                    content.line,
                    "a success answers application/json, text/csv, application/x-ndjson or text/event-stream",
                );
                return None;
            };
            self.known(content, "media type", &["application/json"]);
            self.known(json, "media type field", &["schema", "example", "examples"]);
            let schema = self.want(json, "schema");
            Some(self.object_name(schema, schemas))
        });
        let mut headers = Vec::new();
        for (key, header) in node.get("headers").map_or(&[] as &[_], Node::entries) {
            let Some(resolved) = self.resolve(header, "headers") else {
                continue;
            };
            self.known(
                resolved,
                "header field",
                &["description", "required", "example", "schema"],
            );
            let schema = self.want(resolved, "schema");
            headers.push(Header {
                name: key.name.clone(),
                required: self.flag(resolved, "required"),
                description: self.text(resolved, "description"),
                ty: self.schema(schema).ty,
            });
        }
        Reply {
            status,
            description: self.text(node, "description"),
            body,
            stream,
            headers,
        }
    }

    /// What is streamed, when it is one of the media types for that: one alone, and text.
    fn stream(&mut self, content: &'a Node) -> Option<Stream> {
        let mut all = Stream::ALL.into_iter();
        let (stream, media) = all.find_map(|stream| Some((stream, content.get(stream.name())?)))?;
        self.known(content, "media type", &[stream.name()]);
        self.known(media, "media type field", &["schema", "example"]);
        let schema = self.want(media, "schema");
        if self.schema(schema).ty != Type::Text {
            self.faults.add(schema.line, "what is streamed is a string");
        }
        Some(stream)
    }
}
