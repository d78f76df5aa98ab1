//! The feed of events.

use crate::{
    given::{code, plain, seat, variant, variant_of},
    harness::cases,
    tokens,
};
use chrono::Duration;
use client::{
    Event, EventActorKind, EventFeed, ListEventsParams, NewRole, NewWebhook, ProblemCode,
};
use domain::ResourceKind;
use serde_json::json;
use testkit::TestApp;

cases![
    every_change_is_an_event,
    a_reader_of_the_feed_gets_each_event_once,
    a_cursor_of_another_log_is_refused,
    events_are_filtered,
    events_can_be_filtered_by_every_kind_of_resource,
    events_are_filtered_by_time,
    an_operator_sees_the_events_of_its_station,
    a_partner_sees_the_events_of_its_organization,
    the_events_of_each_resource_can_be_read,
    the_head_of_a_log_is_signed,
    an_event_names_its_actor_and_its_request,
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
            "variant.capacityExhausted",
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
    assert_eq!(
        (all.next.as_str(), all.has_more),
        (cursor(&all.content[9]).as_str(), false)
    );
    assert_eq!(all.content[8].resource.id, held.id);
    assert_eq!(all.content[8].resource.version, 2);
    assert_eq!(
        all.content[4].data["name"],
        serde_json::json!(all.content[4].data["name"])
    );
    assert_eq!(all.content[2].data["email"], "ada@example.com");
}

async fn a_reader_of_the_feed_gets_each_event_once(app: &mut TestApp) {
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
}

/// The cursor after an event.
fn cursor(event: &Event) -> String {
    format!("{}-{}", event.position, &event.hash[..16])
}

async fn a_cursor_of_another_log_is_refused(app: &mut TestApp) {
    let of = app.organization("volt").await.id;
    let partner = app.partner("paul", of).await;
    app.station(of, "one").await;
    let own = ListEventsParams {
        organization_id: Some(of),
        ..ListEventsParams::default()
    };
    let all = feed(app, own.clone()).await.content;
    let platform = feed(app, ListEventsParams::default()).await.content;
    let strange = [
        // Beyond the end, also at the first epoch.
        "999999999999999999".to_owned(),
        format!("{}-{}", all.len() + 1, &all[0].hash[..16]),
        // Of another log or an unknown one, in the middle and at the end.
        format!("1-{}", &platform[0].hash[..16]),
        format!("{}-{}", all.len(), &platform[0].hash[..16]),
        format!("1-{}", "0".repeat(16)),
    ];
    for after in strange {
        let params = ListEventsParams {
            after: Some(after.clone()),
            ..own.clone()
        };
        for caller in [&app.super_admin(), &partner] {
            let refused = caller.list_events(&params, &plain()).await;
            assert_eq!(code(refused), ProblemCode::CursorReset, "{after}");
        }
    }
    for (event, left) in all.iter().zip((0..all.len()).rev()) {
        // A bare position without the epoch is a valid cursor too.
        for after in [cursor(event), event.position.to_string()] {
            let params = ListEventsParams {
                after: Some(after),
                ..own.clone()
            };
            assert_eq!(feed(app, params).await.content.len(), left);
        }
    }
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
    let all = feed(app, none()).await.content;
    let (end, request) = (cursor(&all[7]), all[6].request_id.clone());
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
        (
            ListEventsParams {
                request_id: request,
                ..none()
            },
            vec![7],
        ),
        (
            ListEventsParams {
                station_id: Some(ada.id),
                ..none()
            },
            vec![],
        ),
    ] {
        let found = feed(app, params.clone()).await;
        let positions: Vec<_> = found.content.iter().map(|event| event.position).collect();
        assert_eq!(positions, due, "{params:?}");
        assert_eq!(
            (found.next.as_str(), found.has_more),
            (end.as_str(), false),
            "{params:?}"
        );
    }
}

async fn events_can_be_filtered_by_every_kind_of_resource(app: &mut TestApp) {
    let admin = app.super_admin();
    let new = NewWebhook::new("https://billing.example/hooks");
    let webhook = admin.create_webhook(&new, &plain()).await.unwrap().body;
    let of = |resource: String| ListEventsParams {
        resource: Some(resource),
        ..ListEventsParams::default()
    };
    for resource in ["webhook".to_owned(), format!("webhook/{}", webhook.id)] {
        let found = feed(app, of(resource)).await.content;
        let found: Vec<_> = found.iter().map(|event| event.r#type.as_str()).collect();
        assert_eq!(found, ["webhook.created"]);
    }
    for kind in ResourceKind::ALL {
        feed(app, of(kind.as_str().to_owned())).await;
    }
}

async fn an_event_names_its_actor_and_its_request(app: &mut TestApp) {
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

async fn events_are_filtered_by_time(app: &mut TestApp) {
    let begin = app.clock().time();
    for name in ["a", "b", "c"] {
        app.clock().advance(Duration::minutes(1));
        app.user(name).await;
    }
    let at = |minutes| Some(begin + Duration::minutes(minutes));
    for (from, to, due) in [
        (None, None, vec![1, 2, 3, 4, 5]),
        (at(1), None, vec![3, 4, 5]),
        (None, at(2), vec![1, 2, 3]),
        (at(2), at(3), vec![4]),
        (at(2), at(2), vec![]),
        (at(4), None, vec![]),
        (None, at(-1), vec![]),
    ] {
        let params = ListEventsParams {
            from,
            to,
            types: Vec::new(),
            ..ListEventsParams::default()
        };
        let found = feed(app, params).await.content;
        let positions: Vec<_> = found.iter().map(|event| event.position).collect();
        assert_eq!(positions, due, "{from:?} to {to:?}");
    }
}

/// The types of all events that the caller may see.
async fn seen(caller: &testkit::app::Actor) -> Vec<String> {
    let all = ListEventsParams::default();
    let found = caller.list_events(&all, &plain()).await.unwrap().body;
    found
        .content
        .into_iter()
        .map(|event| event.r#type)
        .collect()
}

async fn an_operator_sees_the_events_of_its_station(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("volt").await.id;
    let own = app.station(of, "one").await.id;
    let other = app.station(of, "two").await.id;
    let operator = app.operator("olga", of, own).await;
    let colleague = app.operator("otto", of, other).await;
    let member = app.member_of("mary", of).await;
    let product = crate::given::product_of(app, "suite", of).await;
    let variant = variant_of(app, product, None).await.id;
    for (station, note) in [(own, "own"), (other, "other")] {
        let mut new = testkit::app::station_seat(station, variant);
        new.note = Some(note.to_owned());
        admin.create_assignment(&new, &plain()).await.unwrap();
    }
    seat(app, member.id, variant).await;
    seat(app, colleague.id, variant).await;
    let due = ["station.created", "user.created", "assignment.created"];
    assert_eq!(seen(&operator).await, due);
    let params = ListEventsParams {
        station_id: Some(own),
        ..ListEventsParams::default()
    };
    let paul = app.partner("paul", of).await;
    let found = paul.list_events(&params, &plain()).await.unwrap().body;
    let types: Vec<_> = found
        .content
        .iter()
        .map(|event| event.r#type.as_str())
        .collect();
    assert_eq!(types, due, "the same by filter");
    assert_eq!(found.content[2].data["note"], "own");
    assert!(
        found
            .content
            .iter()
            .all(|event| event.station_id == Some(own))
    );
    // Events of another station are hidden from it under any filter.
    let params = ListEventsParams {
        station_id: Some(other),
        ..ListEventsParams::default()
    };
    let found = operator.list_events(&params, &plain()).await.unwrap().body;
    assert_eq!(found.content.len(), 0);
    assert_eq!(
        code(operator.get_log_head(of, &plain()).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        code(member.list_events(&params, &plain()).await),
        ProblemCode::Forbidden
    );
}

async fn a_partner_sees_the_events_of_its_organization(app: &mut TestApp) {
    let (volt, amp) = (
        app.organization("volt").await.id,
        app.organization("amp").await.id,
    );
    let partner = app.partner("paul", volt).await;
    app.station(amp, "one").await;
    let clerk = NewRole {
        organization_id: Some(volt),
        ..NewRole::new("Clerk", vec!["events.read".to_owned()])
    };
    partner.create_role(&clerk, &plain()).await.unwrap();
    let due = [
        "organization.created",
        "user.created",
        "apiKey.created",
        "role.created",
    ];
    assert_eq!(seen(&partner).await, due);
    // The log of another organization shows it nothing, not even its length.
    for after in [None, Some("1".to_owned())] {
        let params = ListEventsParams {
            organization_id: Some(amp),
            after: after.clone(),
            ..ListEventsParams::default()
        };
        let found = partner.list_events(&params, &plain()).await.unwrap().body;
        assert_eq!((found.content.len(), found.has_more), (0, false));
        assert_eq!(found.next, after.unwrap_or("0".to_owned()));
    }
}

async fn the_head_of_a_log_is_signed(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("volt").await.id;
    let partner = app.partner("paul", of).await;
    for _ in 0..2 {
        app.station(of, &format!("s{}", app.new_id().simple()))
            .await;
        let params = ListEventsParams {
            organization_id: Some(of),
            ..ListEventsParams::default()
        };
        let last = feed(app, params).await.content.pop().unwrap();
        for caller in [&admin, &partner] {
            let head = caller.get_log_head(of, &plain()).await.unwrap().body;
            assert_eq!((head.position, &head.hash), (last.position, &last.hash));
            let of_each = head.bytes / head.position;
            assert!((256..1024).contains(&of_each), "{of_each} bytes an event");
            assert_eq!(
                (head.organization_id, head.signed_at),
                (of, app.clock().time())
            );
            let keys = tokens::key_set(app).await;
            assert!(tokens::is_signed(&head.signature, &keys));
            let due = json!({"alg": "EdDSA", "typ": "log-head+jwt", "kid": keys[0].kid});
            assert_eq!(tokens::header(&head.signature), due);
            let due = json!({
                "iss": app.auth().terms().public_url,
                "sub": of,
                "iat": app.clock().time().timestamp(),
                "position": last.position,
                "hash": last.hash,
            });
            assert_eq!(tokens::claims(&head.signature), due);
            // A signed head is no access token.
            let refused = app.bearer(&head.signature).get_current_user(&plain()).await;
            assert_eq!(code(refused), ProblemCode::Unauthenticated);
        }
    }
    let stranger = app.partner("amy", app.organization("amp").await.id).await;
    assert_eq!(
        code(stranger.get_log_head(of, &plain()).await),
        ProblemCode::NotFound
    );
    let nowhere = app.new_id();
    assert_eq!(
        code(admin.get_log_head(nowhere, &plain()).await),
        ProblemCode::NotFound
    );
}

async fn the_events_of_each_resource_can_be_read(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("volt").await.id;
    let partner = app.partner("paul", of).await;
    let station = app.station(of, "one").await.id;
    let product = crate::given::product_of(app, "suite", of).await;
    let variant = variant_of(app, product, None).await.id;
    let mary = app.member_of("mary", of).await.id;
    let new = testkit::seat(mary, variant);
    let given = partner.create_assignment(&new, &plain()).await;
    let given = given.unwrap().body.id;
    // A direct seat is in the log of the platform.
    let direct = seat(app, mary, crate::given::variant(app, None).await.id)
        .await
        .id;
    partner.revoke_assignment(given, &plain()).await.unwrap();
    let stranger = app.partner("amy", app.organization("amp").await.id).await;
    for caller in [&admin, &partner] {
        for (kind, id, due) in [
            ("stations", station, vec!["station.created"]),
            ("users", mary, vec!["user.created"]),
            ("products", product, vec!["product.created"]),
            ("variants", variant, vec!["variant.created"]),
            (
                "assignments",
                given,
                vec!["assignment.created", "assignment.revoked"],
            ),
            ("assignments", direct, vec!["assignment.created"]),
        ] {
            let target = format!("/api/v1/{kind}/{id}/events");
            let ask = async |caller: &testkit::app::Actor, query: &str| {
                let target = format!("{target}{query}");
                let reply = app.raw("GET", &target).key(&caller.key).send().await;
                (reply.status, reply.json())
            };
            let (status, shown) = ask(caller, "").await;
            let events = shown["content"].as_array().unwrap();
            let types: Vec<_> = events
                .iter()
                .map(|event| event["type"].as_str().unwrap())
                .collect();
            assert_eq!((status, types), (200, due.clone()), "{target}");
            assert!(
                events
                    .iter()
                    .all(|event| event["resource"]["id"] == json!(id))
            );
            let rest = format!("?limit=1&types={}", due[due.len() - 1]);
            assert_eq!(
                ask(caller, &rest).await.1["content"][0],
                events[due.len() - 1]
            );
            assert_eq!(ask(&stranger, "").await.0, 404, "{target}");
            let strange = format!("?after=1-{}", "0".repeat(16));
            // A foreign log reveals nothing, not even whether a cursor is valid.
            let due = if id == direct && caller.id == partner.id {
                200
            } else {
                409
            };
            assert_eq!(ask(caller, &strange).await.0, due, "{target}");
        }
        let params = client::ListOrganizationEventsParams::default();
        let own = ListEventsParams {
            organization_id: Some(of),
            ..ListEventsParams::default()
        };
        let (whole, log) = (
            caller
                .list_organization_events(of, &params, &plain())
                .await
                .unwrap(),
            feed(app, own).await,
        );
        assert_eq!(whole.body, log);
        let strange = client::ListOrganizationEventsParams {
            after: Some(format!("1-{}", "0".repeat(16))),
            ..params
        };
        let reset = caller
            .list_organization_events(of, &strange, &plain())
            .await;
        assert_eq!(code(reset), ProblemCode::CursorReset);
    }
    let nobody = client::ListUserEventsParams::default();
    let nobody = admin
        .list_user_events(app.new_id(), &nobody, &plain())
        .await;
    assert_eq!(code(nobody), ProblemCode::NotFound);
}
