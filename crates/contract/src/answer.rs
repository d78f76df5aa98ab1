//! What a handler answers, on its way to a response.

use poem::{IntoResponse, Response, http::StatusCode};
use poem_openapi::{ApiResponse, types::Type};

use crate::{
    Operation, Problem, ProblemCode, problem,
    registry::{MetaMediaType, MetaResponse, MetaResponses, Registry},
};

/// The successes of one operation.
pub trait Reply: ApiResponse + IntoResponse {
    /// The operation.
    const OPERATION: &'static Operation;
}

/// A success of the operation or a problem.
pub(crate) struct Answer<R>(pub(crate) Result<R, Problem>);

impl<R: Reply> IntoResponse for Answer<R> {
    fn into_response(self) -> Response {
        match self.0 {
            Ok(reply) => reply.into_response(),
            Err(problem) => carry(problem),
        }
    }
}

/// A response that hands a problem to the guard, which knows the request and writes it.
fn carry(problem: Problem) -> Response {
    let mut response = Response::builder().status(status(&problem)).finish();
    response.set_data(Box::new(problem));
    response
}

fn status(problem: &Problem) -> StatusCode {
    StatusCode::from_u16(problem.code.status()).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR)
}

impl<R: Reply> ApiResponse for Answer<R> {
    const BAD_REQUEST_HANDLER: bool = true;

    fn meta() -> MetaResponses {
        let mut meta = R::meta();
        let operation = R::OPERATION;
        let refused = operation
            .statuses
            .iter()
            .filter(|status| !operation.successes.contains(status));
        meta.responses.extend(refused.map(|status| MetaResponse {
            description: "A problem.",
            status: Some(*status),
            status_range: None,
            content: vec![MetaMediaType {
                content_type: problem::CONTENT_TYPE,
                schema: Problem::schema_ref(),
            }],
            headers: Vec::new(),
        }));
        meta
    }

    fn register(registry: &mut Registry) {
        R::register(registry);
        Problem::register(registry);
    }

    /// The validators let something through that the types refuse. The cause may hold input, so
    /// only the log sees it.
    fn from_parse_request_error(error: poem::Error) -> Self {
        tracing::warn!(operation = R::OPERATION.id, %error, "valid by schema, not by type");
        if error.status().is_server_error() {
            return Self(Err(Problem::new(
                ProblemCode::InternalError,
                "The server failed.",
            )));
        }
        Self(Err(Problem::new(
            ProblemCode::ValidationError,
            "The request does not fit the contract.",
        )))
    }
}
