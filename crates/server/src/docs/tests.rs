#![allow(clippy::unwrap_used)]
use poem::{
    http::StatusCode,
    test::{TestClient, TestResponse},
};

use super::*;

async fn fetch(path: &str) -> TestResponse {
    TestClient::new(mount(Route::new())).get(path).send().await
}

#[tokio::test]
async fn the_contract_is_served_as_it_was_written() {
    fetch("/openapi.yaml").await.assert_text(OPENAPI_YAML).await;
    fetch("/v3/api-docs").await.assert_text(OPENAPI_JSON).await;
}

#[tokio::test]
async fn swagger_ui_loads_nothing_from_other_origins() {
    let page = fetch("/api/docs")
        .await
        .0
        .into_body()
        .into_string()
        .await
        .unwrap();
    assert!(
        !page.contains("://"),
        "nothing comes from elsewhere: {page}"
    );
    for source in page.split("src=\"").chain(page.split("href=\"")).skip(1) {
        let source = source.split('"').next().unwrap();
        if source.starts_with("docs/") {
            fetch(&format!("/api/{source}")).await.assert_status_is_ok();
        }
    }
    let scripts: Vec<_> = page.split("<script").skip(1).collect();
    assert!(
        scripts.iter().all(|script| script.starts_with(" src=")),
        "no inline script"
    );
}

#[tokio::test]
async fn documents_have_an_etag_a_cache_policy_and_a_content_security_policy() {
    let response = fetch("/api/docs").await;
    response.assert_header_exist("etag");
    response.assert_header("cache-control", "no-cache");
    let policy = response.0.header("content-security-policy").unwrap();
    assert!(
        policy.contains("script-src 'self';") && !policy.contains("unsafe"),
        "{policy}"
    );
}

#[tokio::test]
async fn a_document_with_a_known_etag_is_not_sent_again() {
    let client = TestClient::new(mount(Route::new()));
    let path = "/api/docs/swagger-ui-bundle.js";
    let plain = client.get(path).send().await;
    let packed = client
        .get(path)
        .header("Accept-Encoding", "gzip")
        .send()
        .await;
    packed.assert_header("content-encoding", "gzip");
    let etag = packed.0.header("etag").unwrap().to_owned();
    assert_ne!(plain.0.header("etag").unwrap(), etag);
    let again = client
        .get(path)
        .header("Accept-Encoding", "gzip")
        .header("If-None-Match", &etag)
        .send()
        .await;
    again.assert_status(StatusCode::NOT_MODIFIED);
    again.assert_text("").await;
}

#[tokio::test]
async fn only_known_problems_have_pages() {
    fetch("/problems").await.assert_status_is_ok();
    let page = fetch("/problems/license-capacity-exceeded").await;
    page.assert_status_is_ok();
    page.assert_header("content-type", HTML);
    fetch("/problems/nothing")
        .await
        .assert_status(StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn the_address_with_a_slash_redirects_to_the_one_without() {
    let response = fetch("/api/docs/").await;
    response.assert_status(StatusCode::PERMANENT_REDIRECT);
    response.assert_header("location", "../docs");
}
