//! The users of organizations: created, listed and removed, each role at its own endpoint.

use crate::{
    given::{code, listed, person, plain, walk},
    harness::cases,
};
use client::{NewOperator, ProblemCode, User, UserRole, UserStatus, UserUpdate};
use testkit::TestApp;
use uuid::Uuid;

cases![
    users_are_created_at_the_endpoint_of_their_role,
    each_endpoint_lists_its_own_role,
    people_are_sorted_and_paged,
    an_email_is_unique_in_its_organization,
    partners_manage_the_users_of_their_organization,
    a_missing_organization_has_no_user_lists,
];

const ENDPOINTS: [&str; 3] = ["partners", "operators", "members"];

fn users_path(organization: Uuid, name: &str) -> String {
    format!("organizations/{organization}/users/{name}")
}

async fn operator(app: &TestApp, of: Uuid, station: Uuid, name: &str) -> User {
    let admin = app.super_admin();
    let new = NewOperator {
        email: format!("{name}@example.com"),
        display_name: name.to_owned(),
        station_id: station,
    };
    let made = admin.create_organization_operator(of, &new, &plain()).await;
    made.unwrap().body
}

async fn users_are_created_at_the_endpoint_of_their_role(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let station = app.station(of, "one").await.id;
    let partner = admin
        .create_organization_partner(of, &person("paul"), &plain())
        .await
        .unwrap();
    let operator = NewOperator {
        email: "olga@example.com".into(),
        display_name: "Olga".into(),
        station_id: station,
    };
    let operator = admin
        .create_organization_operator(of, &operator, &plain())
        .await
        .unwrap();
    let member = admin
        .create_organization_member(of, &person("mary"), &plain())
        .await
        .unwrap();
    for (made, role, at) in [
        (partner, UserRole::Partner, None),
        (operator, UserRole::Operator, Some(station)),
        (member, UserRole::Member, None),
    ] {
        let user = made.body;
        assert_eq!((made.status, made.etag.as_deref()), (201, Some("\"1\"")));
        assert_eq!(made.location, Some(format!("/api/v1/users/{}", user.id)));
        assert_eq!((user.role, user.status), (role, UserStatus::Pending));
        assert_eq!((user.organization_id, user.station_id), (Some(of), at));
        let read = admin.get_user(user.id, &plain()).await.unwrap();
        assert_eq!(read.body, Some(user));
    }
    let elsewhere = app.organization("theirs").await.id;
    let elsewhere = app.station(elsewhere, "one").await.id;
    for station in [elsewhere, app.new_id()] {
        let new = NewOperator {
            email: "eve@example.com".into(),
            display_name: "Eve".into(),
            station_id: station,
        };
        let made = admin.create_organization_operator(of, &new, &plain()).await;
        assert_eq!(code(made), ProblemCode::NotFound, "a station of others");
    }
}

async fn each_endpoint_lists_its_own_role(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let station = app.station(of, "one").await.id;
    let theirs = app.organization("theirs").await.id;
    app.partner("eve", theirs).await;
    app.member("bob").await;
    let paul = app.partner("paul", of).await;
    let olga = operator(app, of, station, "olga").await.id;
    let mary = app.member_of("mary", of).await.id;
    let gone = app.member_of("gone", of).await.id;
    admin.delete_user(gone, &plain()).await.unwrap();
    for key in [&admin.key, &paul.key] {
        for (name, due) in ENDPOINTS.iter().zip([paul.id, olga, mary]) {
            assert_eq!(listed(app, key, &users_path(of, name), "").await, [due]);
        }
        for (query, due) in [
            ("status=DELETED", vec![gone]),
            ("status=ACTIVE", vec![mary]),
            ("status=PENDING", vec![]),
            ("q=MAR", vec![mary]),
            ("q=paul", vec![]),
            ("q=gone", vec![]),
        ] {
            let found = listed(app, key, &users_path(of, "members"), query).await;
            assert_eq!(found, due, "{query}");
        }
        let pending = listed(app, key, &users_path(of, "operators"), "status=PENDING").await;
        assert_eq!(pending, [olga]);
        let found = listed(app, key, &users_path(of, "partners"), "q=paul").await;
        assert_eq!(found, [paul.id]);
    }
}

async fn people_are_sorted_and_paged(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let station = app.station(of, "one").await.id;
    for name in ENDPOINTS {
        let mut made = Vec::new();
        for letter in ["c", "a", "b"] {
            app.clock().advance(chrono::Duration::seconds(1));
            let name_of = format!("{letter}-{name}");
            let new = person(&name_of);
            made.push(match name {
                "partners" => {
                    let made = admin.create_organization_partner(of, &new, &plain()).await;
                    made.unwrap().body.id
                }
                "members" => {
                    let made = admin.create_organization_member(of, &new, &plain()).await;
                    made.unwrap().body.id
                }
                _ => operator(app, of, station, &name_of).await.id,
            });
        }
        let [c, a, b] = made[..] else { unreachable!() };
        for (query, due) in [
            ("", [c, a, b]),
            ("sort=createdAt,desc", [b, a, c]),
            ("sort=email", [a, b, c]),
            ("sort=displayName,desc", [c, b, a]),
        ] {
            let found = listed(app, &admin.key, &users_path(of, name), query).await;
            assert_eq!(found, due, "{name} {query}");
        }
        walk(app, &users_path(of, name), "sort=email", &[a, b, c]).await;
    }
}

async fn an_email_is_unique_in_its_organization(app: &mut TestApp) {
    let admin = app.super_admin();
    let ours = app.organization("ours").await.id;
    let theirs = app.organization("theirs").await.id;
    let station = app.station(ours, "one").await.id;
    let first = admin
        .create_organization_member(ours, &person("ada"), &plain())
        .await
        .unwrap();
    let taken = ProblemCode::DuplicateEmail;
    let twin = person("ADA");
    let made = admin
        .create_organization_partner(ours, &twin, &plain())
        .await;
    assert_eq!(code(made), taken);
    let made = admin
        .create_organization_member(ours, &twin, &plain())
        .await;
    assert_eq!(code(made), taken);
    let new = NewOperator {
        email: twin.email.clone(),
        display_name: "Ada".into(),
        station_id: station,
    };
    let made = admin
        .create_organization_operator(ours, &new, &plain())
        .await;
    assert_eq!(code(made), taken);
    let elsewhere = admin
        .create_organization_member(theirs, &twin, &plain())
        .await;
    assert_eq!(elsewhere.unwrap().status, 201);
    app.user("ada").await;
    let other = app.member_of("bob", ours).await.id;
    let update = UserUpdate {
        email: "Ada@Example.com".into(),
        display_name: "Bob".into(),
    };
    let changed = admin.update_user(other, &update, &plain()).await;
    assert_eq!(code(changed), taken);
    admin.delete_user(first.body.id, &plain()).await.unwrap();
    let changed = admin.update_user(other, &update, &plain()).await;
    assert_eq!(changed.unwrap().body.email, "Ada@Example.com");
}

async fn partners_manage_the_users_of_their_organization(app: &mut TestApp) {
    let ours = app.organization("ours").await.id;
    let theirs = app.organization("theirs").await.id;
    let (paul, other) = (
        app.partner("paul", ours).await,
        app.partner("petra", ours).await,
    );
    let foreign = app.member_of("eve", theirs).await.id;
    let made = paul
        .create_organization_member(ours, &person("mary"), &plain())
        .await;
    let mary = made.unwrap().body.id;
    let update = UserUpdate {
        email: "mary@example.com".into(),
        display_name: "Mary Jackson".into(),
    };
    let changed = paul.update_user(mary, &update, &plain()).await.unwrap();
    assert_eq!(changed.body.display_name, "Mary Jackson");
    let active = paul.activate_user(mary, &plain()).await.unwrap().body;
    assert_eq!(active.status, UserStatus::Active);
    let locked = paul.deactivate_user(mary, &plain()).await.unwrap().body;
    assert_eq!(locked.status, UserStatus::Inactive);
    let before = app.position().await;
    // D5: users cannot remove themselves; one partner may remove another.
    let forbidden = ProblemCode::Forbidden;
    assert_eq!(code(paul.delete_user(paul.id, &plain()).await), forbidden);
    assert_eq!(
        code(paul.deactivate_user(paul.id, &plain()).await),
        forbidden
    );
    let hidden = ProblemCode::NotFound;
    let made = paul
        .create_organization_member(theirs, &person("x"), &plain())
        .await;
    assert_eq!(code(made), hidden);
    assert_eq!(
        code(paul.update_user(foreign, &update, &plain()).await),
        hidden
    );
    assert_eq!(code(paul.activate_user(foreign, &plain()).await), hidden);
    assert_eq!(app.position().await, before);
    let gone = paul.delete_user(other.id, &plain()).await.unwrap();
    assert_eq!(gone.status, 204);
    for caller in [
        app.member_of("mike", ours).await,
        app.operator("olga", ours, app.station(ours, "one").await.id)
            .await,
    ] {
        for name in ENDPOINTS {
            let target = format!("/api/v1/{}", users_path(ours, name));
            let reply = app.raw("GET", &target).key(&caller.key).send().await;
            assert_eq!(reply.status, 403, "{target}");
        }
    }
}

async fn a_missing_organization_has_no_user_lists(app: &mut TestApp) {
    let theirs = app.organization("theirs").await.id;
    let ours = app.organization("ours").await.id;
    let paul = app.partner("paul", ours).await;
    let nothing = app.new_id();
    let admin = app.super_admin();
    for (key, id) in [
        (&admin.key, nothing),
        (&paul.key, nothing),
        (&paul.key, theirs),
    ] {
        for path in [
            "users/partners",
            "users/operators",
            "users/members",
            "stations",
            "allocations",
        ] {
            let target = format!("/api/v1/organizations/{id}/{path}");
            let reply = app.raw("GET", &target).key(key).send().await;
            assert_eq!(reply.status, 404, "{target}: {}", reply.text());
        }
    }
    // The lists of a deleted organization are empty, not missing.
    admin.delete_organization(theirs, &plain()).await.unwrap();
    for name in ENDPOINTS {
        assert_eq!(
            listed(app, &admin.key, &users_path(theirs, name), "")
                .await
                .len(),
            0
        );
    }
}
