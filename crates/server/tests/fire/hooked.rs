//! Webhooks as consumers of every event.

use crate::{
    cluster::FREE,
    consumers::{Consumer, Seen, Truth},
};
use async_trait::async_trait;
use client::{Client, ListEventsParams, NewWebhook};
use std::collections::BTreeMap;
use testkit::receiver::{Received, Receiver};
use uuid::Uuid;

/// An endpoint for each log, at one receiver.
pub struct Hooked {
    receiver: Receiver,
    /// The position after which each log is delivered.
    begins: BTreeMap<Uuid, i64>,
    seen: Vec<Seen>,
}

impl Hooked {
    /// Webhooks for the logs of these realms, ordered.
    pub async fn on(client: &Client, realms: impl Iterator<Item = Option<Uuid>>) -> Self {
        let receiver = Receiver::start().await;
        let mut begins = BTreeMap::new();
        for realm in realms {
            let log = realm.unwrap_or_default();
            let new = NewWebhook {
                organization_id: realm,
                ordered: Some(true),
                ..NewWebhook::new(format!("{}/{log}", receiver.url()))
            };
            client.create_webhook(&new, FREE).await.unwrap();
            let made = ListEventsParams {
                organization_id: realm,
                types: vec!["webhook.created".to_owned()],
                ..ListEventsParams::default()
            };
            let made = client.list_events(&made, FREE).await.unwrap().body;
            begins.insert(log, made.content[0].position);
        }
        Self {
            receiver,
            begins,
            seen: Vec::new(),
        }
    }
}

#[async_trait]
impl Consumer for Hooked {
    fn name(&self) -> &'static str {
        "the receiver of the webhooks"
    }

    fn due(&self, truth: &Truth) -> Truth {
        truth.after(&self.begins)
    }

    async fn seen(&mut self) -> &[Seen] {
        let received = self.receiver.received();
        let new = received.iter().skip(self.seen.len()).map(seen);
        self.seen.extend(new.collect::<Vec<_>>());
        &self.seen
    }
}

fn seen(received: &Received) -> Seen {
    let body = received.json();
    Seen {
        log: received.path.rsplit('/').next().unwrap().parse().unwrap(),
        position: body["data"]["position"].as_i64().unwrap(),
        id: received.id().parse().unwrap(),
    }
}
