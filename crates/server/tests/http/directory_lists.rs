//! Lists of organizations and stations: filters and orders.

use crate::{
    given::{listed, plain, walk},
    harness::cases,
};
use client::{NewOrganization, NewStation, OperationalStatus, OrganizationUpdate, Station};
use testkit::TestApp;
use uuid::Uuid;

cases![
    organizations_are_filtered,
    organizations_are_sorted_and_paged,
    stations_are_filtered,
    stations_are_sorted_and_paged,
];

async fn organization(app: &TestApp, slug: &str, name: &str) -> Uuid {
    let new = NewOrganization {
        name: name.to_owned(),
        slug: slug.to_owned(),
    };
    let made = app.super_admin().create_organization(&new, &plain()).await;
    made.unwrap().body.id
}

async fn made(app: &TestApp, organization: Uuid, new: &NewStation) -> Station {
    let admin = app.super_admin();
    let made = admin.create_station(organization, new, &plain()).await;
    made.unwrap().body
}

fn full() -> NewStation {
    NewStation {
        address: Some("Gustav Mahlerlaan 10".into()),
        operational_status: Some(OperationalStatus::Planned),
        ..NewStation::new("ams-zuid-01", "Amsterdam Zuid", "Europe/Amsterdam", "NL")
    }
}

async fn organizations_are_filtered(app: &mut TestApp) {
    let admin = app.super_admin();
    for slug in ["acme-100", "beta", "gone"] {
        app.organization(slug).await;
    }
    let named = OrganizationUpdate::new("50% Off_Ltd");
    let beta = found(app, "slug=beta").await[0];
    admin
        .update_organization(beta, &named, &plain())
        .await
        .unwrap();
    admin.suspend_organization(beta, &plain()).await.unwrap();
    let gone = found(app, "slug=gone").await[0];
    admin.delete_organization(gone, &plain()).await.unwrap();
    let acme = found(app, "slug=acme-100").await[0];
    for (query, due) in [
        ("", vec![acme, beta]),
        ("slug=beta", vec![beta]),
        ("slug=bet", vec![]),
        ("slug=gone", vec![]),
        ("slug=gone&status=DELETED", vec![gone]),
        ("status=ACTIVE", vec![acme]),
        ("status=SUSPENDED", vec![beta]),
        ("status=DELETED", vec![gone]),
        ("q=ACME", vec![acme]),
        ("q=off_l", vec![beta]),
        ("q=%25", vec![beta]),
        ("q=_", vec![beta]),
        ("q=bet", vec![beta]),
        ("q=gone", vec![]),
    ] {
        assert_eq!(found(app, query).await, due, "{query}");
    }
}

/// The ids on a page of organizations; the total has to agree.
async fn found(app: &TestApp, query: &str) -> Vec<Uuid> {
    listed(app, &app.super_admin().key, "organizations", query).await
}

async fn organizations_are_sorted_and_paged(app: &mut TestApp) {
    let mut made = Vec::new();
    for (slug, name) in [("b", "Zoe"), ("c", "Abe"), ("a", "Zoe")] {
        app.clock().advance(chrono::Duration::seconds(1));
        made.push(organization(app, slug, name).await);
    }
    let [b, c, a] = made[..] else { unreachable!() };
    for (query, due) in [
        ("", vec![b, c, a]),
        ("sort=createdAt", vec![b, c, a]),
        ("sort=createdAt,desc", vec![a, c, b]),
        ("sort=slug", vec![a, b, c]),
        ("sort=slug,desc", vec![c, b, a]),
        ("sort=name,asc&sort=slug,desc", vec![c, b, a]),
        ("sort=name,desc&sort=slug,asc", vec![a, b, c]),
    ] {
        assert_eq!(found(app, query).await, due, "{query}");
    }
    walk(app, "organizations", "sort=slug", &[a, b, c]).await;
}

/// Three stations in two organizations; the third one is removed.
async fn three(app: &TestApp) -> ([Uuid; 2], [Uuid; 3]) {
    let ours = app.organization("ours").await.id;
    let theirs = app.organization("theirs").await.id;
    let mut ids = Vec::new();
    for (of, new) in [
        (ours, full()),
        (theirs, NewStation::new("c", "Ä%_Str", "UTC", "DE")),
        (ours, NewStation::new("b", "Gone", "UTC", "NL")),
    ] {
        app.clock().advance(chrono::Duration::seconds(1));
        ids.push(made(app, of, &new).await.id);
    }
    let admin = app.super_admin();
    admin.delete_station(ids[2], &plain()).await.unwrap();
    ([ours, theirs], [ids[0], ids[1], ids[2]])
}

async fn stations_are_filtered(app: &mut TestApp) {
    let ([ours, theirs], [first, second, gone]) = three(app).await;
    let key = app.super_admin().key;
    for (query, due) in [
        (String::new(), vec![first, second]),
        (format!("organizationId={ours}"), vec![first]),
        (format!("organizationId={theirs}"), vec![second]),
        (format!("organizationId={first}"), vec![]),
        ("code=c".into(), vec![second]),
        ("code=C".into(), vec![]),
        ("operationalStatus=PLANNED".into(), vec![first]),
        ("operationalStatus=AVAILABLE".into(), vec![second]),
        ("operationalStatus=REMOVED".into(), vec![gone]),
        ("country=NL".into(), vec![first]),
        ("country=NL&operationalStatus=REMOVED".into(), vec![gone]),
        ("country=FR".into(), vec![]),
        ("q=AMS-ZUID".into(), vec![first]),
        ("q=mahler".into(), vec![first]),
        ("q=%25_s".into(), vec![second]),
        ("q=%25".into(), vec![second]),
        ("q=gone".into(), vec![]),
    ] {
        assert_eq!(listed(app, &key, "stations", &query).await, due, "{query}");
    }
    let path = format!("organizations/{ours}/stations");
    for (query, due) in [
        ("", vec![first]),
        ("operationalStatus=REMOVED", vec![gone]),
        ("operationalStatus=AVAILABLE", vec![]),
        ("q=zuid", vec![first]),
        ("q=str", vec![]),
    ] {
        assert_eq!(listed(app, &key, &path, query).await, due, "{query}");
    }
}

async fn stations_are_sorted_and_paged(app: &mut TestApp) {
    let of = app.organization("ours").await.id;
    let mut ids = Vec::new();
    for (code, name) in [("b", "Zoe"), ("c", "Abe"), ("a", "Zoe")] {
        app.clock().advance(chrono::Duration::seconds(1));
        let new = NewStation::new(code, name, "UTC", "DE");
        ids.push(made(app, of, &new).await.id);
    }
    let [b, c, a] = ids[..] else { unreachable!() };
    let key = app.super_admin().key;
    for path in [
        "stations".to_owned(),
        format!("organizations/{of}/stations"),
    ] {
        for (query, due) in [
            ("sort=createdAt,desc", [a, c, b]),
            ("sort=code", [a, b, c]),
            ("sort=code,desc", [c, b, a]),
            ("sort=name,asc&sort=code,desc", [c, b, a]),
            ("sort=name,desc&sort=code", [a, b, c]),
        ] {
            assert_eq!(listed(app, &key, &path, query).await, due, "{query}");
        }
        walk(app, &path, "sort=code,desc", &[c, b, a]).await;
    }
}
