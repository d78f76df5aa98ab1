//! The ties between users, organizations and stations: which can be created, by whom, and that none
//! ever changes (D1, D2, D3).

use crate::{
    given::{pool, product_of, role, seat, variant, variant_of},
    harness::cases,
    sweep,
};
use contract::{OPERATIONS, Operation, ProblemCode};
use serde_json::{Map, Value, json};
use testkit::{TestApp, app::RawReply};
use uuid::Uuid;

cases![
    every_tie_of_a_new_user_is_checked,
    only_super_admins_make_partners_and_super_admins,
    no_request_changes_a_tie,
    no_update_takes_the_tie_of_another_resource,
];

/// Organizations and stations that a new user could be tied to.
struct Places {
    organizations: Vec<(&'static str, Value)>,
    stations: Vec<(&'static str, Value)>,
}

async fn places(app: &TestApp, ours: Uuid) -> Places {
    let admin = app.super_admin();
    let theirs = app.organization("theirs").await.id;
    let deleted = app.organization("deleted").await.id;
    let none = client::Options::default();
    admin.delete_organization(deleted, &none).await.unwrap();
    let removed = app.station(ours, "removed").await.id;
    admin.delete_station(removed, &none).await.unwrap();
    let at_ours = app.station(ours, "one").await.id;
    let at_theirs = app.station(theirs, "one").await.id;
    Places {
        organizations: vec![
            ("none", Value::Null),
            ("ours", json!(ours)),
            ("theirs", json!(theirs)),
            ("deleted", json!(deleted)),
            ("unknown", json!(app.new_id())),
        ],
        stations: vec![
            ("none", Value::Null),
            ("ours", json!(at_ours)),
            ("theirs", json!(at_theirs)),
            ("removed", json!(removed)),
            ("unknown", json!(app.new_id())),
        ],
    }
}

const MADE: (u16, &str) = (201, "");
const FORBIDDEN: (u16, &str) = (403, "FORBIDDEN");
const HIDDEN: (u16, &str) = (404, "NOT_FOUND");
const TIES: (u16, &str) = (400, "VALIDATION_ERROR");
const DELETED: (u16, &str) = (409, "ORGANIZATION_DELETED");
const REMOVED: (u16, &str) = (409, "STATION_REMOVED");

/// The expected answer for a user in this role with these ties; the removed station is one of ours.
fn due(by_partner: bool, role: &str, organization: &str, station: &str) -> (u16, &'static str) {
    // Users created by a partner belong to its organization by default.
    let organization = match (by_partner, organization) {
        (true, "none") => "ours",
        (_, named) => named,
    };
    if by_partner && organization != "ours" {
        return HIDDEN;
    }
    if by_partner && matches!(role, "SUPER_ADMIN" | "PARTNER") {
        return FORBIDDEN;
    }
    if organization == "unknown" {
        return match ties_fit(role, organization, station) {
            true => HIDDEN,
            false => TIES,
        };
    }
    if !ties_fit(role, organization, station) {
        return TIES;
    }
    let at_home = station == organization || (station == "removed" && organization == "ours");
    match (organization, station) {
        ("deleted", _) => DELETED,
        (_, "none") => MADE,
        _ if !at_home => HIDDEN,
        (_, "removed") => REMOVED,
        _ => MADE,
    }
}

/// D1.
fn ties_fit(role: &str, organization: &str, station: &str) -> bool {
    match role {
        "SUPER_ADMIN" => organization == "none" && station == "none",
        "PARTNER" => organization != "none" && station == "none",
        "OPERATOR" => organization != "none" && station != "none",
        _ => station == "none",
    }
}

async fn every_tie_of_a_new_user_is_checked(app: &mut TestApp) {
    let ours = app.organization("ours").await.id;
    let places = places(app, ours).await;
    let paul = app.partner("paul", ours).await;
    let mut wrong = Vec::new();
    for (by_partner, key) in [(false, app.super_admin().key), (true, paul.key)] {
        for role in ["SUPER_ADMIN", "PARTNER", "OPERATOR", "MEMBER"] {
            for (organization, of) in &places.organizations {
                for (station, at) in &places.stations {
                    let email = format!("{}@example.com", app.new_id().simple());
                    let body = json!({"email": email, "displayName": "A", "role": role,
                        "organizationId": of, "stationId": at});
                    let sent = app.raw("POST", "/api/v1/users").key(&key).json(&body);
                    let reply = sent.send().await;
                    let body = reply.json();
                    let found = (reply.status, body["code"].as_str().unwrap_or(""));
                    let due = due(by_partner, role, organization, station);
                    let who = if by_partner { "partner" } else { "super admin" };
                    if found != due {
                        wrong.push(format!(
                            "{who}: {role} of {organization} at {station}: {found:?}, not {due:?}"
                        ));
                    }
                    if reply.status == 201 {
                        let home = if by_partner { &json!(ours) } else { of };
                        assert_eq!((&body["organizationId"], &body["stationId"]), (home, at));
                        assert_eq!(
                            (&body["role"], &body["status"]),
                            (&json!(role), &json!("PENDING"))
                        );
                    }
                }
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

async fn only_super_admins_make_partners_and_super_admins(app: &mut TestApp) {
    let ours = app.organization("ours").await.id;
    let station = app.station(ours, "one").await.id;
    let before = app.position().await;
    let people = [
        app.partner("paul", ours).await,
        app.operator("olga", ours, station).await,
        app.member_of("mary", ours).await,
        app.member("bob").await,
    ];
    let made = app.position().await;
    assert!(made > before);
    let body = json!({"email": "new@example.com", "displayName": "New"});
    let partners = format!("/api/v1/organizations/{ours}/users/partners");
    for person in &people {
        let sent = app.raw("POST", &partners).key(&person.key).json(&body);
        assert_eq!(sent.send().await.status, 403);
        for role in ["SUPER_ADMIN", "PARTNER"] {
            for of in [Value::Null, json!(ours)] {
                let mut body = body.clone();
                body["role"] = json!(role);
                body["organizationId"] = of;
                let sent = app
                    .raw("POST", "/api/v1/users")
                    .key(&person.key)
                    .json(&body);
                assert_eq!(sent.send().await.status, 403, "{body}");
            }
        }
    }
    for person in &people[1..] {
        for path in ["users/members", "users/operators", "stations"] {
            let target = format!("/api/v1/organizations/{ours}/{path}");
            let operation = contract::operation_for("POST", &target).unwrap();
            let (_, example) = sweep::example(operation).unwrap();
            let sent = app.raw("POST", &target).key(&person.key).json(example);
            assert_eq!(sent.send().await.status, 403, "{target}");
        }
    }
    assert_eq!(app.position().await, made);
}

/// A resource of each kind, by the path of its update.
async fn updated(app: &TestApp) -> Vec<(&'static Operation, String)> {
    let of = app.organization("ours").await.id;
    let station = app.station(of, "one").await.id;
    let mary = app.member_of("mary", of).await.id;
    let product = product_of(app, "own", of).await;
    let own = variant_of(app, product, None).await.id;
    let catalogue = variant(app, None).await.id;
    pool(app, of, catalogue, 1).await;
    let held = seat(app, mary, own).await.id;
    let role = role(app, of, "Reads", &["users.read"]).await.id;
    let new = client::NewWebhook {
        organization_id: Some(of),
        ..client::NewWebhook::new("http://127.0.0.1:9/")
    };
    let webhook = app
        .super_admin()
        .create_webhook(&new, &crate::given::plain())
        .await;
    let webhook = webhook.unwrap().body.id;
    app.stop_sending().await;
    let paths = OPERATIONS
        .iter()
        .filter(|operation| matches!(operation.method, "PUT" | "PATCH"))
        .map(|operation| {
            let id = match operation.path {
                path if path.ends_with("/me") => mary,
                path if path.starts_with("/api/v1/users") => mary,
                path if path.starts_with("/api/v1/organizations") => of,
                path if path.starts_with("/api/v1/stations") => station,
                path if path.starts_with("/api/v1/products") => product,
                path if path.starts_with("/api/v1/variants") => own,
                path if path.starts_with("/api/v1/assignments") => held,
                path if path.starts_with("/api/v1/roles") => role,
                path if path.starts_with("/api/v1/webhooks") => webhook,
                path => panic!("say here what is updated at {path}"),
            };
            let path = operation.path.replace("{id}", &id.to_string());
            (
                operation,
                path.replace("{variantId}", &catalogue.to_string()),
            )
        });
    paths.collect()
}

/// The example of the operation with more fields.
fn with(operation: &Operation, fields: &Map<String, Value>) -> Value {
    let (_, example) = sweep::example(operation).unwrap();
    let mut body = example.clone();
    body.as_object_mut().unwrap().extend(fields.clone());
    body
}

async fn put(app: &TestApp, operation: &Operation, path: &str, body: &Value) -> RawReply {
    let request = app.raw(operation.method, path).key(&app.super_admin().key);
    let media = operation.body.unwrap();
    request.body(media, body.to_string()).send().await
}

async fn no_request_changes_a_tie(app: &mut TestApp) {
    let resources = updated(app).await;
    let before = app.tables().await;
    let immutable = ProblemCode::ImmutableRelationship;
    let mut seen = 0;
    for (operation, path) in &resources {
        let ties = operation.immutable;
        assert_eq!(ties.is_empty(), !operation.problems.contains(&immutable));
        let read = app.raw("GET", path).key(&app.super_admin().key);
        let present = read.send().await.json();
        for tie in ties {
            // Not even the present value may be sent.
            let values = [
                present[tie].clone(),
                Value::Null,
                json!(app.new_id()),
                json!(7),
            ];
            for value in values {
                let fields = Map::from_iter([((*tie).to_owned(), value)]);
                let reply = put(app, operation, path, &with(operation, &fields)).await;
                assert_eq!(
                    reply.status,
                    409,
                    "{operation:?} {fields:?} {}",
                    reply.text()
                );
                let problem = reply.json();
                assert_eq!(problem["code"], immutable.as_str());
                assert_eq!(problem["errors"][0]["pointer"], format!("/{tie}"));
                seen += 1;
            }
        }
        let all = ties
            .iter()
            .map(|tie| ((*tie).to_owned(), json!(app.new_id())));
        let all = Map::from_iter(all);
        if !all.is_empty() {
            let reply = put(app, operation, path, &with(operation, &all)).await;
            let errors = reply.json()["errors"].as_array().unwrap().len();
            assert_eq!((reply.status, errors), (409, ties.len()), "{operation:?}");
        }
    }
    assert!(seen > 40, "{seen}");
    assert_eq!(before.changes(&app.tables().await), [""; 0]);
}

/// Sends every field that is a tie of any resource with every update.
async fn no_update_takes_the_tie_of_another_resource(app: &mut TestApp) {
    let resources = updated(app).await;
    let before = app.tables().await;
    let all = OPERATIONS.iter().flat_map(|operation| operation.immutable);
    let mut ties: Vec<&str> = all.copied().chain(["id", "status", "version"]).collect();
    ties.sort_unstable();
    ties.dedup();
    for (operation, path) in &resources {
        let schema = sweep::body_schema(operation);
        for tie in ties
            .iter()
            .filter(|tie| schema["properties"].get(**tie).is_none())
        {
            let fields = Map::from_iter([((*tie).to_owned(), json!(app.new_id()))]);
            let reply = put(app, operation, path, &with(operation, &fields)).await;
            let due = match operation.immutable.contains(tie) {
                true => 409,
                false => 400,
            };
            assert_eq!(reply.status, due, "{operation:?} {tie} {}", reply.text());
        }
    }
    assert_eq!(before.changes(&app.tables().await), [""; 0]);
}
