//! Why a use case did not happen.

use crate::assignment_batch::ItemResult;
use domain::Refusal;
use persistence::StoreError;
use thiserror::Error;

/// The result of a use case.
pub type Result<T> = std::result::Result<T, Error>;

/// A use case that did not happen. Nothing has changed, unless an error is described otherwise.
#[derive(Debug, Error)]
pub enum Error {
    /// A rule refuses it.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// An ATOMIC batch was refused because an item was.
    #[error("an item of the batch was refused: {first}")]
    BatchRefused {
        /// Why the first refused item was.
        first: Refusal,
        /// What became of each item.
        items: Vec<ItemResult>,
    },
    /// The idempotency key was used for another request before.
    #[error("the idempotency key was used for another request")]
    IdempotencyKeyReused,
    /// Too many commands wait.
    #[error("too many commands wait")]
    Busy,
    /// The deadline passed before the command was begun: it does not happen.
    #[error("the deadline came before the command was begun")]
    TimedOut,
    /// The database does not answer in time, races were lost too often, or a migration has not come
    /// to its end.
    #[error("the database is not available: {0}")]
    Unavailable(#[source] StoreError),
    /// The database went away while it was asked to keep the change, which may have happened.
    #[error("{0}")]
    OutcomeUnknown(#[source] StoreError),
    /// A defect here.
    #[error("internal error: {0}")]
    Internal(String),
}

impl From<StoreError> for Error {
    fn from(error: StoreError) -> Self {
        match error {
            StoreError::Contended(_)
            | StoreError::Unavailable(_)
            | StoreError::TooSlow(_)
            | StoreError::Unchained(_) => Self::Unavailable(error),
            StoreError::Unknown(_) => Self::OutcomeUnknown(error),
            StoreError::TooMuchChanged => Self::Refused(Refusal::TooMuchChanged),
            StoreError::Refused(_) | StoreError::Damaged(_) => Self::Internal(error.to_string()),
        }
    }
}
