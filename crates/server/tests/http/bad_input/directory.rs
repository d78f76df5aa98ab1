//! Organizations and their users.

use super::row::{Bad, NOT_FOUND, bare, get, post, put};
use serde_json::json;

const METHOD: (u16, &str) = (405, "METHOD_NOT_ALLOWED");
const IMMUTABLE: (u16, &str) = (409, "IMMUTABLE_RELATIONSHIP");
const STALE: (u16, &str) = (412, "PRECONDITION_FAILED");

const OPERATORS: &str = "organizations/$organization/users/operators";
const PARTNERS: &str = "organizations/$organization/users/partners";
const MEMBERS: &str = "organizations/$organization/users/members";

fn slug(name: &'static str, slug: &str) -> Bad {
    let body = json!({"name": "A", "slug": slug});
    post(name, "organizations", body.to_string()).names(&["/slug PATTERN"])
}

pub fn rows() -> Vec<Bad> {
    let mut rows = organizations();
    rows.extend(slugs());
    rows.extend(people());
    rows.extend(ties());
    rows.extend(paths());
    rows.extend(queries());
    rows.extend(headers());
    rows
}

fn organizations() -> Vec<Bad> {
    vec![
        post("an organization of nothing", "organizations", "{}")
            .names(&["/name REQUIRED", "/slug REQUIRED"]),
        post(
            "an organization of other types",
            "organizations",
            r#"{"name": 7, "slug": ["hunter2"]}"#,
        )
        .names(&["/name TYPE", "/slug TYPE"]),
        post(
            "an organization of nulls",
            "organizations",
            r#"{"name": null, "slug": null}"#,
        )
        .names(&["/name TYPE", "/slug TYPE"]),
        post(
            "an organization with fields of the server",
            "organizations",
            r#"{"name": "A", "slug": "a", "id": "hunter2", "status": "SUSPENDED", "version": 7}"#,
        )
        .names(&[
            "/id UNKNOWN_FIELD",
            "/status UNKNOWN_FIELD",
            "/version UNKNOWN_FIELD",
        ]),
        post(
            "an organization on two lines",
            "organizations",
            r#"{"name": "A\nB", "slug": "a\u0000"}"#,
        )
        .names(&["/name PATTERN", "/slug PATTERN", "/slug INVALID_CHARACTER"]),
        post(
            "an organization with a name that is too long",
            "organizations",
            json!({"name": "n".repeat(201), "slug": "a"}).to_string(),
        )
        .names(&["/name MAX_LENGTH"]),
        put("an update of nothing", "organizations/$organization", "{}").names(&["/name REQUIRED"]),
        put(
            "a slug that is cleared, and a status",
            "organizations/$organization",
            r#"{"name": "", "slug": null, "status": "ACTIVE"}"#,
        )
        .names(&[
            "/name MIN_LENGTH",
            "/name PATTERN",
            "/slug TYPE",
            "/status UNKNOWN_FIELD",
        ]),
    ]
}

fn slugs() -> Vec<Bad> {
    vec![
        slug("an empty slug", ""),
        slug("a dash before", "-volt"),
        slug("a dash behind", "volt-"),
        slug("a dash alone", "-"),
        slug("capitals", "Volt"),
        slug("other letters", "völt"),
        slug("a blank", "volt ag"),
        slug("a dot", "volt.ag"),
        slug("a line that ends", "volt\n"),
        slug("a slug of 64", &"v".repeat(64)),
    ]
}

fn people() -> Vec<Bad> {
    let tied = r#"{"email": "a@example.com", "displayName": "A", "role": "SUPER_ADMIN",
        "organizationId": "hunter2", "status": "ACTIVE"}"#;
    let unknown = &[
        "/role UNKNOWN_FIELD",
        "/organizationId UNKNOWN_FIELD",
        "/status UNKNOWN_FIELD",
    ];
    let nothing = &["/email REQUIRED", "/displayName REQUIRED"];
    vec![
        post("a partner of nothing", PARTNERS, "{}").names(nothing),
        post("a member of nothing", MEMBERS, "{}").names(nothing),
        post("an operator of nothing", OPERATORS, "{}").names(&[
            "/email REQUIRED",
            "/displayName REQUIRED",
            "/stationId REQUIRED",
        ]),
        post("a partner with ties", PARTNERS, tied).names(unknown),
        post("a member with ties", MEMBERS, tied).names(unknown),
        post(
            "a member at a station",
            MEMBERS,
            r#"{"email": "a@example.com", "displayName": "A", "stationId": "$station"}"#,
        )
        .names(&["/stationId UNKNOWN_FIELD"]),
        post(
            "an operator with ties of other types",
            OPERATORS,
            r#"{"email": 7, "displayName": "", "stationId": "hunter2", "role": "OPERATOR"}"#,
        )
        .names(&[
            "/email TYPE",
            "/displayName MIN_LENGTH",
            "/displayName PATTERN",
            "/stationId FORMAT",
            "/role UNKNOWN_FIELD",
        ]),
        post(
            "an operator of no station",
            OPERATORS,
            r#"{"email": "a@example.com", "displayName": "A", "stationId": null}"#,
        )
        .names(&["/stationId TYPE"]),
        post(
            "a partner with a bad email",
            PARTNERS,
            r#"{"email": "hunter2", "displayName": "A\u0007"}"#,
        )
        .names(&["/email FORMAT", "/displayName PATTERN"]),
    ]
}

fn ties() -> Vec<Bad> {
    let user = |name, role: &str, ties: &str| {
        let body =
            format!(r#"{{"email": "a@example.com", "displayName": "A", "role": {role}, {ties}}}"#);
        post(name, "users", body)
    };
    let home = r#""organizationId": "$organization""#;
    let at = r#""organizationId": "$organization", "stationId": "$station""#;
    let wrong = &["/role TIES"];
    vec![
        user(
            "ties of other types",
            "7",
            r#""organizationId": "hunter2", "stationId": 7"#,
        )
        .names(&["/role ENUM", "/organizationId FORMAT", "/stationId TYPE"]),
        user("a super admin of an organization", r#""SUPER_ADMIN""#, home).names(wrong),
        user("a super admin at a station", r#""SUPER_ADMIN""#, at).names(wrong),
        user("a partner at a station", r#""PARTNER""#, at).names(wrong),
        user(
            "a partner of nothing",
            r#""PARTNER""#,
            r#""stationId": null"#,
        )
        .names(wrong),
        user("an operator of no station", r#""OPERATOR""#, home).names(wrong),
        user(
            "an operator of no organization",
            r#""OPERATOR""#,
            r#""stationId": "$station""#,
        )
        .names(wrong),
        user("a member at a station", r#""MEMBER""#, at).names(wrong),
        put(
            "a user moved to a station, with a bad name",
            "users/$user",
            r#"{"email": "a@example.com", "displayName": 7, "stationId": "$station"}"#,
        )
        .is(IMMUTABLE)
        .names(&["/stationId IMMUTABLE"]),
    ]
}

fn paths() -> Vec<Bad> {
    let id = &["id FORMAT"];
    let none = [
        get("a user as an organization", "organizations/$user"),
        get("people of a user", "organizations/$user/users/members"),
        get(
            "all people of an organization",
            "organizations/$organization/users",
        ),
        get(
            "people of a role that is none",
            "organizations/$organization/users/admins",
        ),
        bare("a user suspended", "POST", "organizations/$user/suspend"),
        bare(
            "a user deleted as an organization",
            "DELETE",
            "organizations/$user",
        ),
        put(
            "a station as an organization",
            "organizations/$station",
            r#"{"name": "A"}"#,
        ),
        post(
            "a partner of a station",
            "organizations/$station/users/partners",
            r#"{"email": "a@example.com", "displayName": "A"}"#,
        ),
        post(
            "an operator of an organization as a station",
            OPERATORS,
            r#"{"email": "a@example.com", "displayName": "A", "stationId": "$organization"}"#,
        ),
    ];
    let mut rows: Vec<_> = none.into_iter().map(|row| row.is(NOT_FOUND)).collect();
    let methods = [
        bare(
            "an organization that is patched",
            "PATCH",
            "organizations/$organization",
        )
        .of("application/json", "{}"),
        bare("organizations that are deleted", "DELETE", "organizations"),
        bare("partners that are replaced", "PUT", PARTNERS).of("application/json", "{}"),
        get(
            "a suspension that is read",
            "organizations/$organization/suspend",
        ),
    ];
    rows.extend(methods.into_iter().map(|row| row.is(METHOD)));
    rows.extend([
        get("a slug for an id", "organizations/ours").names(id),
        bare(
            "a suspension of a word",
            "POST",
            "organizations/ours/suspend",
        )
        .names(id),
        bare(
            "an activation of a word",
            "POST",
            "organizations/ours/activate",
        )
        .names(id),
        bare("a delete of a slug", "DELETE", "organizations/ours").names(id),
        put(
            "a bad id and a bad body",
            "organizations/1",
            r#"{"slug": "-"}"#,
        )
        .names(&["id FORMAT", "/name REQUIRED", "/slug PATTERN"]),
        post(
            "a member of a word",
            "organizations/ours/users/members",
            "{}",
        )
        .names(&["id FORMAT", "/email REQUIRED", "/displayName REQUIRED"]),
        get(
            "partners of a word",
            "organizations/ours/users/partners?size=0",
        )
        .names(&["id FORMAT", "size MINIMUM"]),
    ]);
    rows
}

fn queries() -> Vec<Bad> {
    let people = |name, path: &str| {
        let target = format!("{path}?status=active&q=&sort=role&page=-1&size=201&role=MEMBER");
        get(name, target).names(&[
            "status ENUM",
            "q MIN_LENGTH",
            "sort PATTERN",
            "page MINIMUM",
            "size MAXIMUM",
            "role UNKNOWN_PARAMETER",
        ])
    };
    vec![
        get(
            "every filter of organizations wrong",
            format!(
                "organizations?slug={}&status=active&q=&sort=code&page=x&size=0&name=a",
                "s".repeat(64)
            ),
        )
        .names(&[
            "slug MAX_LENGTH",
            "status ENUM",
            "q MIN_LENGTH",
            "sort PATTERN",
            "page TYPE",
            "size MINIMUM",
            "name UNKNOWN_PARAMETER",
        ]),
        get(
            "filters of organizations that are repeated",
            "organizations?slug=a&slug=b&sort=slug&sort=slug&sort=slug&sort=slug",
        )
        .names(&["slug DUPLICATE_PARAMETER", "sort MAX_ITEMS"]),
        get("a slug that is unreadable", "organizations?slug=%ff&q=%00")
            .names(&["slug INVALID_CHARACTER", "q INVALID_CHARACTER"]),
        people("every filter of partners wrong", PARTNERS),
        people("every filter of operators wrong", OPERATORS),
        people("every filter of members wrong", MEMBERS),
        get(
            "a query where there is none",
            "organizations/$organization?expand=users",
        )
        .names(&["expand UNKNOWN_PARAMETER"]),
        get(
            "events of an organization that is none",
            "events?organizationId=hunter2",
        )
        .names(&["organizationId FORMAT"]),
    ]
}

fn headers() -> Vec<Bad> {
    let long = "x".repeat(256);
    vec![
        post(
            "an empty key",
            "organizations",
            r#"{"name": "A", "slug": "a"}"#,
        )
        .header("Idempotency-Key", "")
        .names(&["Idempotency-Key MIN_LENGTH"]),
        bare(
            "a used key at another endpoint",
            "POST",
            "organizations/$organization/suspend",
        )
        .header("Idempotency-Key", "used")
        .is((422, "IDEMPOTENCY_KEY_REUSED")),
        post(
            "a used key at the endpoint of members",
            MEMBERS,
            r#"{"email": "a@example.com", "displayName": "A"}"#,
        )
        .header("Idempotency-Key", "used")
        .is((422, "IDEMPOTENCY_KEY_REUSED")),
        put(
            "a stale tag",
            "organizations/$organization",
            r#"{"name": "A"}"#,
        )
        .header("If-Match", "W/\"1\"")
        .is(STALE),
        bare(
            "a tag that is too long",
            "DELETE",
            "organizations/$organization",
        )
        .header("If-Match", long.clone())
        .names(&["If-Match MAX_LENGTH"]),
        get(
            "a known tag that is too long",
            "organizations/$organization",
        )
        .header("If-None-Match", long)
        .names(&["If-None-Match MAX_LENGTH"]),
    ]
}

/// Unusual input that is valid.
pub fn odd() -> Vec<Bad> {
    let made = (201, "");
    let organization = |name, slug: &str, text: &str| {
        let body = json!({"name": text, "slug": slug});
        post(name, "organizations", body.to_string()).is(made)
    };
    vec![
        organization("the shortest slug", "0", "\u{1d11e}"),
        organization("the longest slug", &"9".repeat(63), &"n".repeat(200)),
        organization("dashes in the middle", "a---b", "A"),
        organization("a word of the path", "suspend", "'; DROP TABLE organizations; --"),
        post(
            "ties that are null",
            "users",
            r#"{"email": "null@example.com", "displayName": "A", "organizationId": null, "stationId": null}"#,
        )
        .is(made),
        get("a slug that never was", "organizations?slug=").is((200, "")),
        get("a filter by nobody's organization", "users?organizationId=$user").is((200, "")),
    ]
}
