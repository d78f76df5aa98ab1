//! What tests begin with, and how they read refusals.

use client::{
    Assignment, Error, NewAssignment, NewProduct, NewProductVariant, Options, Problem, ProblemCode,
    Product, ProductVariant, Reply,
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
