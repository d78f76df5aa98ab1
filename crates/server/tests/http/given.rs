//! Fixtures of tests, and helpers to read refusals.

use client::{
    Allocation, AllocationUpdate, ApiKeyWithSecret, Assignment, Error, NewApiKey, NewAssignment,
    NewOrganizationApiKey, NewOrganizationUser, NewProduct, NewProductVariant, NewRole, Options,
    Problem, ProblemCode, Product, ProductVariant, Reply, Role, RoleGrant,
};
use testkit::TestApp;
use uuid::Uuid;

pub fn plain() -> Options {
    Options::default()
}

pub async fn product(app: &TestApp, key: &str) -> Product {
    let new = NewProduct::new(key, format!("Product {key}"));
    let made = app.super_admin().create_product(&new, &plain()).await;
    made.unwrap().body
}

/// A product of an organization.
pub async fn product_of(app: &TestApp, key: &str, organization: Uuid) -> Uuid {
    let new = NewProduct {
        organization_id: Some(organization),
        ..NewProduct::new(key, key)
    };
    let made = app.super_admin().create_product(&new, &plain()).await;
    made.unwrap().body.id
}

pub async fn variant_of(app: &TestApp, product: Uuid, capacity: Option<i32>) -> ProductVariant {
    let new = NewProductVariant {
        capacity,
        ..NewProductVariant::new(format!("v{}", app.new_id().simple()), "Variant")
    };
    let admin = app.super_admin();
    let made = admin.create_product_variant(product, &new, &plain()).await;
    made.unwrap().body
}

/// A variant of a product of its own.
pub async fn variant(app: &TestApp, capacity: Option<i32>) -> ProductVariant {
    let key = format!("p{}", app.new_id().simple());
    let product = product(app, &key).await;
    variant_of(app, product.id, capacity).await
}

pub async fn seat(app: &TestApp, user: Uuid, variant: Uuid) -> Assignment {
    assign(app, &testkit::seat(user, variant))
        .await
        .unwrap()
        .body
}

pub async fn assign(app: &TestApp, new: &NewAssignment) -> Result<Reply<Assignment>, Error> {
    app.super_admin().create_assignment(new, &plain()).await
}

/// The code that a call was refused with.
pub fn code<T: std::fmt::Debug>(answer: Result<Reply<T>, Error>) -> ProblemCode {
    problem(answer).code
}

/// The problem that a call was refused with.
pub fn problem<T: std::fmt::Debug>(answer: Result<Reply<T>, Error>) -> Problem {
    match answer {
        Err(Error::Problem(problem)) => *problem,
        other => panic!("not refused: {other:?}"),
    }
}

/// The request for a custom role.
pub fn new_role(organization: Uuid, name: &str, permissions: &[&str]) -> NewRole {
    let names = permissions.iter().map(|&one| one.to_owned());
    NewRole {
        organization_id: Some(organization),
        ..NewRole::new(name, names.collect())
    }
}

/// A custom role of an organization.
pub async fn role(app: &TestApp, organization: Uuid, name: &str, permissions: &[&str]) -> Role {
    let new = new_role(organization, name, permissions);
    let made = app.super_admin().create_role(&new, &plain()).await;
    made.unwrap().body
}

/// Grants a custom role.
pub async fn grant(app: &TestApp, user: Uuid, role: Uuid) {
    let grant = RoleGrant { role_id: role };
    let admin = app.super_admin();
    admin.grant_role(user, &grant, &plain()).await.unwrap();
}

/// A key of a user, made by the super admin.
pub async fn user_key(app: &TestApp, user: Uuid, new: &NewApiKey) -> ApiKeyWithSecret {
    let admin = app.super_admin();
    let made = admin.create_user_api_key(user, new, &plain()).await;
    made.unwrap().body
}

/// A key of an organization, made by the super admin.
pub async fn organization_key(
    app: &TestApp,
    organization: Uuid,
    new: &NewOrganizationApiKey,
) -> ApiKeyWithSecret {
    let new = NewOrganizationApiKey {
        organization_id: Some(organization),
        ..new.clone()
    };
    let made = app.super_admin().create_api_key(&new, &plain()).await;
    made.unwrap().body
}

/// The request for a new partner or member of an organization.
pub fn person(name: &str) -> NewOrganizationUser {
    NewOrganizationUser {
        email: format!("{name}@example.com"),
        display_name: name.to_owned(),
    }
}

/// A pool of this many seats.
pub async fn pool(app: &TestApp, organization: Uuid, variant: Uuid, seats: i32) -> Allocation {
    put_pool(app, organization, variant, seats)
        .await
        .unwrap()
        .body
}

pub async fn put_pool(
    app: &TestApp,
    organization: Uuid,
    variant: Uuid,
    seats: i32,
) -> Result<Reply<Allocation>, Error> {
    let admin = app.super_admin();
    let update = AllocationUpdate { seats };
    admin
        .put_allocation(organization, variant, &update, &plain())
        .await
}

/// The ids on the first page of a list, as a caller sees it. The total has to agree.
pub async fn listed(app: &TestApp, key: &str, path: &str, query: &str) -> Vec<Uuid> {
    let target = format!("/api/v1/{path}?{query}");
    let reply = app.raw("GET", &target).key(key).send().await;
    let page = reply.json();
    assert_eq!(reply.status, 200, "{target}: {page}");
    let content = page["content"].as_array().unwrap();
    assert_eq!(page["totalElements"], content.len(), "{target}");
    content.iter().map(id).collect()
}

/// Follows the links through pages of size one: they lead to all elements, in order, and end.
pub async fn walk(app: &TestApp, path: &str, query: &str, due: &[Uuid]) {
    let key = app.super_admin().key;
    let mut target = format!("/api/v1/{path}?{query}&size=1");
    for (place, id) in due.iter().enumerate() {
        let reply = app.raw("GET", &target).key(&key).send().await;
        let page = reply.json();
        assert_eq!(self::id(&page["content"][0]), *id, "{target}: {page}");
        assert_eq!(page["totalElements"], due.len(), "{target}");
        let links = reply.header("link").unwrap().to_owned();
        let next = links
            .split(", <")
            .find(|link| link.contains("rel=\"next\""));
        let is_last = place + 1 == due.len();
        assert_eq!(next.is_none(), is_last, "{links}");
        let next = next.and_then(|link| link.split('>').next());
        target = next.unwrap_or_default().trim_start_matches('<').to_owned();
    }
}

/// The id of an element; for a pool, that of its variant.
fn id(element: &serde_json::Value) -> Uuid {
    let id = element["id"].as_str();
    let id = id.or(element["productVariantId"].as_str());
    id.unwrap().parse().unwrap()
}
