//! Events about exhausted capacity.

use crate::given::{assign, code, plain, pool, product_of, seat, variant, variant_of};
use client::{ListEventsParams, ProblemCode, ProductVariantUpdate};
use testkit::TestApp;
use uuid::Uuid;

async fn capacity_events(app: &TestApp, of: Option<Uuid>) -> Vec<(String, Uuid, i64, i64)> {
    let kinds = ["variant", "pool"].into_iter();
    let types = kinds.flat_map(|kind| {
        ["capacityWarning", "capacityExhausted"].map(|what| format!("{kind}.{what}"))
    });
    let asked = ListEventsParams {
        organization_id: of,
        types: types.collect(),
        ..ListEventsParams::default()
    };
    let found = app.super_admin().list_events(&asked, &plain()).await;
    let found = found.unwrap().body.content.into_iter();
    found
        .map(|event| {
            let data = serde_json::to_value(&event.data).unwrap();
            let number = |name: &str| data[name].as_i64().unwrap();
            (
                event.r#type,
                event.resource.id,
                number("active"),
                number("capacity"),
            )
        })
        .collect()
}

pub async fn running_out_of_seats_appends_an_event(app: &mut TestApp) {
    let ten = variant(app, Some(10)).await.id;
    let mut seats = Vec::new();
    for index in 0..7 {
        let user = app.user(&format!("u{index}")).await.id;
        seats.push(seat(app, user, ten).await.id);
    }
    assert_eq!(capacity_events(app, None).await, []);
    for index in 7..10 {
        let user = app.user(&format!("u{index}")).await.id;
        seats.push(seat(app, user, ten).await.id);
    }
    let warned = |active| ("variant.capacityWarning".to_owned(), ten, active, 10);
    let exhausted = || ("variant.capacityExhausted".to_owned(), ten, 10, 10);
    assert_eq!(capacity_events(app, None).await, [warned(8), exhausted()]);
    let late = app.user("late").await.id;
    let refused = assign(app, &testkit::seat(late, ten)).await;
    assert_eq!(code(refused), ProblemCode::LicenseCapacityExceeded);
    assert_eq!(
        capacity_events(app, None).await.len(),
        2,
        "nothing was taken"
    );
    // Revoked and assigned again: exhausted again, without another warning.
    let admin = app.super_admin();
    admin.revoke_assignment(seats[0], &plain()).await.unwrap();
    seat(app, late, ten).await;
    assert_eq!(
        capacity_events(app, None).await,
        [warned(8), exhausted(), exhausted()]
    );
    let one = app.user("one").await.id;
    let (single, endless) = (
        variant_of(app, crate::given::product(app, "other").await.id, Some(1))
            .await
            .id,
        variant_of(app, crate::given::product(app, "third").await.id, None)
            .await
            .id,
    );
    seat(app, one, endless).await;
    assert_eq!(capacity_events(app, None).await.len(), 3);
    seat(app, one, single).await;
    assert_eq!(capacity_events(app, None).await[3].1, single);
}

pub async fn running_out_of_a_pool_appends_an_event(app: &mut TestApp) {
    let of = app.organization("volt").await.id;
    let many = variant(app, Some(100)).await.id;
    pool(app, of, many, 2).await;
    for name in ["mary", "paul"] {
        let user = app.member_of(name, of).await.id;
        seat(app, user, many).await;
    }
    let own = capacity_events(app, Some(of)).await;
    assert_eq!(own.len(), 1, "{own:?}");
    assert_eq!(
        (own[0].0.as_str(), own[0].2, own[0].3),
        ("pool.capacityExhausted", 2, 2)
    );
    assert_eq!(
        capacity_events(app, None).await,
        [],
        "the platform has 98 left"
    );
    pool(app, of, many, 80).await;
    let platform = capacity_events(app, None).await;
    assert_eq!(
        (platform[0].0.as_str(), platform[0].2),
        ("variant.capacityWarning", 80)
    );
}

pub async fn cutting_a_capacity_to_its_seats_appends_an_event(app: &mut TestApp) {
    let of = app.organization("volt").await.id;
    let product = product_of(app, "charge", of).await;
    let made = variant_of(app, product, Some(10)).await;
    for name in ["mary", "paul"] {
        let user = app.member_of(name, of).await.id;
        seat(app, user, made.id).await;
    }
    assert_eq!(capacity_events(app, Some(of)).await, []);
    let cut = ProductVariantUpdate::new(made.name, Some(2));
    let admin = app.super_admin();
    let changed = admin.update_variant(made.id, &cut, &plain()).await.unwrap();
    // The event changes the version of the variant, so the ETag of the answer includes it.
    assert_eq!(
        (changed.body.version, changed.etag.as_deref()),
        (3, Some("\"3\""))
    );
    let own = capacity_events(app, Some(of)).await;
    assert_eq!(
        (own[0].0.as_str(), own.len()),
        ("variant.capacityExhausted", 1)
    );
}
