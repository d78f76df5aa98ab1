//! Custom roles and their grants; the paths, queries and headers of these, of API keys and of
//! settings.

use super::{
    keys::{self, SETTINGS},
    row::{Bad, MALFORMED, NOT_FOUND, bare, get, post, put},
};
use serde_json::{Value, json};

const METHOD: (u16, &str) = (405, "METHOD_NOT_ALLOWED");
const IMMUTABLE: (u16, &str) = (409, "IMMUTABLE_RELATIONSHIP");
const STALE: (u16, &str) = (412, "PRECONDITION_FAILED");
const REUSED: (u16, &str) = (422, "IDEMPOTENCY_KEY_REUSED");

pub fn rows() -> Vec<Bad> {
    let mut rows = roles();
    rows.extend(permissions());
    rows.extend(grants());
    rows.extend(keys::rows());
    rows.extend(paths());
    rows.extend(queries());
    rows.extend(headers());
    rows
}

fn roles() -> Vec<Bad> {
    vec![
        post("a role of nothing", "roles", "{}")
            .names(&["/name REQUIRED", "/permissions REQUIRED"]),
        post(
            "a role of other types",
            "roles",
            r#"{"name": 7, "permissions": "hunter2", "description": [], "organizationId": "hunter2"}"#,
        )
        .names(&[
            "/name TYPE",
            "/permissions TYPE",
            "/description TYPE",
            "/organizationId FORMAT",
        ]),
        post(
            "a role of nulls",
            "roles",
            r#"{"name": null, "permissions": null, "organizationId": null}"#,
        )
        .names(&["/name TYPE", "/permissions TYPE", "/organizationId TYPE"]),
        post(
            "a role with fields of the server",
            "roles",
            r#"{"name": "A", "permissions": ["users.read"], "organizationId": "$organization",
                "id": "hunter2", "version": 7}"#,
        )
        .names(&["/id UNKNOWN_FIELD", "/version UNKNOWN_FIELD"]),
        post(
            "a role with texts that are too long",
            "roles",
            json!({"name": "n".repeat(201), "description": "d".repeat(1001),
                "permissions": ["users.read"], "organizationId": "$organization"})
            .to_string(),
        )
        .names(&["/name MAX_LENGTH", "/description MAX_LENGTH"]),
        post(
            "a role without a name in it",
            "roles",
            r#"{"name": " ", "permissions": ["users.read"], "organizationId": "$organization"}"#,
        )
        .names(&["/name PATTERN"]),
        post(
            "a role of nowhere",
            "roles",
            r#"{"name": "A", "permissions": ["users.read"]}"#,
        )
        .names(&["/organizationId REQUIRED"]),
        post("a role that is no JSON", "roles", r#"{"name": "#).is(MALFORMED),
        put("an update of a role with nothing", "roles/$role", "{}")
            .names(&["/name REQUIRED", "/permissions REQUIRED"]),
        put(
            "a role that moves, with a bad name",
            "roles/$role",
            r#"{"name": "", "permissions": ["users.read"], "organizationId": "$organization"}"#,
        )
        .is(IMMUTABLE)
        .names(&["/organizationId IMMUTABLE"]),
    ]
}

fn of(name: &'static str, permissions: &Value) -> Bad {
    let body = json!({"name": "A", "permissions": permissions, "organizationId": "$organization"});
    post(name, "roles", body.to_string())
}

fn permissions() -> Vec<Bad> {
    let many: Vec<String> = (0..101)
        .map(|n| format!("users.{}", "r".repeat(n % 50 + 1)))
        .collect();
    let long = format!("users.{}", "r".repeat(60));
    vec![
        of("no permission", &json!([])).names(&["/permissions MIN_ITEMS"]),
        of(
            "twice the same permission",
            &json!(["users.read", "users.read"]),
        )
        .names(&["/permissions UNIQUE_ITEMS"]),
        of("permissions of other types", &json!([7, null, ["hunter2"]])).names(&[
            "/permissions/0 TYPE",
            "/permissions/1 TYPE",
            "/permissions/2 TYPE",
        ]),
        of(
            "permissions of another form",
            &json!([
                "hunter2",
                "users.",
                ".read",
                "Users.read",
                "users.read.all",
                "users read",
                "*"
            ]),
        )
        .names(&[
            "/permissions/0 PATTERN",
            "/permissions/1 PATTERN",
            "/permissions/2 PATTERN",
            "/permissions/3 PATTERN",
            "/permissions/4 PATTERN",
            "/permissions/5 PATTERN",
            "/permissions/6 PATTERN",
        ]),
        of("a permission that ends a line", &json!(["users.read\n"]))
            .names(&["/permissions/0 PATTERN"]),
        of("a permission that is too long", &json!([long])).names(&["/permissions/0 MAX_LENGTH"]),
        of(
            "permissions that nobody has",
            &json!(["users.hunter", "users.read", "teams.read"]),
        )
        .names(&[
            "/permissions/0 UNKNOWN_PERMISSION",
            "/permissions/2 UNKNOWN_PERMISSION",
        ]),
        of(
            "permissions of the platform",
            &json!(["users.read", "organizations.create"]),
        )
        .names(&["/permissions NOT_GRANTABLE"]),
        of("101 permissions", &json!(many))
            .names(&["/permissions MAX_ITEMS", "/permissions UNIQUE_ITEMS"]),
    ]
}

fn grants() -> Vec<Bad> {
    vec![
        post("a grant of nothing", "users/$user/roles", "{}").names(&["/roleId REQUIRED"]),
        post(
            "a grant of another type",
            "users/$user/roles",
            r#"{"roleId": ["$role"], "role": "hunter2"}"#,
        )
        .names(&["/roleId TYPE", "/role UNKNOWN_FIELD"]),
        post(
            "a grant by name",
            "users/$user/roles",
            r#"{"roleId": "hunter2"}"#,
        )
        .names(&["/roleId FORMAT"]),
        post(
            "a grant of a user",
            "users/$user/roles",
            r#"{"roleId": "$user"}"#,
        )
        .is(NOT_FOUND),
        post(
            "a grant to a role",
            "users/$role/roles",
            r#"{"roleId": "$role"}"#,
        )
        .is(NOT_FOUND),
        bare(
            "a role that was not granted",
            "DELETE",
            "users/$user/roles/$role",
        )
        .is(NOT_FOUND),
    ]
}

fn paths() -> Vec<Bad> {
    let id = &["id FORMAT"];
    vec![
        get("a role by name", "roles/reader").names(id),
        get("a key by its secret", "api-keys/qm_v1_").names(id),
        get("a role that is none", "roles/$user").is(NOT_FOUND),
        get("a key that is none", "api-keys/$role").is(NOT_FOUND),
        get("settings of nobody", "organizations/$user/settings").is(NOT_FOUND),
        bare("a role of a word", "DELETE", "users/me/roles/reader")
            .names(&["id FORMAT", "roleId FORMAT"]),
        bare("a key of a word", "DELETE", "users/$user/api-keys/first").names(&["keyId FORMAT"]),
        bare(
            "a key at another user",
            "DELETE",
            "users/$role/api-keys/$apikey",
        )
        .is(NOT_FOUND),
        put("an update of a key", "api-keys/$apikey", r#"{"name": "A"}"#).is(METHOD),
        bare("no settings", "DELETE", SETTINGS).is(METHOD),
        post("a permission", "permissions", r#"{"name": "users.fly"}"#).is(METHOD),
    ]
}

fn queries() -> Vec<Bad> {
    vec![
        get(
            "every filter of keys wrong",
            "api-keys?organizationId=hunter2&userId=me&status=active&sort=name&q=a",
        )
        .names(&[
            "organizationId FORMAT",
            "userId FORMAT",
            "status ENUM",
            "sort PATTERN",
            "q UNKNOWN_PARAMETER",
        ]),
        get(
            "every filter of roles wrong",
            "roles?organizationId=hunter2&q=&sort=version&name=A",
        )
        .names(&[
            "organizationId FORMAT",
            "q MIN_LENGTH",
            "sort PATTERN",
            "name UNKNOWN_PARAMETER",
        ]),
        get(
            "a page of a user's keys",
            "users/$user/api-keys?size=0&page=-1",
        )
        .names(&["size MINIMUM", "page MINIMUM"]),
    ]
}

fn headers() -> Vec<Bad> {
    let role = r#"{"name": "A", "permissions": ["users.read"]}"#;
    let stale = "\"99\"";
    vec![
        put("a role as it was", "roles/$role", role)
            .header("If-Match", stale)
            .is(STALE),
        bare("a role that was changed", "DELETE", "roles/$role")
            .header("If-Match", stale)
            .is(STALE),
        bare("a key that was changed", "DELETE", "api-keys/$apikey")
            .header("If-Match", stale)
            .is(STALE),
        put("settings as they were", SETTINGS, "{}")
            .header("If-Match", stale)
            .is(STALE),
        post(
            "a role under a used key",
            "roles",
            r#"{"name": "A", "permissions": ["users.read"],
            "organizationId": "$organization"}"#,
        )
        .header("Idempotency-Key", "used")
        .is(REUSED),
        post("a key under a used key", "api-keys", r#"{"name": "A"}"#)
            .header("Idempotency-Key", "used")
            .is(REUSED),
    ]
}

/// Unusual input that is valid.
pub fn odd() -> Vec<Bad> {
    let made = (201, "");
    let done = (200, "");
    vec![
        of("a role of one", &json!(["events.read"])).is(made),
        post(
            "a key of nulls",
            "api-keys",
            r#"{"name": "\u2603", "permissions": null, "expiresAt": null, "organizationId": null}"#,
        )
        .is(made),
        put(
            "settings of nulls",
            SETTINGS,
            r#"{"accessTokenSeconds": null, "mailReplyTo": null}"#,
        )
        .is(done),
        put("settings of nothing", SETTINGS, "{}").is(done),
        put(
            "an origin with a port",
            SETTINGS,
            r#"{"allowedOrigins": ["http://localhost:3000"]}"#,
        )
        .is(done),
        post(
            "an overlap of nothing",
            "api-keys/$apikey/rotate",
            r#"{"overlapSeconds": 0}"#,
        )
        .is(done),
        get("a filter by nobody's role", "roles?organizationId=$user").is(done),
    ]
}
