//! A database that refuses connections is reported with that cause, not only as a timeout.

use crate::cluster::{Cluster, FREE, installation};
use std::time::Duration;
use testkit::{
    database::{Backend, Durability, Server},
    process::Installation,
};
use tokio::{
    net::TcpListener,
    time::{Instant, sleep},
};

const REFUSED: &str = "Connection refused";

/// How long the service may take to report it.
const SOON: Duration = Duration::from_secs(20);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_without_postgres_names_the_cause() {
    start("postgres").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_start_without_mariadb_names_the_cause() {
    start("mysql").await;
}

async fn start(scheme: &str) {
    let nobody = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let address = nobody.local_addr().unwrap();
    drop(nobody);
    let url = format!("{scheme}://somebody@{address}/nothing");
    let service = Installation::at(env!("CARGO_BIN_EXE_quartermaster"), &url);
    let output = service.run(&["serve"]).await;
    assert_eq!(output.code, Some(1), "{}", output.err);
    assert!(output.err.contains(REFUSED), "{}", output.err);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_of_postgres_is_reported_with_its_cause() {
    outage(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_outage_of_mariadb_is_reported_with_its_cause() {
    outage(Backend::MariaDb).await;
}

async fn outage(backend: Backend) {
    let Ok(server) = Server::start(backend, Durability::None).await else {
        return;
    };
    let database = server.fresh().await.unwrap();
    let cluster = Cluster::of(installation(&database), 1).await;
    drop(server);
    let since = Instant::now();
    let reports_cause =
        |line: &str| line.contains("the database does not answer") && line.contains(REFUSED);
    while !cluster.servers[0].errors().lines().any(reports_cause) {
        let late = since.elapsed() > SOON;
        assert!(!late, "{}", cluster.servers[0].errors());
        sleep(Duration::from_millis(50)).await;
    }
    assert!(cluster.client(0).get_readiness(FREE).await.is_err());
    // The database is gone with its server, so that dropping it would fail.
    std::mem::forget(database);
}
