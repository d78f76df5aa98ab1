//! What a caller stores as large as it may be does not make the service large.

use crate::{
    arena::{Arena, FREE, at_once, installation, unique},
    memory::Growth,
};
use client::{ListEventsParams, ListStationsParams, NewStation};
use serde_json::{Map, Value, json};
use testkit::database::{Backend, fresh};
use uuid::Uuid;

/// Stations that are as large as they may be.
const STATIONS: usize = 400;

/// Lists at once.
const LISTS: usize = 8;

/// The most bytes of attributes.
const LARGEST: usize = 16 * 1024;

/// The elements of the largest page.
const PAGE: usize = 200;

/// In memory a small JSON value takes up to eleven times its text: `[],` is 32 bytes of a value. A
/// list is the text of the database, the values, and the answer; as much again for the allocator.
const IN_MEMORY: usize = 2 * (1 + 11 + 1);

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn lists_and_feeds_of_what_is_largest_take_bounded_memory() {
    let database = fresh(Backend::Sqlite).await.unwrap();
    let arena = Arena::of(installation(&database), 1).await;
    let home = arena.organization().await;
    for numbers in (0..STATIONS).collect::<Vec<_>>().chunks(20) {
        let made = numbers.iter().map(|_| {
            let (client, new) = (arena.client(0), station());
            async move { client.create_station(home, &new, FREE).await.map(drop) }
        });
        for made in at_once(made).await {
            made.unwrap();
        }
    }
    let growth = Growth::of(&arena.servers[0]);
    let lists = (0..LISTS).map(|_| {
        let client = arena.client(0);
        async move {
            let params = ListStationsParams {
                size: Some(200),
                ..ListStationsParams::default()
            };
            let listed = client.list_stations(&params, FREE).await.unwrap().body;
            listed.content.len()
        }
    });
    assert_eq!(at_once(lists).await, [PAGE; LISTS]);
    let feeds = (0..LISTS).map(|_| {
        let client = arena.client(0);
        async move { feed(&client, home).await }
    });
    at_once(feeds).await;
    let grown = growth.end() * 1024;
    // Half of the connections read lists, a half of these for one caller.
    let most = LISTS * PAGE * LARGEST * IN_MEMORY;
    println!("grown by {} MiB of at most {} MiB", grown >> 20, most >> 20);
    assert!(grown < most, "{grown} bytes");
}

/// Reads the feed to its end; gives the events of the largest answer.
async fn feed(client: &client::Client, home: Uuid) -> usize {
    let (mut after, mut events, mut largest) = (None, 0, 0);
    loop {
        let params = ListEventsParams {
            organization_id: Some(home),
            limit: Some(1000),
            after,
            ..ListEventsParams::default()
        };
        let part = client.list_events(&params, FREE).await.unwrap().body;
        events += part.content.len();
        largest = largest.max(part.content.len());
        let bytes = serde_json::to_vec(&part.content).unwrap().len();
        assert!(bytes < 2 * 1024 * 1024, "an answer of {bytes} bytes");
        after = Some(part.next);
        if !part.has_more {
            assert!(events > STATIONS, "only {events} events");
            return largest;
        }
    }
}

/// As many small values as there is room for.
fn station() -> NewStation {
    let mut new = NewStation::new(unique("s"), "Large", "UTC", "DE");
    let values = (LARGEST - 8) / 3;
    let list = Value::Array(vec![json!([]); values]);
    new.attributes = Some(Map::from_iter([("a".to_owned(), list)]));
    new
}
