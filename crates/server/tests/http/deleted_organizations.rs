//! What deleting an organization ends, and what may still be done in it.

use crate::{
    given::{code, person, plain, pool, product_of, put_pool, seat, variant, variant_of},
    harness::cases,
};
use client::{
    ApiKeyRotation, AssignmentStatus, ListAllocationsParams, NewApiKey, NewOrganizationApiKey,
    NewProduct, NewProductVariant, NewRole, NewStation, NewUser, OperationalStatus,
    OrganizationUpdate, ProblemCode, ProductUpdate, ProductVariantUpdate, RoleGrant, RoleUpdate,
    StationUpdate, UserRole, UserUpdate,
};
use testkit::TestApp;

cases![
    nothing_happens_in_a_deleted_organization,
    resources_of_a_deleted_organization_can_only_be_ended,
    deleting_an_organization_frees_every_seat_and_pool,
];

async fn nothing_happens_in_a_deleted_organization(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("gone").await.id;
    let catalogue = variant(app, None).await.id;
    admin.delete_organization(of, &plain()).await.unwrap();
    let before = app.tables().await;
    let deleted = ProblemCode::OrganizationDeleted;
    let update = OrganizationUpdate::new("Back");
    assert_eq!(
        code(admin.update_organization(of, &update, &plain()).await),
        deleted
    );
    assert_eq!(
        code(admin.suspend_organization(of, &plain()).await),
        deleted
    );
    assert_eq!(
        code(admin.activate_organization(of, &plain()).await),
        deleted
    );
    let station = NewStation::new("a", "A", "Europe/Berlin", "DE");
    assert_eq!(
        code(admin.create_station(of, &station, &plain()).await),
        deleted
    );
    let product = NewProduct {
        organization_id: Some(of),
        ..NewProduct::new("a", "A")
    };
    assert_eq!(
        code(admin.create_product(&product, &plain()).await),
        deleted
    );
    assert_eq!(code(put_pool(app, of, catalogue, 1).await), deleted);
    for role in [UserRole::Member, UserRole::Partner] {
        let user = NewUser {
            role: Some(role),
            organization_id: Some(of),
            ..NewUser::new("a@example.com", "A")
        };
        assert_eq!(code(admin.create_user(&user, &plain()).await), deleted);
    }
    assert_eq!(before.changes(&app.tables().await), [""; 0]);
}

async fn resources_of_a_deleted_organization_can_only_be_ended(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("gone").await.id;
    let station = app.station(of, "one").await.id;
    let product = product_of(app, "own", of).await;
    let variant = variant_of(app, product, Some(1)).await.id;
    let member = app.member_of("member", of).await.id;
    let (late, no) = (person("late"), plain());
    let pending = admin.create_organization_member(of, &late, &no).await;
    let pending = pending.unwrap().body.id;
    let role = NewRole {
        organization_id: Some(of),
        ..NewRole::new("Clerk", vec!["users.read".to_owned()])
    };
    let role = admin.create_role(&role, &plain()).await.unwrap().body.id;
    let key = NewOrganizationApiKey {
        organization_id: Some(of),
        ..NewOrganizationApiKey::new("sync")
    };
    let key = admin.create_api_key(&key, &plain()).await.unwrap().body.id;
    admin.delete_organization(of, &plain()).await.unwrap();
    let before = app.tables().await;
    let deleted = ProblemCode::OrganizationDeleted;

    let update = ProductUpdate::new("Other");
    assert_eq!(
        code(admin.update_product(product, &update, &plain()).await),
        deleted
    );
    let new = NewProductVariant::new("b", "B");
    assert_eq!(
        code(admin.create_product_variant(product, &new, &plain()).await),
        deleted
    );
    let update = ProductVariantUpdate::new("Other", Some(1));
    assert_eq!(
        code(admin.update_variant(variant, &update, &plain()).await),
        deleted
    );
    let update = StationUpdate {
        name: "Other".to_owned(),
        address: None,
        coordinates: None,
        time_zone: None,
        country: None,
        operational_status: OperationalStatus::Available,
        attributes: None,
    };
    assert_eq!(
        code(admin.update_station(station, &update, &plain()).await),
        deleted
    );
    let update = UserUpdate {
        email: "other@example.com".to_owned(),
        display_name: "Other".to_owned(),
    };
    assert_eq!(
        code(admin.update_user(member, &update, &plain()).await),
        deleted
    );
    assert_eq!(code(admin.activate_user(pending, &plain()).await), deleted);
    assert_eq!(code(admin.invite_user(pending, &plain()).await), deleted);
    let update = RoleUpdate::new("Other", vec!["users.read".to_owned()]);
    assert_eq!(
        code(admin.update_role(role, &update, &plain()).await),
        deleted
    );
    let grant = RoleGrant { role_id: role };
    assert_eq!(
        code(admin.grant_role(member, &grant, &plain()).await),
        deleted
    );
    let rotation = ApiKeyRotation {
        overlap_seconds: None,
    };
    assert_eq!(
        code(admin.rotate_api_key(key, &rotation, &plain()).await),
        deleted
    );
    let own = NewApiKey::new("own");
    assert_eq!(
        code(admin.create_user_api_key(member, &own, &plain()).await),
        deleted
    );
    assert_eq!(before.changes(&app.tables().await), [""; 0]);

    admin.revoke_api_key(key, &plain()).await.unwrap();
    admin.deactivate_user(member, &plain()).await.unwrap();
    admin.delete_user(member, &plain()).await.unwrap();
    admin.delete_role(role, &plain()).await.unwrap();
    admin.delete_station(station, &plain()).await.unwrap();
    admin.delete_product(product, &plain()).await.unwrap();
}

async fn deleting_an_organization_frees_every_seat_and_pool(app: &mut TestApp) {
    let admin = app.super_admin();
    let (of, stays) = (
        app.organization("goes").await.id,
        app.organization("stays").await.id,
    );
    let (partner, ada) = (
        app.partner("paul", of).await,
        app.member_of("ada", of).await,
    );
    let neighbour = app.member_of("eve", stays).await;
    let station = app.station(of, "one").await.id;
    let own = variant_of(app, product_of(app, "own", of).await, None)
        .await
        .id;
    let catalogue = variant(app, Some(4)).await.id;
    pool(app, of, catalogue, 3).await;
    pool(app, stays, catalogue, 1).await;
    let kept = seat(app, neighbour.id, catalogue).await;
    let at_station = testkit::station_seat(station, catalogue);
    let at_station = admin.create_assignment(&at_station, &plain()).await;
    let seats = [
        seat(app, ada.id, own).await.id,
        seat(app, ada.id, catalogue).await.id,
        at_station.unwrap().body.id,
    ];
    app.clock().advance(chrono::Duration::hours(1));
    admin.delete_organization(of, &plain()).await.unwrap();
    for id in seats {
        let read = admin.get_assignment(id, &plain()).await.unwrap();
        let ended = read.body.unwrap();
        assert_eq!(ended.status, AssignmentStatus::Revoked);
        assert_eq!(ended.ends_at, Some(app.clock().time()));
    }
    let read = admin.get_assignment(kept.id, &plain()).await.unwrap();
    assert_eq!(read.body.unwrap(), kept);
    let none = ListAllocationsParams::default();
    let pools = admin.list_allocations(of, &none, &plain()).await.unwrap();
    assert_eq!(pools.body.total_elements, 0);
    let widened = pool(app, stays, catalogue, 4).await;
    assert_eq!(widened.available, 3, "the seats of the pool came back");
    let refused = partner.get_current_user(&plain()).await;
    assert_eq!(code(refused), ProblemCode::Unauthenticated);
    let people = admin.get_user(ada.id, &plain()).await.unwrap();
    assert_eq!(
        people.body.unwrap().organization_id,
        Some(of),
        "history stays"
    );
}
