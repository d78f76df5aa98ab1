//! Backups of SQLite, made beside writers, and their restores.

use crate::{
    cluster::{FREE, SECRET, installation},
    power_cut::{check_acknowledged, desks},
    restored::{
        Folder, Writers, holder, invited, planned_revocations, reports, revoke, serves_without,
        succeeded,
    },
    signed_in::House,
    tables::Tables,
    upgrade::fill,
};
use std::{
    fs,
    path::Path,
    time::{Duration, Instant},
};
use testkit::{
    database::{Backend, Database, fresh},
    process::{CommandOutput, Installation},
};
use tokio::time::sleep;
use uuid::Uuid;

/// The longest wait for a condition.
const SOON: Duration = Duration::from_secs(30);

/// An installation of the same secret on another SQLite file.
fn elsewhere(file: &str) -> Installation {
    Installation::at(
        env!("CARGO_BIN_EXE_quartermaster"),
        &format!("sqlite://{file}"),
    )
    .with("QUARTERMASTER_API_KEY_SECRET", SECRET)
}

/// The command failed with one line that gives the reason.
fn refused(output: &CommandOutput, why: &str) {
    assert_eq!(output.code, Some(1), "{}{}", output.out, output.err);
    let lines = output
        .err
        .lines()
        .filter(|line| line.starts_with("quartermaster: "));
    assert_eq!(lines.count(), 1, "{}", output.err);
    assert!(output.err.contains(why), "no {why:?} in {}", output.err);
}

async fn head(house: &House, of: Uuid, file: &str) {
    let head = house
        .cluster
        .client(0)
        .get_log_head(of, FREE)
        .await
        .unwrap()
        .body;
    fs::write(file, serde_json::to_vec(&head).unwrap()).unwrap();
}

async fn sqlite() -> Database {
    fresh(Backend::Sqlite).await.unwrap()
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_taken_beside_writers_restores_and_serves() {
    let (database, folder) = (sqlite().await, Folder::new());
    let mut house = House::open(&database).await;
    let guest = house.member().await;
    let desks = desks(&house.cluster).await;
    let link = invited(&house).await;
    let of = house.cluster.organization().await;
    let writers = Writers::start(&house, &desks);
    writers.turn(24).await;
    let (early, late) = (folder.file("early.json"), folder.file("late.json"));
    head(&house, of, &early).await;
    let before = writers.acknowledged();
    let pair = house.sign_in(0, &guest).await;
    let backup = folder.file("b.db");
    let output = house.cluster.installation.run(&["backup", &backup]).await;
    succeeded(&output);
    assert!(
        output.out.contains("The root secret is not in it"),
        "{}",
        output.out
    );
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&backup).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    writers.turn(24).await;
    house
        .cluster
        .client(0)
        .suspend_organization(of, FREE)
        .await
        .unwrap();
    head(&house, of, &late).await;
    writers.stop().await;
    let holder = holder(&house, pair).await;
    refused(
        &house.cluster.installation.run(&["backup", &backup]).await,
        "is there already",
    );
    let (key, restored) = (house.cluster.key.clone(), folder.file("other/q.db"));
    let other = elsewhere(&restored);
    let output = other.run(&["restore", &backup]).await;
    succeeded(&output);
    assert!(
        output.out.contains("revoked since work again"),
        "{}",
        output.out
    );
    assert!(!output.out.contains("Ended: 0 sessions"), "{}", output.out);
    succeeded(&other.run(&["log", "verify", "--head", &early]).await);
    let output = other.run(&["log", "verify", "--head", &late]).await;
    assert_eq!(output.code, Some(1), "{}", output.out);
    let tables = Tables::at(&format!("sqlite://{restored}")).await;
    check_acknowledged(&tables, &before).await;
    let lasting = "SELECT COUNT(*) AS n FROM sessions WHERE ended_at IS NULL";
    assert_eq!(tables.numbers(lasting).await, [0]);
    let heads = "SELECT MIN(epoch) AS n FROM event_heads";
    assert!(tables.numbers(heads).await[0] > 1);
    tables.close().await;
    serves_without(&other, &key, &holder, &link).await;
    succeeded(&other.run(&["log", "verify"]).await);
    house.cluster.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_over_a_database_reports_what_was_revoked_since() {
    let (database, folder) = (sqlite().await, Folder::new());
    let mut house = House::open(&database).await;
    let admin = house.cluster.client(0);
    let revocations = planned_revocations(&house).await;
    let backup = folder.file("b.db");
    succeeded(&house.cluster.installation.run(&["backup", &backup]).await);
    let installation = &house.cluster.installation;
    refused(
        &installation.run(&["restore", &backup]).await,
        "is there already",
    );
    let in_use = installation.run(&["restore", "--replace", &backup]).await;
    refused(&in_use, "is in use: stop the service first");
    admin.get_current_user(FREE).await.unwrap();
    revoke(&house, &revocations).await;
    house.cluster.stop().await;
    let output = house
        .cluster
        .installation
        .run(&["restore", "--replace", &backup])
        .await;
    succeeded(&output);
    reports(&output, &revocations);
    let kept = output
        .out
        .lines()
        .find_map(|line| line.strip_prefix("The former database is kept as "));
    let former = elsewhere(kept.unwrap());
    succeeded(&former.run(&["log", "verify"]).await);
    let server = house.cluster.installation.start().await;
    let key = server
        .client(&house.cluster.key)
        .with_api_key(Some(&revocations.key));
    key.list_organizations(&client::ListOrganizationsParams::default(), FREE)
        .await
        .unwrap();
    house.cluster.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_of_an_unusable_file_is_refused_and_changes_nothing() {
    let (database, folder) = (sqlite().await, Folder::new());
    let mut house = House::open(&database).await;
    house.member().await;
    let backup = folder.file("b.db");
    succeeded(&house.cluster.installation.run(&["backup", &backup]).await);
    house.cluster.users(3).await;
    house.cluster.stop().await;
    let target = folder.file("q.db");
    fs::copy(&backup, &target).unwrap();
    let before = fs::read(&target).unwrap();
    let restore = ["restore", "--replace"];
    let unchanged = |output: &CommandOutput, why: &str| {
        refused(output, why);
        assert_eq!(fs::read(&target).unwrap(), before, "{why}");
        let names = fs::read_dir(Path::new(&target).parent().unwrap()).unwrap();
        let names = names.map(|name| name.unwrap().file_name().into_string().unwrap());
        let left: Vec<_> = names.filter(|name| name.contains("restor")).collect();
        assert!(left.is_empty(), "{why}: {left:?}");
    };
    let other = elsewhere(&target);
    let wrong = elsewhere(&target).with("QUARTERMASTER_API_KEY_SECRET", &"0f".repeat(32));
    unchanged(
        &wrong.run(&[restore[0], restore[1], &backup]).await,
        "another root secret",
    );

    let newer = folder.file("newer.db");
    fs::copy(&backup, &newer).unwrap();
    let tables = Tables::at(&format!("sqlite://{newer}")).await;
    tables
        .run("INSERT INTO seaql_migrations VALUES ('m9999_later', 1)")
        .await;
    tables.close().await;
    unchanged(
        &other.run(&[restore[0], restore[1], &newer]).await,
        "m9999_later",
    );

    let whole = fs::read(&backup).unwrap();
    for (name, bytes) in damaged(&whole) {
        let file = folder.file(name);
        fs::write(&file, bytes).unwrap();
        unchanged(
            &other.run(&[restore[0], restore[1], &file]).await,
            "is no whole backup",
        );
    }
    unchanged(
        &other
            .run(&[restore[0], restore[1], &folder.file("none")])
            .await,
        "none",
    );
    unchanged(
        &other.run(&[restore[0], restore[1], &target]).await,
        "the database itself",
    );
    let copied = folder.file("copied.db");
    fs::copy(&backup, &copied).unwrap();
    fs::write(format!("{copied}-wal"), "what cp left behind").unwrap();
    unchanged(
        &other.run(&[restore[0], restore[1], &copied]).await,
        "no backup",
    );
}

/// A backup with a hole, a truncated one, and a file that is no database.
fn damaged(whole: &[u8]) -> Vec<(&'static str, Vec<u8>)> {
    let mut hole = whole.to_vec();
    let middle = hole.len() / 2 / 4096 * 4096;
    hole[middle..middle + 4096].fill(0x5a);
    vec![
        ("hole.db", hole),
        ("short.db", whole[..whole.len() / 2].to_vec()),
        ("empty.db", Vec::new()),
        ("text.db", b"not a database at all".to_vec()),
    ]
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_that_is_cut_off_leaves_the_database_that_was_there() {
    let (database, folder) = (sqlite().await, Folder::new());
    let mut house = House::open(&database).await;
    house.member().await;
    let backup = folder.file("b.db");
    succeeded(&house.cluster.installation.run(&["backup", &backup]).await);
    let users = house.cluster.users(2).await;
    house.cluster.stop().await;
    let url = database.url().split('?').next().unwrap();
    let fresh = format!("{}.restoring", url.strip_prefix("sqlite://").unwrap());
    let mut cut = 0;
    for round in 0..6 {
        let mut restore = house
            .cluster
            .installation
            .begin(&["restore", "--replace", &backup]);
        let since = Instant::now();
        while !Path::new(&fresh).exists() && since.elapsed() < SOON {
            tokio::task::yield_now().await;
        }
        sleep(Duration::from_millis(7 * round)).await;
        restore.kill();
        // While the temporary file exists, the restore had not replaced the database yet.
        if Path::new(&fresh).exists() {
            cut += 1;
            let tables = Tables::open(&database).await;
            let there = tables.ids("SELECT id FROM users").await;
            assert!(users.iter().all(|id| there.contains(id)), "round {round}");
            tables.close().await;
            house.cluster.verify().await;
        } else {
            break;
        }
    }
    assert!(cut > 0, "no restore was cut off");
    succeeded(
        &house
            .cluster
            .installation
            .run(&["restore", "--replace", &backup])
            .await,
    );
    let tables = Tables::open(&database).await;
    let there = tables.ids("SELECT id FROM users").await;
    assert!(users.iter().all(|id| !there.contains(id)));
    tables.close().await;
    house.cluster.verify().await;
    assert!(!Path::new(&fresh).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_an_older_version_is_brought_up_to_date() {
    let (database, folder) = (sqlite().await, Folder::new());
    let tables = Tables::open(&database).await;
    fill(&database, &tables).await;
    let users = tables.ids("SELECT id FROM users ORDER BY id").await;
    tables.close().await;
    // The backup command does not migrate the database that it copies.
    let (backup, target) = (folder.file("b.db"), folder.file("q.db"));
    succeeded(&installation(&database).run(&["backup", &backup]).await);
    let other = elsewhere(&target);
    succeeded(&other.run(&["restore", &backup]).await);
    succeeded(&other.run(&["log", "verify"]).await);
    let tables = Tables::at(&format!("sqlite://{target}")).await;
    let there = tables.ids("SELECT id FROM users ORDER BY id").await;
    assert_eq!(there, users);
    tables.close().await;
    for url in [database.url().to_owned(), format!("sqlite://{backup}")] {
        let tables = Tables::at(&url).await;
        let since = "SELECT COUNT(*) AS n FROM sqlite_master WHERE name = 'event_tickets'";
        assert_eq!(tables.numbers(since).await, [0], "{url}");
        tables.close().await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_restore_needs_the_root_secret_and_creates_none() {
    let (database, folder) = (sqlite().await, Folder::new());
    let mut house = House::open(&database).await;
    house.cluster.stop().await;
    let backup = folder.file("b.db");
    succeeded(&house.cluster.installation.run(&["backup", &backup]).await);
    let data = folder.file("data");
    let url = format!("sqlite://{data}/quartermaster.db");
    let empty = Installation::at(env!("CARGO_BIN_EXE_quartermaster"), &url)
        .with("QUARTERMASTER_API_KEY_SECRET", "")
        .with("QUARTERMASTER_DATA_DIR", &data);
    refused(
        &empty.run(&["restore", &backup]).await,
        "the root secret is needed",
    );
    assert!(!Path::new(&data).exists());
    fs::create_dir(&data).unwrap();
    let secret = format!("{data}/api-key.secret");
    fs::write(&secret, SECRET).unwrap();
    let own = std::os::unix::fs::PermissionsExt::from_mode(0o600);
    fs::set_permissions(&secret, own).unwrap();
    succeeded(&empty.run(&["restore", &backup]).await);
    succeeded(&empty.run(&["log", "verify"]).await);
}
