//! Reads of the past.

mod bounds;
mod random;
mod seats;

use crate::{
    given::{code, listed, plain, pool, problem, product_of, seat, variant, variant_of},
    harness::cases,
};
use bounds::{
    a_moment_with_too_many_later_changes_is_refused, a_resource_is_missing_before_its_creation,
    an_invalid_moment_is_refused,
};
use chrono::{DateTime, Duration, SecondsFormat, Utc};
use client::{OperationalStatus, Options, StationUpdate, UserStatus, UserUpdate};
use random::a_read_of_the_past_repeats_the_former_answer;
use seats::{
    a_deleted_variant_exists_in_the_past, availability_of_the_past_is_read_as_it_was,
    pools_of_the_past_are_read_as_they_were, seats_of_the_past_are_read_as_they_were,
    seats_that_were_due_were_free,
};
use testkit::TestApp;
use uuid::Uuid;

cases![
    users_of_the_past_are_read_as_they_were,
    stations_of_the_past_are_read_as_they_were,
    seats_of_the_past_are_read_as_they_were,
    seats_that_were_due_were_free,
    availability_of_the_past_is_read_as_it_was,
    pools_of_the_past_are_read_as_they_were,
    a_deleted_variant_exists_in_the_past,
    the_past_is_visible_with_the_present_rights,
    an_erased_user_is_erased_in_the_past_too,
    an_answer_about_the_past_has_no_etag,
    a_resource_is_missing_before_its_creation,
    an_invalid_moment_is_refused,
    a_read_of_the_past_repeats_the_former_answer,
];

// It writes rows that no log has.
cases![damaging a_moment_with_too_many_later_changes_is_refused];

/// An empty list.
const NOBODY: [Uuid; 0] = [];

/// The present moment; the clock then moves on by a minute, so that later events are after the moment.
fn mark(app: &TestApp) -> DateTime<Utc> {
    let moment = app.clock().time();
    app.clock().advance(Duration::minutes(1));
    moment
}

fn at(moment: DateTime<Utc>) -> Options {
    Options::as_of(moment)
}

/// A moment as a query parameter.
fn written(moment: DateTime<Utc>) -> String {
    let text = moment.to_rfc3339_opts(SecondsFormat::Micros, true);
    format!("asOf={text}")
}

async fn ids(app: &TestApp, path: &str, query: &str, moment: DateTime<Utc>) -> Vec<Uuid> {
    let query = format!("{query}&{}", written(moment));
    listed(app, &app.super_admin().key, path, &query).await
}

async fn users_of_the_past_are_read_as_they_were(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.user("ada").await;
    let made = mark(app);
    let update = UserUpdate {
        email: "lovelace@example.com".to_owned(),
        display_name: "Zoe".to_owned(),
    };
    let renamed = admin.update_user(ada.id, &update, &plain()).await;
    let renamed = renamed.unwrap().body;
    let later = mark(app);
    admin.deactivate_user(ada.id, &plain()).await.unwrap();
    let locked = mark(app);
    admin.delete_user(ada.id, &plain()).await.unwrap();
    let read = async |moment| admin.get_user(ada.id, &at(moment)).await.unwrap().body;
    assert_eq!(read(made).await.unwrap(), ada);
    assert_eq!(read(later).await.unwrap(), renamed);
    assert_eq!(read(locked).await.unwrap().status, UserStatus::Inactive);
    let gone = read(mark(app)).await.unwrap();
    assert_eq!((gone.status, gone.version), (UserStatus::Deleted, 4));
    // An event at the moment itself counts; a microsecond before, it does not.
    let before = later - Duration::microseconds(1);
    let change = renamed.updated_at;
    assert_eq!(read(change).await.unwrap(), renamed);
    assert_eq!(read(change - Duration::microseconds(1)).await.unwrap(), ada);
    assert_eq!(read(before).await.unwrap().version, 1);
    for (query, moment, is_there) in [
        ("q=ada@", made, true),
        ("q=ada@", later, false),
        ("q=lovelace", made, false),
        ("email=Lovelace@example.com", later, true),
        ("status=PENDING", later, true),
        ("status=INACTIVE", later, false),
        ("status=INACTIVE", locked, true),
        ("status=DELETED", locked, false),
        ("status=DELETED", app.clock().time(), true),
        ("role=MEMBER", app.clock().time(), false),
    ] {
        let found = ids(app, "users", query, moment).await;
        assert_eq!(found.contains(&ada.id), is_there, "{query} at {moment}");
    }
    // Sorted by the names of that time.
    let names = "sort=displayName,desc&role=MEMBER";
    let bob = app.user("bob").await;
    let both = app.clock().time();
    assert_eq!(ids(app, "users", names, made).await, [ada.id]);
    assert_eq!(ids(app, "users", names, both).await, [bob.id]);
}

async fn stations_of_the_past_are_read_as_they_were(app: &mut TestApp) {
    let admin = app.super_admin();
    let volt = app.organization("volt").await.id;
    let (east, west) = (app.station(volt, "E1").await, app.station(volt, "W1").await);
    let made = mark(app);
    let update = StationUpdate {
        address: Some("Zuidplein 1".to_owned()),
        ..StationUpdate::new("Aa", OperationalStatus::OutOfService)
    };
    let changed = admin.update_station(west.id, &update, &plain()).await;
    let changed = changed.unwrap().body;
    let later = mark(app);
    admin.delete_station(west.id, &plain()).await.unwrap();
    let read = async |moment| admin.get_station(west.id, &at(moment)).await.unwrap().body;
    assert_eq!(read(made).await.unwrap(), west);
    assert_eq!(read(later).await.unwrap(), changed);
    let now = mark(app);
    assert_eq!(
        read(now).await.unwrap().operational_status,
        OperationalStatus::Removed
    );
    let both = [east.id, west.id];
    for path in [
        "stations".to_owned(),
        format!("organizations/{volt}/stations"),
    ] {
        assert_eq!(ids(app, &path, "sort=name", made).await, both);
        let turned = [west.id, east.id];
        assert_eq!(ids(app, &path, "sort=name", later).await, turned);
        assert_eq!(ids(app, &path, "sort=code", later).await, both);
        assert_eq!(ids(app, &path, "q=zuid", later).await, [west.id]);
        assert_eq!(ids(app, &path, "q=zuid", made).await, NOBODY);
        let broken = "operationalStatus=OUT_OF_SERVICE";
        assert_eq!(ids(app, &path, broken, later).await, [west.id]);
        assert_eq!(ids(app, &path, broken, made).await, NOBODY);
        assert_eq!(ids(app, &path, "", now).await, [east.id]);
    }
}

async fn the_past_is_visible_with_the_present_rights(app: &mut TestApp) {
    let (volt, amp) = (
        app.organization("volt").await.id,
        app.organization("amp").await.id,
    );
    let (paul, amy) = (
        app.partner("paul", volt).await,
        app.partner("amy", amp).await,
    );
    let station = app.station(volt, "E1").await.id;
    let mary = app.member_of("mary", volt).await;
    let product = product_of(app, "own", volt).await;
    let variant = variant_of(app, product, Some(3)).await.id;
    let held = seat(app, mary.id, variant).await.id;
    let then = mark(app);
    // Changed since, so that the state is read from the log.
    let admin = app.super_admin();
    admin.revoke_assignment(held, &plain()).await.unwrap();
    admin.deactivate_user(mary.id, &plain()).await.unwrap();
    admin.delete_station(station, &plain()).await.unwrap();
    let paths = [
        format!("users/{}", mary.id),
        format!("users/{}/assignments", mary.id),
        format!("assignments/{held}"),
        format!("stations/{station}"),
        format!("variants/{variant}/availability"),
        format!("organizations/{volt}/stations"),
        format!("organizations/{volt}/users/members"),
    ];
    let status = async |key: &str, path: &str| {
        let target = format!("/api/v1/{path}?{}", written(then));
        app.raw("GET", &target).key(key).send().await.status
    };
    for path in &paths {
        assert_eq!(status(&paul.key, path).await, 200, "{path}");
        assert_eq!(status(&amy.key, path).await, 404, "{path}");
    }
    for path in ["users", "assignments", "stations"] {
        let query = format!("sort=createdAt&{}", written(then));
        let own = listed(app, &paul.key, path, &query).await;
        assert!(!own.is_empty(), "{path}");
        let foreign = listed(app, &amy.key, path, &query).await;
        assert!(own.iter().all(|id| !foreign.contains(id)), "{path}");
    }
    let active = format!("status=ACTIVE&{}", written(then));
    assert_eq!(listed(app, &paul.key, "assignments", &active).await, [held]);
}

async fn an_erased_user_is_erased_in_the_past_too(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.user("lovelace").await;
    let made = mark(app);
    let update = UserUpdate {
        email: "king@example.com".to_owned(),
        display_name: "King".to_owned(),
    };
    admin.update_user(ada.id, &update, &plain()).await.unwrap();
    let later = mark(app);
    admin.delete_user(ada.id, &plain()).await.unwrap();
    mark(app);
    let query = format!("q=lovelace&{}", written(made));
    let found = listed(app, &admin.key, "users", &query).await;
    assert_eq!(found, [ada.id], "as long as nobody asked to forget it");
    admin.erase_user(ada.id, &plain()).await.unwrap();
    for (moment, version) in [(made, 1), (later, 2)] {
        let then = admin.get_user(ada.id, &at(moment)).await.unwrap();
        let then = then.body.unwrap();
        assert_eq!(
            (then.display_name.as_str(), then.version),
            ("Erased", version)
        );
        assert!(then.email.ends_with("@erased.invalid"), "{}", then.email);
        assert_eq!(then.status, UserStatus::Pending, "history stays");
        for text in ["lovelace", "king"] {
            let query = format!("q={text}&{}", written(moment));
            assert_eq!(listed(app, &admin.key, "users", &query).await, NOBODY);
        }
    }
}

async fn an_answer_about_the_past_has_no_etag(app: &mut TestApp) {
    let admin = app.super_admin();
    let volt = app.organization("volt").await.id;
    let station = app.station(volt, "E1").await;
    let ada = app.user("ada").await;
    let held = seat(app, ada.id, variant(app, None).await.id).await;
    let then = mark(app);
    for path in [
        format!("users/{}", ada.id),
        format!("stations/{}", station.id),
        format!("assignments/{}", held.id),
    ] {
        let past = format!("/api/v1/{path}?{}", written(then));
        let ask = |target: &str| {
            let asked = app.raw("GET", target).key(&admin.key);
            asked.header("If-None-Match", "*").send()
        };
        let reply = ask(&past).await;
        assert_eq!((reply.status, reply.header("etag")), (200, None), "{path}");
        let present = ask(&format!("/api/v1/{path}")).await;
        assert_eq!(present.status, 304);
        assert!(present.header("etag").is_some());
    }
}
