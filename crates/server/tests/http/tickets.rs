//! Tickets that open a socket once.

use crate::{given::plain, harness::cases};
use client::Options;
use futures_util::future::join_all;
use std::time::{Duration, Instant};
use testkit::{TestApp, app::Actor, socket::Socket};

cases![
    a_ticket_opens_one_socket,
    of_many_clients_with_one_ticket_one_is_accepted,
    an_expired_or_invalid_ticket_is_refused,
    deactivating_the_caller_closes_its_socket_and_ticket,
    a_repeated_request_does_not_show_the_ticket_again,
    every_role_that_reads_events_gets_a_ticket,
];

async fn ticket(caller: &Actor) -> String {
    let made = caller.create_event_ticket(&plain()).await.unwrap();
    made.body.ticket.unwrap()
}

async fn open(app: &TestApp, ticket: &str) -> Result<Socket, (u16, serde_json::Value)> {
    Socket::open_at(&app.url(), &format!("?ticket={ticket}"), None, None).await
}

async fn a_ticket_opens_one_socket(app: &mut TestApp) {
    let volt = app.organization("volt").await.id;
    let partner = app.partner("paul", volt).await;
    let ticket = ticket(&partner).await;
    let mut socket = open(app, &ticket).await.unwrap();
    socket.expect("authenticated").await;
    socket.follow("all", Some("0")).await;
    assert_eq!(
        socket.expect("event").await["event"]["organizationId"],
        volt.to_string()
    );
    assert_eq!(open(app, &ticket).await.err().unwrap().0, 401);
    // It is no token.
    let mut other = Socket::open(&app.url(), Some(&ticket)).await;
    assert_eq!(other.as_mut().err().unwrap().0, 401);
}

async fn of_many_clients_with_one_ticket_one_is_accepted(app: &mut TestApp) {
    let ticket = ticket(&app.super_admin()).await;
    let tries = (0..8).map(|_| open(app, &ticket));
    let opened = join_all(tries).await;
    assert_eq!(opened.iter().filter(|opened| opened.is_ok()).count(), 1);
}

async fn an_expired_or_invalid_ticket_is_refused(app: &mut TestApp) {
    let ticket = ticket(&app.super_admin()).await;
    app.clock().advance(chrono::Duration::seconds(30));
    for bad in [ticket.as_str(), "", "x", &format!("qmi_{}", "a".repeat(43))] {
        assert_eq!(open(app, bad).await.err().unwrap().0, 401, "{bad}");
    }
}

async fn deactivating_the_caller_closes_its_socket_and_ticket(app: &mut TestApp) {
    let volt = app.organization("volt").await.id;
    let partner = app.partner("paul", volt).await;
    let (used, unused) = (ticket(&partner).await, ticket(&partner).await);
    let mut socket = open(app, &used).await.unwrap();
    socket.expect("authenticated").await;
    let admin = app.super_admin();
    admin.deactivate_user(partner.id, &plain()).await.unwrap();
    let since = Instant::now();
    socket.expect("error").await;
    assert!(since.elapsed() < Duration::from_secs(1));
    assert_eq!(socket.hear().await, None);
    assert_eq!(open(app, &unused).await.err().unwrap().0, 401);
}

async fn a_repeated_request_does_not_show_the_ticket_again(app: &mut TestApp) {
    let admin = app.super_admin();
    let again = Options {
        idempotency_key: Some("once".to_owned()),
        ..Options::default()
    };
    let first = admin.create_event_ticket(&again).await.unwrap().body;
    let second = admin.create_event_ticket(&again).await.unwrap().body;
    assert!(first.ticket.is_some());
    assert_eq!((second.ticket, second.expires_at), (None, first.expires_at));
}

async fn every_role_that_reads_events_gets_a_ticket(app: &mut TestApp) {
    let volt = app.organization("volt").await.id;
    let station = app.station(volt, "one").await.id;
    for caller in [
        app.partner("paul", volt).await,
        app.operator("olga", volt, station).await,
    ] {
        let mut socket = open(app, &ticket(&caller).await).await.unwrap();
        socket.expect("authenticated").await;
    }
    let member = app.member_of("mary", volt).await;
    let refused = member.create_event_ticket(&plain()).await.err().unwrap();
    assert!(refused.to_string().contains("403"), "{refused}");
}
