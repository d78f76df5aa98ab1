//! An organization that the sweep cannot write for does not delay the others.

use crate::{
    cluster::{Cluster, FREE, at_once, installation},
    tables::Tables,
};
use client::NewAssignment;
use std::time::Duration;
use testkit::database::{Backend, Database};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// How soon seats that can be freed have to be free.
const SOON: Duration = Duration::from_secs(15);

/// Organizations of the measurement.
const MANY: usize = 500;

/// An organization and the seats of its members.
struct Tenant {
    organization: Uuid,
    seats: Vec<Uuid>,
}

async fn tenant(cluster: &Cluster, seats: usize) -> Tenant {
    let organization = cluster.organization().await;
    let variant = cluster.own_variant(organization, None).await;
    let client = cluster.client(0);
    let members = cluster.members(organization, seats).await;
    let given = members.into_iter().map(|member| {
        let client = client.clone();
        async move {
            let new = NewAssignment {
                ends_at: Some(chrono::Utc::now() + Duration::from_secs(3600)),
                ..testkit::seat(member, variant)
            };
            client.create_assignment(&new, FREE).await.unwrap().body.id
        }
    });
    let seats = at_once(given).await;
    Tenant {
        organization,
        seats,
    }
}

/// Sets the end of the seats to a minute ago.
async fn end(tables: &Tables) {
    let past = (chrono::Utc::now() - Duration::from_secs(60)).timestamp_micros();
    let sql = format!("UPDATE assignments SET ends_at = {past} WHERE status = 'ACTIVE'");
    assert!(tables.run(&sql).await > 0);
}

async fn active(tables: &Tables, seats: &[Uuid]) -> usize {
    let ids: Vec<_> = seats.iter().map(|seat| tables.literal(*seat)).collect();
    let sql = format!(
        "SELECT id FROM assignments WHERE status = 'ACTIVE' AND id IN ({})",
        ids.join(", ")
    );
    tables.ids(&sql).await.len()
}

async fn until(what: &str, mut is_so: impl AsyncFnMut() -> bool) -> Duration {
    let since = Instant::now();
    while !is_so().await {
        assert!(since.elapsed() < SOON, "{what}");
        sleep(Duration::from_millis(20)).await;
    }
    since.elapsed()
}

/// Tenants with seats that have ended, without a running sweep.
async fn ended(database: &Database, sizes: &[usize]) -> (Cluster, Tables, Vec<Tenant>) {
    let still = installation(database).with("QUARTERMASTER_SWEEP_INTERVAL", "off");
    let mut cluster = Cluster::of(still, 1).await;
    let mut tenants = Vec::new();
    for seats in sizes {
        tenants.push(tenant(&cluster, *seats).await);
    }
    cluster.stop().await;
    let tables = Tables::open(database).await;
    end(&tables).await;
    (cluster, tables, tenants)
}

testkit::on_every_database! {
    async fn a_damaged_row_costs_one_seat(database: Database) {
        let (_cluster, tables, tenants) = ended(&database, &[3, 2, 2]).await;
        let [bad, others @ ..] = tenants.as_slice() else { unreachable!() };
        let id = tables.literal(bad.seats[0]);
        tables.run(&format!("UPDATE assignments SET holder_kind = 'ROBOT' WHERE id = {id}")).await;
        let sweeping = installation(&database);
        let server = sweeping.start().await;
        for other in others {
            until("an organization waits for another", async || {
                active(&tables, &other.seats).await == 0
            })
            .await;
        }
        until("the others of the same organization wait", async || {
            active(&tables, &bad.seats).await == 1
        })
        .await;
        until("the metrics report nothing", async || {
            server.metric("quartermaster_sweep_failing_logs").await > 0.0
                && server.metric("quartermaster_sweep_lag_seconds").await >= 60.0
        })
        .await;
        let errors = server.errors();
        let (what, whose) = ("cannot be freed", bad.organization.to_string());
        let named = errors.lines().filter(|line| line.contains(what) && line.contains(&whose));
        let named = named.count();
        assert!((1..=3).contains(&named), "named {named} times: {errors}");
        tables.run(&format!("UPDATE assignments SET holder_kind = 'USER' WHERE id = {id}")).await;
        until("it is not swept when it is mended", async || {
            active(&tables, &bad.seats).await == 0
        })
        .await;
        until("the metrics are not reset", async || {
            server.metric("quartermaster_sweep_failing_logs").await == 0.0
                && server.metric("quartermaster_sweep_lag_seconds").await == 0.0
        })
        .await;
    }

    async fn a_locked_log_does_not_delay_the_others(database: Database) {
        // On SQLite, a lock on one log locks the whole database.
        if database.backend() == Backend::Sqlite {
            return;
        }
        let (_cluster, tables, tenants) = ended(&database, &[2, 2, 2, 2]).await;
        let [held, others @ ..] = tenants.as_slice() else { unreachable!() };
        let holder = Tables::open(&database).await;
        holder.run("BEGIN").await;
        let log = holder.literal(held.organization);
        let lock = format!("SELECT position AS n FROM event_heads WHERE log_id = {log} FOR UPDATE");
        assert_eq!(holder.numbers(&lock).await.len(), 1);
        let sweeping = installation(&database);
        let server = sweeping.start().await;
        for other in others {
            until("an organization waits for another", async || {
                active(&tables, &other.seats).await == 0
            })
            .await;
        }
        assert_eq!(active(&tables, &held.seats).await, 2);
        until("the metrics report nothing", async || {
            server.metric("quartermaster_sweep_failing_logs").await == 1.0
        })
        .await;
        holder.run("ROLLBACK").await;
        until("it is not swept when it is let go", async || {
            active(&tables, &held.seats).await == 0
        })
        .await;
    }

    async fn how_fast_many_organizations_are_swept(database: Database) {
        if std::env::var_os("QUARTERMASTER_TEST_MEASURE").is_none() {
            return;
        }
        let still = installation(&database).with("QUARTERMASTER_SWEEP_INTERVAL", "off");
        let mut cluster = Cluster::of(still, 1).await;
        for _ in 0..MANY {
            tenant(&cluster, 1).await;
        }
        cluster.stop().await;
        let tables = Tables::open(&database).await;
        end(&tables).await;
        let sweeping = installation(&database);
        let began = Instant::now();
        let _server = sweeping.start().await;
        let left = "SELECT id FROM assignments WHERE status = 'ACTIVE'";
        while !tables.ids(left).await.is_empty() {
            sleep(Duration::from_millis(20)).await;
        }
        let took = began.elapsed().as_secs_f64();
        println!("{}: {MANY} in {took:.1} s: {:.0}/s", database.backend(), MANY as f64 / took);
    }
}
