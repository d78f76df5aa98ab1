//! What a call can end in besides success.

use crate::{Problem, ProblemCode};

/// Why a call did not succeed.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// The server refused, and says why.
    #[error("{} {}: {}", .0.status, .0.code.as_str(), .0.detail)]
    Problem(Box<Problem>),
    /// The server was not reached, or the answer broke off.
    #[error("no answer: {0}")]
    Transport(#[from] reqwest::Error),
    /// The answer is not what the contract says.
    #[error("unexpected answer with status {status}: {body}")]
    Unexpected {
        /// The status.
        status: u16,
        /// The body, as text.
        body: String,
    },
}

impl Error {
    /// The problem, if the server named one.
    pub fn problem(&self) -> Option<&Problem> {
        match self {
            Self::Problem(problem) => Some(problem),
            _ => None,
        }
    }

    /// The code of the problem, if the server named one.
    pub fn code(&self) -> Option<ProblemCode> {
        self.problem().map(|problem| problem.code)
    }
}
