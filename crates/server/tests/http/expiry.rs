//! L5: seats that expire, with the sweep off.

use crate::{
    given::{assign, code, plain, seat, variant},
    harness::cases,
};
use chrono::Duration;
use client::{
    Assignment, AssignmentPatch, AssignmentStatus, ListUserAssignmentsParams, NewAssignment,
    ProblemCode, ProductVariantUpdate,
};
use testkit::TestApp;
use uuid::Uuid;

cases![
    a_due_seat_is_free_for_others,
    a_due_seat_is_free_for_its_holder,
    a_due_seat_does_not_block_the_one_before_it,
    a_due_seat_does_not_hold_a_capacity_up,
    a_due_seat_is_not_listed_as_active,
    removing_the_end_of_a_due_seat_takes_it_again,
    the_sweep_frees_what_is_due,
];

/// A seat that ends in an hour.
async fn for_an_hour(app: &TestApp, user: Uuid, variant: Uuid) -> Assignment {
    let new = NewAssignment {
        ends_at: Some(app.clock().time() + Duration::hours(1)),
        ..testkit::seat(user, variant)
    };
    assign(app, &new).await.unwrap().body
}

async fn a_due_seat_is_free_for_others(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(1)).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let first = for_an_hour(app, ada.id, variant.id).await;
    let new = testkit::seat(bob.id, variant.id);
    app.clock().advance(Duration::minutes(59));
    let full = ProblemCode::LicenseCapacityExceeded;
    assert_eq!(code(assign(app, &new).await), full);
    app.clock().advance(Duration::minutes(1));
    let free = admin.get_variant_availability(variant.id, &plain()).await;
    assert_eq!(free.unwrap().body.available, Some(1));
    assert_eq!(assign(app, &new).await.unwrap().status, 201);
    let read = admin.get_assignment(first.id, &plain()).await.unwrap();
    let ended = read.body.unwrap();
    assert_eq!(ended.status, AssignmentStatus::Revoked);
    assert_eq!(ended.ends_at, first.ends_at, "it ended when it was due");
}

async fn a_due_seat_is_free_for_its_holder(app: &mut TestApp) {
    let variant = variant(app, Some(1)).await;
    let ada = app.user("ada").await;
    for_an_hour(app, ada.id, variant.id).await;
    app.clock().advance(Duration::hours(1));
    seat(app, ada.id, variant.id).await;
}

async fn a_due_seat_does_not_block_the_one_before_it(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(1)).await;
    let ada = app.user("ada").await;
    let first = seat(app, ada.id, variant.id).await;
    admin.revoke_assignment(first.id, &plain()).await.unwrap();
    let second = for_an_hour(app, ada.id, variant.id).await;
    app.clock().advance(Duration::hours(1));
    let back = AssignmentPatch {
        status: Some(Some(AssignmentStatus::Active)),
        ..AssignmentPatch::default()
    };
    let taken = admin.patch_assignment(first.id, &back, &plain()).await;
    assert_eq!(taken.unwrap().body.status, AssignmentStatus::Active);
    let read = admin.get_assignment(second.id, &plain()).await.unwrap();
    assert_eq!(read.body.unwrap().status, AssignmentStatus::Revoked);
}

async fn a_due_seat_does_not_hold_a_capacity_up(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(1)).await;
    let ada = app.user("ada").await;
    for_an_hour(app, ada.id, variant.id).await;
    app.clock().advance(Duration::hours(1));
    let cut = ProductVariantUpdate::new("None left", Some(0));
    let done = admin.update_variant(variant.id, &cut, &plain()).await;
    assert_eq!(done.unwrap().body.capacity, Some(0));
}

async fn a_due_seat_is_not_listed_as_active(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(1)).await;
    let ada = app.user("ada").await;
    for_an_hour(app, ada.id, variant.id).await;
    let held = async || {
        let active = ListUserAssignmentsParams {
            active_only: Some(true),
            ..ListUserAssignmentsParams::default()
        };
        let page = admin.list_user_assignments(ada.id, &active, &plain()).await;
        page.unwrap().body.total_elements
    };
    assert_eq!(held().await, 1);
    app.clock().advance(Duration::hours(1));
    assert_eq!(held().await, 0);
}

async fn removing_the_end_of_a_due_seat_takes_it_again(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(1)).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let first = for_an_hour(app, ada.id, variant.id).await;
    app.clock().advance(Duration::hours(1));
    let keep = AssignmentPatch {
        ends_at: Some(None),
        ..AssignmentPatch::default()
    };
    let kept = admin.patch_assignment(first.id, &keep, &plain()).await;
    assert!(kept.unwrap().body.effective);
    let taken = assign(app, &testkit::seat(bob.id, variant.id)).await;
    assert_eq!(code(taken), ProblemCode::LicenseCapacityExceeded);
}

async fn the_sweep_frees_what_is_due(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, None).await;
    let (ada, bob) = (app.user("ada").await, app.user("bob").await);
    let due = for_an_hour(app, ada.id, variant.id).await;
    let open = seat(app, bob.id, variant.id).await;
    assert_eq!(app.app().sweep().await.unwrap(), 0);
    app.clock().advance(Duration::hours(2));
    assert_eq!(app.app().sweep().await.unwrap(), 1);
    let read = admin.get_assignment(due.id, &plain()).await.unwrap();
    let ended = read.body.unwrap();
    assert_eq!(ended.status, AssignmentStatus::Revoked);
    assert_eq!(ended.ends_at, due.ends_at);
    let read = admin.get_assignment(open.id, &plain()).await.unwrap();
    assert_eq!(read.body.unwrap(), open);
}
