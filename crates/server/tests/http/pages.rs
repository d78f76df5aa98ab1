//! Pages, orders, filters, totals and links.

mod filters;

use crate::{
    given::{code, plain, product, variant_of},
    harness::cases,
};
use chrono::Duration;
use client::{
    ListProductVariantsParams, ListProductsParams, ListUsersParams, ProblemCode, UserStatus,
    UserUpdate,
};
use filters::{assignments_are_filtered_and_counted, products_are_filtered, users_are_filtered};
use testkit::TestApp;

cases![
    pages_have_no_gaps_and_no_duplicates,
    a_page_beyond_the_end_is_empty,
    links_lead_through_all_pages,
    users_are_sorted_by_every_field,
    products_and_variants_are_sorted_by_every_field,
    users_are_filtered,
    products_are_filtered,
    assignments_are_filtered_and_counted,
];

async fn users(app: &TestApp, names: &[&str]) -> Vec<client::User> {
    let mut made = Vec::new();
    for name in names {
        app.clock().advance(Duration::seconds(1));
        made.push(app.user(name).await);
    }
    made
}

async fn pages_have_no_gaps_and_no_duplicates(app: &mut TestApp) {
    let admin = app.super_admin();
    let made = users(app, &["a", "b", "c", "d", "e", "f"]).await;
    let mut seen = Vec::new();
    for number in 0..4 {
        let params = ListUsersParams {
            page: Some(number),
            size: Some(2),
            ..ListUsersParams::default()
        };
        let page = admin.list_users(&params, &plain()).await.unwrap().body;
        assert_eq!((page.number, page.size), (number, 2));
        assert_eq!((page.total_elements, page.total_pages), (7, 4));
        assert_eq!((page.has_prev, page.has_next), (number > 0, number < 3));
        seen.extend(page.content.into_iter().map(|user| user.id));
    }
    let mut due = vec![admin.id];
    due.extend(made.iter().map(|user| user.id));
    assert_eq!(seen, due, "by default in the order in which they were made");
}

async fn a_page_beyond_the_end_is_empty(app: &mut TestApp) {
    let admin = app.super_admin();
    for number in [1, 10_000_000] {
        let params = ListUsersParams {
            page: Some(number),
            size: Some(200),
            ..ListUsersParams::default()
        };
        let page = admin.list_users(&params, &plain()).await.unwrap().body;
        assert!(page.content.is_empty());
        assert_eq!((page.total_elements, page.total_pages), (1, 1));
        assert_eq!((page.has_prev, page.has_next), (true, false));
    }
}

async fn links_lead_through_all_pages(app: &mut TestApp) {
    let admin = app.super_admin();
    users(app, &["a", "b", "c"]).await;
    let mut target = "/api/v1/users?sort=email,desc&status=PENDING&size=1".to_owned();
    let mut emails = Vec::new();
    for _ in 0..3 {
        let reply = app.raw("GET", &target).key(&admin.key).send().await;
        let page = reply.json();
        emails.push(page["content"][0]["email"].as_str().unwrap().to_owned());
        let links = reply.header("link").unwrap().to_owned();
        assert!(
            links.contains("rel=\"first\"") && links.contains("rel=\"last\""),
            "{links}"
        );
        assert_eq!(
            links.contains("rel=\"prev\""),
            page["hasPrev"] == true,
            "{links}"
        );
        let next = links
            .split(", <")
            .find(|link| link.contains("rel=\"next\""));
        match next.and_then(|link| link.split('>').next()) {
            Some(next) => target = next.trim_start_matches('<').to_owned(),
            None => assert_eq!(page["hasNext"], false),
        }
    }
    assert_eq!(emails, ["c@example.com", "b@example.com", "a@example.com"]);
}

async fn users_are_sorted_by_every_field(app: &mut TestApp) {
    let admin = app.super_admin();
    let made = users(app, &["c", "a", "b"]).await;
    for (user, name) in made.iter().zip(["Zoe", "Zoe", "Abe"]) {
        let update = UserUpdate {
            email: user.email.clone(),
            display_name: name.into(),
        };
        admin.update_user(user.id, &update, &plain()).await.unwrap();
    }
    for (sort, due) in [
        (vec!["email"], "abc"),
        (vec!["email,asc"], "abc"),
        (vec!["email,desc"], "cba"),
        (vec!["createdAt,asc"], "cab"),
        (vec!["createdAt,desc"], "bac"),
        (vec!["displayName,asc", "email,asc"], "bac"),
        (vec!["displayName,asc", "email,desc"], "bca"),
        (vec!["displayName,desc", "createdAt,desc"], "acb"),
    ] {
        let params = ListUsersParams {
            status: Some(UserStatus::Pending),
            sort: sort.iter().map(|field| (*field).to_owned()).collect(),
            ..ListUsersParams::default()
        };
        let page = admin.list_users(&params, &plain()).await.unwrap().body;
        let found: String = page.content.iter().map(|user| &user.email[..1]).collect();
        assert_eq!(found, due, "{sort:?}");
    }
}

async fn products_and_variants_are_sorted_by_every_field(app: &mut TestApp) {
    let admin = app.super_admin();
    let mut last = None;
    for key in ["c", "a", "b"] {
        app.clock().advance(Duration::seconds(1));
        last = Some(product(app, key).await.id);
    }
    let parent = last.unwrap();
    let mut variants = Vec::new();
    for _ in 0..3 {
        app.clock().advance(Duration::seconds(1));
        variants.push(variant_of(app, parent, None).await.id);
    }
    for (sort, due) in [
        ("key", "abc"),
        ("key,desc", "cba"),
        ("name,asc", "abc"),
        ("name,desc", "cba"),
        ("createdAt,asc", "cab"),
        ("createdAt,desc", "bac"),
    ] {
        let params = ListProductsParams {
            sort: vec![sort.to_owned()],
            ..ListProductsParams::default()
        };
        let page = admin.list_products(&params, &plain()).await.unwrap().body;
        let found: String = page
            .content
            .iter()
            .map(|product| product.key.as_str())
            .collect();
        assert_eq!(found, due, "{sort}");
        let params = ListProductVariantsParams {
            sort: vec![sort.to_owned()],
            ..ListProductVariantsParams::default()
        };
        let page = admin.list_product_variants(parent, &params, &plain()).await;
        let found: Vec<_> = page.unwrap().body.content.iter().map(|v| v.id).collect();
        // Their keys ascend, and all have the same name: ties follow the direction of the order.
        let mut due = variants.clone();
        if sort.ends_with("desc") {
            due.reverse();
        }
        assert_eq!(found, due, "{sort}");
    }
    let nobody = app.new_id();
    let params = ListProductVariantsParams::default();
    let missing = admin.list_product_variants(nobody, &params, &plain()).await;
    assert_eq!(code(missing), ProblemCode::NotFound);
}
