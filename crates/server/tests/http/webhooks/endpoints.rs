//! Creating, changing and deleting webhooks.

use super::hook;
use crate::{
    given::{code, grant, plain, problem, role},
    roles::home,
};
use client::{
    ListWebhooksParams, NewWebhook, Options, ProblemCode, WebhookRotation, WebhookStatus,
    WebhookUpdate,
};
use testkit::TestApp;

const URL: &str = "http://127.0.0.1:9/hook";

pub async fn a_webhook_is_made_read_changed_and_deleted(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    let new = NewWebhook {
        description: Some("Billing".to_owned()),
        event_types: Some(vec!["user.created".to_owned()]),
        ordered: Some(true),
        ..NewWebhook::new(URL)
    };
    let made = paul.create_webhook(&new, &plain()).await.unwrap();
    assert_eq!((made.status, made.etag.as_deref()), (201, Some("\"1.0\"")));
    let id = made.body.id;
    assert_eq!(made.location, Some(format!("/api/v1/webhooks/{id}")));
    assert_eq!(made.body.organization_id, Some(of));
    assert_eq!(made.body.created_by, Some(paul.id));
    assert_eq!(made.body.status, WebhookStatus::Enabled);
    assert!(made.body.secret.unwrap().starts_with("whsec_"));
    let read = paul.get_webhook(id, &plain()).await.unwrap();
    let body = read.body.unwrap();
    assert_eq!((body.url.as_str(), body.ordered), (URL, true));
    assert_eq!(body.description.as_deref(), Some("Billing"));
    let known = Options {
        if_none_match: read.etag.clone(),
        ..plain()
    };
    assert_eq!(paul.get_webhook(id, &known).await.unwrap().status, 304);

    let change = WebhookUpdate {
        description: None,
        ..WebhookUpdate::new("http://127.0.0.1:10/other", None)
    };
    let stale = Options {
        if_match: Some("\"7\"".to_owned()),
        ..plain()
    };
    let refused = paul.update_webhook(id, &change, &stale).await;
    assert_eq!(code(refused), ProblemCode::PreconditionFailed);
    let changed = paul.update_webhook(id, &change, &plain()).await.unwrap();
    assert_eq!(changed.body.version, 2);
    assert_eq!(
        (changed.body.event_types, changed.body.ordered),
        (None, false)
    );

    let disabled = paul.disable_webhook(id, &plain()).await.unwrap().body;
    assert_eq!(disabled.status, WebhookStatus::Disabled);
    assert_eq!(disabled.disabled_reason.as_deref(), Some("REQUESTED"));
    let refused = paul.ping_webhook(id, &plain()).await;
    assert_eq!(code(refused), ProblemCode::WebhookDisabled);
    let only = ListWebhooksParams {
        status: Some(WebhookStatus::Disabled),
        ..ListWebhooksParams::default()
    };
    let listed = paul.list_webhooks(&only, &plain()).await.unwrap().body;
    assert_eq!((listed.total_elements, listed.content[0].id), (1, id));
    let enabled = paul.enable_webhook(id, &plain()).await.unwrap().body;
    assert_eq!(
        (enabled.status, enabled.version),
        (WebhookStatus::Enabled, 4)
    );
    let again = paul.enable_webhook(id, &plain()).await.unwrap().body;
    assert_eq!(again.version, 4, "it was enabled already");

    let refused = paul.delete_webhook(id, &stale).await;
    assert_eq!(code(refused), ProblemCode::PreconditionFailed);
    let gone = paul.delete_webhook(id, &plain()).await.unwrap();
    assert_eq!(gone.status, 204);
    let missing = paul.get_webhook(id, &plain()).await;
    assert_eq!(code(missing), ProblemCode::NotFound);
    let tables = app.tables().await;
    for table in ["webhooks", "webhook_secrets", "webhook_queues"] {
        assert_eq!(tables.rows(table), 0, "{table}");
    }
}

pub async fn the_secret_of_a_webhook_is_shown_once(app: &mut TestApp) {
    let (_, paul) = home(app, "volt").await;
    let keyed = |key: &str| Options {
        idempotency_key: Some(key.to_owned()),
        ..plain()
    };
    let new = NewWebhook::new(URL);
    let made = paul.create_webhook(&new, &keyed("one")).await.unwrap().body;
    let secret = made.secret.unwrap();
    let again = paul.create_webhook(&new, &keyed("one")).await.unwrap().body;
    assert_eq!((again.id, again.secret), (made.id, None));
    let rotation = WebhookRotation::default();
    let rotate = async |key: &str| {
        let rotated = paul
            .rotate_webhook_secret(made.id, &rotation, &keyed(key))
            .await;
        rotated.unwrap().body
    };
    let rotated = rotate("two").await;
    let next = rotated.secret.unwrap();
    assert_ne!(next, secret);
    assert!(rotated.previous_secret_until.is_some());
    assert_eq!(rotate("two").await.secret, None);
    let tables = app.tables().await;
    for shown in [secret, next] {
        let bare = shown.strip_prefix("whsec_").unwrap();
        assert_eq!(tables.holding(bare), [] as [&str; 0]);
    }
}

pub async fn a_webhook_is_of_one_organization(app: &mut TestApp) {
    let (volt, paul) = home(app, "volt").await;
    let (ampere, anna) = home(app, "ampere").await;
    let own = hook(app, Some(volt), URL.to_owned(), &[]).await.id;
    let platform = hook(app, None, URL.to_owned(), &[]).await.id;
    for (caller, hidden) in [(&anna, own), (&paul, platform), (&anna, platform)] {
        let refused = caller.get_webhook(hidden, &plain()).await;
        assert_eq!(code(refused), ProblemCode::NotFound);
        let refused = caller.ping_webhook(hidden, &plain()).await;
        assert_eq!(code(refused), ProblemCode::NotFound);
        let refused = caller.delete_webhook(hidden, &plain()).await;
        assert_eq!(code(refused), ProblemCode::NotFound);
    }
    let elsewhere = NewWebhook {
        organization_id: Some(ampere),
        ..NewWebhook::new(URL)
    };
    let refused = paul.create_webhook(&elsewhere, &plain()).await;
    assert_eq!(code(refused), ProblemCode::NotFound);
    let all = ListWebhooksParams::default();
    let seen = paul.list_webhooks(&all, &plain()).await.unwrap().body;
    assert_eq!(
        seen.content.iter().map(|one| one.id).collect::<Vec<_>>(),
        [own]
    );
    let admin = app.super_admin();
    let seen = admin.list_webhooks(&all, &plain()).await.unwrap().body;
    assert_eq!(seen.total_elements, 2);
    let station = app.station(volt, "s1").await.id;
    let operator = app.operator("olga", volt, station).await;
    let refused = operator
        .create_webhook(&NewWebhook::new(URL), &plain())
        .await;
    assert_eq!(code(refused), ProblemCode::Forbidden);
}

pub async fn an_invalid_webhook_is_refused(app: &mut TestApp) {
    let admin = app.super_admin();
    let refused = async |url: &str| {
        let new = NewWebhook {
            event_types: Some(vec!["user.created".to_owned(), "user.flown".to_owned()]),
            ..NewWebhook::new(url)
        };
        let problem = problem(admin.create_webhook(&new, &plain()).await);
        let errors = problem.errors.unwrap_or_default().into_iter();
        errors
            .map(|one| one.pointer.unwrap_or_default())
            .collect::<Vec<_>>()
    };
    for url in [
        "http://10.0.0.1/",
        "https://169.254.169.254/latest",
        "https://[::ffff:10.0.0.1]/",
        "https://user:secret@example.com/",
    ] {
        assert_eq!(refused(url).await, ["/url", "/eventTypes/1"], "{url}");
    }
    assert_eq!(
        refused("ftp://example.com/").await,
        ["/url"],
        "by the schema"
    );
    assert_eq!(refused(URL).await, ["/eventTypes/1"]);
    // By default only public addresses may be called, and only with TLS.
    app.restart_with(&[
        ("webhook_allow_nets", "10.99.0.0/16"),
        ("webhook_plain_http", "false"),
    ])
    .await;
    for url in [URL, "https://127.0.0.1/", "http://10.99.0.1/"] {
        let new = NewWebhook::new(url);
        let refused = app.super_admin().create_webhook(&new, &plain()).await;
        assert_eq!(code(refused), ProblemCode::ValidationError, "{url}");
    }
}

pub async fn a_caller_without_events_read_makes_no_webhook(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let mary = app.member_of("mary", of).await;
    let all = [
        "webhooks.create",
        "webhooks.read",
        "webhooks.update",
        "webhooks.send",
    ];
    let carrying = role(app, of, "Integrator", &all).await;
    grant(app, mary.id, carrying.id).await;
    let refused = mary.create_webhook(&NewWebhook::new(URL), &plain()).await;
    assert_eq!(code(refused), ProblemCode::Forbidden);
    let there = hook(app, Some(of), URL.to_owned(), &[]).await.id;
    let refused = mary.ping_webhook(there, &plain()).await;
    assert_eq!(code(refused), ProblemCode::Forbidden);
    let change = WebhookUpdate::new(URL, None);
    let refused = mary.update_webhook(there, &change, &plain()).await;
    assert_eq!(code(refused), ProblemCode::Forbidden);
    let reading = role(app, of, "Reader", &["events.read"]).await;
    grant(app, mary.id, reading.id).await;
    mary.create_webhook(&NewWebhook::new(URL), &plain())
        .await
        .unwrap();
}

pub async fn an_organization_has_fifty_webhooks(app: &mut TestApp) {
    let (of, paul) = home(app, "volt").await;
    for _ in 0..50 {
        hook(app, Some(of), URL.to_owned(), &["role.deleted"]).await;
    }
    let one_more = problem(paul.create_webhook(&NewWebhook::new(URL), &plain()).await);
    assert_eq!(one_more.errors.unwrap()[0].code, "TOO_MANY");
    let (_, anna) = home(app, "ampere").await;
    anna.create_webhook(&NewWebhook::new(URL), &plain())
        .await
        .unwrap();
}

pub async fn webhooks_of_a_deleted_organization_can_only_be_ended(app: &mut TestApp) {
    let (of, _) = home(app, "volt").await;
    let admin = app.super_admin();
    let webhook = hook(app, Some(of), URL.to_owned(), &["role.deleted"])
        .await
        .id;
    let quiet = hook(app, Some(of), URL.to_owned(), &["role.deleted"])
        .await
        .id;
    admin.disable_webhook(quiet, &plain()).await.unwrap();
    admin.delete_organization(of, &plain()).await.unwrap();
    let deleted = ProblemCode::OrganizationDeleted;
    let new = NewWebhook {
        organization_id: Some(of),
        ..NewWebhook::new(URL)
    };
    assert_eq!(code(admin.create_webhook(&new, &plain()).await), deleted);
    let change = WebhookUpdate::new(URL, None);
    let changed = admin.update_webhook(webhook, &change, &plain()).await;
    assert_eq!(code(changed), deleted);
    let rotation = WebhookRotation::default();
    let rotated = admin
        .rotate_webhook_secret(webhook, &rotation, &plain())
        .await;
    assert_eq!(code(rotated), deleted);
    assert_eq!(code(admin.enable_webhook(quiet, &plain()).await), deleted);
    // Requests that end something are still allowed.
    admin.disable_webhook(webhook, &plain()).await.unwrap();
    admin.delete_webhook(webhook, &plain()).await.unwrap();
}
