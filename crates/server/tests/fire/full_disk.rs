//! The disk of the database fills under writers and is emptied again.

use crate::{
    cluster::{Cluster, installation},
    writers::{BACK_WITHIN, Writers, is_back, is_not_ready, nothing_is_lost},
};
use testkit::{
    database::{Backend, Database, Server},
    small_disk::{SmallDisk, leave_out},
};

const WRITERS: usize = 8;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn sqlite_loses_nothing_to_a_full_disk() {
    let Some(disk) = SmallDisk::mount(16) else {
        return;
    };
    let file = disk.folder().join("quartermaster.db");
    let database = Database::at(Backend::Sqlite, &format!("sqlite://{}", file.display()));
    let mut cluster = Cluster::of(installation(&database), 1).await;
    let writers = Writers::start(&cluster, WRITERS).await;
    for _ in 0..2 {
        writers.are_answered(20).await;
        disk.fill();
        writers.are_refused(20).await;
        let detail = is_not_ready(&cluster.client(0)).await;
        assert!(detail.contains("the disk is full"), "{detail}");
        disk.empty();
        let took = is_back(&cluster.client(0)).await;
        assert!(took < BACK_WITHIN, "{took:?}");
    }
    writers.are_answered(50).await;
    let server = &cluster.servers[0];
    let faults = "quartermaster_database_write_faults_total{cause=\"disk_full\"}";
    assert!(server.metric(faults).await >= 2.0);
    let keeps = server.metric("quartermaster_database_keeps_changes").await;
    assert!((keeps - 1.0).abs() < 0.1);
    // Once per outage, not per write.
    let lines = server.errors();
    let begun = lines.matches("the database does not keep changes").count();
    let over = lines.matches("the database keeps changes again").count();
    assert_eq!((begun, over), (2, 2), "{lines}");
    nothing_is_lost(&mut cluster, &database, writers.end().await).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn postgres_loses_nothing_to_a_full_disk() {
    server(Backend::Postgres, 56).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_loses_nothing_to_a_full_disk() {
    server(Backend::MariaDb, 128).await;
}

async fn server(backend: Backend, megabytes: u32) {
    let Some(disk) = SmallDisk::mount(megabytes) else {
        return;
    };
    let server = match Server::start_on(backend, &disk).await {
        Ok(server) => server,
        Err(reason) => return leave_out(&format!("a full disk below {backend} ({reason})")),
    };
    let database = server.fresh().await.unwrap();
    let mut cluster = Cluster::of(installation(&database), 1).await;
    let writers = Writers::start(&cluster, WRITERS).await;
    for _ in 0..2 {
        writers.are_answered(20).await;
        disk.fill();
        writers.are_refused(20).await;
        is_not_ready(&cluster.client(0)).await;
        disk.empty();
        let took = is_back(&cluster.client(0)).await;
        assert!(took < BACK_WITHIN, "{took:?}");
    }
    writers.are_answered(50).await;
    nothing_is_lost(&mut cluster, &database, writers.end().await).await;
}
