//! A row of the table: a request and its expected answer.

pub const MALFORMED: (u16, &str) = (400, "MALFORMED_REQUEST");
pub const NOT_FOUND: (u16, &str) = (404, "NOT_FOUND");

/// A bad request and its answer. `$user`, `$variant`, `$seat`, `$product`, `$organization`,
/// `$station`, `$role` and `$apikey` stand for ids, `$key` for the caller's API key.
pub struct Bad {
    pub name: &'static str,
    pub method: &'static str,
    pub target: String,
    pub headers: Vec<(&'static str, Vec<u8>)>,
    pub body: Body,
    pub status: u16,
    pub code: &'static str,
    /// Pointer or parameter, a blank, and the code: all of them, in any order.
    pub faults: &'static [&'static str],
}

pub enum Body {
    None,
    /// Media type and bytes, sent with their length.
    Of(&'static str, Vec<u8>),
    /// Bytes without a Content-Type or Content-Length but those in `headers`.
    Unannounced(Vec<u8>),
}

/// A request without a body. A path that does not begin with a slash is one of the API.
pub fn bare(name: &'static str, method: &'static str, target: impl Into<String>) -> Bad {
    let target = target.into();
    let target = match target.starts_with('/') {
        true => target,
        false => format!("/api/v1/{target}"),
    };
    Bad {
        name,
        method,
        target,
        headers: Vec::new(),
        body: Body::None,
        status: 400,
        code: "VALIDATION_ERROR",
        faults: &[],
    }
}

pub fn get(name: &'static str, target: impl Into<String>) -> Bad {
    bare(name, "GET", target)
}

pub fn post(name: &'static str, target: &str, body: impl Into<Vec<u8>>) -> Bad {
    bare(name, "POST", target).of("application/json", body)
}

pub fn put(name: &'static str, target: &str, body: impl Into<Vec<u8>>) -> Bad {
    bare(name, "PUT", target).of("application/json", body)
}

pub fn patch(name: &'static str, body: impl Into<Vec<u8>>) -> Bad {
    bare(name, "PATCH", "assignments/$seat").of("application/merge-patch+json", body)
}

impl Bad {
    pub fn of(self, media: &'static str, body: impl Into<Vec<u8>>) -> Self {
        let body = Body::Of(media, body.into());
        Self { body, ..self }
    }

    pub fn unannounced(self, body: impl Into<Vec<u8>>) -> Self {
        let body = Body::Unannounced(body.into());
        Self { body, ..self }
    }

    pub fn header(mut self, name: &'static str, value: impl Into<Vec<u8>>) -> Self {
        self.headers.push((name, value.into()));
        self
    }

    /// The expected problem names these fields or parameters.
    pub fn names(self, faults: &'static [&'static str]) -> Self {
        Self { faults, ..self }
    }

    pub fn is(self, (status, code): (u16, &'static str)) -> Self {
        Self {
            status,
            code,
            ..self
        }
    }

    pub fn has_header(&self, name: &str) -> bool {
        self.headers.iter().any(|(found, _)| *found == name)
    }
}
