//! Statuses that every operation answers alike.

use crate::{
    given::{plain, product, seat, variant},
    harness::cases,
    sweep,
};
use contract::{OPERATIONS, ProblemCode};
use sea_orm::ConnectionTrait;
use testkit::TestApp;

cases![
    a_missing_resource_is_404,
    an_unknown_parameter_is_400 on Sqlite,
    an_unacceptable_media_type_is_406 on Sqlite,
    a_body_that_is_too_large_is_413 on Sqlite,
    a_body_of_another_kind_is_415 on Sqlite,
    a_used_idempotency_key_is_422,
    a_failing_database_is_500_without_its_cause,
    a_database_that_is_gone_is_503,
    an_unsupported_method_is_405_and_lists_the_allowed_ones on Sqlite,
    a_head_request_is_a_get_without_a_body on Sqlite,
];

async fn a_missing_resource_is_404(app: &mut TestApp) {
    let key = app.super_admin().key;
    for operation in OPERATIONS.iter().filter(|o| o.path.contains('{')) {
        let reply = sweep::request(app, operation).key(&key).send().await;
        assert_eq!(reply.status, 404, "{operation:?}: {}", reply.text());
    }
}

async fn an_unknown_parameter_is_400(app: &mut TestApp) {
    let key = app.super_admin().key;
    let validated =
        |problem: &&contract::Operation| problem.problems.contains(&ProblemCode::ValidationError);
    for operation in OPERATIONS.iter().filter(validated) {
        let target = format!("{}?colour=red", sweep::path(app, operation));
        let mut request = app.raw(operation.method, &target).key(&key);
        if let Some((media, body)) = sweep::example(operation) {
            request = request.body(media, body.to_string());
        }
        let reply = request.send().await;
        assert_eq!(reply.status, 400, "{operation:?}: {}", reply.text());
        assert_eq!(reply.json()["errors"][0]["parameter"], "colour");
    }
}

async fn an_unacceptable_media_type_is_406(app: &mut TestApp) {
    let key = app.super_admin().key;
    for operation in OPERATIONS
        .iter()
        .filter(|operation| operation.content.is_some())
    {
        let request = sweep::request(app, operation).key(&key);
        let reply = request.header("Accept", "text/html").send().await;
        assert_eq!(reply.status, 406, "{operation:?}: {}", reply.text());
    }
}

async fn a_body_that_is_too_large_is_413(app: &mut TestApp) {
    let key = app.super_admin().key;
    for operation in OPERATIONS
        .iter()
        .filter(|operation| operation.body.is_some())
    {
        let (media, _) = sweep::example(operation).unwrap();
        let request = app.raw(operation.method, &sweep::path(app, operation));
        let reply = request
            .key(&key)
            .body(media, vec![b' '; 2 << 20])
            .send()
            .await;
        assert_eq!(reply.status, 413, "{operation:?}: {}", reply.text());
    }
}

async fn a_body_of_another_kind_is_415(app: &mut TestApp) {
    let key = app.super_admin().key;
    for operation in OPERATIONS
        .iter()
        .filter(|operation| operation.body.is_some())
    {
        let (media, body) = sweep::example(operation).unwrap();
        for other in [
            "text/plain",
            "application/xml",
            "application/json; charset=latin1",
        ] {
            let request = app.raw(operation.method, &sweep::path(app, operation));
            let reply = request.key(&key).body(other, body.to_string()).send().await;
            assert_eq!(reply.status, 415, "{operation:?} {media}: {}", reply.text());
        }
    }
}

async fn a_used_idempotency_key_is_422(app: &mut TestApp) {
    let admin = app.super_admin();
    let new = client::NewUser::new("ada@example.org", "Ada");
    let with = client::Options::with_key("used");
    admin.create_user(&new, &with).await.unwrap();
    let reused = ProblemCode::IdempotencyKeyReused;
    for operation in OPERATIONS.iter().filter(|o| o.problems.contains(&reused)) {
        let request = sweep::request(app, operation).key(&admin.key);
        let reply = request.header("Idempotency-Key", "used").send().await;
        assert_eq!(reply.status, 422, "{operation:?}: {}", reply.text());
    }
}

async fn damage(app: &TestApp, tables: &[&str]) {
    let database = sea_orm::Database::connect(app.database_url())
        .await
        .unwrap();
    for table in tables {
        let statement = format!("ALTER TABLE {table} RENAME TO broken_{table}");
        database.execute_unprepared(&statement).await.unwrap();
    }
    database.close().await.unwrap();
}

async fn mend(app: &TestApp, tables: &[&str]) {
    let database = sea_orm::Database::connect(app.database_url())
        .await
        .unwrap();
    for table in tables {
        let statement = format!("ALTER TABLE broken_{table} RENAME TO {table}");
        database.execute_unprepared(&statement).await.unwrap();
    }
    database.close().await.unwrap();
}

/// The tables that authentication does not read.
const TABLES: [&str; 16] = [
    "events",
    "event_heads",
    "products",
    "variants",
    "assignments",
    "stations",
    "sessions",
    "passwords",
    "roles",
    "api_key_uses",
    "invitations",
    "event_tickets",
    "pools",
    "allocations",
    "webhooks",
    "deliveries",
];

/// The tables that authentication reads.
const CALLERS: [&str; 3] = ["users", "organizations", "api_keys"];

async fn a_failing_database_is_500_without_its_cause(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.user("ada").await;
    let variant = variant(app, None).await;
    seat(app, ada.id, variant.id).await;
    damage(app, &TABLES).await;
    let without_log = [
        "listUsers",
        "getCurrentUser",
        "getUser",
        "listUserAssignments",
        "listUserRoles",
        "listUserApiKeys",
        "listOrganizationPartners",
        "listOrganizationOperators",
        "listOrganizationMembers",
        "listOrganizationStations",
        "listAllocations",
        "getOrganization",
        "getOrganizationSettings",
        "getLogHead",
        "listOrganizationEvents",
        "listUserEvents",
        "listOrganizations",
        "getApiKey",
    ];
    // These need no database.
    let secured = || sweep::secured().filter(|operation| operation.id != "listPermissions");
    for operation in secured().filter(|o| !without_log.contains(&o.id)) {
        let reply = sweep::request(app, operation).key(&admin.key).send().await;
        assert_eq!(reply.status, 500, "{operation:?}: {}", reply.text());
        let detail = reply.json()["detail"].as_str().unwrap().to_owned();
        for cause in TABLES.iter().chain(&["table", "relation", "exist"]) {
            assert!(!detail.contains(cause), "{operation:?}: {detail}");
        }
    }
    let health = app.raw("GET", "/health").send().await;
    assert_eq!(health.status, 200);
    damage(app, &CALLERS).await;
    for operation in secured().filter(|o| without_log.contains(&o.id)) {
        let reply = sweep::request(app, operation).key(&admin.key).send().await;
        assert_eq!(reply.status, 500, "{operation:?}: {}", reply.text());
    }
    mend(app, &TABLES).await;
    mend(app, &CALLERS).await;
    product(app, "after").await;
}

async fn a_database_that_is_gone_is_503(app: &mut TestApp) {
    let admin = app.super_admin();
    app.app().store().clone().close().await.unwrap();
    for operation in sweep::secured() {
        let reply = sweep::request(app, operation).key(&admin.key).send().await;
        assert_eq!(reply.status, 503, "{operation:?}: {}", reply.text());
        assert_eq!(reply.header("retry-after"), Some("1"));
    }
    assert_eq!(app.raw("GET", "/ready").send().await.status, 503);
    assert_eq!(app.raw("GET", "/health").send().await.status, 200);
    app.restart().await;
    assert_eq!(admin_status(app).await, 200);
}

async fn admin_status(app: &TestApp) -> u16 {
    let admin = app.super_admin();
    admin.get_current_user(&plain()).await.unwrap().status
}

async fn an_unsupported_method_is_405_and_lists_the_allowed_ones(app: &mut TestApp) {
    let key = app.super_admin().key;
    for operation in OPERATIONS {
        let path = sweep::path(app, operation);
        let allowed = contract::allowed_methods(operation.path);
        for method in [
            "GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "BREW",
        ] {
            if allowed.contains(&method) {
                continue;
            }
            let reply = app.raw(method, &path).key(&key).send().await;
            assert_eq!(reply.status, 405, "{method} {path}: {}", reply.text());
            assert_eq!(reply.header("allow"), Some(allowed.join(", ").as_str()));
        }
    }
}

async fn a_head_request_is_a_get_without_a_body(app: &mut TestApp) {
    let key = app.super_admin().key;
    for target in [
        "/health",
        "/api/v1/users/me",
        "/api/v1/users",
        "/openapi.yaml",
        "/nothing",
    ] {
        let get = app.raw("GET", target).key(&key).send().await;
        let head = app.raw("HEAD", target).key(&key).send().await;
        assert_eq!(head.status, get.status, "{target}");
        for name in ["content-type", "content-length", "etag", "link"] {
            assert_eq!(head.header(name), get.header(name), "{target} {name}");
        }
    }
}
