//! Backups of database servers by their own tools, imported into another database and restored.

use crate::{
    cluster::SECRET,
    power_cut::{check_acknowledged, desks},
    restored::{
        Folder, Writers, holder, invited, planned_revocations, reports, revoke, serves_without,
        succeeded,
    },
    signed_in::House,
    tables::Tables,
};
use std::{
    fs::File,
    process::{Command, Stdio},
};
use testkit::{
    database::{Backend, Database, fresh},
    process::Installation,
};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn pg_dump() {
    round(Backend::Postgres).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn mariadb_dump() {
    round(Backend::MariaDb).await;
}

async fn round(backend: Backend) {
    let (Some(database), Some(other)) = (fresh(backend).await, fresh(backend).await) else {
        return;
    };
    let folder = Folder::new();
    let mut house = House::open(&database).await;
    let guest = house.member().await;
    let revocations = planned_revocations(&house).await;
    let link = invited(&house).await;
    let desks = desks(&house.cluster).await;
    let writers = Writers::start(&house, &desks);
    writers.turn(24).await;
    let pair = house.sign_in(0, &guest).await;
    let before = writers.acknowledged();
    let file = folder.file("dump");
    let output = house.cluster.installation.run(&["backup", &file]).await;
    assert_eq!(output.code, Some(1), "{}", output.out);
    assert!(
        output.err.contains("pg_dump or mariadb-dump"),
        "{}",
        output.err
    );
    dump(&database, &file);
    writers.turn(24).await;
    writers.stop().await;
    revoke(&house, &revocations).await;
    let holder = holder(&house, pair).await;
    house.cluster.stop().await;

    import(&other, &file);
    let restored = Installation::at(env!("CARGO_BIN_EXE_quartermaster"), other.url())
        .with("QUARTERMASTER_API_KEY_SECRET", SECRET);
    let after = ["restore", "--after-import", "--former", database.url()];
    let wrong = Installation::at(env!("CARGO_BIN_EXE_quartermaster"), other.url())
        .with("QUARTERMASTER_API_KEY_SECRET", &"0f".repeat(32));
    let output = wrong.run(&after).await;
    assert_eq!(output.code, Some(1), "{}", output.out);
    assert!(output.err.contains("another root secret"), "{}", output.err);
    let tables = Tables::at(other.url()).await;
    let lasting = "SELECT COUNT(*) AS n FROM sessions WHERE ended_at IS NULL";
    assert!(
        tables.numbers(lasting).await[0] > 0,
        "a refusal changes nothing"
    );
    let output = restored.run(&after).await;
    succeeded(&output);
    reports(&output, &revocations);
    check_acknowledged(&tables, &before).await;
    assert_eq!(tables.numbers(lasting).await, [0]);
    assert!(
        tables
            .numbers("SELECT MIN(epoch) AS n FROM event_heads")
            .await[0]
            > 1
    );
    // A second run finds no session to end.
    let output = restored.run(&["restore", "--after-import"]).await;
    succeeded(&output);
    assert!(output.out.contains("Ended: 0 sessions"), "{}", output.out);
    succeeded(&restored.run(&["log", "verify"]).await);
    serves_without(&restored, &house.cluster.key, &holder, &link).await;
    succeeded(&restored.run(&["log", "verify"]).await);
    tables.close().await;
}

/// The command of docs/operating/backup.md, for the server of the test.
fn dump(database: &Database, file: &str) {
    let command = match database.backend() {
        Backend::Postgres => {
            let mut command = Command::new("pg_dump");
            let file = format!("--file={file}");
            command.args(["--format=custom", "--no-owner", &file, database.url()]);
            command
        }
        _ => {
            let mut command = mariadb("mariadb-dump", database);
            command.args(["--single-transaction", "--hex-blob"]);
            command
                .arg(name(database))
                .stdout(File::create(file).unwrap());
            command
        }
    };
    run(command);
}

fn import(database: &Database, file: &str) {
    let command = match database.backend() {
        Backend::Postgres => {
            let mut command = Command::new("pg_restore");
            let into = format!("--dbname={}", database.url());
            command.args([
                "--exit-on-error",
                "--single-transaction",
                "--no-owner",
                &into,
                file,
            ]);
            command
        }
        _ => {
            let mut command = mariadb("mariadb", database);
            command.arg(name(database)).stdin(File::open(file).unwrap());
            command
        }
    };
    run(command);
}

fn run(mut command: Command) {
    let ended = command.stderr(Stdio::piped()).spawn().unwrap();
    let ended = ended.wait_with_output().unwrap();
    let output = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{command:?}: {output}");
}

/// A client of MariaDB at the server of `mysql://USER[:PASSWORD]@HOST:PORT/NAME`.
fn mariadb(program: &str, database: &Database) -> Command {
    let rest = database.url().split_once("://").unwrap().1;
    let (who, place) = rest.split_once('@').unwrap();
    let (user, password) = who.split_once(':').unwrap_or((who, ""));
    let (host, port) = place.split_once('/').unwrap().0.split_once(':').unwrap();
    let mut command = Command::new(program);
    command.args([
        "--no-defaults",
        "--protocol=tcp",
        "-u",
        user,
        "-h",
        host,
        "-P",
        port,
    ]);
    command.env("MYSQL_PWD", password);
    command
}

fn name(database: &Database) -> &str {
    let path = database.url().rsplit('/').next().unwrap();
    path.split('?').next().unwrap()
}
