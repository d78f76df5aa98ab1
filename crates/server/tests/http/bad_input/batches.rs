//! Batches of seats.

use super::row::{Bad, post};

const GOOD: &str = r#"{"userId": "$user", "productVariantId": "$variant"}"#;

fn batch(name: &'static str, body: impl Into<Vec<u8>>) -> Bad {
    post(name, "assignments/batch", body)
}

fn of(name: &'static str, mode: &str, items: &[&str]) -> Bad {
    let items = items.join(",");
    batch(name, format!(r#"{{"mode": "{mode}", "items": [{items}]}}"#))
}

pub fn rows() -> Vec<Bad> {
    let many = vec![GOOD; 501];
    let ended =
        r#"{"userId": "$user", "productVariantId": "$variant", "endsAt": "2026-02-01T00:00:00Z"}"#;
    vec![
        batch("a batch of nothing", "{}").names(&["/mode REQUIRED", "/items REQUIRED"]),
        batch("a batch of nulls", r#"{"mode": null, "items": null}"#)
            .names(&["/mode ENUM", "/items TYPE"]),
        of("no items", "PARTIAL", &[]).names(&["/items MIN_ITEMS"]),
        of("501 items", "PARTIAL", &many).names(&["/items MAX_ITEMS"]),
        of("another mode", "BEST_EFFORT", &[GOOD]).names(&["/mode ENUM"]),
        of("a mode in lower case and no items", "atomic", &[])
            .names(&["/mode ENUM", "/items MIN_ITEMS"]),
        batch(
            "items that are an object",
            format!(r#"{{"mode": "ATOMIC", "items": {GOOD}, "dryRun": true}}"#),
        )
        .names(&["/items TYPE", "/dryRun UNKNOWN_FIELD"]),
        of("items of other types", "ATOMIC", &["null", "7", r#""hunter2""#, "[]", GOOD]).names(&[
            "/items/0 TYPE",
            "/items/1 TYPE",
            "/items/2 TYPE",
            "/items/3 TYPE",
        ]),
        of(
            "several items, of which much is wrong",
            "PARTIAL",
            &[
                GOOD,
                r#"{"userId": "hunter2", "note": 1}"#,
                GOOD,
                r#"{"userId": "$user", "productVariantId": "$variant", "endsAt": "soon", "a/b": 1}"#,
                "{}",
            ],
        )
        .names(&[
            "/items/1/userId FORMAT",
            "/items/1/productVariantId REQUIRED",
            "/items/1/note TYPE",
            "/items/3/endsAt FORMAT",
            "/items/3/a~1b UNKNOWN_FIELD",
            "/items/4/productVariantId REQUIRED",
        ]),
        of("U+0000 in an item", "PARTIAL", &[GOOD, r#"{"userId": "$user", "productVariantId": "$variant", "note": "\u0000"}"#])
            .names(&["/items/1/note INVALID_CHARACTER"]),
        of("an end that has passed in one item", "ATOMIC", &[GOOD, ended, ended])
            .is((409, "DUPLICATE_ACTIVE_ASSIGNMENT")),
        of("ends that have passed in two items", "ATOMIC", &[ended, ended])
            .names(&["/items/0/endsAt AFTER_START"]),
    ]
}
