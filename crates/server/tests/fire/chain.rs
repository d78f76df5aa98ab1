//! The hash chain of the log: a verification finds any change made with write access to the database.

use crate::{
    cluster::{Cluster, FREE},
    history::history,
    tables::Tables,
};
use client::{ListEventsParams, ProblemCode};
use testkit::database::Database;
use uuid::Uuid;

testkit::on_every_database! {
    async fn any_change_of_the_log_is_named(database: Database) {
        let mut cluster = history(&database).await;
        cluster.stop().await;
        let tables = Tables::open(&database).await;
        for table in ["events", "event_heads"] {
            tables.run(&format!("CREATE TABLE kept_{table} AS SELECT * FROM {table}")).await;
        }
        for (turn, (statements, named)) in changes(&tables).await.into_iter().enumerate() {
            for sql in &statements {
                assert!(tables.run(sql).await > 0, "{sql} changed nothing");
            }
            // Both commands verify with the same function, so `rebuild` runs for every fourth change only.
            let commands = ["verify", "rebuild"];
            for command in &commands[..if turn % 4 == 0 { 2 } else { 1 }] {
                let output = cluster.installation.run(&["log", command]).await;
                assert_eq!(output.code, Some(1), "{statements:?}: {}", output.out);
                for named in &named {
                    let line = output.out.lines().any(|line| line.starts_with(named));
                    assert!(line, "{statements:?}: no {named:?} in\n{}{}", output.out, output.err);
                }
            }
            for table in ["events", "event_heads"] {
                tables.run(&format!("DELETE FROM {table}")).await;
                tables.run(&format!("INSERT INTO {table} SELECT * FROM kept_{table}")).await;
            }
        }
        for table in ["events", "event_heads"] {
            tables.run(&format!("DROP TABLE kept_{table}")).await;
        }
        tables.close().await;
        cluster.verify().await;
    }

    async fn a_cursor_from_before_a_restore_is_refused(database: Database) {
        let mut cluster = Cluster::of(crate::cluster::installation(&database), 1).await;
        cluster.users(3).await;
        let after = cluster.client(0).list_events(&ListEventsParams::default(), FREE).await;
        let after = ListEventsParams {
            after: Some(after.unwrap().body.next),
            ..ListEventsParams::default()
        };
        cluster.stop().await;
        let tables = Tables::open(&database).await;
        restore_before_the_last(&tables, Uuid::nil()).await;
        tables.close().await;
        let server = cluster.installation.start().await;
        let client = server.client(&cluster.key);
        // Shorter than before, then as long again with other events.
        for _ in 0..2 {
            let fault = client.list_events(&after, FREE).await.unwrap_err();
            assert_eq!(fault.code(), Some(ProblemCode::CursorReset));
            let new = client::NewProduct::new("restored", "Restored");
            let _ = client.create_product(&new, FREE).await;
        }
    }

    async fn a_rewritten_log_does_not_match_a_kept_head(database: Database) {
        let mut cluster = Cluster::of(crate::cluster::installation(&database), 1).await;
        let of = cluster.organization().await;
        let client = cluster.client(0);
        client.suspend_organization(of, FREE).await.unwrap();
        let head = client.get_log_head(of, FREE).await.unwrap().body;
        let file = std::env::temp_dir().join(format!("{}.json", Uuid::now_v7().simple()));
        std::fs::write(&file, serde_json::to_vec(&head).unwrap()).unwrap();
        let path = file.to_str().unwrap();
        cluster.stop().await;
        let verify = ["log", "verify", "--head", path];
        let output = cluster.installation.run(&verify).await;
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        // The last event is deleted, and the service writes another one.
        let tables = Tables::open(&database).await;
        restore_before_the_last(&tables, of).await;
        tables.close().await;
        let output = cluster.installation.run(&["log", "verify"]).await;
        let expected = format!(
            "organization {of}: position {} does not have the hash that was signed",
            head.position
        );
        assert!(!output.out.contains(&expected), "{}", output.out);
        let output = cluster.installation.run(&verify).await;
        assert_eq!(output.code, Some(1), "{}{}", output.out, output.err);
        assert!(output.out.contains(&expected), "{}", output.out);
        std::fs::write(&file, "{}").unwrap();
        let output = cluster.installation.run(&verify).await;
        assert_eq!(output.code, Some(1), "{}{}", output.out, output.err);
        assert!(output.err.contains(path) && output.err.contains("signature"), "{}", output.err);
        std::fs::remove_file(&file).unwrap();
    }
}

/// The statements of a change, and the lines of output that report it.
async fn changes(tables: &Tables) -> Vec<(Vec<String>, Vec<String>)> {
    let organization = tables.ids("SELECT id FROM organizations ORDER BY id").await[0];
    let mut changes = Vec::new();
    for (realm, before, whole) in [
        (Uuid::nil(), String::new(), true),
        (
            organization,
            format!("organization {organization}: "),
            false,
        ),
    ] {
        let log = tables.literal(realm);
        let head = format!("SELECT position AS n FROM event_heads WHERE log_id = {log}");
        let end = tables.numbers(&head).await[0];
        let at = |position: i64| format!("WHERE log_id = {log} AND position = {position}");
        let middle = end / 2;
        let other = tables.literal(Uuid::now_v7());
        let other_hash = format!("'{}'", "0f".repeat(32));
        for (column, value) in [
            ("event_id", other.as_str()),
            ("stream_id", &other),
            ("stream_version", "stream_version + 1000"),
            ("event_type", "'user.flown'"),
            ("schema_version", "2"),
            ("actor_id", &other),
            ("actor_key_id", &other),
            ("organization_id", &other),
            ("station_id", &other),
            ("request_id", "'another'"),
            ("occurred_at", "occurred_at + 1"),
            ("data", "'{\"a\":1}'"),
            ("hash", &other_hash),
        ] {
            let positions = [middle, 1, end];
            for position in &positions[..if whole { 3 } else { 1 }] {
                let sql = format!("UPDATE events SET {column} = {value} {}", at(*position));
                changes.push((vec![sql], vec![format!("{before}position {position}: ")]));
            }
        }
        let moved = |from: i64, to: i64| format!("UPDATE events SET position = {to} {}", at(from));
        let swap = vec![
            moved(middle, 1_000_000),
            moved(middle + 1, middle),
            moved(1_000_000, middle + 1),
        ];
        let both = [middle, middle + 1].map(|at| format!("{before}position {at}: "));
        changes.push((swap, both.to_vec()));
        let headless = format!("DELETE FROM event_heads WHERE log_id = {log}");
        let expected = format!("{before}the log has {end} events and no head");
        changes.push((vec![headless], vec![expected]));
        let gone = |position: i64| format!("DELETE FROM events {}", at(position));
        let missing = format!("{before}position {middle} is missing");
        changes.push((vec![gone(middle)], vec![missing]));
        let shorter = format!(
            "UPDATE event_heads SET position = {} WHERE log_id = {log}",
            end - 1
        );
        let unlike = format!(
            "{before}the head does not have the hash of position {}",
            end - 1
        );
        changes.push((vec![gone(end), shorter], vec![unlike]));
    }
    changes
}

/// The state after a restore of a backup from before the last event.
async fn restore_before_the_last(tables: &Tables, realm: Uuid) {
    let log = tables.literal(realm);
    let head = format!("SELECT position AS n FROM event_heads WHERE log_id = {log}");
    let end = tables.numbers(&head).await[0];
    let of = |position: i64| format!("log_id = {log} AND position = {position}");
    let hash = format!("SELECT hash AS text FROM events WHERE {}", of(end - 1));
    let hash = tables.texts(&hash).await.remove(0);
    tables
        .run(&format!("DELETE FROM events WHERE {}", of(end)))
        .await;
    let to = end - 1;
    tables
        .run(&format!(
            "UPDATE event_heads SET position = {to}, hash = '{hash}' WHERE log_id = {log}"
        ))
        .await;
}
