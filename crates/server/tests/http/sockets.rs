//! The event log over WebSocket: its messages, their visibility, and its end.

use crate::{
    given::{organization_key, plain, product},
    harness::cases,
};
use client::{ListEventsParams, NewOrganizationApiKey, Organization, StreamEventsParams};
use domain::user::Role;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use testkit::{
    TestApp,
    app::{Actor, Person},
    socket::Socket,
};

cases![
    events_arrive_at_once,
    a_client_may_authenticate_by_its_first_message,
    a_returning_client_gets_each_event_once,
    a_reset_log_is_reported,
    subscriptions_are_filtered_each_for_itself,
    a_socket_shows_what_the_caller_may_see,
    a_caller_without_events_read_is_refused,
    a_caller_who_loses_access_is_cut_off_within_a_second,
    a_caller_locked_out_on_an_idle_log_is_cut_off_too,
    a_token_that_expires_ends_the_connection,
    a_new_token_keeps_the_connection,
    another_organization_is_another_caller,
    a_cursor_advances_over_filtered_events,
    sockets_end_when_the_service_stops,
];

/// A socket of the caller, subscribed to its log from now on.
async fn live(app: &TestApp, caller: &Actor) -> Socket {
    let mut socket = Socket::open(&app.url(), Some(&caller.key)).await.unwrap();
    socket.expect("authenticated").await;
    socket.follow("all", None).await;
    socket.expect("replayed").await;
    socket.expect("live").await;
    socket
}

/// A partner of the organization, signed in.
async fn paul(app: &TestApp, volt: &Organization) -> Person {
    let home = Some((volt.id, volt.slug.as_str()));
    app.person("paul", Role::Partner, home, None).await
}

async fn token(app: &TestApp, person: &Person) -> String {
    app.sign_in(&person.login()).await.tokens.access_token
}

/// The types of the next events.
async fn types(socket: &mut Socket, count: usize) -> Vec<String> {
    let mut types = Vec::new();
    for _ in 0..count {
        let message = socket.expect("event").await;
        types.push(message["event"]["type"].as_str().unwrap().to_owned());
    }
    types
}

/// The code of the problem with which the connection ends, and the code of the close.
async fn refused(socket: &mut Socket) -> (String, u16) {
    let message = socket.expect("error").await;
    assert_eq!(socket.hear().await, None);
    let code = message["problem"]["code"].as_str().unwrap().to_owned();
    (code, socket.closed.clone().unwrap().0)
}

async fn events_arrive_at_once(app: &mut TestApp) {
    let admin = app.super_admin();
    app.user("before").await;
    let mut socket = live(app, &admin).await;
    let since = Instant::now();
    let made = app.user("ada").await;
    let message = socket.expect("event").await;
    assert!(since.elapsed() < Duration::from_secs(2));
    let listed = ListEventsParams {
        resource: Some(format!("user/{}", made.id)),
        ..ListEventsParams::default()
    };
    let listed = admin.list_events(&listed, &plain()).await.unwrap().body;
    let event = serde_json::to_value(&listed.content[0]).unwrap();
    let due =
        json!({"type": "event", "subscription": "all", "cursor": listed.next, "event": event});
    assert_eq!(message, due);
    socket.say(&json!({"type": "ping"})).await;
    let pong = socket.expect("pong").await;
    assert_eq!(pong["cursors"]["all"], message["cursor"]);
    socket
        .say(&json!({"type": "unsubscribe", "id": "all"}))
        .await;
    socket.expect("unsubscribed").await;
    app.user("bob").await;
    socket.say(&json!({"type": "ping"})).await;
    let pong = socket.expect("pong").await;
    assert_eq!(pong["cursors"], json!({}));
}

async fn a_client_may_authenticate_by_its_first_message(app: &mut TestApp) {
    let volt = app.organization("volt").await;
    let paul = paul(app, &volt).await;
    let token = json!({"type": "authenticate", "token": token(app, &paul).await});
    let key = json!({"type": "authenticate", "apiKey": app.super_admin().key});
    for first in [token, key] {
        let mut socket = Socket::open(&app.url(), None).await.unwrap();
        socket.say(&first).await;
        socket.expect("authenticated").await;
        socket.follow("all", Some("0")).await;
        socket.expect("event").await;
    }
}

async fn a_returning_client_gets_each_event_once(app: &mut TestApp) {
    let admin = app.super_admin();
    let (mut seen, mut after) = (Vec::new(), "0".to_owned());
    for round in 0..6 {
        app.user(&format!("a{round}")).await;
        app.user(&format!("b{round}")).await;
        let mut socket = Socket::open(&app.url(), Some(&admin.key)).await.unwrap();
        socket.expect("authenticated").await;
        socket.follow("all", Some(&after)).await;
        app.user(&format!("c{round}")).await;
        for _ in 0..4 {
            let message = socket.hear().await.unwrap();
            if message["type"] == "event" {
                seen.push(message["event"]["position"].as_i64().unwrap());
                after = message["cursor"].as_str().unwrap().to_owned();
            }
        }
    }
    let mut socket = Socket::open(&app.url(), Some(&admin.key)).await.unwrap();
    socket.expect("authenticated").await;
    socket.follow("all", Some(&after)).await;
    let mut count = 0;
    let replayed = loop {
        let message = socket.hear().await.unwrap();
        if message["type"] == "replayed" {
            break message["count"].clone();
        }
        count += 1;
        seen.push(message["event"]["position"].as_i64().unwrap());
    };
    assert_eq!(replayed, count);
    let end = app.position().await;
    assert_eq!(seen, (1..=end).collect::<Vec<_>>());
}

async fn a_reset_log_is_reported(app: &mut TestApp) {
    let mut socket = Socket::open(&app.url(), Some(&app.super_admin().key))
        .await
        .unwrap();
    socket.expect("authenticated").await;
    socket
        .follow("all", Some(&format!("1-{}", "0".repeat(16))))
        .await;
    let reset = socket.expect("reset").await;
    socket.expect("replayed").await;
    socket.expect("live").await;
    app.user("ada").await;
    assert_eq!(types(&mut socket, 1).await, ["user.created"]);
    let cursor = reset["cursor"].as_str().unwrap();
    socket.follow("again", Some(cursor)).await;
    assert_eq!(types(&mut socket, 1).await, ["user.created"]);
}

async fn subscriptions_are_filtered_each_for_itself(app: &mut TestApp) {
    let (ada, bob) = (app.user("ada").await.id, app.user("bob").await.id);
    let mut socket = Socket::open(&app.url(), Some(&app.super_admin().key))
        .await
        .unwrap();
    socket.expect("authenticated").await;
    for (id, types, resources) in [
        ("made", json!(["product.created"]), json!([])),
        ("two", json!([]), json!([format!("user/{ada}"), "role"])),
        (
            "both",
            json!(["user.created"]),
            json!([format!("user/{bob}"), format!("user/{ada}")]),
        ),
    ] {
        let asked = json!({"type": "subscribe", "id": id, "after": "0", "types": types,
            "resources": resources});
        socket.say(&asked).await;
        socket.expect("subscribed").await;
        let mut found = Vec::new();
        loop {
            let message = socket.hear().await.unwrap();
            match message["type"].as_str().unwrap() {
                "event" => found.push(message["event"]["resource"]["id"].clone()),
                "live" => break,
                _ => {}
            }
        }
        let due = match id {
            "made" => json!([]),
            "two" => json!([ada]),
            _ => json!([ada, bob]),
        };
        assert_eq!(Value::from(found), due, "{id}");
    }
    product(app, "suite").await;
    let message = socket.expect("event").await;
    assert_eq!(message["subscription"], "made");
}

async fn a_socket_shows_what_the_caller_may_see(app: &mut TestApp) {
    let (volt, amp) = (
        app.organization("volt").await.id,
        app.organization("amp").await.id,
    );
    let station = app.station(volt, "one").await.id;
    let (partner, operator) = (
        app.partner("paul", volt).await,
        app.operator("olga", volt, station).await,
    );
    let (mut own, mut at) = (live(app, &partner).await, live(app, &operator).await);
    let mut foreign = Socket::open(&app.url(), Some(&partner.key)).await.unwrap();
    foreign.expect("authenticated").await;
    let other = json!({"type": "subscribe", "id": "x", "organizationId": amp, "after": "0"});
    foreign.say(&other).await;
    // The answer must not reveal the length of the log.
    let message = foreign.expect("subscribed").await;
    assert_eq!(message, json!({"type": "subscribed", "id": "x"}));
    assert_eq!(foreign.expect("replayed").await["count"], 0);
    assert_eq!(foreign.expect("live").await.get("cursor"), None);
    app.station(amp, "theirs").await;
    app.station(volt, "two").await;
    app.operator("otto", volt, station).await;
    assert_eq!(
        types(&mut own, 2).await,
        ["station.created", "user.created"]
    );
    let message = at.expect("event").await;
    assert_eq!(message["event"]["stationId"], station.to_string());
    // The answer to a later ping comes without an event before it, so none was sent.
    foreign.say(&json!({"type": "ping"})).await;
    assert_eq!(foreign.expect("pong").await["cursors"], json!({}));
}

async fn a_caller_without_events_read_is_refused(app: &mut TestApp) {
    let volt = app.organization("volt").await.id;
    let member = app.member_of("mary", volt).await;
    for (key, status) in [(Some(member.key.as_str()), 403), (Some("nothing"), 401)] {
        let (found, _) = Socket::open(&app.url(), key).await.err().unwrap();
        assert_eq!(found, status);
    }
    for (first, code) in [
        (
            json!({"type": "authenticate", "apiKey": member.key}),
            "FORBIDDEN",
        ),
        (
            json!({"type": "authenticate", "token": "nothing"}),
            "UNAUTHENTICATED",
        ),
    ] {
        let mut socket = Socket::open(&app.url(), None).await.unwrap();
        socket.say(&first).await;
        assert_eq!(refused(&mut socket).await, (code.to_owned(), 1008));
    }
}

async fn a_caller_who_loses_access_is_cut_off_within_a_second(app: &mut TestApp) {
    let volt = app.organization("volt").await.id;
    let (partner, other) = (
        app.partner("paul", volt).await,
        app.partner("anna", volt).await,
    );
    let admin = app.super_admin();
    let (mut one, mut two) = (live(app, &partner).await, live(app, &other).await);
    admin.deactivate_user(partner.id, &plain()).await.unwrap();
    let since = Instant::now();
    // The event that locked the caller out is not shown either.
    assert_eq!(refused(&mut one).await.0, "UNAUTHENTICATED");
    assert!(
        since.elapsed() < Duration::from_secs(1),
        "{:?}",
        since.elapsed()
    );
    assert_eq!(types(&mut two, 1).await, ["user.deactivated"]);
    admin.suspend_organization(volt, &plain()).await.unwrap();
    assert_eq!(refused(&mut two).await.0, "UNAUTHENTICATED");
}

/// The lockout is recorded in another log than the followed one.
async fn a_caller_locked_out_on_an_idle_log_is_cut_off_too(app: &mut TestApp) {
    let volt = app.organization("volt").await.id;
    let other = app.person("other", Role::SuperAdmin, None, None).await;
    let other = app.with_key(other.id).await;
    let mut socket = Socket::open(&app.url(), Some(&other.key)).await.unwrap();
    socket.expect("authenticated").await;
    let asked = json!({"type": "subscribe", "id": "volt", "organizationId": volt});
    socket.say(&asked).await;
    for kind in ["subscribed", "replayed", "live"] {
        socket.expect(kind).await;
    }
    let params = StreamEventsParams {
        organization_id: Some(volt),
        ..StreamEventsParams::default()
    };
    let mut stream = other.stream_events(&params, &plain()).await.unwrap().body;
    stream.chunk().await.unwrap().unwrap();
    let admin = app.super_admin();
    admin.deactivate_user(other.id, &plain()).await.unwrap();
    let since = Instant::now();
    assert_eq!(refused(&mut socket).await.0, "UNAUTHENTICATED");
    assert_eq!(stream.chunk().await.unwrap(), None);
    assert!(since.elapsed() < Duration::from_secs(1));
}

async fn a_token_that_expires_ends_the_connection(app: &mut TestApp) {
    let volt = app.organization("volt").await;
    let paul = paul(app, &volt).await;
    let token = token(app, &paul).await;
    let mut socket = Socket::open(&app.url(), Some(&token)).await.unwrap();
    let message = socket.expect("authenticated").await;
    let until: chrono::DateTime<chrono::Utc> =
        message["expiresAt"].as_str().unwrap().parse().unwrap();
    socket.follow("all", None).await;
    socket.expect("replayed").await;
    socket.expect("live").await;
    let left = until - app.clock().time();
    app.clock().advance(left - chrono::Duration::seconds(2));
    app.station(volt.id, "one").await;
    assert_eq!(types(&mut socket, 1).await, ["station.created"]);
    app.clock().advance(chrono::Duration::seconds(2));
    let since = Instant::now();
    assert_eq!(refused(&mut socket).await.0, "TOKEN_EXPIRED");
    assert!(
        since.elapsed() < Duration::from_secs(1),
        "{:?}",
        since.elapsed()
    );
}

async fn a_new_token_keeps_the_connection(app: &mut TestApp) {
    let volt = app.organization("volt").await;
    let paul = paul(app, &volt).await;
    let token = token(app, &paul).await;
    let mut socket = Socket::open(&app.url(), Some(&token)).await.unwrap();
    socket.expect("authenticated").await;
    socket.follow("all", None).await;
    socket.expect("replayed").await;
    socket.expect("live").await;
    app.clock().advance(chrono::Duration::minutes(5));
    let next = self::token(app, &paul).await;
    assert_eq!(types(&mut socket, 1).await, ["session.started"]);
    socket
        .say(&json!({"type": "authenticate", "token": next}))
        .await;
    socket.expect("authenticated").await;
    let other = json!({"type": "authenticate", "apiKey": app.super_admin().key});
    socket.say(&other).await;
    let message = socket.expect("error").await;
    assert_eq!(message["problem"]["code"], "FORBIDDEN");
    // The first token has expired by now.
    app.clock().advance(chrono::Duration::minutes(6));
    app.station(volt.id, "one").await;
    assert_eq!(types(&mut socket, 1).await, ["station.created"]);
}

/// Two keys of organizations are different callers: a subscription must not continue as the other.
async fn another_organization_is_another_caller(app: &mut TestApp) {
    let new = NewOrganizationApiKey {
        permissions: Some(vec!["events.read".to_owned()]),
        ..NewOrganizationApiKey::new("Audit")
    };
    let volt = app.organization("volt").await.id;
    let amp = app.organization("amp").await.id;
    let (own, other) = (
        organization_key(app, volt, &new).await,
        organization_key(app, amp, &new).await,
    );
    let mut socket = Socket::open(&app.url(), own.key.as_deref()).await.unwrap();
    socket.expect("authenticated").await;
    socket.follow("all", None).await;
    socket.expect("replayed").await;
    socket.expect("live").await;
    let taken = json!({"type": "authenticate", "apiKey": other.key.unwrap()});
    socket.say(&taken).await;
    let message = socket.expect("error").await;
    assert_eq!(message["problem"]["code"], "FORBIDDEN");
    let admin = app.super_admin();
    admin.revoke_api_key(own.id, &plain()).await.unwrap();
    app.station(volt, "one").await;
    assert_eq!(refused(&mut socket).await, ("UNAUTHENTICATED".into(), 1008));
}

async fn a_cursor_advances_over_filtered_events(app: &mut TestApp) {
    let mut socket = Socket::open(&app.url(), Some(&app.super_admin().key))
        .await
        .unwrap();
    socket.expect("authenticated").await;
    let asked = json!({"type": "subscribe", "id": "rare", "types": ["product.created"]});
    socket.say(&asked).await;
    socket.expect("subscribed").await;
    socket.expect("replayed").await;
    let begin = socket.expect("live").await["cursor"].clone();
    app.user("ada").await;
    let all = ListEventsParams::default();
    let feed = app.super_admin().list_events(&all, &plain()).await;
    let end = feed.unwrap().body.next;
    for _ in 0..500 {
        socket.say(&json!({"type": "ping"})).await;
        let pong = socket.expect("pong").await;
        if pong["cursors"]["rare"] == json!(end) {
            assert_ne!(begin, json!(end));
            return;
        }
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    panic!("the cursor stays");
}

async fn sockets_end_when_the_service_stops(app: &mut TestApp) {
    let admin = app.super_admin();
    let mut following = live(app, &admin).await;
    let mut silent = Socket::open(&app.url(), None).await.unwrap();
    let since = Instant::now();
    app.restart().await;
    assert!(since.elapsed() < Duration::from_secs(5));
    for socket in [&mut following, &mut silent] {
        assert_eq!(socket.hear().await, None);
        assert_eq!(socket.closed.clone().unwrap().0, 1012);
    }
}
