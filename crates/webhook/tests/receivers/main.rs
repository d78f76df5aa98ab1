//! Sending to receivers on loopback: the good, the hostile, and those that are not there.
#![allow(clippy::unwrap_used)]

mod addresses;
mod answers;
mod certificates;
mod hostile;
mod names;
mod receiver;
mod secure;

use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::HeaderMap;
use webhook::{
    Attempt, Message, Outcome, Policy, Ports, Reach, Reason, Sender, SigningSecret, Timeouts,
};

use receiver::{Does, Receiver};

/// Only what hangs for ever runs into these.
const PATIENT: Timeouts = Timeouts {
    connect: Duration::from_secs(20),
    all: Duration::from_secs(20),
};

/// For what is expected to hang.
const HASTY: Timeouts = Timeouts {
    connect: Duration::from_millis(150),
    all: Duration::from_millis(300),
};

/// A policy that lets everything through but addresses.
fn policy(allowed: &[&str]) -> Policy {
    let networks = allowed.iter().map(|network| network.parse().unwrap());
    Policy {
        reach: Reach::with(networks.collect()),
        plain_http: true,
        ports: Ports::Any,
    }
}

fn sender(timeouts: Timeouts) -> Sender {
    Sender::new(policy(&["127.0.0.0/8"]), timeouts)
}

fn now() -> u64 {
    SystemTime::now()
        .duration_since(UNIX_EPOCH)
        .unwrap()
        .as_secs()
}

fn message() -> Message {
    let secret = SigningSecret::generate().unwrap();
    Message::new("msg_1", now(), HeaderMap::new(), "{\"a\":1}", &[&secret]).unwrap()
}

async fn send_with(sender: &Sender, url: &str) -> Attempt {
    let destination = sender.policy().destination(url).unwrap();
    sender.send(&destination, &message()).await
}

/// What comes of sending to a receiver that does this, and the receiver.
async fn send_to(does: Does, timeouts: Timeouts) -> (Attempt, Receiver) {
    let receiver = Receiver::start(does).await;
    let attempt = send_with(&sender(timeouts), &receiver.url()).await;
    (attempt, receiver)
}

fn failed(reason: Reason) -> Outcome {
    Outcome::Failed(reason)
}

/// Lets the receivers go on until this holds.
async fn until(holds: impl Fn() -> bool) {
    let held = async {
        while !holds() {
            tokio::task::yield_now().await;
        }
    };
    tokio::time::timeout(PATIENT.all, held).await.unwrap();
}
