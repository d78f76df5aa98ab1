//! Texts in filters and orders: the same answer on every database, now and in the past.

use crate::{
    given::{person, plain, product, role, variant},
    harness::cases,
};
use chrono::{Duration, SecondsFormat};
use client::{
    NewOrganization, NewProduct, NewStation, OperationalStatus, OrganizationUpdate, StationUpdate,
    UserUpdate,
};
use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::Value;
use testkit::TestApp;
use uuid::Uuid;

cases![
    texts_are_found_whatever_their_case,
    a_deleted_user_is_found_by_the_shown_email,
    an_unused_text_finds_nothing,
    texts_are_sorted_by_their_bytes,
];

/// The elements that the list finds by a name.
async fn shown(app: &TestApp, list: &str, name: &str, query: &[(&str, &str)]) -> Vec<String> {
    let query = query.iter().map(|(name, value)| {
        let value = utf8_percent_encode(value, NON_ALPHANUMERIC);
        format!("{name}={value}")
    });
    let target = format!("/api/v1/{list}?{}", query.collect::<Vec<_>>().join("&"));
    let admin = app.super_admin();
    let reply = app.raw("GET", &target).key(&admin.key).send().await;
    assert_eq!(reply.status, 200, "{target}: {}", reply.text());
    let page = reply.json();
    let texts = page["content"].as_array().unwrap().iter();
    let text = |one: &Value| one[name].as_str().unwrap().to_owned();
    texts.map(text).collect()
}

/// Renames every member and station of the organization, so that the former state is read from the
/// log. Returns the moment before.
async fn rename_all(app: &TestApp, organization: Uuid) -> String {
    let admin = app.super_admin();
    let before = app.clock().time();
    app.clock().advance(Duration::minutes(1));
    let members = app.raw(
        "GET",
        &format!("/api/v1/users?organizationId={organization}"),
    );
    let members = members.key(&admin.key).send().await.json();
    for (number, member) in members["content"].as_array().unwrap().iter().enumerate() {
        let update = UserUpdate {
            email: format!("renamed{number}@example.com"),
            display_name: "Renamed".into(),
        };
        let id = member["id"].as_str().unwrap().parse().unwrap();
        admin.update_user(id, &update, &plain()).await.unwrap();
    }
    let stations = app.raw(
        "GET",
        &format!("/api/v1/stations?organizationId={organization}"),
    );
    let stations = stations.key(&admin.key).send().await.json();
    for station in stations["content"].as_array().unwrap() {
        let update = StationUpdate::new("Renamed", OperationalStatus::Available);
        let id = station["id"].as_str().unwrap().parse().unwrap();
        admin.update_station(id, &update, &plain()).await.unwrap();
    }
    before.to_rfc3339_opts(SecondsFormat::Micros, true)
}

async fn texts_are_found_whatever_their_case(app: &mut TestApp) {
    let admin = app.super_admin();
    let new = NewOrganization {
        name: "Özil Ångström".into(),
        slug: "acme".into(),
    };
    let acme = admin
        .create_organization(&new, &plain())
        .await
        .unwrap()
        .body
        .id;
    let member = person("oe");
    let member = admin
        .create_organization_member(acme, &member, &plain())
        .await;
    let member = member.unwrap().body;
    let named = UserUpdate {
        email: "Oe.Zil@Example.com".into(),
        display_name: "Ülkü ÖZİL".into(),
    };
    admin
        .update_user(member.id, &named, &plain())
        .await
        .unwrap();
    let station = NewStation {
        address: Some("Ørestads Boulevard 73".into()),
        ..NewStation::new("CPH", "Ærø", "Europe/Copenhagen", "DK")
    };
    admin
        .create_station(acme, &station, &plain())
        .await
        .unwrap();
    let new = NewProduct::new("mail", "Éclair 100%_Ä");
    admin.create_product(&new, &plain()).await.unwrap();
    role(app, acme, "Prüfer", &["users.read"]).await;
    let found = [
        ("organizations", "slug", "özil", "acme"),
        ("organizations", "slug", "ÅNGSTRÖM", "acme"),
        ("organizations", "slug", "CME", "acme"),
        ("users", "displayName", "ülkü", "Ülkü ÖZİL"),
        ("users", "displayName", "ÖZİ", "Ülkü ÖZİL"),
        ("users", "displayName", "oe.ZIL@example", "Ülkü ÖZİL"),
        ("stations", "code", "æRØ", "CPH"),
        ("stations", "code", "øRESTADS", "CPH"),
        ("stations", "code", "cph", "CPH"),
        ("products", "key", "éCLAIR", "mail"),
        ("products", "key", "100%_ä", "mail"),
        ("products", "key", "AIL", "mail"),
        ("roles", "name", "PRÜF", "Prüfer"),
    ];
    for (list, name, asked, due) in found {
        let found = shown(app, list, name, &[("q", asked)]).await;
        assert_eq!(found, [due], "{list} with {asked}");
    }
    let not_found = [
        ("organizations", "slug", "Ozil"),
        ("products", "key", "100%%Ä"),
        ("products", "key", "100__Ä"),
        ("products", "key", "mail!"),
        ("users", "displayName", "ülk_"),
    ];
    for (list, name, asked) in not_found {
        let found = shown(app, list, name, &[("q", asked)]).await;
        assert!(found.is_empty(), "{list} with {asked}: {found:?}");
    }
    let before = rename_all(app, acme).await;
    let has_a_past = |list: &str| ["users", "stations"].contains(&list);
    for (list, name, asked, due) in found.into_iter().filter(|one| has_a_past(one.0)) {
        let found = shown(app, list, name, &[("q", asked), ("asOf", &before)]).await;
        assert_eq!(found, [due], "{list} of the past with {asked}");
    }
    for (list, name, asked) in not_found.into_iter().filter(|one| has_a_past(one.0)) {
        let found = shown(app, list, name, &[("q", asked), ("asOf", &before)]).await;
        assert!(
            found.is_empty(),
            "{list} of the past with {asked}: {found:?}"
        );
    }
}

async fn a_deleted_user_is_found_by_the_shown_email(app: &mut TestApp) {
    let admin = app.super_admin();
    let (ada, bob) = (app.user("Ada").await, app.user("bob").await);
    for gone in [ada.id, bob.id] {
        app.clock().advance(Duration::seconds(1));
        admin.delete_user(gone, &plain()).await.unwrap();
    }
    app.clock().advance(Duration::seconds(1));
    let again = app.user("bob").await;
    assert_ne!(again.id, bob.id);
    let deleted = ("status", "DELETED");
    for (query, due) in [
        (vec![("email", "ADA@example.com"), deleted], vec![ada.id]),
        (vec![("q", "ada@EXAMPLE"), deleted], vec![ada.id]),
        (
            vec![("q", "example.com"), ("sort", "email,desc"), deleted],
            vec![bob.id, ada.id],
        ),
        (vec![("email", "bob@example.com"), deleted], vec![bob.id]),
        (vec![("email", "bob@example.com")], vec![again.id]),
        (vec![("email", "ada@example.com")], vec![]),
        (vec![("q", "ada@example")], vec![]),
    ] {
        let due: Vec<String> = due.iter().map(ToString::to_string).collect();
        assert_eq!(shown(app, "users", "id", &query).await, due, "{query:?}");
    }
}

async fn an_unused_text_finds_nothing(app: &mut TestApp) {
    let acme = app.organization("acme").await.id;
    app.station(acme, "E1").await;
    product(app, "K").await;
    let nobody = uuid::Uuid::nil().to_string();
    for list in ["products", "users", "stations", "roles"] {
        let found = shown(app, list, "id", &[("organizationId", &nobody)]).await;
        assert!(found.is_empty(), "{list} of no organization: {found:?}");
    }
    for (list, name, field, text) in [
        ("products", "key", "key", "K"),
        ("stations", "code", "code", "E1"),
        ("organizations", "slug", "slug", "acme"),
    ] {
        assert_eq!(shown(app, list, name, &[(field, text)]).await, [text]);
        for other in [
            format!("{text} "),
            format!(" {text}"),
            text.to_lowercase() + "  ",
        ] {
            let found = shown(app, list, name, &[(field, &other)]).await;
            assert!(found.is_empty(), "{list} with {other:?}: {found:?}");
        }
    }
}

async fn texts_are_sorted_by_their_bytes(app: &mut TestApp) {
    let admin = app.super_admin();
    let acme = app.organization("acme").await.id;
    let names = ["äb", "B", "a b", "Z", "ab", "a", "é", "_"];
    for (number, name) in names.into_iter().enumerate() {
        app.clock().advance(Duration::seconds(1));
        let member = person(&format!("m{number}"));
        let member = admin
            .create_organization_member(acme, &member, &plain())
            .await;
        let member = member.unwrap().body;
        let named = UserUpdate {
            email: member.email.clone(),
            display_name: name.into(),
        };
        admin
            .update_user(member.id, &named, &plain())
            .await
            .unwrap();
        let station = NewStation::new(format!("s{number}"), name, "Europe/Paris", "FR");
        admin
            .create_station(acme, &station, &plain())
            .await
            .unwrap();
        let new = NewProduct::new(format!("p{number}"), name);
        admin.create_product(&new, &plain()).await.unwrap();
        let slug = format!("o{number}");
        let other = app.organization(&slug).await.id;
        let update = OrganizationUpdate::new(name);
        admin
            .update_organization(other, &update, &plain())
            .await
            .unwrap();
    }
    variant(app, None).await;
    let mut due = names.map(str::to_owned).to_vec();
    due.sort();
    let of = acme.to_string();
    let lists = [
        (
            "users",
            "displayName",
            vec![("organizationId", of.as_str())],
        ),
        ("stations", "name", vec![]),
        ("products", "name", vec![]),
        ("organizations", "name", vec![]),
    ];
    for (list, field, query) in &lists {
        assert_eq!(
            sorted(app, list, field, query, &due).await,
            [due.clone(), due.clone()],
            "{list}"
        );
    }
    let before = rename_all(app, acme).await;
    for (list, field, query) in &mut lists.into_iter().take(2) {
        let mut query = query.clone();
        query.push(("asOf", &before));
        let found = sorted(app, list, field, &query, &due).await;
        assert_eq!(found, [due.clone(), due.clone()], "{list} of the past");
    }
}

/// The names in the ascending order of a list, and in its descending order reversed.
async fn sorted(
    app: &TestApp,
    list: &str,
    field: &str,
    query: &[(&str, &str)],
    names: &[String],
) -> [Vec<String>; 2] {
    let in_order = async |direction: &str| {
        let sort = format!("{field},{direction}");
        let mut query = query.to_vec();
        query.push(("sort", &sort));
        let mut found = shown(app, list, field, &query).await;
        found.retain(|name| names.contains(name));
        found
    };
    let mut descending = in_order("desc").await;
    descending.reverse();
    [in_order("asc").await, descending]
}
