//! Paths with invalid ids, unknown paths, and methods that a path does not have.

use super::row::{Bad, MALFORMED, NOT_FOUND, bare, get, post};

const METHOD: (u16, &str) = (405, "METHOD_NOT_ALLOWED");

pub fn rows() -> Vec<Bad> {
    let mut rows = ids();
    rows.extend(missing());
    rows.extend(methods());
    rows
}

fn ids() -> Vec<Bad> {
    let id = &["id FORMAT"];
    vec![
        get("a word", "users/nobody").names(id),
        get("a number", "variants/1").names(id),
        get(
            "a UUID without hyphens",
            "products/01980a4e7c3b7d109a550d5b7c1f2e3a",
        )
        .names(id),
        get(
            "a UUID and more",
            "assignments/01980a4e-7c3b-7d10-9a55-0d5b7c1f2e3a0",
        )
        .names(id),
        get(
            "a UUID in braces",
            "users/%7B01980a4e-7c3b-7d10-9a55-0d5b7c1f2e3a%7D",
        )
        .names(id),
        get("NUL in a path", "users/%00").names(&["id INVALID_CHARACTER"]),
        get("bytes that are no UTF-8 in a path", "users/%ff").names(&["id INVALID_CHARACTER"]),
        get("an escape that is none in a path", "users/%zz").names(id),
        get("dots that are escaped", "users/%2e%2e").names(id),
        get("a slash that is escaped", "users/$user%2Fassignments").names(id),
        get("a path of 8000", format!("users/{}", "x".repeat(8000))).names(id),
        get("the parent's id", "products/hunter/variants?size=0")
            .names(&["productId FORMAT", "size MINIMUM"]),
        post(
            "a bad id and a bad body",
            "products/1/variants",
            r#"{"capacity": -1}"#,
        )
        .names(&[
            "productId FORMAT",
            "/key REQUIRED",
            "/name REQUIRED",
            "/capacity MINIMUM",
        ]),
        bare("a delete of a word", "DELETE", "assignments/all").names(id),
        bare("an activation of a word", "POST", "users/me/activate").names(id),
        get(
            "an id that nothing has",
            "users/00000000-0000-0000-0000-000000000000",
        )
        .is(NOT_FOUND),
        get("an id of another kind", "products/$user").is(NOT_FOUND),
    ]
}

/// A request target that is no path.
fn elsewhere(name: &'static str, method: &'static str, target: &str) -> Bad {
    let target = target.to_owned();
    Bad {
        target,
        ..bare(name, method, "")
    }
}

fn missing() -> Vec<Bad> {
    let rows = [
        get("an unknown path", "/nothing"),
        get("an unknown resource", "licences"),
        get("another version of the API", "/api/v2/users"),
        get("a slash at the end", "users/"),
        get("a slash at the end of an id", "users/$user/"),
        get("two slashes", "/api/v1//users"),
        get("a path in capitals", "/API/V1/USERS"),
        get("a path with dots", "/api/v1/users/../products"),
        get("an unknown part of a resource", "users/$user/seats"),
        get("an unknown problem", "/problems/hunter"),
        get("a file of the server", "/api/docs/..%2f..%2fetc%2fpasswd"),
        bare("nothing to post to", "POST", "/api/v1"),
        elsewhere("the server itself", "OPTIONS", "*"),
        elsewhere("a path without a slash", "GET", "health"),
        elsewhere("a tunnel", "CONNECT", "example.com:443"),
        elsewhere("another server's path", "GET", "http://example.com/nothing"),
    ];
    let mut rows: Vec<_> = rows.into_iter().map(|row| row.is(NOT_FOUND)).collect();
    let long = format!("users?q={}", "x".repeat(9000));
    rows.push(get("a target of 9000", long).is(MALFORMED));
    rows
}

fn methods() -> Vec<Bad> {
    let rows = [
        bare("a list that is deleted", "DELETE", "users"),
        bare("a user that is patched", "PATCH", "users/$user").of("application/json", "{}"),
        bare("a seat that is replaced", "PUT", "assignments/$seat").of("application/json", "{}"),
        bare("a batch that is read", "GET", "assignments/batch"),
        bare("an event that is made", "POST", "events").of("application/json", "{}"),
        bare("a method that is none", "BREW", "users"),
        bare("a method in lower case", "get", "users"),
        bare("a trace", "TRACE", "users/me"),
        bare("a probe that is posted to", "POST", "/health"),
        bare("a document that is deleted", "DELETE", "/openapi.yaml"),
    ];
    rows.into_iter().map(|row| row.is(METHOD)).collect()
}
