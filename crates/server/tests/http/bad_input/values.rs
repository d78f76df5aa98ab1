//! Texts and numbers beyond their limits.

use super::row::{Bad, patch, post, put};
use serde_json::{Value, json};

fn user(name: &'static str, email: &str, display_name: &str) -> Bad {
    let body = json!({"email": email, "displayName": display_name});
    post(name, "users", body.to_string())
}

fn product(name: &'static str, key: &str, text: &str) -> Bad {
    let body = json!({"key": key, "name": text});
    post(name, "products", body.to_string())
}

fn variant(name: &'static str, capacity: &str) -> Bad {
    let body = format!(r#"{{"key": "a", "name": "A", "capacity": {capacity}}}"#);
    post(name, "products/$product/variants", body)
}

fn attributes(name: &'static str, attributes: &Value) -> Bad {
    let body = json!({"key": "a", "name": "A", "attributes": attributes});
    post(name, "products/$product/variants", body.to_string())
}

fn note(name: &'static str, note: &str) -> Bad {
    patch(name, json!({"note": note}).to_string())
}

pub fn rows() -> Vec<Bad> {
    let mut rows = texts();
    rows.extend(characters());
    rows.extend(numbers());
    rows
}

fn texts() -> Vec<Bad> {
    let long = "hunter2".repeat(600);
    let many: serde_json::Map<String, Value> =
        (0..101).map(|n| (n.to_string(), json!(n))).collect();
    vec![
        user("a user of empty texts", "", "").names(&[
            "/email FORMAT",
            "/email MIN_LENGTH",
            "/displayName MIN_LENGTH",
            "/displayName PATTERN",
        ]),
        user("a blank name", "a@example.com", " \u{3000} ").names(&["/displayName PATTERN"]),
        user("no email", "hunter2", "A").names(&["/email FORMAT"]),
        user("an email with other letters", "löve@example.com", "A").names(&["/email FORMAT"]),
        user("an email with two @", "a@hunter2@example.com", "A").names(&["/email FORMAT"]),
        user("an email with a space", "\"hunter2 b\"@example.com", "A").names(&["/email FORMAT"]),
        user(
            "an email and a name that are too long",
            &format!("{long}@example.com"),
            &long,
        )
        .names(&[
            "/email FORMAT",
            "/email MAX_LENGTH",
            "/displayName MAX_LENGTH",
        ]),
        product("an empty key and name", "", "").names(&[
            "/key PATTERN",
            "/name MIN_LENGTH",
            "/name PATTERN",
        ]),
        product("a key of 65", &"k".repeat(65), "A").names(&["/key PATTERN"]),
        product("a key with other letters", "schlüssel", "A").names(&["/key PATTERN"]),
        product("a key that ends a line", "key\n", "A").names(&["/key PATTERN"]),
        product("a name of 201 characters", "key", &"𝄞".repeat(201)).names(&["/name MAX_LENGTH"]),
        put(
            "a description of 4001",
            "products/$product",
            json!({"name": "A", "description": "d".repeat(4001)}).to_string(),
        )
        .names(&["/description MAX_LENGTH"]),
        note("a note of 2001", &"n".repeat(2001)).names(&["/note MAX_LENGTH"]),
        attributes("101 attributes", &Value::Object(many)).names(&["/attributes MAX_PROPERTIES"]),
        attributes(
            "16 KiB of attributes and a byte",
            &json!({"a": "x".repeat(16 * 1024 - 7)}),
        )
        .names(&["/attributes MAX_BYTES"]),
    ]
}

fn characters() -> Vec<Bad> {
    vec![
        user("control characters", "a\u{1}@example.com", "A\u{7}hunter2")
            .names(&["/email FORMAT", "/displayName PATTERN"]),
        product("a name on two lines", "key", "A\r\nB").names(&["/name PATTERN"]),
        product("U+0085 in a name", "key", "A\u{85}B").names(&["/name PATTERN"]),
        note("U+0000 in a note", "hunter2\0").names(&["/note INVALID_CHARACTER"]),
        post(
            "U+0000 in every field",
            "products",
            r#"{"key": "a\u0000", "name": "\u0000", "description": "\u0000", "\u0000": 1}"#,
        )
        .names(&[
            "/key PATTERN",
            "/key INVALID_CHARACTER",
            "/name PATTERN",
            "/name INVALID_CHARACTER",
            "/description INVALID_CHARACTER",
            "/\u{0} UNKNOWN_FIELD",
            " INVALID_CHARACTER",
        ]),
        attributes(
            "U+0000 deep in the attributes",
            &json!({"a": [{"b": "\0"}], "c\0": 1}),
        )
        .names(&[
            "/attributes/a/0/b INVALID_CHARACTER",
            "/attributes INVALID_CHARACTER",
        ]),
    ]
}

fn numbers() -> Vec<Bad> {
    vec![
        variant("a negative capacity", "-1").names(&["/capacity MINIMUM"]),
        variant("a capacity above the limit", "1000000001").names(&["/capacity MAXIMUM"]),
        variant("a capacity that fits no integer", "99999999999999999999999")
            .names(&["/capacity MAXIMUM", "/capacity TYPE"]),
        variant("half a seat", "1.5").names(&["/capacity TYPE"]),
        variant("a capacity with an exponent", "1e3").names(&["/capacity TYPE"]),
        variant("a capacity with a fraction of zero", "5.0").names(&["/capacity TYPE"]),
        variant("a capacity of minus nothing", "-0.0").names(&["/capacity TYPE"]),
        put(
            "a capacity of which much is wrong",
            "variants/$variant",
            r#"{"name": "", "capacity": -2.5, "attributes": {"a": 1}}"#,
        )
        .names(&[
            "/name MIN_LENGTH",
            "/name PATTERN",
            "/capacity TYPE",
            "/capacity MINIMUM",
        ]),
    ]
}

/// Unusual input that is valid.
pub fn odd() -> Vec<Bad> {
    let made = (201, "");
    let mut deep = json!("bottom");
    for _ in 0..61 {
        deep = json!([deep]);
    }
    // As JSON, {"a":"…"} adds eight bytes.
    let wide = "x".repeat(16 * 1024 - 8);
    vec![
        product(
            "a name of 200 characters of four bytes",
            "a",
            &"𝄞".repeat(200),
        )
        .is(made),
        note("a note of 2000 characters of four bytes", &"𝄞".repeat(2000)).is((200, "")),
        note("control characters in a note", "a\u{1}\r\n\tb\u{7f}").is((200, "")),
        note("a note that looks like SQL", "'; DROP TABLE users; --\\").is((200, "")),
        patch("an empty patch", "{}").is((200, "")),
        attributes("attributes as deep as can be", &json!({"a": deep}))
            .header("Idempotency-Key", "deep")
            .is(made),
        attributes("the same once more", &json!({"a": deep}))
            .header("Idempotency-Key", "deep")
            .is(made),
        post(
            "as many bytes of attributes as can be",
            "products/$product/variants",
            json!({"key": "wide", "name": "A", "attributes": {"a": wide}}).to_string(),
        )
        .is(made),
        post(
            "the largest and smallest numbers",
            "products/$product/variants",
            r#"{"key": "numbers", "name": "A", "capacity": 1000000000,
                "attributes": {"a": 1e308, "b": -9223372036854775808, "c": 18446744073709551615}}"#,
        )
        .is(made),
        post(
            "white space around a body",
            "products",
            "\r\n\t {\"key\": \"b\", \"name\": \"B\"} \n",
        )
        .is(made),
        post(
            "escapes in names of fields",
            "products",
            r#"{"\u006bey": "c", "name": "\ud834\udd1e"}"#,
        )
        .is(made),
    ]
}
