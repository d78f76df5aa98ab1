//! Paths, operations, parameters and request bodies.

use std::collections::BTreeSet;

use super::Reader;
use crate::{
    model::{Body, Media, NamedSchema, Operation, Parameter, Place, ProblemType, Shape, Tag, Type},
    yaml::Node,
};

const METHODS: [&str; 5] = ["get", "post", "put", "patch", "delete"];
const FIELDS: [&str; 10] = [
    "operationId",
    "tags",
    "summary",
    "description",
    "security",
    "x-permission",
    "x-problems",
    "parameters",
    "requestBody",
    "responses",
];
/// Headers that the guard hands on in `Call`.
const HEADERS: [&str; 4] = [
    "If-Match",
    "If-None-Match",
    "Idempotency-Key",
    "Last-Event-ID",
];

impl<'a> Reader<'a> {
    pub(super) fn operations(
        &mut self,
        tags: &[Tag],
        problems: &[ProblemType],
        schemas: &[NamedSchema],
    ) -> Vec<Operation> {
        let mut operations: Vec<Operation> = Vec::new();
        for (path, item) in self.want(self.root, "paths").entries() {
            let shared = item.get("parameters").map_or(&[] as &[_], Node::items);
            for (method, node) in item.entries() {
                if method.name == "parameters" {
                    continue;
                }
                if !METHODS.contains(&method.name.as_str()) {
                    self.faults
                        .add(method.line, format!("unknown path field `{}`", method.name));
                    continue;
                }
                let mut operation = self.operation(node, &path.name, problems, schemas);
                operation.line = method.line;
                operation.method.clone_from(&method.name);
                operation.parameters = self.parameters(shared, node, &path.name, schemas);
                self.check_operation(&operation, tags, &operations);
                self.check_immutable(&operation, schemas);
                operations.push(operation);
            }
        }
        operations
    }

    fn operation(
        &mut self,
        node: &'a Node,
        path: &str,
        problems: &[ProblemType],
        schemas: &[NamedSchema],
    ) -> Operation {
        self.known(node, "operation field", &FIELDS);
        let permission = self.permission(node);
        let body = node.get("requestBody").map(|body| self.body(body, schemas));
        let codes = self.codes_of(node, path, problems);
        let (replies, statuses) = self.responses(node, &codes, problems, schemas);
        let tag = self.texts(node, "tags").into_iter().map(|(tag, _)| tag);
        Operation {
            id: self.text(node, "operationId"),
            line: node.line,
            method: String::new(),
            path: path.to_owned(),
            tag: tag.collect::<Vec<_>>().join(","),
            summary: self.text(node, "summary"),
            description: self.text(node, "description"),
            permission,
            problems: codes,
            statuses,
            parameters: Vec::new(),
            body,
            replies,
        }
    }

    /// Exactly one of `x-permission` and `security: []`.
    fn permission(&mut self, node: &Node) -> Option<String> {
        let public = match node.get("security") {
            None => false,
            Some(security) if security.items().is_empty() => true,
            Some(security) => {
                self.faults
                    .add(security.line, "only `security: []` is understood here");
                false
            }
        };
        let permission = node.get("x-permission").and_then(Node::text);
        if public == permission.is_some() {
            self.faults.add(
                node.line,
                "an operation needs either `x-permission` or `security: []`",
            );
        }
        permission.map(str::to_owned)
    }

    fn check_operation(&mut self, operation: &Operation, tags: &[Tag], earlier: &[Operation]) {
        let line = operation.line;
        if !tags.iter().any(|tag| tag.name == operation.tag) {
            self.faults
                .add(line, format!("unknown tag `{}`", operation.tag));
        }
        if earlier.iter().any(|other| other.id == operation.id) {
            self.faults.add(
                line,
                format!("operationId `{}` is there twice", operation.id),
            );
        }
        let takes_input = !operation.parameters.is_empty() || operation.body.is_some();
        if takes_input
            && !operation
                .problems
                .iter()
                .any(|code| code == "VALIDATION_ERROR")
        {
            self.faults.add(
                line,
                format!(
                    "`{}` takes input and must name VALIDATION_ERROR",
                    operation.id
                ),
            );
        }
    }

    /// Fields in `x-immutable` are answered with a problem that the operation must name.
    fn check_immutable(&mut self, operation: &Operation, schemas: &[NamedSchema]) {
        let code = "IMMUTABLE_RELATIONSHIP";
        let body = operation.body.as_ref();
        let schema = body.and_then(|body| schemas.iter().find(|schema| schema.name == body.schema));
        if let Some(Shape::Object { immutable, .. }) = schema.map(|schema| &schema.shape)
            && !immutable.is_empty()
            && !operation.problems.iter().any(|problem| problem == code)
        {
            self.faults.add(
                operation.line,
                format!(
                    "the body of `{}` has x-immutable, so it must name {code}",
                    operation.id
                ),
            );
        }
    }

    fn body(&mut self, node: &'a Node, schemas: &[NamedSchema]) -> Body {
        self.known(
            node,
            "request body field",
            &["required", "description", "content"],
        );
        if !self.flag(node, "required") {
            self.faults
                .add(node.line, "a request body must be `required: true`");
        }
        let description = self.text(node, "description");
        let content = self.want(node, "content");
        let [(media, kind)] = content.entries() else {
            self.faults
                .add(content.line, "a request body has exactly one media type");
            return Body {
                media: Media::Json,
                schema: String::new(),
                description,
            };
        };
        self.known(kind, "media type field", &["schema", "example", "examples"]);
        let media = match media.name.as_str() {
            "application/json" => Media::Json,
            "application/merge-patch+json" => Media::MergePatch,
            other => {
                self.faults
                    .add(media.line, format!("unknown media type `{other}`"));
                Media::Json
            }
        };
        let schema = self.want(kind, "schema");
        Body {
            media,
            schema: self.object_name(schema, schemas),
            description,
        }
    }

    /// The name of the object schema that a body refers to.
    pub(super) fn object_name(&mut self, node: &'a Node, schemas: &[NamedSchema]) -> String {
        let ty = self.schema(node).ty;
        if let Type::Named(name) = ty {
            let is_enum = schemas
                .iter()
                .any(|schema| schema.name == name && matches!(schema.shape, Shape::Enum(_)));
            if !is_enum {
                return name;
            }
        }
        self.faults.add(
            node.line,
            "a body must refer to an object of components/schemas",
        );
        String::new()
    }

    fn parameters(
        &mut self,
        shared: &'a [Node],
        operation: &'a Node,
        path: &str,
        schemas: &[NamedSchema],
    ) -> Vec<Parameter> {
        let own = operation.get("parameters").map_or(&[] as &[_], Node::items);
        let mut parameters = Vec::new();
        let mut seen = BTreeSet::new();
        for node in shared.iter().chain(own) {
            let Some(resolved) = self.resolve(node, "parameters") else {
                continue;
            };
            let Some(parameter) = self.parameter(resolved, schemas) else {
                continue;
            };
            if !seen.insert(parameter.name.to_ascii_lowercase()) {
                self.faults.add(
                    node.line,
                    format!("parameter `{}` is there twice", parameter.name),
                );
            }
            parameters.push(parameter);
        }
        self.match_template(path, operation.line, &mut parameters);
        parameters
    }

    /// Path parameters and the template must name each other; they are sorted as in the template,
    /// since poem-openapi binds them by position.
    fn match_template(&mut self, path: &str, line: usize, parameters: &mut [Parameter]) {
        let in_template: Vec<&str> = path
            .split('/')
            .filter_map(|segment| segment.strip_prefix('{')?.strip_suffix('}'))
            .collect();
        for name in &in_template {
            let found = parameters
                .iter()
                .any(|parameter| parameter.place == Place::Path && parameter.name == *name);
            if !found {
                self.faults
                    .add(line, format!("`{path}` has no path parameter `{name}`"));
            }
        }
        for parameter in parameters.iter() {
            let name = parameter.name.as_str();
            if parameter.place == Place::Path && !in_template.contains(&name) {
                self.faults
                    .add(line, format!("path parameter `{name}` is not in `{path}`"));
            }
        }
        parameters.sort_by_key(|parameter| match parameter.place {
            Place::Path => in_template
                .iter()
                .position(|name| *name == parameter.name)
                .unwrap_or(0),
            Place::Query => usize::MAX - 1,
            Place::Header => usize::MAX,
        });
    }

    fn parameter(&mut self, node: &'a Node, schemas: &[NamedSchema]) -> Option<Parameter> {
        self.known(
            node,
            "parameter field",
            &[
                "name",
                "in",
                "required",
                "description",
                "example",
                "explode",
                "schema",
            ],
        );
        let name = self.text(node, "name");
        let place = match self.text(node, "in").as_str() {
            "path" => Place::Path,
            "query" => Place::Query,
            "header" => Place::Header,
            other => {
                self.faults
                    .add(node.line, format!("unknown parameter place `{other}`"));
                return None;
            }
        };
        let required = self.flag(node, "required");
        let schema = self.want_schema(node)?;
        let schema = self.schema(schema);
        let parameter = Parameter {
            description: self.text(node, "description"),
            name,
            place,
            required,
            schema,
        };
        self.check_parameter(node, &parameter, schemas);
        Some(parameter)
    }

    fn want_schema(&mut self, node: &'a Node) -> Option<&'a Node> {
        let schema = node.get("schema");
        if schema.is_none() {
            self.faults.add(node.line, "`schema` is missing");
        }
        schema
    }

    fn check_parameter(&mut self, node: &Node, parameter: &Parameter, schemas: &[NamedSchema]) {
        self.check_place(node, parameter);
        self.check_value(node, parameter, schemas);
    }

    /// Whether the parameter may stand where it does.
    fn check_place(&mut self, node: &Node, parameter: &Parameter) {
        let name = &parameter.name;
        let mut fault = |message: String| self.faults.add(node.line, message);
        match parameter.place {
            Place::Path if !parameter.required => {
                fault(format!("path parameter `{name}` must be required"));
            }
            Place::Header if parameter.required || !HEADERS.contains(&name.as_str()) => {
                fault(format!(
                    "header parameter `{name}` is not one of {HEADERS:?}, optional"
                ));
            }
            _ => {}
        }
        if matches!(parameter.schema.ty, Type::Array(_)) && parameter.place != Place::Query {
            fault(format!(
                "only a query parameter can be a list, not `{name}`"
            ));
        }
        if node
            .get("explode")
            .is_some_and(|explode| explode.boolean() != Some(true))
        {
            fault(format!("`{name}`: only `explode: true` is understood"));
        }
    }

    /// Whether a parameter can have such a value.
    fn check_value(&mut self, node: &Node, parameter: &Parameter, schemas: &[NamedSchema]) {
        let name = &parameter.name;
        let mut fault = |message: String| self.faults.add(node.line, message);
        if parameter.schema.nullable {
            fault(format!("parameter `{name}` cannot be nullable"));
        }
        if parameter.required && parameter.schema.default.is_some() {
            fault(format!("required parameter `{name}` cannot have a default"));
        }
        let named = parameter.schema.ty.named();
        let is_enum = |name: &str| {
            schemas
                .iter()
                .any(|schema| schema.name == name && matches!(schema.shape, Shape::Enum(_)))
        };
        if named.is_some_and(|name| !is_enum(name)) {
            fault(format!(
                "parameter `{name}` must be a scalar, an enum or a list of these"
            ));
        }
    }
}
