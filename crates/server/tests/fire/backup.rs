//! Backups of SQLite that are made while people write, and restored.

use crate::{
    arena::{FREE, SECRET, installation},
    power_cut::{desks, stands},
    restored::{
        Folder, Writers, done, holder, invited, serves_without, take_away, taken_away, tells,
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
    process::{Installation, Said},
};
use tokio::time::sleep;
use uuid::Uuid;

/// By when something has to happen.
const SOON: Duration = Duration::from_secs(30);

/// An installation of the same secret on another SQLite file.
fn elsewhere(file: &str) -> Installation {
    Installation::at(
        env!("CARGO_BIN_EXE_quartermaster"),
        &format!("sqlite://{file}"),
    )
    .with("QUARTERMASTER_API_KEY_SECRET", SECRET)
}

/// Refused with one line that says why, and no file is left that was not there.
fn refused(said: &Said, why: &str) {
    assert_eq!(said.code, Some(1), "{}{}", said.out, said.err);
    let told = said
        .err
        .lines()
        .filter(|line| line.starts_with("quartermaster: "));
    assert_eq!(told.count(), 1, "{}", said.err);
    assert!(said.err.contains(why), "no {why:?} in {}", said.err);
}

async fn head(house: &House, of: Uuid, file: &str) {
    let head = house
        .arena
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
async fn a_backup_beside_writers_is_whole_and_begins_again() {
    let (database, folder) = (sqlite().await, Folder::new());
    let mut house = House::open(&database).await;
    let guest = house.member().await;
    let desks = desks(&house.arena).await;
    let link = invited(&house).await;
    let of = house.arena.organization().await;
    let writers = Writers::start(&house, &desks);
    writers.turn(24).await;
    let (early, late) = (folder.file("early.json"), folder.file("late.json"));
    head(&house, of, &early).await;
    let before = writers.told();
    let pair = house.sign_in(0, &guest).await;
    let backup = folder.file("b.db");
    let said = house.arena.installation.run(&["backup", &backup]).await;
    done(&said);
    assert!(
        said.out.contains("The root secret is not in it"),
        "{}",
        said.out
    );
    let mode = std::os::unix::fs::MetadataExt::mode(&fs::metadata(&backup).unwrap());
    assert_eq!(mode & 0o777, 0o600);
    writers.turn(24).await;
    house
        .arena
        .client(0)
        .suspend_organization(of, FREE)
        .await
        .unwrap();
    head(&house, of, &late).await;
    writers.stop().await;
    let holder = holder(&house, pair).await;
    refused(
        &house.arena.installation.run(&["backup", &backup]).await,
        "is there already",
    );
    let (key, restored) = (house.arena.key.clone(), folder.file("other/q.db"));
    let other = elsewhere(&restored);
    let said = other.run(&["restore", &backup]).await;
    done(&said);
    assert!(
        said.out.contains("revoked since work again"),
        "{}",
        said.out
    );
    assert!(!said.out.contains("Ended: 0 sessions"), "{}", said.out);
    done(&other.run(&["log", "verify", "--head", &early]).await);
    let said = other.run(&["log", "verify", "--head", &late]).await;
    assert_eq!(said.code, Some(1), "{}", said.out);
    let tables = Tables::at(&format!("sqlite://{restored}")).await;
    stands(&tables, &before).await;
    let lasting = "SELECT COUNT(*) AS n FROM sessions WHERE ended_at IS NULL";
    assert_eq!(tables.numbers(lasting).await, [0]);
    let heads = "SELECT MIN(epoch) AS n FROM event_heads";
    assert!(tables.numbers(heads).await[0] > 1);
    tables.close().await;
    serves_without(&other, &key, &holder, &link).await;
    done(&other.run(&["log", "verify"]).await);
    house.arena.stop().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_in_the_place_of_a_database_tells_what_was_taken_since() {
    let (database, folder) = (sqlite().await, Folder::new());
    let mut house = House::open(&database).await;
    let admin = house.arena.client(0);
    let taken = taken_away(&house).await;
    let backup = folder.file("b.db");
    done(&house.arena.installation.run(&["backup", &backup]).await);
    let installation = &house.arena.installation;
    refused(
        &installation.run(&["restore", &backup]).await,
        "is there already",
    );
    let in_use = installation.run(&["restore", "--replace", &backup]).await;
    refused(&in_use, "is in use: stop the service first");
    admin.get_current_user(FREE).await.unwrap();
    take_away(&house, &taken).await;
    house.arena.stop().await;
    let said = house
        .arena
        .installation
        .run(&["restore", "--replace", &backup])
        .await;
    done(&said);
    tells(&said, &taken);
    let kept = said
        .out
        .lines()
        .find_map(|line| line.strip_prefix("The former database is kept as "));
    let former = elsewhere(kept.unwrap());
    done(&former.run(&["log", "verify"]).await);
    let server = house.arena.installation.start().await;
    let key = server
        .client(&house.arena.key)
        .with_api_key(Some(&taken.key));
    key.list_organizations(&client::ListOrganizationsParams::default(), FREE)
        .await
        .unwrap();
    house.arena.verify().await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_does_not_fit_is_refused_and_changes_nothing() {
    let (database, folder) = (sqlite().await, Folder::new());
    let mut house = House::open(&database).await;
    house.member().await;
    let backup = folder.file("b.db");
    done(&house.arena.installation.run(&["backup", &backup]).await);
    house.arena.users(3).await;
    house.arena.stop().await;
    let target = folder.file("q.db");
    fs::copy(&backup, &target).unwrap();
    let standing = fs::read(&target).unwrap();
    let restore = ["restore", "--replace"];
    let unchanged = |said: &Said, why: &str| {
        refused(said, why);
        assert_eq!(fs::read(&target).unwrap(), standing, "{why}");
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

/// A backup with a hole, one that ends early, and what is none.
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
    done(&house.arena.installation.run(&["backup", &backup]).await);
    let told = house.arena.users(2).await;
    house.arena.stop().await;
    let url = database.url().split('?').next().unwrap();
    let fresh = format!("{}.restoring", url.strip_prefix("sqlite://").unwrap());
    let mut cut = 0;
    for round in 0..6 {
        let mut restore = house
            .arena
            .installation
            .begin(&["restore", "--replace", &backup]);
        let since = Instant::now();
        while !Path::new(&fresh).exists() && since.elapsed() < SOON {
            tokio::task::yield_now().await;
        }
        sleep(Duration::from_millis(7 * round)).await;
        restore.kill();
        // With its name still there it was cut off before it took the place.
        if Path::new(&fresh).exists() {
            cut += 1;
            let tables = Tables::open(&database).await;
            let there = tables.ids("SELECT id FROM users").await;
            assert!(told.iter().all(|id| there.contains(id)), "round {round}");
            tables.close().await;
            house.arena.verify().await;
        } else {
            break;
        }
    }
    assert!(cut > 0, "no restore was cut off");
    done(
        &house
            .arena
            .installation
            .run(&["restore", "--replace", &backup])
            .await,
    );
    let tables = Tables::open(&database).await;
    let there = tables.ids("SELECT id FROM users").await;
    assert!(told.iter().all(|id| !there.contains(id)));
    tables.close().await;
    house.arena.verify().await;
    assert!(!Path::new(&fresh).exists());
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_backup_of_an_older_version_is_brought_up_to_date() {
    let (database, folder) = (sqlite().await, Folder::new());
    let tables = Tables::open(&database).await;
    fill(&database, &tables).await;
    let users = tables.ids("SELECT id FROM users ORDER BY id").await;
    tables.close().await;
    // The old database is not brought up to date by being copied.
    let (backup, target) = (folder.file("b.db"), folder.file("q.db"));
    done(&installation(&database).run(&["backup", &backup]).await);
    let other = elsewhere(&target);
    done(&other.run(&["restore", &backup]).await);
    done(&other.run(&["log", "verify"]).await);
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
async fn a_restore_needs_the_root_secret_and_makes_none() {
    let (database, folder) = (sqlite().await, Folder::new());
    let mut house = House::open(&database).await;
    house.arena.stop().await;
    let backup = folder.file("b.db");
    done(&house.arena.installation.run(&["backup", &backup]).await);
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
    done(&empty.run(&["restore", &backup]).await);
    done(&empty.run(&["log", "verify"]).await);
}
