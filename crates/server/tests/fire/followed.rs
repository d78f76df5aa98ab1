//! Followers of every log over long-lived connections, as consumers of every event.

use crate::{
    cluster::{Cluster, FREE},
    consumers::{Consumer, Seen},
};
use async_trait::async_trait;
use client::{Client, Download, StreamEventsParams};
use serde_json::{Value, json};
use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex, RwLock,
        atomic::{AtomicUsize, Ordering::SeqCst},
    },
    time::Duration,
};
use testkit::{process::Process, socket::Socket};
use tokio::{
    task::JoinSet,
    time::{sleep, timeout},
};
use uuid::Uuid;

/// Logs that are followed over one socket; the service allows 16.
const TOGETHER: usize = 11;

/// The pause before a follower that lost its server tries the next one.
const PAUSE: Duration = Duration::from_millis(20);

/// The longest wait for one message. A log without writes sends none.
const QUIET: Duration = Duration::from_secs(20);

/// The current addresses of the servers.
pub struct Endpoints {
    key: String,
    all: RwLock<Vec<(String, Client)>>,
}

impl Endpoints {
    /// Of the servers of a cluster.
    pub fn of(cluster: &Cluster) -> Arc<Self> {
        let (servers, clients) = (cluster.servers.iter(), cluster.clients.iter().cloned());
        Arc::new(Self {
            key: cluster.key.clone(),
            all: RwLock::new(servers.map(Process::url).zip(clients).collect()),
        })
    }

    /// A client to the server with this number, modulo their count.
    pub fn client(&self, number: usize) -> Client {
        self.endpoint(number).1
    }

    fn endpoint(&self, number: usize) -> (String, Client) {
        let all = self.all.read().unwrap();
        all[number % all.len()].clone()
    }

    /// Replaces a server that is gone by another.
    pub fn replace(&self, number: usize, server: &Process) {
        let endpoint = (server.url(), server.client(&self.key));
        self.all.write().unwrap()[number] = endpoint;
    }
}

/// Follows logs, each from its first event, and reconnects with the last cursor when it is cut off.
pub struct Followed {
    name: &'static str,
    received: Arc<Received>,
    seen: Vec<Seen>,
    /// Dropping this aborts them.
    following: JoinSet<()>,
}

/// What the followers received.
#[derive(Default)]
struct Received {
    events: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
}

/// Some of the logs, followed over one connection at a time.
struct Follower {
    endpoints: Arc<Endpoints>,
    received: Arc<Received>,
    /// The cursor of each log.
    cursors: BTreeMap<Uuid, String>,
}

impl Followed {
    /// Over WebSocket.
    pub fn over_sockets(endpoints: &Arc<Endpoints>, realms: &[Option<Uuid>]) -> Self {
        let mut followed = Self::new("the follower over WebSocket");
        for (number, logs) in realms.chunks(TOGETHER).enumerate() {
            let follower = followed.follower(endpoints, logs);
            followed.following.spawn(follower.over_sockets(number));
        }
        followed
    }

    /// Over server-sent events.
    pub fn over_streams(endpoints: &Arc<Endpoints>, realms: &[Option<Uuid>]) -> Self {
        let mut followed = Self::new("the follower over server-sent events");
        for (number, log) in realms.iter().enumerate() {
            let follower = followed.follower(endpoints, &[*log]);
            followed.following.spawn(follower.over_streams(number));
        }
        followed
    }

    fn new(name: &'static str) -> Self {
        Self {
            name,
            received: Arc::default(),
            seen: Vec::new(),
            following: JoinSet::new(),
        }
    }

    fn follower(&self, endpoints: &Arc<Endpoints>, realms: &[Option<Uuid>]) -> Follower {
        let first = |realm: &Option<Uuid>| (realm.unwrap_or_default(), "0".to_owned());
        Follower {
            endpoints: Arc::clone(endpoints),
            received: Arc::clone(&self.received),
            cursors: realms.iter().map(first).collect(),
        }
    }
}

#[async_trait]
impl Consumer for Followed {
    fn name(&self) -> &'static str {
        self.name
    }

    async fn seen(&mut self) -> &[Seen] {
        // A follower ends only when it fails.
        while let Some(ended) = self.following.try_join_next() {
            ended.unwrap();
        }
        let events = self.received.events.lock().unwrap();
        self.seen.extend_from_slice(&events[self.seen.len()..]);
        &self.seen
    }

    fn may_repeat(&self) -> bool {
        false
    }

    fn cuts(&self) -> Option<usize> {
        Some(self.received.connections.load(SeqCst) - self.following.len())
    }
}

impl Follower {
    async fn over_sockets(mut self, first: usize) {
        for number in first.. {
            let (url, _) = self.endpoints.endpoint(number);
            if let Some(socket) = Socket::reach(&url, &self.endpoints.key).await {
                self.listen(socket).await;
            }
            sleep(PAUSE).await;
        }
    }

    /// Reads messages until the server is gone.
    async fn listen(&mut self, mut socket: Socket) {
        for (log, after) in &self.cursors {
            let mut asked = json!({"type": "subscribe", "id": log, "after": after});
            if !log.is_nil() {
                asked["organizationId"] = json!(log);
            }
            socket.say(&asked).await;
        }
        loop {
            match timeout(QUIET, socket.hear()).await {
                Ok(Some(message)) => self.take_message(&message),
                Ok(None) => return,
                Err(_) => {}
            }
        }
    }

    fn take_message(&mut self, message: &Value) {
        match message["type"].as_str().unwrap() {
            "authenticated" => {
                self.received.connections.fetch_add(1, SeqCst);
            }
            "event" => {
                let log = message["subscription"].as_str().unwrap().parse().unwrap();
                self.take(log, message["cursor"].as_str().unwrap(), &message["event"]);
            }
            "subscribed" | "replayed" | "live" => {}
            _ => panic!("{message}"),
        }
    }

    async fn over_streams(mut self, first: usize) {
        let (log, _) = self.cursors.first_key_value().unwrap();
        let log = *log;
        for number in first.. {
            let params = StreamEventsParams {
                after: Some(self.cursors[&log].clone()),
                organization_id: Some(log).filter(|log| !log.is_nil()),
                ..StreamEventsParams::default()
            };
            match self
                .endpoints
                .client(number)
                .stream_events(&params, FREE)
                .await
            {
                Ok(opened) => {
                    self.received.connections.fetch_add(1, SeqCst);
                    self.read(log, opened.body).await;
                }
                Err(client::Error::Transport(_)) => {}
                Err(other) => panic!("{other}"),
            }
            sleep(PAUSE).await;
        }
    }

    /// Reads a stream until the server is gone or the time limit of the client is reached.
    async fn read(&mut self, log: Uuid, mut download: Download) {
        let mut text = Vec::new();
        while let Ok(Some(chunk)) = download.chunk().await {
            text.extend(chunk);
            while let Some(end) = text.windows(2).position(|pair| pair == b"\n\n") {
                let block: Vec<u8> = text.drain(..end + 2).collect();
                self.take_block(log, std::str::from_utf8(&block).unwrap());
            }
        }
    }

    fn take_block(&mut self, log: Uuid, block: &str) {
        let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
        match field("event: ") {
            Some("reset") => panic!("{log} does not go on: {block}"),
            // A keep-alive comment, or the end of the replay.
            None | Some("live") => {}
            Some(_) => {
                let (cursor, data) = (field("id: ").unwrap(), field("data: ").unwrap());
                self.take(log, cursor, &serde_json::from_str(data).unwrap());
            }
        }
    }

    /// The event and its cursor are kept together, so that no event is received twice.
    fn take(&mut self, log: Uuid, cursor: &str, event: &Value) {
        let seen = Seen {
            log,
            position: event["position"].as_i64().unwrap(),
            id: event["id"].as_str().unwrap().parse().unwrap(),
        };
        self.cursors.insert(log, cursor.to_owned());
        self.received.events.lock().unwrap().push(seen);
    }
}
