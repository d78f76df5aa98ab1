//! What a body may be.

use std::{
    io::{Read, Write},
    net::TcpStream,
};

use serde_json::{Value, json};

use crate::stand_in::{Answer, Http, ID, http, new_assignment};

const LONG: &str = "secret-value-that-must-not-come-back";

async fn refused(http: &Http, body: String) -> Vec<String> {
    let answer: Answer = http.create(body.clone()).await;
    assert_eq!(
        (answer.status, answer.code()),
        (400, "VALIDATION_ERROR"),
        "{body}"
    );
    assert!(http.seen.inputs().is_empty(), "{body} reached the handler");
    answer.errors()
}

#[tokio::test]
async fn each_violation_has_its_code() {
    let http = http();
    for (field, value, expected) in [
        ("userId", json!(7), "TYPE"),
        ("userId", json!(null), "TYPE"),
        (
            "userId",
            json!("01980a4e7c3b7d109a550d5b7c1f2e3a"),
            "FORMAT",
        ),
        (
            "userId",
            json!("{01980a4e-7c3b-7d10-9a55-0d5b7c1f2e3}"),
            "FORMAT",
        ),
        ("endsAt", json!("tomorrow"), "FORMAT"),
        ("endsAt", json!("2026-02-30T00:00:00Z"), "FORMAT"),
        ("endsAt", json!("9999-12-31T23:59:59-01:00"), "FORMAT"),
        ("note", json!("x".repeat(2001)), "MAX_LENGTH"),
        ("note", json!(["x"]), "TYPE"),
        ("note", json!("a\0b"), "INVALID_CHARACTER"),
        ("nickname", json!(LONG), "UNKNOWN_FIELD"),
    ] {
        let errors = refused(&http, new_assignment(&[(field, value)])).await;
        assert_eq!(errors, [format!("/{field} {expected}")]);
    }
}

#[tokio::test]
async fn length_counts_characters() {
    let http = http();
    let note = "ø".repeat(1_500);
    let answer = http.create(new_assignment(&[("note", note.into())])).await;
    assert_eq!(answer.status, 201, "{}", answer.text);
}

#[tokio::test]
async fn everything_that_is_wrong_is_told_at_once_and_no_value_comes_back() {
    let http = http();
    let body = json!({"userId": LONG, "endsAt": LONG, "extra": LONG, "a/b~c": {"deep": LONG}});
    let answer = http
        .send(
            "POST",
            "/api/v1/assignments?verbose=secret-value",
            &[("Idempotency-Key", &"k".repeat(300))],
            body.to_string(),
        )
        .await;
    assert_eq!((answer.status, answer.code()), (400, "VALIDATION_ERROR"));
    assert_eq!(
        answer.errors(),
        [
            "/a~1b~0c UNKNOWN_FIELD",
            "/endsAt FORMAT",
            "/extra UNKNOWN_FIELD",
            "/productVariantId REQUIRED",
            "/userId FORMAT",
            "Idempotency-Key MAX_LENGTH",
            "verbose UNKNOWN_PARAMETER",
        ]
    );
    assert!(!answer.text.contains("secret-value"), "{}", answer.text);
    assert!(!answer.text.contains("kkk"), "{}", answer.text);
}

#[tokio::test]
async fn a_body_must_be_an_object() {
    let http = http();
    for body in ["null", "[]", "7", "\"text\""] {
        assert_eq!(refused(&http, body.to_owned()).await, [" TYPE"], "{body}");
    }
}

#[tokio::test]
async fn fields_that_are_there_twice_are_named_beside_the_others() {
    let http = http();
    let body = format!(
        r#"{{"userId": "{ID}", "userId": "{ID}", "note": {{"a~": 1, "a~": 2}}, "endsAt": "soon"}}"#
    );
    let mut errors = refused(&http, body).await;
    errors.sort();
    assert_eq!(
        errors,
        [
            "/endsAt FORMAT",
            "/note TYPE",
            "/note/a~0 DUPLICATE_FIELD",
            "/productVariantId REQUIRED",
            "/userId DUPLICATE_FIELD",
        ]
    );
}

#[tokio::test]
async fn what_is_no_json_is_told_by_place() {
    let http = http();
    let deep = "[".repeat(2000);
    for body in [
        "",
        "{",
        "{'a': 1}",
        "{\"a\": 1e999}",
        deep.as_str(),
        "nul",
        "{} {}",
    ] {
        let answer = http.create(body.to_owned()).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, "MALFORMED_REQUEST"),
            "{body}"
        );
    }
    let answer = http.create(b"{\"note\": \"\xff\xfe\"}".to_vec()).await;
    assert_eq!((answer.status, answer.code()), (400, "MALFORMED_REQUEST"));
    assert_eq!(
        answer.json["detail"],
        "The body is not UTF-8 from byte 10 on."
    );
}

#[tokio::test]
async fn a_body_has_a_type_and_a_limit() {
    let http = http();
    for kind in [
        "",
        "text/plain",
        "application/xml",
        "application/json; charset=latin1",
    ] {
        let body = new_assignment(&[]);
        let answer = http
            .send(
                "POST",
                "/api/v1/assignments",
                &[("Content-Type", kind)],
                body,
            )
            .await;
        let seen = (answer.status, answer.code());
        assert_eq!(seen, (415, "UNSUPPORTED_MEDIA_TYPE"), "{kind}");
    }
    for kind in ["application/json; charset=UTF-8", "Application/JSON"] {
        let body = new_assignment(&[]);
        let answer = http
            .send(
                "POST",
                "/api/v1/assignments",
                &[("Content-Type", kind)],
                body,
            )
            .await;
        assert_eq!(answer.status, 201, "{kind}");
    }
    let answer = http.create(" ".repeat(5000)).await;
    assert_eq!((answer.status, answer.code()), (413, "PAYLOAD_TOO_LARGE"));
}

#[tokio::test]
async fn lists_are_measured_and_their_items_pointed_at() {
    let http = http();
    let batch = |items: Value| json!({"mode": "SOMETIMES", "items": items}).to_string();
    let path = "/api/v1/assignments/batch";
    let answer = http.send("POST", path, &[], batch(json!([]))).await;
    assert_eq!(answer.errors(), ["/items MIN_ITEMS", "/mode ENUM"]);
    let items = json!([{"userId": ID, "productVariantId": ID}, {"userId": ID, "x": 1}]);
    let answer = http.send("POST", path, &[], batch(items)).await;
    assert_eq!(
        answer.errors(),
        [
            "/items/1/productVariantId REQUIRED",
            "/items/1/x UNKNOWN_FIELD",
            "/mode ENUM"
        ]
    );
    let answer = http
        .send("POST", path, &[], batch(json!(vec![0; 501])))
        .await;
    assert!(answer.errors().contains(&"/items MAX_ITEMS".to_owned()));
}

#[tokio::test]
async fn whole_numbers_are_exact() {
    let http = http();
    let path = format!("/api/v1/products/{ID}/variants");
    for (capacity, expected) in [
        ("1.0", "TYPE"),
        ("1e3", "TYPE"),
        ("1.5", "TYPE"),
        ("-1", "MINIMUM"),
        ("1000000001", "MAXIMUM"),
        ("9223372036854775808", "MAXIMUM"),
        ("\"5\"", "TYPE"),
        ("true", "TYPE"),
    ] {
        let body = format!(r#"{{"key": "k", "name": "n", "capacity": {capacity}}}"#);
        let answer = http.send("POST", &path, &[], body).await;
        assert_eq!(
            answer.errors(),
            [format!("/capacity {expected}")],
            "{capacity}"
        );
    }
}

#[tokio::test]
async fn a_pattern_and_an_address_are_checked() {
    let http = http();
    let body = json!({"email": "nobody", "displayName": "  "}).to_string();
    let answer = http.send("POST", "/api/v1/users", &[], body).await;
    assert_eq!(answer.errors(), ["/displayName PATTERN", "/email FORMAT"]);
    let body = json!({"email": "", "displayName": ""}).to_string();
    let answer = http.send("POST", "/api/v1/users", &[], body).await;
    assert_eq!(
        answer.errors(),
        [
            "/displayName MIN_LENGTH",
            "/displayName PATTERN",
            "/email FORMAT",
            "/email MIN_LENGTH",
        ]
    );
}

#[tokio::test]
async fn a_merge_patch_tells_absent_from_null() {
    let http = http();
    let answer = http.patch(r#"{"endsAt": null}"#).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let input = http.seen.inputs().remove(0);
    assert!(input.contains("ends_at: Null"), "{input}");
    assert!(input.contains("note: Undefined"), "{input}");
    // The type of a plain body is not that of a patch.
    let path = format!("/api/v1/assignments/{ID}");
    let answer = http.send("PATCH", &path, &[], "{}").await;
    assert_eq!(answer.status, 415);
    assert_eq!(
        http.patch(r#"{"status": null}"#).await.errors(),
        ["/status ENUM"]
    );
}

#[tokio::test]
async fn a_fixed_tie_is_named_before_anything_else() {
    let http = http();
    let answer = http
        .patch(&json!({"userId": LONG, "note": 7}).to_string())
        .await;
    assert_eq!(
        (answer.status, answer.code()),
        (409, "IMMUTABLE_RELATIONSHIP")
    );
    assert_eq!(answer.errors(), ["/userId IMMUTABLE"]);
    assert!(!answer.text.contains(LONG));
}

#[tokio::test]
async fn a_hostile_body_gets_a_bounded_answer() {
    let http = http();
    let fields: Vec<String> = (0..450).map(|n| format!("\"{n}\":0")).collect();
    let answer = http.create(format!("{{{}}}", fields.join(","))).await;
    assert_eq!(answer.status, 400);
    assert!(answer.errors().len() <= 1000);
    let name = "n".repeat(3000);
    let answer = http.create(format!("{{\"{name}\":0}}")).await;
    assert!(answer.text.len() < 1500, "{}", answer.text.len());
}

#[test]
fn a_caller_who_sends_everything_first_still_gets_the_answer() {
    let runtime = tokio::runtime::Runtime::new().unwrap();
    let acceptor = runtime.block_on(async {
        let listener = poem::listener::TcpListener::bind("127.0.0.1:0");
        poem::listener::Listener::into_acceptor(listener)
            .await
            .unwrap()
    });
    let address = poem::listener::Acceptor::local_addr(&acceptor).remove(0);
    let address = *address.as_socket_addr().unwrap();
    runtime.spawn(poem::Server::new_with_acceptor(acceptor).run(crate::stand_in::served()));

    let mut socket = TcpStream::connect(address).unwrap();
    let head = "POST /api/v1/assignments HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer key\r\n\
                Content-Type: application/json\r\nConnection: close\r\n";
    let body = vec![b' '; 10_000_000];
    socket
        .write_all(format!("{head}Content-Length: {}\r\n\r\n", body.len()).as_bytes())
        .unwrap();
    socket.write_all(&body).unwrap();
    let mut answer = String::new();
    socket.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 413"), "{answer}");
    assert!(answer.contains("PAYLOAD_TOO_LARGE"), "{answer}");
}
