// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Problems and their catalogue.

use poem_openapi::{Enum, Object};
use serde::Serialize;

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
    /// `UNAUTHENTICATED`.
    #[oai(rename = "UNAUTHENTICATED")]
    #[serde(rename = "UNAUTHENTICATED")]
    Unauthenticated,
    /// `NOT_FOUND`.
    #[oai(rename = "NOT_FOUND")]
    #[serde(rename = "NOT_FOUND")]
    NotFound,
    /// `IMMUTABLE_RELATIONSHIP`.
    #[oai(rename = "IMMUTABLE_RELATIONSHIP")]
    #[serde(rename = "IMMUTABLE_RELATIONSHIP")]
    ImmutableRelationship,
    /// `INTERNAL_ERROR`.
    #[oai(rename = "INTERNAL_ERROR")]
    #[serde(rename = "INTERNAL_ERROR")]
    InternalError,
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
            Self::ValidationError => "VALIDATION_ERROR",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::NotFound => "NOT_FOUND",
            Self::ImmutableRelationship => "IMMUTABLE_RELATIONSHIP",
            Self::InternalError => "INTERNAL_ERROR",
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
            Self::Unauthenticated => 401,
            Self::NotFound => 404,
            Self::ImmutableRelationship => 409,
            Self::InternalError => 500,
        }
    }

    /// The problem in short, the same for every occurrence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ValidationError => "Not valid",
            Self::Unauthenticated => "Who are you",
            Self::NotFound => "Not found",
            Self::ImmutableRelationship => "Fixed",
            Self::InternalError => "Broken",
        }
    }

    /// What the path `/problems/<slug>` that explains it ends in.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::ValidationError => "validation-error",
            Self::Unauthenticated => "unauthenticated",
            Self::NotFound => "not-found",
            Self::ImmutableRelationship => "immutable-relationship",
            Self::InternalError => "internal-error",
        }
    }

    /// What it means and what a caller can do about it.
    pub const fn description(self) -> &'static str {
        match self {
            Self::ValidationError => "Correct it.",
            Self::Unauthenticated => "Send a key.",
            Self::NotFound => "Nothing there.",
            Self::ImmutableRelationship => "Make a new one.",
            Self::InternalError => "Our fault.",
        }
    }
}
