//! Concurrent changes: in any order, the rules hold and the counts agree.

use crate::cluster::{
    Cluster, FREE, assign, at_once, counted, ending, endings, expected, only, times, unique,
};
use client::{
    AssignmentPatch, AssignmentStatus, ListAssignmentsParams, NewUser, Options,
    ProductVariantUpdate, UserUpdate,
};
use testkit::database::Database;

const FULL: &str = "409 LICENSE_CAPACITY_EXCEEDED";
const BELOW: &str = "409 CAPACITY_BELOW_ACTIVE";
const GONE: &str = "409 USER_NOT_ACTIVE";
const STALE: &str = "412 PRECONDITION_FAILED";

testkit::on_every_database! {
    async fn assign_against_revoke(database: Database) {
        let cluster = Cluster::open(&database).await;
        let users = cluster.users(25).await;
        for _ in 0..4 {
            let variant = cluster.variant(Some(5)).await.id;
            let mut held = Vec::new();
            for user in &users[..5] {
                held.push(assign(&cluster.client(0), *user, variant).await.unwrap().body.id);
            }
            let acts = (0..25).map(|number| {
                let (client, user) = (cluster.client(number), users[number]);
                let seat = held.get(number).copied();
                async move {
                    match seat {
                        Some(seat) => ending(&client.revoke_assignment(seat, FREE).await),
                        None => ending(&assign(&client, user, variant).await),
                    }
                }
            });
            let ends = counted(at_once(acts).await);
            only(&ends, &["201", "204", FULL]);
            assert_eq!(times(&ends, "204"), 5);
            assert_eq!(cluster.active(variant).await, times(&ends, "201"));
        }
        cluster.verify().await;
    }

    async fn assign_against_a_capacity_cut(database: Database) {
        let cluster = Cluster::open(&database).await;
        let users = cluster.users(18).await;
        for _ in 0..6 {
            let variant = cluster.variant(Some(12)).await;
            for user in &users[..5] {
                assign(&cluster.client(0), *user, variant.id).await.unwrap();
            }
            let acts = (5..20).map(|number| {
                let client = cluster.client(number);
                let (user, variant) = (users.get(number).copied(), variant.clone());
                async move {
                    let Some(user) = user else {
                        let cut = ProductVariantUpdate::new(&variant.name, Some(8));
                        return ending(&client.update_variant(variant.id, &cut, FREE).await);
                    };
                    ending(&assign(&client, user, variant.id).await)
                }
            });
            let ends = counted(at_once(acts).await);
            only(&ends, &["200", "201", FULL, BELOW]);
            let seats = cluster.client(0).get_variant_availability(variant.id, FREE).await;
            let seats = seats.unwrap().body;
            let capacity = if times(&ends, "200") > 0 { 8 } else { 12 };
            assert_eq!(seats.capacity, Some(capacity), "{ends:?}");
            let given = 5 + times(&ends, "201");
            assert_eq!(cluster.active(variant.id).await, given);
            assert_eq!(given, usize::try_from(capacity).unwrap());
        }
        cluster.verify().await;
    }

    async fn a_deleted_user_holds_no_seat(database: Database) {
        let cluster = Cluster::open(&database).await;
        let [one, two, back] = [
            cluster.variant(None).await.id,
            cluster.variant(None).await.id,
            cluster.variant(None).await.id,
        ];
        let users = cluster.users(12).await;
        let mut acts = Vec::new();
        for (number, user) in users.iter().copied().enumerate() {
            let seat = assign(&cluster.client(0), user, back).await.unwrap().body.id;
            cluster.client(0).revoke_assignment(seat, FREE).await.unwrap();
            for act in 0..4 {
                let client = cluster.client(number + act);
                acts.push(async move {
                    match act {
                        0 => ending(&client.delete_user(user, FREE).await),
                        1 => ending(&assign(&client, user, one).await),
                        2 => ending(&assign(&client, user, two).await),
                        _ => ending(&client.patch_assignment(seat, &active(), FREE).await),
                    }
                });
            }
        }
        let ends = counted(at_once(acts).await);
        only(&ends, &["200", "201", "204", GONE]);
        assert_eq!(times(&ends, "204"), 12);
        for variant in [one, two, back] {
            assert_eq!(cluster.active(variant).await, 0);
        }
        for user in users {
            let params = ListAssignmentsParams {
                user_id: Some(user),
                status: Some(AssignmentStatus::Active),
                ..ListAssignmentsParams::default()
            };
            let held = cluster.client(1).list_assignments(&params, FREE).await.unwrap();
            assert_eq!(held.body.total_elements, 0);
        }
        cluster.verify().await;
    }

    async fn of_many_changes_to_one_version_one_wins(database: Database) {
        let cluster = Cluster::open(&database).await;
        let user = cluster.users(1).await[0];
        let variant = cluster.variant(Some(3)).await;
        for _ in 0..3 {
            let seen = cluster.client(0).get_user(user, FREE).await.unwrap().etag.unwrap();
            let acts = (0..16).map(|number| {
                let (client, seen) = (cluster.client(number), Options::if_match(&seen));
                async move {
                    let email = format!("{}@fire.test", unique("w"));
                    let update = UserUpdate { email, display_name: format!("Writer {number}") };
                    client.update_user(user, &update, &seen).await
                }
            });
            let answers = at_once(acts).await;
            assert_eq!(endings(&answers), expected([("200", 1), (STALE, 15)]));
            let won = answers.iter().find_map(|answer| answer.as_ref().ok()).unwrap();
            let stored = cluster.client(1).get_user(user, FREE).await.unwrap();
            assert_eq!(stored.body.as_ref(), Some(&won.body));

            let seen = cluster.client(0).get_variant(variant.id, FREE).await.unwrap().etag.unwrap();
            let acts = (0..16).map(|number: usize| {
                let (client, seen) = (cluster.client(number), Options::if_match(&seen));
                let capacity = i32::try_from(number).unwrap() + 1;
                let update = ProductVariantUpdate::new(unique("Seats"), Some(capacity));
                async move { client.update_variant(variant.id, &update, &seen).await }
            });
            let answers = at_once(acts).await;
            assert_eq!(endings(&answers), expected([("200", 1), (STALE, 15)]));
        }
        cluster.verify().await;
    }

    async fn one_idempotency_key_has_one_effect(database: Database) {
        let cluster = Cluster::open(&database).await;
        for round in 0..3 {
            let key = unique("key");
            let new = NewUser::new(format!("{key}@fire.test"), "Only once");
            let acts = (0..16).map(|number| {
                let (client, new) = (cluster.client(number), new.clone());
                let options = Options::with_key(&key);
                async move { client.create_user(&new, &options).await }
            });
            let answers = at_once(acts).await;
            assert_eq!(endings(&answers), expected([("201", 16)]));
            let made: Vec<_> = answers.into_iter().map(Result::unwrap).collect();
            for again in &made[1..] {
                assert_eq!(again.body, made[0].body);
                assert_eq!(again.etag, made[0].etag);
                assert_eq!(again.location, made[0].location);
            }
            let other = NewUser::new(format!("other-{key}@fire.test"), "Another");
            let reused = cluster.client(round).create_user(&other, &Options::with_key(&key)).await;
            assert_eq!(ending(&reused), "422 IDEMPOTENCY_KEY_REUSED");

            let (key, variant) = (unique("key"), cluster.variant(None).await.id);
            let new = testkit::seat(made[0].body.id, variant);
            let acts = (0..16).map(|number| {
                let (client, new) = (cluster.client(number), new.clone());
                let options = Options::with_key(&key);
                async move { client.create_assignment(&new, &options).await }
            });
            let answers = at_once(acts).await;
            assert_eq!(endings(&answers), expected([("201", 16)]));
            let first = answers[0].as_ref().unwrap().body.id;
            assert!(answers.iter().all(|answer| answer.as_ref().unwrap().body.id == first));
            assert_eq!(cluster.active(variant).await, 1);
        }
        cluster.verify().await;
    }
}

/// The patch that reactivates a seat.
pub fn active() -> AssignmentPatch {
    AssignmentPatch {
        status: Some(Some(AssignmentStatus::Active)),
        ..AssignmentPatch::default()
    }
}
