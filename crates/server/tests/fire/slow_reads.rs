//! One caller's slow reads keep nobody else from reading, and clients that left keep no connection
//! busy.

use crate::{
    arena::{Arena, FREE, ending, installation, unique},
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

/// How long whoever is not to blame may wait.
const SOON: Duration = Duration::from_secs(2);

/// Until clients that left keep nothing busy any more.
const LEFT: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_reads_on_postgres_keep_nobody_waiting() {
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
async fn slow_reads_on_mariadb_keep_nobody_waiting() {
    let Some(database) = fresh(Backend::MariaDb).await else {
        return;
    };
    locked(&database, "LOCK TABLES users WRITE", "UNLOCK TABLES").await;
}

/// Reads of users wait for as long as the test holds the table.
async fn locked(database: &Database, lock: &str, unlock: &str) {
    let arena = Arena::of(installation(database), 1).await;
    let (slow, quick) = (arena.client(0), other_caller(&arena).await);
    let product = NewProduct::new(unique("p"), "Read");
    let product = arena.client(0).create_product(&product, FREE).await;
    let product = product.unwrap().body.id;
    quick.get_product(product, FREE).await.unwrap();
    let holder = Tables::open(database).await;
    holder.run(lock).await;
    let reads = begin(&slow);
    busy(&arena, database).await;
    let looked = timeout(SOON, arena.client(0).get_readiness(FREE)).await;
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

/// SQLite has no lock that keeps readers waiting, so there is much to read.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn slow_reads_on_sqlite_keep_nobody_waiting() {
    let database = fresh(Backend::Sqlite).await.unwrap();
    let arena = Arena::of(installation(&database), 1).await;
    let (slow, quick) = (arena.client(0), other_caller(&arena).await);
    let me = quick.get_current_user(FREE).await.unwrap().body.unwrap().id;
    Tables::open(&database).await.run(&many_users()).await;
    let reads = begin(&slow);
    let since = Instant::now();
    while arena.servers[0]
        .metric("quartermaster_requests_in_flight")
        .await
        < READS as f64
    {
        assert!(since.elapsed() < LEFT, "the reads are not there");
        sleep(Duration::from_millis(10)).await;
    }
    let looked = timeout(SOON, arena.client(0).get_readiness(FREE)).await;
    assert_eq!(ending(&looked.unwrap()), "200");
    let read = timeout(SOON, quick.get_user(me, FREE)).await;
    assert_eq!(ending(&read.unwrap()), "200");
    reads.into_iter().for_each(|read| read.abort());
    let since = Instant::now();
    while busy_connections(&arena).await > 0.0 {
        assert!(since.elapsed() < LEFT, "what nobody waits for still runs");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Copies of the first user, so many that it takes long to look through them.
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

async fn busy_connections(arena: &Arena) -> f64 {
    let server = &arena.servers[0];
    let open = server.metric("quartermaster_pool_connections").await;
    open - server.metric("quartermaster_pool_idle_connections").await
}

/// A caller of its own with the same rights.
async fn other_caller(arena: &Arena) -> Client {
    let client = arena.client(0);
    let me = client
        .get_current_user(FREE)
        .await
        .unwrap()
        .body
        .unwrap()
        .id;
    let new = NewApiKey::new("Other");
    let key = client.create_user_api_key(me, &new, FREE);
    arena.servers[0].client(&key.await.unwrap().body.key.unwrap())
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
async fn busy(arena: &Arena, database: &Database) {
    let (tables, since) = (Tables::open(database).await, Instant::now());
    loop {
        let flight = arena.servers[0]
            .metric("quartermaster_requests_in_flight")
            .await;
        if flight >= READS as f64 && running(&tables, database).await > 0 {
            return;
        }
        assert!(since.elapsed() < LEFT, "{flight} reads are there");
        sleep(Duration::from_millis(20)).await;
    }
}

/// Statements of the service that look for users now.
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
