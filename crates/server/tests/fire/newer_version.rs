//! Data that a newer version writes into the logs and tables does not stop an older one.

use crate::{
    cluster::{FREE, ending},
    signed_in::{EVERYWHERE, House, SOON},
    tables::Tables,
};
use std::time::{Duration, Instant};
use testkit::{database::Database, process::Process, socket::Socket};
use tokio::time::sleep;
use uuid::Uuid;

const COLUMNS: &str = "schema_version, actor_id, actor_key_id, organization_id, station_id, \
                       request_id, occurred_at, hash";

/// Appends an event to a log as another version would: after the last one, about this resource.
async fn append(tables: &Tables, log: Uuid, about: Uuid, kind: &str, data: &str) {
    let (log, about, id) = (
        tables.literal(log),
        tables.literal(about),
        tables.literal(Uuid::now_v7()),
    );
    let next = format!("SELECT MAX(stream_version) + 1 AS n FROM events WHERE stream_id = {about}");
    let version = tables.numbers(&next).await[0];
    let end = format!("SELECT position AS n FROM event_heads WHERE log_id = {log}");
    let end = tables.numbers(&end).await[0];
    tables
        .run(&format!(
            "INSERT INTO events (log_id, position, event_id, stream_id, stream_version, \
             event_type, data, {COLUMNS}) SELECT log_id, {}, {id}, {about}, {version}, '{kind}', \
             '{data}', {COLUMNS} FROM events WHERE log_id = {log} AND position = {end}",
            end + 1
        ))
        .await;
    let moved = format!("UPDATE event_heads SET position = position + 1 WHERE log_id = {log}");
    assert_eq!(tables.run(&moved).await, 1);
}

/// Waits for an event.
async fn wait_for_event(socket: &mut Socket) {
    while socket.hear().await.unwrap()["type"] != "event" {}
}

/// Waits until the log of the server contains the text.
async fn logs(server: &Process, text: &str) {
    let since = Instant::now();
    while !server.errors().contains(text) {
        assert!(since.elapsed() < SOON, "no {text}: {}", server.errors());
        sleep(Duration::from_millis(20)).await;
    }
}

/// Lines of a server's log that warn of something.
fn warnings(errors: &str) -> Vec<&str> {
    let is_one = |line: &&str| line.contains(r#""level":"WARN""#) || line.contains("ERROR");
    errors.lines().filter(is_one).collect()
}

testkit::on_every_database! {
    async fn an_event_of_another_version_does_not_stop_the_watch(database: Database) {
        let house = House::open(&database).await;
        let (home, guest) = house.member_of_one().await;
        let (_, neighbour) = house.member_of_one().await;
        let last = house.cluster.servers.len() - 1;
        let tables = Tables::open(&database).await;
        let pairs = [house.sign_in(0, &guest).await, house.sign_in(0, &neighbour).await];
        house.knows(&pairs[0]).await;
        house.knows(&pairs[1]).await;
        // Known types with unknown data.
        append(&tables, home, guest.id, "user.deactivated", r#"[{"newer": true}]"#).await;
        append(&tables, home, guest.id, "apiKey.revoked", "7").await;
        // A newer version locks a user out with an event type that this one does not know.
        let id = tables.literal(guest.id);
        let lock = format!("UPDATE users SET status = 'INACTIVE' WHERE id = {id}");
        assert_eq!(tables.run(&lock).await, 1);
        append(&tables, home, guest.id, "user.quarantined", r#"{"until": "later"}"#).await;
        let since = Instant::now();
        for server in 0..=last {
            loop {
                let asked = since.elapsed();
                let caller = house.bearer(server, &pairs[0]);
                let found = ending(&caller.get_current_user(FREE).await);
                if found == "401 UNAUTHENTICATED" {
                    break;
                }
                assert!(asked < EVERYWHERE, "{found} after {asked:?}");
                sleep(Duration::from_millis(10)).await;
            }
        }
        // Followers on other replicas are still woken, and a revocation is in effect within a second.
        let url = house.cluster.servers[last].url();
        let mut socket = Socket::open(&url, Some(&house.cluster.key)).await.unwrap();
        socket.expect("authenticated").await;
        socket.follow("all", None).await;
        let admin = house.cluster.client(0);
        let made = Instant::now();
        house.cluster.users(1).await;
        wait_for_event(&mut socket).await;
        assert!(made.elapsed() < 2 * EVERYWHERE, "woken after {:?}", made.elapsed());
        admin.deactivate_user(neighbour.id, FREE).await.unwrap();
        house.forgets(&pairs[1], Instant::now()).await;
        for server in &house.cluster.servers {
            // A change made at this server is in effect before the watch reads it.
            logs(server, "user.quarantined").await;
            let errors = server.errors();
            let warnings = warnings(&errors);
            assert!(warnings.len() <= 3, "{} lines: {warnings:#?}", warnings.len());
            let age = server.metric("quartermaster_caller_watch_age_seconds").await;
            assert!(age < 1.0, "{age}");
        }
    }

    async fn settings_and_heads_of_another_version_do_not_stop_the_watch(database: Database) {
        let house = House::open(&database).await;
        let (home, guest) = house.member_of_one().await;
        let (other, neighbour) = house.member_of_one().await;
        let last = house.cluster.servers.len() - 1;
        let pair = house.sign_in(0, &neighbour).await;
        house.knows(&pair).await;
        let tables = Tables::open(&database).await;
        let id = tables.literal(home);
        let newer = format!(
            "UPDATE organizations SET settings = '{{\"allowedOrigins\":{{\"all\":[]}}}}' WHERE id = {id}"
        );
        assert_eq!(tables.run(&newer).await, 1);
        append(&tables, home, guest.id, "organization.settingsChanged", "[]").await;
        let newer = format!("UPDATE event_heads SET hash = 'b3:newer' WHERE log_id = {id}");
        assert_eq!(tables.run(&newer).await, 1);
        let url = house.cluster.servers[last].url();
        let mut socket = Socket::open(&url, Some(&house.cluster.key)).await.unwrap();
        socket.expect("authenticated").await;
        socket.follow("all", None).await;
        let made = Instant::now();
        house.cluster.users(1).await;
        wait_for_event(&mut socket).await;
        assert!(made.elapsed() < 2 * EVERYWHERE, "woken after {:?}", made.elapsed());
        let admin = house.cluster.client(0);
        admin.deactivate_user(neighbour.id, FREE).await.unwrap();
        house.forgets(&pair, Instant::now()).await;
        for server in &house.cluster.servers {
            let age = server.metric("quartermaster_caller_watch_age_seconds").await;
            assert!(age < 1.0, "{age}");
            logs(server, &home.to_string()).await;
            let errors = server.errors();
            let warnings = warnings(&errors);
            assert!(warnings.len() <= 4, "{} lines: {warnings:#?}", warnings.len());
            assert!(!errors.contains(&other.to_string()), "{errors}");
        }
    }

    async fn unreadable_and_postponed_mails_are_kept_and_counted(database: Database) {
        let house = House::open(&database).await;
        let tables = Tables::open(&database).await;
        let now = chrono::Utc::now().timestamp_micros();
        // One that this version cannot read, and one scheduled by a clock that was ahead.
        for next_at in [0, now + 7_200_000_000] {
            let id = tables.literal(Uuid::now_v7());
            let mail = format!(
                "INSERT INTO mails (id, sealed, attempts, next_at) VALUES ({id}, 'zz', 0, {next_at})"
            );
            assert_eq!(tables.run(&mail).await, 1);
        }
        let tried = "SELECT next_at AS n FROM mails WHERE attempts = 1";
        let since = Instant::now();
        loop {
            let next = tables.numbers(tried).await;
            let waits = |at: &i64| (now..now + 60_000_000).contains(at);
            if next.len() == 2 && next.iter().all(waits) {
                break;
            }
            assert!(since.elapsed() < SOON, "{next:?}");
            sleep(Duration::from_millis(50)).await;
        }
        let server = &house.cluster.servers[0];
        while server.metric("quartermaster_mail_queue_length").await < 2.0 {
            assert!(since.elapsed() < SOON, "they are not counted");
            sleep(Duration::from_millis(50)).await;
        }
        let waited = server.metric("quartermaster_mail_queue_oldest_seconds").await;
        assert!((0.0..60.0).contains(&waited), "{waited}");
        assert!(server.metric("process_resident_memory_bytes").await > 1e6);
        let open = server.metric("process_open_fds").await;
        assert!(open > 3.0 && open < server.metric("process_max_fds").await, "{open}");
    }
}
