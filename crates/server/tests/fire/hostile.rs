//! Hostile receivers of webhooks, and a healthy one beside them.

use crate::{
    cluster::{Cluster, FREE, at_once, installation},
    memory::Growth,
    receivers::{Does, Receiver},
    tenants::new_member,
};
use client::{Client, DeliveryWithAttempts, ListDeliveriesParams, NewWebhook};
use std::{net::Ipv4Addr, time::Duration};
use testkit::database::Database;
use tokio::{
    net::TcpSocket,
    time::{Instant, sleep},
};
use uuid::Uuid;

/// Stands for a public address. 127.0.0.1 stands for an internal one.
const PUBLIC: Ipv4Addr = Ipv4Addr::new(127, 0, 0, 2);

const GIGABYTE: &str = "HTTP/1.1 500 Oh\r\ncontent-length: 1073741824\r\n\r\n";
const LINE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n";

/// Endpoints of each kind.
const OF_EACH: usize = 2;

/// Events one after another, and then at once.
const ONE_BY_ONE: usize = 20;
const AT_ONCE: usize = 100;
const WRITERS: usize = 4;

/// How soon the healthy one has to receive an event, and the service to answer.
const SOON: Duration = Duration::from_secs(5);

/// Every attempt has failed by then: the longest takes 15 seconds.
const IN_THE_END: Duration = Duration::from_secs(60);

/// The memory that all deliveries may take, in kilobytes.
const MEMORY_LIMIT: usize = 64 * 1024;

/// A hostile receiver, and the expected result of its attempts.
struct Hostile {
    /// Keeps the port bound, so that nobody listens on it.
    _taken: Option<TcpSocket>,
    url: String,
    reason: &'static str,
    status: Option<i32>,
}

impl Hostile {
    async fn that(does: Does, reason: &'static str, status: Option<i32>) -> Self {
        let receiver = Receiver::start_at(PUBLIC, 0, does).await;
        let scheme = if reason == "tls" { "https" } else { "http" };
        Self {
            url: format!("{scheme}://{}/hook", receiver.address),
            _taken: None,
            reason,
            status,
        }
    }

    /// A name of this machine, which is not on the list of allowed addresses.
    fn by_name(inside: &Receiver) -> Self {
        Self {
            url: format!("http://localhost:{}/hook", inside.address.port()),
            _taken: None,
            reason: "address-refused",
            status: None,
        }
    }

    /// An address where nobody listens.
    fn nowhere() -> Self {
        let socket = TcpSocket::new_v4().unwrap();
        socket.bind((PUBLIC, 0).into()).unwrap();
        Self {
            url: format!("http://{}/hook", socket.local_addr().unwrap()),
            _taken: Some(socket),
            reason: "connection-refused",
            status: None,
        }
    }
}

/// One of each kind. Two of them try to make the service call an internal address.
async fn all_kinds(inside: &Receiver) -> Vec<Hostile> {
    let location = format!("location: {}", inside.url());
    let redirect = format!("HTTP/1.1 307 There\r\n{location}\r\ncontent-length: 0\r\n\r\n");
    let nonsense = "SSH-2.0-OpenSSH_9.9\r\n\r\n";
    let half = "HTTP/1.1 200 OK\r\nx: ";
    let mut all = Vec::new();
    for (does, reason, status) in [
        (Does::AnswerAndHang(""), "timeout", None),
        (Does::Drip(half, "y"), "timeout", None),
        (Does::Flood(GIGABYTE, LINE), "status", Some(500)),
        (
            Does::Flood(half, LINE.trim_end()),
            "headers-too-large",
            None,
        ),
        (Does::Answer(redirect.leak()), "status", Some(307)),
        (Does::Blurt("nonsense\r\n\r\n"), "tls", None),
        (Does::Close, "closed-early", None),
        (Does::AnswerAndHang(nonsense), "not-http", None),
    ] {
        all.push(Hostile::that(does, reason, status).await);
    }
    all.extend([Hostile::by_name(inside), Hostile::nowhere()]);
    all
}

async fn hook(client: &Client, organization: Uuid, url: &str) -> Uuid {
    let new = NewWebhook {
        organization_id: Some(organization),
        event_types: Some(vec!["user.created".to_owned()]),
        ..NewWebhook::new(url)
    };
    client.create_webhook(&new, FREE).await.unwrap().body.id
}

/// Waits until this receiver has so many requests.
async fn receives(receiver: &Receiver, count: usize, within: Duration) {
    let since = Instant::now();
    while receiver.requests().len() < count {
        let requests = receiver.requests().len();
        assert!(since.elapsed() < within, "{requests} of {count} requests");
        sleep(Duration::from_millis(10)).await;
    }
}

/// The deliveries of a webhook that were attempted, once there is one.
async fn attempted(client: &Client, webhook: Uuid, url: &str) -> Vec<DeliveryWithAttempts> {
    let since = Instant::now();
    loop {
        let all = ListDeliveriesParams {
            limit: Some(200),
            ..ListDeliveriesParams::default()
        };
        let found = client.list_deliveries(webhook, &all, FREE).await;
        let mut attempted = Vec::new();
        for one in found.unwrap().body.content {
            if one.attempts > 0 {
                let read = client.get_delivery(webhook, one.id, FREE).await;
                attempted.push(read.unwrap().body);
            }
        }
        if !attempted.is_empty() {
            return attempted;
        }
        assert!(since.elapsed() < IN_THE_END, "nothing was sent to {url}");
        sleep(Duration::from_millis(100)).await;
    }
}

/// Each attempt has a reason code and a detail.
async fn reports_reason(client: &Client, webhook: Uuid, hostile: &Hostile) {
    for delivery in attempted(client, webhook, &hostile.url).await {
        for attempt in &delivery.attempts {
            let reported = (attempt.reason.as_deref(), attempt.status);
            assert_eq!(
                reported,
                (Some(hostile.reason), hostile.status),
                "{attempt:?}"
            );
            assert!(attempt.detail.as_ref().is_some_and(|text| !text.is_empty()));
            assert!(attempt.answer.len() <= 1024);
        }
    }
}

/// Members are made one after another; the healthy one receives each event soon.
async fn one_by_one(client: &Client, organization: Uuid, healthy: &Receiver) -> Duration {
    let mut longest = Duration::ZERO;
    for number in 0..ONE_BY_ONE {
        let since = Instant::now();
        new_member(client, organization).await.unwrap();
        assert!(since.elapsed() < SOON, "the service is slow");
        receives(healthy, number + 1, SOON).await;
        longest = longest.max(since.elapsed());
    }
    longest
}

async fn many_at_once(cluster: &Cluster, organization: Uuid) {
    let writers = (0..WRITERS).map(|number| {
        let client = cluster.client(number);
        async move {
            for _ in 0..AT_ONCE / WRITERS {
                new_member(&client, organization).await.unwrap();
            }
        }
    });
    at_once(writers).await;
}

testkit::on_every_database! {
    async fn hostile_receivers_do_not_delay_a_healthy_one(database: Database) {
        let nets = format!("{PUBLIC}/32");
        let installation = installation(&database).with("QUARTERMASTER_WEBHOOK_ALLOW_NETS", &nets);
        let cluster = Cluster::of(installation, 1).await;
        let client = cluster.client(0);
        let organization = cluster.organization().await;
        let ok = "HTTP/1.1 204 No Content\r\n\r\n";
        let healthy = Receiver::start_at(PUBLIC, 0, Does::Answer(ok)).await;
        let inside = Receiver::start(Does::Answer(ok)).await;
        let kinds = all_kinds(&inside).await;
        let mut hooks = Vec::new();
        for _ in 0..OF_EACH {
            for hostile in &kinds {
                hooks.push((hook(&client, organization, &hostile.url).await, hostile));
            }
        }
        hook(&client, organization, &healthy.url()).await;
        let growth = Growth::of(&cluster.servers[0]);
        let longest = one_by_one(&client, organization, &healthy).await;
        many_at_once(&cluster, organization).await;
        receives(&healthy, ONE_BY_ONE + AT_ONCE, SOON * 2).await;
        for (webhook, hostile) in hooks {
            reports_reason(&client, webhook, hostile).await;
        }
        let grown = growth.end();
        assert!(grown < MEMORY_LIMIT, "{grown} KB");
        assert_eq!(inside.connections(), 0, "what stands inside was called");
        assert_eq!(healthy.connections(), ONE_BY_ONE + AT_ONCE, "each once");
        println!("{}: received within {longest:.1?}, {grown} KB", database.backend());
        cluster.verify().await;
    }
}
