//! What is known of each operation at run time.

use std::fmt;

use crate::{OPERATIONS, ProblemCode};

/// One operation of the contract. Two are equal when their ids are.
pub struct Operation {
    pub(crate) index: usize,
    /// `createAssignment`.
    pub id: &'static str,
    /// `POST`.
    pub method: &'static str,
    /// `/api/v1/assignments/{id}`.
    pub path: &'static str,
    /// The tag.
    pub tag: &'static str,
    /// The permission that a caller needs; none for a public operation.
    pub permission: Option<&'static str>,
    /// Every problem that it may answer.
    pub problems: &'static [ProblemCode],
    /// Every status that it may answer, ascending.
    pub statuses: &'static [u16],
    /// Those of the statuses that are no problem.
    pub successes: &'static [u16],
    /// The parameters, path first.
    pub parameters: &'static [Parameter],
    /// The media type of the request body.
    pub body: Option<&'static str>,
    /// Fields of the body that can never change.
    pub immutable: &'static [&'static str],
    /// The media type of its successes, when any has a body.
    pub content: Option<&'static str>,
}

/// The largest body, in bytes, of an operation that anybody may call: what it takes to read a body
/// is not given to somebody who is not known.
pub const PUBLIC_BODY_LIMIT: usize = 16 * 1024;

impl Operation {
    /// The largest body that is read, in bytes, where the server takes so much of a known caller.
    pub fn body_limit(&self, configured: usize) -> usize {
        match self.permission {
            Some(_) => configured,
            None => configured.min(PUBLIC_BODY_LIMIT),
        }
    }

    /// Whether a request header is a parameter of the operation.
    pub fn takes_header(&self, name: &str) -> bool {
        self.parameters
            .iter()
            .any(|parameter| parameter.place == Place::Header && parameter.name == name)
    }
}

impl PartialEq for Operation {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Operation {}

impl fmt::Debug for Operation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Operation({})", self.id)
    }
}

/// A parameter of an operation.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Parameter {
    /// Its name on the wire.
    pub name: &'static str,
    /// Where it travels.
    pub place: Place,
    /// What its text must be.
    pub kind: Kind,
    /// Whether it must be there.
    pub required: bool,
    /// Whether it may come more than once.
    pub many: bool,
}

impl Parameter {
    /// An optional parameter that may come once.
    pub(crate) const fn new(name: &'static str, place: Place, kind: Kind) -> Self {
        Self {
            name,
            place,
            kind,
            required: false,
            many: false,
        }
    }

    /// It must be there.
    pub(crate) const fn required(self) -> Self {
        Self {
            required: true,
            ..self
        }
    }

    /// It may come more than once.
    pub(crate) const fn many(self) -> Self {
        Self { many: true, ..self }
    }
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

/// What the text of a parameter is read as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Text, also with a format.
    Text,
    /// A whole number.
    Integer,
    /// Any number.
    Number,
    /// `true` or `false`.
    Boolean,
}

/// Makes `OPERATIONS`, and a constant for each of them, of the table that contract-gen writes.
macro_rules! operations {
    ($(
        $(#[$doc:meta])*
        $index:literal $constant:ident = $id:literal in $tag:literal,
        $method:ident $path:literal, permission $permission:expr,
        body $body:expr, immutable [$($immutable:literal)*],
        content $content:expr, successes [$($success:literal)*],
        statuses [$($status:literal)*],
        problems [$($problem:ident)*],
        parameters [$($place:ident $name:literal $kind:ident $($with:ident)*),*];
    )*) => {
        /// Every operation, in the order of the contract.
        pub static OPERATIONS: &[$crate::Operation] = &[$(
            $crate::Operation {
                index: $index,
                id: $id,
                method: stringify!($method),
                path: $path,
                tag: $tag,
                permission: $permission,
                problems: &[$($crate::ProblemCode::$problem),*],
                statuses: &[$($status),*],
                successes: &[$($success),*],
                parameters: &[$(
                    $crate::Parameter::new($name, $crate::Place::$place, $crate::Kind::$kind)
                        $(.$with())*
                ),*],
                body: $body,
                immutable: &[$($immutable),*],
                content: $content,
            },
        )*];

        $(
            $(#[$doc])*
            pub const $constant: &$crate::Operation = &OPERATIONS[$index];
        )*
    };
}

pub(crate) use operations;

/// The operation that a request with this method and path is for.
pub fn operation_for(method: &str, path: &str) -> Option<&'static Operation> {
    let template = template(path)?;
    let mut same = OPERATIONS.iter().filter(|o| o.path == template);
    same.find(|operation| operation.method == method)
}

/// The methods that a path has, for `Allow`; none for a path that is not in the contract.
pub fn allowed_methods(path: &str) -> Vec<&'static str> {
    let Some(template) = template(path) else {
        return Vec::new();
    };
    let same = OPERATIONS.iter().filter(|o| o.path == template);
    let mut methods: Vec<_> = same.map(|operation| operation.method).collect();
    if methods.contains(&"GET") {
        methods.push("HEAD");
    }
    methods
}

/// The template that fits with the fewest placeholders: `/users/me` before `/users/{id}`.
fn template(path: &str) -> Option<&'static str> {
    let fitting = OPERATIONS.iter().map(|operation| operation.path);
    fitting
        .filter(|template| fits(template, path))
        .min_by_key(|template| template.matches('{').count())
}

fn fits(template: &str, path: &str) -> bool {
    let mut wanted = template.split('/');
    let mut given = path.split('/');
    loop {
        match (wanted.next(), given.next()) {
            (None, None) => return true,
            (Some(segment), Some(part)) => {
                let placeholder = segment.starts_with('{') && !part.is_empty();
                if !placeholder && segment != part {
                    return false;
                }
            }
            _ => return false,
        }
    }
}
