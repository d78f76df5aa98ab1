// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Problems.

use super::*;

/// An error.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldError>>,
}

/// One thing that is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// Where in the body.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// Which parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What.
    pub code: String,
    /// In words.
    pub message: String,
}

/// The problem.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProblemCode {
    /// `VALIDATION_ERROR`.
    #[serde(rename = "VALIDATION_ERROR")]
    ValidationError,
    /// `MALFORMED_REQUEST`.
    #[serde(rename = "MALFORMED_REQUEST")]
    MalformedRequest,
    /// `UNAUTHENTICATED`.
    #[serde(rename = "UNAUTHENTICATED")]
    Unauthenticated,
    /// `FORBIDDEN`.
    #[serde(rename = "FORBIDDEN")]
    Forbidden,
    /// `NOT_FOUND`.
    #[serde(rename = "NOT_FOUND")]
    NotFound,
    /// `NOT_ACCEPTABLE`.
    #[serde(rename = "NOT_ACCEPTABLE")]
    NotAcceptable,
    /// `IMMUTABLE_RELATIONSHIP`.
    #[serde(rename = "IMMUTABLE_RELATIONSHIP")]
    ImmutableRelationship,
    /// `PAYLOAD_TOO_LARGE`.
    #[serde(rename = "PAYLOAD_TOO_LARGE")]
    PayloadTooLarge,
    /// `UNSUPPORTED_MEDIA_TYPE`.
    #[serde(rename = "UNSUPPORTED_MEDIA_TYPE")]
    UnsupportedMediaType,
    /// `INTERNAL_ERROR`.
    #[serde(rename = "INTERNAL_ERROR")]
    InternalError,
    /// `UNAVAILABLE`.
    #[serde(rename = "UNAVAILABLE")]
    Unavailable,
    /// A code that this version of the client does not know.
    #[serde(other, skip_serializing)]
    Unknown,
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
            Self::Unknown => "UNKNOWN",
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
