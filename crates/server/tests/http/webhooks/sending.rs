//! Messages of webhooks.

use super::{attempted, deliveries, hook, organization_and_receiver, seconds, types, until};
use crate::{
    given::{code, plain},
    roles::home,
};
use client::{DeliveryStatus, ProblemCode, WebhookRecovery, WebhookRotation};
use poem::http::{HeaderMap, HeaderName};
use standardwebhooks::Webhook;
use testkit::{
    TestApp,
    receiver::{Answer, Received, Receiver},
};

/// Whether the library of Standard Webhooks verifies the message.
fn is_genuine(secret: &str, received: &Received) -> bool {
    let headers: HeaderMap = received
        .headers
        .iter()
        .map(|(name, value)| {
            let name: HeaderName = name.parse().unwrap();
            (name, value.parse().unwrap())
        })
        .collect();
    let verifier = Webhook::new(secret).unwrap();
    verifier.verify(&received.body, &headers).is_ok()
}

/// The library accepts only messages of about now.
fn to_the_present(app: &TestApp) {
    let now = chrono::Utc::now();
    app.clock().advance(now - app.clock().time());
}

pub async fn an_event_arrives_signed(app: &mut TestApp) {
    to_the_present(app);
    let (of, paul) = home(app, "volt").await;
    let receiver = Receiver::start().await;
    let made = hook(app, Some(of), receiver.url(), &["user.created"]).await;
    let mary = app.member_of("mary", of).await;
    let received = receiver.wait_for(1).await;
    let body = received[0].json();
    assert_eq!(body["type"], "user.created");
    assert_eq!(body["data"]["resource"]["id"], mary.id.to_string());
    assert_eq!(body["data"]["organizationId"], of.to_string());
    let at = body["timestamp"].as_str().unwrap();
    let at: chrono::DateTime<chrono::Utc> = at.parse().unwrap();
    assert_eq!(at, app.clock().time());
    let header = |name: &str| received[0].headers[name].clone();
    assert_eq!(header("content-type"), "application/json");
    assert_eq!(header("webhook-timestamp"), at.timestamp().to_string());
    assert_eq!(body["data"]["id"], received[0].id());
    assert!(is_genuine(&made.secret.unwrap(), &received[0]));

    let delivered = attempted(&paul, made.id, 1).await;
    assert_eq!(delivered[0].status, DeliveryStatus::Delivered);
    assert_eq!(delivered[0].event_id.to_string(), received[0].id());
    let attempt = &delivered[0].attempts[0];
    let outcome = (attempt.number, attempt.status, &attempt.reason);
    assert_eq!(outcome, (1, Some(204), &None));

    // Messages hide what the feed hides; and each webhook has a secret of its own.
    let other = hook(app, Some(of), receiver.url(), &["apiKey.created"]).await;
    app.member_of("john", of).await;
    let received = receiver.wait_for(3).await;
    let is_key = |one: &&Received| one.json()["type"] == "apiKey.created";
    let key = received.iter().find(is_key).unwrap();
    assert_eq!(key.json()["data"]["data"]["name"], "test");
    assert!(key.json()["data"]["data"].get("digest").is_none());
    let secret = other.secret.unwrap();
    assert!(is_genuine(&secret, key) && !is_genuine(&secret, &received[0]));
}

pub async fn only_the_subscribed_event_types_are_sent(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    app.member_of("mary", of).await;
    app.station(of, "one").await;
    let elsewhere = app.organization("ampere").await.id;
    app.station(elsewhere, "two").await;
    app.station(of, "three").await;
    let received = receiver.wait_for(2).await;
    assert_eq!(types(&received), ["station.created"; 2]);
    let codes = received
        .iter()
        .map(|one| one.json()["data"]["data"]["code"].to_string());
    // They may be sent concurrently.
    let mut codes: Vec<String> = codes.collect();
    codes.sort();
    assert_eq!(codes, [r#""one""#, r#""three""#]);
    attempted(&app.super_admin(), made.id, 2).await;
}

pub async fn both_secrets_sign_while_they_overlap(app: &mut TestApp) {
    to_the_present(app);
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    let rotation = WebhookRotation {
        overlap_seconds: Some(60),
    };
    let rotated = admin
        .rotate_webhook_secret(made.id, &rotation, &plain())
        .await;
    let (former, next) = (made.secret.unwrap(), rotated.unwrap().body.secret.unwrap());
    app.station(of, "one").await;
    let received = receiver.wait_for(1).await;
    assert!(is_genuine(&former, &received[0]) && is_genuine(&next, &received[0]));
    app.clock().advance(seconds(60));
    app.station(of, "two").await;
    let received = receiver.wait_for(2).await;
    assert!(!is_genuine(&former, &received[1]) && is_genuine(&next, &received[1]));
    let shown = admin.get_webhook(made.id, &plain()).await.unwrap().body;
    assert_eq!(shown.unwrap().previous_secret_until, None);
}

pub async fn a_ping_arrives(app: &mut TestApp) {
    to_the_present(app);
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &["role.deleted"]).await;
    let before = app.position().await;
    let queued = admin.ping_webhook(made.id, &plain()).await.unwrap();
    assert_eq!(
        (queued.status, queued.body.status),
        (202, DeliveryStatus::Pending)
    );
    let received = receiver.wait_for(1).await;
    assert_eq!(received[0].id(), queued.body.event_id.to_string());
    let body = received[0].json();
    assert_eq!(
        (&body["type"], &body["data"]["webhookId"]),
        (&"webhook.ping".into(), &made.id.to_string().into())
    );
    assert!(is_genuine(&made.secret.unwrap(), &received[0]));
    assert_eq!(app.position().await, before, "a ping is no event");
}

pub async fn a_delivery_can_be_sent_again(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    app.station(of, "one").await;
    let first = attempted(&admin, made.id, 1).await.remove(0);
    let again = admin.redeliver(made.id, first.id, &plain()).await.unwrap();
    assert_eq!((again.status, again.body.id), (202, first.id));
    let received = receiver.wait_for(2).await;
    assert_eq!(received[0].id(), received[1].id());
    let shown = attempted(&admin, made.id, 2).await;
    let numbers = shown[0].attempts.iter().map(|attempt| attempt.number);
    assert_eq!((shown.len(), numbers.collect::<Vec<_>>()), (1, vec![1, 2]));
    let other = hook(app, Some(of), receiver.url(), &["role.deleted"])
        .await
        .id;
    let elsewhere = admin.redeliver(other, first.id, &plain()).await;
    assert_eq!(code(elsewhere), ProblemCode::NotFound);
}

pub async fn missed_events_are_recovered(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let begin = app.clock().time();
    app.station(of, "before").await;
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    app.station(of, "received").await;
    attempted(&admin, made.id, 1).await;
    admin.disable_webhook(made.id, &plain()).await.unwrap();
    app.clock().advance(seconds(10));
    app.station(of, "missed").await;
    app.clock().advance(seconds(10));
    admin.enable_webhook(made.id, &plain()).await.unwrap();
    app.station(of, "after").await;
    let names = || {
        let received = receiver.received();
        let codes = received
            .iter()
            .map(|one| one.json()["data"]["data"]["code"].clone());
        let mut codes: Vec<_> = codes
            .map(|code| code.as_str().unwrap().to_owned())
            .collect();
        codes.sort();
        codes
    };
    attempted(&admin, made.id, 2).await;
    assert_eq!(names(), ["after", "received"]);
    let since = WebhookRecovery {
        since: app.clock().time() - seconds(15),
    };
    admin
        .recover_webhook(made.id, &since, &plain())
        .await
        .unwrap();
    attempted(&admin, made.id, 3).await;
    assert_eq!(names(), ["after", "missed", "received"]);
    let since = WebhookRecovery { since: begin };
    admin
        .recover_webhook(made.id, &since, &plain())
        .await
        .unwrap();
    attempted(&admin, made.id, 4).await;
    assert_eq!(names(), ["after", "before", "missed", "received"]);
    for since in [
        app.clock().time() + seconds(1),
        begin - chrono::Duration::days(31),
    ] {
        let refused = admin
            .recover_webhook(made.id, &WebhookRecovery { since }, &plain())
            .await;
        assert_eq!(code(refused), ProblemCode::ValidationError);
    }
}

pub async fn events_keep_their_order(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &["station.created"]).await;
    let change = client::WebhookUpdate {
        ordered: Some(true),
        ..client::WebhookUpdate::new(receiver.url(), Some(vec!["station.created".to_owned()]))
    };
    admin
        .update_webhook(made.id, &change, &plain())
        .await
        .unwrap();
    receiver.answer(Answer::of(500));
    app.station(of, "s0").await;
    attempted(&admin, made.id, 1).await;
    for index in 1..20 {
        app.station(of, &format!("s{index}")).await;
    }
    // The first message is not accepted, so no later one is sent.
    receiver.answer(Answer::of(200));
    assert_eq!(receiver.received().len(), 1);
    app.clock().advance(seconds(10));
    let received = receiver.wait_for(21).await;
    let codes = received
        .iter()
        .skip(1)
        .map(|one| one.json()["data"]["data"]["code"].clone());
    let due: Vec<_> = (0..20).map(|index| format!("s{index}")).collect();
    assert_eq!(codes.collect::<Vec<_>>(), due);
}

pub async fn a_hanging_endpoint_does_not_delay_the_others(app: &mut TestApp) {
    let (of, well) = organization_and_receiver(app).await;
    let hanging = Receiver::start().await;
    hanging.answer(Answer::Silence);
    for _ in 0..5 {
        hook(app, Some(of), hanging.url(), &["station.created"]).await;
    }
    let taking = hook(app, Some(of), well.url(), &["station.created"])
        .await
        .id;
    let began = std::time::Instant::now();
    for index in 0..30 {
        app.station(of, &format!("s{index}")).await;
    }
    well.wait_for(30).await;
    // One attempt at a hanging endpoint takes 15 seconds.
    assert!(began.elapsed().as_secs() < 15, "{:?}", began.elapsed());
    hanging.wait_for(5).await;
    attempted(&app.super_admin(), taking, 30).await;
}

pub async fn a_suspended_organization_gets_no_deliveries(app: &mut TestApp) {
    let (of, receiver) = organization_and_receiver(app).await;
    let admin = app.super_admin();
    let made = hook(app, Some(of), receiver.url(), &[]).await;
    admin.suspend_organization(of, &plain()).await.unwrap();
    let platform = Receiver::start().await;
    hook(app, None, platform.url(), &["product.created"]).await;
    // Once the platform's events have arrived, the organization's queue was checked too.
    for key in ["one", "two"] {
        crate::given::product(app, key).await;
    }
    platform.wait_for(2).await;
    assert_eq!(deliveries(&admin, made.id).await, []);
    admin.activate_organization(of, &plain()).await.unwrap();
    app.clock().advance(seconds(60));
    let mut received = types(&receiver.wait_for(2).await);
    received.sort();
    assert_eq!(
        received,
        ["organization.activated", "organization.suspended"]
    );
    until("both are delivered", async || {
        let all = deliveries(&admin, made.id).await;
        all.iter()
            .all(|one| one.status == DeliveryStatus::Delivered)
    })
    .await;
}
