//! The relay to the message bus, in processes that are started, killed and stopped.

use crate::{
    arena::{Arena, FREE, installation, new_user, unique},
    consumers::{Consumer, Queue, Streams, Truth},
    tables::Tables,
    tenants::new_in,
};
use std::time::Duration;
use testkit::{
    broker::Broker,
    database::{Backend, Database, fresh},
    process::{Installation, Process},
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
        let Scene {
            mut arena,
            tables,
            mut streams,
        } = Scene::open(&database, broker).await;
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

/// The servers of an arena that publish to a broker.
struct Scene {
    arena: Arena,
    tables: Tables,
    streams: Streams,
}

impl Scene {
    async fn open(database: &Database, broker: &Broker) -> Self {
        let prefix = unique("bus");
        Self {
            arena: Arena::of(
                Self::installation(database, broker, &prefix),
                replicas(database),
            )
            .await,
            tables: Tables::open(database).await,
            streams: Streams::open(broker, &prefix).await,
        }
    }

    /// The same over a database that has been used, by one server.
    async fn again(database: &Database, broker: &Broker, key: &str) -> Self {
        let prefix = unique("bus");
        let installation = Self::installation(database, broker, &prefix);
        let server = installation.start().await;
        let arena = Arena {
            clients: vec![server.client(key)],
            servers: vec![server],
            key: key.to_owned(),
            installation,
        };
        Self {
            arena,
            tables: Tables::open(database).await,
            streams: Streams::open(broker, &prefix).await,
        }
    }

    fn installation(database: &Database, broker: &Broker, prefix: &str) -> Installation {
        installation(database)
            .with("QUARTERMASTER_BUS_URL", &Streams::url(broker, prefix))
            .with(
                "QUARTERMASTER_LOG_LEVEL",
                "warn,server::serve=info,server::run=info,app::reactor=info",
            )
    }

    /// Everything that is in the logs has arrived; gives how much arrived again.
    async fn has_arrived(&mut self) -> usize {
        let truth = Truth::read(&self.tables).await;
        self.streams.sees(truth.events()).await;
        truth.is_told(self.streams.name(), self.streams.seen().await)
    }

    /// What `/ready` says of the bus, at the server with this number.
    async fn readiness(&self, number: usize) -> String {
        let ready = self.arena.client(number).get_readiness(FREE).await;
        let checks = ready.unwrap().body.checks;
        let bus = checks
            .into_iter()
            .find(|check| check.name == "bus")
            .unwrap();
        assert!(bus.ok);
        bus.detail
    }

    /// How often the servers have said this.
    fn said(&self, words: &str) -> usize {
        let errors = self.arena.servers.iter().map(Process::errors);
        errors.map(|errors| errors.matches(words).count()).sum()
    }
}

fn replicas(database: &Database) -> usize {
    match database.backend() {
        Backend::Sqlite => 1,
        Backend::Postgres | Backend::MariaDb => 2,
    }
}

const DOWN: &str = "events are not taken";
const UP: &str = "events are taken again";

testkit::on_every_database! {
    async fn another_takes_over_within_ten_seconds_of_a_kill(database: Database) {
        let Some(broker) = Broker::redis().await else {
            return;
        };
        let mut scene = Scene::open(&database, broker).await;
        let victim = some_worker(&scene.arena).await;
        scene.has_arrived().await;
        let since = Instant::now();
        scene.arena.servers[victim].kill();
        if database.backend() == Backend::Sqlite {
            let server = scene.arena.installation.start().await;
            scene.arena.clients[victim] = server.client(&scene.arena.key);
            scene.arena.servers[victim] = server;
        } else {
            scene.arena.servers.remove(victim);
            scene.arena.clients.remove(victim);
        }
        new_user(&scene.arena.client(0)).await.unwrap();
        scene.has_arrived().await;
        assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
    }

    async fn who_is_stopped_hands_over_at_once_and_repeats_nothing(database: Database) {
        let Some(broker) = Broker::redis().await else {
            return;
        };
        let mut scene = Scene::open(&database, broker).await;
        for _ in 0..3 {
            let number = some_worker(&scene.arena).await;
            write(&scene.arena, 2, 5).await;
            let since = Instant::now();
            let mut stopped = scene.arena.servers.remove(number);
            stopped.terminate();
            assert_eq!(stopped.ended().await.code(), Some(0));
            scene.arena.clients.remove(number);
            let server = scene.arena.installation.start().await;
            scene.arena.clients.push(server.client(&scene.arena.key));
            scene.arena.servers.push(server);
            some_worker(&scene.arena).await;
            // Much less than a lease that was not given back.
            assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
        }
        assert_eq!(scene.has_arrived().await, 0);
    }

    async fn a_broker_that_is_down_delays_and_shows_and_loses_nothing(database: Database) {
        let Some(broker) = Broker::own_redis().await else {
            return;
        };
        let mut scene = Scene::open(&database, &broker).await;
        let working = some_worker(&scene.arena).await;
        write(&scene.arena, 1, 2).await;
        scene.has_arrived().await;
        for number in 0..scene.arena.servers.len() {
            assert_eq!(scene.readiness(number).await, "0 events behind");
        }
        broker.stop();
        let before = Truth::read(&scene.tables).await.events();
        write(&scene.arena, 2, 10).await;
        let behind = Truth::read(&scene.tables).await.events() - before;
        let server = &scene.arena.servers[working];
        let since = Instant::now();
        let failures = "quartermaster_reactor_failures_total{reactor=\"bus\"}";
        while server.metric(failures).await < 4.0 {
            assert!(since.elapsed() < SOON, "it does not try again");
            sleep(Duration::from_millis(50)).await;
        }
        for number in 0..scene.arena.servers.len() {
            let told = scene.readiness(number).await;
            assert!(told.starts_with(&format!("{behind} events behind, the oldest for ")), "{told}");
        }
        let lag = "quartermaster_reactor_lag_events{reactor=\"bus\"}";
        while server.metric(lag).await < behind as f64 {
            assert!(since.elapsed() < SOON, "the metrics do not tell");
            sleep(Duration::from_millis(50)).await;
        }
        assert_eq!((scene.said(DOWN), scene.said(UP)), (1, 0));
        broker.start_again().await;
        scene.streams.connect_again().await;
        scene.has_arrived().await;
        let since = Instant::now();
        while scene.said(UP) == 0 {
            assert!(since.elapsed() < SOON, "nobody says that it is up");
            sleep(Duration::from_millis(20)).await;
        }
        assert_eq!((scene.said(DOWN), scene.said(UP)), (1, 1));
        assert_eq!(scene.readiness(0).await, "0 events behind");
        assert_eq!(scene.said("right"), 0, "the password of the broker");
    }

    async fn a_damaged_event_is_put_aside_and_the_rest_arrives(database: Database) {
        let Some(broker) = Broker::redis().await else {
            return;
        };
        // Written before there is a bus, so that it is damaged when its turn comes.
        let mut arena = Arena::of(installation(&database), 1).await;
        let organization = arena.organization().await;
        for _ in 0..6 {
            new_in(&arena.client(0), Some(organization)).await.unwrap();
        }
        arena.stop().await;
        let mut scene = {
            let tables = Tables::open(&database).await;
            let log = tables.literal(organization);
            let damage = format!("UPDATE events SET data = '{{\"' WHERE log_id = {log} AND position = 4");
            assert_eq!(tables.run(&damage).await, 1);
            tables.close().await;
            Scene::again(&database, broker, &arena.key).await
        };
        let truth = Truth::read(&scene.tables).await.without(organization, 4);
        scene.streams.sees(truth.events()).await;
        let seen = scene.streams.seen().await;
        assert_eq!(truth.is_told("the consumer of the Redis streams", seen), 0);
        let working = some_worker(&scene.arena).await;
        assert_eq!(scene.readiness(0).await, "0 events behind");
        let server = &scene.arena.servers[working];
        let parked = "quartermaster_reactor_parked_total{reactor=\"bus\"}";
        assert_eq!(server.metric(parked).await, 1.0);
        let sql = "SELECT reason AS text FROM parked_events WHERE reactor = 'bus'";
        let reasons = scene.tables.texts(sql).await;
        assert!(reasons.len() == 1 && reasons[0].contains("damaged"), "{reasons:?}");
        assert_eq!(scene.said("an event is put aside"), 1);
    }
}

/// The same with the other broker, which confirms what it has on the disk.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn rabbitmq_is_killed_and_loses_nothing() {
    let (Some(database), Some(broker)) =
        (fresh(Backend::Postgres).await, Broker::own_rabbit().await)
    else {
        return;
    };
    let exchange = unique("bus");
    let mut queue = Queue::declare(&broker, &exchange).await;
    let installation =
        installation(&database).with("QUARTERMASTER_BUS_URL", &Queue::url(&broker, &exchange));
    let arena = Arena::of(installation, 2).await;
    let tables = Tables::open(&database).await;
    write(&arena, 2, 5).await;
    queue.sees(Truth::read(&tables).await.events()).await;
    broker.kill();
    write(&arena, 2, 5).await;
    broker.start_again().await;
    write(&arena, 1, 5).await;
    let truth = Truth::read(&tables).await;
    queue.sees(truth.events()).await;
    truth.is_told(queue.name(), queue.seen().await);
}

/// A process that cannot use what it is told to publish to does not start, and says why without the
/// password.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_that_cannot_be_is_refused_at_start() {
    let database = fresh(Backend::Sqlite).await.unwrap();
    for (url, words) in [
        ("kafka://qm:hunter2@here", "the bus must begin with amqp://"),
        ("redis://qm:hunter2@here?color=red", "bus_url"),
        (
            "rediss://qm:hunter2@here?ca=/nowhere.pem",
            "the file that ca names",
        ),
    ] {
        let said = installation(&database)
            .with("QUARTERMASTER_BUS_URL", url)
            .run(&["serve"])
            .await;
        assert!(matches!(said.code, Some(1 | 2)), "{said:?}");
        assert!(said.err.contains(words), "{said:?}");
        assert!(!said.err.contains("hunter2"), "{said:?}");
    }
}
