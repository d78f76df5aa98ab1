//! Stations: their lifecycle, and who may read and change what.

use crate::{
    given::{code, listed, plain, problem, seat, variant},
    harness::cases,
};
use client::{
    AssignmentStatus, Coordinates, NewOperator, NewProductVariant, NewStation, OperationalStatus,
    ProblemCode, ProductVariantUpdate, Station, StationUpdate, UserStatus,
};
use serde_json::json;
use testkit::TestApp;
use uuid::Uuid;

cases![
    a_station_is_made_changed_and_removed,
    a_change_clears_or_keeps_omitted_fields,
    coordinates_are_returned_unchanged,
    attributes_have_a_maximum_size,
    a_station_code_is_never_reused,
    a_removed_station_accepts_no_change,
    removing_a_station_frees_its_seats,
    an_operator_changes_only_its_own_station,
    partners_manage_the_stations_of_their_organization,
];

fn full() -> NewStation {
    NewStation {
        address: Some("Gustav Mahlerlaan 10".into()),
        coordinates: Some(point(52.338_9, 4.873)),
        operational_status: Some(OperationalStatus::Planned),
        attributes: json!({"powerKw": 150}).as_object().cloned(),
        ..NewStation::new("ams-zuid-01", "Amsterdam Zuid", "Europe/Amsterdam", "NL")
    }
}

const fn point(latitude: f64, longitude: f64) -> Coordinates {
    Coordinates {
        latitude,
        longitude,
    }
}

fn open(name: &str) -> StationUpdate {
    StationUpdate::new(name, OperationalStatus::Available)
}

async fn made(app: &TestApp, organization: Uuid, new: &NewStation) -> Station {
    let admin = app.super_admin();
    let made = admin.create_station(organization, new, &plain()).await;
    made.unwrap().body
}

async fn a_station_is_made_changed_and_removed(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let reply = admin.create_station(of, &full(), &plain()).await.unwrap();
    let station = reply.body;
    assert_eq!(reply.status, 201);
    let location = format!("/api/v1/stations/{}", station.id);
    assert_eq!(reply.location, Some(location));
    assert_eq!(reply.etag.as_deref(), Some("\"1\""));
    let due = Station {
        id: station.id,
        organization_id: of,
        code: "ams-zuid-01".into(),
        name: "Amsterdam Zuid".into(),
        address: Some("Gustav Mahlerlaan 10".into()),
        coordinates: Some(point(52.338_9, 4.873)),
        time_zone: "Europe/Amsterdam".into(),
        country: "NL".into(),
        operational_status: OperationalStatus::Planned,
        attributes: full().attributes.unwrap(),
        created_at: app.clock().time(),
        updated_at: app.clock().time(),
        version: 1,
    };
    assert_eq!(station, due);
    let read = admin.get_station(station.id, &plain()).await.unwrap();
    assert_eq!(read.body, Some(due));

    let update = StationUpdate {
        country: Some("DE".into()),
        time_zone: Some("Europe/Berlin".into()),
        ..open("Berlin")
    };
    for _ in 0..2 {
        let changed = admin.update_station(station.id, &update, &plain()).await;
        let changed = changed.unwrap();
        let shown = (changed.body.country.as_str(), changed.body.version);
        assert_eq!(shown, ("DE", 2), "the second time changes nothing");
        assert_eq!(changed.etag.as_deref(), Some("\"2\""));
        assert_eq!(changed.body.time_zone, "Europe/Berlin");
    }
    for _ in 0..2 {
        let gone = admin.delete_station(station.id, &plain()).await.unwrap();
        assert_eq!(gone.status, 204);
    }
    let read = admin.get_station(station.id, &plain()).await.unwrap();
    let gone = read.body.unwrap();
    let shown = (gone.operational_status, gone.version);
    assert_eq!(shown, (OperationalStatus::Removed, 3));
}

async fn a_change_clears_or_keeps_omitted_fields(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let station = made(app, of, &full()).await;
    let bare = admin
        .update_station(station.id, &open("Bare"), &plain())
        .await;
    let bare = bare.unwrap().body;
    assert_eq!((bare.address, bare.attributes.len()), (None, 0), "cleared");
    let kept = (bare.coordinates, bare.time_zone, bare.country);
    let before = (station.coordinates, station.time_zone, station.country);
    assert_eq!(kept, before);
    let default = made(app, of, &NewStation::new("b", "B", "Asia/Tokyo", "JP")).await;
    assert_eq!(default.operational_status, OperationalStatus::Available);
    assert_eq!((default.coordinates, default.address), (None, None));
}

async fn coordinates_are_returned_unchanged(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    for (number, at) in [
        point(90.0, 180.0),
        point(-90.0, -180.0),
        point(0.0, 0.0),
        point(52.520_008, -13.404_954),
    ]
    .into_iter()
    .enumerate()
    {
        let new = NewStation {
            coordinates: Some(at.clone()),
            ..NewStation::new(format!("s{number}"), "S", "UTC", "DE")
        };
        let station = made(app, of, &new).await;
        assert_eq!(station.coordinates, Some(at.clone()));
        let read = admin.get_station(station.id, &plain()).await.unwrap();
        assert_eq!(read.body.unwrap().coordinates, Some(at));
    }
}

async fn attributes_have_a_maximum_size(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let with = |bytes: usize| json!({"a": "x".repeat(bytes - 8)}).as_object().cloned();
    let new = |bytes: usize, code: &str| NewStation {
        attributes: with(bytes),
        ..NewStation::new(code, "Large", "UTC", "DE")
    };
    let station = made(app, of, &new(16 * 1024, "largest")).await;
    let refused = admin
        .create_station(of, &new(16 * 1024 + 1, "larger"), &plain())
        .await;
    too_large(problem(refused));
    let update = StationUpdate {
        attributes: with(16 * 1024 + 1),
        ..open("Larger")
    };
    too_large(problem(
        admin.update_station(station.id, &update, &plain()).await,
    ));

    let product = variant(app, None).await.product_id;
    let new = |bytes: usize, key: &str| NewProductVariant {
        attributes: with(bytes),
        ..NewProductVariant::new(key, "Large")
    };
    let (largest, larger) = (new(16 * 1024, "largest"), new(16 * 1024 + 1, "larger"));
    let free = plain();
    let made = admin.create_product_variant(product, &largest, &free).await;
    let variant = made.unwrap().body;
    let refused = admin.create_product_variant(product, &larger, &free).await;
    too_large(problem(refused));
    let update = ProductVariantUpdate {
        attributes: with(16 * 1024 + 1),
        ..ProductVariantUpdate::new("Larger", None)
    };
    too_large(problem(
        admin.update_variant(variant.id, &update, &free).await,
    ));
}

fn too_large(problem: client::Problem) {
    assert_eq!(problem.code, ProblemCode::ValidationError);
    let errors = problem.errors.unwrap_or_default();
    let faults = errors
        .iter()
        .map(|error| (error.pointer.as_deref(), error.code.as_str()));
    assert_eq!(Vec::from_iter(faults), [(Some("/attributes"), "MAX_BYTES")]);
}

async fn a_station_code_is_never_reused(app: &mut TestApp) {
    let admin = app.super_admin();
    let ours = app.organization("ours").await.id;
    let theirs = app.organization("theirs").await.id;
    let station = app.station(ours, "one").await;
    let twin = NewStation::new("one", "Twin", "UTC", "DE");
    for _ in 0..2 {
        let refused = admin.create_station(ours, &twin, &plain()).await;
        assert_eq!(code(refused), ProblemCode::DuplicateKey);
        // The second time, the code belongs to a removed station.
        admin.delete_station(station.id, &plain()).await.unwrap();
    }
    let elsewhere = admin.create_station(theirs, &twin, &plain()).await;
    assert_eq!(elsewhere.unwrap().status, 201, "unique in the organization");
    let other = NewStation::new("ONE", "Other", "UTC", "DE");
    let other = admin.create_station(ours, &other, &plain()).await;
    assert_eq!(other.unwrap().body.code, "ONE", "case counts");
}

async fn a_removed_station_accepts_no_change(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let station = app.station(of, "one").await.id;
    let catalogue = variant(app, None).await.id;
    admin.delete_station(station, &plain()).await.unwrap();
    let before = app.tables().await;
    let removed = ProblemCode::StationRemoved;
    assert_eq!(
        code(admin.update_station(station, &open("Back"), &plain()).await),
        removed
    );
    let new = testkit::station_seat(station, catalogue);
    assert_eq!(code(admin.create_assignment(&new, &plain()).await), removed);
    let operator = NewOperator {
        email: "olga@example.com".into(),
        display_name: "Olga".into(),
        station_id: station,
    };
    let made = admin
        .create_organization_operator(of, &operator, &plain())
        .await;
    assert_eq!(code(made), removed);
    assert_eq!(before.changes(&app.tables().await), [""; 0]);
    // REMOVED is set by removing only, as that frees seats.
    let other = app.station(of, "two").await.id;
    let update = StationUpdate::new("Two", OperationalStatus::Removed);
    let refused = problem(admin.update_station(other, &update, &plain()).await);
    assert_eq!(refused.code, ProblemCode::ValidationError);
    let errors = refused.errors.unwrap();
    assert_eq!(errors[0].pointer.as_deref(), Some("/operationalStatus"));
    let born = NewStation {
        operational_status: Some(OperationalStatus::Removed),
        ..NewStation::new("three", "Three", "UTC", "DE")
    };
    let refused = admin.create_station(of, &born, &plain()).await;
    assert_eq!(code(refused), ProblemCode::ValidationError);
}

async fn removing_a_station_frees_its_seats(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let (gone, stays) = (app.station(of, "one").await, app.station(of, "two").await);
    let olga = app.operator("olga", of, gone.id).await;
    let scarce = variant(app, Some(2)).await.id;
    let mut seats = Vec::new();
    for station in [gone.id, stays.id] {
        let new = testkit::station_seat(station, scarce);
        let made = admin.create_assignment(&new, &plain()).await.unwrap();
        seats.push(made.body);
    }
    admin.delete_station(gone.id, &plain()).await.unwrap();
    for (seat, due) in seats
        .iter()
        .zip([AssignmentStatus::Revoked, AssignmentStatus::Active])
    {
        let read = admin.get_assignment(seat.id, &plain()).await.unwrap();
        assert_eq!(read.body.unwrap().status, due);
    }
    seat(app, app.user("ada").await.id, scarce).await;
    let people = admin.get_user(olga.id, &plain()).await.unwrap();
    let olga = people.body.unwrap();
    assert_eq!(
        (olga.status, olga.station_id),
        (UserStatus::Active, Some(gone.id))
    );
}

async fn an_operator_changes_only_its_own_station(app: &mut TestApp) {
    let of = app.organization("ours").await.id;
    let own = made(app, of, &full()).await;
    let other = app.station(of, "two").await;
    let foreign = app.organization("theirs").await.id;
    let foreign = app.station(foreign, "one").await;
    let olga = app.operator("olga", of, own.id).await;
    assert_eq!(listed(app, &olga.key, "stations", "").await, [own.id]);
    let update = StationUpdate {
        address: Some("Round the corner".into()),
        attributes: json!({"powerKw": 300}).as_object().cloned(),
        ..StationUpdate::new("Renamed", OperationalStatus::OutOfService)
    };
    let changed = olga.update_station(own.id, &update, &plain()).await;
    let changed = changed.unwrap().body;
    assert_eq!(changed.operational_status, OperationalStatus::OutOfService);
    assert_eq!(changed.name, "Renamed");
    assert_eq!(changed.attributes["powerKw"], 300);
    // Unchanged fields may be sent along.
    let same = StationUpdate {
        country: Some("NL".into()),
        time_zone: Some("Europe/Amsterdam".into()),
        coordinates: own.coordinates,
        ..update.clone()
    };
    let same = olga.update_station(own.id, &same, &plain()).await;
    assert_eq!(same.unwrap().body.version, changed.version);
    let before = app.tables().await;
    let (country, zone) = (Some("DE".to_owned()), Some("UTC".to_owned()));
    let elsewhere = Some(point(0.0, 0.0));
    for moved in [
        StationUpdate {
            country,
            ..update.clone()
        },
        StationUpdate {
            time_zone: zone,
            ..update.clone()
        },
        StationUpdate {
            coordinates: elsewhere,
            ..update.clone()
        },
    ] {
        let refused = olga.update_station(own.id, &moved, &plain()).await;
        assert_eq!(code(refused), ProblemCode::Forbidden, "{moved:?}");
    }
    for hidden in [other.id, foreign.id] {
        let read = olga.get_station(hidden, &plain()).await;
        assert_eq!(code(read), ProblemCode::NotFound);
        let changed = olga.update_station(hidden, &update, &plain()).await;
        assert_eq!(code(changed), ProblemCode::NotFound);
    }
    let removed = olga.delete_station(own.id, &plain()).await;
    assert_eq!(code(removed), ProblemCode::Forbidden);
    let new = NewStation::new("new", "New", "UTC", "DE");
    let made = olga.create_station(of, &new, &plain()).await;
    assert_eq!(code(made), ProblemCode::Forbidden);
    assert_eq!(before.changes(&app.tables().await), [""; 0]);
}

async fn partners_manage_the_stations_of_their_organization(app: &mut TestApp) {
    let (ours, theirs) = (
        app.organization("ours").await.id,
        app.organization("theirs").await.id,
    );
    let paul = app.partner("paul", ours).await;
    let foreign = app.station(theirs, "one").await;
    let new = NewStation::new("one", "One", "UTC", "DE");
    let own = paul.create_station(ours, &new, &plain()).await.unwrap();
    let own = own.body.id;
    assert_eq!(listed(app, &paul.key, "stations", "").await, [own]);
    let path = format!("organizations/{ours}/stations");
    assert_eq!(listed(app, &paul.key, &path, "").await, [own]);
    let filter = format!("organizationId={theirs}");
    let foreign_ones = listed(app, &paul.key, "stations", &filter).await;
    assert_eq!(foreign_ones.len(), 0);
    let moved = StationUpdate {
        coordinates: Some(point(1.0, 2.0)),
        ..open("Moved")
    };
    let changed = paul.update_station(own, &moved, &plain()).await.unwrap();
    assert_eq!(changed.body.coordinates, moved.coordinates);
    let before = app.tables().await;
    let hidden = ProblemCode::NotFound;
    let made = paul.create_station(theirs, &new, &plain()).await;
    assert_eq!(code(made), hidden);
    let changed = paul.update_station(foreign.id, &moved, &plain()).await;
    assert_eq!(code(changed), hidden);
    let removed = paul.delete_station(foreign.id, &plain()).await;
    assert_eq!(code(removed), hidden);
    assert_eq!(before.changes(&app.tables().await), [""; 0]);
    let gone = paul.delete_station(own, &plain()).await.unwrap();
    assert_eq!(gone.status, 204);
    for caller in [app.member_of("mary", ours).await, app.member("bob").await] {
        let read = caller.get_station(own, &plain()).await;
        assert_eq!(code(read), ProblemCode::Forbidden);
    }
}
