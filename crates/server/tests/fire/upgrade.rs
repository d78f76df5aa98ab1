//! A database of the schema before organizations, with rows in every table.

use crate::{
    cluster::{Cluster, FREE, assign, ending, installation},
    tables::Tables,
    tenants::{new_member, put_pool},
};
use client::{
    Client, Error, ListAssignmentsParams, ListEventsParams, ListProductVariantsParams,
    ListProductsParams, ListUsersParams, NewUser, Options, Reply,
};
use sea_orm::SqlErr;
use serde_json::Value;
use testkit::database::{Backend, Database};
use uuid::Uuid;

const ROWS: &str = include_str!("former/rows.sql");
const ANSWERS: &str = include_str!("former/answers.json");

testkit::on_every_database! {
    async fn a_former_database_reads_the_same(database: Database) {
        let (cluster, former) = upgraded(&database).await;
        cluster.verify().await;
        let client = cluster.client(0);
        for (path, before) in former["answers"].as_object().unwrap() {
            let now = ask(&client, path).await;
            assert_eq!(differences(before, &now, path), Vec::<String>::new());
        }
        let output = cluster.installation.run(&["log", "rebuild"]).await;
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        for (path, before) in former["answers"].as_object().unwrap() {
            let now = ask(&client, path).await;
            assert_eq!(differences(before, &now, path), Vec::<String>::new(), "rebuilt");
        }
    }

    async fn a_former_database_goes_on(database: Database) {
        let (cluster, former) = upgraded(&database).await;
        let client = cluster.client(0);
        let [variant, user, free, seat] = ["variant", "user", "free", "seat"].map(|name| {
            former[name].as_str().unwrap().parse::<Uuid>().unwrap()
        });
        // Requests from before the upgrade are repeated.
        let new = client::NewAssignment {
            note: Some("First – ünïcode".to_owned()),
            ..testkit::seat(user, variant)
        };
        let again = client.create_assignment(&new, &Options::with_key("former-seat")).await;
        assert_eq!(again.unwrap().body.id, seat);
        let new = NewUser::new("once@example.com", "Once");
        let again = client.create_user(&new, &Options::with_key("former-user")).await;
        assert_eq!(again.unwrap().body.email, "once@example.com");
        // A cursor from before goes on, and personal data is sealed in the log.
        let after = ListEventsParams {
            after: Some("31".to_owned()),
            ..ListEventsParams::default()
        };
        let nothing = client.list_events(&after, FREE).await.unwrap().body;
        assert_eq!((nothing.content.len(), &nothing.next[..3]), (0, "31-"));
        let tables = Tables::open(&database).await;
        let sql = "SELECT data AS text FROM events WHERE event_type IN ('user.created', 'user.updated')";
        let data = tables.texts(sql).await;
        assert!(!data.is_empty() && data.iter().all(|one| !one.contains('@')), "{data:?}");
        let counted = tables.numbers("SELECT bytes AS n FROM event_heads").await;
        let there = tables.texts("SELECT data AS text FROM events").await;
        let there: usize = there.iter().map(|data| data.len() + 256).sum();
        assert_eq!(counted.iter().sum::<i64>(), i64::try_from(there).unwrap());
        tables.close().await;
        // Unique indexes still hold, and seats from before are counted.
        let held = assign(&client, user, variant).await;
        assert_eq!(ending(&held), "409 DUPLICATE_ACTIVE_ASSIGNMENT");
        let tables = Tables::open(&database).await;
        let other = tables.literal(Uuid::now_v7());
        let second = tables.copy("assignments", seat, &[("id", other)]).await;
        let refused = tables.tried(&second).await.unwrap_err().sql_err();
        assert!(matches!(refused, Some(SqlErr::UniqueConstraintViolation(_))), "{refused:?}");
        tables.close().await;
        // The due seat is assigned again, and an organization gets the seats that are left.
        assign(&client, free, variant).await.unwrap();
        let organization = cluster.organization().await;
        let too_many = put_pool(&client, organization, variant, 2).await;
        assert_eq!(ending(&too_many), "409 ALLOCATION_EXCEEDS_CAPACITY");
        put_pool(&client, organization, variant, 1).await.unwrap();
        let member = new_member(&client, organization).await.unwrap().body.id;
        assign(&client, member, variant).await.unwrap();
        cluster.verify().await;
    }
}

/// Fills the database with the former schema and its rows.
pub async fn fill(database: &Database, tables: &Tables) {
    let schema = match database.backend() {
        Backend::Sqlite => include_str!("former/sqlite.sql"),
        Backend::Postgres => include_str!("former/postgres.sql"),
        Backend::MariaDb => include_str!("former/mariadb.sql"),
    };
    for statement in statements(schema).chain(statements(ROWS)) {
        tables.run(&placed(tables, statement)).await;
    }
}

/// A server on a database of the former schema, and the answers before the upgrade.
async fn upgraded(database: &Database) -> (Cluster, Value) {
    let tables = Tables::open(database).await;
    fill(database, &tables).await;
    // Answers to idempotency keys are kept for a day.
    let now = chrono::Utc::now().timestamp_micros();
    let fresh = format!("UPDATE idempotency_keys SET created_at = {now}");
    assert_eq!(tables.run(&fresh).await, 2);
    tables.close().await;
    let former: Value = serde_json::from_str(ANSWERS).unwrap();
    // Due seats stay ACTIVE until they are needed: the sweep is off.
    let service = installation(database).with("QUARTERMASTER_SWEEP_INTERVAL", "off");
    let server = service.start().await;
    assert_eq!(server.bootstrap_key(), None);
    let key = former["key"].as_str().unwrap().to_owned();
    let cluster = Cluster {
        clients: vec![server.client(&key)],
        servers: vec![server],
        key,
        installation: service,
    };
    (cluster, former)
}

/// One on each line.
fn statements(sql: &str) -> impl Iterator<Item = &str> {
    let lines = sql.lines().filter(|line| !line.starts_with("--"));
    lines.map(|line| line.trim_end_matches(';'))
}

/// The statement with each `<id>` as the database writes it.
fn placed(tables: &Tables, statement: &str) -> String {
    let mut placed = String::new();
    let mut rest = statement;
    while let Some((before, after)) = rest.split_once('<') {
        placed.push_str(before);
        match after
            .split_once('>')
            .map(|(id, after)| (id.parse::<Uuid>(), after))
        {
            Some((Ok(id), after)) => {
                placed.push_str(&tables.literal(id));
                rest = after;
            }
            _ => {
                placed.push('<');
                rest = after;
            }
        }
    }
    placed.push_str(rest);
    placed
}

/// The present answer at the path.
async fn ask(client: &Client, path: &str) -> Value {
    let mut parts = path.split(['/', '?']).skip(1);
    let (of, then) = (parts.next().unwrap(), parts.next().unwrap_or_default());
    match (of, then.parse::<Uuid>()) {
        ("users", Ok(id)) => json(client.get_user(id, FREE).await),
        ("users", _) if then == "me" => json(client.get_current_user(FREE).await),
        ("variants", Ok(id)) => json(client.get_variant_availability(id, FREE).await),
        (of, id) => list(client, of, id.ok()).await,
    }
}

async fn list(client: &Client, of: &str, id: Option<Uuid>) -> Value {
    let size = Some(200);
    match (of, id) {
        ("users", _) => {
            let params = ListUsersParams {
                size,
                ..ListUsersParams::default()
            };
            json(client.list_users(&params, FREE).await)
        }
        ("products", Some(id)) => {
            let params = ListProductVariantsParams {
                size,
                ..ListProductVariantsParams::default()
            };
            json(client.list_product_variants(id, &params, FREE).await)
        }
        ("products", None) => {
            let params = ListProductsParams {
                size,
                ..ListProductsParams::default()
            };
            json(client.list_products(&params, FREE).await)
        }
        ("assignments", _) => {
            let params = ListAssignmentsParams {
                size,
                ..ListAssignmentsParams::default()
            };
            json(client.list_assignments(&params, FREE).await)
        }
        ("events", _) => {
            let params = ListEventsParams {
                limit: Some(1000),
                ..ListEventsParams::default()
            };
            let mut feed = json(client.list_events(&params, FREE).await);
            // Cursors are opaque: a former one has to go on, but may have another form.
            let next = feed["next"]
                .as_str()
                .and_then(|next| next.split('-').next());
            feed["next"] = next.map(str::to_owned).into();
            feed
        }
        other => panic!("{other:?}"),
    }
}

fn json<T: serde::Serialize>(answer: Result<Reply<T>, Error>) -> Value {
    serde_json::to_value(answer.unwrap().body).unwrap()
}

/// The differences from the former answer. New fields are allowed, and null equals
/// absent.
fn differences(before: &Value, now: &Value, at: &str) -> Vec<String> {
    match (before, now) {
        (Value::Object(before), Value::Object(now)) => {
            let each = before.iter().flat_map(|(name, value)| {
                let now = now.get(name).unwrap_or(&Value::Null);
                differences(value, now, &format!("{at}/{name}"))
            });
            each.collect()
        }
        (Value::Array(before), Value::Array(now)) if before.len() == now.len() => {
            let each = before.iter().zip(now).enumerate();
            let each = each.flat_map(|(index, (before, now))| {
                differences(before, now, &format!("{at}/{index}"))
            });
            each.collect()
        }
        _ if before == now => Vec::new(),
        _ => vec![format!("{at}: {before} is now {now}")],
    }
}
