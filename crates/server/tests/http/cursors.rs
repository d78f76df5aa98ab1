//! The cursor of the log in the header of every answer.

use crate::{given::plain, harness::cases, sweep};
use client::{ListEventsParams, ListUsersParams, NewUser, Options, UserUpdate};
use contract::OPERATIONS;
use std::collections::BTreeSet;
use testkit::{TestApp, app::Actor};
use uuid::Uuid;

cases![
    every_answer_to_a_reader_of_events_has_a_cursor,
    a_caller_without_events_read_gets_no_cursor,
    following_from_the_cursor_of_an_answer_misses_nothing,
    a_kept_answer_has_no_cursor,
];

async fn every_answer_to_a_reader_of_events_has_a_cursor(app: &mut TestApp) {
    let key = app.super_admin().key;
    let secured = OPERATIONS.iter().filter(|one| one.permission.is_some());
    for operation in secured.filter(|one| one.id != "logout") {
        let reply = sweep::request(app, operation).key(&key).send().await;
        let cursor = reply.header("event-cursor").map(str::to_owned);
        assert!(cursor.is_some(), "{} {}", operation.id, reply.status);
    }
    // The cursor is read before the handler runs.
    let admin = app.super_admin();
    let all = ListUsersParams::default();
    let before = admin.list_users(&all, &plain()).await.unwrap();
    let before = before.headers["event-cursor"].clone();
    let new = NewUser::new("new@cursors.test", "Ada");
    let made = admin.create_user(&new, &plain()).await.unwrap();
    assert_eq!(made.headers["event-cursor"], before);
}

async fn a_caller_without_events_read_gets_no_cursor(app: &mut TestApp) {
    let volt = app.organization("volt").await.id;
    let station = app.station(volt, "one").await.id;
    let of = async |caller: &Actor| {
        let reply = caller.get_current_user(&plain()).await.unwrap();
        reply.headers.get("event-cursor").cloned()
    };
    assert_eq!(of(&app.member_of("mary", volt).await).await, None);
    assert_eq!(of(&app.member("mo").await).await, None);
    let partner = app.partner("paul", volt).await;
    let operator = app.operator("olga", volt, station).await;
    let all = ListEventsParams::default();
    let end = partner.list_events(&all, &plain()).await.unwrap().body.next;
    // The cursor of their own log, not of the platform's.
    for caller in [&partner, &operator] {
        assert_eq!(of(caller).await.unwrap(), end.as_str());
    }
    let reply = app.raw("GET", "/health").send().await;
    assert_eq!(reply.header("event-cursor"), None);
}

/// The users of a list, and those that the events after its cursor create.
async fn seen(admin: &Actor) -> BTreeSet<Uuid> {
    let whole = ListUsersParams {
        size: Some(200),
        ..ListUsersParams::default()
    };
    let listed = admin.list_users(&whole, &plain()).await.unwrap();
    let after = listed.headers["event-cursor"].to_str().unwrap().to_owned();
    let mut seen: BTreeSet<_> = listed.body.content.iter().map(|user| user.id).collect();
    let since = ListEventsParams {
        after: Some(after),
        types: vec!["user.created".to_owned()],
        limit: Some(1000),
        ..ListEventsParams::default()
    };
    let events = admin.list_events(&since, &plain()).await.unwrap().body;
    seen.extend(events.content.iter().map(|event| event.resource.id));
    seen
}

async fn following_from_the_cursor_of_an_answer_misses_nothing(app: &mut TestApp) {
    let admin = app.super_admin();
    let app = &*app;
    let write = async |writer: usize| {
        let mut made = BTreeSet::new();
        for number in 0..15 {
            made.insert(app.user(&format!("u{writer}x{number}")).await.id);
        }
        made
    };
    let read = async {
        for _ in 0..30 {
            // Every user created before the request is in the list or in the events.
            let before: BTreeSet<_> = known(app).await;
            let seen = seen(&admin).await;
            assert!(before.is_subset(&seen));
        }
    };
    let (one, two, three, ()) = tokio::join!(write(0), write(1), write(2), read);
    let seen = seen(&admin).await;
    assert!(one.union(&two).all(|id| seen.contains(id)));
    assert!(three.is_subset(&seen));
}

async fn known(app: &TestApp) -> BTreeSet<Uuid> {
    let params = ListEventsParams {
        types: vec!["user.created".to_owned()],
        limit: Some(1000),
        ..ListEventsParams::default()
    };
    let admin = app.super_admin();
    let events = admin.list_events(&params, &plain()).await.unwrap().body;
    events
        .content
        .iter()
        .map(|event| event.resource.id)
        .collect()
}

async fn a_kept_answer_has_no_cursor(app: &mut TestApp) {
    let admin = app.super_admin();
    let new = NewUser::new("ada@example.com", "Ada");
    let again = Options {
        idempotency_key: Some("once".to_owned()),
        ..Options::default()
    };
    let first = admin.create_user(&new, &again).await.unwrap();
    assert!(first.headers.contains_key("event-cursor"));
    let renamed = UserUpdate {
        email: new.email.clone(),
        display_name: "Ada L.".to_owned(),
    };
    let id = first.body.id;
    admin.update_user(id, &renamed, &plain()).await.unwrap();
    // The kept answer has the former name: following from a present cursor would miss the change.
    let second = admin.create_user(&new, &again).await.unwrap();
    assert_eq!(second.body.display_name, "Ada");
    assert!(!second.headers.contains_key("event-cursor"));
}
