//! Authentication and authorization: who is refused, and what is hidden from whom.

use std::time::Duration;

use crate::{
    given::{code, plain, product, product_of, seat, variant, variant_of},
    harness::cases,
    sweep,
};
use client::{
    AllocationUpdate, AssignmentPatch, ListAssignmentsParams, ListProductsParams,
    ListUserAssignmentsParams, ListUsersParams, ProblemCode, ProductUpdate,
};
use domain::{Permission, user::Role};
use testkit::{TestApp, app::Actor};

cases![
    requests_without_a_known_key_are_refused,
    a_role_may_do_exactly_what_its_permissions_allow,
    a_member_sees_only_its_own_data,
    a_partner_sees_its_organization,
    a_locked_out_user_is_refused_within_a_second,
];

async fn requests_without_a_known_key_are_refused(app: &mut TestApp) {
    let key = app.super_admin().key;
    let unknown = app.member("ada").await.key;
    // The secret of another key, and a wrong checksum.
    let mixed = format!("{}{}", &key[..39], &unknown[39..]);
    let position = app.position().await;
    for operation in sweep::secured() {
        let bare = sweep::request(app, operation).send().await;
        assert_eq!(bare.status, 401, "{operation:?}");
        assert_eq!(bare.header("www-authenticate"), Some("Bearer"));
    }
    for authorization in [
        "",
        "Bearer",
        "Bearer ",
        "Basic YTpi",
        "Bearer x",
        "qm_v1_",
        "Bearer qm_v1_",
        &key,
        &format!("Bearer {mixed}"),
        &format!("Bearer {key}0"),
        &format!("Bearer {}", &key[..key.len() - 1]),
        &format!("Bearer{key}"),
        &format!("Bearer {key} {key}"),
        &format!("Basic {key}"),
    ] {
        let sent = app.raw("GET", "/api/v1/users/me");
        let reply = sent.header("Authorization", authorization).send().await;
        assert_eq!(reply.status, 401, "{authorization}");
        assert_eq!(reply.json()["code"], "UNAUTHENTICATED");
        assert!(!reply.text().contains(&key[6..]), "the key is repeated");
    }
    for scheme in ["Bearer", "bearer", "BEARER"] {
        let sent = app.raw("GET", "/api/v1/users/me");
        let reply = sent
            .header("Authorization", format!("{scheme} {key}"))
            .send()
            .await;
        assert_eq!(reply.status, 200, "{scheme}");
    }
    assert_eq!(app.position().await, position);
}

async fn a_role_may_do_exactly_what_its_permissions_allow(app: &mut TestApp) {
    let organization = app.organization("ours").await.id;
    let station = app.station(organization, "one").await.id;
    let actors = [
        (Role::Member, app.member("ada").await),
        (
            Role::Operator,
            app.operator("olga", organization, station).await,
        ),
        (Role::Partner, app.partner("paul", organization).await),
    ];
    for (role, actor) in actors {
        for operation in sweep::secured() {
            let permission = operation.permission.and_then(Permission::parse).unwrap();
            if operation.id == "updateCurrentUser" {
                continue;
            }
            let reply = sweep::request(app, operation).key(&actor.key).send().await;
            let is_refused = reply.status == 403;
            let may = role.permissions().contains(permission);
            if !may {
                assert!(is_refused, "{role:?} {operation:?}: {}", reply.status);
            } else if role != Role::Partner {
                assert!(!is_refused, "{role:?} {operation:?}");
            }
        }
    }
}

async fn a_member_sees_only_its_own_data(app: &mut TestApp) {
    let (ada, bob) = (app.member("ada").await, app.member("bob").await);
    let variant = variant(app, None).await;
    let own = seat(app, ada.id, variant.id).await;
    let other = seat(app, bob.id, variant.id).await;
    let page = ada
        .list_assignments(&ListAssignmentsParams::default(), &plain())
        .await;
    let page = page.unwrap().body;
    assert_eq!((page.content, page.total_elements), (vec![own.clone()], 1));
    let read = ada.get_assignment(own.id, &plain()).await.unwrap();
    assert_eq!(read.body, Some(own.clone()));
    assert_eq!(
        code(ada.get_assignment(other.id, &plain()).await),
        ProblemCode::NotFound
    );
    let params = ListUserAssignmentsParams::default();
    let page = ada.list_user_assignments(ada.id, &params, &plain()).await;
    assert_eq!(page.unwrap().body.total_elements, 1);
    let page = ada.list_user_assignments(bob.id, &params, &plain()).await;
    assert_eq!(code(page), ProblemCode::NotFound);
    let forbidden = ProblemCode::Forbidden;
    assert_eq!(code(ada.get_user(ada.id, &plain()).await), forbidden);
    let patch = AssignmentPatch::default();
    assert_eq!(
        code(ada.patch_assignment(own.id, &patch, &plain()).await),
        forbidden
    );
    assert_eq!(
        code(ada.revoke_assignment(own.id, &plain()).await),
        forbidden
    );

    let theirs = app.organization("theirs").await.id;
    let foreign = product_of(app, "theirs", theirs).await;
    let hidden = variant_of(app, foreign, None).await;
    let page = ada
        .list_products(&ListProductsParams::default(), &plain())
        .await;
    assert_eq!(
        page.unwrap().body.total_elements,
        1,
        "the catalogue of the platform"
    );
    assert_eq!(
        code(ada.get_product(foreign, &plain()).await),
        ProblemCode::NotFound
    );
    assert_eq!(
        code(ada.get_variant(hidden.id, &plain()).await),
        ProblemCode::NotFound
    );
    let free = ada.get_variant_availability(hidden.id, &plain()).await;
    assert_eq!(code(free), ProblemCode::NotFound);
    let free = ada.get_variant_availability(variant.id, &plain()).await;
    assert_eq!(free.unwrap().body.assigned_active_count, 2);
}

/// Two organizations, each with a partner, a member and a product.
struct Sides {
    organization: uuid::Uuid,
    partner: Actor,
    member: Actor,
    product: uuid::Uuid,
}

async fn side(app: &TestApp, name: &str) -> Sides {
    let organization = app.organization(name).await.id;
    Sides {
        organization,
        partner: app.partner(&format!("{name}-partner"), organization).await,
        member: app.member_of(&format!("{name}-member"), organization).await,
        product: product_of(app, name, organization).await,
    }
}

async fn a_partner_sees_its_organization(app: &mut TestApp) {
    let (ours, theirs) = (side(app, "ours").await, side(app, "theirs").await);
    let platform = product(app, "platform").await;
    let us = &ours.partner;
    let users = us.list_users(&ListUsersParams::default(), &plain()).await;
    let users: Vec<_> = users
        .unwrap()
        .body
        .content
        .iter()
        .map(|user| user.id)
        .collect();
    assert_eq!(users, [us.id, ours.member.id]);
    let products = us
        .list_products(&ListProductsParams::default(), &plain())
        .await;
    let products: Vec<_> = products
        .unwrap()
        .body
        .content
        .iter()
        .map(|p| p.id)
        .collect();
    assert_eq!(products, [ours.product, platform.id]);
    let not_found = ProblemCode::NotFound;
    assert_eq!(
        code(us.get_user(theirs.member.id, &plain()).await),
        not_found
    );
    assert_eq!(
        code(us.delete_user(theirs.member.id, &plain()).await),
        not_found
    );
    assert_eq!(
        code(us.deactivate_user(theirs.member.id, &plain()).await),
        not_found
    );
    assert_eq!(
        code(us.get_product(theirs.product, &plain()).await),
        not_found
    );
    let update = ProductUpdate::new("Ours");
    assert_eq!(
        code(us.update_product(theirs.product, &update, &plain()).await),
        not_found
    );
    assert_eq!(
        code(us.delete_product(theirs.product, &plain()).await),
        not_found
    );
    let refused = us.update_product(platform.id, &update, &plain()).await;
    assert_eq!(
        code(refused),
        ProblemCode::Forbidden,
        "seen, but not theirs to change"
    );
    us.update_product(ours.product, &update, &plain())
        .await
        .unwrap();

    let variant = variant_of(app, platform.id, None).await;
    let seats = AllocationUpdate { seats: 1 };
    let admin = app.super_admin();
    admin
        .put_allocation(ours.organization, variant.id, &seats, &plain())
        .await
        .unwrap();
    let given = testkit::seat(ours.member.id, variant.id);
    let held = us.create_assignment(&given, &plain()).await.unwrap().body;
    let given = testkit::seat(theirs.member.id, variant.id);
    assert_eq!(
        code(us.create_assignment(&given, &plain()).await),
        not_found
    );
    let read = theirs.partner.get_assignment(held.id, &plain()).await;
    assert_eq!(code(read), not_found);
    let revoked = theirs.partner.revoke_assignment(held.id, &plain()).await;
    assert_eq!(code(revoked), not_found);
    let events = us
        .list_events(&client::ListEventsParams::default(), &plain())
        .await;
    for event in events.unwrap().body.content {
        assert_ne!(event.resource.id, theirs.member.id);
    }
}

async fn a_locked_out_user_is_refused_within_a_second(app: &mut TestApp) {
    let admin = app.super_admin();
    let (ada, bob) = (app.member("ada").await, app.member("bob").await);
    for caller in [&ada, &bob] {
        assert_eq!(caller.get_current_user(&plain()).await.unwrap().status, 200);
    }
    admin.deactivate_user(ada.id, &plain()).await.unwrap();
    admin.delete_user(bob.id, &plain()).await.unwrap();
    tokio::time::sleep(Duration::from_millis(1050)).await;
    for caller in [&ada, &bob] {
        let refused = caller.get_current_user(&plain()).await;
        assert_eq!(code(refused), ProblemCode::Unauthenticated);
    }
    admin.activate_user(ada.id, &plain()).await.unwrap();
    assert_eq!(ada.get_current_user(&plain()).await.unwrap().status, 200);
}
