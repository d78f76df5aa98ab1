//! Who sends to webhooks, when processes are killed and stopped, and when several could.

use crate::{
    arena::{Arena, FREE, at_once, installation},
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

/// The events of a calm run.
const EVENTS: usize = 500;

/// Who wants to make members at once.
const WRITERS: usize = 8;

/// How long somebody else has to wait for the queues of a process that was killed.
const AFTER_A_KILL: Duration = Duration::from_secs(12);

/// The same of one that was stopped: less than is left of a hold that was not given back.
const AFTER_A_STOP: Duration = Duration::from_secs(5);

/// How long to wait for what happens in the end.
const IN_THE_END: Duration = Duration::from_secs(60);

/// How often each message was sent, by endpoint and event.
type Sent = BTreeMap<(String, Uuid), usize>;

/// An organization whose members several endpoints are told of.
struct Scene {
    arena: Arena,
    tables: Tables,
    receiver: Receiver,
    organization: Uuid,
}

impl Scene {
    async fn open(database: &Database, replicas: usize) -> Self {
        let installation =
            installation(database).with("QUARTERMASTER_WEBHOOK_ALLOW_NETS", "127.0.0.0/8");
        let arena = Arena::of(installation, replicas).await;
        let organization = arena.organization().await;
        let receiver = Receiver::start().await;
        for number in 0..ENDPOINTS {
            let new = NewWebhook {
                organization_id: Some(organization),
                event_types: Some(vec!["user.created".to_owned()]),
                ..NewWebhook::new(format!("{}/{number}", receiver.url()))
            };
            arena.client(0).create_webhook(&new, FREE).await.unwrap();
        }
        let tables = Tables::open(database).await;
        Self {
            arena,
            tables,
            receiver,
            organization,
        }
    }

    /// Makes members at every server; gives when the first was begun.
    async fn write(&self, members: usize) {
        let writers = (0..WRITERS).map(|writer| {
            let (arena, organization) = (&self.arena, self.organization);
            let clients: Vec<Client> = (writer..members)
                .step_by(WRITERS)
                .map(|number| arena.client(number / WRITERS + writer))
                .collect();
            async move {
                for client in clients {
                    new_member(&client, organization).await.unwrap();
                }
            }
        });
        at_once(writers).await;
    }

    /// The one process holds every queue, while the receiver says nothing.
    async fn held(&self) {
        self.receiver.answer(Answer::Silence);
        // What comes after it waits for what becomes of it.
        self.write(1).await;
        self.receiver.wait_for(ENDPOINTS).await;
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap();
        let now = now.as_micros();
        let held = format!("SELECT holder AS id FROM webhook_queues WHERE held_until > {now}");
        let holders = self.tables.ids(&held).await;
        assert_eq!(holders.len(), ENDPOINTS);
        assert!(holders.iter().all(|holder| *holder == holders[0]));
    }

    /// Waits until all that there is to be sent was sent since, each message once.
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
            let came = self.receiver.received().len();
            assert!(since.elapsed() < IN_THE_END, "{came} of {count} came");
            sleep(Duration::from_millis(20)).await;
        }
    }

    /// Waits until what came of everything is kept, so that nothing is sent once more.
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
        let server = self.arena.installation.start().await;
        self.arena.clients.push(server.client(&self.arena.key));
        self.arena.servers.push(server);
    }

    /// The first process, which is there no more.
    fn leave(&mut self) -> Process {
        self.arena.clients.remove(0);
        self.arena.servers.remove(0)
    }

    /// Ends the first process while it sends; gives how long it took until another had sent everything.
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
    async fn who_was_killed_while_it_sent_is_replaced_and_nothing_is_missing(database: Database) {
        let mut scene = Scene::open(&database, 1).await;
        let took = scene.hand_over(&database, End::Kill).await;
        assert!(took < AFTER_A_KILL, "{took:?}");
        scene.tables.close().await;
        scene.arena.verify().await;
    }

    async fn who_is_stopped_while_it_sends_gives_its_queues_back_at_once(database: Database) {
        let mut scene = Scene::open(&database, 1).await;
        let took = scene.hand_over(&database, End::Stop).await;
        assert!(took < AFTER_A_STOP, "{took:?}");
        scene.tables.close().await;
        scene.arena.verify().await;
    }

    async fn replicas_do_not_send_the_same_message(database: Database) {
        let replicas = if database.backend() == Backend::Sqlite { 1 } else { 2 };
        let scene = Scene::open(&database, replicas).await;
        scene.write(EVENTS).await;
        scene.is_sent_once(0).await;
        let came = |outcome: &str| format!("quartermaster_webhook_attempts_total{{outcome=\"{outcome}\"}}");
        let mut taken = 0.0;
        for server in &scene.arena.servers {
            let sent = server.metric(&came("delivered")).await;
            assert!(sent > 0.0, "a replica did nothing");
            assert_eq!(server.metric(&came("failed")).await, 0.0);
            taken += sent;
        }
        assert_eq!(taken, (EVENTS * ENDPOINTS) as f64);
        scene.tables.close().await;
        scene.arena.verify().await;
    }
}
