//! The event log as server-sent events.

use crate::{
    given::{plain, seat, variant},
    harness::cases,
};
use client::{Download, ListEventsParams, StreamEventsParams};
use std::time::{Duration, Instant};
use testkit::{TestApp, app::Actor};
use tokio::time::timeout;

cases![
    events_arrive_at_once,
    a_returning_client_gets_each_event_once,
    a_reset_log_is_reported,
    a_stream_is_filtered,
    a_stream_shows_what_the_caller_may_see,
    a_caller_who_loses_access_is_cut_off_within_a_second,
    streams_end_when_the_service_stops,
];

/// The time limit of every wait.
const SOON: Duration = Duration::from_secs(10);

/// A received server-sent event.
#[derive(Clone, Debug, PartialEq)]
struct Sent {
    id: Option<String>,
    name: String,
    data: serde_json::Value,
}

struct Stream {
    download: Download,
    text: String,
}

impl Stream {
    async fn open(caller: &Actor, params: &StreamEventsParams) -> Self {
        let opened = caller.stream_events(params, &plain()).await.unwrap();
        assert_eq!(opened.headers["content-type"], "text/event-stream");
        Self {
            download: opened.body,
            text: String::new(),
        }
    }

    /// The next event; `None` at the end.
    async fn next(&mut self) -> Option<Sent> {
        loop {
            while let Some((block, rest)) = self.text.split_once("\n\n") {
                let (block, rest) = (block.to_owned(), rest.to_owned());
                self.text = rest;
                let field = |name: &str| {
                    let mut lines = block.lines();
                    lines.find_map(|line| {
                        Some(line.strip_prefix(name)?.strip_prefix(": ")?.to_owned())
                    })
                };
                if let (Some(name), Some(data)) = (field("event"), field("data")) {
                    let data = serde_json::from_str(&data).unwrap();
                    let id = field("id");
                    return Some(Sent { id, name, data });
                }
            }
            let chunk = timeout(SOON, self.download.chunk())
                .await
                .expect("nothing comes");
            self.text += &String::from_utf8(chunk.unwrap()?).unwrap();
        }
    }

    async fn names(&mut self, count: usize) -> Vec<String> {
        let mut names = Vec::new();
        for _ in 0..count {
            names.push(self.next().await.unwrap().name);
        }
        names
    }
}

fn all() -> StreamEventsParams {
    StreamEventsParams::default()
}

async fn events_arrive_at_once(app: &mut TestApp) {
    let admin = app.super_admin();
    app.user("before").await;
    let mut stream = Stream::open(&admin, &all()).await;
    let live = stream.next().await.unwrap();
    assert_eq!(
        (live.name.as_str(), &live.data["replayed"]),
        ("live", &0.into())
    );
    let since = Instant::now();
    let made = app.user("ada").await;
    let sent = stream.next().await.unwrap();
    assert!(since.elapsed() < Duration::from_secs(2));
    let listed = ListEventsParams {
        resource: Some(format!("user/{}", made.id)),
        ..ListEventsParams::default()
    };
    let listed = admin.list_events(&listed, &plain()).await.unwrap().body;
    assert_eq!(sent.name, "user.created");
    assert_eq!(sent.data, serde_json::to_value(&listed.content[0]).unwrap());
    assert_eq!(sent.id.as_deref(), Some(listed.next.as_str()));
}

async fn a_returning_client_gets_each_event_once(app: &mut TestApp) {
    let admin = app.super_admin();
    let mut seen = Vec::new();
    let mut after = Some("0".to_owned());
    for round in 0..8 {
        // Some events happen while the client is away, some while it is connected.
        app.user(&format!("a{round}")).await;
        app.user(&format!("b{round}")).await;
        let params = StreamEventsParams {
            after: after.clone(),
            ..all()
        };
        let mut stream = Stream::open(&admin, &params).await;
        app.user(&format!("c{round}")).await;
        for _ in 0..3 {
            let sent = stream.next().await.unwrap();
            if sent.name != "live" {
                seen.push(sent.data["position"].as_i64().unwrap());
                after = sent.id;
            }
        }
    }
    let mut stream = Stream::open(&admin, &StreamEventsParams { after, ..all() }).await;
    loop {
        let sent = stream.next().await.unwrap();
        if sent.name == "live" {
            break;
        }
        seen.push(sent.data["position"].as_i64().unwrap());
    }
    let end = app.position().await;
    assert_eq!(seen, (1..=end).collect::<Vec<_>>());
}

async fn a_reset_log_is_reported(app: &mut TestApp) {
    let admin = app.super_admin();
    let strange = StreamEventsParams {
        after: Some(format!("1-{}", "0".repeat(16))),
        ..all()
    };
    let mut stream = Stream::open(&admin, &strange).await;
    assert_eq!(stream.names(2).await, ["reset", "live"]);
    app.user("ada").await;
    assert_eq!(stream.next().await.unwrap().name, "user.created");
    // `Last-Event-ID` takes precedence over the cursor in the URL.
    let target = format!("/api/v1/events/stream?after=1-{}", "0".repeat(16));
    let asked = app
        .raw("GET", &target)
        .key(&admin.key)
        .header("Last-Event-ID", "1");
    let begin = asked.send().await.text();
    assert!(!begin.contains("reset"), "{begin}");
}

async fn a_stream_is_filtered(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.user("ada").await.id;
    let seats = StreamEventsParams {
        types: vec!["assignment.created".to_owned()],
        ..all()
    };
    let mut stream = Stream::open(&admin, &seats).await;
    assert_eq!(stream.names(1).await, ["live"]);
    let held = seat(app, ada, variant(app, None).await.id).await;
    let sent = stream.next().await.unwrap();
    assert_eq!(sent.data["resource"]["id"], held.id.to_string());
    let past = StreamEventsParams {
        after: Some("0".to_owned()),
        ..seats
    };
    let mut stream = Stream::open(&admin, &past).await;
    assert_eq!(
        stream.next().await.unwrap().data["resource"]["id"],
        held.id.to_string()
    );
    let live = stream.next().await.unwrap();
    assert_eq!(
        (live.name.as_str(), &live.data["replayed"]),
        ("live", &1.into())
    );
}

async fn a_stream_shows_what_the_caller_may_see(app: &mut TestApp) {
    let (volt, amp) = (
        app.organization("volt").await.id,
        app.organization("amp").await.id,
    );
    let station = app.station(volt, "one").await.id;
    let (partner, operator) = (
        app.partner("paul", volt).await,
        app.operator("olga", volt, station).await,
    );
    let mut own = Stream::open(&partner, &all()).await;
    let mut at = Stream::open(&operator, &all()).await;
    let other = StreamEventsParams {
        organization_id: Some(amp),
        ..all()
    };
    let mut foreign = Stream::open(&partner, &other).await;
    for stream in [&mut own, &mut at, &mut foreign] {
        assert_eq!(stream.names(1).await, ["live"]);
    }
    app.station(amp, "theirs").await;
    app.station(volt, "two").await;
    app.operator("otto", volt, station).await;
    assert_eq!(own.names(2).await, ["station.created", "user.created"]);
    let sent = at.next().await.unwrap();
    assert_eq!(
        (sent.name.as_str(), &sent.data["stationId"]),
        ("user.created", &station.to_string().into())
    );
    let nothing = timeout(Duration::from_millis(700), foreign.download.chunk()).await;
    assert!(nothing.is_err(), "{nothing:?}");
}

async fn a_caller_who_loses_access_is_cut_off_within_a_second(app: &mut TestApp) {
    let volt = app.organization("volt").await.id;
    let (partner, other) = (
        app.partner("paul", volt).await,
        app.partner("anna", volt).await,
    );
    let admin = app.super_admin();
    let mut streams = Vec::new();
    for caller in [&partner, &other] {
        let mut stream = Stream::open(caller, &all()).await;
        assert_eq!(stream.names(1).await, ["live"]);
        streams.push(stream);
    }
    admin.deactivate_user(partner.id, &plain()).await.unwrap();
    let since = Instant::now();
    // The event that locked the caller out is not shown either.
    assert_eq!(streams[0].next().await, None);
    assert!(since.elapsed() < Duration::from_secs(1));
    assert_eq!(streams[1].next().await.unwrap().name, "user.deactivated");
    admin.suspend_organization(volt, &plain()).await.unwrap();
    assert_eq!(streams[1].next().await, None);
}

async fn streams_end_when_the_service_stops(app: &mut TestApp) {
    let admin = app.super_admin();
    let mut stream = Stream::open(&admin, &all()).await;
    assert_eq!(stream.names(1).await, ["live"]);
    let since = Instant::now();
    app.restart().await;
    assert!(since.elapsed() < Duration::from_secs(5));
    assert_eq!(stream.next().await, None);
}
