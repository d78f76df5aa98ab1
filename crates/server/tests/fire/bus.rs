//! The relay to the message bus, in processes that are started, killed and stopped.

use crate::{
    arena::{Arena, installation, new_user, unique},
    consumers::{Consumer, Streams, Truth},
    tables::Tables,
    tenants::new_in,
};
use std::time::Duration;
use testkit::{
    broker::Broker,
    database::{Backend, Database},
};
use tokio::time::{Instant, sleep};

/// How long to wait for what happens soon.
const SOON: Duration = Duration::from_secs(20);

/// Events in the logs of the platform and of some organizations.
async fn write(arena: &Arena, organizations: usize, members: usize) {
    for number in 0..organizations {
        let organization = arena.organization().await;
        for _ in 0..members {
            let made = new_in(&arena.client(number), Some(organization)).await;
            made.unwrap();
        }
    }
}

/// The number of the server that works for the bus; none while nobody does.
async fn worker(arena: &Arena) -> Option<usize> {
    let mut found = None;
    for (number, server) in arena.servers.iter().enumerate() {
        let works = server.metric("quartermaster_reactor_working{reactor=\"bus\"}");
        if works.await > 0.0 {
            assert_eq!(found, None, "two replicas work at a time");
            found = Some(number);
        }
    }
    found
}

async fn some_worker(arena: &Arena) -> usize {
    let since = Instant::now();
    loop {
        if let Some(number) = worker(arena).await {
            return number;
        }
        assert!(since.elapsed() < SOON, "nobody works for the bus");
        sleep(Duration::from_millis(20)).await;
    }
}

testkit::on_every_database! {
    async fn each_event_arrives_once_in_order_from_one_replica(database: Database) {
        let Some(broker) = Broker::redis().await else {
            return;
        };
        let prefix = unique("bus");
        let url = Streams::url(broker, &prefix);
        let installation = installation(&database).with("QUARTERMASTER_BUS_URL", &url);
        let replicas = if database.backend() == Backend::Sqlite { 1 } else { 2 };
        let mut arena = Arena::of(installation, replicas).await;
        let tables = Tables::open(&database).await;
        let mut streams = Streams::open(broker, &prefix).await;
        some_worker(&arena).await;
        write(&arena, 5, 4).await;
        worker(&arena).await;
        let truth = Truth::read(&tables).await;
        assert_eq!(truth.logs(), 6);
        streams.sees(truth.events()).await;
        let again = truth.is_told(streams.name(), streams.seen().await);
        assert_eq!(again, 0, "who publishes alone and is not killed repeats nothing");
        // A rebuild makes the tables again and tells nobody outside.
        arena.stop().await;
        let said = arena.installation.run(&["log", "rebuild"]).await;
        assert_eq!(said.code, Some(0), "{}{}", said.out, said.err);
        let server = arena.installation.start().await;
        arena.clients.push(server.client(&arena.key));
        arena.servers.push(server);
        some_worker(&arena).await;
        new_user(&arena.client(0)).await.unwrap();
        let truth = Truth::read(&tables).await;
        streams.sees(truth.events()).await;
        assert_eq!(truth.is_told(streams.name(), streams.seen().await), 0);
        tables.close().await;
    }
}
