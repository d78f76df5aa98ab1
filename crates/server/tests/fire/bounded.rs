//! Reading the largest data that a caller may store takes bounded memory.

use crate::{
    cluster::{Cluster, FREE, at_once, ending, installation, unique},
    memory::Growth,
    raw_http::send,
    tables::Tables,
};
use client::{
    AssignmentBatch, BatchMode, Client, Error, ListEventsParams, ListStationsParams, NewAssignment,
    NewStation, Reply,
};
use serde_json::{Map, json};
use std::time::Duration;
use testkit::database::{Backend, Database, fresh};
use tokio::time::{sleep, timeout};
use uuid::Uuid;

/// Stations of the largest size.
const STATIONS: usize = 400;

/// Concurrent requests for lists.
const LISTS: usize = 8;

/// The maximum size of attributes, in bytes.
const LARGEST: usize = 16 * 1024;

/// The elements of the largest page.
const PAGE: usize = 200;

/// Large bodies of one caller that the service reads at once.
const LARGE_BODIES: usize = 8;

/// How many copies of a list are in memory: the rows, the values, the answer and its
/// text; and as much again for the allocator.
const IN_MEMORY: usize = 2 * 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_and_feeds_of_the_largest_rows_take_bounded_memory() {
    let database = fresh(Backend::Sqlite).await.unwrap();
    let cluster = Cluster::of(installation(&database), 1).await;
    let home = cluster.organization().await;
    for numbers in (0..STATIONS).collect::<Vec<_>>().chunks(20) {
        let made = numbers.iter().map(|_| {
            let (client, new) = (cluster.client(0), station());
            async move { client.create_station(home, &new, FREE).await.map(drop) }
        });
        for made in at_once(made).await {
            made.unwrap();
        }
    }
    let growth = Growth::of(&cluster.servers[0]);
    let lists = (0..LISTS).map(|_| {
        let client = cluster.client(0);
        async move { list(&client).await }
    });
    assert_eq!(at_once(lists).await, [PAGE; LISTS]);
    let feeds = (0..LISTS).map(|_| {
        let client = cluster.client(0);
        async move { feed(&client, home).await }
    });
    let events = at_once(feeds).await;
    assert!(events.iter().all(|events| *events > STATIONS), "{events:?}");
    let grown = growth.end() * 1024;
    let most = LISTS * PAGE * LARGEST * IN_MEMORY;
    println!("grown by {} MiB of at most {} MiB", grown >> 20, most >> 20);
    assert!(grown < most, "{grown} bytes");
}

/// Reads a page of the maximum size.
async fn list(client: &Client) -> usize {
    let params = ListStationsParams {
        size: Some(200),
        ..ListStationsParams::default()
    };
    loop {
        let listed = client.list_stations(&params, FREE).await;
        if !has_to_wait(&listed) {
            return listed.unwrap().body.content.len();
        }
    }
}

/// Reads the feed to its end; returns the number of events.
async fn feed(client: &Client, home: Uuid) -> usize {
    let mut params = ListEventsParams {
        organization_id: Some(home),
        limit: Some(1000),
        ..ListEventsParams::default()
    };
    let mut events = 0;
    loop {
        let part = client.list_events(&params, FREE).await;
        if has_to_wait(&part) {
            continue;
        }
        let part = part.unwrap().body;
        events += part.content.len();
        let bytes = serde_json::to_vec(&part.content).unwrap().len();
        assert!(bytes < 2 * 1024 * 1024, "an answer of {bytes} bytes");
        params.after = Some(part.next);
        if !part.has_more {
            return events;
        }
    }
}

/// Whether the request was refused because others of the same caller held the limit.
fn has_to_wait<T>(answer: &Result<Reply<T>, Error>) -> bool {
    ending(answer) == "429 RATE_LIMITED"
}

/// A station whose attributes have the maximum size.
fn station() -> NewStation {
    let mut new = NewStation::new(unique("s"), "Large", "UTC", "DE");
    let text = json!("x".repeat(LARGEST - 8));
    new.attributes = Some(Map::from_iter([("a".to_owned(), text)]));
    new
}

/// A large batch of seats of a variant that does not exist.
fn batch() -> AssignmentBatch {
    let item = NewAssignment {
        note: Some("x".repeat(200)),
        ..testkit::seat(Uuid::now_v7(), Uuid::now_v7())
    };
    AssignmentBatch {
        mode: BatchMode::Partial,
        items: vec![item; 200],
    }
}

testkit::on_every_database! {
    async fn a_large_body_counts_against_the_limit_until_its_request_is_done(database: Database) {
        let cluster = Cluster::of(installation(&database), 1).await;
        let tables = Tables::open(&database).await;
        tables.hold_the_log().await;
        let batch = batch();
        let body = serde_json::to_string(&batch).unwrap();
        let request = format!(
            "POST /api/v1/assignments/batch HTTP/1.1\r\nhost: here\r\nauthorization: Bearer {}\r\n\
             content-type: application/json\r\ncontent-length: {}\r\n\r\n{body}",
            cluster.key,
            body.len()
        );
        let address = cluster.servers[0].url().trim_start_matches("http://").to_owned();
        let mut streams = Vec::new();
        for _ in 0..LARGE_BODIES {
            streams.push(send(&address, &request).await.unwrap());
        }
        // The bodies are read and the commands wait for the log; then their clients disconnect.
        sleep(Duration::from_millis(500)).await;
        drop(streams);
        sleep(Duration::from_millis(200)).await;
        let client = cluster.client(0);
        let one_more = client.create_assignment_batch(&batch, FREE);
        let answer = timeout(Duration::from_secs(4), one_more).await;
        let answer = answer.expect("the body is held although the caller has eight already");
        assert_eq!(ending(&answer), "429 RATE_LIMITED");
        tables.let_go().await;
        loop {
            match ending(&client.create_assignment_batch(&batch, FREE).await).as_str() {
                "200" => break,
                other => assert_eq!(other, "429 RATE_LIMITED"),
            }
        }
        tables.close().await;
        cluster.verify().await;
    }
}
