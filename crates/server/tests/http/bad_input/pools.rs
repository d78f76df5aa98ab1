//! Pools, and seats for stations.

use super::row::{Bad, NOT_FOUND, bare, get, patch, post, put};

const METHOD: (u16, &str) = (405, "METHOD_NOT_ALLOWED");
const IMMUTABLE: (u16, &str) = (409, "IMMUTABLE_RELATIONSHIP");
const STALE: (u16, &str) = (412, "PRECONDITION_FAILED");

const POOL: &str = "organizations/$organization/allocations/$variant";

pub fn rows() -> Vec<Bad> {
    let mut rows = pools();
    rows.extend(holders());
    rows
}

fn seats(name: &'static str, seats: &str) -> Bad {
    put(name, POOL, format!(r#"{{"seats": {seats}}}"#))
}

fn pools() -> Vec<Bad> {
    vec![
        put("a pool of nothing", POOL, "{}").names(&["/seats REQUIRED"]),
        seats("seats as a text", r#""5""#).names(&["/seats TYPE"]),
        seats("no number of seats", "null").names(&["/seats TYPE"]),
        seats("half a seat", "1.5").names(&["/seats TYPE"]),
        seats("fewer than no seats", "-1").names(&["/seats MINIMUM"]),
        seats("more seats than fit", "2147483648").names(&["/seats MAXIMUM"]),
        put(
            "a pool for someone else",
            POOL,
            r#"{"seats": 1, "organizationId": "hunter2", "productVariantId": "$variant"}"#,
        )
        .names(&[
            "/organizationId UNKNOWN_FIELD",
            "/productVariantId UNKNOWN_FIELD",
        ]),
        seats("a condition on a pool that is not there", "1")
            .header("If-Match", "\"1\"")
            .is(STALE),
        seats("a tag that is too long", "1")
            .header("If-Match", "x".repeat(256))
            .names(&["If-Match MAX_LENGTH"]),
        post("a pool that is posted", POOL, "{}").is(METHOD),
        bare("a pool that is not there", "DELETE", POOL).is(NOT_FOUND),
        get("a pool that is not there is read", POOL).is(NOT_FOUND),
    ]
}

fn holders() -> Vec<Bad> {
    let seat = |name, holder: &str| {
        let body = format!(r#"{{"productVariantId": "$variant", {holder}}}"#);
        post(name, "assignments", body)
    };
    vec![
        seat("a station that is no id", r#""stationId": "hunter2""#).names(&["/stationId FORMAT"]),
        seat("a station that is null", r#""stationId": null"#).names(&["/stationId TYPE"]),
        seat("a user as a station", r#""stationId": "$user""#).is(NOT_FOUND),
        seat("a station as a user", r#""userId": "$station""#).is(NOT_FOUND),
        seat(
            "an organization as a station",
            r#""stationId": "$organization""#,
        )
        .is(NOT_FOUND),
        post(
            "a batch with a holder too many and one too few",
            "assignments/batch",
            r#"{"mode": "PARTIAL", "items": [
                {"productVariantId": "$variant", "userId": "$user", "stationId": "$station"},
                {"productVariantId": "$variant"}]}"#,
        )
        .names(&["/items/0/stationId EXCLUSIVE", "/items/1/userId REQUIRED"]),
        patch("a seat given to a station", r#"{"stationId": "$station"}"#)
            .is(IMMUTABLE)
            .names(&["/stationId IMMUTABLE"]),
    ]
}

/// Unusual input that is valid.
pub fn odd() -> Vec<Bad> {
    vec![
        seats("no seats", "0").is((200, "")),
        seats("all that are free", "4").is((200, "")),
    ]
}
