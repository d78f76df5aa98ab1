//! Which process sends to webhooks, when processes are killed or stopped and when several run.

use crate::{
    cluster::{Cluster, FREE, at_once, installation},
    tables::Tables,
    tenants::new_member,
};
use client::{Client, NewWebhook};
use std::{
    collections::BTreeMap,
    time::{Duration, SystemTime, UNIX_EPOCH},
};
use testkit::{
    database::{Backend, Database},
    process::Process,
    receiver::{Answer, Received, Receiver},
};
use tokio::time::{Instant, sleep};
use uuid::Uuid;

const ENDPOINTS: usize = 5;

/// The events of a run without kills.
const EVENTS: usize = 500;

/// Concurrent writers.
const WRITERS: usize = 8;

/// How long another process waits for the queues of a killed process.
const AFTER_A_KILL: Duration = Duration::from_secs(12);

/// The same of a stopped process: less than what is left of a hold that was not released.
const AFTER_A_STOP: Duration = Duration::from_secs(5);

/// The longest wait for all deliveries.
const IN_THE_END: Duration = Duration::from_secs(60);

/// How often each message was sent, by endpoint and event.
type Sent = BTreeMap<(String, Uuid), usize>;

/// An organization with several endpoints that receive `user.created`.
struct Scene {
    cluster: Cluster,
    tables: Tables,
    receiver: Receiver,
    organization: Uuid,
}

impl Scene {
    async fn open(database: &Database, replicas: usize) -> Self {
        let installation =
            installation(database).with("QUARTERMASTER_WEBHOOK_ALLOW_NETS", "127.0.0.0/8");
        let cluster = Cluster::of(installation, replicas).await;
        let organization = cluster.organization().await;
        let receiver = Receiver::start().await;
        for number in 0..ENDPOINTS {
            let new = NewWebhook {
                organization_id: Some(organization),
                event_types: Some(vec!["user.created".to_owned()]),
                ..NewWebhook::new(format!("{}/{number}", receiver.url()))
            };
            cluster.client(0).create_webhook(&new, FREE).await.unwrap();
        }
        let tables = Tables::open(database).await;
        Self {
            cluster,
            tables,
            receiver,
            organization,
        }
    }

    /// Makes members at every server; returns the time of the start.
    async fn write(&self, members: usize) {
        let writers = (0..WRITERS).map(|writer| {
            let (cluster, organization) = (&self.cluster, self.organization);
            let clients: Vec<Client> = (writer..members)
                .step_by(WRITERS)
                .map(|number| cluster.client(number / WRITERS + writer))
                .collect();
            async move {
                for client in clients {
                    new_member(&client, organization).await.unwrap();
                }
            }
        });
        at_once(writers).await;
    }

    /// The first process holds every queue, while the receiver does not answer.
    async fn held(&self) {
        self.receiver.answer(Answer::Silence);
        // Later events of a queue wait for the attempt that hangs.
        self.write(1).await;
        self.receiver.wait_for(ENDPOINTS).await;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now = now.as_micros();
        let held = format!("SELECT holder AS id FROM webhook_queues WHERE held_until > {now}");
        let holders = self.tables.ids(&held).await;
        assert_eq!(holders.len(), ENDPOINTS);
        assert!(holders.iter().all(|holder| *holder == holders[0]));
    }

    /// Waits until every message was sent, each once, not counting the first `before` requests.
    async fn is_sent_once(&self, before: usize) {
        let log = self.tables.literal(self.organization);
        let of = "event_type = 'user.created'";
        let sql = format!("SELECT event_id AS id FROM events WHERE log_id = {log} AND {of}");
        let events = self.tables.ids(&sql).await;
        self.receives(before + events.len() * ENDPOINTS).await;
        self.is_settled(events.len() * ENDPOINTS).await;
        let received = self.receiver.received();
        let mut sent = Sent::new();
        for message in &received[before..] {
            *sent.entry(message_of(message)).or_default() += 1;
        }
        let due = (0..ENDPOINTS).flat_map(|number| {
            let path = format!("/hook/{number}");
            events.iter().map(move |event| ((path.clone(), *event), 1))
        });
        assert_eq!(sent, due.collect::<Sent>());
    }

    async fn receives(&self, count: usize) {
        let since = Instant::now();
        while self.receiver.received().len() < count {
            let received = self.receiver.received().len();
            assert!(
                since.elapsed() < IN_THE_END,
                "{received} of {count} received"
            );
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until every result is recorded, so that nothing is sent again.
    async fn is_settled(&self, count: usize) {
        let sql = "SELECT COUNT(*) AS n FROM deliveries WHERE done_at IS NOT NULL";
        let since = Instant::now();
        while self.tables.numbers(sql).await != [i64::try_from(count).unwrap()] {
            assert!(since.elapsed() < IN_THE_END, "not all is known to be sent");
            sleep(Duration::from_millis(50)).await;
        }
    }

    /// Another process works beside the first.
    async fn join(&mut self) {
        let server = self.cluster.installation.start().await;
        self.cluster.clients.push(server.client(&self.cluster.key));
        self.cluster.servers.push(server);
    }

    /// Removes the first process, which has ended.
    fn leave(&mut self) -> Process {
        self.cluster.clients.remove(0);
        self.cluster.servers.remove(0)
    }

    /// Ends the first process while it sends; returns the time until another has sent everything.
    async fn hand_over(&mut self, database: &Database, end: End) -> Duration {
        self.held().await;
        let beside = database.backend() != Backend::Sqlite;
        if beside {
            self.join().await;
            self.write(4).await;
        }
        let before = self.receiver.received().len();
        self.receiver.answer(Answer::of(204));
        let since = Instant::now();
        let mut first = self.leave();
        match end {
            End::Kill => first.kill(),
            End::Stop => {
                first.terminate();
                assert_eq!(first.ended().await.code(), Some(0), "{}", first.errors());
            }
        }
        if !beside {
            self.join().await;
            self.write(4).await;
        }
        self.is_sent_once(before).await;
        since.elapsed()
    }
}

/// How a process ends.
#[derive(Clone, Copy)]
enum End {
    Kill,
    Stop,
}

fn message_of(received: &Received) -> (String, Uuid) {
    (received.path.clone(), received.id().parse().unwrap())
}

testkit::on_every_database! {
    async fn a_process_killed_while_sending_is_replaced_and_nothing_is_missing(database: Database) {
        let mut scene = Scene::open(&database, 1).await;
        let took = scene.hand_over(&database, End::Kill).await;
        assert!(took < AFTER_A_KILL, "{took:?}");
        scene.tables.close().await;
        scene.cluster.verify().await;
    }

    async fn a_process_stopped_while_sending_releases_its_queues_at_once(database: Database) {
        let mut scene = Scene::open(&database, 1).await;
        let took = scene.hand_over(&database, End::Stop).await;
        assert!(took < AFTER_A_STOP, "{took:?}");
        scene.tables.close().await;
        scene.cluster.verify().await;
    }

    async fn replicas_do_not_send_the_same_message(database: Database) {
        let replicas = if database.backend() == Backend::Sqlite { 1 } else { 2 };
        let scene = Scene::open(&database, replicas).await;
        scene.write(EVENTS).await;
        scene.is_sent_once(0).await;
        let attempts = |outcome: &str| format!("quartermaster_webhook_attempts_total{{outcome=\"{outcome}\"}}");
        let mut taken = 0.0;
        for server in &scene.cluster.servers {
            let sent = server.metric(&attempts("delivered")).await;
            assert!(sent > 0.0, "a replica did nothing");
            assert_eq!(server.metric(&attempts("failed")).await, 0.0);
            taken += sent;
        }
        assert_eq!(taken, (EVENTS * ENDPOINTS) as f64);
        scene.tables.close().await;
        scene.cluster.verify().await;
    }
}
