//! Headers: Authorization, If-Match and If-None-Match, Idempotency-Key, and Accept.

use super::row::{Bad, bare, get, post};

const USER: &str = r#"{"email": "b@example.com", "displayName": "B"}"#;
const UPDATE: &str = r#"{"email": "ada@example.com", "displayName": "Ada King"}"#;
const UNAUTHENTICATED: (u16, &str) = (401, "UNAUTHENTICATED");
const STALE: (u16, &str) = (412, "PRECONDITION_FAILED");

fn me(name: &'static str, authorization: impl Into<Vec<u8>>) -> Bad {
    let row = get(name, "users/me").header("Authorization", authorization);
    row.is(UNAUTHENTICATED)
}

fn under(name: &'static str, key: impl Into<Vec<u8>>) -> Bad {
    post(name, "users", USER).header("Idempotency-Key", key)
}

fn matching(name: &'static str, tag: impl Into<Vec<u8>>) -> Bad {
    let row = bare(name, "PUT", "users/$user").of("application/json", UPDATE);
    row.header("If-Match", tag)
}

pub fn rows() -> Vec<Bad> {
    let mut rows = callers();
    rows.extend(keys());
    rows.extend(conditions());
    rows.push(
        get("an answer in another media type", "users")
            .header("Accept", "text/html, application/json;q=0")
            .is((406, "NOT_ACCEPTABLE")),
    );
    rows.push(
        get("an Accept that is no text", "users")
            .header("Accept", b"\xff\xfe".to_vec())
            .is((406, "NOT_ACCEPTABLE")),
    );
    rows
}

fn callers() -> Vec<Bad> {
    vec![
        me("no key", ""),
        me("another scheme", "Basic aHVudGVyMjpodW50ZXIy"),
        me("a scheme of its own", "hunter2 hunter2"),
        me("a token of another kind", "Bearer eyJhbGciOiJub25lIn0.e30."),
        me("a key that is no text", b"Bearer \xff\xfe".to_vec()),
        me(
            "a key of 50 000 characters",
            format!("Bearer qm_v1_{}", "a".repeat(50_000)),
        ),
        me(
            "two keys in one header",
            "Bearer qm_v1_hunter2, Bearer qm_v1_hunter2",
        ),
        me("a known key and another", "Bearer $key").header("Authorization", "Bearer hunter2"),
        post("a bad body of a stranger", "users", "{")
            .header("Authorization", "Bearer hunter2")
            .is(UNAUTHENTICATED),
    ]
}

fn keys() -> Vec<Bad> {
    vec![
        under("a used key with another body", "used").is((422, "IDEMPOTENCY_KEY_REUSED")),
        bare(
            "a used key at another endpoint",
            "POST",
            "users/$user/activate",
        )
        .header("Idempotency-Key", "used")
        .is((422, "IDEMPOTENCY_KEY_REUSED")),
        under("an empty key", "").names(&["Idempotency-Key MIN_LENGTH"]),
        under("a blank key", " \t ").names(&["Idempotency-Key MIN_LENGTH"]),
        under("a key of 256", "k".repeat(256)).names(&["Idempotency-Key MAX_LENGTH"]),
        under("a key of 60 000", "k".repeat(60_000)).names(&["Idempotency-Key MAX_LENGTH"]),
        under("a key with other letters", "schlüssel")
            .names(&["Idempotency-Key INVALID_CHARACTER"]),
        under("a key with bytes that are no text", b"hunter2\xff".to_vec())
            .names(&["Idempotency-Key INVALID_CHARACTER"]),
        under("two keys", "one")
            .header("Idempotency-Key", "two")
            .names(&["Idempotency-Key DUPLICATE_PARAMETER"]),
        post("a bad body under a bad key", "users?colour=hunter2", "{}")
            .header("Idempotency-Key", "")
            .names(&[
                "colour UNKNOWN_PARAMETER",
                "Idempotency-Key MIN_LENGTH",
                "/email REQUIRED",
                "/displayName REQUIRED",
            ]),
    ]
}

fn conditions() -> Vec<Bad> {
    vec![
        matching("a stale tag", "\"7\"").is(STALE),
        matching("a weak tag", "W/\"1\"").is(STALE),
        matching("a tag without quotes", "1").is(STALE),
        matching("a tag that never was", "\"-1\"").is(STALE),
        matching("a tag that fits no number", "\"99999999999999999999\"").is(STALE),
        matching("an empty tag", "").is(STALE),
        matching("a star among tags", "\"7\", *").is(STALE),
        matching("a tag of 256", "\"".repeat(256)).names(&["If-Match MAX_LENGTH"]),
        matching("a tag that is no text", b"\"\xff\"".to_vec())
            .names(&["If-Match INVALID_CHARACTER"]),
        matching("two headers of tags", "\"1\"")
            .header("If-Match", "\"2\"")
            .names(&["If-Match DUPLICATE_PARAMETER"]),
        bare("a star for what is not there", "DELETE", "users/$seat")
            .header("If-Match", "*")
            .is((404, "NOT_FOUND")),
        get("a known tag that is too long", "users/$user")
            .header("If-None-Match", "x".repeat(256))
            .names(&["If-None-Match MAX_LENGTH"]),
    ]
}
