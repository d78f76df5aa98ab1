//! A document that does not change while the process runs, served with an ETag.
use hyper::body::Bytes;
use poem::{
    Body, Endpoint, Request, Response, Result,
    http::{HeaderMap, HeaderValue, StatusCode, header},
};
use sha2::{Digest, Sha256};

use crate::edge::RequestContext;

/// No inline scripts, nothing from other origins, no framing.
const POLICY: &str = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; \
                      connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

/// A document, and its compressed representation.
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

/// How long a browser may use its copy without revalidation.
#[derive(Clone, Copy)]
pub(super) enum Freshness {
    /// Revalidated at every use.
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

struct Representation {
    bytes: Bytes,
    etag: HeaderValue,
}

impl Representation {
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

/// A document and its representations.
pub(super) struct Asset {
    name: &'static str,
    media: HeaderValue,
    freshness: Freshness,
    plain: Representation,
    gzip: Option<Representation>,
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
            plain: Representation::new(plain),
            gzip: gzip.map(Bytes::from_static).map(Representation::new),
        }
    }
}

impl Endpoint for Asset {
    type Output = Response;

    async fn call(&self, request: Request) -> Result<Response> {
        if let Some(request_context) = RequestContext::of(&request) {
            request_context.set_operation(self.name);
        }
        let gzip = self.gzip.as_ref().filter(|_| takes_gzip(request.headers()));
        let representation = gzip.unwrap_or(&self.plain);
        let mut response = Response::default();
        let headers = response.headers_mut();
        headers.insert(header::ETAG, representation.etag.clone());
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
        if is_known(request.headers(), &representation.etag) {
            response.set_status(StatusCode::NOT_MODIFIED);
            return Ok(response);
        }
        headers.insert(header::CONTENT_TYPE, self.media.clone());
        if gzip.is_some() {
            headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static("gzip"));
        }
        response.set_body(Body::from_bytes(representation.bytes.clone()));
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

/// Whether `If-None-Match` names this ETag.
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
    fn gzip_is_sent_only_to_clients_that_accept_it() {
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
    fn a_known_etag_is_recognised() {
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
