//! The pools that organizations have of the platform's catalogue, and seats of stations.

use crate::{
    given::{
        assign, code, listed, plain, pool, problem, product, product_of, put_pool, seat, variant,
        variant_of, walk,
    },
    harness::cases,
};
use chrono::Duration;
use client::{AssignmentPatch, AssignmentStatus, NewAssignment, ProblemCode, ProductVariantUpdate};
use testkit::TestApp;
use uuid::Uuid;

cases![
    a_pool_is_made_changed_and_deleted,
    pools_together_never_exceed_the_capacity,
    a_partner_assigns_from_its_pool_alone,
    a_pool_is_not_cut_below_its_seats,
    a_due_seat_of_a_pool_counts_as_free,
    a_capacity_is_not_cut_below_the_pools,
    a_variant_with_a_pool_is_not_deleted,
    only_the_catalogue_of_the_platform_has_pools,
    seats_from_before_the_pool_are_revoked_first,
    pools_are_read_and_changed_by_permission,
    a_partner_and_the_platform_race_for_a_pool,
    pools_are_paged,
];

/// An organization with a partner and members, and a catalogue variant.
struct Side {
    organization: Uuid,
    people: Vec<Uuid>,
}

async fn side(app: &TestApp, name: &str, people: usize) -> Side {
    let organization = app.organization(name).await.id;
    let mut side = Side {
        organization,
        people: Vec::new(),
    };
    for number in 0..people {
        let name = format!("{name}-{number}");
        side.people
            .push(app.member_of(&name, organization).await.id);
    }
    side
}

async fn a_pool_is_made_changed_and_deleted(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let catalogue = variant(app, Some(10)).await.id;
    let none = admin.get_allocation(of, catalogue, &plain()).await;
    assert_eq!(code(none), ProblemCode::NotFound);
    let made = put_pool(app, of, catalogue, 4).await.unwrap();
    assert_eq!((made.status, made.body.version), (200, 1));
    assert_eq!(
        (
            made.body.seats,
            made.body.available,
            made.body.assigned_active_count
        ),
        (4, 4, 0)
    );
    let read = admin.get_allocation(of, catalogue, &plain()).await.unwrap();
    assert_eq!(read.body.as_ref(), Some(&made.body));
    assert_eq!(read.etag, made.etag);
    let position = app.position().await;
    assert_eq!(pool(app, of, catalogue, 4).await.version, 1);
    assert_eq!(app.position().await, position, "nothing changed");
    app.clock().advance(Duration::hours(1));
    let changed = pool(app, of, catalogue, 6).await;
    assert_eq!((changed.seats, changed.version), (6, 2));
    assert_eq!(changed.updated_at, app.clock().time());
    let empty = pool(app, of, catalogue, 0).await;
    assert_eq!((empty.seats, empty.available), (0, 0));
    let gone = admin.delete_allocation(of, catalogue, &plain()).await;
    assert_eq!(gone.unwrap().status, 204);
    let again = admin.delete_allocation(of, catalogue, &plain()).await;
    assert_eq!(code(again), ProblemCode::NotFound);
    assert_eq!(pool(app, of, catalogue, 2).await.version, 1, "a new one");
}

async fn pools_together_never_exceed_the_capacity(app: &mut TestApp) {
    let (a, b) = (side(app, "a", 0).await, side(app, "b", 0).await);
    let catalogue = variant(app, Some(10)).await.id;
    seat(app, app.user("ada").await.id, catalogue).await;
    pool(app, a.organization, catalogue, 6).await;
    let refused = problem(put_pool(app, b.organization, catalogue, 4).await);
    assert_eq!(refused.code, ProblemCode::AllocationExceedsCapacity);
    let counts = (refused.capacity, refused.assigned_active_count);
    assert_eq!(counts, (Some(10), Some(7)), "six given away, one in use");
    pool(app, b.organization, catalogue, 3).await;
    let refused = put_pool(app, a.organization, catalogue, 7).await;
    assert_eq!(code(refused), ProblemCode::AllocationExceedsCapacity);
    // The seats of a pool count whether they are used or not.
    let late = testkit::seat(app.user("bob").await.id, catalogue);
    let full = problem(assign(app, &late).await);
    assert_eq!(full.code, ProblemCode::LicenseCapacityExceeded);
    pool(app, a.organization, catalogue, 5).await;
    assert_eq!(assign(app, &late).await.unwrap().status, 201);
    let unlimited = variant(app, None).await.id;
    for side in [&a, &b] {
        pool(app, side.organization, unlimited, i32::MAX).await;
    }
}

async fn a_partner_assigns_from_its_pool_alone(app: &mut TestApp) {
    let ours = side(app, "ours", 3).await;
    let catalogue = variant(app, Some(10)).await.id;
    let paul = app.partner("paul", ours.organization).await;
    let give = async |user: Uuid| {
        let new = testkit::seat(user, catalogue);
        paul.create_assignment(&new, &plain()).await
    };
    let without = problem(give(ours.people[0]).await);
    assert_eq!(without.code, ProblemCode::LicenseCapacityExceeded);
    assert_eq!(
        without.capacity,
        Some(0),
        "it has no pool, whatever is free"
    );
    pool(app, ours.organization, catalogue, 2).await;
    let first = give(ours.people[0]).await.unwrap().body;
    assert_eq!(first.organization_id, Some(ours.organization));
    give(ours.people[1]).await.unwrap();
    let full = problem(give(ours.people[2]).await);
    assert_eq!(full.code, ProblemCode::LicenseCapacityExceeded);
    assert_eq!(
        (full.capacity, full.assigned_active_count),
        (Some(2), Some(2))
    );
    // Once there is a pool, the platform too assigns from it.
    let by_platform = assign(app, &testkit::seat(ours.people[2], catalogue)).await;
    assert_eq!(code(by_platform), ProblemCode::LicenseCapacityExceeded);
    let twice = give(ours.people[0]).await;
    assert_eq!(code(twice), ProblemCode::DuplicateActiveAssignment);
    let read = paul
        .get_allocation(ours.organization, catalogue, &plain())
        .await;
    let read = read.unwrap().body.unwrap();
    assert_eq!((read.assigned_active_count, read.available), (2, 0));
    paul.revoke_assignment(first.id, &plain()).await.unwrap();
    give(ours.people[2]).await.unwrap();
    let back = AssignmentPatch {
        status: Some(Some(AssignmentStatus::Active)),
        ..AssignmentPatch::default()
    };
    let back = paul.patch_assignment(first.id, &back, &plain()).await;
    assert_eq!(code(back), ProblemCode::LicenseCapacityExceeded);
}

async fn a_pool_is_not_cut_below_its_seats(app: &mut TestApp) {
    let admin = app.super_admin();
    let ours = side(app, "ours", 2).await;
    let (of, catalogue) = (ours.organization, variant(app, Some(5)).await.id);
    pool(app, of, catalogue, 3).await;
    let mut seats = Vec::new();
    for user in &ours.people {
        seats.push(seat(app, *user, catalogue).await.id);
    }
    let refused = problem(put_pool(app, of, catalogue, 1).await);
    assert_eq!(refused.code, ProblemCode::CapacityBelowActive);
    assert_eq!(
        (refused.capacity, refused.assigned_active_count),
        (Some(1), Some(2))
    );
    let refused = admin.delete_allocation(of, catalogue, &plain()).await;
    assert_eq!(code(refused), ProblemCode::CapacityBelowActive);
    assert_eq!(pool(app, of, catalogue, 2).await.available, 0);
    for id in seats {
        admin.revoke_assignment(id, &plain()).await.unwrap();
    }
    let gone = admin.delete_allocation(of, catalogue, &plain()).await;
    assert_eq!(gone.unwrap().status, 204);
}

async fn a_due_seat_of_a_pool_counts_as_free(app: &mut TestApp) {
    let admin = app.super_admin();
    let ours = side(app, "ours", 2).await;
    let (of, catalogue) = (ours.organization, variant(app, Some(5)).await.id);
    pool(app, of, catalogue, 1).await;
    let new = NewAssignment {
        ends_at: Some(app.clock().time() + Duration::hours(1)),
        ..testkit::seat(ours.people[0], catalogue)
    };
    assign(app, &new).await.unwrap();
    let full = problem(assign(app, &testkit::seat(ours.people[1], catalogue)).await);
    assert_eq!(full.next_free_at, Some(new.ends_at));
    app.clock().advance(Duration::hours(1));
    let read = admin.get_allocation(of, catalogue, &plain()).await.unwrap();
    let read = read.body.unwrap();
    assert_eq!((read.assigned_active_count, read.available), (0, 1));
    let page = admin
        .list_allocations(of, &client::ListAllocationsParams::default(), &plain())
        .await;
    assert_eq!(page.unwrap().body.content, [read]);
    let free = admin.get_variant_availability(catalogue, &plain()).await;
    let free = free.unwrap().body;
    assert_eq!((free.assigned_active_count, free.available), (0, Some(4)));
    let widened = pool(app, of, catalogue, 2).await;
    assert_eq!((widened.assigned_active_count, widened.available), (0, 2));
    let narrowed = pool(app, of, catalogue, 1).await;
    assert_eq!((narrowed.assigned_active_count, narrowed.available), (0, 1));
    seat(app, ours.people[1], catalogue).await;
    let cut = put_pool(app, of, catalogue, 0).await;
    assert_eq!(code(cut), ProblemCode::CapacityBelowActive);
}

async fn a_capacity_is_not_cut_below_the_pools(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let catalogue = variant(app, Some(5)).await.id;
    pool(app, of, catalogue, 3).await;
    seat(app, app.user("ada").await.id, catalogue).await;
    let cut = async |capacity| {
        let update = ProductVariantUpdate::new("Variant", Some(capacity));
        admin.update_variant(catalogue, &update, &plain()).await
    };
    let refused = problem(cut(3).await);
    assert_eq!(refused.code, ProblemCode::CapacityBelowAllocated);
    assert_eq!(
        (refused.capacity, refused.assigned_active_count),
        (Some(3), Some(4))
    );
    assert_eq!(cut(4).await.unwrap().body.capacity, Some(4));
}

async fn a_variant_with_a_pool_is_not_deleted(app: &mut TestApp) {
    let admin = app.super_admin();
    let ours = side(app, "ours", 1).await;
    let of = ours.organization;
    let suite = product(app, "suite").await.id;
    let catalogue = variant_of(app, suite, None).await.id;
    let delete = async || {
        let variant = admin.delete_variant(catalogue, &plain()).await;
        let product = admin.delete_product(suite, &plain()).await;
        (code(variant), code(product))
    };
    pool(app, of, catalogue, 1).await;
    let pools = ProblemCode::HasAllocations;
    assert_eq!(delete().await, (pools, pools));
    let held = seat(app, ours.people[0], catalogue).await;
    let revoked = admin.revoke_assignment(held.id, &plain()).await;
    revoked.unwrap();
    let deleted = admin.delete_allocation(of, catalogue, &plain()).await;
    deleted.unwrap();
    let history = ProblemCode::HasAssignments;
    assert_eq!(delete().await, (history, history), "seats it once gave out");
    let unused = variant_of(app, suite, None).await.id;
    pool(app, of, unused, 1).await;
    let deleted = admin.delete_allocation(of, unused, &plain()).await;
    deleted.unwrap();
    let gone = admin.delete_variant(unused, &plain()).await;
    assert_eq!(gone.unwrap().status, 204);
}

async fn only_the_catalogue_of_the_platform_has_pools(app: &mut TestApp) {
    let of = app.organization("ours").await.id;
    let own = product_of(app, "own", of).await;
    let own = variant_of(app, own, None).await.id;
    let refused = put_pool(app, of, own, 1).await;
    assert_eq!(code(refused), ProblemCode::OrganizationMismatch);
    let (nothing, catalogue) = (app.new_id(), variant(app, None).await.id);
    let refused = put_pool(app, of, nothing, 1).await;
    assert_eq!(code(refused), ProblemCode::NotFound);
    let refused = put_pool(app, nothing, catalogue, 1).await;
    assert_eq!(code(refused), ProblemCode::NotFound);
}

async fn seats_from_before_the_pool_are_revoked_first(app: &mut TestApp) {
    let admin = app.super_admin();
    let ours = side(app, "ours", 1).await;
    let (of, catalogue) = (ours.organization, variant(app, Some(5)).await.id);
    // The platform assigns direct seats, without a pool.
    let held = seat(app, ours.people[0], catalogue).await;
    let refused = put_pool(app, of, catalogue, 2).await;
    assert_eq!(code(refused), ProblemCode::SeatsOutsidePool);
    admin.revoke_assignment(held.id, &plain()).await.unwrap();
    pool(app, of, catalogue, 2).await;
    let back = AssignmentPatch {
        status: Some(Some(AssignmentStatus::Active)),
        ..AssignmentPatch::default()
    };
    let back = admin.patch_assignment(held.id, &back, &plain()).await;
    assert_eq!(code(back), ProblemCode::SeatsOutsidePool);
    seat(app, ours.people[0], catalogue).await;
}

async fn pools_are_read_and_changed_by_permission(app: &mut TestApp) {
    let (ours, theirs) = (side(app, "ours", 0).await, side(app, "theirs", 0).await);
    let of = ours.organization;
    let catalogue = variant(app, None).await.id;
    pool(app, of, catalogue, 2).await;
    let station = app.station(of, "one").await.id;
    let paul = app.partner("paul", of).await;
    let path = format!("organizations/{of}/allocations");
    assert_eq!(listed(app, &paul.key, &path, "").await, [catalogue]);
    let before = app.tables().await;
    let more = client::AllocationUpdate { seats: 9 };
    let forbidden = ProblemCode::Forbidden;
    for caller in [
        &paul,
        &app.operator("olga", of, station).await,
        &app.member_of("mary", of).await,
    ] {
        let put = caller.put_allocation(of, catalogue, &more, &plain()).await;
        assert_eq!(code(put), forbidden);
        let deleted = caller.delete_allocation(of, catalogue, &plain()).await;
        assert_eq!(code(deleted), forbidden);
        if caller.id != paul.id {
            let read = caller.get_allocation(of, catalogue, &plain()).await;
            assert_eq!(code(read), forbidden);
        }
    }
    let eve = app.partner("eve", theirs.organization).await;
    let read = eve.get_allocation(of, catalogue, &plain()).await;
    assert_eq!(code(read), ProblemCode::NotFound);
    let none = client::ListAllocationsParams::default();
    let list = eve.list_allocations(of, &none, &plain()).await;
    assert_eq!(code(list), ProblemCode::NotFound);
    let changes = before.changes(&app.tables().await);
    let pools = |change: &&String| change.contains("pools") || change.contains("allocations");
    assert_eq!(changes.iter().filter(pools).count(), 0);
}

/// A cut of the pool races the partner's assignments: the seats never exceed the acknowledged size.
async fn a_partner_and_the_platform_race_for_a_pool(app: &mut TestApp) {
    let ours = side(app, "ours", 6).await;
    let (of, catalogue) = (ours.organization, variant(app, Some(6)).await.id);
    let paul = app.partner("paul", of).await;
    pool(app, of, catalogue, 6).await;
    let racing: Vec<_> = ours
        .people
        .iter()
        .map(|user| {
            let (client, new) = (paul.client.clone(), testkit::seat(*user, catalogue));
            tokio::spawn(async move { client.create_assignment(&new, &plain()).await })
        })
        .collect();
    let cut = put_pool(app, of, catalogue, 2).await;
    let mut given = 0;
    for racer in racing {
        match racer.await.unwrap() {
            Ok(_) => given += 1,
            refused => assert_eq!(code(refused), ProblemCode::LicenseCapacityExceeded),
        }
    }
    let due = match cut {
        Ok(_) => 2,
        refused => {
            assert_eq!(code(refused), ProblemCode::CapacityBelowActive);
            6
        }
    };
    assert_eq!(given, due);
    let read = paul.get_allocation(of, catalogue, &plain()).await.unwrap();
    assert_eq!(read.body.unwrap().assigned_active_count, due);
}

async fn pools_are_paged(app: &mut TestApp) {
    let of = app.organization("ours").await.id;
    let mut made = Vec::new();
    for seats in [1, 2, 3] {
        app.clock().advance(Duration::seconds(1));
        let catalogue = variant(app, None).await.id;
        pool(app, of, catalogue, seats).await;
        made.push(catalogue);
    }
    let path = format!("organizations/{of}/allocations");
    let key = app.super_admin().key;
    assert_eq!(listed(app, &key, &path, "").await, made);
    made.reverse();
    walk(app, &path, "sort=createdAt,desc", &made).await;
}
