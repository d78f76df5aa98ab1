//! PgBouncer in front of PostgreSQL.

use crate::{
    cluster::{Cluster, FREE, assign},
    schema,
    tables::Tables,
};
use std::time::Duration;
use testkit::{
    database::{Backend, Database, PoolMode, Pooler, fresh},
    process::{Installation, Process},
};
use tokio::time::Instant;

/// How long a refusal may take.
const AT_ONCE: Duration = Duration::from_secs(5);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_session_pooler_works_like_a_direct_connection() {
    let Some((_database, pooler)) = behind(PoolMode::Session).await else {
        return;
    };
    let through = installation(pooler.url());
    let mut cluster = Cluster::of(through, 1).await;
    let variant = cluster.variant(Some(2)).await.id;
    for user in cluster.users(2).await {
        assign(&cluster.client(0), user, variant).await.unwrap();
    }
    assert_eq!(cluster.active(variant).await, 2);
    let ready = cluster.client(0).get_readiness(FREE).await;
    assert!(ready.is_ok(), "{ready:?}");
    cluster.stop().await;
    for command in [
        &["migrate"][..],
        &["log", "verify"],
        &["selfcheck", "--torture", "--rounds", "2"],
    ] {
        let output = cluster.installation.run(command).await;
        assert_eq!(
            output.code,
            Some(0),
            "{command:?}: {}{}",
            output.out,
            output.err
        );
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_pooler_is_refused() {
    for mode in [PoolMode::Transaction, PoolMode::Statement] {
        let Some((database, pooler)) = behind(mode).await else {
            return;
        };
        let through = installation(pooler.url());
        for command in [
            &["serve"][..],
            &["migrate"],
            &["seed"],
            &["keys", "rotate"],
            &["log", "verify"],
            &["log", "rebuild"],
        ] {
            let since = Instant::now();
            let output = through.run(command).await;
            let took = since.elapsed();
            assert_eq!(
                output.code,
                Some(1),
                "{command:?}: {}{}",
                output.out,
                output.err
            );
            let lines: Vec<&str> = output.err.lines().collect();
            let reasons = lines
                .iter()
                .filter(|line| line.contains("pool_mode=session"));
            assert_eq!(
                (reasons.count(), took < AT_ONCE),
                (1, true),
                "{took:?}: {}",
                output.err
            );
        }
        let mut four: [Process; 4] = std::array::from_fn(|_| through.begin(&["migrate"]));
        for process in &mut four {
            assert_eq!(
                process.ended().await.code(),
                Some(1),
                "{}",
                process.errors()
            );
        }
        let tables = Tables::open(&database).await;
        let locks = "SELECT COUNT(*) AS n FROM pg_locks JOIN pg_database ON oid = database \
                     WHERE locktype = 'advisory' AND datname = current_database()";
        assert_eq!(tables.numbers(locks).await, [0]);
        let output = installation(database.url()).run(&["migrate"]).await;
        assert_eq!(output.code, Some(0), "{}", output.err);
        assert!(!schema::of(&tables).await.is_empty());
        tables.close().await;
    }
}

/// The same while other clients use the pooler.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_transaction_pooler_is_refused_under_load() {
    let Some((_database, pooler)) = behind(PoolMode::Transaction).await else {
        return;
    };
    let mut others = tokio::task::JoinSet::new();
    for _ in 0..8 {
        let url = pooler.url().to_owned();
        others.spawn(busy(url));
    }
    let through = installation(pooler.url());
    for _ in 0..8 {
        let output = through.run(&["migrate"]).await;
        assert_eq!(output.code, Some(1), "{}{}", output.out, output.err);
        assert!(output.err.contains("pool_mode=session"), "{}", output.err);
    }
    others.shutdown().await;
}

/// Transactions of other clients, until aborted.
async fn busy(url: String) {
    use sea_orm::sqlx::{Connection, Executor, PgConnection, postgres::PgConnectOptions};
    let options: PgConnectOptions = url.parse().unwrap();
    let options = options.extra_float_digits(None);
    let mut connection = PgConnection::connect_with(&options).await.unwrap();
    loop {
        for statement in ["BEGIN", "SELECT pg_sleep(0.001)", "COMMIT"] {
            connection.execute(statement).await.unwrap();
        }
    }
}

async fn behind(mode: PoolMode) -> Option<(Database, Pooler)> {
    let database = fresh(Backend::Postgres).await?;
    let pooler = Pooler::start(&database, mode, 40).await?;
    Some((database, pooler))
}

fn installation(url: &str) -> Installation {
    Installation::at(env!("CARGO_BIN_EXE_quartermaster"), url)
}
