//! Starting on an empty database, demo data and the self-check.

use crate::{
    cluster::{FREE, at_once, counted, ending, expected, installation, new_user},
    tables::Tables,
};
use sea_orm::DbBackend;
use std::time::Duration;
use testkit::{
    database::{Backend, Database, fresh},
    process::Installation,
};
use tokio::time::{Instant, sleep};

/// The longest wait for a condition.
const SOON: Duration = Duration::from_secs(10);

testkit::on_every_database! {
    async fn two_processes_start_together_and_one_makes_the_key(database: Database) {
        // A SQLite file belongs to one process.
        if database.backend() == Backend::Sqlite {
            return;
        }
        for _ in 0..3 {
            let empty = fresh(database.backend()).await.unwrap();
            let shared = installation(&empty);
            let mut both = [shared.spawn(), shared.spawn()];
            for process in &mut both {
                process.serves().await;
            }
            let keys = both.iter().filter_map(|process| process.bootstrap_key());
            let [key] = keys.collect::<Vec<_>>().try_into().unwrap();
            let calls = both.iter().map(|process| {
                let client = process.client(&key);
                async move { ending(&new_user(&client).await) }
            });
            assert_eq!(counted(at_once(calls.collect::<Vec<_>>()).await), expected([("201", 2)]));
            let output = shared.run(&["log", "verify"]).await;
            assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        }
    }

    async fn a_missing_database_is_not_created(database: Database) {
        let url = database.url().trim_end_matches("?mode=rwc");
        let service = Installation::at(env!("CARGO_BIN_EXE_quartermaster"), url);
        let service = service.with("QUARTERMASTER_AUTO_MIGRATE", "false");
        for command in [&["log", "verify"][..], &["log", "rebuild"], &["serve"]] {
            let output = service.run(command).await;
            assert_eq!(output.code, Some(1), "{}{}", output.out, output.err);
            let message = match database.backend() {
                Backend::Sqlite => "unable to open database file",
                _ => "`quartermaster migrate` brings it up to date",
            };
            assert!(output.err.contains(message), "{}", output.err);
        }
        if let Some(file) = url.strip_prefix("sqlite://") {
            assert!(!std::path::Path::new(file).exists(), "{file}");
        }
    }

    async fn the_demo_data_is_loaded_once(database: Database) {
        let service = installation(&database);
        let output = service.run(&["seed", "--demo"]).await;
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        let tables = Tables::open(&database).await;
        let before = tables.dump().await;
        for (table, rows) in [("organizations", 12), ("stations", 150), ("pools", 67)] {
            assert_eq!(before[table].len(), rows, "{table}");
        }
        let suspended = "SELECT slug AS text FROM organizations WHERE status = 'SUSPENDED'";
        assert_eq!(tables.texts(suspended).await, ["mistral-recharge"]);
        let due = "SELECT COUNT(*) AS n FROM assignments WHERE status = 'ACTIVE' AND \
                   ends_at < (SELECT MAX(occurred_at) FROM events)";
        assert_eq!(tables.numbers(due).await, [0]);
        let roles = "SELECT role AS text FROM users WHERE organization_id IS NOT NULL \
                     GROUP BY role ORDER BY role";
        assert_eq!(tables.texts(roles).await, ["MEMBER", "OPERATOR", "PARTNER"]);
        let output = service.run(&["seed", "--demo"]).await;
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        assert_eq!(tables.dump().await, before);
        let output = service.run(&["log", "verify"]).await;
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        tables.close().await;
    }

    async fn the_selfcheck_passes_and_leaves_nothing_behind(database: Database) {
        let service = installation(&database);
        let server = service.start().await;
        let key = server.bootstrap_key().unwrap();
        let tables = Tables::open(&database).await;
        let (rows, places) = (tables.dump().await, places(&database, &tables).await);
        let flags = ["selfcheck", "--isolation", "--torture", "--rounds", "4"];
        let output = service.run(&flags).await;
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        assert!(!output.err.contains("\"access\""), "{}", output.err);
        let [fight, proof] = output.out.lines().collect::<Vec<_>>().try_into().unwrap();
        let message = "PASS: 4 rounds, 256 tries, 40 assigned, 216 refused, 0 faults; p50 ";
        assert!(fight.starts_with(message) && fight.contains(" ms, p99 "), "{fight}");
        let secured = contract::OPERATIONS.iter().filter(|one| one.permission.is_some()).count();
        let message = format!("PASS: {secured} operations, ");
        let end = ["requests, 0 faults, nothing changed in", "tables"];
        assert!(proof.starts_with(&message), "{proof}");
        assert!(proof.contains(end[0]) && proof.ends_with(end[1]), "{proof}");
        assert_eq!(tables.dump().await, rows);
        assert_eq!(self::places(&database, &tables).await, places);
        let client = server.client(&key);
        client.get_current_user(FREE).await.unwrap();
        tables.close().await;
    }

    async fn a_selfcheck_that_is_stopped_leaves_nothing_behind(database: Database) {
        let service = installation(&database);
        let output = service.run(&["migrate"]).await;
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        let tables = Tables::open(&database).await;
        let before = places(&database, &tables).await;
        for check in ["--isolation", "--torture"] {
            let mut process = service.begin(&["selfcheck", check, "--rounds", "60000"]);
            let since = Instant::now();
            while !places(&database, &tables).await.iter().any(|place| !before.contains(place)) {
                assert!(since.elapsed() < SOON, "{}", process.errors());
                sleep(Duration::from_millis(10)).await;
            }
            process.terminate();
            assert_eq!(process.ended().await.code(), Some(1), "{}", process.errors());
            let message = "quartermaster: stopped before it was done";
            assert!(process.errors().contains(message), "{}", process.errors());
            assert_eq!(places(&database, &tables).await, before);
        }
        tables.close().await;
    }

    async fn health_asks_where_the_configuration_listens(database: Database) {
        let shared = installation(&database);
        let server = shared.start().await;
        let address = server.url().trim_start_matches("http://").to_owned();
        let asking = installation(&database).with("QUARTERMASTER_LISTEN", &address);
        let output = asking.run(&["health"]).await;
        assert_eq!((output.code, output.out.as_str()), (Some(0), "200\n"), "{}", output.err);
    }

    async fn a_selfcheck_without_options_lists_them(database: Database) {
        let output = installation(&database).run(&["selfcheck"]).await;
        assert_eq!(output.code, Some(1), "{}{}", output.out, output.err);
        assert!(output.err.contains("--torture") && output.err.contains("--isolation"), "{}", output.err);
    }
}

/// Everything that a scratch database could leave: files, schemas, databases.
async fn places(database: &Database, tables: &Tables) -> Vec<String> {
    let sql = if tables.is(DbBackend::Postgres) {
        "SELECT nspname::text AS text FROM pg_namespace WHERE nspname NOT LIKE 'pg_%'"
    } else if tables.is(DbBackend::MySql) {
        "SELECT schema_name AS text FROM information_schema.schemata \
         WHERE schema_name LIKE 'quartermaster%'"
    } else {
        let path = database.url().trim_start_matches("sqlite://");
        let file = std::path::Path::new(path.split('?').next().unwrap());
        let files = std::fs::read_dir(file.parent().unwrap()).unwrap();
        let names = files.map(|file| file.unwrap().file_name().into_string().unwrap());
        let mut names: Vec<_> = names.collect();
        names.sort();
        return names;
    };
    let mut names = tables.texts(sql).await;
    names.sort();
    names
}
