//! PgBouncer in front of PostgreSQL.

use crate::{
    arena::{Arena, FREE, assign},
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
async fn a_pooler_that_keeps_sessions_is_as_good_as_none() {
    let Some((_database, pooler)) = behind(PoolMode::Session).await else {
        return;
    };
    let through = installation(pooler.url());
    let mut arena = Arena::of(through, 1).await;
    let variant = arena.variant(Some(2)).await.id;
    for user in arena.users(2).await {
        assign(&arena.client(0), user, variant).await.unwrap();
    }
    assert_eq!(arena.active(variant).await, 2);
    let ready = arena.client(0).get_readiness(FREE).await;
    assert!(ready.is_ok(), "{ready:?}");
    arena.stop().await;
    for command in [
        &["migrate"][..],
        &["log", "verify"],
        &["selfcheck", "--torture", "--rounds", "2"],
    ] {
        let said = arena.installation.run(command).await;
        assert_eq!(said.code, Some(0), "{command:?}: {}{}", said.out, said.err);
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_that_shares_sessions_is_refused() {
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
            let said = through.run(command).await;
            let took = since.elapsed();
            assert_eq!(said.code, Some(1), "{command:?}: {}{}", said.out, said.err);
            let lines: Vec<&str> = said.err.lines().collect();
            let told = lines
                .iter()
                .filter(|line| line.contains("pool_mode=session"));
            assert_eq!(
                (told.count(), took < AT_ONCE),
                (1, true),
                "{took:?}: {}",
                said.err
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
        let said = installation(database.url()).run(&["migrate"]).await;
        assert_eq!(said.code, Some(0), "{}", said.err);
        assert!(!schema::of(&tables).await.is_empty());
        tables.close().await;
    }
}

/// While others use it, too.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_pooler_that_shares_sessions_is_refused_under_load() {
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
        let said = through.run(&["migrate"]).await;
        assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
        assert!(said.err.contains("pool_mode=session"), "{}", said.err);
    }
    others.shutdown().await;
}

/// Somebody else's transactions, without an end.
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
