//! Organizations: their lifecycle, their visibility, and what depends on them.

use std::time::Duration;

use crate::{
    given::{code, plain, product_of, seat, variant_of},
    harness::cases,
};
use client::{
    ListOrganizationsParams, ListProductsParams, NewOrganization, NewProduct, NewProductVariant,
    OrganizationStatus, OrganizationUpdate, ProblemCode,
};
use testkit::TestApp;

cases![
    an_organization_is_made_changed_and_deleted,
    a_slug_is_never_reused,
    one_of_many_concurrent_requests_gets_a_slug,
    a_suspended_organization_is_refused_until_it_is_activated,
    a_partner_sees_its_own_organization_and_changes_none,
    operators_and_members_see_no_organization,
];

fn new(slug: &str, name: &str) -> NewOrganization {
    NewOrganization {
        name: name.to_owned(),
        slug: slug.to_owned(),
    }
}

async fn an_organization_is_made_changed_and_deleted(app: &mut TestApp) {
    let admin = app.super_admin();
    let made = admin
        .create_organization(&new("volt", "Volt"), &plain())
        .await
        .unwrap();
    let volt = made.body;
    assert_eq!(made.status, 201);
    assert_eq!(
        made.location,
        Some(format!("/api/v1/organizations/{}", volt.id))
    );
    assert_eq!(made.etag.as_deref(), Some("\"1\""));
    assert_eq!(
        (volt.name.as_str(), volt.slug.as_str(), volt.version),
        ("Volt", "volt", 1)
    );
    assert_eq!(volt.status, OrganizationStatus::Active);
    assert_eq!(
        (volt.created_at, volt.updated_at),
        (app.clock().time(), app.clock().time())
    );
    let read = admin.get_organization(volt.id, &plain()).await.unwrap();
    assert_eq!(read.body.as_ref(), Some(&volt));

    app.clock().advance(chrono::Duration::hours(1));
    let named = OrganizationUpdate::new("Volt AG");
    let changed = admin.update_organization(volt.id, &named, &plain()).await;
    let changed = changed.unwrap().body;
    assert_eq!((changed.slug.as_str(), changed.version), ("volt", 2));
    assert_eq!(changed.updated_at, app.clock().time());
    let moved = OrganizationUpdate {
        slug: Some("volt-ag".into()),
        ..named
    };
    let changed = admin.update_organization(volt.id, &moved, &plain()).await;
    assert_eq!(changed.unwrap().body.slug, "volt-ag");
    let again = admin.update_organization(volt.id, &moved, &plain()).await;
    assert_eq!(again.unwrap().body.version, 3, "nothing changed");

    for (suspend, status, version) in [
        (true, OrganizationStatus::Suspended, 4),
        (true, OrganizationStatus::Suspended, 4),
        (false, OrganizationStatus::Active, 5),
        (false, OrganizationStatus::Active, 5),
    ] {
        let done = match suspend {
            true => admin.suspend_organization(volt.id, &plain()).await,
            false => admin.activate_organization(volt.id, &plain()).await,
        };
        let done = done.unwrap();
        assert_eq!((done.body.status, done.body.version), (status, version));
        assert_eq!(done.etag, Some(format!("\"{version}\"")));
    }
    for _ in 0..2 {
        let gone = admin.delete_organization(volt.id, &plain()).await.unwrap();
        assert_eq!(gone.status, 204);
    }
    let read = admin.get_organization(volt.id, &plain()).await.unwrap();
    let gone = read.body.unwrap();
    assert_eq!(
        (gone.status, gone.version),
        (OrganizationStatus::Deleted, 6)
    );
}

async fn a_slug_is_never_reused(app: &mut TestApp) {
    let admin = app.super_admin();
    let first = app.organization("first").await;
    let second = app.organization("second").await;
    let taken = ProblemCode::DuplicateKey;
    let twin = new("first", "Twin");
    assert_eq!(
        code(admin.create_organization(&twin, &plain()).await),
        taken
    );
    let update = OrganizationUpdate {
        slug: Some("first".into()),
        ..OrganizationUpdate::new("Second")
    };
    let refused = admin
        .update_organization(second.id, &update, &plain())
        .await;
    assert_eq!(code(refused), taken);
    let kept = admin.update_organization(first.id, &update, &plain()).await;
    assert_eq!(kept.unwrap().body.slug, "first", "its own is no twin");
    admin.delete_organization(first.id, &plain()).await.unwrap();
    assert_eq!(
        code(admin.create_organization(&twin, &plain()).await),
        taken
    );
    let refused = admin
        .update_organization(second.id, &update, &plain())
        .await;
    assert_eq!(code(refused), taken);
}

async fn one_of_many_concurrent_requests_gets_a_slug(app: &mut TestApp) {
    let admin = app.super_admin();
    let racing = (0..8).map(|n| {
        let client = admin.client.clone();
        let new = new("prize", &format!("Racer {n}"));
        tokio::spawn(async move { client.create_organization(&new, &plain()).await })
    });
    let mut made = 0;
    for racer in racing.collect::<Vec<_>>() {
        match racer.await.unwrap() {
            Ok(_) => made += 1,
            refused => assert_eq!(code(refused), ProblemCode::DuplicateKey),
        }
    }
    assert_eq!(made, 1);
}

async fn a_suspended_organization_is_refused_until_it_is_activated(app: &mut TestApp) {
    let admin = app.super_admin();
    let of = app.organization("ours").await.id;
    let station = app.station(of, "one").await.id;
    let people = [
        app.partner("paul", of).await,
        app.operator("olga", of, station).await,
        app.member_of("mary", of).await,
    ];
    let own = variant_of(app, product_of(app, "own", of).await, None)
        .await
        .id;
    let held = seat(app, people[2].id, own).await;
    for person in &people {
        assert_eq!(person.get_current_user(&plain()).await.unwrap().status, 200);
    }
    admin.suspend_organization(of, &plain()).await.unwrap();
    let before = app.tables().await;
    // The key was accepted a moment before, and its writes are refused all the same.
    let write = people[0].delete_user(people[2].id, &plain()).await;
    assert_eq!(code(write), ProblemCode::Unauthenticated);
    let product = NewProduct::new("late", "Late");
    let write = people[0].create_product(&product, &plain()).await;
    assert_eq!(code(write), ProblemCode::Unauthenticated);
    assert_eq!(before.changes(&app.tables().await), [""; 0]);
    tokio::time::sleep(Duration::from_millis(1050)).await;
    for person in &people {
        let refused = person.get_current_user(&plain()).await;
        assert_eq!(code(refused), ProblemCode::Unauthenticated);
    }
    let read = admin.get_assignment(held.id, &plain()).await.unwrap();
    assert_eq!(read.body.unwrap(), held, "its seats stay");
    admin.activate_organization(of, &plain()).await.unwrap();
    for person in &people {
        assert_eq!(person.get_current_user(&plain()).await.unwrap().status, 200);
    }
}

async fn a_partner_sees_its_own_organization_and_changes_none(app: &mut TestApp) {
    let ours = app.organization("ours").await;
    let theirs = app.organization("theirs").await;
    let paul = app.partner("paul", ours.id).await;
    let page = paul
        .list_organizations(&ListOrganizationsParams::default(), &plain())
        .await;
    let page = page.unwrap().body;
    assert_eq!((page.content, page.total_elements), (vec![ours.clone()], 1));
    let read = paul.get_organization(ours.id, &plain()).await.unwrap();
    assert_eq!(read.body, Some(ours.clone()));
    let hidden = paul.get_organization(theirs.id, &plain()).await;
    assert_eq!(code(hidden), ProblemCode::NotFound);
    let forbidden = ProblemCode::Forbidden;
    let made = paul
        .create_organization(&new("mine", "Mine"), &plain())
        .await;
    assert_eq!(code(made), forbidden);
    for id in [ours.id, theirs.id] {
        let update = OrganizationUpdate::new("Mine");
        let answer = paul.update_organization(id, &update, &plain()).await;
        assert_eq!(code(answer), forbidden);
        assert_eq!(
            code(paul.suspend_organization(id, &plain()).await),
            forbidden
        );
        assert_eq!(
            code(paul.activate_organization(id, &plain()).await),
            forbidden
        );
        assert_eq!(
            code(paul.delete_organization(id, &plain()).await),
            forbidden
        );
    }
    // Its products belong to its organization by default.
    let product = NewProduct::new("mine", "Mine");
    let made = paul.create_product(&product, &plain()).await.unwrap().body;
    assert_eq!(made.organization_id, Some(ours.id));
    let filter = ListProductsParams {
        organization_id: Some(theirs.id),
        ..ListProductsParams::default()
    };
    product_of(app, "hidden", theirs.id).await;
    let page = paul.list_products(&filter, &plain()).await.unwrap().body;
    assert_eq!((page.content.len(), page.total_elements), (0, 0));
    let new = NewProductVariant::new("mine", "Mine");
    let made = paul.create_product_variant(made.id, &new, &plain()).await;
    assert_eq!(made.unwrap().status, 201);
}

async fn operators_and_members_see_no_organization(app: &mut TestApp) {
    let of = app.organization("ours").await.id;
    let station = app.station(of, "one").await.id;
    for caller in [
        app.operator("olga", of, station).await,
        app.member_of("mary", of).await,
        app.member("bob").await,
    ] {
        let list = caller
            .list_organizations(&ListOrganizationsParams::default(), &plain())
            .await;
        assert_eq!(code(list), ProblemCode::Forbidden);
        let read = caller.get_organization(of, &plain()).await;
        assert_eq!(code(read), ProblemCode::Forbidden);
    }
}
