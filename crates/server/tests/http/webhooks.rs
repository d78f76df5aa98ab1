//! Webhooks: their management, their messages, and failures of delivery.

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
    the_secret_of_a_webhook_is_shown_once,
    a_webhook_is_of_one_organization,
    an_invalid_webhook_is_refused,
    a_caller_without_events_read_makes_no_webhook,
    an_organization_has_fifty_webhooks,
    webhooks_of_a_deleted_organization_can_only_be_ended,
    an_event_arrives_signed,
    only_the_subscribed_event_types_are_sent,
    both_secrets_sign_while_they_overlap,
    a_ping_arrives,
    a_delivery_can_be_sent_again,
    missed_events_are_recovered,
    events_keep_their_order,
    a_hanging_endpoint_does_not_delay_the_others,
    a_suspended_organization_gets_no_deliveries,
    a_failed_attempt_is_tried_again,
    a_receiver_sets_the_time_of_the_retry,
    a_delivery_is_given_up_after_the_last_attempt,
    a_webhook_whose_endpoint_answers_410_is_disabled,
    a_webhook_that_fails_for_five_days_is_disabled,
    a_forbidden_address_is_not_called,
    an_unreadable_event_does_not_stop_the_others,
    a_refused_ping_does_not_delay_events,
    a_requested_pause_is_kept,
    postponed_deliveries_do_not_delay_new_ones,
    a_redelivery_requested_during_an_attempt_is_made,
    a_new_url_starts_without_failures,
    the_queue_of_a_deleted_organization_is_disabled,
    running_out_of_seats_appends_an_event,
    running_out_of_a_pool_appends_an_event,
    cutting_a_capacity_to_its_seats_appends_an_event,
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

/// Waits until a condition holds.
async fn until<F: Future<Output = bool>>(what: &str, is_so: impl Fn() -> F) {
    for _ in 0..1000 {
        if is_so().await {
            return;
        }
        tokio::time::sleep(std::time::Duration::from_millis(20)).await;
    }
    panic!("in vain: {what}");
}

/// Waits until this many attempts were made in all; returns the deliveries.
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
