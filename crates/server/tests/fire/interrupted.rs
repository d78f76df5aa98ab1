//! A migration that ended before every log was chained, and several concurrent ones.

use crate::{
    cluster::{Cluster, FREE, at_once, ending, installation, new_user},
    tables::Tables,
    tenants::new_member,
    upgrade,
};
use std::time::Duration;
use testkit::{
    database::{Backend, Database},
    process::{Installation, Process},
};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// The longest wait for a process to report that it waits for the lock.
const PATIENCE: Duration = Duration::from_secs(30);

testkit::on_every_database! {
    async fn a_migration_that_ended_early_is_resumed_by_the_next(database: Database) {
        let tables = Tables::open(&database).await;
        upgrade::fill(&database, &tables).await;
        let other = tables.literal(Uuid::now_v7());
        begin_another(&tables, &other).await;
        damage(&tables).await;
        let service = installation(&database);
        let output = service.run(&["migrate"]).await;
        assert_eq!(output.code, Some(1), "{}{}", output.out, output.err);
        let message = format!("the log {} could not be chained: ", Uuid::nil());
        assert!(output.err.contains(&message) && output.err.contains("user.flown"), "{}", output.err);
        // A log that cannot be chained does not stop the others.
        let head = "SELECT hash AS text FROM event_heads ORDER BY log_id";
        let hashes = tables.texts(head).await;
        assert_eq!(hashes.iter().map(String::len).collect::<Vec<_>>(), [0, 64]);
        refuses(&service, &format!("the log {} is not chained", Uuid::nil())).await;
        assert_eq!(tables.texts(head).await, hashes);
        mend(&tables).await;
        // A permanent fault is reported at once.
        let key = "INSERT INTO subject_keys (user_id, secret) \
                   SELECT stream_id, '' FROM events WHERE position = 5";
        assert_eq!(tables.run(key).await, 1);
        let output = service.run(&["migrate"]).await;
        assert_eq!(output.code, Some(1), "{}{}", output.out, output.err);
        assert!(output.err.contains(&message), "{}", output.err);
        assert_eq!(tables.run("DELETE FROM subject_keys").await, 1);
        for table in ["events", "event_heads"] {
            tables.run(&format!("DELETE FROM {table} WHERE log_id = {other}")).await;
        }
        let output = service.run(&["migrate"]).await;
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        verify(&service).await;
        tables.close().await;
    }

    async fn a_log_that_is_not_chained_takes_no_writes(database: Database) {
        let cluster = Cluster::of(installation(&database), 1).await;
        let organization = cluster.organization().await;
        let client = cluster.client(0);
        let member = async || ending(&new_member(&client, organization).await);
        assert_eq!(member().await, "201");
        let tables = Tables::open(&database).await;
        let of = format!("WHERE log_id = {}", tables.literal(organization));
        let hash = format!("SELECT hash AS text FROM event_heads {of}");
        let before = tables.texts(&hash).await.remove(0);
        tables.run(&format!("UPDATE event_heads SET hash = '' {of}")).await;
        assert_eq!(member().await, "503 UNAVAILABLE");
        assert_eq!(tables.texts(&hash).await, [""]);
        let fault = client.get_readiness(FREE).await.unwrap_err();
        assert!(fault.to_string().contains("migrations: 1 are missing"), "{fault}");
        // The other logs take writes.
        new_user(&client).await.unwrap();
        tables.run(&format!("UPDATE event_heads SET hash = '{before}' {of}")).await;
        client.get_readiness(FREE).await.unwrap();
        assert_eq!(member().await, "201");
        tables.close().await;
        cluster.verify().await;
    }

    async fn two_processes_chain_a_log_together(database: Database) {
        let tables = Tables::open(&database).await;
        upgrade::fill(&database, &tables).await;
        damage(&tables).await;
        let service = installation(&database);
        assert_eq!(service.run(&["migrate"]).await.code, Some(1));
        mend(&tables).await;
        // Holds the lock as a third process that chains would.
        tables.hold_the_log().await;
        let mut both = [service.begin(&["migrate"]), service.begin(&["migrate"])];
        for process in &mut both {
            wait_for(process, "another process holds").await;
        }
        tables.let_go().await;
        for process in &mut both {
            assert_eq!(process.ended().await.code(), Some(0), "{}", process.errors());
        }
        verify(&service).await;
        tables.close().await;
    }

    async fn two_processes_upgrade_together(database: Database) {
        // A SQLite file belongs to one process.
        if database.backend() == Backend::Sqlite {
            return;
        }
        let tables = Tables::open(&database).await;
        upgrade::fill(&database, &tables).await;
        tables.close().await;
        let service = installation(&database);
        let both = [service.begin(&["migrate"]), service.begin(&["migrate"])];
        let both = both.map(|mut process| async move {
            (process.ended().await.code(), process.errors())
        });
        for (code, errors) in at_once(both).await {
            assert_eq!(code, Some(0), "{errors}");
        }
        verify(&service).await;
    }
}

/// Begins the log of another organization, with an event of its own.
async fn begin_another(tables: &Tables, log: &str) {
    let [event, stream] = [Uuid::now_v7(), Uuid::now_v7()].map(|id| tables.literal(id));
    for sql in [
        format!("INSERT INTO event_heads (log_id, position, epoch) VALUES ({log}, 1, 1)"),
        format!(
            "INSERT INTO events (log_id, position, event_id, stream_id, stream_version, event_type, \
             schema_version, occurred_at, data) \
             SELECT {log}, 1, {event}, {stream}, 1, event_type, schema_version, occurred_at, data \
             FROM events WHERE position = 8"
        ),
    ] {
        assert_eq!(tables.run(&sql).await, 1, "{sql}");
    }
}

/// Makes an event of the platform one that nobody can read.
async fn damage(tables: &Tables) {
    rename(tables, ("user.created", "user.flown")).await;
}

async fn mend(tables: &Tables) {
    rename(tables, ("user.flown", "user.created")).await;
}

async fn rename(tables: &Tables, (from, to): (&str, &str)) {
    let log = tables.literal(Uuid::nil());
    let sql = format!(
        "UPDATE events SET event_type = '{to}' \
         WHERE log_id = {log} AND position = 5 AND event_type = '{from}'"
    );
    assert_eq!(tables.run(&sql).await, 1, "{sql}");
}

/// A process that may not migrate does not serve, and says why.
async fn refuses(service: &Installation, why: &str) {
    let may_not = "--no-auto-migrate";
    for command in [
        &["serve", may_not][..],
        &["log", "verify"],
        &["log", "rebuild"],
    ] {
        let output = service.run(command).await;
        assert_eq!(
            output.code,
            Some(1),
            "{command:?}: {}{}",
            output.out,
            output.err
        );
        for message in [why, "`quartermaster migrate` brings it up to date"] {
            assert!(output.err.contains(message), "{command:?}: {}", output.err);
        }
    }
}

async fn verify(service: &Installation) {
    let output = service.run(&["log", "verify"]).await;
    assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
}

async fn wait_for(process: &Process, message: &str) {
    let since = Instant::now();
    while !process.errors().contains(message) {
        assert!(since.elapsed() < PATIENCE, "{}", process.errors());
        sleep(Duration::from_millis(20)).await;
    }
}
