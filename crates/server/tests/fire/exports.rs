//! Exports of long logs, streamed as they are read.
//!
//! `QUARTERMASTER_TEST_EVENTS` overrides the length of the log.

use crate::{
    cluster::{Cluster, FREE, at_once, installation, unique},
    memory::Growth,
    tenants::new_member,
};
use client::{AssignmentBatch, BatchMode, Client, NewProduct, NewProductVariant};
use std::{io::Write, time::Duration};
use testkit::database::Database;
use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    net::TcpSocket,
    time::{Instant, sleep},
};
use uuid::Uuid;

/// The events of the log by default.
const EVENTS: usize = 20_000;

/// Seats that are given in one request.
const BATCH: usize = 500;

/// Concurrent writers.
const WRITERS: usize = 4;

/// Concurrent readers of an export, of each kind.
const READERS: usize = 2;

/// The memory that exports may take, in kilobytes, whatever their length.
const MEMORY_LIMIT: usize = 24 * 1024;

/// The receive buffer of a reader, in bytes: small, so that unread data is not sent.
const BUFFER: u32 = 32 * 1024;

/// The first pause of a reader: long enough to write more than half of the default log.
const STALL: Duration = Duration::from_secs(2);

/// Then it pauses for a moment after this many events.
const STEP: usize = 100;
const MOMENT: Duration = Duration::from_millis(2);

/// The format of an export.
#[derive(Clone, Copy)]
enum Kind {
    Ndjson,
    Csv,
}

/// What a reader found.
#[derive(Debug, PartialEq, Eq)]
struct Found {
    events: usize,
    bytes: usize,
}

/// Reads the events of an organization after a position, slowly; positions must have no gap.
async fn read(url: String, key: String, log: Uuid, kind: Kind, after: usize) -> Found {
    let socket = TcpSocket::new_v4().unwrap();
    socket.set_recv_buffer_size(BUFFER).unwrap();
    let address = url.trim_start_matches("http://").parse().unwrap();
    let mut stream = BufReader::new(socket.connect(address).await.unwrap());
    let name = match kind {
        Kind::Ndjson => "ndjson",
        Kind::Csv => "csv",
    };
    // The answer to HTTP/1.0 is not chunked: it ends with the connection.
    let request = format!(
        "GET /api/v1/events.{name}?organizationId={log}&after={after} HTTP/1.0\r\n\
         host: here\r\nauthorization: Bearer {key}\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).await.unwrap();
    let mut lines = stream.lines();
    let status = lines.next_line().await.unwrap().unwrap();
    assert!(status.contains(" 200 "), "{status}");
    while !lines.next_line().await.unwrap().unwrap().is_empty() {}
    if let Kind::Csv = kind {
        let head = lines.next_line().await.unwrap().unwrap();
        assert!(head.starts_with("id,position,"), "{head}");
    }
    sleep(STALL).await;
    let mut found = Found {
        events: 0,
        bytes: 0,
    };
    while let Some(line) = lines.next_line().await.unwrap() {
        found.events += 1;
        found.bytes += line.len();
        assert_eq!(position(&line, kind), after + found.events);
        if found.events.is_multiple_of(STEP) {
            sleep(MOMENT).await;
        }
    }
    found
}

fn position(line: &str, kind: Kind) -> usize {
    match kind {
        Kind::Ndjson => {
            let event: serde_json::Value = serde_json::from_str(line).unwrap();
            usize::try_from(event["position"].as_u64().unwrap()).unwrap()
        }
        Kind::Csv => line.split(',').nth(1).unwrap().parse().unwrap(),
    }
}

/// Several readers read all events after a position. Returns what one of each kind found.
async fn read_all(cluster: &Cluster, log: Uuid, after: usize) -> [Found; 2] {
    let kinds = [Kind::Ndjson, Kind::Csv];
    let readers = (0..READERS).flat_map(|_| kinds).map(|kind| {
        let (url, key) = (cluster.servers[0].url(), cluster.key.clone());
        tokio::spawn(read(url, key, log, kind, after))
    });
    let readers: Vec<_> = readers.collect();
    let mut found = Vec::new();
    for reader in readers {
        found.push(reader.await.unwrap());
    }
    let of_csv = found.pop().unwrap();
    let of_ndjson = found.pop().unwrap();
    let same = |at: usize| [&of_ndjson, &of_csv][at % 2];
    assert!(found.iter().enumerate().all(|(at, one)| one == same(at)));
    [of_ndjson, of_csv]
}

/// An organization with a long log: returns it, and how many events it has.
async fn long_log(cluster: &Cluster, events: usize) -> (Uuid, usize) {
    let organization = cluster.organization().await;
    let variants = variants(&cluster.client(0), organization).await;
    let batches = events.div_ceil(BATCH + 1);
    let writers = (0..WRITERS).map(|writer| {
        let (client, variants) = (cluster.client(writer), variants.clone());
        let count = (writer..batches).step_by(WRITERS).count();
        tokio::spawn(async move {
            for _ in 0..count {
                seats(&client, organization, &variants).await;
            }
        })
    });
    let writers: Vec<_> = writers.collect();
    for writer in writers {
        writer.await.unwrap();
    }
    // Itself, the product, the variants; a member and their seats in each batch.
    (organization, 2 + BATCH + batches * (BATCH + 1))
}

async fn variants(client: &Client, organization: Uuid) -> Vec<Uuid> {
    let product = NewProduct {
        organization_id: Some(organization),
        ..NewProduct::new(unique("p"), "Its own")
    };
    let product = client.create_product(&product, FREE).await.unwrap().body.id;
    let made = (0..WRITERS).map(|_| {
        let client = client.clone();
        async move {
            let mut made = Vec::new();
            for _ in 0..BATCH / WRITERS {
                let new = NewProductVariant::new(unique("v"), "Seats");
                let variant = client.create_product_variant(product, &new, FREE).await;
                made.push(variant.unwrap().body.id);
            }
            made
        }
    });
    at_once(made).await.concat()
}

/// A member gets a seat of each.
async fn seats(client: &Client, organization: Uuid, variants: &[Uuid]) {
    let user = new_member(client, organization).await.unwrap().body.id;
    let items = variants.iter().map(|variant| testkit::seat(user, *variant));
    let batch = AssignmentBatch {
        mode: BatchMode::Atomic,
        items: items.collect(),
    };
    client.create_assignment_batch(&batch, FREE).await.unwrap();
}

testkit::on_every_database! {
    async fn an_export_takes_no_more_memory_when_the_log_is_longer(database: Database) {
        let cluster = Cluster::of(installation(&database), 1).await;
        let given = std::env::var("QUARTERMASTER_TEST_EVENTS").ok();
        let events = given.map_or(EVENTS, |text| text.parse().unwrap());
        let began = Instant::now();
        let (log, events) = long_log(&cluster, events).await;
        let written = began.elapsed();
        // A first export, so that memory that is allocated once is not counted.
        read_all(&cluster, log, events * 9 / 10).await;
        let few = Growth::of(&cluster.servers[0]);
        read_all(&cluster, log, events * 9 / 10).await;
        let of_few = few.end();
        let many = Growth::of(&cluster.servers[0]);
        let began = Instant::now();
        let found = read_all(&cluster, log, 0).await;
        let before = many.before;
        let of_many = many.end();
        let summary = format!(
            "{}: {events} events written in {written:.1?}, exported {} times as {} and as {} MB in {:.1?}: \
             memory went up by {of_many} KB from {} KB, and by {of_few} KB for a tenth of them",
            database.backend(), READERS, found[0].bytes >> 20, found[1].bytes >> 20, began.elapsed(), before,
        );
        // The test harness captures what a passing test prints.
        std::io::stderr().write_all(format!("\n{summary}\n").as_bytes()).unwrap();
        assert!(found.iter().all(|found| found.events == events), "{found:?}");
        let bytes: usize = found.iter().map(|found| found.bytes * READERS).sum();
        assert!(bytes / 1024 > 2 * MEMORY_LIMIT, "too little to measure: {bytes} bytes");
        assert!(of_many < MEMORY_LIMIT, "{summary}");
    }
}
