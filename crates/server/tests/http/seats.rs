//! Assignments and the rules of seats: L1 to L4 and L8 to L10.

use crate::{
    given::{assign, code, listed, plain, problem, product_of, seat, variant, variant_of},
    harness::cases,
};
use chrono::Duration;
use client::{Assignment, AssignmentPatch, AssignmentStatus, NewAssignment, Options, ProblemCode};
use testkit::TestApp;

cases![
    a_seat_is_assigned_changed_and_revoked,
    a_full_variant_reports_its_counts_and_next_free_seat,
    a_user_holds_one_active_seat_of_a_variant,
    a_revoked_seat_is_reactivated_by_the_rules,
    a_scheduled_seat_is_held_and_not_effective,
    an_end_lies_after_the_start,
    a_patch_distinguishes_absent_from_null,
    inactive_users_get_no_seat,
    a_seat_stays_in_its_organization,
    missing_resources_are_not_found,
    a_station_holds_a_seat_like_a_user,
];

async fn a_seat_is_assigned_changed_and_revoked(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(1)).await;
    let user = app.user("ada").await;
    let new = NewAssignment {
        note: Some("Ordered".into()),
        ..testkit::seat(user.id, variant.id)
    };
    let made = assign(app, &new).await.unwrap();
    let held = made.body;
    assert_eq!(made.status, 201);
    assert_eq!(
        made.location,
        Some(format!("/api/v1/assignments/{}", held.id))
    );
    assert_eq!(
        (held.user_id, held.product_variant_id),
        (Some(user.id), variant.id)
    );
    assert_eq!(held.product_id, variant.product_id);
    assert_eq!(
        (held.status, held.effective),
        (AssignmentStatus::Active, true)
    );
    let read = admin.get_assignment(held.id, &plain()).await.unwrap();
    assert_eq!(read.body.as_ref(), Some(&held));
    assert_eq!(read.etag, made.etag);

    app.clock().advance(Duration::hours(1));
    let gone = admin.revoke_assignment(held.id, &plain()).await.unwrap();
    assert_eq!(gone.status, 204);
    let read = admin.get_assignment(held.id, &plain()).await.unwrap();
    let ended = read.body.unwrap();
    assert_eq!(
        (ended.status, ended.effective),
        (AssignmentStatus::Revoked, false)
    );
    assert_eq!(ended.ends_at, Some(app.clock().time()));
    let position = app.position().await;
    admin.revoke_assignment(held.id, &plain()).await.unwrap();
    assert_eq!(
        app.position().await,
        position,
        "revoking again does nothing"
    );
}

async fn a_full_variant_reports_its_counts_and_next_free_seat(app: &mut TestApp) {
    let variant = variant(app, Some(2)).await;
    let end = app.clock().time() + Duration::days(30);
    for (name, ends_at) in [("ada", Some(end)), ("bob", None)] {
        let new = NewAssignment {
            ends_at,
            ..testkit::seat(app.user(name).await.id, variant.id)
        };
        assert_eq!(assign(app, &new).await.unwrap().status, 201);
    }
    let eve = app.user("eve").await;
    let position = app.position().await;
    let refused = problem(assign(app, &testkit::seat(eve.id, variant.id)).await);
    assert_eq!(refused.code, ProblemCode::LicenseCapacityExceeded);
    assert_eq!(
        (refused.capacity, refused.assigned_active_count),
        (Some(2), Some(2))
    );
    assert_eq!(refused.next_free_at, Some(Some(end)));
    assert_eq!(app.position().await, position);

    let none = variant_without_seats(app).await;
    let refused = problem(assign(app, &testkit::seat(eve.id, none)).await);
    assert_eq!(
        (refused.capacity, refused.next_free_at),
        (Some(0), Some(None))
    );
}

async fn variant_without_seats(app: &TestApp) -> uuid::Uuid {
    variant(app, Some(0)).await.id
}

async fn a_user_holds_one_active_seat_of_a_variant(app: &mut TestApp) {
    let variant = variant(app, None).await;
    let user = app.user("ada").await;
    let first = seat(app, user.id, variant.id).await;
    let new = testkit::seat(user.id, variant.id);
    let twin = ProblemCode::DuplicateActiveAssignment;
    assert_eq!(code(assign(app, &new).await), twin);
    let admin = app.super_admin();
    admin.revoke_assignment(first.id, &plain()).await.unwrap();
    assert_eq!(assign(app, &new).await.unwrap().status, 201);
    assert_eq!(
        code(status(app, &first, AssignmentStatus::Active).await),
        twin
    );
}

async fn status(
    app: &TestApp,
    seat: &Assignment,
    status: AssignmentStatus,
) -> Result<client::Reply<Assignment>, client::Error> {
    let patch = AssignmentPatch {
        status: Some(Some(status)),
        ..AssignmentPatch::default()
    };
    let admin = app.super_admin();
    admin.patch_assignment(seat.id, &patch, &plain()).await
}

async fn a_revoked_seat_is_reactivated_by_the_rules(app: &mut TestApp) {
    let variant = variant(app, Some(1)).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let early = app.clock().time() + Duration::hours(1);
    let new = NewAssignment {
        ends_at: Some(early),
        ..testkit::seat(ada.id, variant.id)
    };
    let held = assign(app, &new).await.unwrap().body;
    let ended = status(app, &held, AssignmentStatus::Revoked).await;
    let ended = ended.unwrap().body;
    assert_eq!(
        ended.ends_at,
        Some(app.clock().time()),
        "now is earlier than the end"
    );
    let same = status(app, &held, AssignmentStatus::Revoked).await.unwrap();
    assert_eq!(same.body.version, ended.version);

    let other = seat(app, bob.id, variant.id).await;
    let full = status(app, &held, AssignmentStatus::Active).await;
    assert_eq!(code(full), ProblemCode::LicenseCapacityExceeded);
    app.super_admin()
        .revoke_assignment(other.id, &plain())
        .await
        .unwrap();
    app.clock().advance(Duration::minutes(1));
    let again = status(app, &held, AssignmentStatus::Active).await;
    let again = again.unwrap().body;
    assert_eq!(again.ends_at, None, "an end that has passed is cleared");
    assert_eq!(
        (again.status, again.effective),
        (AssignmentStatus::Active, true)
    );
}

async fn a_scheduled_seat_is_held_and_not_effective(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(1)).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let new = NewAssignment {
        starts_at: Some(app.clock().time() + Duration::days(1)),
        ends_at: Some(app.clock().time() + Duration::days(2)),
        ..testkit::seat(ada.id, variant.id)
    };
    let made = assign(app, &new).await.unwrap();
    let held = made.body;
    assert_eq!(
        (held.status, held.effective),
        (AssignmentStatus::Active, false)
    );
    let full = assign(app, &testkit::seat(bob.id, variant.id)).await;
    assert_eq!(code(full), ProblemCode::LicenseCapacityExceeded);

    app.clock().advance(Duration::days(1));
    let known = Options::if_none_match(made.etag.unwrap());
    let read = admin.get_assignment(held.id, &known).await.unwrap();
    assert_eq!(
        read.status, 200,
        "the answer changed although the version did not"
    );
    assert!(read.body.unwrap().effective);
    app.clock().advance(Duration::days(1));
    let read = admin.get_assignment(held.id, &plain()).await.unwrap();
    assert!(!read.body.unwrap().effective, "the end is not part of it");
}

async fn an_end_lies_after_the_start(app: &mut TestApp) {
    let variant = variant(app, Some(1)).await;
    let user = app.user("ada").await;
    let now = app.clock().time();
    for (starts_at, ends_at) in [
        (None, now),
        (None, now - Duration::days(1)),
        (Some(now + Duration::days(1)), now + Duration::days(1)),
        (Some(now + Duration::days(2)), now + Duration::days(1)),
    ] {
        let new = NewAssignment {
            starts_at,
            ends_at: Some(ends_at),
            ..testkit::seat(user.id, variant.id)
        };
        let refused = problem(assign(app, &new).await);
        assert_eq!(refused.code, ProblemCode::ValidationError);
        let errors = refused.errors.unwrap();
        assert_eq!(errors[0].pointer.as_deref(), Some("/endsAt"));
        assert_eq!(errors[0].code, "AFTER_START");
    }
}

async fn a_patch_distinguishes_absent_from_null(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, None).await;
    let end = app.clock().time() + Duration::days(30);
    let new = NewAssignment {
        ends_at: Some(end),
        note: Some("Ordered".into()),
        ..testkit::seat(app.user("ada").await.id, variant.id)
    };
    let held = assign(app, &new).await.unwrap().body;
    let patch = |patch: AssignmentPatch| {
        let admin = admin.clone();
        async move {
            let done = admin.patch_assignment(held.id, &patch, &plain()).await;
            let body = done.unwrap().body;
            (body.ends_at, body.note, body.version)
        }
    };
    let untouched = patch(AssignmentPatch::default()).await;
    assert_eq!(untouched, (Some(end), Some("Ordered".to_owned()), 1));
    let no_note = AssignmentPatch {
        note: Some(None),
        ..AssignmentPatch::default()
    };
    assert_eq!(patch(no_note).await, (Some(end), None, 2));
    let no_end = AssignmentPatch {
        ends_at: Some(None),
        note: Some(Some("For good".into())),
        ..AssignmentPatch::default()
    };
    assert_eq!(patch(no_end).await, (None, Some("For good".to_owned()), 3));
}

async fn inactive_users_get_no_seat(app: &mut TestApp) {
    let admin = app.super_admin();
    let (held, other) = (variant(app, None).await, variant(app, None).await);
    let ada = app.user("ada").await;
    let kept = seat(app, ada.id, held.id).await;
    admin.deactivate_user(ada.id, &plain()).await.unwrap();
    let new = testkit::seat(ada.id, other.id);
    assert_eq!(code(assign(app, &new).await), ProblemCode::UserNotActive);
    let read = admin.get_assignment(kept.id, &plain()).await.unwrap();
    assert_eq!(read.body.unwrap().status, AssignmentStatus::Active);

    admin.delete_user(ada.id, &plain()).await.unwrap();
    let read = admin.get_assignment(kept.id, &plain()).await.unwrap();
    assert_eq!(read.body.unwrap().status, AssignmentStatus::Revoked);
    assert_eq!(code(assign(app, &new).await), ProblemCode::UserNotActive);
    let again = status(app, &kept, AssignmentStatus::Active).await;
    assert_eq!(code(again), ProblemCode::UserNotActive);
}

async fn a_seat_stays_in_its_organization(app: &mut TestApp) {
    let ours = app.organization("ours").await.id;
    let theirs = app.organization("theirs").await.id;
    let product = product_of(app, "ours", ours).await;
    let variant = variant_of(app, product, None).await;
    let catalogue = self::variant(app, None).await;
    let insider = app.member_of("ada", ours).await;
    let outsider = app.member_of("eve", theirs).await;
    let unbound = app.user("bob").await;
    seat(app, insider.id, variant.id).await;
    for user in [outsider.id, unbound.id] {
        let refused = assign(app, &testkit::seat(user, variant.id)).await;
        assert_eq!(code(refused), ProblemCode::OrganizationMismatch);
        seat(app, user, catalogue.id).await;
    }
}

async fn missing_resources_are_not_found(app: &mut TestApp) {
    let admin = app.super_admin();
    let (user, variant) = (app.user("ada").await, variant(app, None).await);
    let nobody = app.new_id();
    for (user, variant) in [(nobody, variant.id), (user.id, nobody)] {
        let refused = assign(app, &testkit::seat(user, variant)).await;
        assert_eq!(code(refused), ProblemCode::NotFound);
    }
    let patch = AssignmentPatch::default();
    let not_found = ProblemCode::NotFound;
    assert_eq!(
        code(admin.get_assignment(nobody, &plain()).await),
        not_found
    );
    assert_eq!(
        code(admin.revoke_assignment(nobody, &plain()).await),
        not_found
    );
    let patched = admin.patch_assignment(nobody, &patch, &plain()).await;
    assert_eq!(code(patched), not_found);
}

async fn a_station_holds_a_seat_like_a_user(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let ada = app.member_of("ada", of).await.id;
    let (one, two) = (
        app.station(of, "one").await.id,
        app.station(of, "two").await.id,
    );
    let own = variant_of(app, product_of(app, "own", of).await, Some(2))
        .await
        .id;
    let paul = app.partner("paul", of).await;
    let new = testkit::station_seat(one, own);
    let with = Options::with_key("station");
    let held = paul.create_assignment(&new, &with).await.unwrap().body;
    assert_eq!((held.station_id, held.user_id), (Some(one), None));
    assert_eq!(held.organization_id, Some(of));
    let again = paul.create_assignment(&new, &with).await.unwrap().body;
    assert_eq!(again, held);
    let twice = paul.create_assignment(&new, &plain()).await;
    assert_eq!(code(twice), ProblemCode::DuplicateActiveAssignment);
    let user = seat(app, ada, own).await;
    let full = paul
        .create_assignment(&testkit::station_seat(two, own), &plain())
        .await;
    assert_eq!(code(full), ProblemCode::LicenseCapacityExceeded);
    let key = paul.key.clone();
    for (query, due) in [
        (format!("stationId={one}"), vec![held.id]),
        (format!("stationId={two}"), vec![]),
        (format!("userId={}", ada), vec![user.id]),
        (format!("userId={one}"), vec![]),
    ] {
        assert_eq!(listed(app, &key, "assignments", &query).await, due);
    }
    let foreign = app.organization("theirs").await.id;
    let foreign = app.station(foreign, "one").await.id;
    let hidden = paul
        .create_assignment(&testkit::station_seat(foreign, own), &plain())
        .await;
    assert_eq!(code(hidden), ProblemCode::NotFound);
    let mismatch = assign(app, &testkit::station_seat(foreign, own)).await;
    assert_eq!(code(mismatch), ProblemCode::OrganizationMismatch);
    let nothing = assign(app, &testkit::station_seat(app.new_id(), own)).await;
    assert_eq!(code(nothing), ProblemCode::NotFound);
    admin.revoke_assignment(held.id, &plain()).await.unwrap();
    paul.create_assignment(&testkit::station_seat(two, own), &plain())
        .await
        .unwrap();
    let back = AssignmentPatch {
        status: Some(Some(AssignmentStatus::Active)),
        ..AssignmentPatch::default()
    };
    let back = paul.patch_assignment(held.id, &back, &plain()).await;
    assert_eq!(code(back), ProblemCode::LicenseCapacityExceeded);
}
