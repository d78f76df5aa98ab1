//! What the server puts in front of every operation.

use std::time::Duration;

use async_trait::async_trait;
use poem::Request;

use crate::{Operation, Problem, ProblemCode};

/// Decides who may call an operation, and hears how it was answered.
#[async_trait]
pub trait Gate: Send + Sync + 'static {
    /// Authenticates the request and checks the permission of the operation. What handlers need
    /// to know of the caller goes into the extensions of the request.
    async fn admit(
        &self,
        operation: &'static Operation,
        request: &mut Request,
    ) -> Result<(), Problem>;

    /// Looks at the caller again whom [`Gate::admit`] let in, because the body came later than the
    /// head: what was taken away in between is gone. What handlers need to know goes into the
    /// extensions anew.
    async fn admit_again(
        &self,
        operation: &'static Operation,
        request: &mut Request,
    ) -> Result<(), Problem>;

    /// Hears every answer of an operation.
    fn answered(
        &self,
        operation: &'static Operation,
        status: u16,
        problem: Option<ProblemCode>,
        elapsed: Duration,
    );
}
