#![allow(clippy::unwrap_used)]

use std::{
    path::{Path, PathBuf},
    process::{Command, Stdio},
    time::{Duration, Instant},
};

use sea_orm::{ConnectionTrait, Statement};

use super::*;

crate::on_every_database! {
    async fn a_fresh_database_is_empty_and_takes_a_table(database: Database) {
        let statements = ["CREATE TABLE seat (id BIGINT)", "INSERT INTO seat VALUES (1)"];
        execute(database.url(), &statements.map(str::to_owned)).await.unwrap();
        let another = fresh(database.backend()).await.unwrap();
        assert_ne!(another.url(), database.url());
        let found = execute(another.url(), &["SELECT * FROM seat".to_owned()]).await;
        assert!(found.is_err(), "the table of one database is seen in another");
    }

    async fn a_dropped_database_is_gone(database: Database) {
        let url = database.url().to_owned();
        execute(&url, &["CREATE TABLE seat (id BIGINT)".to_owned()]).await.unwrap();
        drop(database);
        let url = url.replace("mode=rwc", "mode=rw");
        assert!(execute(&url, &["SELECT 1".to_owned()]).await.is_err());
    }
}

#[tokio::test]
async fn a_dropped_database_with_an_open_connection_does_not_hang() {
    for backend in Backend::ALL {
        let Some(database) = fresh(backend).await else {
            continue;
        };
        let connection = sea_orm::Database::connect(database.url()).await.unwrap();
        let probe = Statement::from_string(connection.get_database_backend(), "SELECT 1");
        connection.query_one_raw(probe).await.unwrap();
        let since = Instant::now();
        drop(database);
        assert!(since.elapsed() < Duration::from_secs(10), "{backend}");
    }
}

#[test]
fn the_url_of_another_database_keeps_server_and_query() {
    let cases = [
        ("postgres://u:p@h:1/postgres", "postgres://u:p@h:1/x"),
        ("postgres://u@h", "postgres://u@h/x"),
        (
            "mysql://h/a?ssl-mode=disabled",
            "mysql://h/x?ssl-mode=disabled",
        ),
    ];
    for (given, wanted) in cases {
        assert_eq!(with_database(given, "x"), wanted);
    }
}

/// No test by itself: the process that the test below kills.
#[tokio::test]
async fn start_a_server_and_wait_to_be_killed() {
    let Some(note) = std::env::var_os("QUARTERMASTER_TEST_NOTE") else {
        return;
    };
    let server = Server::start(Backend::Postgres, Durability::None)
        .await
        .unwrap();
    let folder = server.folder().display().to_string();
    let draft = PathBuf::from(&note).with_extension("draft");
    std::fs::write(&draft, format!("{}\n{folder}\n", server.pid().unwrap())).unwrap();
    std::fs::rename(draft, note).unwrap();
    tokio::time::sleep(Duration::from_secs(120)).await;
}

#[tokio::test]
async fn a_server_ends_with_a_process_that_is_killed() {
    if let Err(reason) = admin_url(Backend::Postgres).await {
        return leave_out(Backend::Postgres, &reason);
    }
    let note = std::env::temp_dir().join(unique_name());
    let mut owner = Command::new(std::env::current_exe().unwrap())
        .args([
            "--exact",
            "database::tests::start_a_server_and_wait_to_be_killed",
        ])
        .env("QUARTERMASTER_TEST_NOTE", &note)
        .stdout(Stdio::null())
        .spawn()
        .unwrap();
    until("the server runs", || note.exists()).await;
    let text = std::fs::read_to_string(&note).unwrap();
    let (pid, folder) = text.trim().split_once('\n').unwrap();
    assert!(Path::new(folder).exists());
    owner.kill().unwrap();
    owner.wait().unwrap();
    until("the folder is gone", || !Path::new(folder).exists()).await;
    assert!(
        !Path::new(&format!("/proc/{pid}")).exists(),
        "the server outlived its owner"
    );
    std::fs::remove_file(note).unwrap();
}

async fn until(what: &str, condition: impl Fn() -> bool) {
    let since = Instant::now();
    while !condition() {
        assert!(
            since.elapsed() < Duration::from_secs(60),
            "waited in vain until {what}"
        );
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}
