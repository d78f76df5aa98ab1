//! Invalid logins, refreshes, invitations and passwords.

use super::row::{Bad, MALFORMED, NOT_FOUND, bare, get, post, put};
use serde_json::json;

const INVALID: (u16, &str) = (401, "INVALID_CREDENTIALS");
const METHOD: (u16, &str) = (405, "METHOD_NOT_ALLOWED");

pub fn rows() -> Vec<Bad> {
    let mut rows = logins();
    rows.extend(tokens());
    rows.extend(passwords());
    rows.extend(sessions());
    rows
}

fn login(name: &'static str, body: &str) -> Bad {
    post(name, "auth/login", body)
}

fn logins() -> Vec<Bad> {
    let long = json!({
        "email": format!("{}@example.com", "hunter2".repeat(40)),
        "password": "hunter2".repeat(19),
        "organization": "hunter2".repeat(10),
    });
    vec![
        login("a login of nothing", "{}").names(&["/email REQUIRED", "/password REQUIRED"]),
        login(
            "a login of other types",
            r#"{"email": 7, "password": ["hunter2"], "organization": {"hunter2": 1}}"#,
        )
        .names(&["/email TYPE", "/password TYPE", "/organization TYPE"]),
        login(
            "a login of nulls",
            r#"{"email": null, "password": null, "organization": null}"#,
        )
        .names(&["/email TYPE", "/password TYPE", "/organization TYPE"]),
        login("a login of texts that are too long", &long.to_string()).names(&[
            "/email MAX_LENGTH",
            "/password MAX_LENGTH",
            "/organization MAX_LENGTH",
        ]),
        login(
            "a login without a password in it",
            r#"{"email": "a@example.com", "password": ""}"#,
        )
        .names(&["/password MIN_LENGTH"]),
        login(
            "a login with more than it takes",
            r#"{"email": "a@example.com", "password": "hunter2", "otp": "hunter2", "slug": "volt"}"#,
        )
        .names(&["/otp UNKNOWN_FIELD", "/slug UNKNOWN_FIELD"]),
        login(
            "two passwords",
            r#"{"email": "a@example.com", "password": "hunter2", "password": "hunter3"}"#,
        )
        .names(&["/password DUPLICATE_FIELD"]),
        login(
            "U+0000 in a login",
            r#"{"email": "a\u0000", "password": "hunter2\u0000", "organization": "\u0000"}"#,
        )
        .names(&[
            "/email INVALID_CHARACTER",
            "/password INVALID_CHARACTER",
            "/organization INVALID_CHARACTER",
        ]),
        login("a login that is a list", r#"["hunter2"]"#).names(&[" TYPE"]),
        login("a login that breaks off", r#"{"email": "hunter2"#).is(MALFORMED),
        login(
            "a login of nobody",
            r#"{"email": "hunter2", "password": "hunter2", "organization": "hunter2"}"#,
        )
        .is(INVALID),
        login(
            "a login that looks like SQL",
            r#"{"email": "' OR 'hunter2'='hunter2", "password": "' --", "organization": "%"}"#,
        )
        .is(INVALID),
        get("a login by GET", "auth/login").is(METHOD),
    ]
}

fn tokens() -> Vec<Bad> {
    let refresh = |name, token: &str| {
        let body = json!({"refreshToken": token});
        post(name, "auth/refresh", body.to_string())
    };
    vec![
        post("a refresh of nothing", "auth/refresh", "{}").names(&["/refreshToken REQUIRED"]),
        post(
            "a refresh of another type",
            "auth/refresh",
            r#"{"refreshToken": ["hunter2"], "accessToken": "hunter2"}"#,
        )
        .names(&["/refreshToken TYPE", "/accessToken UNKNOWN_FIELD"]),
        refresh("an empty refresh token", "").names(&["/refreshToken MIN_LENGTH"]),
        refresh("a refresh token of 518", &"hunter2".repeat(74))
            .names(&["/refreshToken MAX_LENGTH"]),
        refresh("a refresh token that is none", "qmr_hunter2").is(INVALID),
        refresh("an API key as refresh token", "$key").is(INVALID),
        post("an invitation of nothing", "auth/accept-invitation", "{}")
            .names(&["/token REQUIRED", "/password REQUIRED"]),
        post(
            "an invitation of other types",
            "auth/accept-invitation",
            r#"{"token": 7, "password": {"hunter2": 1}, "email": "hunter2"}"#,
        )
        .names(&["/token TYPE", "/password TYPE", "/email UNKNOWN_FIELD"]),
        post(
            "an invitation with a password that is too short",
            "auth/accept-invitation",
            r#"{"token": "qmi_hunter2", "password": "hunter2"}"#,
        )
        .names(&["/password MIN_LENGTH"]),
        post(
            "an invitation that is none",
            "auth/accept-invitation",
            r#"{"token": "qmi_hunter2", "password": "hunter2 hunter2"}"#,
        )
        .is(INVALID),
    ]
}

fn passwords() -> Vec<Bad> {
    let change = |name, body: &str| put(name, "users/me/password", body);
    vec![
        change("a password for nothing", "{}")
            .names(&["/currentPassword REQUIRED", "/newPassword REQUIRED"]),
        change(
            "passwords of other types",
            r#"{"currentPassword": 7, "newPassword": null, "id": "hunter2"}"#,
        )
        .names(&[
            "/currentPassword TYPE",
            "/newPassword TYPE",
            "/id UNKNOWN_FIELD",
        ]),
        change(
            "a password that is too short",
            r#"{"currentPassword": "hunter2", "newPassword": "hunter2"}"#,
        )
        .names(&["/newPassword MIN_LENGTH"]),
        change(
            "a present password that is not right",
            r#"{"currentPassword": "hunter2", "newPassword": "hunter2 plover 81"}"#,
        )
        .is(INVALID),
    ]
}

fn sessions() -> Vec<Bad> {
    let id = &["id FORMAT"];
    vec![
        bare("a session that is a word", "DELETE", "auth/sessions/all").names(id),
        bare("a session that is a user", "DELETE", "auth/sessions/$user").is(NOT_FOUND),
        bare("an invitation of a word", "POST", "users/me/invitation").names(id),
        bare("an invitation of no user", "POST", "users/$seat/invitation").is(NOT_FOUND),
        bare("a logout by GET", "GET", "auth/logout").is(METHOD),
        bare("a key set that is sent", "PUT", "/.well-known/jwks.json").is(METHOD),
    ]
}
