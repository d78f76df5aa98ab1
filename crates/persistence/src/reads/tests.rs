#![allow(clippy::unwrap_used)]

use super::*;
use std::{path::PathBuf, time::Instant};
use tokio::time::sleep;
use uuid::Uuid;

/// A statement that never ends by itself.
const ENDLESS: &str =
    "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT COUNT(*) FROM n";

/// As long as anything here may take.
const SOON: Duration = Duration::from_secs(5);

struct File(PathBuf);

impl File {
    fn new() -> Self {
        Self(std::env::temp_dir().join(format!("qm_reads_{}.db", Uuid::now_v7().simple())))
    }

    async fn reads(&self, size: u32) -> Reads {
        let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", self.0.display()));
        options.sqlx_logging(false);
        Reads::connect(options, size, SOON).await.unwrap()
    }
}

impl Drop for File {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

#[tokio::test]
async fn a_statement_that_nobody_waits_for_is_ended() {
    let file = File::new();
    let reads = file.reads(2).await;
    for _ in 0..4 {
        let endless = reads.execute_unprepared(ENDLESS);
        assert!(timeout(Duration::from_millis(50), endless).await.is_err());
    }
    let began = Instant::now();
    for _ in 0..8 {
        reads.execute_unprepared("SELECT 1").await.unwrap();
    }
    assert!(began.elapsed() < SOON, "{:?}", began.elapsed());
    let since = Instant::now();
    while reads.shared.permits.available_permits() < 2 {
        assert!(since.elapsed() < SOON, "a connection is not given back");
        sleep(Duration::from_millis(5)).await;
    }
    reads.close().await.unwrap();
}

#[tokio::test]
async fn a_snapshot_that_nobody_waits_for_gives_its_connection_back() {
    let file = File::new();
    let reads = file.reads(1).await;
    let snapshot = reads.snapshot(None, None).await.unwrap();
    let endless = snapshot.execute_unprepared(ENDLESS);
    assert!(timeout(Duration::from_millis(50), endless).await.is_err());
    drop(snapshot);
    timeout(SOON, reads.execute_unprepared("SELECT 1"))
        .await
        .unwrap()
        .unwrap();
    let snapshot = reads.snapshot(None, None).await.unwrap();
    snapshot.execute_unprepared("SELECT 1").await.unwrap();
    snapshot.rollback().await.unwrap();
    reads.close().await.unwrap();
}

#[tokio::test]
async fn an_error_of_a_statement_costs_no_connection() {
    let file = File::new();
    let reads = file.reads(1).await;
    for _ in 0..3 {
        assert!(reads.execute_unprepared("SELECT nothing").await.is_err());
        reads.execute_unprepared("SELECT 1").await.unwrap();
    }
    assert_eq!(reads.connections(), (1, 1));
    reads.close().await.unwrap();
}

#[tokio::test]
async fn a_read_that_waits_too_long_for_a_connection_fails() {
    let file = File::new();
    let mut options = ConnectOptions::new(format!("sqlite://{}?mode=rwc", file.0.display()));
    options.sqlx_logging(false);
    let reads = Reads::connect(options, 1, Duration::from_millis(20))
        .await
        .unwrap();
    let held = reads.lease().await.unwrap();
    let refused = reads.execute_unprepared("SELECT 1").await;
    assert!(
        matches!(refused, Err(DbErr::ConnectionAcquire(_))),
        "{refused:?}"
    );
    held.give_back();
    reads.execute_unprepared("SELECT 1").await.unwrap();
}
