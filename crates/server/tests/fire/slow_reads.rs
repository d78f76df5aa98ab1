//! One caller's slow reads do not block other callers, and disconnected clients keep no connection
//! busy.

use crate::{
    cluster::{Cluster, FREE, ending, installation, unique},
    tables::Tables,
};
use client::{Client, ListUsersParams, NewApiKey, NewProduct};
use std::time::Duration;
use testkit::database::{Backend, Database, fresh};
use tokio::{
    task::JoinHandle,
    time::{Instant, sleep, timeout},
};

/// Reads of one caller, far more than there are connections.
const READS: usize = 40;

/// How long other callers may wait.
const SOON: Duration = Duration::from_secs(2);

/// How soon disconnected clients keep nothing busy any more.
const LEFT: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_reads_on_postgres_do_not_delay_others() {
    let Some(database) = fresh(Backend::Postgres).await else {
        return;
    };
    locked(
        &database,
        "BEGIN; LOCK TABLE users IN ACCESS EXCLUSIVE MODE",
        "ROLLBACK",
    )
    .await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_reads_on_mariadb_do_not_delay_others() {
    let Some(database) = fresh(Backend::MariaDb).await else {
        return;
    };
    locked(&database, "LOCK TABLES users WRITE", "UNLOCK TABLES").await;
}

/// Reads of users wait as long as the test locks the table.
async fn locked(database: &Database, lock: &str, unlock: &str) {
    let cluster = Cluster::of(installation(database), 1).await;
    let (slow, quick) = (cluster.client(0), other_caller(&cluster).await);
    let product = NewProduct::new(unique("p"), "Read");
    let product = cluster.client(0).create_product(&product, FREE).await;
    let product = product.unwrap().body.id;
    quick.get_product(product, FREE).await.unwrap();
    let holder = Tables::open(database).await;
    holder.run(lock).await;
    let reads = begin(&slow);
    busy(&cluster, database).await;
    let looked = timeout(SOON, cluster.client(0).get_readiness(FREE)).await;
    assert_eq!(ending(&looked.unwrap()), "200");
    let read = timeout(SOON, quick.get_product(product, FREE)).await;
    assert_eq!(ending(&read.unwrap()), "200");
    reads.into_iter().for_each(|read| read.abort());
    let watch = Tables::open(database).await;
    let since = Instant::now();
    while running(&watch, database).await > 0 {
        assert!(since.elapsed() < LEFT, "what nobody waits for still runs");
        sleep(Duration::from_millis(50)).await;
    }
    holder.run(unlock).await;
    let params = ListUsersParams::default();
    let listed = timeout(SOON, slow.list_users(&params, FREE)).await;
    assert_eq!(ending(&listed.unwrap()), "200");
}

/// SQLite has no lock that blocks readers, so the reads are made long.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_reads_on_sqlite_do_not_delay_others() {
    let database = fresh(Backend::Sqlite).await.unwrap();
    let cluster = Cluster::of(installation(&database), 1).await;
    let (slow, quick) = (cluster.client(0), other_caller(&cluster).await);
    let me = quick.get_current_user(FREE).await.unwrap().body.unwrap().id;
    Tables::open(&database).await.run(&many_users()).await;
    let reads = begin(&slow);
    let since = Instant::now();
    while cluster.servers[0]
        .metric("quartermaster_requests_in_flight")
        .await
        < READS as f64
    {
        assert!(since.elapsed() < LEFT, "the reads are not there");
        sleep(Duration::from_millis(10)).await;
    }
    let looked = timeout(SOON, cluster.client(0).get_readiness(FREE)).await;
    assert_eq!(ending(&looked.unwrap()), "200");
    let read = timeout(SOON, quick.get_user(me, FREE)).await;
    assert_eq!(ending(&read.unwrap()), "200");
    reads.into_iter().for_each(|read| read.abort());
    let since = Instant::now();
    while busy_connections(&cluster).await > 0.0 {
        assert!(since.elapsed() < LEFT, "what nobody waits for still runs");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Copies of the first user, so many that a scan takes long.
fn many_users() -> String {
    let columns = "realm, display_name, role, status, organization_id, station_id, roles, \
                   password_set_at, password_must_change, authz_epoch, created_at, updated_at, version";
    format!(
        "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n WHERE x < 200000) \
         INSERT INTO users (id, email, email_key, email_folded, search_text, {columns}) \
         SELECT randomblob(16), x || '@fire.test', x || '@fire.test', x || '@fire.test', \
         x || '@fire.test' || display_name, {columns} \
         FROM n, (SELECT * FROM users LIMIT 1)"
    )
}

async fn busy_connections(cluster: &Cluster) -> f64 {
    let server = &cluster.servers[0];
    let open = server.metric("quartermaster_pool_connections").await;
    open - server.metric("quartermaster_pool_idle_connections").await
}

/// A caller of its own with the same rights.
async fn other_caller(cluster: &Cluster) -> Client {
    let client = cluster.client(0);
    let me = client
        .get_current_user(FREE)
        .await
        .unwrap()
        .body
        .unwrap()
        .id;
    let new = NewApiKey::new("Other");
    let key = client.create_user_api_key(me, &new, FREE);
    cluster.servers[0].client(&key.await.unwrap().body.key.unwrap())
}

fn begin(client: &Client) -> Vec<JoinHandle<String>> {
    let reads = (0..READS).map(|number| {
        let client = client.clone();
        tokio::spawn(async move {
            let params = ListUsersParams {
                q: Some(format!("nobody {number}")),
                ..ListUsersParams::default()
            };
            ending(&client.list_users(&params, FREE).await)
        })
    });
    reads.collect()
}

/// All reads have reached the service, and some of them the database.
async fn busy(cluster: &Cluster, database: &Database) {
    let (tables, since) = (Tables::open(database).await, Instant::now());
    loop {
        let flight = cluster.servers[0]
            .metric("quartermaster_requests_in_flight")
            .await;
        if flight >= READS as f64 && running(&tables, database).await > 0 {
            return;
        }
        assert!(since.elapsed() < LEFT, "{flight} reads are there");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Running statements of the service that read users.
async fn running(tables: &Tables, database: &Database) -> i64 {
    let sql = match database.backend() {
        Backend::Postgres => {
            "SELECT COUNT(*) AS n FROM pg_stat_activity WHERE state = 'active' \
             AND datname = current_database() AND query LIKE '%FROM \"users\"%' \
             AND pid <> pg_backend_pid()"
        }
        _ => {
            "SELECT COUNT(*) AS n FROM information_schema.processlist WHERE db = DATABASE() \
             AND command <> 'Sleep' AND info LIKE '%FROM `users`%' AND id <> CONNECTION_ID()"
        }
    };
    tables.numbers(sql).await[0]
}
