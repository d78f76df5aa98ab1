//! Followers of the log, on several replicas.

use crate::{
    cluster::{Cluster, FREE, at_once, installation, new_user, unique},
    signed_in::EVERYWHERE,
};
use client::{
    ApiKeyWithSecret, Client, Download, ListEventsParams, ListUsersParams, NewOrganizationApiKey,
    StreamEventsParams,
};
use serde_json::{Value, json};
use std::{
    collections::BTreeSet,
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering},
    },
    time::Instant,
};
use testkit::{database::Database, socket::Socket};
use uuid::Uuid;

/// How often the follower loses its connection.
const CUTS: usize = 200;

/// Random numbers that are the same on every run (xorshift).
struct Chance(u64);

impl Chance {
    fn below(&mut self, end: u64) -> u64 {
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % end
    }
}

/// A connection of either kind.
enum Connection {
    Socket(Box<Socket>),
    Stream(Download, String),
}

impl Connection {
    async fn open(cluster: &Cluster, number: usize, by_socket: bool, after: &str) -> Self {
        let number = number % cluster.servers.len();
        if by_socket {
            let url = cluster.servers[number].url();
            let mut socket = Socket::open(&url, Some(&cluster.key)).await.unwrap();
            socket.expect("authenticated").await;
            socket.follow("all", Some(after)).await;
            return Self::Socket(Box::new(socket));
        }
        let params = StreamEventsParams {
            after: Some(after.to_owned()),
            ..StreamEventsParams::default()
        };
        let opened = cluster.client(number).stream_events(&params, FREE).await;
        Self::Stream(opened.unwrap().body, String::new())
    }

    /// The cursor and the position of the next message; `None` when it is not an event.
    async fn next(&mut self) -> Option<(String, i64)> {
        match self {
            Self::Socket(socket) => {
                let message = socket.hear().await.unwrap();
                assert!(
                    message["type"] != "reset" && message["type"] != "error",
                    "{message}"
                );
                let cursor = message["cursor"].as_str()?.to_owned();
                Some((cursor, message["event"]["position"].as_i64()?))
            }
            Self::Stream(download, text) => loop {
                if let Some((block, rest)) = text.split_once("\n\n") {
                    let (block, rest) = (block.to_owned(), rest.to_owned());
                    *text = rest;
                    return event(&block);
                }
                let chunk = download.chunk().await.unwrap().unwrap();
                text.push_str(std::str::from_utf8(&chunk).unwrap());
            },
        }
    }
}

fn event(block: &str) -> Option<(String, i64)> {
    let field = |name: &str| block.lines().find_map(|line| line.strip_prefix(name));
    let data: Value = serde_json::from_str(field("data: ")?).unwrap();
    Some((field("id: ")?.to_owned(), data["position"].as_i64()?))
}

/// Tasks that write until `stop` is set.
fn writers(cluster: &Cluster, stop: &Arc<AtomicBool>) -> Vec<tokio::task::JoinHandle<()>> {
    let write = |number| {
        let (client, stop) = (cluster.client(number), Arc::clone(stop));
        tokio::spawn(async move {
            while !stop.load(Ordering::Relaxed) {
                new_user(&client).await.unwrap();
            }
        })
    };
    (0..2).map(write).collect()
}

async fn end_of(client: &Client) -> i64 {
    let all = ListEventsParams {
        limit: Some(1000),
        ..ListEventsParams::default()
    };
    let mut found = client.list_events(&all, FREE).await.unwrap().body;
    while found.has_more {
        let after = ListEventsParams {
            after: Some(found.next.clone()),
            ..all.clone()
        };
        found = client.list_events(&after, FREE).await.unwrap().body;
    }
    let end = found.next.split('-').next().unwrap();
    end.parse().unwrap()
}

async fn organization_key(cluster: &Cluster) -> (Uuid, ApiKeyWithSecret) {
    let organization = cluster.organization().await;
    let new = NewOrganizationApiKey {
        organization_id: Some(organization),
        ..NewOrganizationApiKey::new(unique("key"))
    };
    let made = cluster.client(0).create_api_key(&new, FREE).await;
    (organization, made.unwrap().body)
}

/// A live socket and a live stream of the caller at each server.
async fn followed(cluster: &Cluster, key: &str) -> (Vec<Socket>, Vec<Download>) {
    let (mut sockets, mut streams) = (Vec::new(), Vec::new());
    for (number, server) in cluster.servers.iter().enumerate() {
        let mut socket = Socket::open(&server.url(), Some(key)).await.unwrap();
        socket.expect("authenticated").await;
        socket.follow("all", None).await;
        socket.expect("replayed").await;
        socket.expect("live").await;
        sockets.push(socket);
        let client = cluster.client(number).with_api_key(Some(key));
        let all = StreamEventsParams::default();
        let mut download = client.stream_events(&all, FREE).await.unwrap().body;
        download.chunk().await.unwrap().unwrap();
        streams.push(download);
    }
    (sockets, streams)
}

async fn followed_by(url: &str, key: &str, count: usize) -> Vec<Socket> {
    let mut sockets = Vec::new();
    for _ in 0..count {
        let mut socket = Socket::open(url, Some(key)).await.unwrap();
        socket.expect("authenticated").await;
        socket.follow("all", None).await;
        socket.expect("replayed").await;
        socket.expect("live").await;
        sockets.push(socket);
    }
    sockets
}

/// Resident memory of a process, in kilobytes.
fn resident(process: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.unwrap().trim().trim_end_matches(" kB");
    kilobytes.parse().unwrap()
}

testkit::on_every_database! {
    async fn an_idle_socket_costs_little_memory(database: Database) {
        let installation = installation(&database).with("QUARTERMASTER_STREAMS_PER_CALLER", "400");
        let cluster = Cluster::of(installation, 1).await;
        let server = &cluster.servers[0];
        let mut idle = followed_by(&server.url(), &cluster.key, 20).await;
        let before = resident(server.id());
        idle.extend(followed_by(&server.url(), &cluster.key, 300).await);
        let each = resident(server.id()).saturating_sub(before) / 300;
        assert!(each < 100, "{each} KB");
    }

    async fn a_follower_cut_off_two_hundred_times_receives_each_event_once(database: Database) {
        let cluster = Cluster::open(&database).await;
        let stop = Arc::new(AtomicBool::new(false));
        let writers = writers(&cluster, &stop);
        let mut chance = Chance(0x9E37_79B9_7F4A_7C15);
        let (mut seen, mut after) = (Vec::new(), "0".to_owned());
        for _ in 0..CUTS {
            let (server, by_socket) = (chance.below(2) as usize, chance.below(2) == 0);
            let mut connection = Connection::open(&cluster, server, by_socket, &after).await;
            for _ in 0..chance.below(10) {
                // The cursor is that of the last event that was processed.
                if let Some((cursor, position)) = connection.next().await {
                    seen.push(position);
                    after = cursor;
                }
            }
        }
        stop.store(true, Ordering::Relaxed);
        for writer in writers {
            writer.await.unwrap();
        }
        let end = end_of(&cluster.client(0)).await;
        let mut connection = Connection::open(&cluster, 1, true, &after).await;
        while seen.last() != Some(&end) {
            seen.extend(connection.next().await.map(|(_, position)| position));
        }
        assert!(end > CUTS as i64, "{end}");
        assert_eq!(seen, (1..=end).collect::<Vec<_>>());
        cluster.verify().await;
    }

    async fn a_follower_locked_out_on_another_replica_is_cut_within_a_second(database: Database) {
        let cluster = Cluster::open(&database).await;
        let admin = cluster.client(0);
        for by_suspension in [false, true] {
            let (organization, made) = organization_key(&cluster).await;
            let (sockets, streams) = followed(&cluster, &made.key.unwrap()).await;
            match by_suspension {
                true => drop(admin.suspend_organization(organization, FREE).await.unwrap()),
                false => drop(admin.revoke_api_key(made.id, FREE).await.unwrap()),
            }
            let since = Instant::now();
            for mut socket in sockets {
                let message = socket.expect("error").await;
                assert_eq!(message["problem"]["code"], "UNAUTHENTICATED");
                assert_eq!(socket.hear().await, None);
            }
            for mut stream in streams {
                assert_eq!(stream.chunk().await.unwrap(), None);
            }
            assert!(since.elapsed() < EVERYWHERE, "{:?}", since.elapsed());
        }
        cluster.verify().await;
    }

    async fn a_ticket_opens_one_socket_on_any_replica(database: Database) {
        let cluster = Cluster::open(&database).await;
        for number in 0..6 {
            let made = cluster.client(number).create_event_ticket(FREE).await.unwrap().body;
            let query = format!("?ticket={}", made.ticket.unwrap());
            let urls: Vec<_> = cluster.servers.iter().map(|server| server.url()).collect();
            let tries = (0..6).map(|other| {
                let (url, query) = (urls[(number + other + 1) % urls.len()].clone(), query.clone());
                async move { Socket::open_at(&url, &query, None, None).await.is_ok() }
            });
            let opened = at_once(tries).await;
            assert_eq!(opened.into_iter().filter(|opened| *opened).count(), 1);
        }
    }

    async fn following_from_the_cursor_of_any_replicas_answer_misses_nothing(database: Database) {
        let cluster = Cluster::open(&database).await;
        let mut expected = BTreeSet::new();
        for round in 0..20 {
            let made = new_user(&cluster.client(round)).await.unwrap().body.id;
            expected.insert(made);
            // Another replica that has not seen the event yet delivers it all the same.
            let other = round + 1;
            let whole = ListUsersParams { size: Some(200), ..ListUsersParams::default() };
            let listed = cluster.client(other).list_users(&whole, FREE).await.unwrap();
            let after = listed.headers["event-cursor"].to_str().unwrap();
            let later = new_user(&cluster.client(round)).await.unwrap().body.id;
            expected.insert(later);
            let url = cluster.servers[other % cluster.servers.len()].url();
            let mut socket = Socket::open(&url, Some(&cluster.key)).await.unwrap();
            socket.expect("authenticated").await;
            let asked = json!({"type": "subscribe", "id": "a", "after": after, "types": ["user.created"]});
            socket.say(&asked).await;
            let mut seen: BTreeSet<_> = listed.body.content.iter().map(|user| user.id).collect();
            while !seen.contains(&later) {
                let message = socket.hear().await.unwrap();
                let id = message["event"]["resource"]["id"].as_str();
                seen.extend(id.map(|id| id.parse::<Uuid>().unwrap()));
            }
            assert!(expected.is_subset(&seen));
        }
    }
}
