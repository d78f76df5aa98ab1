//! Webhooks: events that were written before, or are being written, on their way to a receiver on
//! this machine.

use std::time::{Duration, Instant};

use serde_json::json;

use super::{Side, fleet::ORGANIZATIONS, receiver::Receiver};
use crate::{
    Fault,
    http::{Connection, delete},
    making::{Making, ids},
    say,
    sizes::Sizes,
};

/// How it is sent.
#[derive(Clone, Copy)]
pub struct Case {
    /// Organizations, each with one webhook.
    pub webhooks: u64,
    /// Whether an event waits for the one before.
    pub ordered: bool,
    /// Writers at the same time; without any, the events are there already.
    pub writers: u64,
}

const CASES: [Case; 5] = [
    Case::of(1, false, 0),
    Case::of(1, true, 0),
    Case::of(ORGANIZATIONS, false, 0),
    Case::of(ORGANIZATIONS, true, 0),
    Case::of(ORGANIZATIONS, false, 8),
];

impl Case {
    const fn of(webhooks: u64, ordered: bool, writers: u64) -> Self {
        Self {
            webhooks,
            ordered,
            writers,
        }
    }
}

/// What came to the receiver.
pub struct Delivered {
    /// The system of the service.
    pub system: &'static str,
    /// How it was sent.
    pub case: Case,
    /// Different events.
    pub messages: u64,
    /// Requests that they came in.
    pub attempts: u64,
    /// From when sending was asked for to the last of them.
    pub seconds: f64,
    /// CPU seconds of the service in that time.
    pub cpu: f64,
    /// Events written at the same time, a second.
    pub written: Option<f64>,
}

/// Measures every case on one system.
pub async fn measure(sizes: Sizes, side: &Side) -> Result<Vec<Delivered>, Fault> {
    let receiver = Receiver::start()?;
    let mut delivered = Vec::new();
    for case in CASES {
        say(&format!(
            "webhooks on {}: {} of them, ordered: {}, writers: {}",
            side.system, case.webhooks, case.ordered, case.writers
        ));
        delivered.push(one(sizes, side, case, &receiver).await?);
    }
    side.service.settle().await?;
    Ok(delivered)
}

async fn one(
    sizes: Sizes,
    side: &Side,
    case: Case,
    receiver: &Receiver,
) -> Result<Delivered, Fault> {
    let webhooks = make(side, case, receiver.url()).await?;
    side.service.settle().await?;
    receiver.take();
    let (began, cpu, time) = (Instant::now(), side.service.cpu()?, sizes.moment * 2);
    let written = match case.writers {
        0 => {
            recover(side, webhooks.clone()).await?;
            wait(time.saturating_sub(began.elapsed()), receiver).await;
            None
        }
        writers => {
            let written = side.fleet.append_for(writers, case.webhooks, time).await?;
            Some(written.rate())
        }
    };
    let (came, cpu) = (receiver.take(), side.service.cpu()? - cpu);
    let last = came.last.ok_or("nothing came to the receiver")?;
    remove(side, &webhooks).await?;
    Ok(Delivered {
        system: side.system,
        case,
        messages: came.messages.len() as u64,
        attempts: came.attempts,
        seconds: last.duration_since(began).as_secs_f64(),
        cpu,
        written,
    })
}

/// Makes the webhooks, to which nothing is sent yet.
async fn make(side: &Side, case: Case, url: String) -> Result<Vec<String>, Fault> {
    let (address, key) = side.fleet.service();
    let organizations = side.fleet.organizations.clone();
    let webhook = move |n: u64| {
        let body = json!({
            "url": url,
            "ordered": case.ordered,
            "eventTypes": ["station.updated"],
            "organizationId": organizations[n as usize],
        });
        ("/api/v1/webhooks".to_owned(), body)
    };
    let maker = Making { address, key };
    ids(&maker.make(case.webhooks, webhook).await?)
}

/// Asks for everything since the beginning.
async fn recover(side: &Side, webhooks: Vec<String>) -> Result<(), Fault> {
    let (address, key) = side.fleet.service();
    let (since, count) = (side.fleet.since.clone(), webhooks.len() as u64);
    let asked = move |n: u64| {
        let path = format!("/api/v1/webhooks/{}/recover", webhooks[n as usize]);
        (path, json!({ "since": since }))
    };
    Making { address, key }.post(204, count, asked).await?;
    Ok(())
}

/// Waits for so long, or until nothing comes any more.
async fn wait(time: Duration, receiver: &Receiver) {
    let since = Instant::now();
    let mut before = 0;
    while since.elapsed() < time {
        tokio::time::sleep(time.min(Duration::from_millis(1000))).await;
        let now = receiver.messages();
        if now > 0 && now == before {
            return;
        }
        before = now;
    }
}

async fn remove(side: &Side, webhooks: &[String]) -> Result<(), Fault> {
    let (address, key) = side.fleet.service();
    let mut connection = Connection::open(address).await?;
    for id in webhooks {
        let request = delete(&format!("/api/v1/webhooks/{id}"), key);
        let answer = connection.send(&request).await?;
        if answer.status != 204 {
            return Err(answer.to_string().into());
        }
    }
    Ok(())
}
