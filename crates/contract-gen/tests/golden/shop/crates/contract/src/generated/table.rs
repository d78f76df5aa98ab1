// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Every operation of the contract.

use super::ProblemCode;
use crate::operation::{Kind, Operation, Parameter, Place};

/// Every operation, in the order of the contract.
pub static OPERATIONS: &[Operation] = &[
    Operation {
        index: 0,
        id: "listThings",
        method: "GET",
        path: "/things",
        tag: "things",
        permission: Some("things.read"),
        problems: &[
            ProblemCode::ValidationError,
            ProblemCode::Unauthenticated,
            ProblemCode::Forbidden,
            ProblemCode::NotAcceptable,
            ProblemCode::InternalError,
            ProblemCode::Unavailable,
        ],
        statuses: &[200, 400, 401, 403, 406, 500, 503],
        successes: &[200],
        parameters: &[
            Parameter {
                name: "kind",
                place: Place::Query,
                kind: Kind::Text,
                required: false,
                many: false,
            },
            Parameter {
                name: "since",
                place: Place::Query,
                kind: Kind::Text,
                required: false,
                many: false,
            },
            Parameter {
                name: "cheap",
                place: Place::Query,
                kind: Kind::Boolean,
                required: false,
                many: false,
            },
            Parameter {
                name: "size",
                place: Place::Query,
                kind: Kind::Integer,
                required: false,
                many: false,
            },
            Parameter {
                name: "type",
                place: Place::Query,
                kind: Kind::Text,
                required: true,
                many: false,
            },
            Parameter {
                name: "sort",
                place: Place::Query,
                kind: Kind::Text,
                required: false,
                many: true,
            },
        ],
        body: None,
        immutable: &[],
        content: Some("application/json"),
    },
    Operation {
        index: 1,
        id: "createThing",
        method: "POST",
        path: "/things",
        tag: "things",
        permission: Some("things.create"),
        problems: &[
            ProblemCode::ValidationError,
            ProblemCode::MalformedRequest,
            ProblemCode::Unauthenticated,
            ProblemCode::Forbidden,
            ProblemCode::NotAcceptable,
            ProblemCode::PayloadTooLarge,
            ProblemCode::UnsupportedMediaType,
            ProblemCode::InternalError,
            ProblemCode::Unavailable,
        ],
        statuses: &[201, 400, 401, 403, 406, 413, 415, 500, 503],
        successes: &[201],
        parameters: &[Parameter {
            name: "Idempotency-Key",
            place: Place::Header,
            kind: Kind::Text,
            required: false,
            many: false,
        }],
        body: Some("application/json"),
        immutable: &[],
        content: Some("application/json"),
    },
    Operation {
        index: 2,
        id: "getThing",
        method: "GET",
        path: "/shelves/{shelf}/things/{id}",
        tag: "things",
        permission: Some("things.read"),
        problems: &[
            ProblemCode::ValidationError,
            ProblemCode::Unauthenticated,
            ProblemCode::Forbidden,
            ProblemCode::NotFound,
            ProblemCode::NotAcceptable,
            ProblemCode::InternalError,
            ProblemCode::Unavailable,
        ],
        statuses: &[200, 304, 400, 401, 403, 404, 406, 500, 503],
        successes: &[200, 304],
        parameters: &[
            Parameter {
                name: "shelf",
                place: Place::Path,
                kind: Kind::Text,
                required: true,
                many: false,
            },
            Parameter {
                name: "id",
                place: Place::Path,
                kind: Kind::Text,
                required: true,
                many: false,
            },
            Parameter {
                name: "If-None-Match",
                place: Place::Header,
                kind: Kind::Text,
                required: false,
                many: false,
            },
        ],
        body: None,
        immutable: &[],
        content: Some("application/json"),
    },
    Operation {
        index: 3,
        id: "patchThing",
        method: "PATCH",
        path: "/shelves/{shelf}/things/{id}",
        tag: "things",
        permission: Some("things.update"),
        problems: &[
            ProblemCode::ValidationError,
            ProblemCode::MalformedRequest,
            ProblemCode::Unauthenticated,
            ProblemCode::Forbidden,
            ProblemCode::NotFound,
            ProblemCode::ImmutableRelationship,
            ProblemCode::PayloadTooLarge,
            ProblemCode::UnsupportedMediaType,
            ProblemCode::InternalError,
            ProblemCode::Unavailable,
        ],
        statuses: &[204, 400, 401, 403, 404, 409, 413, 415, 500, 503],
        successes: &[204],
        parameters: &[
            Parameter {
                name: "shelf",
                place: Place::Path,
                kind: Kind::Text,
                required: true,
                many: false,
            },
            Parameter {
                name: "id",
                place: Place::Path,
                kind: Kind::Text,
                required: true,
                many: false,
            },
        ],
        body: Some("application/merge-patch+json"),
        immutable: &["owner"],
        content: None,
    },
    Operation {
        index: 4,
        id: "getHealth",
        method: "GET",
        path: "/health",
        tag: "health",
        permission: None,
        problems: &[
            ProblemCode::NotAcceptable,
            ProblemCode::InternalError,
            ProblemCode::Unavailable,
        ],
        statuses: &[200, 406, 500, 503],
        successes: &[200],
        parameters: &[],
        body: None,
        immutable: &[],
        content: Some("application/json"),
    },
    Operation {
        index: 5,
        id: "exportThings",
        method: "GET",
        path: "/things.csv",
        tag: "things",
        permission: Some("things.read"),
        problems: &[
            ProblemCode::Unauthenticated,
            ProblemCode::Forbidden,
            ProblemCode::NotAcceptable,
            ProblemCode::InternalError,
            ProblemCode::Unavailable,
        ],
        statuses: &[200, 401, 403, 406, 500, 503],
        successes: &[200],
        parameters: &[],
        body: None,
        immutable: &[],
        content: Some("text/csv"),
    },
];

/// `listThings`: List things.
pub const LIST_THINGS: &Operation = &OPERATIONS[0];

/// `createThing`: Create a thing.
pub const CREATE_THING: &Operation = &OPERATIONS[1];

/// `getThing`: Read a thing.
pub const GET_THING: &Operation = &OPERATIONS[2];

/// `patchThing`: Change a thing.
pub const PATCH_THING: &Operation = &OPERATIONS[3];

/// `getHealth`: Is it alive.
pub const GET_HEALTH: &Operation = &OPERATIONS[4];

/// `exportThings`: Export things.
pub const EXPORT_THINGS: &Operation = &OPERATIONS[5];
