// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Problems and their catalogue.

use super::*;

/// An error.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// What explains it.
    pub r#type: String,
    /// In short.
    pub title: String,
    /// The status.
    pub status: i32,
    /// What happened.
    pub detail: String,
    /// The path.
    pub instance: String,
    /// The problem.
    pub code: ProblemCode,
    /// The request.
    pub request_id: String,
    /// What is wrong.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldError>>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// Where in the body.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Which parameter.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What.
    pub code: String,
    /// In words.
    pub message: String,
}

/// The problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum ProblemCode {
    /// `VALIDATION_ERROR`.
    #[oai(rename = "VALIDATION_ERROR")]
    #[serde(rename = "VALIDATION_ERROR")]
    ValidationError,
    /// `MALFORMED_REQUEST`.
    #[oai(rename = "MALFORMED_REQUEST")]
    #[serde(rename = "MALFORMED_REQUEST")]
    MalformedRequest,
    /// `UNAUTHENTICATED`.
    #[oai(rename = "UNAUTHENTICATED")]
    #[serde(rename = "UNAUTHENTICATED")]
    Unauthenticated,
    /// `FORBIDDEN`.
    #[oai(rename = "FORBIDDEN")]
    #[serde(rename = "FORBIDDEN")]
    Forbidden,
    /// `NOT_FOUND`.
    #[oai(rename = "NOT_FOUND")]
    #[serde(rename = "NOT_FOUND")]
    NotFound,
    /// `NOT_ACCEPTABLE`.
    #[oai(rename = "NOT_ACCEPTABLE")]
    #[serde(rename = "NOT_ACCEPTABLE")]
    NotAcceptable,
    /// `IMMUTABLE_RELATIONSHIP`.
    #[oai(rename = "IMMUTABLE_RELATIONSHIP")]
    #[serde(rename = "IMMUTABLE_RELATIONSHIP")]
    ImmutableRelationship,
    /// `PAYLOAD_TOO_LARGE`.
    #[oai(rename = "PAYLOAD_TOO_LARGE")]
    #[serde(rename = "PAYLOAD_TOO_LARGE")]
    PayloadTooLarge,
    /// `UNSUPPORTED_MEDIA_TYPE`.
    #[oai(rename = "UNSUPPORTED_MEDIA_TYPE")]
    #[serde(rename = "UNSUPPORTED_MEDIA_TYPE")]
    UnsupportedMediaType,
    /// `INTERNAL_ERROR`.
    #[oai(rename = "INTERNAL_ERROR")]
    #[serde(rename = "INTERNAL_ERROR")]
    InternalError,
    /// `UNAVAILABLE`.
    #[oai(rename = "UNAVAILABLE")]
    #[serde(rename = "UNAVAILABLE")]
    Unavailable,
}

impl ProblemCode {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[
        Self::ValidationError,
        Self::MalformedRequest,
        Self::Unauthenticated,
        Self::Forbidden,
        Self::NotFound,
        Self::NotAcceptable,
        Self::ImmutableRelationship,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::InternalError,
        Self::Unavailable,
    ];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::ValidationError => "VALIDATION_ERROR",
            Self::MalformedRequest => "MALFORMED_REQUEST",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::Forbidden => "FORBIDDEN",
            Self::NotFound => "NOT_FOUND",
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::ImmutableRelationship => "IMMUTABLE_RELATIONSHIP",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::InternalError => "INTERNAL_ERROR",
            Self::Unavailable => "UNAVAILABLE",
        }
    }
}

impl Problem {
    /// A problem as the catalogue has it. The guard fills in `instance` and `requestId`.
    pub fn new(code: ProblemCode, detail: impl Into<String>) -> Self {
        Self {
            r#type: format!("/problems/{}", code.slug()),
            title: code.title().to_owned(),
            status: i32::from(code.status()),
            detail: detail.into(),
            instance: Default::default(),
            code,
            request_id: Default::default(),
            errors: None,
        }
    }
}

impl ProblemCode {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::ValidationError => 400,
            Self::MalformedRequest => 400,
            Self::Unauthenticated => 401,
            Self::Forbidden => 403,
            Self::NotFound => 404,
            Self::NotAcceptable => 406,
            Self::ImmutableRelationship => 409,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::InternalError => 500,
            Self::Unavailable => 503,
        }
    }

    /// The problem in short, the same for every occurrence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ValidationError => "Not valid",
            Self::MalformedRequest => "Malformed request",
            Self::Unauthenticated => "Who are you",
            Self::Forbidden => "Forbidden",
            Self::NotFound => "Not found",
            Self::NotAcceptable => "Not acceptable",
            Self::ImmutableRelationship => "Fixed",
            Self::PayloadTooLarge => "Payload too large",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::InternalError => "Broken",
            Self::Unavailable => "Unavailable",
        }
    }

    /// What the path `/problems/<slug>` that explains it ends in.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::ValidationError => "validation-error",
            Self::MalformedRequest => "malformed-request",
            Self::Unauthenticated => "unauthenticated",
            Self::Forbidden => "forbidden",
            Self::NotFound => "not-found",
            Self::NotAcceptable => "not-acceptable",
            Self::ImmutableRelationship => "immutable-relationship",
            Self::PayloadTooLarge => "payload-too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::InternalError => "internal-error",
            Self::Unavailable => "unavailable",
        }
    }

    /// What it means and what a caller can do about it.
    pub const fn description(self) -> &'static str {
        match self {
            Self::ValidationError => "Correct it.",
            Self::MalformedRequest => "Said of 400.",
            Self::Unauthenticated => "Send a key.",
            Self::Forbidden => "Said of 403.",
            Self::NotFound => "Nothing there.",
            Self::NotAcceptable => "Said of 406.",
            Self::ImmutableRelationship => "Make a new Thing.",
            Self::PayloadTooLarge => "Said of 413.",
            Self::UnsupportedMediaType => "Said of 415.",
            Self::InternalError => "Our fault.",
            Self::Unavailable => "Said of 503.",
        }
    }
}
