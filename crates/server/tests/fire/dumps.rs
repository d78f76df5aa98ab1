//! Backups of servers by their own tools, imported into another database and begun anew.

use crate::{
    arena::SECRET,
    power_cut::{desks, stands},
    restored::{
        Folder, Writers, done, holder, invited, serves_without, take_away, taken_away, tells,
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
    let taken = taken_away(&house).await;
    let link = invited(&house).await;
    let desks = desks(&house.arena).await;
    let writers = Writers::start(&house, &desks);
    writers.turn(24).await;
    let pair = house.sign_in(0, &guest).await;
    let before = writers.told();
    let file = folder.file("dump");
    let said = house.arena.installation.run(&["backup", &file]).await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.err.contains("pg_dump or mariadb-dump"), "{}", said.err);
    dump(&database, &file);
    writers.turn(24).await;
    writers.stop().await;
    take_away(&house, &taken).await;
    let holder = holder(&house, pair).await;
    house.arena.stop().await;

    import(&other, &file);
    let restored = Installation::at(env!("CARGO_BIN_EXE_quartermaster"), other.url())
        .with("QUARTERMASTER_API_KEY_SECRET", SECRET);
    let after = ["restore", "--after-import", "--former", database.url()];
    let wrong = Installation::at(env!("CARGO_BIN_EXE_quartermaster"), other.url())
        .with("QUARTERMASTER_API_KEY_SECRET", &"0f".repeat(32));
    let said = wrong.run(&after).await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    assert!(said.err.contains("another root secret"), "{}", said.err);
    let tables = Tables::at(other.url()).await;
    let lasting = "SELECT COUNT(*) AS n FROM sessions WHERE ended_at IS NULL";
    assert!(
        tables.numbers(lasting).await[0] > 0,
        "a refusal changes nothing"
    );
    let said = restored.run(&after).await;
    done(&said);
    tells(&said, &taken);
    stands(&tables, &before).await;
    assert_eq!(tables.numbers(lasting).await, [0]);
    assert!(
        tables
            .numbers("SELECT MIN(epoch) AS n FROM event_heads")
            .await[0]
            > 1
    );
    // Once more ends what is left, which is nothing.
    let said = restored.run(&["restore", "--after-import"]).await;
    done(&said);
    assert!(said.out.contains("Ended: 0 sessions"), "{}", said.out);
    done(&restored.run(&["log", "verify"]).await);
    serves_without(&restored, &house.arena.key, &holder, &link).await;
    done(&restored.run(&["log", "verify"]).await);
    tables.close().await;
}

/// What docs/operating/backup.md says, with the address of the server of the test.
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
    let said = String::from_utf8_lossy(&ended.stderr);
    assert!(ended.status.success(), "{command:?}: {said}");
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
