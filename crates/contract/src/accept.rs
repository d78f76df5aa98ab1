//! Content negotiation: what a caller accepts.

use poem::http::{HeaderMap, header::ACCEPT};

/// Whether a caller takes the media type. A caller that says nothing takes anything.
pub(crate) fn accepts(headers: &HeaderMap, media: &str) -> bool {
    let mut best: Option<(u8, bool)> = None;
    let mut said = false;
    for header in headers.get_all(ACCEPT) {
        let Ok(text) = header.to_str() else {
            return false;
        };
        for range in text.split(',').map(str::trim).filter(|r| !r.is_empty()) {
            said = true;
            let (kind, wanted) = read(range);
            let Some(weight) = specificity(kind, media) else {
                continue;
            };
            // The most specific range decides (RFC 9110, 12.5.1).
            if best.is_none_or(|(found, _)| weight >= found) {
                best = Some((weight, wanted));
            }
        }
    }
    !said || best.is_some_and(|(_, wanted)| wanted)
}

/// The media range, and whether its quality is above zero.
fn read(range: &str) -> (&str, bool) {
    let mut parts = range.split(';').map(str::trim);
    let kind = parts.next().unwrap_or_default();
    let quality = parts
        .filter_map(|parameter| parameter.split_once('='))
        .find(|(name, _)| name.trim().eq_ignore_ascii_case("q"))
        .map(|(_, value)| value.trim().parse::<f32>().unwrap_or(0.0));
    (kind, quality.unwrap_or(1.0) > 0.0)
}

fn specificity(kind: &str, media: &str) -> Option<u8> {
    let main = |kind: &str| kind.split('/').next().unwrap_or_default().to_owned();
    if kind.eq_ignore_ascii_case(media) {
        Some(2)
    } else if kind.ends_with("/*") && main(kind).eq_ignore_ascii_case(&main(media)) {
        Some(1)
    } else if kind == "*/*" || kind == "*" {
        Some(0)
    } else {
        None
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const JSON: &str = "application/json";

    #[test]
    fn the_most_specific_range_decides() {
        for (accept, expected) in [
            ("*/*", true),
            ("application/json", true),
            ("APPLICATION/JSON; charset=utf-8", true),
            ("text/html, application/*;q=0.5", true),
            ("text/html", false),
            ("application/xml", false),
            ("application/json;q=0, */*", false),
            ("application/json;q=0", false),
            ("application/problem+json", false),
            ("rubbish", false),
            ("", true),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            assert_eq!(accepts(&headers, JSON), expected, "{accept}");
        }
        assert!(accepts(&HeaderMap::new(), JSON));
        for (accept, expected) in [
            ("text/csv", true),
            ("text/*", true),
            ("TEXT/*", true),
            ("*/*", true),
            ("application/*", false),
            ("application/json", false),
            ("text/csv;q=0, text/*", false),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(ACCEPT, accept.parse().unwrap());
            assert_eq!(accepts(&headers, "text/csv"), expected, "{accept}");
        }
    }
}
