//! The buses against the real brokers.
#![allow(clippy::unwrap_used)]

mod rabbit;
mod redis;
mod silent;

use std::{
    io::Write,
    ops::Range,
    time::{Duration, Instant},
};

use relay::{Bus, BusUrl, Message, Timeouts};
use uuid::Uuid;

/// A name that no other test has.
fn unique(name: &str) -> String {
    format!("{name}-{}", Uuid::now_v7().simple())
}

/// Messages of one log and kind, with a body that differs in each.
fn messages(log: &str, kind: &str, positions: Range<i64>) -> Vec<Message> {
    let message = |position| Message {
        id: Uuid::now_v7(),
        log: log.to_owned(),
        position,
        kind: kind.to_owned(),
        body: format!(r#"{{"position":{position},"name":"Zoë\n"}}"#).into_bytes(),
    };
    positions.map(message).collect()
}

fn open(url: &str, timeouts: Timeouts) -> Box<dyn Bus> {
    url.parse::<BusUrl>().unwrap().open(timeouts).unwrap()
}

/// Time limits that a paused broker is to meet quickly.
fn impatient() -> Timeouts {
    Timeouts {
        connect: Duration::from_millis(300),
        confirm: Duration::from_millis(300),
    }
}

/// Publishes 10 000 messages in batches of 500 and says how fast that was.
async fn publish_many(bus: &dyn Bus, name: &str) -> Vec<Message> {
    let many = messages("platform", "user.created", 1..10_001);
    let since = Instant::now();
    for batch in many.chunks(500) {
        bus.publish(batch).await.unwrap();
    }
    let seconds = since.elapsed().as_secs_f64();
    let rate = 10_000.0 / seconds;
    let line = format!("\n{name}: 10 000 messages in {seconds:.2} s, {rate:.0}/s\n");
    std::io::stderr().write_all(line.as_bytes()).unwrap();
    many
}
