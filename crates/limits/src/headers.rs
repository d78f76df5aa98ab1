//! The headers that report rate limits: `RateLimit-Policy`, `RateLimit` and `Retry-After`.
//!
//! The first two follow draft-ietf-httpapi-ratelimit-headers-11: lists of strings with
//! parameters, as structured fields (RFC 9651) have them.
use std::{cmp::Reverse, fmt::Write, time::Duration};

use http::{HeaderMap, HeaderName, HeaderValue, header};

use crate::gcra::{Decision, Quota};

const POLICY: HeaderName = HeaderName::from_static("ratelimit-policy");
const LIMIT: HeaderName = HeaderName::from_static("ratelimit");
/// The greatest integer of a structured field.
const GREATEST: u64 = 999_999_999_999_999;

/// The name of a policy in the headers, such as `org`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct PolicyName(&'static str);

impl PolicyName {
    /// A name of lower-case letters, digits and hyphens. Any other panics, or does not compile in a
    /// constant.
    pub const fn new(name: &'static str) -> Self {
        let bytes = name.as_bytes();
        assert!(!bytes.is_empty(), "a policy needs a name");
        let mut index = 0;
        while index < bytes.len() {
            let fits = matches!(bytes[index], b'a'..=b'z' | b'0'..=b'9' | b'-');
            assert!(
                fits,
                "a policy's name has small letters, digits and hyphens"
            );
            index += 1;
        }
        Self(name)
    }
}

/// A policy that a request was checked against, with the decision.
#[derive(Clone, Copy, Debug)]
pub struct Applied {
    /// The policy's name.
    pub name: PolicyName,
    /// What it grants.
    pub quota: Quota,
    /// What was decided, and how much of the quota is left.
    pub decision: Decision,
}

impl Applied {
    /// A policy with fewer requests left is tighter; with none left, the one with the longer wait.
    fn tightness(&self) -> impl Ord {
        let Decision {
            remaining,
            retry_after,
            reset,
            ..
        } = self.decision;
        (Reverse(remaining), retry_after, reset)
    }

    /// The time for which `remaining` has to last. With none left that is the wait for the next
    /// request, so that no caller waits longer than necessary; otherwise the time until the quota is
    /// full again.
    fn effective_window(&self) -> Duration {
        match self.decision.remaining {
            0 => self.decision.retry_after,
            _ => self.decision.reset,
        }
    }
}

/// The headers for an answer: all policies, and what is left of the tightest of them. A refused
/// request also gets `Retry-After`, the time after which all of its policies allow it again.
pub fn headers(applied: &[Applied]) -> HeaderMap {
    let mut headers = HeaderMap::new();
    let Some(tightest) = applied.iter().max_by_key(|policy| policy.tightness()) else {
        return headers;
    };
    insert(&mut headers, POLICY, &policies(applied));
    insert(&mut headers, LIMIT, &remaining(tightest));
    if applied.iter().any(|policy| !policy.decision.allowed) {
        let wait = applied.iter().map(|policy| policy.decision.retry_after);
        let seconds = whole_seconds(wait.max().unwrap_or_default());
        headers.insert(header::RETRY_AFTER, seconds.max(1).into());
    }
    headers
}

fn policies(applied: &[Applied]) -> String {
    let mut text = String::new();
    for Applied { name, quota, .. } in applied {
        let separator = if text.is_empty() { "" } else { ", " };
        let window = whole_seconds(quota.window).max(1);
        // Writing to a string cannot fail.
        let _ = write!(
            text,
            "{separator}\"{}\";q={};w={window}",
            name.0, quota.limit
        );
    }
    text
}

fn remaining(policy: &Applied) -> String {
    let remaining = policy.decision.remaining;
    let window = whole_seconds(policy.effective_window());
    format!("\"{}\";r={remaining};t={window}", policy.name.0)
}

/// Rounded up, so that a request after this many seconds is never too early.
fn whole_seconds(time: Duration) -> u64 {
    let begun = u64::from(time.subsec_nanos() > 0);
    time.as_secs().saturating_add(begun).min(GREATEST)
}

/// The texts are made of names and numbers, so they are always valid header values.
fn insert(headers: &mut HeaderMap, name: HeaderName, text: &str) {
    if let Ok(value) = HeaderValue::from_str(text) {
        headers.insert(name, value);
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;

    const IP: PolicyName = PolicyName::new("ip");
    const ORG: PolicyName = PolicyName::new("org");
    const MINUTE: Duration = Duration::from_secs(60);

    fn applied(
        name: PolicyName,
        limit: u32,
        allowed: bool,
        left: u32,
        millis: [u64; 2],
    ) -> Applied {
        let [reset, retry_after] = millis.map(Duration::from_millis);
        let quota = Quota {
            limit,
            window: MINUTE,
        };
        let decision = Decision {
            allowed,
            limit,
            remaining: left,
            reset,
            retry_after,
        };
        Applied {
            name,
            quota,
            decision,
        }
    }

    fn reported(applied: &[Applied]) -> Vec<(String, String)> {
        let headers = headers(applied);
        let mut reported: Vec<_> = headers
            .iter()
            .map(|(name, value)| (name.to_string(), value.to_str().unwrap().to_owned()))
            .collect();
        reported.sort();
        reported
    }

    fn expected(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
        let owned = |(name, value): &(&str, &str)| (String::from(*name), String::from(*value));
        pairs.iter().map(owned).collect()
    }

    #[test]
    fn an_allowed_request_gets_its_policy_and_what_is_left() {
        let org = applied(ORG, 600, true, 12, [4_001, 0]);
        let pairs = [
            ("ratelimit", r#""org";r=12;t=5"#),
            ("ratelimit-policy", r#""org";q=600;w=60"#),
        ];
        assert_eq!(reported(&[org]), expected(&pairs));
    }

    #[test]
    fn of_several_policies_the_tightest_is_reported() {
        let ip = applied(IP, 30, true, 8, [44_000, 0]);
        let org = applied(ORG, 600, true, 9, [59_000, 0]);
        let policies = r#""ip";q=30;w=60, "org";q=600;w=60"#;
        let pairs = [
            ("ratelimit", r#""ip";r=8;t=44"#),
            ("ratelimit-policy", policies),
        ];
        assert_eq!(reported(&[ip, org]), expected(&pairs));
    }

    #[test]
    fn of_equally_tight_policies_the_one_with_the_longer_reset_is_reported() {
        let ip = applied(IP, 30, true, 8, [44_000, 0]);
        let org = applied(ORG, 600, true, 8, [59_000, 0]);
        for both in [[ip, org], [org, ip]] {
            assert_eq!(headers(&both)[LIMIT], r#""org";r=8;t=59"#);
        }
    }

    #[test]
    fn a_refused_request_gets_retry_after() {
        let ip = applied(IP, 30, false, 0, [59_000, 1_200]);
        let org = applied(ORG, 600, true, 3, [59_700, 0]);
        let policies = r#""org";q=600;w=60, "ip";q=30;w=60"#;
        let pairs = [
            ("ratelimit", r#""ip";r=0;t=2"#),
            ("ratelimit-policy", policies),
            ("retry-after", "2"),
        ];
        assert_eq!(reported(&[org, ip]), expected(&pairs));
    }

    #[test]
    fn retry_after_covers_every_policy_of_the_request() {
        let ip = applied(IP, 30, false, 0, [60_000, 1_200]);
        let org = applied(ORG, 1, true, 0, [50_000, 50_000]);
        let headers = headers(&[org, ip]);
        assert_eq!(headers[LIMIT], r#""org";r=0;t=50"#);
        assert_eq!(headers[header::RETRY_AFTER], "50");
    }

    #[test]
    fn the_last_allowed_request_gets_the_wait_without_retry_after() {
        let headers = headers(&[applied(ORG, 600, true, 0, [60_000, 100])]);
        assert_eq!(headers[LIMIT], r#""org";r=0;t=1"#);
        assert!(!headers.contains_key(header::RETRY_AFTER));
    }

    #[test]
    fn times_are_whole_seconds_and_never_too_short() {
        let refused = |retry| headers(&[applied(ORG, 600, false, 0, [60_000, retry])]);
        for (millis, seconds) in [(0, "1"), (1, "1"), (1_000, "1"), (1_001, "2")] {
            assert_eq!(refused(millis)[header::RETRY_AFTER], seconds);
        }
        let mut brief = applied(ORG, 5, true, 5, [0, 0]);
        for window in [Duration::ZERO, Duration::from_millis(20)] {
            brief.quota.window = window;
            assert_eq!(headers(&[brief])[POLICY], r#""org";q=5;w=1"#);
        }
        brief.quota.window = Duration::MAX;
        let longest = r#""org";q=5;w=999999999999999"#;
        assert_eq!(headers(&[brief])[POLICY], longest);
    }

    #[test]
    fn without_a_policy_there_are_no_headers() {
        assert!(headers(&[]).is_empty());
    }

    #[test]
    #[should_panic(expected = "small letters")]
    fn a_name_that_would_break_the_header_is_refused() {
        PolicyName::new("a\"b");
    }
}
