// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! Problems and their catalogue.

use super::*;

/// An error, as RFC 9457 has it.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldError>>,
    /// The seats of the variant or of the pool.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i32>,
    /// The seats in use or given away.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_active_count: Option<i64>,
    /// When the next seat is known to come free, or null.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    pub next_free_at: MaybeUndefined<Timestamp>,
    /// For a refused ATOMIC batch, one result per item.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub results: Option<Vec<AssignmentBatchItem>>,
}

/// One field or parameter that is wrong.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct FieldError {
    /// The JSON pointer (RFC 6901) of a field of the body. Of names the first 100 characters are
    /// told, and a long pointer ends with `/…`.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub pointer: Option<String>,
    /// The name of a path, query or header parameter.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub parameter: Option<String>,
    /// What is wrong, for programs.
    pub code: String,
    /// What is wrong, for people. Never repeats the value.
    pub message: String,
}

/// The problem, for programs.
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
    /// `TOO_MUCH_CHANGED`.
    #[oai(rename = "TOO_MUCH_CHANGED")]
    #[serde(rename = "TOO_MUCH_CHANGED")]
    TooMuchChanged,
    /// `UNAUTHENTICATED`.
    #[oai(rename = "UNAUTHENTICATED")]
    #[serde(rename = "UNAUTHENTICATED")]
    Unauthenticated,
    /// `INVALID_CREDENTIALS`.
    #[oai(rename = "INVALID_CREDENTIALS")]
    #[serde(rename = "INVALID_CREDENTIALS")]
    InvalidCredentials,
    /// `TOKEN_EXPIRED`.
    #[oai(rename = "TOKEN_EXPIRED")]
    #[serde(rename = "TOKEN_EXPIRED")]
    TokenExpired,
    /// `FORBIDDEN`.
    #[oai(rename = "FORBIDDEN")]
    #[serde(rename = "FORBIDDEN")]
    Forbidden,
    /// `PASSWORD_CHANGE_REQUIRED`.
    #[oai(rename = "PASSWORD_CHANGE_REQUIRED")]
    #[serde(rename = "PASSWORD_CHANGE_REQUIRED")]
    PasswordChangeRequired,
    /// `NOT_FOUND`.
    #[oai(rename = "NOT_FOUND")]
    #[serde(rename = "NOT_FOUND")]
    NotFound,
    /// `METHOD_NOT_ALLOWED`.
    #[oai(rename = "METHOD_NOT_ALLOWED")]
    #[serde(rename = "METHOD_NOT_ALLOWED")]
    MethodNotAllowed,
    /// `NOT_ACCEPTABLE`.
    #[oai(rename = "NOT_ACCEPTABLE")]
    #[serde(rename = "NOT_ACCEPTABLE")]
    NotAcceptable,
    /// `LICENSE_CAPACITY_EXCEEDED`.
    #[oai(rename = "LICENSE_CAPACITY_EXCEEDED")]
    #[serde(rename = "LICENSE_CAPACITY_EXCEEDED")]
    LicenseCapacityExceeded,
    /// `DUPLICATE_ACTIVE_ASSIGNMENT`.
    #[oai(rename = "DUPLICATE_ACTIVE_ASSIGNMENT")]
    #[serde(rename = "DUPLICATE_ACTIVE_ASSIGNMENT")]
    DuplicateActiveAssignment,
    /// `CAPACITY_BELOW_ACTIVE`.
    #[oai(rename = "CAPACITY_BELOW_ACTIVE")]
    #[serde(rename = "CAPACITY_BELOW_ACTIVE")]
    CapacityBelowActive,
    /// `CAPACITY_BELOW_ALLOCATED`.
    #[oai(rename = "CAPACITY_BELOW_ALLOCATED")]
    #[serde(rename = "CAPACITY_BELOW_ALLOCATED")]
    CapacityBelowAllocated,
    /// `ALLOCATION_EXCEEDS_CAPACITY`.
    #[oai(rename = "ALLOCATION_EXCEEDS_CAPACITY")]
    #[serde(rename = "ALLOCATION_EXCEEDS_CAPACITY")]
    AllocationExceedsCapacity,
    /// `SEATS_OUTSIDE_POOL`.
    #[oai(rename = "SEATS_OUTSIDE_POOL")]
    #[serde(rename = "SEATS_OUTSIDE_POOL")]
    SeatsOutsidePool,
    /// `HAS_ASSIGNMENTS`.
    #[oai(rename = "HAS_ASSIGNMENTS")]
    #[serde(rename = "HAS_ASSIGNMENTS")]
    HasAssignments,
    /// `HAS_ALLOCATIONS`.
    #[oai(rename = "HAS_ALLOCATIONS")]
    #[serde(rename = "HAS_ALLOCATIONS")]
    HasAllocations,
    /// `USER_NOT_ACTIVE`.
    #[oai(rename = "USER_NOT_ACTIVE")]
    #[serde(rename = "USER_NOT_ACTIVE")]
    UserNotActive,
    /// `USER_NOT_DELETED`.
    #[oai(rename = "USER_NOT_DELETED")]
    #[serde(rename = "USER_NOT_DELETED")]
    UserNotDeleted,
    /// `ORGANIZATION_MISMATCH`.
    #[oai(rename = "ORGANIZATION_MISMATCH")]
    #[serde(rename = "ORGANIZATION_MISMATCH")]
    OrganizationMismatch,
    /// `ORGANIZATION_DELETED`.
    #[oai(rename = "ORGANIZATION_DELETED")]
    #[serde(rename = "ORGANIZATION_DELETED")]
    OrganizationDeleted,
    /// `STATION_REMOVED`.
    #[oai(rename = "STATION_REMOVED")]
    #[serde(rename = "STATION_REMOVED")]
    StationRemoved,
    /// `IMMUTABLE_RELATIONSHIP`.
    #[oai(rename = "IMMUTABLE_RELATIONSHIP")]
    #[serde(rename = "IMMUTABLE_RELATIONSHIP")]
    ImmutableRelationship,
    /// `WEBHOOK_DISABLED`.
    #[oai(rename = "WEBHOOK_DISABLED")]
    #[serde(rename = "WEBHOOK_DISABLED")]
    WebhookDisabled,
    /// `CURSOR_RESET`.
    #[oai(rename = "CURSOR_RESET")]
    #[serde(rename = "CURSOR_RESET")]
    CursorReset,
    /// `LAST_SUPER_ADMIN`.
    #[oai(rename = "LAST_SUPER_ADMIN")]
    #[serde(rename = "LAST_SUPER_ADMIN")]
    LastSuperAdmin,
    /// `DUPLICATE_KEY`.
    #[oai(rename = "DUPLICATE_KEY")]
    #[serde(rename = "DUPLICATE_KEY")]
    DuplicateKey,
    /// `DUPLICATE_EMAIL`.
    #[oai(rename = "DUPLICATE_EMAIL")]
    #[serde(rename = "DUPLICATE_EMAIL")]
    DuplicateEmail,
    /// `PRECONDITION_FAILED`.
    #[oai(rename = "PRECONDITION_FAILED")]
    #[serde(rename = "PRECONDITION_FAILED")]
    PreconditionFailed,
    /// `PAYLOAD_TOO_LARGE`.
    #[oai(rename = "PAYLOAD_TOO_LARGE")]
    #[serde(rename = "PAYLOAD_TOO_LARGE")]
    PayloadTooLarge,
    /// `UNSUPPORTED_MEDIA_TYPE`.
    #[oai(rename = "UNSUPPORTED_MEDIA_TYPE")]
    #[serde(rename = "UNSUPPORTED_MEDIA_TYPE")]
    UnsupportedMediaType,
    /// `IDEMPOTENCY_KEY_REUSED`.
    #[oai(rename = "IDEMPOTENCY_KEY_REUSED")]
    #[serde(rename = "IDEMPOTENCY_KEY_REUSED")]
    IdempotencyKeyReused,
    /// `RATE_LIMITED`.
    #[oai(rename = "RATE_LIMITED")]
    #[serde(rename = "RATE_LIMITED")]
    RateLimited,
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
            capacity: None,
            assigned_active_count: None,
            next_free_at: MaybeUndefined::Undefined,
            results: None,
        }
    }
}

impl ProblemCode {
    /// The HTTP status.
    pub const fn status(self) -> u16 {
        match self {
            Self::ValidationError => 400,
            Self::MalformedRequest => 400,
            Self::TooMuchChanged => 400,
            Self::Unauthenticated => 401,
            Self::InvalidCredentials => 401,
            Self::TokenExpired => 401,
            Self::Forbidden => 403,
            Self::PasswordChangeRequired => 403,
            Self::NotFound => 404,
            Self::MethodNotAllowed => 405,
            Self::NotAcceptable => 406,
            Self::LicenseCapacityExceeded => 409,
            Self::DuplicateActiveAssignment => 409,
            Self::CapacityBelowActive => 409,
            Self::CapacityBelowAllocated => 409,
            Self::AllocationExceedsCapacity => 409,
            Self::SeatsOutsidePool => 409,
            Self::HasAssignments => 409,
            Self::HasAllocations => 409,
            Self::UserNotActive => 409,
            Self::UserNotDeleted => 409,
            Self::OrganizationMismatch => 409,
            Self::OrganizationDeleted => 409,
            Self::StationRemoved => 409,
            Self::ImmutableRelationship => 409,
            Self::WebhookDisabled => 409,
            Self::CursorReset => 409,
            Self::LastSuperAdmin => 409,
            Self::DuplicateKey => 409,
            Self::DuplicateEmail => 409,
            Self::PreconditionFailed => 412,
            Self::PayloadTooLarge => 413,
            Self::UnsupportedMediaType => 415,
            Self::IdempotencyKeyReused => 422,
            Self::RateLimited => 429,
            Self::InternalError => 500,
            Self::Unavailable => 503,
        }
    }

    /// The problem in short, the same for every occurrence.
    pub const fn title(self) -> &'static str {
        match self {
            Self::ValidationError => "The request is not valid",
            Self::MalformedRequest => "The request cannot be read",
            Self::TooMuchChanged => "Too much has changed since then",
            Self::Unauthenticated => "Authentication is required",
            Self::InvalidCredentials => "The credentials do not fit",
            Self::TokenExpired => "The token has expired",
            Self::Forbidden => "Not permitted",
            Self::PasswordChangeRequired => "The password must be changed",
            Self::NotFound => "Not found",
            Self::MethodNotAllowed => "Method not allowed",
            Self::NotAcceptable => "Not acceptable",
            Self::LicenseCapacityExceeded => "No free seat",
            Self::DuplicateActiveAssignment => "The user or station already holds a seat",
            Self::CapacityBelowActive => "Capacity below the seats in use",
            Self::CapacityBelowAllocated => "Capacity below the seats given away",
            Self::AllocationExceedsCapacity => "The pools exceed the capacity",
            Self::SeatsOutsidePool => "Seats lie outside the pool",
            Self::HasAssignments => "There are assignments",
            Self::HasAllocations => "There are pools",
            Self::UserNotActive => "The user is not active",
            Self::UserNotDeleted => "The user is not deleted",
            Self::OrganizationMismatch => "Wrong organization",
            Self::OrganizationDeleted => "The organization is deleted",
            Self::StationRemoved => "The station is removed",
            Self::ImmutableRelationship => "This tie cannot change",
            Self::WebhookDisabled => "The webhook is disabled",
            Self::CursorReset => "The log does not go on from this cursor",
            Self::LastSuperAdmin => "The last super admin stays",
            Self::DuplicateKey => "The key is taken",
            Self::DuplicateEmail => "The email is taken",
            Self::PreconditionFailed => "The resource has changed",
            Self::PayloadTooLarge => "The body is too large",
            Self::UnsupportedMediaType => "Unsupported media type",
            Self::IdempotencyKeyReused => "The idempotency key was used for another request",
            Self::RateLimited => "Too many requests",
            Self::InternalError => "Something broke here",
            Self::Unavailable => "Not available now",
        }
    }

    /// What the path `/problems/<slug>` that explains it ends in.
    pub const fn slug(self) -> &'static str {
        match self {
            Self::ValidationError => "validation-error",
            Self::MalformedRequest => "malformed-request",
            Self::TooMuchChanged => "too-much-changed",
            Self::Unauthenticated => "unauthenticated",
            Self::InvalidCredentials => "invalid-credentials",
            Self::TokenExpired => "token-expired",
            Self::Forbidden => "forbidden",
            Self::PasswordChangeRequired => "password-change-required",
            Self::NotFound => "not-found",
            Self::MethodNotAllowed => "method-not-allowed",
            Self::NotAcceptable => "not-acceptable",
            Self::LicenseCapacityExceeded => "license-capacity-exceeded",
            Self::DuplicateActiveAssignment => "duplicate-active-assignment",
            Self::CapacityBelowActive => "capacity-below-active",
            Self::CapacityBelowAllocated => "capacity-below-allocated",
            Self::AllocationExceedsCapacity => "allocation-exceeds-capacity",
            Self::SeatsOutsidePool => "seats-outside-pool",
            Self::HasAssignments => "has-assignments",
            Self::HasAllocations => "has-allocations",
            Self::UserNotActive => "user-not-active",
            Self::UserNotDeleted => "user-not-deleted",
            Self::OrganizationMismatch => "organization-mismatch",
            Self::OrganizationDeleted => "organization-deleted",
            Self::StationRemoved => "station-removed",
            Self::ImmutableRelationship => "immutable-relationship",
            Self::WebhookDisabled => "webhook-disabled",
            Self::CursorReset => "cursor-reset",
            Self::LastSuperAdmin => "last-super-admin",
            Self::DuplicateKey => "duplicate-key",
            Self::DuplicateEmail => "duplicate-email",
            Self::PreconditionFailed => "precondition-failed",
            Self::PayloadTooLarge => "payload-too-large",
            Self::UnsupportedMediaType => "unsupported-media-type",
            Self::IdempotencyKeyReused => "idempotency-key-reused",
            Self::RateLimited => "rate-limited",
            Self::InternalError => "internal-error",
            Self::Unavailable => "unavailable",
        }
    }

    /// What it means and what a caller can do about it.
    pub const fn description(self) -> &'static str {
        match self {
            Self::ValidationError => {
                "One or more fields or parameters break the contract. `errors` lists every one of them with its JSON pointer or parameter name; correct them all and send the request again."
            }
            Self::MalformedRequest => {
                "The body is not well-formed JSON in UTF-8, has more than 64 levels, or does not come in time, or the request line or a header is broken."
            }
            Self::TooMuchChanged => {
                "More than 10 000 of the resources that a list or a count of the past looks at have changed since. Name a later time, or look at fewer with the filters for what never changes: organization, station, user, role, product and variant."
            }
            Self::Unauthenticated => {
                "The request has no API key or access token, or one that is not known here. Send `Authorization` with `Bearer` and a valid one."
            }
            Self::InvalidCredentials => {
                "Email, password, organization or token do not fit; which of them is not said."
            }
            Self::TokenExpired => {
                "The token was valid once. Refresh the access token, log in again, or ask for a new invitation."
            }
            Self::Forbidden => "The caller is known but may not do this.",
            Self::PasswordChangeRequired => {
                "The caller has logged in with a one-time password. Change it first with `PUT /api/v1/users/me/password`."
            }
            Self::NotFound => "Nothing is there, or nothing that this caller may know of.",
            Self::MethodNotAllowed => {
                "The path exists, but not with this method. `Allow` lists the methods that it has."
            }
            Self::NotAcceptable => {
                "The `Accept` header excludes every media type that this operation can answer with."
            }
            Self::LicenseCapacityExceeded => {
                "Every seat of the variant, or of the organization's pool, is held. `capacity` and `assignedActiveCount` say how many there are, `nextFreeAt` when the next one is known to come free. Revoke a seat, raise the capacity, or wait."
            }
            Self::DuplicateActiveAssignment => {
                "A user or station holds at most one active seat of a variant."
            }
            Self::CapacityBelowActive => {
                "Neither a capacity nor a pool can be lowered below the number of its active assignments. Revoke some first."
            }
            Self::CapacityBelowAllocated => {
                "A capacity cannot be lowered below the pools of the variant and the seats in use outside of them. Make the pools smaller first."
            }
            Self::AllocationExceedsCapacity => {
                "The pools of a variant, together with its seats in use outside of them, never exceed its capacity. `capacity` says how many seats there are, `assignedActiveCount` how many are given away already. Ask for fewer seats, or raise the capacity."
            }
            Self::SeatsOutsidePool => {
                "The users and stations of the organization hold seats of the variant that were given before it had a pool, or the seat is one of these. Revoke them first."
            }
            Self::HasAssignments => {
                "What has ever been assigned, even if it is revoked now, cannot be deleted, since history is never erased."
            }
            Self::HasAllocations => {
                "A variant of which organizations have pools cannot be deleted. Delete the pools first."
            }
            Self::UserNotActive => {
                "A user who is deactivated or deleted takes no new seat, role or key, a deleted user cannot be changed, and only a pending one can be invited."
            }
            Self::UserNotDeleted => {
                "Only of a deleted user can it be erased who it was. Delete the user first."
            }
            Self::OrganizationMismatch => {
                "The product or role belongs to another organization than the one that it is given to."
            }
            Self::OrganizationDeleted => {
                "A deleted organization cannot be changed, and nothing can be made in it."
            }
            Self::StationRemoved => {
                "A removed station takes no seat and no operator, and cannot be changed."
            }
            Self::ImmutableRelationship => {
                "Role, organization, station, the code of a station, product and holder are fixed when a resource is made. Make a new one instead."
            }
            Self::WebhookDisabled => {
                "Nothing is sent to a webhook that is disabled. Enable it first."
            }
            Self::CursorReset => {
                "The event that the cursor stands for is not in the log: the database was restored from a backup, or the cursor is another log's. Begin again without a cursor."
            }
            Self::LastSuperAdmin => {
                "The last active super admin cannot be deactivated or deleted. Make another one first."
            }
            Self::DuplicateKey => {
                "Another resource of the same kind has this key, slug, code or name. The code of a removed station stays taken."
            }
            Self::DuplicateEmail => {
                "Another user of the same realm has this email. Case does not count."
            }
            Self::PreconditionFailed => {
                "The `If-Match` header names another version than the present one. Read the resource again, then decide again."
            }
            Self::PayloadTooLarge => {
                "The request body exceeds what the server takes, which is less where no login is needed."
            }
            Self::UnsupportedMediaType => {
                "The `Content-Type` is not the one that the operation reads."
            }
            Self::IdempotencyKeyReused => {
                "The same `Idempotency-Key` came with another operation, path or body within 24 hours. Use a new key for a new request."
            }
            Self::RateLimited => {
                "The address, account, organization or API key has sent more requests than it may, and `RateLimit-Policy` says how many that is; the caller or its organization has as many event streams and WebSockets open, or reads as many lists, events and moments of the past at once, as it may; or the organization has appended more bytes to logs than it may for now. Try again after `Retry-After` seconds."
            }
            Self::InternalError => {
                "The server failed. The cause is in its log under the `requestId`. Nothing was half done."
            }
            Self::Unavailable => {
                "The server is too busy, is stopping, or cannot reach its database. Try again after `Retry-After` seconds. Nothing has changed unless `detail` says that a change may have happened; sent again with the same `Idempotency-Key`, it is done once at most."
            }
        }
    }
}
