//! What parameters may be, and which operation a path means.

use contract::{allowed_methods, operation_for};

use crate::stand_in::{ID, http};

#[tokio::test]
async fn parameters_arrive_typed_and_with_their_defaults() {
    let http = http();
    let path = format!("/api/v1/assignments?userId={ID}&status=REVOKED&page=2&sort=createdAt,desc");
    let answer = http.get(&path).await;
    assert_eq!(answer.status, 200, "{}", answer.text);
    let input = http.seen.inputs().remove(0);
    for part in [
        &format!("user_id: Some({ID})"),
        "status: Some(Revoked)",
        "page: 2",
        "size: 20",
        "sort: [\"createdAt,desc\"]",
        "variant_id: None",
    ] {
        assert!(input.contains(part), "{part} in {input}");
    }
    assert_eq!(answer.json["size"], 20);
}

#[tokio::test]
async fn each_violation_has_its_code() {
    let http = http();
    for (query, expected) in [
        ("userId=7", "userId FORMAT"),
        ("userId=", "userId FORMAT"),
        ("status=GONE", "status ENUM"),
        ("page=-1", "page MINIMUM"),
        ("page=two", "page TYPE"),
        ("page=1.0", "page TYPE"),
        ("page=+1", "page TYPE"),
        ("page=%2B1", "page TYPE"),
        ("page=", "page TYPE"),
        ("page=1&page=1", "page DUPLICATE_PARAMETER"),
        ("page=99999999999999999999999", "page MAXIMUM"),
        ("size=0", "size MINIMUM"),
        ("size=201", "size MAXIMUM"),
        ("sort=note,asc", "sort PATTERN"),
        ("sort=createdAt&sort=createdAt", "sort MAX_ITEMS"),
        ("Page=1", "Page UNKNOWN_PARAMETER"),
        ("userId=%00", "userId INVALID_CHARACTER"),
        ("userId=%FF", "userId INVALID_CHARACTER"),
        ("&&userId=7%&page=1", "userId INVALID_CHARACTER"),
        ("page=%3g", "page INVALID_CHARACTER"),
    ] {
        let answer = http.get(&format!("/api/v1/assignments?{query}")).await;
        assert_eq!(answer.code(), "VALIDATION_ERROR", "{query}");
        assert_eq!(answer.errors(), [expected], "{query}");
    }
    assert!(http.seen.inputs().is_empty());
}

#[tokio::test]
async fn booleans_are_true_or_false() {
    let http = http();
    for (value, status) in [("true", 503), ("false", 503), ("1", 400), ("TRUE", 400)] {
        let path = format!("/api/v1/users/{ID}/assignments?activeOnly={value}");
        assert_eq!(http.get(&path).await.status, status, "{value}");
    }
}

#[tokio::test]
async fn an_id_in_a_path_is_a_uuid() {
    let http = http();
    for id in [
        "7",
        "me",
        "%00",
        "01980a4e7c3b7d109a550d5b7c1f2e3a",
        "%F0%28",
    ] {
        let answer = http.get(&format!("/api/v1/assignments/{id}")).await;
        assert_eq!(
            (answer.status, answer.code()),
            (400, "VALIDATION_ERROR"),
            "{id}"
        );
        assert_eq!(answer.errors().len(), 1, "{id}");
        assert!(answer.errors()[0].starts_with("id "), "{id}");
    }
}

#[tokio::test]
async fn a_header_is_a_parameter_too() {
    let http = http();
    let path = format!("/api/v1/assignments/{ID}");
    let long = "x".repeat(256);
    let answer = http
        .send("GET", &path, &[("If-None-Match", &long)], ())
        .await;
    assert_eq!(answer.errors(), ["If-None-Match MAX_LENGTH"]);
    let twice = [("If-None-Match", "\"1\""), ("If-None-Match", "\"2\"")];
    let answer = http.send("GET", &path, &twice, ()).await;
    assert_eq!(answer.errors(), ["If-None-Match DUPLICATE_PARAMETER"]);
}

#[test]
fn a_path_means_the_operation_that_fits_best() {
    let id = |method, path: &str| operation_for(method, path).map(|operation| operation.id);
    assert_eq!(id("GET", "/api/v1/users/me"), Some("getCurrentUser"));
    let path = format!("/api/v1/users/{ID}");
    assert_eq!(id("GET", &path), Some("getUser"));
    assert_eq!(id("POST", &path), None);
    assert_eq!(id("GET", "/api/v1/users/"), None);
    assert_eq!(allowed_methods(&path), ["GET", "PUT", "DELETE", "HEAD"]);
    assert_eq!(allowed_methods("/api/v1/users/me"), ["GET", "PUT", "HEAD"]);
    assert_eq!(allowed_methods("/nowhere"), Vec::<&str>::new());
}
