//! Many seats in one request.

use crate::{
    given::{code, plain, problem, seat, variant},
    harness::cases,
};
use chrono::Duration;
use client::{AssignmentBatch, BatchMode, BatchOutcome, ListAssignmentsParams, ProblemCode};
use serde_json::json;
use testkit::TestApp;
use uuid::Uuid;

cases![
    partial_keeps_what_succeeds,
    atomic_keeps_all_or_none,
    atomic_names_the_missing_items,
    an_item_sees_the_effects_of_the_items_before_it,
    a_due_seat_is_free_for_a_batch,
    a_refused_item_reports_the_next_end_after_a_due_seat,
    a_batch_takes_at_most_five_hundred_items,
    an_item_that_breaks_the_contract_refuses_the_batch,
];

fn batch(mode: BatchMode, pairs: &[(Uuid, Uuid)]) -> AssignmentBatch {
    let items = pairs
        .iter()
        .map(|(user, variant)| testkit::seat(*user, *variant));
    AssignmentBatch {
        mode,
        items: items.collect(),
    }
}

async fn partial_keeps_what_succeeds(app: &mut TestApp) {
    let admin = app.super_admin();
    let (one, nobody) = (variant(app, Some(1)).await, app.new_id());
    let (ada, bob) = (app.user("ada").await.id, app.user("bob").await.id);
    let gone = app.user("eve").await.id;
    admin.delete_user(gone, &plain()).await.unwrap();
    let other = variant(app, None).await;
    let asked = [
        (ada, one.id),
        (ada, one.id),
        (bob, one.id),
        (nobody, one.id),
        (gone, other.id),
        (bob, other.id),
    ];
    let body = batch(BatchMode::Partial, &asked);
    let done = admin
        .create_assignment_batch(&body, &plain())
        .await
        .unwrap();
    assert_eq!(done.status, 200);
    assert_eq!((done.body.created, done.body.refused), (2, 4));
    let codes: Vec<_> = done
        .body
        .results
        .iter()
        .map(|item| item.problem.as_ref().map(|p| p.code))
        .collect();
    assert_eq!(
        codes,
        [
            None,
            Some(ProblemCode::DuplicateActiveAssignment),
            Some(ProblemCode::LicenseCapacityExceeded),
            Some(ProblemCode::NotFound),
            Some(ProblemCode::UserNotActive),
            None,
        ]
    );
    for (place, item) in done.body.results.iter().enumerate() {
        assert_eq!(item.index, place as i32);
        let due = match codes[place] {
            None => BatchOutcome::Created,
            Some(_) => BatchOutcome::Refused,
        };
        assert_eq!(
            (item.outcome, item.assignment.is_some()),
            (due, codes[place].is_none())
        );
    }
    let full = done.body.results[2].problem.as_ref().unwrap();
    assert_eq!(
        (full.capacity, full.assigned_active_count),
        (Some(1), Some(1))
    );
    let page = admin
        .list_assignments(&ListAssignmentsParams::default(), &plain())
        .await;
    assert_eq!(page.unwrap().body.total_elements, 2);
}

async fn atomic_keeps_all_or_none(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(2)).await;
    let mut users = Vec::new();
    for name in ["ada", "bob", "eve"] {
        users.push(app.user(name).await.id);
    }
    let all = users
        .iter()
        .map(|user| (*user, variant.id))
        .collect::<Vec<_>>();
    let position = app.position().await;
    let body = batch(BatchMode::Atomic, &all);
    let refused = problem(admin.create_assignment_batch(&body, &plain()).await);
    assert_eq!(refused.code, ProblemCode::LicenseCapacityExceeded);
    let outcomes: Vec<_> = refused
        .results
        .unwrap()
        .iter()
        .map(|item| item.outcome)
        .collect();
    let not_applied = BatchOutcome::NotApplied;
    assert_eq!(outcomes, [not_applied, not_applied, BatchOutcome::Refused]);
    assert_eq!(app.position().await, position);

    let body = batch(BatchMode::Atomic, &all[..2]);
    let done = admin
        .create_assignment_batch(&body, &plain())
        .await
        .unwrap()
        .body;
    assert_eq!((done.created, done.refused), (2, 0));
    // With the second seat the variant is exhausted, which appends an event too.
    assert_eq!(app.position().await, position + 3);
}

async fn atomic_names_the_missing_items(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, None).await;
    let ada = app.user("ada").await.id;
    let pairs = [(ada, variant.id), (app.new_id(), variant.id)];
    let position = app.position().await;
    let body = batch(BatchMode::Atomic, &pairs);
    let refused = problem(admin.create_assignment_batch(&body, &plain()).await);
    assert_eq!(refused.status, 404);
    assert_eq!(refused.code, ProblemCode::NotFound);
    assert_eq!(refused.results.unwrap().len(), 2);
    assert_eq!(app.position().await, position);
}

async fn an_item_sees_the_effects_of_the_items_before_it(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(1)).await;
    let (ada, bob) = (app.user("ada").await.id, app.user("bob").await.id);
    let end = app.clock().time() + Duration::days(1);
    let mut body = batch(BatchMode::Partial, &[(ada, variant.id), (bob, variant.id)]);
    body.items[0].ends_at = Some(end);
    let done = admin
        .create_assignment_batch(&body, &plain())
        .await
        .unwrap()
        .body;
    let refused = done.results[1].problem.as_ref().unwrap();
    assert_eq!(refused.code, ProblemCode::LicenseCapacityExceeded);
    assert_eq!(
        refused.next_free_at,
        Some(Some(end)),
        "the seat that was just taken ends first"
    );
}

async fn a_due_seat_is_free_for_a_batch(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(1)).await;
    let (ada, bob) = (app.user("ada").await.id, app.user("bob").await.id);
    let mut short = batch(BatchMode::Atomic, &[(ada, variant.id)]);
    short.items[0].ends_at = Some(app.clock().time() + Duration::hours(1));
    admin
        .create_assignment_batch(&short, &plain())
        .await
        .unwrap();
    app.clock().advance(Duration::hours(1));
    let next = batch(BatchMode::Atomic, &[(bob, variant.id)]);
    let done = admin
        .create_assignment_batch(&next, &plain())
        .await
        .unwrap();
    assert_eq!(done.body.created, 1);
}

async fn a_refused_item_reports_the_next_end_after_a_due_seat(app: &mut TestApp) {
    let variant = variant(app, Some(2)).await;
    let mut users = Vec::new();
    for name in ["ada", "bob", "eve", "max"] {
        users.push(app.user(name).await.id);
    }
    let [soon, later] = [1, 2].map(|hours| app.clock().time() + Duration::hours(hours));
    let held = [(users[0], variant.id), (users[1], variant.id)];
    let mut short = batch(BatchMode::Atomic, &held);
    short.items[0].ends_at = Some(soon);
    short.items[1].ends_at = Some(later);
    let admin = app.super_admin();
    let done = admin.create_assignment_batch(&short, &plain()).await;
    assert_eq!(done.unwrap().body.created, 2);
    // A restarted writer has not cached any seat that ends later.
    app.restart().await;
    app.clock().advance(Duration::hours(1));
    let wanted = [(users[2], variant.id), (users[3], variant.id)];
    let next = batch(BatchMode::Partial, &wanted);
    let admin = app.super_admin();
    let done = admin.create_assignment_batch(&next, &plain()).await;
    let results = done.unwrap().body.results;
    assert_eq!(results[0].outcome, BatchOutcome::Created);
    let refused = results[1].problem.as_ref().unwrap();
    assert_eq!(refused.next_free_at, Some(Some(later)));
}

async fn a_batch_takes_at_most_five_hundred_items(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.user("ada").await.id;
    let held = variant(app, None).await;
    seat(app, ada, held.id).await;
    let free = variant(app, None).await;
    let mut pairs = vec![(ada, held.id); 500];
    pairs[499] = (ada, free.id);
    let body = batch(BatchMode::Partial, &pairs);
    let done = admin
        .create_assignment_batch(&body, &plain())
        .await
        .unwrap()
        .body;
    assert_eq!(
        (done.created, done.refused, done.results.len()),
        (1, 499, 500)
    );
    assert_eq!(done.results[499].outcome, BatchOutcome::Created);

    let position = app.position().await;
    pairs.push((ada, free.id));
    let body = batch(BatchMode::Partial, &pairs);
    let refused = problem(admin.create_assignment_batch(&body, &plain()).await);
    assert_eq!(refused.code, ProblemCode::ValidationError);
    let errors = refused.errors.unwrap();
    assert_eq!(errors[0].pointer.as_deref(), Some("/items"));
    assert_eq!(errors[0].code, "MAX_ITEMS");
    let none = batch(BatchMode::Partial, &[]);
    let refused = admin.create_assignment_batch(&none, &plain()).await;
    assert_eq!(code(refused), ProblemCode::ValidationError);
    assert_eq!(app.position().await, position);
}

async fn an_item_that_breaks_the_contract_refuses_the_batch(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, None).await;
    let ada = app.user("ada").await.id;
    let position = app.position().await;
    let body = json!({"mode": "PARTIAL", "items": [
        {"userId": ada, "productVariantId": variant.id},
        {"userId": "nobody", "productVariantId": variant.id},
        {"userId": ada, "productVariantId": variant.id, "note": 1, "seats": 2},
    ]});
    let sent = app.raw("POST", "/api/v1/assignments/batch").key(&admin.key);
    let refused = sent.json(&body).send().await;
    assert_eq!(refused.status, 400);
    let errors = refused.json()["errors"].clone();
    let errors = errors.as_array().unwrap().iter();
    let mut pointers: Vec<_> = errors
        .map(|error| error["pointer"].as_str().unwrap().to_owned())
        .collect();
    pointers.sort();
    assert_eq!(
        pointers,
        ["/items/1/userId", "/items/2/note", "/items/2/seats"]
    );
    assert_eq!(app.position().await, position);
}
