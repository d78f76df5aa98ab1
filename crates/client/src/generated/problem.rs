// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Problems.

use super::*;

/// An error, as RFC 9457 has it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Problem {
    /// A path on this server that explains the problem.
    pub r#type: String,
    /// The problem in short, the same for every occurrence.
    pub title: String,
    /// The HTTP status.
    pub status: i32,
    /// What happened here.
    pub detail: String,
    /// The path of the request.
    pub instance: String,
    /// The problem, for programs.
    pub code: ProblemCode,
    /// The id of the request, as in X-Request-Id and in the log of the server.
    pub request_id: String,
    /// Every field and parameter that is wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldError>>,
    /// The seats of the variant or of the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i32>,
    /// The seats in use or given away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_active_count: Option<i64>,
    /// When the next seat is known to come free, or null.
    ///
    /// `None` leaves it out, `Some(None)` is null.
    #[serde(
        default,
        deserialize_with = "crate::wire::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub next_free_at: Option<Option<DateTime<Utc>>>,
    /// For a refused ATOMIC batch, one result per item.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<AssignmentBatchItem>>,
}

/// One field or parameter that is wrong.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// The JSON pointer (RFC 6901) of a field of the body. Of names the first 100 characters are
    /// told, and a long pointer ends with `/…`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The name of a path, query or header parameter.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What is wrong, for programs.
    pub code: String,
    /// What is wrong, for people. Never repeats the value.
    pub message: String,
}

/// The problem, for programs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProblemCode {
    /// `VALIDATION_ERROR`.
    #[serde(rename = "VALIDATION_ERROR")]
    ValidationError,
    /// `MALFORMED_REQUEST`.
    #[serde(rename = "MALFORMED_REQUEST")]
    MalformedRequest,
    /// `TOO_MUCH_CHANGED`.
    #[serde(rename = "TOO_MUCH_CHANGED")]
    TooMuchChanged,
    /// `UNAUTHENTICATED`.
    #[serde(rename = "UNAUTHENTICATED")]
    Unauthenticated,
    /// `INVALID_CREDENTIALS`.
    #[serde(rename = "INVALID_CREDENTIALS")]
    InvalidCredentials,
    /// `TOKEN_EXPIRED`.
    #[serde(rename = "TOKEN_EXPIRED")]
    TokenExpired,
    /// `FORBIDDEN`.
    #[serde(rename = "FORBIDDEN")]
    Forbidden,
    /// `PASSWORD_CHANGE_REQUIRED`.
    #[serde(rename = "PASSWORD_CHANGE_REQUIRED")]
    PasswordChangeRequired,
    /// `NOT_FOUND`.
    #[serde(rename = "NOT_FOUND")]
    NotFound,
    /// `METHOD_NOT_ALLOWED`.
    #[serde(rename = "METHOD_NOT_ALLOWED")]
    MethodNotAllowed,
    /// `NOT_ACCEPTABLE`.
    #[serde(rename = "NOT_ACCEPTABLE")]
    NotAcceptable,
    /// `LICENSE_CAPACITY_EXCEEDED`.
    #[serde(rename = "LICENSE_CAPACITY_EXCEEDED")]
    LicenseCapacityExceeded,
    /// `DUPLICATE_ACTIVE_ASSIGNMENT`.
    #[serde(rename = "DUPLICATE_ACTIVE_ASSIGNMENT")]
    DuplicateActiveAssignment,
    /// `CAPACITY_BELOW_ACTIVE`.
    #[serde(rename = "CAPACITY_BELOW_ACTIVE")]
    CapacityBelowActive,
    /// `CAPACITY_BELOW_ALLOCATED`.
    #[serde(rename = "CAPACITY_BELOW_ALLOCATED")]
    CapacityBelowAllocated,
    /// `ALLOCATION_EXCEEDS_CAPACITY`.
    #[serde(rename = "ALLOCATION_EXCEEDS_CAPACITY")]
    AllocationExceedsCapacity,
    /// `SEATS_OUTSIDE_POOL`.
    #[serde(rename = "SEATS_OUTSIDE_POOL")]
    SeatsOutsidePool,
    /// `HAS_ASSIGNMENTS`.
    #[serde(rename = "HAS_ASSIGNMENTS")]
    HasAssignments,
    /// `HAS_ALLOCATIONS`.
    #[serde(rename = "HAS_ALLOCATIONS")]
    HasAllocations,
    /// `USER_NOT_ACTIVE`.
    #[serde(rename = "USER_NOT_ACTIVE")]
    UserNotActive,
    /// `USER_NOT_DELETED`.
    #[serde(rename = "USER_NOT_DELETED")]
    UserNotDeleted,
    /// `ORGANIZATION_MISMATCH`.
    #[serde(rename = "ORGANIZATION_MISMATCH")]
    OrganizationMismatch,
    /// `ORGANIZATION_DELETED`.
    #[serde(rename = "ORGANIZATION_DELETED")]
    OrganizationDeleted,
    /// `STATION_REMOVED`.
    #[serde(rename = "STATION_REMOVED")]
    StationRemoved,
    /// `IMMUTABLE_RELATIONSHIP`.
    #[serde(rename = "IMMUTABLE_RELATIONSHIP")]
    ImmutableRelationship,
    /// `WEBHOOK_DISABLED`.
    #[serde(rename = "WEBHOOK_DISABLED")]
    WebhookDisabled,
    /// `CURSOR_RESET`.
    #[serde(rename = "CURSOR_RESET")]
    CursorReset,
    /// `LAST_SUPER_ADMIN`.
    #[serde(rename = "LAST_SUPER_ADMIN")]
    LastSuperAdmin,
    /// `DUPLICATE_KEY`.
    #[serde(rename = "DUPLICATE_KEY")]
    DuplicateKey,
    /// `DUPLICATE_EMAIL`.
    #[serde(rename = "DUPLICATE_EMAIL")]
    DuplicateEmail,
    /// `PRECONDITION_FAILED`.
    #[serde(rename = "PRECONDITION_FAILED")]
    PreconditionFailed,
    /// `PAYLOAD_TOO_LARGE`.
    #[serde(rename = "PAYLOAD_TOO_LARGE")]
    PayloadTooLarge,
    /// `UNSUPPORTED_MEDIA_TYPE`.
    #[serde(rename = "UNSUPPORTED_MEDIA_TYPE")]
    UnsupportedMediaType,
    /// `IDEMPOTENCY_KEY_REUSED`.
    #[serde(rename = "IDEMPOTENCY_KEY_REUSED")]
    IdempotencyKeyReused,
    /// `RATE_LIMITED`.
    #[serde(rename = "RATE_LIMITED")]
    RateLimited,
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
        Self::TooMuchChanged,
        Self::Unauthenticated,
        Self::InvalidCredentials,
        Self::TokenExpired,
        Self::Forbidden,
        Self::PasswordChangeRequired,
        Self::NotFound,
        Self::MethodNotAllowed,
        Self::NotAcceptable,
        Self::LicenseCapacityExceeded,
        Self::DuplicateActiveAssignment,
        Self::CapacityBelowActive,
        Self::CapacityBelowAllocated,
        Self::AllocationExceedsCapacity,
        Self::SeatsOutsidePool,
        Self::HasAssignments,
        Self::HasAllocations,
        Self::UserNotActive,
        Self::UserNotDeleted,
        Self::OrganizationMismatch,
        Self::OrganizationDeleted,
        Self::StationRemoved,
        Self::ImmutableRelationship,
        Self::WebhookDisabled,
        Self::CursorReset,
        Self::LastSuperAdmin,
        Self::DuplicateKey,
        Self::DuplicateEmail,
        Self::PreconditionFailed,
        Self::PayloadTooLarge,
        Self::UnsupportedMediaType,
        Self::IdempotencyKeyReused,
        Self::RateLimited,
        Self::InternalError,
        Self::Unavailable,
    ];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Unknown => "UNKNOWN",
            Self::ValidationError => "VALIDATION_ERROR",
            Self::MalformedRequest => "MALFORMED_REQUEST",
            Self::TooMuchChanged => "TOO_MUCH_CHANGED",
            Self::Unauthenticated => "UNAUTHENTICATED",
            Self::InvalidCredentials => "INVALID_CREDENTIALS",
            Self::TokenExpired => "TOKEN_EXPIRED",
            Self::Forbidden => "FORBIDDEN",
            Self::PasswordChangeRequired => "PASSWORD_CHANGE_REQUIRED",
            Self::NotFound => "NOT_FOUND",
            Self::MethodNotAllowed => "METHOD_NOT_ALLOWED",
            Self::NotAcceptable => "NOT_ACCEPTABLE",
            Self::LicenseCapacityExceeded => "LICENSE_CAPACITY_EXCEEDED",
            Self::DuplicateActiveAssignment => "DUPLICATE_ACTIVE_ASSIGNMENT",
            Self::CapacityBelowActive => "CAPACITY_BELOW_ACTIVE",
            Self::CapacityBelowAllocated => "CAPACITY_BELOW_ALLOCATED",
            Self::AllocationExceedsCapacity => "ALLOCATION_EXCEEDS_CAPACITY",
            Self::SeatsOutsidePool => "SEATS_OUTSIDE_POOL",
            Self::HasAssignments => "HAS_ASSIGNMENTS",
            Self::HasAllocations => "HAS_ALLOCATIONS",
            Self::UserNotActive => "USER_NOT_ACTIVE",
            Self::UserNotDeleted => "USER_NOT_DELETED",
            Self::OrganizationMismatch => "ORGANIZATION_MISMATCH",
            Self::OrganizationDeleted => "ORGANIZATION_DELETED",
            Self::StationRemoved => "STATION_REMOVED",
            Self::ImmutableRelationship => "IMMUTABLE_RELATIONSHIP",
            Self::WebhookDisabled => "WEBHOOK_DISABLED",
            Self::CursorReset => "CURSOR_RESET",
            Self::LastSuperAdmin => "LAST_SUPER_ADMIN",
            Self::DuplicateKey => "DUPLICATE_KEY",
            Self::DuplicateEmail => "DUPLICATE_EMAIL",
            Self::PreconditionFailed => "PRECONDITION_FAILED",
            Self::PayloadTooLarge => "PAYLOAD_TOO_LARGE",
            Self::UnsupportedMediaType => "UNSUPPORTED_MEDIA_TYPE",
            Self::IdempotencyKeyReused => "IDEMPOTENCY_KEY_REUSED",
            Self::RateLimited => "RATE_LIMITED",
            Self::InternalError => "INTERNAL_ERROR",
            Self::Unavailable => "UNAVAILABLE",
        }
    }
}
