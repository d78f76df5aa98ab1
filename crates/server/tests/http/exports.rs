//! Exports of the event log.

use crate::{
    given::{code, plain, variant},
    harness::cases,
};
use client::{
    AssignmentBatch, BatchMode, Event, ExportEventsAsCsvParams, ExportEventsAsNdjsonParams,
    ListEventsParams, NewProduct, ProblemCode,
};
use csv::ReaderBuilder;
use serde_json::Value;
use testkit::{TestApp, app::Actor};

cases![
    an_export_is_the_whole_feed,
    an_export_is_filtered_and_goes_on,
    an_export_shows_what_the_caller_may_see,
    no_cell_is_a_formula,
    exports_are_of_their_own_media_type on Sqlite,
];

async fn feed(caller: &Actor) -> Vec<Event> {
    let params = |after| ListEventsParams {
        after,
        limit: Some(1000),
        ..ListEventsParams::default()
    };
    let (mut all, mut after) = (Vec::new(), None);
    loop {
        let part = caller
            .list_events(&params(after), &plain())
            .await
            .unwrap()
            .body;
        all.extend(part.content);
        if !part.has_more {
            return all;
        }
        after = Some(part.next);
    }
}

async fn ndjson(caller: &Actor, params: &ExportEventsAsNdjsonParams) -> Vec<Event> {
    let export = caller
        .export_events_as_ndjson(params, &plain())
        .await
        .unwrap();
    assert_eq!(export.headers["content-type"], "application/x-ndjson");
    let text = export.body.text().await.unwrap();
    assert!(text.is_empty() || text.ends_with('\n'));
    let lines = text.lines().map(serde_json::from_str);
    lines.collect::<Result<_, _>>().unwrap()
}

/// The rows, each as a map by column name.
async fn csv(caller: &Actor, params: &ExportEventsAsCsvParams) -> Vec<Value> {
    let export = caller.export_events_as_csv(params, &plain()).await.unwrap();
    assert_eq!(export.headers["content-type"], "text/csv");
    let text = export.body.text().await.unwrap();
    let mut reader = ReaderBuilder::new().from_reader(text.as_bytes());
    let rows = reader.deserialize::<std::collections::BTreeMap<String, String>>();
    rows.map(|row| serde_json::to_value(row.unwrap()).unwrap())
        .collect()
}

/// More events than one read returns.
async fn many(app: &TestApp) {
    let variant = variant(app, None).await.id;
    let mut items = Vec::new();
    for number in 0..3 {
        let user = app.user(&format!("u{number}")).await.id;
        items.push(testkit::seat(user, variant));
    }
    let admin = app.super_admin();
    for _ in 0..200 {
        let batch = AssignmentBatch {
            mode: BatchMode::Atomic,
            items: items.clone(),
        };
        let made = admin
            .create_assignment_batch(&batch, &plain())
            .await
            .unwrap()
            .body;
        for item in made.results {
            let held = item.assignment.unwrap().id;
            admin.revoke_assignment(held, &plain()).await.unwrap();
        }
    }
}

async fn an_export_is_the_whole_feed(app: &mut TestApp) {
    many(app).await;
    let admin = app.super_admin();
    let all = feed(&admin).await;
    assert!(all.len() > 1000);
    assert_eq!(
        ndjson(&admin, &ExportEventsAsNdjsonParams::default()).await,
        all
    );
    let rows = csv(&admin, &ExportEventsAsCsvParams::default()).await;
    assert_eq!(rows.len(), all.len());
    for (row, event) in rows.iter().zip(&all) {
        let text = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
        for (column, due) in [
            ("id", event.id.to_string()),
            ("position", event.position.to_string()),
            ("type", event.r#type.clone()),
            ("resourceId", event.resource.id.to_string()),
            ("resourceVersion", event.resource.version.to_string()),
            ("actorKind", event.actor.kind.as_str().to_owned()),
            ("actorId", text(event.actor.id)),
            ("organizationId", text(event.organization_id)),
            ("requestId", event.request_id.clone().unwrap_or_default()),
            ("hash", event.hash.clone()),
        ] {
            assert_eq!(row[column], due.as_str(), "{column} of {event:?}");
        }
        let data: Value = serde_json::from_str(row["data"].as_str().unwrap()).unwrap();
        assert_eq!(data, Value::from(event.data.clone()));
        let at: chrono::DateTime<chrono::Utc> =
            row["occurredAt"].as_str().unwrap().parse().unwrap();
        assert_eq!(at, event.occurred_at);
    }
}

async fn an_export_is_filtered_and_goes_on(app: &mut TestApp) {
    let admin = app.super_admin();
    for name in ["a", "b", "c"] {
        app.user(name).await;
    }
    let all = feed(&admin).await;
    let made = ExportEventsAsNdjsonParams {
        types: vec!["user.created".to_owned()],
        ..ExportEventsAsNdjsonParams::default()
    };
    let users = ndjson(&admin, &made).await;
    let due: Vec<_> = all
        .iter()
        .filter(|event| event.r#type == "user.created")
        .cloned()
        .collect();
    assert_eq!(users, due);
    let cursor = format!("{}-{}", all[1].position, &all[1].hash[..16]);
    let after = ExportEventsAsNdjsonParams {
        after: Some(cursor),
        ..ExportEventsAsNdjsonParams::default()
    };
    assert_eq!(ndjson(&admin, &after).await, all[2..]);
    let nothing = ExportEventsAsCsvParams {
        types: vec!["user.flown".to_owned()],
        ..ExportEventsAsCsvParams::default()
    };
    assert_eq!(csv(&admin, &nothing).await, [Value::Null; 0]);
    let text = admin
        .export_events_as_csv(&nothing, &plain())
        .await
        .unwrap()
        .body;
    let text = text.text().await.unwrap();
    assert!(
        text.starts_with("id,position,type,") && text.ends_with(",hash\r\n"),
        "{text}"
    );
    let strange = ExportEventsAsCsvParams {
        after: Some(format!("1-{}", "0".repeat(16))),
        ..ExportEventsAsCsvParams::default()
    };
    let refused = admin.export_events_as_csv(&strange, &plain()).await;
    assert_eq!(code(refused), ProblemCode::CursorReset);
    let strange = ExportEventsAsNdjsonParams {
        after: strange.after,
        ..ExportEventsAsNdjsonParams::default()
    };
    let refused = admin.export_events_as_ndjson(&strange, &plain()).await;
    assert_eq!(code(refused), ProblemCode::CursorReset);
}

async fn an_export_shows_what_the_caller_may_see(app: &mut TestApp) {
    let (volt, amp) = (
        app.organization("volt").await.id,
        app.organization("amp").await.id,
    );
    let station = app.station(volt, "one").await.id;
    app.station(volt, "two").await;
    app.station(amp, "three").await;
    let (partner, operator) = (
        app.partner("paul", volt).await,
        app.operator("olga", volt, station).await,
    );
    let all = ExportEventsAsNdjsonParams::default();
    for caller in [&partner, &operator] {
        let seen = ndjson(caller, &all).await;
        assert!(!seen.is_empty());
        assert_eq!(seen, feed(caller).await);
        assert!(seen.iter().all(|event| event.organization_id == Some(volt)));
    }
    let other = ExportEventsAsNdjsonParams {
        organization_id: Some(amp),
        ..all.clone()
    };
    assert_eq!(ndjson(&partner, &other).await, []);
    let member = app.member_of("mary", volt).await;
    let refused = member.export_events_as_ndjson(&all, &plain()).await;
    assert_eq!(code(refused), ProblemCode::Forbidden);
}

async fn no_cell_is_a_formula(app: &mut TestApp) {
    let admin = app.super_admin();
    let new = serde_json::to_value(NewProduct::new("suite", "=1+1, \"two\"")).unwrap();
    for (key, request) in [
        ("a", "=cmd|'/c'!A1"),
        ("b", "@SUM(A1)"),
        ("c", "-1"),
        ("d", "x=1"),
    ] {
        let mut new = new.clone();
        new["key"] = key.into();
        let sent = app
            .raw("POST", "/api/v1/products")
            .key(&admin.key)
            .json(&new);
        assert_eq!(
            sent.header("X-Request-Id", request).send().await.status,
            201
        );
    }
    let products = ExportEventsAsCsvParams {
        resource: Some("product".to_owned()),
        ..ExportEventsAsCsvParams::default()
    };
    let rows = csv(&admin, &products).await;
    let requests: Vec<_> = rows
        .iter()
        .map(|row| row["requestId"].as_str().unwrap())
        .collect();
    assert_eq!(requests, ["'=cmd|'/c'!A1", "'@SUM(A1)", "'-1", "x=1"]);
    for row in &rows {
        assert!(row["data"].as_str().unwrap().starts_with('{'), "{row}");
    }
}

async fn exports_are_of_their_own_media_type(app: &mut TestApp) {
    let admin = app.super_admin();
    for (path, accept, status) in [
        ("csv", "text/csv", 200),
        ("csv", "text/*", 200),
        ("csv", "application/json", 406),
        ("ndjson", "application/x-ndjson", 200),
        ("ndjson", "text/csv", 406),
        ("ndjson", "application/*", 200),
    ] {
        let asked = app
            .raw("GET", &format!("/api/v1/events.{path}"))
            .key(&admin.key);
        let reply = asked.header("Accept", accept).send().await;
        assert_eq!(reply.status, status, "{path} {accept}");
    }
}
