//! Failed deliveries: retries, giving up, and disabling.

use super::{attempted, hook, organization_and_receiver, seconds, until};
use crate::{given::plain, roles::home};
use chrono::Duration;
use client::{DeliveryStatus, ListEventsParams, WebhookStatus};
use sea_orm::ConnectionTrait;
use testkit::{
    TestApp,
    receiver::{Answer, Receiver},
};

pub async fn a_failed_attempt_is_tried_again(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    let body = "x".repeat(5000);
    receiver.answer(Answer::Status(503, "", body));
    app.station(of, "one").await;
    let failed = attempted(&admin, made.id, 1).await.remove(0);
    assert_eq!(
        (failed.status, failed.done_at),
        (DeliveryStatus::Pending, None)
    );
    let attempt = &failed.attempts[0];
    assert_eq!(
        (attempt.status, attempt.reason.as_deref()),
        (Some(503), Some("status"))
    );
    assert_eq!(attempt.answer.len(), 1024);
    let wait = failed.next_attempt_at.unwrap() - app.clock().time();
    assert!(wait >= Duration::milliseconds(4500) && wait <= Duration::milliseconds(5500));
    // A retry is made at its time, not before.
    app.clock().advance(seconds(4));
    receiver.answer(Answer::of(200));
    tokio::time::sleep(std::time::Duration::from_millis(1500)).await;
    assert_eq!(receiver.received().len(), 1);
    app.clock().advance(seconds(2));
    let delivered = attempted(&admin, made.id, 2).await.remove(0);
    assert_eq!(delivered.status, DeliveryStatus::Delivered);
    assert_eq!(delivered.next_attempt_at, None);
    let received = receiver.received();
    assert_eq!(received[0].id(), received[1].id());
}

pub async fn a_receiver_sets_the_time_of_the_retry(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    let later = Answer::Status(429, "retry-after: 120\r\n", String::new());
    receiver.answer(later);
    app.station(of, "one").await;
    let failed = attempted(&app.super_admin(), made.id, 1).await.remove(0);
    let wait = failed.next_attempt_at.unwrap() - app.clock().time();
    assert_eq!(wait, seconds(120));
}

pub async fn a_delivery_is_given_up_after_the_last_attempt(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    receiver.answer(Answer::of(500));
    app.station(of, "one").await;
    let mut waits = Vec::new();
    for attempt in 1..10 {
        let failed = attempted(&admin, made.id, attempt).await.remove(0);
        assert_eq!(failed.status, DeliveryStatus::Pending, "{attempt}");
        let wait = failed.next_attempt_at.unwrap() - app.clock().time();
        waits.push(wait.num_seconds());
        app.clock().advance(wait + seconds(20));
    }
    let given_up = attempted(&admin, made.id, 10).await.remove(0);
    assert_eq!(given_up.status, DeliveryStatus::Failed);
    let hour = 3600;
    let due = [
        5,
        300,
        1800,
        2 * hour,
        5 * hour,
        10 * hour,
        14 * hour,
        20 * hour,
        24 * hour,
    ];
    for (wait, due) in waits.into_iter().zip(due) {
        assert!(
            wait >= due * 9 / 10 - 1 && wait <= due * 11 / 10,
            "{wait} for {due}"
        );
    }
    // A delivery that was given up can be requested again.
    receiver.answer(Answer::of(200));
    admin
        .redeliver(made.id, given_up.id, &plain())
        .await
        .unwrap();
    app.clock().advance(seconds(20));
    let sent = attempted(&admin, made.id, 11).await.remove(0);
    assert_eq!(sent.status, DeliveryStatus::Delivered);
}

pub async fn a_webhook_whose_endpoint_answers_410_is_disabled(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let receiver = Receiver::start().await;
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    receiver.answer(Answer::of(410));
    app.station(of, "one").await;
    is_disabled(app, of, made.id, "GONE").await;
    app.station(of, "two").await;
    let mails = app.mails().to("volt-partner@example.com", 1).await;
    assert!(
        mails[0].contains("410") && mails[0].contains("disabled"),
        "{mails:?}"
    );
    receiver.answer(Answer::of(200));
    paul.enable_webhook(made.id, &plain()).await.unwrap();
    app.clock().advance(seconds(10));
    // Deliveries that were pending are sent, events of the time between are not.
    attempted(&paul, made.id, 2).await;
    assert_eq!(receiver.received().len(), 2);
}

pub async fn a_webhook_that_fails_for_five_days_is_disabled(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let receiver = Receiver::start().await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    receiver.answer(Answer::of(500));
    app.station(of, "one").await;
    attempted(&admin, made.id, 1).await;
    app.clock().advance(Duration::days(4));
    attempted(&admin, made.id, 2).await;
    let shown = admin.get_webhook(made.id, &plain()).await.unwrap().body;
    assert_eq!(shown.unwrap().status, WebhookStatus::Enabled);
    // A success resets the five days.
    receiver.answer(Answer::of(200));
    app.clock().advance(seconds(400));
    attempted(&admin, made.id, 3).await;
    receiver.answer(Answer::of(500));
    app.station(of, "two").await;
    attempted(&admin, made.id, 4).await;
    app.clock().advance(Duration::days(2));
    attempted(&admin, made.id, 5).await;
    let shown = admin.get_webhook(made.id, &plain()).await.unwrap().body;
    assert_eq!(shown.unwrap().status, WebhookStatus::Enabled);
    app.clock().advance(Duration::days(4));
    is_disabled(app, of, made.id, "FAILING").await;
}

async fn is_disabled(app: &TestApp, of: uuid::Uuid, webhook: uuid::Uuid, reason: &str) {
    let admin = app.super_admin();
    until("it is disabled", async || {
        let shown = admin.get_webhook(webhook, &plain()).await.unwrap().body;
        shown.unwrap().disabled_reason.as_deref() == Some(reason)
    })
    .await;
    let disabled = ListEventsParams {
        organization_id: Some(of),
        types: vec!["webhook.disabled".to_owned()],
        ..ListEventsParams::default()
    };
    let events = admin.list_events(&disabled, &plain()).await.unwrap().body;
    assert_eq!(events.content.len(), 1);
    let data = serde_json::to_value(&events.content[0].data).unwrap();
    assert_eq!(data["reason"], reason);
}

pub async fn a_forbidden_address_is_not_called(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    // The address is checked again at each attempt.
    app.restart_with(&[("webhook_allow_nets", "10.99.0.0/16")])
        .await;
    app.station(of, "one").await;
    let failed = attempted(&app.super_admin(), made.id, 1).await.remove(0);
    let attempt = &failed.attempts[0];
    assert_eq!(
        (attempt.status, attempt.reason.as_deref()),
        (None, Some("destination-refused"))
    );
    assert_eq!(receiver.received(), []);
    app.restart().await;
    let elsewhere = receiver.url();
    receiver.decide(move |_| {
        let location = format!("location: {elsewhere}\r\n");
        Answer::Status(302, Box::leak(location.into_boxed_str()), String::new())
    });
    app.clock().advance(seconds(20));
    let failed = attempted(&app.super_admin(), made.id, 2).await.remove(0);
    assert_eq!(failed.attempts[1].status, Some(302));
    assert_eq!(receiver.received().len(), 1, "no redirect is followed");
}

pub async fn an_unreadable_event_does_not_stop_the_others(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    receiver.answer(Answer::of(500));
    app.station(of, "one").await;
    let one = attempted(&admin, made.id, 1).await.remove(0);
    let database = sea_orm::Database::connect(app.database_url())
        .await
        .unwrap();
    let whole = "SELECT data FROM events WHERE event_type = 'station.created'";
    let whole = database
        .query_one_raw(statement(&database, whole))
        .await
        .unwrap()
        .unwrap();
    let whole: String = whole.try_get("", "data").unwrap();
    let damaged = "UPDATE events SET data = '{' WHERE event_type = 'station.created'";
    database.execute_unprepared(damaged).await.unwrap();
    receiver.answer(Answer::of(200));
    app.station(of, "two").await;
    app.clock().advance(seconds(20));
    let shown = attempted(&admin, made.id, 3).await;
    assert_eq!(
        (shown[0].id, shown[0].status),
        (one.id, DeliveryStatus::Failed)
    );
    assert_eq!(
        shown[0].attempts[1].reason.as_deref(),
        Some("event-unreadable")
    );
    assert_eq!(shown[1].status, DeliveryStatus::Delivered);
    let mended = format!(
        "UPDATE events SET data = '{}' WHERE data = '{{'",
        whole.replace('\'', "''")
    );
    database.execute_unprepared(&mended).await.unwrap();
    database.close().await.unwrap();
}

fn statement(database: &sea_orm::DatabaseConnection, sql: &str) -> sea_orm::Statement {
    sea_orm::Statement::from_string(database.get_database_backend(), sql.to_owned())
}
