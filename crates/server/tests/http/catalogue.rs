//! Products and variants, L6 and L7.

use crate::{
    given::{code, plain, problem, product, seat, variant, variant_of},
    harness::cases,
};
use client::{
    ListProductVariantsParams, NewProduct, NewProductVariant, ProblemCode, ProductUpdate,
    ProductVariantUpdate,
};
use serde_json::json;
use testkit::TestApp;

cases![
    a_product_is_made_changed_and_deleted,
    catalogue_keys_are_unique_in_their_scope,
    a_variant_is_made_changed_and_deleted,
    free_json_is_returned_unchanged,
    a_capacity_is_not_cut_below_the_seats_in_use,
    a_variant_that_was_ever_assigned_is_not_deleted,
];

async fn a_product_is_made_changed_and_deleted(app: &mut TestApp) {
    let admin = app.super_admin();
    let new = NewProduct {
        description: Some("Back office".into()),
        ..NewProduct::new("charge-suite", "Charge Suite")
    };
    let made = admin.create_product(&new, &plain()).await.unwrap();
    let product = made.body;
    assert_eq!(made.status, 201);
    let location = format!("/api/v1/products/{}", product.id);
    assert_eq!(made.location, Some(location));
    assert_eq!(product.description.as_deref(), Some("Back office"));
    let read = admin.get_product(product.id, &plain()).await.unwrap();
    assert_eq!(read.body.as_ref(), Some(&product));

    let update = ProductUpdate::new("Charge Suite 2");
    let changed = admin.update_product(product.id, &update, &plain()).await;
    let changed = changed.unwrap().body;
    assert_eq!(changed.key, "charge-suite", "an absent key stays");
    assert_eq!(changed.description, None, "an absent description goes");
    assert_eq!(changed.version, 2);
    let same = admin.update_product(product.id, &update, &plain()).await;
    assert_eq!(same.unwrap().body.version, 2, "nothing changed");

    let inside = variant_of(app, product.id, None).await;
    let gone = admin.delete_product(product.id, &plain()).await.unwrap();
    assert_eq!(gone.status, 204);
    let not_found = ProblemCode::NotFound;
    assert_eq!(
        code(admin.get_product(product.id, &plain()).await),
        not_found
    );
    assert_eq!(
        code(admin.get_variant(inside.id, &plain()).await),
        not_found
    );
    assert_eq!(
        code(admin.delete_product(product.id, &plain()).await),
        not_found
    );
    let again = admin.update_product(product.id, &update, &plain()).await;
    assert_eq!(code(again), not_found);
    assert_eq!(
        admin.create_product(&new, &plain()).await.unwrap().status,
        201
    );
}

async fn catalogue_keys_are_unique_in_their_scope(app: &mut TestApp) {
    let admin = app.super_admin();
    let (one, two) = (product(app, "one").await, product(app, "two").await);
    let twin = NewProduct::new("one", "Another");
    let taken = ProblemCode::DuplicateKey;
    assert_eq!(code(admin.create_product(&twin, &plain()).await), taken);
    let rename = ProductUpdate {
        key: Some("one".into()),
        ..ProductUpdate::new("Two")
    };
    let renamed = admin.update_product(two.id, &rename, &plain()).await;
    assert_eq!(code(renamed), taken);

    let new = NewProductVariant::new("pro", "Professional");
    for product in [one.id, two.id] {
        let made = admin.create_product_variant(product, &new, &plain()).await;
        assert_eq!(made.unwrap().status, 201);
        let twin = admin.create_product_variant(product, &new, &plain()).await;
        assert_eq!(code(twin), taken);
    }
    let other = variant_of(app, one.id, None).await;
    let rename = ProductVariantUpdate {
        key: Some("pro".into()),
        ..ProductVariantUpdate::new("Other", None)
    };
    let renamed = admin.update_variant(other.id, &rename, &plain()).await;
    assert_eq!(code(renamed), taken);
}

async fn a_variant_is_made_changed_and_deleted(app: &mut TestApp) {
    let admin = app.super_admin();
    let product = product(app, "suite").await;
    let new = NewProductVariant {
        capacity: Some(3),
        ..NewProductVariant::new("pro", "Professional")
    };
    let options = plain();
    let made = admin.create_product_variant(product.id, &new, &options);
    let made = made.await.unwrap();
    let variant = made.body;
    assert_eq!(made.status, 201);
    assert_eq!(
        made.location,
        Some(format!("/api/v1/variants/{}", variant.id))
    );
    assert_eq!(
        (variant.product_id, variant.capacity),
        (product.id, Some(3))
    );
    let page = admin
        .list_product_variants(product.id, &ListProductVariantsParams::default(), &plain())
        .await;
    assert_eq!(page.unwrap().body.content, std::slice::from_ref(&variant));
    let free = admin.get_variant_availability(variant.id, &plain()).await;
    let free = free.unwrap().body;
    assert_eq!(
        (free.capacity, free.assigned_active_count, free.available),
        (Some(3), 0, Some(3))
    );

    let update = ProductVariantUpdate::new("Unlimited", None);
    let changed = admin.update_variant(variant.id, &update, &plain()).await;
    let changed = changed.unwrap().body;
    assert_eq!((changed.key.as_str(), changed.capacity), ("pro", None));
    let free = admin.get_variant_availability(variant.id, &plain()).await;
    assert_eq!(free.unwrap().body.available, None);
    let gone = admin.delete_variant(variant.id, &plain()).await.unwrap();
    assert_eq!(gone.status, 204);
    let not_found = ProblemCode::NotFound;
    assert_eq!(
        code(admin.get_variant(variant.id, &plain()).await),
        not_found
    );
    assert_eq!(
        code(admin.delete_variant(variant.id, &plain()).await),
        not_found
    );
    let free = admin.get_variant_availability(variant.id, &plain()).await;
    assert_eq!(code(free), not_found);
}

async fn free_json_is_returned_unchanged(app: &mut TestApp) {
    let admin = app.super_admin();
    let product = product(app, "suite").await;
    let attributes = json!({
        "z": 1, "a": [null, true, 1.5, "ü\u{1F680}\n"], "deep": {"b": {"a": {}}},
        "big": 9_007_199_254_740_993_i64, "": "empty name",
    });
    let new = NewProductVariant {
        attributes: attributes.as_object().cloned(),
        ..NewProductVariant::new("free", "Free JSON")
    };
    let made = admin
        .create_product_variant(product.id, &new, &plain())
        .await;
    let made = made.unwrap().body;
    assert_eq!(serde_json::Value::from(made.attributes.clone()), attributes);
    let read = admin.get_variant(made.id, &plain()).await.unwrap().body;
    assert_eq!(read.unwrap().attributes, made.attributes);
}

async fn a_capacity_is_not_cut_below_the_seats_in_use(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, None).await;
    let mut seats = Vec::new();
    for name in ["ada", "bob"] {
        let user = app.user(name).await;
        seats.push(seat(app, user.id, variant.id).await);
    }
    let cut = ProductVariantUpdate::new("Variant", Some(1));
    let refused = problem(admin.update_variant(variant.id, &cut, &plain()).await);
    assert_eq!(refused.code, ProblemCode::CapacityBelowActive);
    assert_eq!(
        (refused.capacity, refused.assigned_active_count),
        (Some(1), Some(2))
    );
    admin
        .revoke_assignment(seats[0].id, &plain())
        .await
        .unwrap();
    let done = admin.update_variant(variant.id, &cut, &plain()).await;
    assert_eq!(done.unwrap().body.capacity, Some(1));
    let free = admin.get_variant_availability(variant.id, &plain()).await;
    assert_eq!(free.unwrap().body.available, Some(0));
}

async fn a_variant_that_was_ever_assigned_is_not_deleted(app: &mut TestApp) {
    let admin = app.super_admin();
    let variant = variant(app, Some(1)).await;
    let user = app.user("ada").await;
    let held = seat(app, user.id, variant.id).await;
    let refused = ProblemCode::HasAssignments;
    for _ in 0..2 {
        let deleted = admin.delete_variant(variant.id, &plain()).await;
        assert_eq!(code(deleted), refused);
        let deleted = admin.delete_product(variant.product_id, &plain()).await;
        assert_eq!(code(deleted), refused);
        admin.revoke_assignment(held.id, &plain()).await.unwrap();
    }
}
