//! Failures of one delivery, present or past, do not delay others.

use super::{attempted, hook, organization_and_receiver, seconds, types, until};
use crate::given::plain;
use client::{DeliveryStatus, WebhookStatus, WebhookUpdate};
use sea_orm::{
    ConnectionTrait, DatabaseConnection,
    sea_query::{Alias, Expr, ExprTrait, Query},
};
use std::sync::Arc;
use testkit::{
    TestApp,
    receiver::{Answer, Receiver},
};
use tokio::sync::Semaphore;
use uuid::Uuid;

async fn ordered(app: &TestApp, webhook: Uuid, url: String) {
    let change = WebhookUpdate {
        ordered: Some(true),
        ..WebhookUpdate::new(url, Some(vec!["station.created".to_owned()]))
    };
    let admin = app.super_admin();
    let changed = admin.update_webhook(webhook, &change, &plain()).await;
    changed.unwrap();
}

pub async fn a_refused_ping_does_not_delay_events(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    ordered(app, made.id, receiver.url()).await;
    receiver.decide(|one| match one.json()["type"] == "webhook.ping" {
        true => Answer::of(400),
        false => Answer::of(200),
    });
    admin.ping_webhook(made.id, &plain()).await.unwrap();
    let ping = attempted(&admin, made.id, 1).await.remove(0);
    assert_eq!(
        (ping.status, ping.next_attempt_at),
        (DeliveryStatus::Failed, None)
    );
    app.station(of, "one").await;
    app.clock().advance(seconds(2));
    let received = receiver.wait_for(2).await;
    assert_eq!(types(&received), ["webhook.ping", "station.created"]);
}

pub async fn a_requested_pause_is_kept(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let well = Receiver::start().await;
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    hook(app, Some(of), well.url(), &["station.created"]).await;
    receiver.answer(Answer::Status(429, "retry-after: 50\r\n", String::new()));
    app.station(of, "one").await;
    attempted(&app.super_admin(), made.id, 1).await;
    receiver.answer(Answer::of(200));
    // Longer than the default pause, and shorter than the requested one.
    for (index, code) in ["two", "three"].into_iter().enumerate() {
        app.clock().advance(seconds(20));
        app.station(of, code).await;
        well.wait_for(index + 2).await;
    }
    assert_eq!(receiver.received().len(), 1);
    app.clock().advance(seconds(20));
    receiver.wait_for(4).await;
}

/// Postpones the deliveries of a webhook, and inserts many copies of them.
async fn multiply(database: &DatabaseConnection, webhook: Uuid, copies: usize) {
    let names = [
        "id",
        "webhook_id",
        "event_id",
        "event_type",
        "position",
        "status",
        "attempts",
        "tries",
        "next_at",
        "created_at",
    ];
    let columns = names.map(Alias::new);
    let table = Alias::new("deliveries");
    let far = i64::MAX / 2;
    let later = Query::update()
        .table(table.clone())
        .value(Alias::new("next_at"), far)
        .and_where(Expr::col(Alias::new("webhook_id")).eq(webhook))
        .to_owned();
    database.execute(&later).await.unwrap();
    for _ in 0..copies / 100 {
        let mut insert = Query::insert();
        insert.into_table(table.clone()).columns(columns.clone());
        for _ in 0..100 {
            let (id, event) = (Uuid::now_v7(), Uuid::now_v7());
            insert.values_panic([
                id.into(),
                webhook.into(),
                event.into(),
                "station.created".into(),
                1_i64.into(),
                "PENDING".into(),
                1_i32.into(),
                1_i32.into(),
                far.into(),
                0_i64.into(),
            ]);
        }
        database.execute(&insert).await.unwrap();
    }
}

pub async fn postponed_deliveries_do_not_delay_new_ones(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    receiver.answer(Answer::of(400));
    app.station(of, "one").await;
    attempted(&app.super_admin(), made.id, 1).await;
    receiver.answer(Answer::of(200));
    let url = app.database_url();
    let database = sea_orm::Database::connect(url).await.unwrap();
    multiply(&database, made.id, 1500).await;
    database.close().await.unwrap();
    app.clock().advance(seconds(2));
    app.station(of, "two").await;
    let received = receiver.wait_for(2).await;
    assert_eq!(received[1].json()["data"]["data"]["code"], "two");
}

pub async fn a_redelivery_requested_during_an_attempt_is_made(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    let gate = Arc::new(Semaphore::new(0));
    receiver.answer(Answer::Held(Arc::clone(&gate), 200));
    app.station(of, "one").await;
    receiver.wait_for(1).await;
    let under_way = super::deliveries(&admin, made.id).await.remove(0).id;
    app.clock().advance(seconds(1));
    admin.redeliver(made.id, under_way, &plain()).await.unwrap();
    gate.add_permits(2);
    receiver.wait_for(2).await;
    let shown = attempted(&admin, made.id, 2).await.remove(0);
    let numbers = shown.attempts.iter().map(|attempt| attempt.number);
    assert_eq!(numbers.collect::<Vec<_>>(), [1, 2]);
    assert_eq!(shown.status, DeliveryStatus::Delivered);
}

pub async fn a_new_url_starts_without_failures(app: &mut TestApp) {
    let (of, former) = organization_and_receiver(app).await;
    let next = Receiver::start().await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), former.url(), &["station.created"]).await;
    former.answer(Answer::of(500));
    app.station(of, "one").await;
    attempted(&admin, made.id, 1).await;
    // The last attempt at the former URL, after which it would be given up, is in flight.
    let gate = Arc::new(Semaphore::new(0));
    former.answer(Answer::Held(Arc::clone(&gate), 410));
    app.clock().advance(chrono::Duration::days(6));
    former.wait_for(2).await;
    next.answer(Answer::of(500));
    let change = WebhookUpdate::new(next.url(), Some(vec!["station.created".to_owned()]));
    admin
        .update_webhook(made.id, &change, &plain())
        .await
        .unwrap();
    gate.add_permits(1);
    attempted(&admin, made.id, 2).await;
    app.clock().advance(chrono::Duration::hours(1));
    next.wait_for(1).await;
    attempted(&admin, made.id, 3).await;
    let shown = admin.get_webhook(made.id, &plain()).await.unwrap().body;
    assert_eq!(shown.unwrap().status, WebhookStatus::Enabled);
}

pub async fn the_queue_of_a_deleted_organization_is_disabled(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &[]).await;
    admin.delete_organization(of, &plain()).await.unwrap();
    let database = sea_orm::Database::connect(app.database_url())
        .await
        .unwrap();
    let table = Alias::new("webhook_queues");
    until("its queue ends", async || {
        let enabled = Query::select()
            .column(Alias::new("enabled"))
            .from(table.clone())
            .and_where(Expr::col(Alias::new("webhook_id")).eq(made.id))
            .to_owned();
        let row = database.query_one(&enabled).await.unwrap().unwrap();
        !row.try_get::<bool>("", "enabled").unwrap()
    })
    .await;
    database.close().await.unwrap();
}
