//! Moments that cannot be read.

use super::{at, code, mark, plain, problem, seat, variant, written};
use chrono::Duration;
use client::ProblemCode;
use sea_orm::{ConnectionTrait, Database, DbBackend};
use testkit::TestApp;

pub async fn a_resource_is_missing_before_its_creation(app: &mut TestApp) {
    let admin = app.super_admin();
    let before = mark(app);
    let volt = app.organization("volt").await.id;
    let station = app.station(volt, "E1").await.id;
    let ada = app.user("ada").await.id;
    let variant = variant(app, None).await.id;
    let held = seat(app, ada, variant).await.id;
    for path in [
        format!("users/{ada}"),
        format!("users/{ada}/assignments"),
        format!("stations/{station}"),
        format!("assignments/{held}"),
        format!("variants/{variant}/availability"),
        format!("organizations/{volt}/stations"),
        format!("organizations/{volt}/users/partners"),
        format!("organizations/{volt}/users/operators"),
        format!("organizations/{volt}/users/members"),
    ] {
        let target = |moment| format!("/api/v1/{path}?{}", written(moment));
        let ask = async |moment| app.raw("GET", &target(moment)).key(&admin.key).send().await;
        assert_eq!(ask(before).await.status, 404, "{path}");
        let earlier = app.clock().time() - Duration::microseconds(1);
        assert_eq!(ask(earlier).await.status, 404, "{path}");
        assert_eq!(ask(app.clock().time()).await.status, 200, "{path}");
    }
    for path in ["users", "stations", "assignments"] {
        let target = format!("/api/v1/{path}?{}", written(before - Duration::days(9)));
        let page = app.raw("GET", &target).key(&admin.key).send().await.json();
        assert_eq!(page["totalElements"], 0, "{path}: {page}");
    }
}

pub async fn an_invalid_moment_is_refused(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.user("ada").await.id;
    let next = app.clock().time() + Duration::microseconds(1);
    let refused = problem(admin.get_user(ada, &at(next)).await);
    assert_eq!(refused.code, ProblemCode::ValidationError);
    let fault = &refused.errors.unwrap()[0];
    assert_eq!(
        (fault.parameter.as_deref(), fault.code.as_str()),
        (Some("asOf"), "PAST")
    );
    for path in [
        "users".to_owned(),
        "stations".to_owned(),
        "assignments".to_owned(),
        format!("users/{ada}"),
        format!("users/{ada}/assignments"),
    ] {
        for (query, faults) in [
            ("asOf=yesterday", "FORMAT"),
            ("asOf=2026-03-01", "FORMAT"),
            ("asOf=2026-03-01T09:30:00", "FORMAT"),
            ("asOf=", "FORMAT"),
            ("asOf=2027-01-01T00:00:00Z", "PAST"),
            (
                "asOf=2026-03-01T00:00:00Z&asOf=2026-03-01T00:00:00Z",
                "DUPLICATE_PARAMETER",
            ),
        ] {
            let target = format!("/api/v1/{path}?{query}");
            let reply = app.raw("GET", &target).key(&admin.key).send().await;
            let problem = reply.json();
            assert_eq!(
                (reply.status, &problem["code"]),
                (400, &"VALIDATION_ERROR".into())
            );
            assert_eq!(
                problem["errors"][0]["parameter"], "asOf",
                "{target}: {problem}"
            );
            assert_eq!(problem["errors"][0]["code"], faults, "{target}: {problem}");
        }
    }
    // Another zone, and more digits than the clock resolves.
    let zone = format!("/api/v1/users/{ada}?asOf=2026-03-01T10:30:00.0000009%2B01:00");
    assert_eq!(
        app.raw("GET", &zone).key(&admin.key).send().await.status,
        200
    );
}

/// Inserts rows by SQL, as so many commands would take minutes.
pub async fn a_moment_with_too_many_later_changes_is_refused(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, None).await.id;
    let ada = app.user("ada").await.id;
    seat(app, ada, variant).await;
    let then = mark(app);
    let database = Database::connect(app.database_url()).await.unwrap();
    let id = match database.get_database_backend() {
        DbBackend::Postgres => "gen_random_uuid()",
        DbBackend::Sqlite => "randomblob(16)",
        _ => "UNHEX(REPLACE(UUID(), '-', ''))",
    };
    let rows = format!(
        "INSERT INTO assignments (id, holder_id, holder_kind, realm, product_id, variant_id, \
         organization_id, status, created_at, updated_at, version) \
         WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 101) \
         SELECT {id}, holder_id, holder_kind, realm, product_id, variant_id, organization_id, \
         'REVOKED', created_at, created_at + 60000000, version \
         FROM assignments, n AS tens, n AS ones"
    );
    database.execute_unprepared(&rows).await.unwrap();
    let paths = [
        "assignments".to_owned(),
        format!("users/{ada}/assignments"),
        format!("variants/{variant}/availability"),
    ];
    for path in &paths {
        let ask = async |query: &str| {
            let target = format!("/api/v1/{path}?{query}");
            let reply = app.raw("GET", &target).key(&admin.key).send().await;
            let code = reply.json()["code"].as_str().map(str::to_owned);
            (reply.status, code)
        };
        let too_much = (400, Some("TOO_MUCH_CHANGED".to_owned()));
        assert_eq!(ask(&written(then)).await, too_much, "{path}");
        assert_eq!(ask(&written(app.clock().time())).await.0, 200, "{path}");
    }
    let few = format!("/api/v1/assignments?userId={}&{}", admin.id, written(then));
    assert_eq!(
        app.raw("GET", &few).key(&admin.key).send().await.status,
        200
    );
    let gone = admin.get_variant_availability(app.new_id(), &plain()).await;
    assert_eq!(code(gone), ProblemCode::NotFound);
    database.close().await.unwrap();
}
