// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Problems.

use serde::{Deserialize, Serialize};

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
    /// `UNAUTHENTICATED`.
    #[serde(rename = "UNAUTHENTICATED")]
    Unauthenticated,
    /// `NOT_FOUND`.
    #[serde(rename = "NOT_FOUND")]
    NotFound,
    /// `IMMUTABLE_RELATIONSHIP`.
    #[serde(rename = "IMMUTABLE_RELATIONSHIP")]
    ImmutableRelationship,
    /// `INTERNAL_ERROR`.
    #[serde(rename = "INTERNAL_ERROR")]
    InternalError,
    /// A code that this version of the client does not know.
    #[serde(other, skip_serializing)]
    Unknown,
}

impl ProblemCode {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[
        Self::ValidationError,
        Self::Unauthenticated,
        Self::NotFound,
        Self::ImmutableRelationship,
        Self::InternalError,
    ];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::ValidationError => "VALIDATION_ERROR",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::NotFound => "NOT_FOUND",
            Self::ImmutableRelationship => "IMMUTABLE_RELATIONSHIP",
            Self::InternalError => "INTERNAL_ERROR",
        }
    }
}
