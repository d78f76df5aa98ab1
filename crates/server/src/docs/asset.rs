//! One document that never changes while the process runs, served with validators.
use hyper::body::Bytes;
use poem::{
    Body, Endpoint, Request, Response, Result,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use sha2::{Digest, Sha256};

use crate::edge::Trail;

/// No inline script, nothing from elsewhere, no frame around it.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A document, and the same compressed.
#[derive(Clone)]
pub(super) struct Packed {
    pub(super) plain: &'static [u8],
    pub(super) gzip: Option<&'static [u8]>,
}

/// The content of an asset.
pub(super) enum Content {
    Packed(Packed),
    Text(Bytes),
}

impl From<Packed> for Content {
    fn from(packed: Packed) -> Self {
        Self::Packed(packed)
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Self::Text(text.into())
    }
}

/// How long a browser may use its copy without asking.
#[derive(Clone, Copy)]
pub(super) enum Freshness {
    /// It asks every time, and is mostly told that nothing changed.
    Revalidate,
    /// A day: third-party files that change with a release.
    Day,
}

impl Freshness {
    fn header(self) -> HeaderValue {
        HeaderValue::from_static(match self {
            Self::Revalidate => "no-cache",
            Self::Day => "public, max-age=86400",
        })
    }
}

struct Form {
    bytes: Bytes,
    etag: HeaderValue,
}

impl Form {
    fn new(bytes: Bytes) -> Self {
        let digest = Sha256::digest(&bytes);
        let hex: String = digest[..12]
            .iter()
            .map(|byte| format!("{byte:02x}"))
            .collect();
        let etag = HeaderValue::from_str(&format!("\"{hex}\""));
        Self {
            bytes,
            etag: etag.unwrap_or(HeaderValue::from_static("\"\"")),
        }
    }
}

/// See the module.
pub(super) struct Asset {
    name: &'static str,
    media: HeaderValue,
    freshness: Freshness,
    plain: Form,
    gzip: Option<Form>,
}

impl Asset {
    pub(super) fn new(
        name: &'static str,
        media: &'static str,
        content: impl Into<Content>,
        freshness: Freshness,
    ) -> Self {
        let (plain, gzip) = match content.into() {
            Content::Packed(packed) => (Bytes::from_static(packed.plain), packed.gzip),
            Content::Text(text) => (text, None),
        };
        Self {
            name,
            media: HeaderValue::from_static(media),
            freshness,
            plain: Form::new(plain),
            gzip: gzip.map(Bytes::from_static).map(Form::new),
        }
    }
}

impl Endpoint for Asset {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if let Some(trail) = Trail::of(&request) {
            trail.set_operation(self.name);
        }
        let gzip = self.gzip.as_ref().filter(|_| takes_gzip(request.headers()));
        let form = gzip.unwrap_or(&self.plain);
        let mut response = Response::default();
        let headers = response.headers_mut();
        headers.insert(header::ETAG, form.etag.clone());
        headers.insert(header::CACHE_CONTROL, self.freshness.header());
        headers.insert(
            header::CONTENT_SECURITY_POLICY,
            HeaderValue::from_static(POLICY),
        );
        headers.insert(
            header::REFERRER_POLICY,
            HeaderValue::from_static("no-referrer"),
        );
        if self.gzip.is_some() {
            headers.insert(header::VARY, HeaderValue::from_static("Accept-Encoding"));
        }
        if is_known(request.headers(), &form.etag) {
            response.set_status(StatusCode::NOT_MODIFIED);
            return Ok(response);
        }
        headers.insert(header::CONTENT_TYPE, self.media.clone());
        if gzip.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response.set_body(Body::from_bytes(form.bytes.clone()));
        Ok(response)
    }
}

fn takes_gzip(headers: &HeaderMap) -> bool {
    let accepted = headers
        .get(header::ACCEPT_ENCODING)
        .and_then(|value| value.to_str().ok());
    accepted.is_some_and(|codings| {
        codings.split(',').any(|coding| {
            let (name, quality) = coding.split_once(';').unwrap_or((coding, "q=1"));
            let refused = matches!(
                quality.trim().trim_start_matches("q=").parse::<f32>(),
                Ok(0.0)
            );
            name.trim().eq_ignore_ascii_case("gzip") && !refused
        })
    })
}

/// Whether `If-None-Match` names this version.
fn is_known(headers: &HeaderMap, etag: &HeaderValue) -> bool {
    let (Some(known), Ok(etag)) = (headers.get(header::IF_NONE_MATCH), etag.to_str()) else {
        return false;
    };
    known.to_str().is_ok_and(|known| {
        let mut tags = known
            .split(',')
            .map(|tag| tag.trim().trim_start_matches("W/"));
        tags.any(|tag| tag == etag || tag == "*")
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    fn headers(name: header::HeaderName, value: &str) -> HeaderMap {
        HeaderMap::from_iter([(name, HeaderValue::from_str(value).unwrap())])
    }

    #[test]
    fn gzip_goes_only_to_those_who_take_it() {
        for (accepted, expected) in [
            ("gzip", true),
            ("br, GZIP;q=0.5", true),
            ("gzip;q=0", false),
            ("br", false),
            ("identity", false),
        ] {
            assert_eq!(
                takes_gzip(&headers(header::ACCEPT_ENCODING, accepted)),
                expected,
                "{accepted}"
            );
        }
        assert!(!takes_gzip(&HeaderMap::new()));
    }

    #[test]
    fn a_known_version_is_recognised() {
        let etag = HeaderValue::from_static("\"abc\"");
        for (known, expected) in [
            ("\"abc\"", true),
            ("\"x\", W/\"abc\"", true),
            ("*", true),
            ("\"abcd\"", false),
            ("abc", false),
        ] {
            assert_eq!(
                is_known(&headers(header::IF_NONE_MATCH, known), &etag),
                expected,
                "{known}"
            );
        }
    }
}
