//! Followers of every log over connections that last, as consumers of every event.

use crate::{
    arena::{Arena, FREE},
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

/// Logs that are followed over one socket; it takes 16.
const TOGETHER: usize = 11;

/// The pause before a follower that lost its server asks the next one.
const PAUSE: Duration = Duration::from_millis(20);

/// How long is waited for what comes next at a time. Nothing comes from a log that nobody writes to.
const QUIET: Duration = Duration::from_secs(20);

/// Where the servers are at present.
pub struct Doors {
    key: String,
    all: RwLock<Vec<(String, Client)>>,
}

impl Doors {
    /// Of the servers of an arena.
    pub fn of(arena: &Arena) -> Arc<Self> {
        let (servers, clients) = (arena.servers.iter(), arena.clients.iter().cloned());
        Arc::new(Self {
            key: arena.key.clone(),
            all: RwLock::new(servers.map(Process::url).zip(clients).collect()),
        })
    }

    /// The server with this number, where they take turns.
    pub fn client(&self, number: usize) -> Client {
        self.door(number).1
    }

    fn door(&self, number: usize) -> (String, Client) {
        let all = self.all.read().unwrap();
        all[number % all.len()].clone()
    }

    /// Another server stands for one that is gone.
    pub fn replace(&self, number: usize, server: &Process) {
        let door = (server.url(), server.client(&self.key));
        self.all.write().unwrap()[number] = door;
    }
}

/// Who follows logs, each from its first event, and comes back with the last cursor when it is cut off.
pub struct Followed {
    name: &'static str,
    heard: Arc<Heard>,
    seen: Vec<Seen>,
    /// They end with this.
    following: JoinSet<()>,
}

/// What the followers saw.
#[derive(Default)]
struct Heard {
    events: Mutex<Vec<Seen>>,
    connections: AtomicUsize,
}

/// Some of the logs, followed over one connection at a time.
struct Follower {
    doors: Arc<Doors>,
    heard: Arc<Heard>,
    /// After what each goes on.
    cursors: BTreeMap<Uuid, String>,
}

impl Followed {
    /// Over WebSocket.
    pub fn over_sockets(doors: &Arc<Doors>, realms: &[Option<Uuid>]) -> Self {
        let mut followed = Self::new("the follower over WebSocket");
        for (number, logs) in realms.chunks(TOGETHER).enumerate() {
            let follower = followed.follower(doors, logs);
            followed.following.spawn(follower.over_sockets(number));
        }
        followed
    }

    /// Over server-sent events.
    pub fn over_streams(doors: &Arc<Doors>, realms: &[Option<Uuid>]) -> Self {
        let mut followed = Self::new("the follower over server-sent events");
        for (number, log) in realms.iter().enumerate() {
            let follower = followed.follower(doors, &[*log]);
            followed.following.spawn(follower.over_streams(number));
        }
        followed
    }

    fn new(name: &'static str) -> Self {
        Self {
            name,
            heard: Arc::default(),
            seen: Vec::new(),
            following: JoinSet::new(),
        }
    }

    fn follower(&self, doors: &Arc<Doors>, realms: &[Option<Uuid>]) -> Follower {
        let first = |realm: &Option<Uuid>| (realm.unwrap_or_default(), "0".to_owned());
        Follower {
            doors: Arc::clone(doors),
            heard: Arc::clone(&self.heard),
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
        // None ends by itself: one that did has failed.
        while let Some(ended) = self.following.try_join_next() {
            ended.unwrap();
        }
        let events = self.heard.events.lock().unwrap();
        self.seen.extend_from_slice(&events[self.seen.len()..]);
        &self.seen
    }

    fn may_repeat(&self) -> bool {
        false
    }

    fn cuts(&self) -> Option<usize> {
        Some(self.heard.connections.load(SeqCst) - self.following.len())
    }
}

impl Follower {
    async fn over_sockets(mut self, first: usize) {
        for number in first.. {
            let (url, _) = self.doors.door(number);
            if let Some(socket) = Socket::reach(&url, &self.doors.key).await {
                self.listen(socket).await;
            }
            sleep(PAUSE).await;
        }
    }

    /// Until the server is gone.
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
                Ok(Some(said)) => self.take_said(&said),
                Ok(None) => return,
                Err(_) => {}
            }
        }
    }

    fn take_said(&mut self, said: &Value) {
        match said["type"].as_str().unwrap() {
            "authenticated" => {
                self.heard.connections.fetch_add(1, SeqCst);
            }
            "event" => {
                let log = said["subscription"].as_str().unwrap().parse().unwrap();
                self.take(log, said["cursor"].as_str().unwrap(), &said["event"]);
            }
            "subscribed" | "replayed" | "live" => {}
            _ => panic!("{said}"),
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
            match self.doors.client(number).stream_events(&params, FREE).await {
                Ok(opened) => {
                    self.heard.connections.fetch_add(1, SeqCst);
                    self.read(log, opened.body).await;
                }
                Err(client::Error::Transport(_)) => {}
                Err(other) => panic!("{other}"),
            }
            sleep(PAUSE).await;
        }
    }

    /// Until the server is gone, or the client has had enough of one request.
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
            // A pause is filled, or what is new begins.
            None | Some("live") => {}
            Some(_) => {
                let (cursor, data) = (field("id: ").unwrap(), field("data: ").unwrap());
                self.take(log, cursor, &serde_json::from_str(data).unwrap());
            }
        }
    }

    /// What was seen and where to go on change together, so nothing is to be seen again.
    fn take(&mut self, log: Uuid, cursor: &str, event: &Value) {
        let seen = Seen {
            log,
            position: event["position"].as_i64().unwrap(),
            id: event["id"].as_str().unwrap().parse().unwrap(),
        };
        self.cursors.insert(log, cursor.to_owned());
        self.heard.events.lock().unwrap().push(seen);
    }
}
