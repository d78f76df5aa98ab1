//! Passwords: what they have to be, and the threads that hash them.

use crate::metrics::Metrics;
use contract::{Problem, ProblemCode};
use credentials::{
    hasher::{HashError, Observer},
    password::Weakness,
};
use domain::Invalid;
use std::{sync::Arc, time::Duration};

/// Tells the metrics how the threads keep up.
pub struct Measured(pub Arc<Metrics>);

impl Observer for Measured {
    fn began(&self, waited: Duration) {
        self.0.password_waited(waited);
    }

    fn computed(&self, took: Duration) {
        self.0.password_hashed(took);
    }
}

/// What is wrong with a password, at its place in the request.
pub fn invalid(weakness: &Weakness, pointer: &str) -> Invalid {
    match weakness {
        Weakness::TooShort { min } => {
            let message = format!("must have at least {min} characters");
            Invalid::new(pointer, "MIN_LENGTH", &message)
        }
        Weakness::TooLong { max } => {
            let message = format!("must have at most {max} characters");
            Invalid::new(pointer, "MAX_LENGTH", &message)
        }
        Weakness::Common => {
            let message = "is easy to guess: common, or made of the own name";
            Invalid::new(pointer, "COMMON_PASSWORD", message)
        }
    }
}

/// The problem when nothing was hashed.
pub fn unhashed(error: &HashError) -> Problem {
    match error {
        HashError::Busy => {
            let detail = "Too many logins wait; try again.";
            Problem::new(ProblemCode::Unavailable, detail)
        }
        HashError::NoRandomness(_) | HashError::Lost => {
            tracing::error!(%error, "a password was not hashed");
            let detail = "The server failed; nothing was half done.";
            Problem::new(ProblemCode::InternalError, detail)
        }
    }
}
