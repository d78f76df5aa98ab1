//! Problem documents for refusals and failures.

use super::{assignment::view, timestamp};
use crate::edge;
use app::{Error, StoreError, assignment_batch::ItemResult};
use contract::{
    AssignmentBatchItem, BatchOutcome, FieldError, ItemProblem, MaybeUndefined, Problem,
    ProblemCode,
};
use credentials::hasher::HashError;
use domain::{Invalid, Refusal, Time};

/// The problem for an error. The text is safe; the cause of a failure is in the log only.
pub fn of(error: Error) -> Problem {
    match error {
        Error::Refused(refusal) => refused(&refusal),
        Error::BatchRefused { first, items } => {
            let results = results(&items, Time::from_micros(0));
            Problem {
                results: Some(results),
                ..refused(&first)
            }
        }
        Error::IdempotencyKeyReused => Problem::new(
            ProblemCode::IdempotencyKeyReused,
            "The idempotency key came with another request within the last 24 hours.",
        ),
        Error::Busy => unavailable("Too many changes wait; try again."),
        Error::Unavailable(cause @ StoreError::Unchained(_)) => {
            tracing::error!(%cause, "`quartermaster migrate` brings the database up to date");
            unavailable("The database is not up to date; try again when it is.")
        }
        Error::TimedOut => {
            unavailable("The change waited too long for its turn and was not made; try again.")
        }
        Error::Unavailable(cause @ StoreError::TooSlow(_)) => {
            tracing::error!(%cause, "a statement was cut off");
            unavailable("The database took too long, and nothing was changed; try again.")
        }
        Error::Unavailable(cause) => {
            tracing::warn!(%cause, "the database is not available");
            unavailable("The database does not answer; try again.")
        }
        Error::OutcomeUnknown(cause) => {
            tracing::error!(%cause, "the outcome of a change is not known");
            unavailable(edge::MAY_HAVE_HAPPENED)
        }
        Error::Internal(cause) => {
            tracing::error!(%cause, "internal error");
            Problem::new(
                ProblemCode::InternalError,
                "The server failed; nothing was half done.",
            )
        }
    }
}

/// The answer of the application, or the problem for its error.
///
/// # Errors
/// When it refuses or fails.
pub async fn answer<T>(asked: impl Future<Output = app::Result<T>>) -> Result<T, Problem> {
    asked.await.map_err(of)
}

/// The problem for a database access that failed.
pub fn of_store(error: StoreError) -> Problem {
    of(error.into())
}

/// The problem for a failed authentication.
pub fn of_identity(error: identity::Error) -> Problem {
    use identity::Error;
    let code = match error {
        Error::InvalidCredentials | Error::WrongPassword | Error::UnknownInvitation => {
            ProblemCode::InvalidCredentials
        }
        Error::InvitationExpired | Error::SessionUnused | Error::TokenExpired | Error::Expired => {
            ProblemCode::TokenExpired
        }
        Error::InvalidToken | Error::UnknownKey | Error::UnknownTicket | Error::Changed => {
            ProblemCode::Unauthenticated
        }
        Error::NoSigningKey => ProblemCode::Unavailable,
        Error::NotHashed(error) => return unhashed(&error),
        Error::NoRandomness(error) => return internal(&error),
        Error::App(error) => return of(error),
    };
    Problem::new(code, sentence(&error))
}

fn unhashed(error: &HashError) -> Problem {
    match error {
        HashError::Busy => unavailable("Too many logins wait; try again."),
        HashError::NoRandomness(_) | HashError::Lost => {
            tracing::error!(%error, "a password was not hashed");
            let detail = "The server failed; nothing was half done.";
            Problem::new(ProblemCode::InternalError, detail)
        }
    }
}

/// The problem for a caller that is not authenticated.
pub fn unauthenticated(detail: &str) -> Problem {
    Problem::new(ProblemCode::Unauthenticated, detail)
}

/// The problem for an internal failure; its cause goes to the log.
pub fn internal(cause: &dyn std::error::Error) -> Problem {
    of(Error::Internal(cause.to_string()))
}

fn unavailable(detail: &str) -> Problem {
    Problem::new(ProblemCode::Unavailable, detail)
}

/// The problem for invalid values.
pub fn invalid(wrong: Vec<Invalid>) -> Problem {
    refused(&Refusal::Invalid(wrong))
}

/// The problem for a refusal.
pub fn refused(refusal: &Refusal) -> Problem {
    let mut problem = Problem::new(code(refusal), sentence(refusal));
    match refusal {
        Refusal::Invalid(invalid) => problem.errors = Some(invalid.iter().map(field).collect()),
        Refusal::CapacityExceeded {
            capacity,
            active,
            next_free_at,
        } => {
            problem.capacity = Some(*capacity);
            problem.assigned_active_count = Some(*active);
            problem.next_free_at = next_free_at.map_or(MaybeUndefined::Null, |t| {
                MaybeUndefined::Value(timestamp(t))
            });
        }
        Refusal::CapacityBelowActive { capacity, active }
        | Refusal::CapacityBelowAllocated {
            capacity,
            taken: active,
        }
        | Refusal::AllocationExceedsCapacity {
            capacity,
            taken: active,
        } => {
            problem.capacity = Some(*capacity);
            problem.assigned_active_count = Some(*active);
        }
        _ => {}
    }
    problem
}

const fn code(refusal: &Refusal) -> ProblemCode {
    match refusal {
        Refusal::Invalid(_) => ProblemCode::ValidationError,
        Refusal::NotFound { .. } => ProblemCode::NotFound,
        Refusal::Forbidden(_) => ProblemCode::Forbidden,
        Refusal::PreconditionFailed { .. } => ProblemCode::PreconditionFailed,
        Refusal::CapacityExceeded { .. } => ProblemCode::LicenseCapacityExceeded,
        Refusal::DuplicateActiveAssignment => ProblemCode::DuplicateActiveAssignment,
        Refusal::CapacityBelowActive { .. } => ProblemCode::CapacityBelowActive,
        Refusal::CapacityBelowAllocated { .. } => ProblemCode::CapacityBelowAllocated,
        Refusal::AllocationExceedsCapacity { .. } => ProblemCode::AllocationExceedsCapacity,
        Refusal::SeatsOutsidePool(_) => ProblemCode::SeatsOutsidePool,
        Refusal::HasAllocations(_) => ProblemCode::HasAllocations,
        Refusal::StationRemoved => ProblemCode::StationRemoved,
        Refusal::OrganizationDeleted => ProblemCode::OrganizationDeleted,
        Refusal::CallerLockedOut => ProblemCode::Unauthenticated,
        // The runner handles these itself, so they never reach a caller.
        Refusal::NotHeld(_) => ProblemCode::InternalError,
        Refusal::HasAssignments(_) => ProblemCode::HasAssignments,
        Refusal::UserNotActive(_) => ProblemCode::UserNotActive,
        Refusal::UserNotDeleted => ProblemCode::UserNotDeleted,
        Refusal::CursorReset => ProblemCode::CursorReset,
        Refusal::DeliveryNotFound(_) => ProblemCode::NotFound,
        Refusal::WebhookDisabled => ProblemCode::WebhookDisabled,
        Refusal::TooMuchChanged => ProblemCode::TooMuchChanged,
        Refusal::OrganizationMismatch => ProblemCode::OrganizationMismatch,
        Refusal::LastSuperAdmin => ProblemCode::LastSuperAdmin,
        Refusal::DuplicateKey => ProblemCode::DuplicateKey,
        Refusal::DuplicateEmail => ProblemCode::DuplicateEmail,
    }
}

/// The error as a sentence.
fn sentence(error: &dyn std::error::Error) -> String {
    let text = error.to_string();
    let mut chars = text.chars();
    let first = chars.next().map(char::to_uppercase).into_iter().flatten();
    first.chain(chars).chain(['.']).collect()
}

fn field(invalid: &Invalid) -> FieldError {
    FieldError::at(
        invalid.pointer.clone(),
        &invalid.code,
        invalid.message.clone(),
    )
}

/// One result per item, in the order of the request.
pub fn results(items: &[ItemResult], now: Time) -> Vec<AssignmentBatchItem> {
    items
        .iter()
        .zip(0..)
        .map(|(item, index)| result(item, index, now))
        .collect()
}

fn result(item: &ItemResult, index: i32, now: Time) -> AssignmentBatchItem {
    let (outcome, assignment, problem) = match item {
        ItemResult::Created(seat) => (BatchOutcome::Created, Some(view(seat, now)), None),
        ItemResult::Refused(refusal) => (BatchOutcome::Refused, None, Some(of_item(refusal))),
        ItemResult::NotApplied => (BatchOutcome::NotApplied, None, None),
    };
    AssignmentBatchItem {
        index,
        outcome,
        assignment,
        problem,
    }
}

fn of_item(refusal: &Refusal) -> ItemProblem {
    let problem = refused(refusal);
    ItemProblem {
        r#type: problem.r#type,
        title: problem.title,
        status: problem.status,
        detail: problem.detail,
        code: problem.code,
        errors: problem.errors,
        capacity: problem.capacity,
        assigned_active_count: problem.assigned_active_count,
        next_free_at: problem.next_free_at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn retryable_errors_are_unavailable_and_state_the_outcome() {
        let cause = || StoreError::Damaged("cause".to_owned()).unknown();
        let cases = [
            (Error::TimedOut, "was not made"),
            (Error::OutcomeUnknown(cause()), "may have happened"),
            (Error::Busy, "try again"),
        ];
        for (error, text) in cases {
            let problem = of(error);
            assert_eq!(problem.code, ProblemCode::Unavailable);
            assert!(problem.detail.contains(text), "{}", problem.detail);
        }
    }
}
