//! The parameter `asOf`.

use super::{Http, time};
use contract::{FieldError, Problem, ProblemCode, Timestamp};
use domain::Time;

impl Http {
    /// The requested time; `None` for the present. A time in the future is refused.
    pub(super) fn as_of(&self, asked: Option<Timestamp>) -> Result<Option<Time>, Problem> {
        let asked = asked.map(time);
        match asked {
            Some(at) if at > self.app.clock().now() => Err(Problem {
                errors: Some(vec![FieldError::of(
                    "asOf",
                    "PAST",
                    "must not be later than now",
                )]),
                ..Problem::new(ProblemCode::ValidationError, "The request is not valid.")
            }),
            _ => Ok(asked),
        }
    }
}
