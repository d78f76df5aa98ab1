//! Counts of seats in an answer come from one snapshot, whatever is committed meanwhile.

use crate::{
    cluster::{Cluster, FREE, installation},
    tables::Tables,
    tenants::put_pool,
};
use client::NewAssignment;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use testkit::database::Database;
use tokio::time::sleep;
use uuid::Uuid;

/// Seats that are due: all of the capacity, and the sweep frees them at once.
const DUE: usize = 3;

/// Reads of each kind. Torn ones are a few in a hundred.
const READS: usize = 250;

testkit::on_every_database! {
    async fn seats_are_counted_at_one_moment(database: Database) {
        let still = installation(&database).with("QUARTERMASTER_SWEEP_INTERVAL", "off");
        let cluster = Cluster::of(still, 1).await;
        let variant = cluster.variant(Some(3)).await.id;
        let users = cluster.users(DUE).await;
        let organization = cluster.organization().await;
        let pooled = cluster.variant(Some(3)).await.id;
        put_pool(&cluster.client(0), organization, pooled, 3).await.unwrap();
        let members = cluster.members(organization, DUE).await;
        seats_end(&cluster, variant, &users).await;
        seats_end(&cluster, pooled, &members).await;
        let stop = Arc::new(AtomicBool::new(false));
        let sweeping = tokio::spawn(sweep(
            Tables::open(&database).await,
            [variant, pooled],
            Arc::clone(&stop),
        ));
        let client = cluster.client(0);
        for _ in 0..READS {
            let seats = client.get_variant_availability(variant, FREE).await.unwrap().body;
            assert_eq!((seats.available, seats.assigned_active_count), (Some(3), 0));
            let pool = client.get_allocation(organization, pooled, FREE).await;
            let pool = pool.unwrap().body.unwrap();
            assert_eq!((pool.available, pool.assigned_active_count), (3, 0));
        }
        stop.store(true, Ordering::Relaxed);
        sweeping.await.unwrap();
    }
}

/// Assigns a seat to each holder; the seats have ended when this returns.
async fn seats_end(cluster: &Cluster, variant: Uuid, holders: &[Uuid]) {
    let ends_at = chrono::Utc::now() + Duration::from_secs(2);
    for holder in holders {
        let seat = NewAssignment {
            ends_at: Some(ends_at),
            ..testkit::seat(*holder, variant)
        };
        cluster
            .client(0)
            .create_assignment(&seat, FREE)
            .await
            .unwrap();
    }
    let wait = (ends_at - chrono::Utc::now()).to_std();
    sleep(wait.unwrap_or_default() + Duration::from_millis(10)).await;
}

/// Frees the seats as the sweep does, in one transaction, and undoes that, repeatedly.
async fn sweep(tables: Tables, variants: [Uuid; 2], stop: Arc<AtomicBool>) {
    let [variant, pooled] = variants.map(|id| tables.literal(id));
    let mut swept = false;
    while !stop.load(Ordering::Relaxed) || swept {
        swept = !swept;
        let (status, held) = if swept {
            ("REVOKED", 0)
        } else {
            ("ACTIVE", DUE)
        };
        for sql in [
            "BEGIN".to_owned(),
            format!("UPDATE variants SET active_count = {held} WHERE id = {variant}"),
            format!("UPDATE pools SET active_count = {held} WHERE variant_id = {pooled}"),
            format!(
                "UPDATE assignments SET status = '{status}' WHERE variant_id IN ({variant}, {pooled})"
            ),
            "COMMIT".to_owned(),
        ] {
            tables.run(&sql).await;
        }
    }
    tables.close().await;
}
