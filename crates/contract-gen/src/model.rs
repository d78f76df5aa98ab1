//! The contract as the emitters see it: everything resolved and checked.

/// A whole contract.
#[derive(Debug)]
pub struct Contract {
    /// `info.title`.
    pub title: String,
    /// `info.version`.
    pub version: String,
    /// The tags, in order.
    pub tags: Vec<Tag>,
    /// The problem codes, in the order of the catalogue.
    pub problems: Vec<ProblemType>,
    /// The named schemas, in order.
    pub schemas: Vec<NamedSchema>,
    /// The operations, in order.
    pub operations: Vec<Operation>,
}

impl Contract {
    /// A named schema.
    pub fn schema(&self, name: &str) -> Option<&NamedSchema> {
        self.schemas.iter().find(|schema| schema.name == name)
    }
}

/// A group of operations; one trait each.
#[derive(Debug)]
pub struct Tag {
    /// Its name.
    pub name: String,
    /// What it is about: the first paragraph. What follows, with lists and code, is for the reader of
    /// the contract.
    pub description: String,
}

/// An entry of the problem catalogue.
#[derive(Debug)]
pub struct ProblemType {
    /// `LICENSE_CAPACITY_EXCEEDED`.
    pub code: String,
    /// The HTTP status.
    pub status: u16,
    /// The title.
    pub title: String,
    /// The explanation.
    pub description: String,
}

/// A schema of `components.schemas`.
#[derive(Debug)]
pub struct NamedSchema {
    /// Its name.
    pub name: String,
    /// Where it is.
    pub line: usize,
    /// What it means.
    pub description: String,
    /// Whether it has an example.
    pub has_example: bool,
    /// Its shape.
    pub shape: Shape,
}

/// The shapes that a named schema can have.
#[derive(Debug)]
pub enum Shape {
    /// An object with properties.
    Object {
        /// The properties, in order.
        properties: Vec<Property>,
        /// Fields that a request can never change.
        immutable: Vec<String>,
        /// Whether other properties are refused.
        closed: bool,
    },
    /// One of some texts.
    Enum(Vec<String>),
    /// Any JSON object.
    Free,
}

/// A property of an object.
#[derive(Debug)]
pub struct Property {
    /// Its name in JSON.
    pub name: String,
    /// Whether it must be there.
    pub required: bool,
    /// What it holds.
    pub schema: Schema,
}

/// A schema where it is used.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Where it is.
    pub line: usize,
    /// Its type.
    pub ty: Type,
    /// Whether null is allowed.
    pub nullable: bool,
    /// Whether it is text that no log may show.
    pub secret: bool,
    /// What it means; empty for references.
    pub description: String,
    /// The default.
    pub default: Option<Default>,
}

/// The types that the generator knows.
#[derive(Debug, Clone, PartialEq)]
pub enum Type {
    /// True or false.
    Bool,
    /// 32-bit integer.
    Int32,
    /// 64-bit integer.
    Int64,
    /// Floating point.
    Number,
    /// Text.
    Text,
    /// UUID.
    Uuid,
    /// A moment.
    DateTime,
    /// A list.
    Array(Box<Type>),
    /// A named schema.
    Named(String),
}

/// A default that fits its type.
#[derive(Debug, Clone, PartialEq)]
pub enum Default {
    /// True or false.
    Bool(bool),
    /// A whole number.
    Int(i64),
    /// Text.
    Text(String),
}

/// Where a parameter travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// In the path.
    Path,
    /// In the query string.
    Query,
    /// In a header.
    Header,
}

/// A parameter of an operation.
#[derive(Debug, Clone)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: String,
    /// Where it travels.
    pub place: Place,
    /// Whether it must be there.
    pub required: bool,
    /// What it means.
    pub description: String,
    /// What it holds.
    pub schema: Schema,
}

/// The media types that a body can have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Media {
    /// `application/json`.
    Json,
    /// `application/merge-patch+json`.
    MergePatch,
}

impl Media {
    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::MergePatch => "application/merge-patch+json",
        }
    }
}

/// The media types of answers that are written while they are read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// `text/csv`.
    Csv,
    /// `application/x-ndjson`.
    Ndjson,
    /// `text/event-stream`.
    Events,
}

impl Stream {
    /// Each of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Ndjson, Self::Events];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Self::Csv => "text/csv",
            Self::Ndjson => "application/x-ndjson",
            Self::Events => "text/event-stream",
        }
    }

    /// The type that carries it on the server.
    pub fn payload(self) -> &'static str {
        match self {
            Self::Csv => "CsvReply",
            Self::Ndjson => "NdjsonReply",
            Self::Events => "EventsReply",
        }
    }
}

/// The request body of an operation.
#[derive(Debug)]
pub struct Body {
    /// Its media type.
    pub media: Media,
    /// The named schema.
    pub schema: String,
    /// What it means.
    pub description: String,
}

/// A success that an operation can answer.
#[derive(Debug)]
pub struct Reply {
    /// The status.
    pub status: u16,
    /// What it means.
    pub description: String,
    /// The named schema of the body.
    pub body: Option<String>,
    /// What is streamed in place of a body.
    pub stream: Option<Stream>,
    /// The headers, in order.
    pub headers: Vec<Header>,
}

impl Reply {
    /// The media type of what it carries.
    pub fn media(&self) -> Option<&'static str> {
        let json = self.body.as_ref().map(|_| Media::Json.name());
        json.or(self.stream.map(Stream::name))
    }
}

/// A header of a reply.
#[derive(Debug)]
pub struct Header {
    /// Its name.
    pub name: String,
    /// Whether it is always there.
    pub required: bool,
    /// What it means.
    pub description: String,
    /// What it holds.
    pub ty: Type,
}

/// One operation.
#[derive(Debug)]
pub struct Operation {
    /// `createAssignment`.
    pub id: String,
    /// Where it is.
    pub line: usize,
    /// `post`.
    pub method: String,
    /// `/api/v1/assignments`.
    pub path: String,
    /// The tag.
    pub tag: String,
    /// The summary.
    pub summary: String,
    /// The description.
    pub description: String,
    /// The permission; none for a public operation.
    pub permission: Option<String>,
    /// Every code that it can answer, sorted as in the catalogue.
    pub problems: Vec<String>,
    /// Every status that it can answer, ascending.
    pub statuses: Vec<u16>,
    /// The parameters: path in the order of the template, then as written.
    pub parameters: Vec<Parameter>,
    /// The request body.
    pub body: Option<Body>,
    /// The successes, ascending.
    pub replies: Vec<Reply>,
}

impl Operation {
    /// Parameters that a handler gets in its params struct.
    pub fn handled(&self) -> impl Iterator<Item = &Parameter> {
        self.parameters
            .iter()
            .filter(|parameter| parameter.place != Place::Header)
    }
}
