//! API keys and settings.

use super::row::{Bad, NOT_FOUND, post, put};
use serde_json::{Value, json};

pub const SETTINGS: &str = "organizations/$organization/settings";

pub fn rows() -> Vec<Bad> {
    let mut rows = keys();
    rows.extend(rotations());
    rows.extend(settings());
    rows.extend(origins());
    rows
}

fn keys() -> Vec<Bad> {
    let mine = "users/$user/api-keys";
    vec![
        post("a key of nothing", "api-keys", "{}").names(&["/name REQUIRED"]),
        post("a user's key of nothing", mine, "{}").names(&["/name REQUIRED"]),
        post(
            "a key of other types",
            "api-keys",
            r#"{"name": {}, "permissions": {"hunter2": 1}, "expiresAt": 7, "organizationId": 7}"#,
        )
        .names(&[
            "/name TYPE",
            "/permissions TYPE",
            "/expiresAt TYPE",
            "/organizationId TYPE",
        ]),
        post(
            "a key with fields of the server",
            mine,
            r#"{"name": "A", "key": "hunter2", "status": "ACTIVE", "bootstrap": true,
                "organizationId": "$organization", "userId": "$user"}"#,
        )
        .names(&[
            "/key UNKNOWN_FIELD",
            "/status UNKNOWN_FIELD",
            "/bootstrap UNKNOWN_FIELD",
            "/organizationId UNKNOWN_FIELD",
            "/userId UNKNOWN_FIELD",
        ]),
        post(
            "a key that expires at no time",
            mine,
            r#"{"name": "A", "expiresAt": "hunter2"}"#,
        )
        .names(&["/expiresAt FORMAT"]),
        post(
            "a key that expired long ago",
            mine,
            r#"{"name": "A", "expiresAt": "2001-01-01T00:00:00Z"}"#,
        )
        .names(&["/expiresAt IN_THE_PAST"]),
        post(
            "a key that may nothing",
            mine,
            r#"{"name": "A", "permissions": []}"#,
        )
        .names(&["/permissions MIN_ITEMS"]),
        post(
            "a key that may what there is not",
            mine,
            r#"{"name": "A", "permissions": ["products.read", "Hunter.two"]}"#,
        )
        .names(&["/permissions/1 PATTERN"]),
        post(
            "a key of a name on two lines",
            "api-keys",
            r#"{"name": "A\nB"}"#,
        )
        .names(&["/name PATTERN"]),
    ]
}

fn rotations() -> Vec<Bad> {
    let rotate = "api-keys/$apikey/rotate";
    vec![
        post(
            "an overlap below nothing",
            rotate,
            r#"{"overlapSeconds": -1}"#,
        )
        .names(&["/overlapSeconds MINIMUM"]),
        post(
            "an overlap of more than a week",
            rotate,
            r#"{"overlapSeconds": 604801}"#,
        )
        .names(&["/overlapSeconds MAXIMUM"]),
        post(
            "an overlap of another type",
            rotate,
            r#"{"overlapSeconds": "hunter2", "key": 7}"#,
        )
        .names(&["/overlapSeconds TYPE", "/key UNKNOWN_FIELD"]),
        post(
            "an overlap of half a second",
            rotate,
            r#"{"overlapSeconds": 0.5}"#,
        )
        .names(&["/overlapSeconds TYPE"]),
        post("a rotation of a user", "api-keys/$user/rotate", "{}").is(NOT_FOUND),
    ]
}

fn settings() -> Vec<Bad> {
    vec![
        put(
            "settings of other types",
            SETTINGS,
            r#"{"accessTokenSeconds": "hunter2", "refreshIdleSeconds": 3600.5, "allowedOrigins": "*",
                "mailSenderName": 7, "passwordMinLength": true}"#,
        )
        .names(&[
            "/accessTokenSeconds TYPE",
            "/refreshIdleSeconds TYPE",
            "/allowedOrigins TYPE",
            "/mailSenderName TYPE",
            "/passwordMinLength TYPE",
        ]),
        put(
            "settings out of bounds",
            SETTINGS,
            r#"{"accessTokenSeconds": 59, "refreshAbsoluteSeconds": 31536001,
                "requestsPerMinute": 0, "lockoutMaxSeconds": 901}"#,
        )
        .names(&[
            "/accessTokenSeconds MINIMUM",
            "/refreshAbsoluteSeconds MAXIMUM",
            "/requestsPerMinute MINIMUM",
            "/lockoutMaxSeconds MAXIMUM",
        ]),
        put(
            "settings that fit no integer",
            SETTINGS,
            r#"{"lockoutMaxSeconds": 99999999999999999999}"#,
        )
        .names(&["/lockoutMaxSeconds MAXIMUM", "/lockoutMaxSeconds TYPE"]),
        put(
            "settings that nobody has",
            SETTINGS,
            r#"{"accessTokenLifetime": 300, "version": 7, "updatedAt": "hunter2"}"#,
        )
        .names(&[
            "/accessTokenLifetime UNKNOWN_FIELD",
            "/version UNKNOWN_FIELD",
            "/updatedAt UNKNOWN_FIELD",
        ]),
        put(
            "mail from nobody",
            SETTINGS,
            json!({"mailSenderName": "", "mailReplyTo": "hunter2"}).to_string(),
        )
        .names(&["/mailSenderName MIN_LENGTH", "/mailReplyTo FORMAT"]),
        put(
            "a header more in the name of a sender",
            SETTINGS,
            json!({"mailSenderName": "Volt\r\nBcc: hunter2@example.com"}).to_string(),
        )
        .names(&["/mailSenderName PATTERN"]),
        put(
            "a sender of a name that is too long",
            SETTINGS,
            json!({"mailSenderName": "n".repeat(101)}).to_string(),
        )
        .names(&["/mailSenderName MAX_LENGTH"]),
        put(
            "a session that is idle for longer than it lasts",
            SETTINGS,
            r#"{"refreshIdleSeconds": 7200, "refreshAbsoluteSeconds": 3600}"#,
        )
        .names(&["/refreshAbsoluteSeconds BELOW_IDLE"]),
        put("settings that are a list", SETTINGS, "[]").names(&[" TYPE"]),
    ]
}

fn origins() -> Vec<Bad> {
    let origins =
        |name, list: Value| put(name, SETTINGS, json!({"allowedOrigins": list}).to_string());
    let many: Vec<String> = (0..51)
        .map(|n| format!("https://{n}.example.com"))
        .collect();
    vec![
        origins(
            "origins that are none",
            json!([
                "*",
                "hunter2",
                "ftp://a.example",
                "https://",
                "https://a.example/",
                "null"
            ]),
        )
        .names(&[
            "/allowedOrigins/0 PATTERN",
            "/allowedOrigins/1 PATTERN",
            "/allowedOrigins/2 PATTERN",
            "/allowedOrigins/3 PATTERN",
            "/allowedOrigins/4 PATTERN",
            "/allowedOrigins/5 PATTERN",
        ]),
        origins("51 origins", json!(many)).names(&["/allowedOrigins MAX_ITEMS"]),
        origins(
            "twice the same origin",
            json!(["https://a.example", "https://a.example"]),
        )
        .names(&["/allowedOrigins UNIQUE_ITEMS"]),
        origins(
            "an origin that is too long",
            json!([format!("https://{}", "a".repeat(248))]),
        )
        .names(&["/allowedOrigins/0 MAX_LENGTH"]),
    ]
}
