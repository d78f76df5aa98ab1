//! Entity tags: the version of a resource, in quotes.
//!
//! A response that can change without a new version adds a mark after a dot, so that caches revalidate
//! it correctly. `If-Match` compares the version only, because it guards changes.

use app::Expected;
use contract::Call;

/// The tag of a version.
pub fn of(version: i64) -> String {
    format!("\"{version}\"")
}

/// The tag of a response that also depends on something else, such as the time or a count.
pub fn marked(version: i64, mark: impl Into<i64>) -> String {
    format!("\"{version}.{}\"", mark.into())
}

/// The versions that `If-Match` names. A weak tag (RFC 9110, section 13.1.1) or an unreadable one
/// matches nothing.
pub fn expected(if_match: Option<&str>) -> Expected {
    match if_match.map(str::trim) {
        None | Some("*") => Expected::Anything,
        Some(tags) => Expected::Versions(tags.split(',').filter_map(version).collect()),
    }
}

fn version(tag: &str) -> Option<i64> {
    let inner = tag.trim().strip_prefix('"')?.strip_suffix('"')?;
    inner.split('.').next()?.parse().ok()
}

/// The response to a read: 304 if `If-None-Match` names the tag, else 200.
pub fn conditional<R>(
    call: &Call,
    tag: String,
    not_modified: impl FnOnce(String) -> R,
    ok: impl FnOnce(String) -> R,
) -> R {
    match is_known(call.if_none_match.as_deref(), &tag) {
        true => not_modified(tag),
        false => ok(tag),
    }
}

/// Whether `If-None-Match` names the tag, by weak comparison.
fn is_known(if_none_match: Option<&str>, tag: &str) -> bool {
    let known = |given: &str| given == "*" || given.trim_start_matches("W/") == tag;
    if_none_match.is_some_and(|tags| tags.split(',').map(str::trim).any(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_is_read_as_versions() {
        assert_eq!(expected(None), Expected::Anything);
        assert_eq!(expected(Some("*")), Expected::Anything);
        assert_eq!(
            expected(Some("\"3\", \"4.1\"")),
            Expected::Versions(vec![3, 4])
        );
        for nothing in ["W/\"3\"", "3", "\"x\"", "", "\""] {
            assert_eq!(
                expected(Some(nothing)),
                Expected::Versions(vec![]),
                "{nothing}"
            );
        }
    }

    #[test]
    fn if_none_match_compares_whole_tags_weakly() {
        assert!(is_known(Some("\"1\", W/\"3\""), &of(3)));
        assert!(is_known(Some("*"), &of(3)));
        assert!(!is_known(Some("\"3\""), &marked(3, true)));
        assert!(!is_known(None, &of(3)));
    }
}
