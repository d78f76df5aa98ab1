//! Rows that disagree with the log are found, named, and repaired from the log.

use crate::{
    cluster::{Cluster, FREE, assign, installation},
    history::history,
    tables::{Tables, projected, resources},
};
use testkit::{database::Database, process::CommandOutput};
use uuid::Uuid;

/// A damage to a table by SQL, and the line of `log verify` that names it.
struct Damage {
    row: (&'static str, Uuid),
    sql: String,
    named: Vec<String>,
}

testkit::on_every_database! {
    async fn a_damaged_row_of_any_table_is_named_and_repaired(database: Database) {
        let mut cluster = history(&database).await;
        cluster.stop().await;
        let tables = Tables::open(&database).await;
        let whole = tables.dump().await;
        for round in rounds(damages(&tables).await) {
            for damage in &round {
                let changed = tables.run(&damage.sql).await;
                assert!(changed > 0, "{} changed nothing", damage.sql);
            }
            let output = cluster.installation.run(&["log", "verify"]).await;
            assert_eq!(output.code, Some(1), "{}", output.out);
            for damage in &round {
                for named in &damage.named {
                    let found = output.out.lines().any(|line| line.starts_with(named));
                    assert!(found, "{}: no {named:?} in\n{}", damage.sql, output.out);
                }
            }
            assert!(output.out.contains("FAIL: "), "{}", output.out);
            let output = cluster.installation.run(&["log", "rebuild"]).await;
            assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
            assert_eq!(tables.dump().await, whole, "{}", output.out);
        }
        cluster.verify().await;
        tables.close().await;
        // The service works with the repaired tables.
        let again = cluster.installation.start().await;
        let client = again.client(&cluster.key);
        client.get_current_user(FREE).await.unwrap();
    }

    async fn a_rebuild_beside_a_running_service_is_not_overwritten(database: Database) {
        let mut cluster = Cluster::of(installation(&database), 1).await;
        let users = cluster.users(2).await;
        let variant = cluster.variant(Some(50)).await.id;
        cluster.stop().await;
        let tables = Tables::open(&database).await;
        tables.run("UPDATE variants SET active_count = active_count + 3").await;
        tables.close().await;
        // The server keeps the damaged row in memory.
        let server = cluster.installation.start().await;
        let client = server.client(&cluster.key);
        assign(&client, users[0], variant).await.unwrap();
        let output = cluster.installation.run(&["log", "rebuild"]).await;
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        assign(&client, users[1], variant).await.unwrap();
        cluster.verify().await;
    }

    async fn damage_to_the_log_is_named_and_changes_no_row(database: Database) {
        let mut cluster = history(&database).await;
        cluster.stop().await;
        let tables = Tables::open(&database).await;
        for damage in log_damages(&tables).await {
            let (sql, back, named) = damage;
            assert!(tables.run(&sql).await > 0, "{sql} changed nothing");
            let damaged = tables.dump().await;
            for command in ["verify", "rebuild"] {
                let output = cluster.installation.run(&["log", command]).await;
                refused(&output, &sql, &named);
            }
            assert_eq!(tables.dump().await, damaged, "{sql}: rebuild wrote rows");
            for statement in back {
                tables.run(&statement).await;
            }
            cluster.verify().await;
        }
        tables.close().await;
    }

    async fn a_replay_into_empty_tables_gives_the_same_bytes(database: Database) {
        let mut cluster = history(&database).await;
        cluster.stop().await;
        let tables = Tables::open(&database).await;
        let before = tables.dump().await;
        for table in projected() {
            assert!(tables.run(&format!("DELETE FROM {table}")).await > 0);
        }
        for round in 0..2 {
            let output = cluster.installation.run(&["log", "rebuild"]).await;
            assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
            assert!(output.out.starts_with("OK: "), "{}", output.out);
            assert_eq!(tables.dump().await, before, "round {round}");
        }
        cluster.verify().await;
        tables.close().await;
    }
}

/// Another value in each column of each table, and another id in a row of each.
async fn damages(tables: &Tables) -> Vec<Damage> {
    let mut damages = Vec::new();
    for table in resources() {
        let ids = tables
            .ids(&format!("SELECT id FROM {table} ORDER BY id"))
            .await;
        let mut rows = ids.iter().cycle();
        let mut row = || *rows.next().expect("something of every kind");
        for column in tables.columns(table).await {
            let id = row();
            let literal = tables.literal(id);
            match column.as_str() {
                "id" => {
                    let new = Uuid::now_v7();
                    let sql = format!(
                        "UPDATE {table} SET id = {} WHERE id = {literal}",
                        tables.literal(new)
                    );
                    damages.push(Damage {
                        row: (table, id),
                        sql,
                        named: vec![
                            format!("{table} {id}: the row is missing"),
                            format!("{table} {new}: the log knows no such row"),
                        ],
                    });
                }
                column => damages.push(Damage {
                    row: (table, id),
                    sql: tables.another(table, column, id).await,
                    named: vec![format!("{table} {id}: {column} is ")],
                }),
            }
        }
    }
    damages.extend(tally_damages(tables).await);
    damages
}

/// The damages in rounds, each row at most once in a round: one process per damage would take minutes.
fn rounds(damages: Vec<Damage>) -> Vec<Vec<Damage>> {
    let mut rounds: Vec<Vec<Damage>> = Vec::new();
    for damage in damages {
        let is_free = |round: &&mut Vec<Damage>| round.iter().all(|one| one.row != damage.row);
        match rounds.iter_mut().find(is_free) {
            Some(round) => round.push(damage),
            None => rounds.push(vec![damage]),
        }
    }
    rounds
}

async fn tally_damages(tables: &Tables) -> Vec<Damage> {
    let sql = "SELECT name AS text FROM tallies WHERE total > 0 ORDER BY name";
    let name = tables.texts(sql).await.remove(0);
    let log = tables.literal(Uuid::nil());
    let stands = |sql: String, name: &str| Damage {
        row: ("tallies", Uuid::nil()),
        sql,
        named: vec![format!("tallies {name}: total is ")],
    };
    vec![
        stands(
            format!("UPDATE tallies SET total = total + 1 WHERE name = '{name}'"),
            &name,
        ),
        stands(format!("DELETE FROM tallies WHERE name = '{name}'"), &name),
        stands(
            format!("INSERT INTO tallies (log_id, name, total) VALUES ({log}, 'zz', 3)"),
            "zz",
        ),
    ]
}

/// Statements that damage the log, those that undo it, and the expected message.
async fn log_damages(tables: &Tables) -> Vec<(String, Vec<String>, String)> {
    let log = tables.literal(Uuid::nil());
    let at = |position: i64| format!("WHERE log_id = {log} AND position = {position}");
    let head = format!("SELECT position AS n FROM event_heads WHERE log_id = {log}");
    let end = tables.numbers(&head).await[0];
    let swap = |name: &str, value: &str, back: &str, position: i64| {
        let to = |value: &str| format!("UPDATE events SET {name} = {value} {}", at(position));
        (to(value), vec![to(back)])
    };
    let mut damages = Vec::new();
    let move_head =
        |by: &str| format!("UPDATE event_heads SET position = position {by} WHERE log_id = {log}");
    let expected = format!("the head says position {}, the log ends at {end}", end + 1);
    damages.push((move_head("+ 1"), vec![move_head("- 1")], expected));
    let away = format!("UPDATE events SET position = 1000000 {}", at(end - 3));
    let home = format!("UPDATE events SET position = {} {}", end - 3, at(1_000_000));
    let expected = format!("position {} is missing", end - 3);
    damages.push((away, vec![home], expected));
    let (sql, back) = swap("stream_version", "77", "1", 1);
    damages.push((
        sql,
        back,
        "position 1: version 77 where 1 was due".to_owned(),
    ));
    let first = tables
        .texts(&format!("SELECT data AS text FROM events {}", at(1)))
        .await;
    let (sql, back) = swap("data", "'{}'", &format!("'{}'", first[0]), 1);
    damages.push((sql, back, "position 1: ".to_owned()));
    let kind = tables
        .texts(&format!("SELECT event_type AS text FROM events {}", at(1)))
        .await;
    let (sql, back) = swap("event_type", "'Nonsense'", &format!("'{}'", kind[0]), 1);
    damages.push((sql, back, "position 1: ".to_owned()));
    damages.extend(tenant_log_damages(tables).await);
    damages
}

/// The same for the log of an organization, whose name precedes the message; and a pool
/// whose size differs between the two logs.
async fn tenant_log_damages(tables: &Tables) -> Vec<(String, Vec<String>, String)> {
    let organization = first(tables, "organizations", "").await;
    let log = tables.literal(organization);
    let of =
        |by: &str| format!("UPDATE event_heads SET position = position {by} WHERE log_id = {log}");
    let named = format!("organization {organization}: the head says position ");
    let head = (of("+ 1"), vec![of("- 1")], named);
    let change = |seats: &str| {
        format!(
            "UPDATE events SET data = '{{\"seats\":{seats}}}' \
             WHERE log_id = {log} AND event_type = 'pool.changed'"
        )
    };
    let uneven = format!("pool of {organization} in variant ");
    vec![head, (change("7"), vec![change("5")], uneven)]
}

fn refused(output: &CommandOutput, sql: &str, named: &str) {
    assert_eq!(output.code, Some(1), "{sql}: {}", output.out);
    let line = output.out.lines().any(|line| line.starts_with(named));
    assert!(line, "{sql}: no {named:?} in\n{}{}", output.out, output.err);
}

async fn first(tables: &Tables, table: &str, of: &str) -> Uuid {
    let sql = format!("SELECT id FROM {table} {of} ORDER BY id");
    tables.ids(&sql).await[0]
}
