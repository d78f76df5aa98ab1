//! Seats and availability in the past.

use super::{NOBODY, at, code, ids, mark, plain, pool, product_of, seat, variant, variant_of};
use chrono::Duration;
use client::{
    AssignmentPatch, AssignmentStatus, NewAssignment, Options, ProblemCode, ProductVariantUpdate,
};
use testkit::TestApp;
use uuid::Uuid;

pub async fn seats_of_the_past_are_read_as_they_were(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, None).await.id;
    let ada = app.user("ada").await;
    let held = seat(app, ada.id, variant).await;
    let made = mark(app);
    let note = AssignmentPatch {
        note: Some(Some("for the fleet".to_owned())),
        ends_at: Some(Some(app.clock().time() + Duration::hours(9))),
        ..AssignmentPatch::default()
    };
    let noted = admin.patch_assignment(held.id, &note, &plain()).await;
    let noted = noted.unwrap().body;
    let later = mark(app);
    admin.revoke_assignment(held.id, &plain()).await.unwrap();
    let free = mark(app);
    let again = AssignmentPatch {
        status: Some(Some(AssignmentStatus::Active)),
        ..AssignmentPatch::default()
    };
    let taken = admin.patch_assignment(held.id, &again, &plain()).await;
    let taken = taken.unwrap().body;
    let now = mark(app);
    let read = async |moment| {
        let found = admin.get_assignment(held.id, &at(moment)).await;
        found.unwrap().body.unwrap()
    };
    assert_eq!(read(made).await, held);
    assert_eq!(read(later).await, noted);
    let then = read(free).await;
    assert_eq!(
        (then.status, then.effective),
        (AssignmentStatus::Revoked, false)
    );
    assert_eq!(then.ends_at, Some(free), "it ended when it was revoked");
    assert_eq!(read(now).await, taken);
    let of_ada = format!("users/{}/assignments", ada.id);
    for (moment, is_held) in [(made, true), (later, true), (free, false), (now, true)] {
        let due: &[Uuid] = if is_held { &[held.id] } else { &[] };
        let other: &[Uuid] = if is_held { &[] } else { &[held.id] };
        let active = format!("variantId={variant}&status=ACTIVE");
        let revoked = format!("variantId={variant}&status=REVOKED");
        assert_eq!(ids(app, "assignments", &active, moment).await, due);
        assert_eq!(ids(app, "assignments", &revoked, moment).await, other);
        assert_eq!(ids(app, &of_ada, "activeOnly=true", moment).await, due);
        assert_eq!(ids(app, &of_ada, "", moment).await, [held.id]);
    }
}

pub async fn seats_that_were_due_were_free(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(1)).await.id;
    let ada = app.user("ada").await;
    let end = app.clock().time() + Duration::hours(1);
    let new = NewAssignment {
        ends_at: Some(end),
        ..testkit::seat(ada.id, variant)
    };
    let made = admin.create_assignment(&new, &plain()).await.unwrap().body;
    app.clock().advance(Duration::hours(5));
    let is_free = async || {
        let seats = async |moment| {
            let found = admin.get_variant_availability(variant, &at(moment)).await;
            found.unwrap().body.assigned_active_count
        };
        let effective = async |moment| {
            let found = admin.get_assignment(made.id, &at(moment)).await;
            found.unwrap().body.unwrap().effective
        };
        let before = end - Duration::microseconds(1);
        assert_eq!((seats(before).await, effective(before).await), (1, true));
        assert_eq!((seats(end).await, effective(end).await), (0, false));
        let of_ada = format!("users/{}/assignments", ada.id);
        let held = ids(app, &of_ada, "activeOnly=true", before).await;
        assert_eq!(held, [made.id]);
        assert_eq!(ids(app, &of_ada, "activeOnly=true", end).await, NOBODY);
    };
    // The past is the same before and after a late sweep.
    is_free().await;
    assert_eq!(app.app().sweep().await.unwrap(), 1);
    app.clock().advance(Duration::hours(1));
    is_free().await;
    let read = admin.get_assignment(made.id, &at(end)).await.unwrap();
    assert_eq!(
        read.body.unwrap().status,
        AssignmentStatus::Active,
        "as the log had it"
    );
}

/// Capacity, seats in use and seats left.
async fn seats(app: &TestApp, variant: Uuid, options: &Options) -> (Option<i32>, i64, Option<i64>) {
    let admin = app.super_admin();
    let found = admin.get_variant_availability(variant, options).await;
    let found = found.unwrap().body;
    (found.capacity, found.assigned_active_count, found.available)
}

pub async fn availability_of_the_past_is_read_as_it_was(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(5)).await.id;
    let made = mark(app);
    let (ada, bob) = (app.user("ada").await.id, app.user("bob").await.id);
    let first = seat(app, ada, variant).await;
    let one = mark(app);
    seat(app, bob, variant).await;
    let two = mark(app);
    admin.revoke_assignment(first.id, &plain()).await.unwrap();
    let cut = ProductVariantUpdate::new("Fewer", Some(1));
    admin.update_variant(variant, &cut, &plain()).await.unwrap();
    let fewer = mark(app);
    let more = ProductVariantUpdate::new("Endless", None);
    admin
        .update_variant(variant, &more, &plain())
        .await
        .unwrap();
    let now = mark(app);
    for (moment, due) in [
        (made, (Some(5), 0, Some(5))),
        (one, (Some(5), 1, Some(4))),
        (two, (Some(5), 2, Some(3))),
        (fewer, (Some(1), 1, Some(0))),
        (now, (None, 1, None)),
    ] {
        assert_eq!(seats(app, variant, &at(moment)).await, due, "{moment}");
    }
}

pub async fn pools_of_the_past_are_read_as_they_were(app: &mut TestApp) {
    let admin = app.super_admin();
    let volt = app.organization("volt").await.id;
    let amp = app.organization("amp").await.id;
    let paul = app.partner("paul", volt).await;
    let variant = variant(app, Some(9)).await.id;
    let mut seen = Vec::new();
    let mut note = async |app: &TestApp| {
        let now = seats(app, variant, &plain()).await;
        let own = paul.get_variant_availability(variant, &plain()).await;
        seen.push((mark(app), now, own.unwrap().body));
    };
    note(app).await;
    pool(app, volt, variant, 3).await;
    note(app).await;
    let held = seat(app, paul.id, variant).await;
    pool(app, amp, variant, 2).await;
    note(app).await;
    pool(app, volt, variant, 4).await;
    note(app).await;
    admin.revoke_assignment(held.id, &plain()).await.unwrap();
    admin
        .delete_allocation(volt, variant, &plain())
        .await
        .unwrap();
    note(app).await;
    pool(app, volt, variant, 1).await;
    note(app).await;
    for (moment, platform, own) in seen {
        assert_eq!(seats(app, variant, &at(moment)).await, platform, "{moment}");
        let then = paul.get_variant_availability(variant, &at(moment)).await;
        assert_eq!(then.unwrap().body, own, "{moment}");
    }
}

pub async fn a_deleted_variant_exists_in_the_past(app: &mut TestApp) {
    let admin = app.super_admin();
    let (volt, amp) = (
        app.organization("volt").await.id,
        app.organization("amp").await.id,
    );
    let (paul, amy) = (
        app.partner("paul", volt).await,
        app.partner("amy", amp).await,
    );
    let product = product_of(app, "own", volt).await;
    let variant = variant_of(app, product, Some(3)).await.id;
    let there = mark(app);
    admin.delete_variant(variant, &plain()).await.unwrap();
    let gone = mark(app);
    assert_eq!(seats(app, variant, &at(there)).await, (Some(3), 0, Some(3)));
    let own = paul.get_variant_availability(variant, &at(there)).await;
    assert_eq!(own.unwrap().body.capacity, Some(3));
    let foreign = amy.get_variant_availability(variant, &at(there)).await;
    assert_eq!(code(foreign), ProblemCode::NotFound);
    let later = paul.get_variant_availability(variant, &at(gone)).await;
    assert_eq!(code(later), ProblemCode::NotFound);
}
