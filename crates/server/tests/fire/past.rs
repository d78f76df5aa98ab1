//! Reads as of a past moment while seats change.

use crate::cluster::{Cluster, FREE, at_once};
use client::{
    AssignmentBatch, AssignmentStatus, BatchMode, Client, ListAssignmentsParams, Options,
};
use std::sync::{
    Arc,
    atomic::{AtomicUsize, Ordering},
};
use testkit::database::Database;
use uuid::Uuid;

/// Seats that are held at the moment that is read, and revoked meanwhile.
const SEATS: usize = 160;
/// Concurrent writers, which revoke seats, and readers.
const WRITERS: usize = 4;
const READERS: usize = 3;

testkit::on_every_database! {
    async fn the_past_does_not_change_while_seats_are_revoked(database: Database) {
        let cluster = Cluster::open(&database).await;
        let variant = cluster.variant(None).await.id;
        let held = held(&cluster, variant).await;
        let moment = Options::as_of(chrono::Utc::now());
        let writers_left = Arc::new(AtomicUsize::new(WRITERS));
        let acts = (0..WRITERS + READERS).map(|number| {
            let (client, moment) = (cluster.client(number), moment.clone());
            let (held, left) = (held.clone(), Arc::clone(&writers_left));
            async move {
                if number < WRITERS {
                    give_back(&client, held.iter().skip(number).step_by(WRITERS)).await;
                    left.fetch_sub(1, Ordering::Relaxed);
                    return (0, Vec::new());
                }
                let (mut reads, mut wrong) = (0, Vec::new());
                while left.load(Ordering::Relaxed) > 0 {
                    reads += 1;
                    let found = read_at(&client, variant, &moment).await;
                    wrong.extend((found != (SEATS as i64, held.clone(), SEATS as i64)).then_some(found));
                }
                (reads, wrong)
            }
        });
        let answers = at_once(acts).await;
        let reads: usize = answers.iter().map(|(reads, _)| reads).sum();
        let wrong: Vec<_> = answers.iter().flat_map(|(_, wrong)| wrong).collect();
        let counts = wrong.iter().map(|(total, listed, active)| (total, listed.len(), active));
        assert!(wrong.is_empty(), "{} of {reads}: {:?}", wrong.len(), counts.collect::<Vec<_>>());
        assert!(reads >= 2 * READERS, "{reads} reads are too few");
        assert_eq!(cluster.active(variant).await, 0);
    }
}

/// Seats of the variant, in the order of their creation.
async fn held(cluster: &Cluster, variant: Uuid) -> Vec<Uuid> {
    let users = cluster.users(SEATS).await;
    let items = users.iter().map(|user| testkit::seat(*user, variant));
    let batch = AssignmentBatch {
        mode: BatchMode::Atomic,
        items: items.collect(),
    };
    let made = cluster
        .client(0)
        .create_assignment_batch(&batch, FREE)
        .await;
    let made = made.unwrap().body.results.into_iter();
    let mut ids: Vec<Uuid> = made.map(|item| item.assignment.unwrap().id).collect();
    ids.sort();
    ids
}

async fn give_back(client: &Client, seats: impl Iterator<Item = &Uuid>) {
    for seat in seats {
        client.revoke_assignment(*seat, FREE).await.unwrap();
    }
}

/// The total of the list, its seats, and the count of the availability, all at one moment.
async fn read_at(client: &Client, variant: Uuid, moment: &Options) -> (i64, Vec<Uuid>, i64) {
    let params = ListAssignmentsParams {
        variant_id: Some(variant),
        status: Some(AssignmentStatus::Active),
        size: Some(200),
        ..ListAssignmentsParams::default()
    };
    let listed = client.list_assignments(&params, moment).await.unwrap().body;
    let mut ids: Vec<Uuid> = listed.content.iter().map(|seat| seat.id).collect();
    ids.sort();
    let free = client.get_variant_availability(variant, moment).await;
    let active = free.unwrap().body.assigned_active_count;
    (listed.total_elements, ids, active)
}
