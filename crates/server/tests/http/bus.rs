//! The message bus carries the events of the feed.

use crate::{
    given::{assign, seat, variant},
    harness::cases,
};
use app::reactor::Reactor;
use outbound::bus::{REACTOR, Relay};
use relay::{MemoryBus, Message, Subscription};
use serde_json::Value;
use server::{http::event_view, metrics::Metrics, reactor_runner::Measured};
use std::{sync::Arc, time::Duration};
use testkit::TestApp;
use tokio::{sync::watch, task::JoinHandle, time::timeout};
use uuid::Uuid;

cases![
    the_bus_carries_what_the_feed_shows,
    the_metrics_count_what_is_delivered,
];

/// The time limit of every wait.
const SOON: Duration = Duration::from_secs(20);

/// A relay to a bus in this process.
struct AtWork {
    subscription: Subscription,
    metrics: Arc<Metrics>,
    stop: watch::Sender<bool>,
    task: JoinHandle<()>,
}

impl AtWork {
    fn start(app: &TestApp) -> Self {
        let bus = MemoryBus::new(1000);
        let subscription = bus.subscribe();
        let metrics = Arc::new(Metrics::new("test"));
        metrics.add_reactor(REACTOR);
        let measured = Measured {
            metrics: Arc::clone(&metrics),
            reactor: REACTOR,
        };
        let relay = Relay::new(Box::new(bus), event_view);
        let reactor = Reactor::new(app.app().clone(), relay, Arc::new(measured));
        let (stop, stopped) = watch::channel(false);
        Self {
            subscription,
            metrics,
            stop,
            task: tokio::spawn(async move { reactor.run(stopped).await }),
        }
    }

    /// As many messages as there are events.
    async fn messages(&mut self, app: &TestApp) -> Vec<Arc<Message>> {
        let mut messages = Vec::new();
        for _ in 0..app.position().await {
            let next = timeout(SOON, self.subscription.next()).await;
            messages.push(next.unwrap().unwrap());
        }
        messages
    }

    async fn stop(self) -> Arc<Metrics> {
        self.stop.send_replace(true);
        self.task.await.unwrap();
        self.metrics
    }
}

/// The whole feed of an organization, or of the platform.
async fn feed(app: &TestApp, organization: Option<Uuid>) -> Vec<Value> {
    let of = organization.map(|id| format!("&organizationId={id}"));
    let target = format!("/api/v1/events?limit=200{}", of.unwrap_or_default());
    let key = app.super_admin().key;
    let mut page = app.raw("GET", &target).key(&key).send().await.json();
    assert_eq!(page["hasMore"], false);
    let Value::Array(events) = page["content"].take() else {
        panic!("{page}")
    };
    events
}

async fn the_bus_carries_what_the_feed_shows(app: &mut TestApp) {
    let organization = app.organization("amp").await.id;
    app.partner("pia", organization).await;
    let ada = app.user("ada").await;
    seat(app, ada.id, variant(app, None).await.id).await;
    let mut work = AtWork::start(app);
    let messages = work.messages(app).await;
    for (log, home) in [
        ("platform".to_owned(), None),
        (organization.to_string(), Some(organization)),
    ] {
        let sent: Vec<_> = messages.iter().filter(|sent| sent.log == log).collect();
        let shown = feed(app, home).await;
        assert!(sent.len() == shown.len() && !shown.is_empty(), "{log}");
        for (sent, shown) in sent.iter().zip(&shown) {
            let body: Value = serde_json::from_slice(&sent.body).unwrap();
            assert_eq!(&body, shown);
            assert_eq!(sent.id.to_string(), shown["id"].as_str().unwrap());
            assert_eq!(sent.kind, shown["type"].as_str().unwrap());
            assert_eq!(sent.position, shown["position"].as_i64().unwrap());
        }
    }
    let created = messages.iter().filter(|sent| sent.kind == "user.created");
    let bodies: Vec<_> = created
        .map(|sent| String::from_utf8(sent.body.clone()).unwrap())
        .collect();
    assert!(bodies.iter().any(|body| body.contains(&ada.email)));
    let keys = messages.iter().filter(|sent| sent.kind == "apiKey.created");
    let keys: Vec<Value> = keys
        .map(|sent| serde_json::from_slice(&sent.body).unwrap())
        .collect();
    assert!(keys.iter().all(|key| key["data"].get("digest").is_none()));
    assert!(!keys.is_empty());
    work.stop().await;
}

async fn the_metrics_count_what_is_delivered(app: &mut TestApp) {
    let (ada, variant) = (app.user("ada").await, variant(app, None).await);
    let mut work = AtWork::start(app);
    let first = work.messages(app).await.len();
    assign(app, &testkit::seat(ada.id, variant.id))
        .await
        .unwrap();
    let next = timeout(SOON, work.subscription.next()).await.unwrap();
    assert_eq!(next.unwrap().kind, "assignment.created");
    let metrics = work.stop().await;
    let page = metrics.render().unwrap();
    for (name, due) in [
        ("published_total", first + 1),
        ("failures_total", 0),
        ("parked_total", 0),
        ("working", 0),
        ("lag_events", 0),
    ] {
        let line = format!("quartermaster_reactor_{name}{{reactor=\"bus\"}} {due}\n");
        assert!(page.contains(&line), "{line} is not in\n{page}");
    }
}
