//! Bad input at every endpoint: each is answered with a declared problem that names everything that
//! is wrong, and changes nothing.

mod access;
mod batches;
mod bytes;
mod directory;
mod fields;
mod headers;
mod keys;
mod paths;
mod places;
mod pools;
mod queries;
mod row;
mod sign_in;
mod times;
mod values;
mod wire;

use std::collections::BTreeSet;

use crate::{
    given::{plain, product, role, seat, user_key, variant},
    harness::cases,
};
use client::{ListEventsParams, NewApiKey, NewUser, Options};
use row::{Bad, Body};
use testkit::{
    TestApp,
    app::{RawReply, RawRequest},
};

cases![
    fields_of_the_wrong_shape_are_all_named on Sqlite,
    values_out_of_range_are_all_named on Sqlite,
    invalid_times_are_refused on Sqlite,
    bodies_that_are_no_json_are_refused on Sqlite,
    batches_name_the_item_that_is_wrong on Sqlite,
    invalid_logins_and_tokens_are_refused,
    headers_are_checked_too on Sqlite,
    queries_are_checked_too on Sqlite,
    unknown_paths_and_methods_are_refused on Sqlite,
    the_directory_is_checked_too on Sqlite,
    places_and_pools_are_checked_too on Sqlite,
    roles_keys_and_settings_are_checked_too on Sqlite,
    unparsable_requests_are_refused on Sqlite,
    unusual_input_that_the_contract_allows_is_accepted,
];

/// No answer repeats a value that was sent; bad values hold this text where they can.
const SECRET: &str = "hunter2";

async fn fields_of_the_wrong_shape_are_all_named(app: &mut TestApp) {
    refuses_all(app, fields::rows()).await;
}

async fn values_out_of_range_are_all_named(app: &mut TestApp) {
    refuses_all(app, values::rows()).await;
}

async fn invalid_times_are_refused(app: &mut TestApp) {
    refuses_all(app, times::rows()).await;
}

async fn bodies_that_are_no_json_are_refused(app: &mut TestApp) {
    refuses_all(app, bytes::rows()).await;
}

async fn batches_name_the_item_that_is_wrong(app: &mut TestApp) {
    refuses_all(app, batches::rows()).await;
}

async fn invalid_logins_and_tokens_are_refused(app: &mut TestApp) {
    refuses_all(app, sign_in::rows()).await;
}

async fn headers_are_checked_too(app: &mut TestApp) {
    refuses_all(app, headers::rows()).await;
}

async fn queries_are_checked_too(app: &mut TestApp) {
    refuses_all(app, queries::rows()).await;
}

async fn unknown_paths_and_methods_are_refused(app: &mut TestApp) {
    refuses_all(app, paths::rows()).await;
}

async fn the_directory_is_checked_too(app: &mut TestApp) {
    refuses_all(app, directory::rows()).await;
}

async fn places_and_pools_are_checked_too(app: &mut TestApp) {
    let rows = places::rows().into_iter().chain(pools::rows());
    refuses_all(app, rows.collect()).await;
}

async fn roles_keys_and_settings_are_checked_too(app: &mut TestApp) {
    refuses_all(app, access::rows()).await;
}

/// The resources that the rows refer to: ids by the placeholders of the rows.
struct Fixture {
    key: String,
    ids: [(&'static str, String); 9],
}

impl Fixture {
    async fn new(app: &TestApp) -> Self {
        let admin = app.super_admin();
        let (user, variant) = (app.user("ada").await.id, variant(app, Some(5)).await);
        let seat = seat(app, user, variant.id).await.id;
        let unused = product(app, "unused").await.id;
        let organization = app.organization("ours").await.id;
        let station = app.station(organization, "one").await.id;
        let role = role(app, organization, "Present", &["users.read"]).await.id;
        let apikey = user_key(app, user, &NewApiKey::new("present")).await.id;
        let new = NewUser::new("used@example.com", "Used");
        let used = Options::with_key("used");
        admin.create_user(&new, &used).await.unwrap();
        Self {
            key: admin.key.clone(),
            ids: [
                ("$key", admin.key),
                ("$user", user.to_string()),
                ("$variant", variant.id.to_string()),
                ("$seat", seat.to_string()),
                ("$product", unused.to_string()),
                ("$organization", organization.to_string()),
                ("$station", station.to_string()),
                ("$role", role.to_string()),
                ("$apikey", apikey.to_string()),
            ],
        }
    }

    fn filled(&self, text: &str) -> String {
        let fill = |text: String, (name, id): &(&str, String)| text.replace(name, id);
        self.ids.iter().fold(text.to_owned(), fill)
    }

    fn request(&self, app: &TestApp, row: &Bad) -> RawRequest {
        let mut request = app.raw(row.method, &self.filled(&row.target));
        if !row.has_header("Authorization") {
            request = request.key(&self.key);
        }
        let filled = |bytes: &[u8]| match std::str::from_utf8(bytes) {
            Ok(text) => self.filled(text).into_bytes(),
            Err(_) => bytes.to_vec(),
        };
        for (name, value) in &row.headers {
            request = request.header(name, filled(value));
        }
        match &row.body {
            Body::None => request,
            Body::Of(media, bytes) => request.body(media, filled(bytes)),
            Body::Unannounced(bytes) => request.bytes(bytes.clone()),
        }
    }
}

/// Sends every row, and fails at the end with those that were not answered as expected.
async fn refuses_all(app: &TestApp, rows: Vec<Bad>) {
    let fixture = Fixture::new(app).await;
    let before = app.position().await;
    let mut wrong = Vec::new();
    for row in rows {
        let sent = tokio::spawn(fixture.request(app, &row).send());
        match sent.await {
            Ok(reply) => {
                let faults = faults_of(&reply, row.status, row.code, row.faults);
                wrong.extend(
                    faults
                        .into_iter()
                        .map(|fault| format!("{}: {fault}", row.name)),
                );
            }
            Err(fault) => wrong.push(format!("{}: no answer: {fault}", row.name)),
        }
        if app.position().await != before {
            wrong.push(format!("{}: it changed something", row.name));
            break;
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// The differences of an answer from the expected one.
fn faults_of(reply: &RawReply, status: u16, code: &str, due: &[&str]) -> Vec<String> {
    let mut wrong = Vec::new();
    let body = reply.json();
    if reply.status != status || body["code"] != code {
        wrong.push(format!(
            "{}, not {status} {code}: {}",
            reply.status,
            reply.text()
        ));
        return wrong;
    }
    let kind = reply.header("content-type");
    if kind != Some("application/problem+json") {
        wrong.push(format!("the content type is {kind:?}"));
    }
    if reply.text().contains(SECRET) {
        wrong.push(format!("it repeats a value: {}", reply.text()));
    }
    let errors = body["errors"].as_array().into_iter().flatten();
    let found: Vec<String> = errors
        .map(|error| {
            let place = error["pointer"].as_str().or(error["parameter"].as_str());
            let code = error["code"].as_str().unwrap_or("?");
            format!("{} {code}", place.unwrap_or("?"))
        })
        .collect();
    let sorted = |list: &[&str]| {
        list.iter()
            .map(|&one| one.to_owned())
            .collect::<BTreeSet<_>>()
    };
    let distinct: BTreeSet<String> = found.iter().cloned().collect();
    if distinct != sorted(due) || distinct.len() != found.len() {
        wrong.push(format!("it names {found:?}, not {due:?}"));
    }
    wrong
}

async fn unparsable_requests_are_refused(app: &mut TestApp) {
    let key = app.super_admin().key;
    let before = app.position().await;
    let mut wrong = Vec::new();
    for (name, bytes) in wire::rows(&key) {
        let reply = app.send_bytes(&bytes).await;
        let faults = faults_of(&reply, 400, "MALFORMED_REQUEST", &[]);
        wrong.extend(faults.into_iter().map(|fault| format!("{name}: {fault}")));
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    assert_eq!(app.position().await, before);
    let me = app.super_admin();
    assert_eq!(me.get_current_user(&plain()).await.unwrap().status, 200);
}

async fn unusual_input_that_the_contract_allows_is_accepted(app: &mut TestApp) {
    let fixture = Fixture::new(app).await;
    let mut wrong = Vec::new();
    let odd = [
        values::odd(),
        queries::odd(),
        directory::odd(),
        places::odd(),
        pools::odd(),
        access::odd(),
    ];
    for row in odd.into_iter().flatten() {
        let reply = fixture.request(app, &row).send().await;
        if reply.status != row.status {
            let text: String = reply.text().chars().take(500).collect();
            wrong.push(format!("{}: {} {text}", row.name, reply.status));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    // A client can read what was accepted.
    let admin = app.super_admin();
    let all = ListEventsParams {
        limit: Some(1000),
        ..ListEventsParams::default()
    };
    let events = admin.list_events(&all, &plain()).await.unwrap().body;
    assert!(!events.has_more);
}
