//! Order of the checks, and what reaches handler and gate.

use contract::{ProblemCode, validate_reply};

use crate::stand_in::{Caller, ID, http, new_assignment};

#[tokio::test]
async fn a_valid_request_reaches_its_handler() {
    let http = http();
    let headers = [("Idempotency-Key", "order-1"), ("If-Match", "\"7\"")];
    let body = new_assignment(&[("note", "for Ada".into())]);
    let path = "/api/v1/assignments";
    let answer = http.send("POST", path, &headers, body).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
    assert_eq!(
        answer.headers["location"],
        format!("/api/v1/assignments/{ID}")
    );
    assert_eq!(answer.headers["etag"], "\"1\"");
    assert_eq!(answer.headers["content-type"], "application/json");
    assert_eq!(answer.json["endsAt"], serde_json::Value::Null);

    let call = http.seen.last_call();
    assert_eq!(call.operation.id, "createAssignment");
    assert_eq!(call.idempotency.as_ref().unwrap().key, "order-1");
    assert_eq!(call.if_match, None, "the operation takes no If-Match");
    assert_eq!(call.extension::<Caller>(), Some(&Caller("ada")));
    assert_eq!(call.path_and_query, path);
    let answered = http.seen.answered.lock().unwrap().clone();
    assert_eq!(answered, [("createAssignment", 201, None)]);
    let checked = validate_reply(
        call.operation,
        201,
        Some("application/json"),
        answer.text.as_bytes(),
    );
    assert_eq!(checked, Ok(()));
}

#[tokio::test]
async fn a_fingerprint_tells_requests_apart() {
    let http = http();
    let mut prints = Vec::new();
    for (key, note) in [("a", "x"), ("b", "x"), ("a", "y")] {
        let body = new_assignment(&[("note", note.into())]);
        http.send(
            "POST",
            "/api/v1/assignments",
            &[("Idempotency-Key", key)],
            body,
        )
        .await;
        prints.push(http.seen.last_call().idempotency.unwrap().fingerprint);
    }
    assert_eq!(prints[0], prints[1], "the key is no part of it");
    assert_ne!(prints[0], prints[2]);
}

#[tokio::test]
async fn a_known_representation_is_not_sent_again() {
    let http = http();
    let path = format!("/api/v1/assignments/{ID}");
    let answer = http
        .send("GET", &path, &[("If-None-Match", "\"1\"")], ())
        .await;
    assert_eq!((answer.status, answer.text.as_str()), (304, ""));
    assert_eq!(answer.headers["etag"], "\"1\"");
}

#[tokio::test]
async fn the_gate_is_asked_before_anything_is_read() {
    let http = http();
    let nobody = [("Authorization", ""), ("Accept", "text/html")];
    let answer = http.send("POST", "/api/v1/assignments", &nobody, "{").await;
    assert_eq!((answer.status, answer.code()), (401, "UNAUTHENTICATED"));
    assert_eq!(answer.headers["www-authenticate"], "Bearer");
    assert_eq!(answer.headers["content-type"], "application/problem+json");
    assert_eq!(answer.json["type"], "/problems/unauthenticated");
    assert_eq!(answer.json["instance"], "/api/v1/assignments");
    assert_eq!(answer.json["requestId"].as_str().unwrap().len(), 36);

    let weak = [
        ("Authorization", "Bearer weak"),
        ("Content-Type", "text/plain"),
    ];
    let answer = http.send("POST", "/api/v1/assignments", &weak, "{").await;
    assert_eq!((answer.status, answer.code()), (403, "FORBIDDEN"));
    let last = http.seen.answered.lock().unwrap().last().copied();
    assert_eq!(
        last,
        Some(("createAssignment", 403, Some(ProblemCode::Forbidden)))
    );
    assert!(http.seen.inputs().is_empty());
}

#[tokio::test]
async fn what_is_public_needs_no_key() {
    let http = http();
    let answer = http
        .send("GET", "/health?x=1", &[("Authorization", "")], ())
        .await;
    assert_eq!((answer.status, answer.code()), (503, "UNAVAILABLE"));
    assert_eq!(answer.headers["retry-after"], "1");
}

#[tokio::test]
async fn only_json_is_answered() {
    let http = http();
    let html = [("Accept", "text/html"), ("Content-Type", "text/plain")];
    let answer = http.send("POST", "/api/v1/assignments", &html, "{").await;
    assert_eq!((answer.status, answer.code()), (406, "NOT_ACCEPTABLE"));
    // Nothing is answered to a DELETE, so anything may be accepted.
    let path = format!("/api/v1/assignments/{ID}");
    let answer = http.send("DELETE", &path, &html, ()).await;
    assert_eq!((answer.status, answer.text.as_str()), (204, ""));
}

#[tokio::test]
async fn a_problem_of_a_handler_is_written() {
    let http = http();
    let answer = http
        .create(new_assignment(&[("note", "full".into())]))
        .await;
    assert_eq!(
        (answer.status, answer.code()),
        (409, "LICENSE_CAPACITY_EXCEEDED")
    );
    assert_eq!(answer.json["capacity"], 10);
    assert_eq!(answer.json["title"], "No free seat");
    assert!(
        answer.json.get("nextFreeAt").is_none(),
        "absent is not null"
    );
    let operation = http.seen.last_call().operation;
    let media = Some("application/problem+json");
    assert_eq!(
        validate_reply(operation, 409, media, answer.text.as_bytes()),
        Ok(())
    );
}

#[tokio::test]
async fn a_problem_that_is_not_declared_is_a_fault_of_the_server() {
    let http = http();
    let answer = http
        .create(new_assignment(&[("note", "undeclared".into())]))
        .await;
    assert_eq!((answer.status, answer.code()), (500, "INTERNAL_ERROR"));
    assert!(!answer.text.contains("SUPER_ADMIN"));
}

#[test]
fn replies_are_checked() {
    let operation = contract::operation_for("GET", "/health").unwrap();
    let json = Some("application/json");
    assert_eq!(
        validate_reply(operation, 200, json, br#"{"status":"UP"}"#),
        Ok(())
    );
    for (status, kind, body) in [
        (201, json, &br#"{"status":"UP"}"#[..]),
        (200, json, br#"{"status":"DOWN"}"#),
        (200, json, br#"{"status":"UP","more":1}"#),
        (200, json, b"{"),
        (200, Some("text/plain"), br#"{"status":"UP"}"#),
        (
            503,
            Some("application/problem+json"),
            br#"{"code":"UNAVAILABLE"}"#,
        ),
    ] {
        let text = String::from_utf8_lossy(body);
        assert!(
            validate_reply(operation, status, kind, body).is_err(),
            "{text}"
        );
    }
}
