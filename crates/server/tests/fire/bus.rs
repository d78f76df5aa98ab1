//! The relay to the message bus, in processes that are started, killed and stopped.

use crate::{
    cluster::{Cluster, FREE, installation, new_user, unique},
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

/// The longest wait for a condition.
const SOON: Duration = Duration::from_secs(20);

/// Events in the logs of the platform and of some organizations.
async fn write(cluster: &Cluster, organizations: usize, members: usize) {
    for number in 0..organizations {
        let organization = cluster.organization().await;
        for _ in 0..members {
            let made = new_in(&cluster.client(number), Some(organization)).await;
            made.unwrap();
        }
    }
}

/// The number of the server that holds the lease of the relay, if any.
async fn worker(cluster: &Cluster) -> Option<usize> {
    let mut found = None;
    for (number, server) in cluster.servers.iter().enumerate() {
        let works = server.metric("quartermaster_reactor_working{reactor=\"bus\"}");
        if works.await > 0.0 {
            assert_eq!(found, None, "two replicas work at a time");
            found = Some(number);
        }
    }
    found
}

async fn some_worker(cluster: &Cluster) -> usize {
    let since = Instant::now();
    loop {
        if let Some(number) = worker(cluster).await {
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
            mut cluster,
            tables,
            mut streams,
        } = Scene::open(&database, broker).await;
        some_worker(&cluster).await;
        write(&cluster, 5, 4).await;
        worker(&cluster).await;
        let truth = Truth::read(&tables).await;
        assert_eq!(truth.logs(), 6);
        streams.sees(truth.events()).await;
        let again = truth.check_deliveries(streams.name(), streams.seen().await);
        assert_eq!(again, 0, "who publishes alone and is not killed repeats nothing");
        // A rebuild publishes nothing.
        cluster.stop().await;
        let output = cluster.installation.run(&["log", "rebuild"]).await;
        assert_eq!(output.code, Some(0), "{}{}", output.out, output.err);
        let server = cluster.installation.start().await;
        cluster.clients.push(server.client(&cluster.key));
        cluster.servers.push(server);
        some_worker(&cluster).await;
        new_user(&cluster.client(0)).await.unwrap();
        let truth = Truth::read(&tables).await;
        streams.sees(truth.events()).await;
        assert_eq!(truth.check_deliveries(streams.name(), streams.seen().await), 0);
        tables.close().await;
    }
}

/// The servers of a cluster that publish to a broker.
struct Scene {
    cluster: Cluster,
    tables: Tables,
    streams: Streams,
}

impl Scene {
    async fn open(database: &Database, broker: &Broker) -> Self {
        let prefix = unique("bus");
        Self {
            cluster: Cluster::of(
                Self::installation(database, broker, &prefix),
                replicas(database),
            )
            .await,
            tables: Tables::open(database).await,
            streams: Streams::open(broker, &prefix).await,
        }
    }

    /// The same on a database that has events already, with one server.
    async fn again(database: &Database, broker: &Broker, key: &str) -> Self {
        let prefix = unique("bus");
        let installation = Self::installation(database, broker, &prefix);
        let server = installation.start().await;
        let cluster = Cluster {
            clients: vec![server.client(key)],
            servers: vec![server],
            key: key.to_owned(),
            installation,
        };
        Self {
            cluster,
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

    /// Every event of the logs has arrived; returns the number of duplicates.
    async fn has_arrived(&mut self) -> usize {
        let truth = Truth::read(&self.tables).await;
        self.streams.sees(truth.events()).await;
        truth.check_deliveries(self.streams.name(), self.streams.seen().await)
    }

    /// The detail of the check of the bus in `/ready`, at the server with this number.
    async fn readiness(&self, number: usize) -> String {
        let ready = self.cluster.client(number).get_readiness(FREE).await;
        let checks = ready.unwrap().body.checks;
        let bus = checks
            .into_iter()
            .find(|check| check.name == "bus")
            .unwrap();
        assert!(bus.ok);
        bus.detail
    }

    /// How often this text is in the logs of the servers.
    fn logged(&self, text: &str) -> usize {
        let errors = self.cluster.servers.iter().map(Process::errors);
        errors.map(|errors| errors.matches(text).count()).sum()
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
        let victim = some_worker(&scene.cluster).await;
        scene.has_arrived().await;
        let since = Instant::now();
        scene.cluster.servers[victim].kill();
        if database.backend() == Backend::Sqlite {
            let server = scene.cluster.installation.start().await;
            scene.cluster.clients[victim] = server.client(&scene.cluster.key);
            scene.cluster.servers[victim] = server;
        } else {
            scene.cluster.servers.remove(victim);
            scene.cluster.clients.remove(victim);
        }
        new_user(&scene.cluster.client(0)).await.unwrap();
        scene.has_arrived().await;
        assert!(since.elapsed() < Duration::from_secs(10), "{:?}", since.elapsed());
    }

    async fn a_stopped_relay_releases_its_lease_and_repeats_nothing(database: Database) {
        let Some(broker) = Broker::redis().await else {
            return;
        };
        let mut scene = Scene::open(&database, broker).await;
        for _ in 0..3 {
            let number = some_worker(&scene.cluster).await;
            write(&scene.cluster, 2, 5).await;
            let since = Instant::now();
            let mut stopped = scene.cluster.servers.remove(number);
            stopped.terminate();
            assert_eq!(stopped.ended().await.code(), Some(0));
            scene.cluster.clients.remove(number);
            let server = scene.cluster.installation.start().await;
            scene.cluster.clients.push(server.client(&scene.cluster.key));
            scene.cluster.servers.push(server);
            some_worker(&scene.cluster).await;
            // Much less than the time to live of a lease that was not released.
            assert!(since.elapsed() < Duration::from_secs(4), "{:?}", since.elapsed());
        }
        assert_eq!(scene.has_arrived().await, 0);
    }

    async fn a_broker_outage_is_reported_and_loses_nothing(database: Database) {
        let Some(broker) = Broker::own_redis().await else {
            return;
        };
        let mut scene = Scene::open(&database, &broker).await;
        let working = some_worker(&scene.cluster).await;
        write(&scene.cluster, 1, 2).await;
        scene.has_arrived().await;
        for number in 0..scene.cluster.servers.len() {
            assert_eq!(scene.readiness(number).await, "0 events behind");
        }
        broker.stop();
        let before = Truth::read(&scene.tables).await.events();
        write(&scene.cluster, 2, 10).await;
        let behind = Truth::read(&scene.tables).await.events() - before;
        let server = &scene.cluster.servers[working];
        let since = Instant::now();
        let failures = "quartermaster_reactor_failures_total{reactor=\"bus\"}";
        while server.metric(failures).await < 4.0 {
            assert!(since.elapsed() < SOON, "it does not try again");
            sleep(Duration::from_millis(50)).await;
        }
        for number in 0..scene.cluster.servers.len() {
            let detail = scene.readiness(number).await;
            assert!(detail.starts_with(&format!("{behind} events behind, the oldest for ")), "{detail}");
        }
        let lag = "quartermaster_reactor_lag_events{reactor=\"bus\"}";
        while server.metric(lag).await < behind as f64 {
            assert!(since.elapsed() < SOON, "the metrics do not report it");
            sleep(Duration::from_millis(50)).await;
        }
        assert_eq!((scene.logged(DOWN), scene.logged(UP)), (1, 0));
        broker.start_again().await;
        scene.streams.connect_again().await;
        scene.has_arrived().await;
        let since = Instant::now();
        while scene.logged(UP) == 0 {
            assert!(since.elapsed() < SOON, "no server logs that the broker is up");
            sleep(Duration::from_millis(20)).await;
        }
        assert_eq!((scene.logged(DOWN), scene.logged(UP)), (1, 1));
        assert_eq!(scene.readiness(0).await, "0 events behind");
        assert_eq!(scene.logged("right"), 0, "the password of the broker");
    }

    async fn a_damaged_event_is_parked_and_the_rest_arrives(database: Database) {
        let Some(broker) = Broker::redis().await else {
            return;
        };
        // Written before the relay runs, so that the event is damaged before it is published.
        let mut cluster = Cluster::of(installation(&database), 1).await;
        let organization = cluster.organization().await;
        for _ in 0..6 {
            new_in(&cluster.client(0), Some(organization)).await.unwrap();
        }
        cluster.stop().await;
        let mut scene = {
            let tables = Tables::open(&database).await;
            let log = tables.literal(organization);
            let damage = format!("UPDATE events SET data = '{{\"' WHERE log_id = {log} AND position = 4");
            assert_eq!(tables.run(&damage).await, 1);
            tables.close().await;
            Scene::again(&database, broker, &cluster.key).await
        };
        let truth = Truth::read(&scene.tables).await.without(organization, 4);
        scene.streams.sees(truth.events()).await;
        let seen = scene.streams.seen().await;
        assert_eq!(truth.check_deliveries("the consumer of the Redis streams", seen), 0);
        let working = some_worker(&scene.cluster).await;
        assert_eq!(scene.readiness(0).await, "0 events behind");
        let server = &scene.cluster.servers[working];
        let parked = "quartermaster_reactor_parked_total{reactor=\"bus\"}";
        assert_eq!(server.metric(parked).await, 1.0);
        let sql = "SELECT reason AS text FROM parked_events WHERE reactor = 'bus'";
        let reasons = scene.tables.texts(sql).await;
        assert!(reasons.len() == 1 && reasons[0].contains("damaged"), "{reasons:?}");
        assert_eq!(scene.logged("an event is put aside"), 1);
    }
}

/// The same with RabbitMQ, which confirms a message once it is on the disk.
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
    let cluster = Cluster::of(installation, 2).await;
    let tables = Tables::open(&database).await;
    write(&cluster, 2, 5).await;
    queue.sees(Truth::read(&tables).await.events()).await;
    broker.kill();
    write(&cluster, 2, 5).await;
    broker.start_again().await;
    write(&cluster, 1, 5).await;
    let truth = Truth::read(&tables).await;
    queue.sees(truth.events()).await;
    truth.check_deliveries(queue.name(), queue.seen().await);
}

/// A process with an unusable `bus_url` does not start, and returns the reason without the
/// password.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_unusable_bus_url_is_refused_at_start() {
    let database = fresh(Backend::Sqlite).await.unwrap();
    for (url, reason) in [
        ("kafka://qm:hunter2@here", "the bus must begin with amqp://"),
        ("redis://qm:hunter2@here?color=red", "bus_url"),
        (
            "rediss://qm:hunter2@here?ca=/nowhere.pem",
            "the file that ca names",
        ),
    ] {
        let output = installation(&database)
            .with("QUARTERMASTER_BUS_URL", url)
            .run(&["serve"])
            .await;
        assert!(matches!(output.code, Some(1 | 2)), "{output:?}");
        assert!(output.err.contains(reason), "{output:?}");
        assert!(!output.err.contains("hunter2"), "{output:?}");
    }
}
