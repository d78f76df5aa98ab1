//! A start while the database is migrated: what it answers, and that it can be stopped and killed.

use crate::{cluster::installation, schema, tables::Tables};
use migration::{Migrator, MigratorTrait};
use reqwest::{Client, Response, StatusCode};
use sea_orm::DbBackend;
use serde_json::Value;
use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Duration,
};
use testkit::{
    database::{Database, fresh},
    process::{Installation, Process},
};
use tokio::time::{Instant, sleep};

/// The longest wait for a condition; a process logs every five seconds that it waits.
const SOON: Duration = Duration::from_secs(20);

/// How long a start that is asked to stop may take.
const AT_ONCE: Duration = Duration::from_secs(4);

/// How many processes are killed, each at another moment.
const MOMENTS: u64 = 10;

/// What a process logs while another one migrates.
const WAITS: &str = "another process";

testkit::on_every_database! {
    async fn a_start_answers_while_another_process_migrates(database: Database) {
        let tables = Tables::open(&database).await;
        hold(&tables).await;
        let service = verbose(&database);
        let mut process = service.spawn();
        let url = listens(&process).await;
        assert_eq!(get(&url, "/health").await.json::<Value>().await.unwrap()["status"], "UP");
        logs(&process, WAITS).await;
        assert_eq!(get(&url, "/health").await.status(), 200);
        let ready = problem(get(&url, "/ready").await).await;
        assert!(ready["detail"].as_str().unwrap().contains("migrating"), "{ready}");
        for path in ["/v1/users", "/metrics", "/", "/health/x", "/openapi.yaml"] {
            problem(get(&url, path).await).await;
        }
        assert_eq!(tables_there(&tables).await, 0, "the lock is another's");

        // Requests are answered throughout, also when the service takes over the port.
        let over = Arc::new(AtomicBool::new(false));
        let asking = tokio::spawn(asked_all_the_while(url.clone(), Arc::clone(&over)));
        release(&tables).await;
        process.serves().await;
        over.store(true, Ordering::Relaxed);
        assert!(asking.await.unwrap() > 0);
        assert_eq!(process.url(), url);
        assert_eq!(get(&url, "/ready").await.status(), 200);
        assert!(process.bootstrap_key().is_some());
        tables.close().await;
    }

    async fn a_start_that_waits_for_the_migration_stops_at_once(database: Database) {
        let tables = Tables::open(&database).await;
        hold(&tables).await;
        let service = verbose(&database);
        for command in ["serve", "migrate"] {
            let mut process = service.begin(&[command]);
            logs(&process, if command == "serve" { "listening" } else { WAITS }).await;
            let since = Instant::now();
            process.terminate();
            let code = process.ended().await.code();
            assert_eq!(code, Some(i32::from(command == "migrate")), "{}", process.errors());
            assert!(since.elapsed() < AT_ONCE, "{:?}", since.elapsed());
        }
        release(&tables).await;
        assert!(service.start().await.bootstrap_key().is_some());
        tables.close().await;
    }

    async fn a_migration_that_is_stopped_goes_on_with_the_next_start(database: Database) {
        let service = verbose(&database);
        for migration in Migrator::migrations() {
            let mut process = service.spawn();
            if reaches(&mut process, migration.name()).await {
                process.terminate();
                assert_eq!(process.ended().await.code(), Some(0), "{}", process.errors());
            }
        }
        is_whole(&database).await;
    }

    async fn a_migration_that_is_killed_goes_on_with_the_next_start(database: Database) {
        let (mut database, mut kills) = (database, 0);
        for _ in 0..MOMENTS {
            let service = verbose(&database);
            for migration in Migrator::migrations() {
                let mut process = service.begin(&["migrate"]);
                if !reaches(&mut process, migration.name()).await {
                    break;
                }
                // Killed at another moment each time.
                sleep(Duration::from_millis(2 * kills)).await;
                process.kill();
                kills += u64::from(process.ended().await.code().is_none());
            }
            is_whole(&database).await;
            if kills >= MOMENTS {
                return;
            }
            database = fresh(database.backend()).await.unwrap();
        }
        panic!("only {kills} were killed before their end");
    }

    async fn four_processes_migrate_at_once_and_each_migration_is_applied_once(database: Database) {
        let shared = verbose(&database);
        let mut four: [Process; 4] = std::array::from_fn(|_| shared.begin(&["migrate"]));
        let mut applied = 0;
        for process in &mut four {
            assert_eq!(process.ended().await.code(), Some(0), "{}", process.errors());
            applied += process.errors().matches(r#""message":"applying""#).count();
        }
        assert_eq!(applied, Migrator::migrations().len());
        is_whole(&database).await;
    }
}

/// An installation that logs which migration it applies.
fn verbose(database: &Database) -> Installation {
    installation(database).with("QUARTERMASTER_LOG_LEVEL", "warn,migration=info,server=info")
}

/// Takes the lock of a process that migrates.
async fn hold(tables: &Tables) {
    if tables.is(DbBackend::Postgres) {
        tables.run("SELECT pg_advisory_lock(7303014)").await;
    } else if tables.is(DbBackend::MySql) {
        let lock = "SELECT CAST(GET_LOCK(CONCAT('quartermaster.', DATABASE()), 0) AS SIGNED) AS n";
        assert_eq!(tables.numbers(lock).await, [1]);
    } else {
        tables.run("PRAGMA journal_mode = WAL").await;
        tables.run("BEGIN IMMEDIATE").await;
    }
}

async fn release(tables: &Tables) {
    if tables.is(DbBackend::Postgres) {
        tables.run("SELECT pg_advisory_unlock(7303014)").await;
    } else if tables.is(DbBackend::MySql) {
        tables
            .run("SELECT RELEASE_LOCK(CONCAT('quartermaster.', DATABASE()))")
            .await;
    } else {
        tables.run("COMMIT").await;
    }
}

async fn tables_there(tables: &Tables) -> usize {
    let sql = if tables.is(DbBackend::Postgres) {
        "SELECT tablename::text AS text FROM pg_tables WHERE schemaname = current_schema()"
    } else if tables.is(DbBackend::MySql) {
        "SELECT table_name AS text FROM information_schema.tables WHERE table_schema = DATABASE()"
    } else {
        "SELECT name AS text FROM sqlite_master"
    };
    tables.texts(sql).await.len()
}

/// Where the process listens.
async fn listens(process: &Process) -> String {
    logs(process, r#""message":"listening""#).await;
    let errors = process.errors();
    let (_, rest) = errors.split_once(r#""address":""#).unwrap();
    format!("http://{}", rest.split_once('"').unwrap().0)
}

/// Waits until the log of the process contains the text.
async fn logs(process: &Process, text: &str) {
    let since = Instant::now();
    while !process.errors().contains(text) {
        assert!(since.elapsed() < SOON, "no {text}: {}", process.errors());
        sleep(Duration::from_millis(5)).await;
    }
}

/// Waits until the process applies that migration or a later one; false when it finished before.
async fn reaches(process: &mut Process, first: &str) -> bool {
    let since = Instant::now();
    let names = Migrator::migrations();
    let names: Vec<&str> = names.iter().map(|one| one.name()).collect();
    loop {
        let errors = process.errors();
        if names
            .iter()
            .any(|name| *name >= first && errors.contains(*name))
        {
            return true;
        }
        if errors.contains(r#""message":"serving""#) || process.output().contains("up to date") {
            return false;
        }
        assert!(since.elapsed() < SOON, "{errors}");
        sleep(Duration::from_millis(1)).await;
    }
}

/// Brings the database up to date; the schema then equals that of an uninterrupted migration.
async fn is_whole(database: &Database) {
    let uncut = fresh(database.backend()).await.unwrap();
    let mut schemas = Vec::new();
    for database in [database, &uncut] {
        let output = installation(database).run(&["migrate"]).await;
        assert_eq!(output.code, Some(0), "{}", output.err);
        let tables = Tables::open(database).await;
        schemas.push(schema::of(&tables).await);
        tables.close().await;
    }
    assert_eq!(schemas[0], schemas[1]);
    let output = installation(database).run(&["log", "verify"]).await;
    assert_eq!(output.code, Some(0), "{}", output.err);
}

/// A client that opens a connection for each request.
fn http() -> Client {
    let built = Client::builder().no_proxy().pool_max_idle_per_host(0);
    built.timeout(SOON).build().unwrap()
}

async fn get(url: &str, path: &str) -> Response {
    http().get(format!("{url}{path}")).send().await.unwrap()
}

/// The problem of a service that cannot serve yet.
async fn problem(answer: Response) -> Value {
    assert_eq!(answer.status(), StatusCode::SERVICE_UNAVAILABLE);
    let headers = answer.headers();
    assert_eq!(headers["content-type"], "application/problem+json");
    assert!(headers.contains_key("retry-after") && headers.contains_key("x-request-id"));
    let problem: Value = answer.json().await.unwrap();
    assert_eq!(problem["code"], "UNAVAILABLE");
    problem
}

/// Sends requests on new connections until it is over; returns their number.
async fn asked_all_the_while(url: String, over: Arc<AtomicBool>) -> usize {
    let (http, url) = (http(), format!("{url}/health"));
    let mut asked = 0;
    while !over.load(Ordering::Relaxed) {
        assert_eq!(http.get(&url).send().await.unwrap().status(), 200);
        asked += 1;
    }
    asked
}
