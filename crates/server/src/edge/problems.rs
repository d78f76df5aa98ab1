//! Problems for errors outside of the contract's own responses.
use contract::ProblemCode;
use poem::{
    Response,
    http::{HeaderName, HeaderValue, StatusCode, header},
};

/// A request that the edge answers with a problem.
#[derive(Debug)]
pub(super) struct Refused {
    pub(super) code: ProblemCode,
    pub(super) detail: &'static str,
    /// Headers of the replaced response that are kept.
    pub(super) headers: Vec<(HeaderName, HeaderValue)>,
}

impl Refused {
    pub(super) fn new(code: ProblemCode, detail: &'static str) -> Self {
        Self {
            code,
            detail,
            headers: Vec::new(),
        }
    }

    fn of_status(status: StatusCode) -> Self {
        let (code, detail) = match status {
            StatusCode::UNAUTHORIZED => (
                ProblemCode::Unauthenticated,
                "The request is not authenticated.",
            ),
            StatusCode::FORBIDDEN => (ProblemCode::Forbidden, "The caller may not do this."),
            StatusCode::NOT_FOUND => (ProblemCode::NotFound, "Nothing is at this path."),
            StatusCode::METHOD_NOT_ALLOWED => (
                ProblemCode::MethodNotAllowed,
                "The path does not have this method.",
            ),
            StatusCode::NOT_ACCEPTABLE => (
                ProblemCode::NotAcceptable,
                "No accepted media type is offered.",
            ),
            StatusCode::PAYLOAD_TOO_LARGE => {
                (ProblemCode::PayloadTooLarge, "The body is too large.")
            }
            StatusCode::UNSUPPORTED_MEDIA_TYPE => (
                ProblemCode::UnsupportedMediaType,
                "The body has the wrong media type.",
            ),
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::GATEWAY_TIMEOUT => {
                (ProblemCode::Unavailable, "The server cannot answer now.")
            }
            status if status.is_client_error() => {
                (ProblemCode::MalformedRequest, "The request cannot be read.")
            }
            _ => (ProblemCode::InternalError, "The server failed."),
        };
        Self::new(code, detail)
    }
}

/// The refusal for an error of an endpoint. The cause goes to the log, not to the caller.
pub(super) fn of_error(error: poem::Error, request_id: &str) -> Refused {
    let status = error.status();
    if status.is_server_error() {
        tracing::error!(request_id, %error, %status, "an endpoint failed");
    } else {
        tracing::debug!(request_id, %error, %status, "an endpoint refused the request");
    }
    Refused::of_status(status)
}

/// Passes a response on, unless it is an error that is not a problem document.
pub(super) fn checked(response: Response, request_id: &str) -> Result<Response, Refused> {
    let status = response.status();
    let is_error = status.is_client_error() || status.is_server_error();
    let is_problem = || {
        let media = response.content_type();
        media.is_some_and(|media| media.starts_with("application/problem+json"))
    };
    if !is_error || is_problem() {
        return Ok(response);
    }
    if status.is_server_error() {
        tracing::error!(request_id, %status, "an endpoint answered an error that is no problem document");
    }
    let mut refused = Refused::of_status(status);
    let kept = [header::ALLOW, header::RETRY_AFTER, header::WWW_AUTHENTICATE];
    let headers = response.headers();
    refused.headers = kept
        .into_iter()
        .filter_map(|name| headers.get(&name).cloned().map(|value| (name, value)))
        .collect();
    Err(refused)
}

/// The value of `Allow` for a path. Paths outside of the contract can only be read.
pub(super) fn allow(path: &str) -> HeaderValue {
    let methods = contract::allowed_methods(path);
    match methods.as_slice() {
        [] => HeaderValue::from_static("GET, HEAD"),
        methods => HeaderValue::from_str(&methods.join(", "))
            .unwrap_or(HeaderValue::from_static("GET, HEAD")),
    }
}
