//! Webhooks: how they are made, what they are sent, and what becomes of it.

mod endpoints;
mod failing;
mod fairness;
mod limits;
mod sending;

use crate::{given::plain, harness::cases};
use chrono::Duration;
use client::{DeliveryWithAttempts, ListDeliveriesParams, NewWebhook, WebhookWithSecret};
use testkit::{
    TestApp,
    app::Actor,
    receiver::{Received, Receiver},
};
use uuid::Uuid;

use endpoints::*;
use failing::*;
use fairness::*;
use limits::*;
use sending::*;

cases![
    a_webhook_is_made_read_changed_and_deleted,
    the_secret_of_a_webhook_is_told_once,
    a_webhook_is_of_one_organization,
    what_a_webhook_cannot_be_is_refused,
    who_may_not_read_events_has_none_sent,
    an_organization_has_fifty_webhooks,
    nothing_begins_in_a_deleted_organization,
    an_event_arrives_signed,
    only_the_wanted_events_are_sent,
    both_secrets_sign_while_they_overlap,
    a_ping_arrives,
    a_delivery_is_sent_once_more,
    what_was_missed_is_recovered,
    events_keep_their_order,
    one_that_hangs_slows_no_other,
    a_suspended_organization_is_told_nothing,
    a_failed_attempt_is_tried_again,
    a_receiver_says_when_to_come_back,
    a_delivery_is_given_up_in_the_end,
    who_answers_410_is_told_nothing_more,
    who_fails_for_five_days_is_told_nothing_more,
    an_address_that_may_not_be_called_is_not,
    an_event_that_cannot_be_read_stops_no_other,
    a_ping_that_is_refused_stops_nothing,
    who_asks_for_a_pause_gets_it,
    what_waits_for_later_keeps_nothing_new_waiting,
    a_redelivery_asked_for_during_an_attempt_is_made,
    another_url_is_not_judged_by_the_former,
    a_deleted_organization_is_looked_at_no_more,
    running_out_of_seats_is_an_event,
    running_out_of_a_pool_is_an_event,
    a_cut_capacity_runs_out,
];

async fn hook(app: &TestApp, of: Option<Uuid>, url: String, types: &[&str]) -> WebhookWithSecret {
    let types = types.iter().map(|&name| name.to_owned());
    let new = NewWebhook {
        organization_id: of,
        event_types: Some(types.collect()).filter(|types: &Vec<_>| !types.is_empty()),
        ..NewWebhook::new(url)
    };
    let admin = app.super_admin();
    admin.create_webhook(&new, &plain()).await.unwrap().body
}

/// The deliveries of a webhook, oldest first, with their attempts.
async fn deliveries(caller: &Actor, webhook: Uuid) -> Vec<DeliveryWithAttempts> {
    let all = ListDeliveriesParams::default();
    let found = caller.list_deliveries(webhook, &all, &plain()).await;
    let mut found = found.unwrap().body.content;
    found.reverse();
    let mut with_attempts = Vec::new();
    for one in found {
        let read = caller.get_delivery(webhook, one.id, &plain()).await;
        with_attempts.push(read.unwrap().body);
    }
    with_attempts
}

/// Waits until something is so.
async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    for _ in 0..1000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("in vain: {what}");
}

/// Waits until so many attempts were made altogether, and gives the deliveries.
async fn attempted(caller: &Actor, webhook: Uuid, count: usize) -> Vec<DeliveryWithAttempts> {
    let made = async || {
        let found = deliveries(caller, webhook).await;
        let attempts = found.iter().map(|one| one.attempts.len());
        (attempts.sum::<usize>(), found)
    };
    until("attempts", async || made().await.0 >= count).await;
    let (attempts, found) = made().await;
    assert_eq!(attempts, count, "{found:?}");
    found
}

fn types(received: &[Received]) -> Vec<String> {
    let types = received.iter().map(|one| one.json()["type"].clone());
    types
        .map(|name| name.as_str().unwrap().to_owned())
        .collect()
}

async fn organization_and_receiver(app: &TestApp) -> (Uuid, Receiver) {
    (app.organization("volt").await.id, Receiver::start().await)
}

fn seconds(count: i64) -> Duration {
    Duration::seconds(count)
}
