//! Products and their variants.

use super::{MAX_PER_KIND, Variants, invalid};
use crate::run::Failure;
use app::{App, Context, PageRequest, ProductFilter, product, variant};
use domain::{
    Catalogues, ProductId, Realm, VariantId,
    text::{Key, Name},
};
use serde::Deserialize;
use serde_json::{Map, Value};
use uuid::Uuid;

/// A file of products.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Catalogue {
    /// Its products.
    pub product: Vec<ProductSeed>,
}

/// A product with its variants.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ProductSeed {
    id: Option<Uuid>,
    key: String,
    name: String,
    description: Option<String>,
    #[serde(default)]
    variant: Vec<VariantSeed>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VariantSeed {
    id: Option<Uuid>,
    key: String,
    name: String,
    capacity: Option<i32>,
    #[serde(default)]
    attributes: Map<String, Value>,
}

/// Creates the missing products of a realm; returns the variants of all.
pub async fn load(
    app: &App,
    realm: Realm,
    products: Vec<ProductSeed>,
) -> Result<Variants, Failure> {
    let mut variants = Variants::new();
    for seed in products {
        let id = ProductId(seed.id.unwrap_or_else(|| app.clock().new_id()));
        if !app.store().has_history(id.0).await? {
            let new = domain::product::Created {
                organization_id: realm,
                key: Key::parse(&seed.key, "/key").map_err(invalid)?,
                name: Name::parse(&seed.name, "/name").map_err(invalid)?,
                description: seed.description.clone(),
            };
            app.run(Context::system(), product::CreateProduct { id, new })
                .await?;
        }
        if app
            .store()
            .find::<domain::product::Product>(id, Catalogues::All)
            .await?
            .is_none()
        {
            continue; // A deleted product is not created again.
        }
        for variant in seed.variant {
            let path = format!("{}/{}", seed.key, variant.key);
            variants.insert(path, load_variant(app, id, variant).await?);
        }
    }
    Ok(variants)
}

async fn load_variant(
    app: &App,
    product: ProductId,
    seed: VariantSeed,
) -> Result<VariantId, Failure> {
    let id = VariantId(seed.id.unwrap_or_else(|| app.clock().new_id()));
    if !app.store().has_history(id.0).await? {
        let new = domain::variant::Updated {
            key: Key::parse(&seed.key, "/key").map_err(invalid)?,
            name: Name::parse(&seed.name, "/name").map_err(invalid)?,
            capacity: seed.capacity,
            attributes: seed.attributes,
        };
        app.run(
            Context::system(),
            variant::CreateVariant { id, product, new },
        )
        .await?;
    }
    Ok(id)
}

/// The variants of the platform's catalogue.
pub async fn of_platform(app: &App) -> Result<Variants, Failure> {
    let (system, all) = (Context::system(), ProductFilter::default());
    let mut request = PageRequest::first(MAX_PER_KIND);
    let mut variants = Variants::new();
    loop {
        let page = app.products(&system, &all, &request).await?;
        for product in page.content {
            if product.organization_id.is_some() {
                continue;
            }
            let of_it = app
                .variants(&system, product.id, &PageRequest::first(MAX_PER_KIND))
                .await?;
            variants.extend(of_it.content.into_iter().map(|variant| {
                let path = format!("{}/{}", product.key.as_str(), variant.key.as_str());
                (path, variant.id)
            }));
        }
        if !page.has_next {
            return Ok(variants);
        }
        request.number += 1;
    }
}
