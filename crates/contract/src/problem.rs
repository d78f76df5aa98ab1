//! Problems as responses.

use poem::{
    IntoResponse, Response,
    http::{HeaderValue, StatusCode, header},
};

use crate::{FieldError, Problem, ProblemCode};

/// The media type of problems.
pub(crate) const CONTENT_TYPE: &str = "application/problem+json";

/// Seconds that a caller is asked to wait when the service has no better idea.
const RETRY_AFTER: HeaderValue = HeaderValue::from_static("1");

impl Problem {
    /// Says which fields and parameters are wrong.
    #[must_use]
    pub fn with_errors(mut self, errors: Vec<FieldError>) -> Self {
        self.errors = Some(errors);
        self
    }

    /// Says which request it answers.
    #[must_use]
    pub fn of_request(mut self, request_id: &str, path: &str) -> Self {
        request_id.clone_into(&mut self.request_id);
        path.clone_into(&mut self.instance);
        self
    }
}

impl IntoResponse for Problem {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.code.status());
        let status = status.unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        // A problem holds texts, numbers and lists of these: nothing that JSON cannot say.
        let body = serde_json::to_vec(&self).unwrap_or_default();
        let mut response = Response::builder()
            .status(status)
            .content_type(CONTENT_TYPE)
            .body(body);
        match status {
            StatusCode::UNAUTHORIZED => {
                let bearer = HeaderValue::from_static("Bearer");
                response
                    .headers_mut()
                    .insert(header::WWW_AUTHENTICATE, bearer);
            }
            StatusCode::SERVICE_UNAVAILABLE | StatusCode::TOO_MANY_REQUESTS => {
                response
                    .headers_mut()
                    .insert(header::RETRY_AFTER, RETRY_AFTER);
            }
            _ => {}
        }
        response
    }
}

impl FieldError {
    /// A field of the body, by its JSON pointer.
    pub fn at(pointer: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            pointer: Some(pointer.into()),
            parameter: None,
            code: code.to_owned(),
            message: message.into(),
        }
    }

    /// A path, query or header parameter, by its name.
    pub fn of(parameter: impl Into<String>, code: &str, message: impl Into<String>) -> Self {
        Self {
            pointer: None,
            parameter: Some(parameter.into()),
            code: code.to_owned(),
            message: message.into(),
        }
    }
}

impl ProblemCode {
    /// The code with this slug.
    pub fn from_slug(slug: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.slug() == slug)
    }
}
