//! The feed of events.

use crate::{
    given::{plain, seat, variant},
    harness::cases,
};
use client::{EventActorKind, EventFeed, ListEventsParams};
use testkit::TestApp;

cases![
    every_change_is_an_event,
    a_reader_misses_nothing_and_sees_nothing_twice,
    events_are_filtered,
    an_event_names_who_asked_and_by_which_request,
];

async fn feed(app: &TestApp, params: ListEventsParams) -> EventFeed {
    let admin = app.super_admin();
    admin.list_events(&params, &plain()).await.unwrap().body
}

async fn every_change_is_an_event(app: &mut TestApp) {
    let admin = app.super_admin();
    let ada = app.member("ada").await;
    let variant = variant(app, Some(1)).await;
    let held = seat(app, ada.id, variant.id).await;
    admin.revoke_assignment(held.id, &plain()).await.unwrap();
    admin.delete_user(ada.id, &plain()).await.unwrap();
    let all = feed(app, ListEventsParams::default()).await;
    let types: Vec<_> = all
        .content
        .iter()
        .map(|event| event.r#type.as_str())
        .collect();
    assert_eq!(
        types,
        [
            "user.created",
            "apiKey.created",
            "user.created",
            "apiKey.created",
            "product.created",
            "variant.created",
            "assignment.created",
            "assignment.revoked",
            "user.deleted",
        ]
    );
    for (event, position) in all.content.iter().zip(1..) {
        assert_eq!(event.position, position);
        assert_eq!(event.schema_version, 1);
        assert_eq!(event.occurred_at, app.clock().time());
        assert!(event.data.get("digest").is_none(), "{event:?}");
    }
    assert_eq!((all.next.as_str(), all.has_more), ("9", false));
    assert_eq!(all.content[7].resource.id, held.id);
    assert_eq!(all.content[7].resource.version, 2);
    assert_eq!(
        all.content[4].data["name"],
        serde_json::json!(all.content[4].data["name"])
    );
    assert_eq!(all.content[2].data["email"], "ada@example.com");
}

async fn a_reader_misses_nothing_and_sees_nothing_twice(app: &mut TestApp) {
    for name in ["a", "b", "c"] {
        app.user(name).await;
    }
    let (mut after, mut seen) = (None, Vec::new());
    loop {
        let part = feed(
            app,
            ListEventsParams {
                after: after.clone(),
                limit: Some(2),
                ..ListEventsParams::default()
            },
        )
        .await;
        seen.extend(part.content.iter().map(|event| event.position));
        after = Some(part.next);
        if !part.has_more {
            break;
        }
    }
    assert_eq!(seen, [1, 2, 3, 4, 5]);
    let params = || ListEventsParams {
        after: after.clone(),
        ..ListEventsParams::default()
    };
    let nothing = feed(app, params()).await;
    assert!(nothing.content.is_empty());
    assert_eq!(Some(nothing.next), after);
    let late = app.user("d").await;
    let fresh = feed(app, params()).await;
    assert_eq!(fresh.content.len(), 1);
    assert_eq!(fresh.content[0].resource.id, late.id);
    let beyond = ListEventsParams {
        after: Some("999999999999999999".into()),
        ..ListEventsParams::default()
    };
    let beyond = feed(app, beyond).await;
    assert_eq!(
        (beyond.content.len(), beyond.next.as_str()),
        (0, "999999999999999999")
    );
}

async fn events_are_filtered(app: &mut TestApp) {
    let ada = app.member("ada").await;
    let variant = variant(app, None).await;
    let held = seat(app, ada.id, variant.id).await;
    let update = client::UserUpdate {
        email: "ada@example.com".into(),
        display_name: "Ada King".into(),
    };
    ada.update_current_user(&update, &plain()).await.unwrap();
    let admin = app.super_admin();
    let none = ListEventsParams::default;
    let one = |text: &str| Some(text.to_owned());
    let types = |types: &[&str]| types.iter().map(|name| (*name).to_owned()).collect();
    let kind = format!("user/{}", ada.id);
    for (params, due) in [
        (
            ListEventsParams {
                types: types(&["user.created"]),
                ..none()
            },
            vec![1, 3],
        ),
        (
            ListEventsParams {
                types: types(&["user.updated", "variant.created"]),
                ..none()
            },
            vec![6, 8],
        ),
        (
            ListEventsParams {
                types: types(&["user.flown"]),
                ..none()
            },
            vec![],
        ),
        (
            ListEventsParams {
                resource: one("assignment"),
                ..none()
            },
            vec![7],
        ),
        (
            ListEventsParams {
                resource: one(&kind),
                ..none()
            },
            vec![3, 8],
        ),
        (
            ListEventsParams {
                resource: Some(format!("user/{}", held.id)),
                ..none()
            },
            vec![],
        ),
        (
            ListEventsParams {
                actor: Some(ada.id),
                ..none()
            },
            vec![8],
        ),
        (
            ListEventsParams {
                actor: Some(admin.id),
                ..none()
            },
            vec![3, 5, 6, 7],
        ),
        (
            ListEventsParams {
                resource: one("user"),
                after: one("3"),
                ..none()
            },
            vec![8],
        ),
    ] {
        let found = feed(app, params.clone()).await;
        let positions: Vec<_> = found.content.iter().map(|event| event.position).collect();
        assert_eq!(positions, due, "{params:?}");
        assert_eq!(
            (found.next.as_str(), found.has_more),
            ("8", false),
            "{params:?}"
        );
    }
}

async fn an_event_names_who_asked_and_by_which_request(app: &mut TestApp) {
    let admin = app.super_admin();
    let new = serde_json::json!({"key": "suite", "name": "Suite"});
    let sent = app
        .raw("POST", "/api/v1/products")
        .key(&admin.key)
        .json(&new);
    let made = sent.header("X-Request-Id", "order-17").send().await;
    assert_eq!(made.header("x-request-id"), Some("order-17"));
    let bare = app.user("ada").await;
    let all = feed(app, ListEventsParams::default()).await.content;
    let (system, product, user) = (&all[0], &all[2], &all[3]);
    assert_eq!(
        (system.actor.kind, system.actor.id),
        (EventActorKind::System, None)
    );
    assert_eq!(system.request_id, None);
    assert_eq!(
        (product.actor.kind, product.actor.id),
        (EventActorKind::User, Some(admin.id))
    );
    assert_eq!(product.request_id.as_deref(), Some("order-17"));
    assert_eq!(user.resource.id, bare.id);
    assert!(user.request_id.is_some());
}
