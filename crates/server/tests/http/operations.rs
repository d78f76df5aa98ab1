//! Health, readiness, metrics and the served contract.

use crate::{
    given::{assign, plain, seat, variant},
    harness::cases,
};
use client::ReadinessStatus;
use contract::{OPENAPI_JSON, OPENAPI_YAML, ProblemCode};
use serde_json::Value;
use testkit::TestApp;

cases![
    health_and_readiness_need_no_authentication,
    readiness_reports_the_lag_of_the_sweep,
    the_metrics_count_requests_and_refusals,
    the_contract_is_served on Sqlite,
    every_problem_is_explained_where_its_type_points on Sqlite,
];

async fn health_and_readiness_need_no_authentication(app: &mut TestApp) {
    let anybody = app.anonymous();
    assert_eq!(anybody.get_health(&plain()).await.unwrap().status, 200);
    let ready = anybody.get_readiness(&plain()).await.unwrap().body;
    assert_eq!(ready.status, ReadinessStatus::Ready);
    let names: Vec<_> = ready
        .checks
        .iter()
        .map(|check| check.name.as_str())
        .collect();
    assert_eq!(
        names,
        [
            "database",
            "migrations",
            "writer",
            "clock",
            "background",
            "sweep"
        ]
    );
    assert!(ready.checks.iter().all(|check| check.ok));
}

async fn readiness_reports_the_lag_of_the_sweep(app: &mut TestApp) {
    let variant = variant(app, None).await;
    let ada = app.user("ada").await;
    let mut short = testkit::seat(ada.id, variant.id);
    short.ends_at = Some(app.clock().time() + chrono::Duration::hours(1));
    assign(app, &short).await.unwrap();
    app.clock().advance(chrono::Duration::hours(1));
    app.clock().advance(chrono::Duration::seconds(90));
    assert_eq!(lag(app).await, "90 s behind");
    assert_eq!(app.app().sweep().await.unwrap(), 1);
    assert_eq!(lag(app).await, "0 s behind");
}

async fn lag(app: &TestApp) -> String {
    let ready = app.anonymous().get_readiness(&plain()).await.unwrap().body;
    assert_eq!(ready.status, ReadinessStatus::Ready);
    let sweep = ready.checks.into_iter().find(|check| check.name == "sweep");
    sweep.unwrap().detail
}

async fn the_metrics_count_requests_and_refusals(app: &mut TestApp) {
    let variant = variant(app, Some(1)).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    seat(app, ada.id, variant.id).await;
    assign(app, &testkit::seat(bob.id, variant.id))
        .await
        .unwrap_err();
    let reply = app.raw("GET", "/metrics").send().await;
    assert_eq!(reply.status, 200);
    let kind = reply.header("content-type").unwrap();
    assert!(
        kind.contains("openmetrics-text") || kind.starts_with("text/plain"),
        "{kind}"
    );
    let text = reply.text();
    let position = app.position().await;
    for due in [
        "quartermaster_request_duration_seconds_count{operation=\"createAssignment\",status=\"201\"} 1".to_owned(),
        "quartermaster_request_duration_seconds_count{operation=\"createAssignment\",status=\"409\"} 1".to_owned(),
        "quartermaster_refusals_total{code=\"LICENSE_CAPACITY_EXCEEDED\"} 1".to_owned(),
        format!("quartermaster_log_position {position}"),
        "quartermaster_write_queue_length 0".to_owned(),
        "quartermaster_pool_connections".to_owned(),
        "quartermaster_build_info".to_owned(),
    ] {
        assert!(text.contains(&due), "{due} is not in\n{text}");
    }
    assert!(text.trim_end().ends_with("# EOF"));
}

async fn the_contract_is_served(app: &mut TestApp) {
    let yaml = app.raw("GET", "/openapi.yaml").send().await;
    assert_eq!((yaml.status, yaml.text().as_str()), (200, OPENAPI_YAML));
    let json = app.raw("GET", "/v3/api-docs").send().await;
    let due: Value = serde_json::from_str(OPENAPI_JSON).unwrap();
    assert_eq!((json.status, json.json()), (200, due));
    let page = app.raw("GET", "/api/docs").send().await;
    assert!(
        matches!(page.status, 200 | 301 | 302 | 307 | 308),
        "{}",
        page.status
    );
    let page = app.raw("GET", "/api/docs/").send().await;
    assert!(
        !page.text().contains("https://"),
        "assets come from the binary"
    );
}

async fn every_problem_is_explained_where_its_type_points(app: &mut TestApp) {
    for code in ProblemCode::ALL {
        let reply = app
            .raw("GET", &format!("/problems/{}", code.slug()))
            .send()
            .await;
        assert_eq!(reply.status, 200, "{}", code.as_str());
        assert!(reply.text().contains(code.title()), "{}", reply.text());
    }
    let missing = app.raw("GET", "/problems/none").send().await;
    assert_eq!(missing.status, 404);
}
