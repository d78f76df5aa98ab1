//! What becomes of connections, on SQLite. The fire suite of the server tests database servers.
#![allow(clippy::unwrap_used)]

use super::*;
use crate::{Options, Store};
use sea_orm::EntityTrait;
use std::{path::PathBuf, time::Duration};
use tokio::time::timeout;

/// A database in a folder that goes with it.
struct Place {
    folder: PathBuf,
    store: Store,
}

impl Place {
    async fn new() -> Self {
        let name = format!("qm_connection_{}", uuid::Uuid::now_v7().simple());
        let folder = std::env::temp_dir().join(name);
        std::fs::create_dir(&folder).unwrap();
        let url = format!("sqlite://{}", folder.join("test.db").display());
        let store = Store::connect(&url, &Options::default()).await.unwrap();
        store.migrate().await.unwrap();
        Self { folder, store }
    }

    /// Writes a row, commits, and looks for it over another connection.
    async fn keeps(&self, row: i32) -> bool {
        let transaction = self.store.write.begin_write().await.unwrap();
        transaction.execute_unprepared(&insert(row)).await.unwrap();
        transaction.commit().await.unwrap();
        self.has(row).await
    }

    async fn has(&self, row: i32) -> bool {
        let found = crate::write_probe::Entity::find_by_id(row);
        found.one(&self.store.read).await.unwrap().is_some()
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

fn insert(row: i32) -> String {
    format!("INSERT INTO write_probes (id, probes) VALUES ({row}, 0)")
}

#[tokio::test]
async fn a_write_is_kept_after_the_database_undid_one_by_itself() {
    let place = Place::new().await;
    let transaction = place.store.write.begin_write().await.unwrap();
    transaction.execute_unprepared(&insert(7)).await.unwrap();
    // As SQLite does where a disk is full: the transaction is over, and the driver does not know it.
    let undoes = insert(7).replacen("INSERT", "INSERT OR ROLLBACK", 1);
    transaction.execute_unprepared(&undoes).await.unwrap_err();
    drop(transaction);
    assert!(!place.has(7).await);
    assert!(place.keeps(8).await);
}

#[tokio::test]
async fn nothing_is_kept_of_a_transaction_after_a_statement_failed() {
    let place = Place::new().await;
    let transaction = place.store.write.begin_write().await.unwrap();
    transaction.execute_unprepared(&insert(7)).await.unwrap();
    let undoes = insert(7).replacen("INSERT", "INSERT OR ROLLBACK", 1);
    transaction.execute_unprepared(&undoes).await.unwrap_err();
    transaction
        .execute_unprepared(&insert(8))
        .await
        .unwrap_err();
    transaction.commit().await.unwrap_err();
    assert!(!place.has(7).await && !place.has(8).await);
    assert!(place.keeps(9).await);
}

#[tokio::test]
async fn a_transaction_that_the_driver_does_not_know_is_not_written_in() {
    let place = Place::new().await;
    place.store.write.execute_unprepared("BEGIN").await.unwrap();
    place.store.write.begin_write().await.unwrap_err();
    assert!(place.keeps(7).await);
}

#[tokio::test]
async fn an_abandoned_begin_takes_no_write_with_it() {
    let place = Place::new().await;
    for row in 100..160 {
        let micros = u64::try_from(row - 100).unwrap() * 5;
        let begin = place.store.write.begin_write();
        let _ = timeout(Duration::from_micros(micros), begin).await;
        place
            .store
            .write
            .execute_unprepared(&insert(row))
            .await
            .unwrap();
        assert!(place.has(row).await, "{micros} us");
    }
}

#[tokio::test]
async fn the_proof_of_a_write_is_shared() {
    let place = Place::new().await;
    for _ in 0..5 {
        assert_eq!(place.store.keeps_changes().await, Ok(()));
    }
    let row = crate::write_probe::Entity::find_by_id(1);
    let row = row.one(&place.store.read).await.unwrap().unwrap();
    assert!(row.probes <= 2, "{} probes", row.probes);
}
