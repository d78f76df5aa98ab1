//! Entity tags: the version of a resource, in quotes.
//!
//! What changes without a new version adds a mark after a dot, so that a cache never takes an old answer
//! for the present one. `If-Match` looks at the version only: it guards changes.

use app::Expected;
use contract::Call;

/// The tag of a version.
pub fn of(version: i64) -> String {
    format!("\"{version}\"")
}

/// The tag of a version of something whose answer depends on more: on the time, or on a count.
pub fn marked(version: i64, mark: impl Into<i64>) -> String {
    format!("\"{version}.{}\"", mark.into())
}

/// The versions that `If-Match` names. A weak tag matches nothing (RFC 9110, section 13.1.1), nor
/// does one that this server never made.
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

/// The answer to a read: what was read, or that it is what the caller has.
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

/// Whether `If-None-Match` names the tag. Here a weak tag counts as a strong one.
fn is_known(if_none_match: Option<&str>, tag: &str) -> bool {
    let known = |given: &str| given == "*" || given.trim_start_matches("W/") == tag;
    if_none_match.is_some_and(|tags| tags.split(',').map(str::trim).any(known))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn if_match_names_versions() {
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
    fn if_none_match_names_tags() {
        assert!(is_known(Some("\"1\", W/\"3\""), &of(3)));
        assert!(is_known(Some("*"), &of(3)));
        assert!(!is_known(Some("\"3\""), &marked(3, true)));
        assert!(!is_known(None, &of(3)));
    }
}
