// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! What is licensed. A product groups its variants.

use super::*;

impl Client {
    /// List products
    ///
    /// A page of the products that the caller may see.
    pub async fn list_products(
        &self,
        params: &ListProductsParams,
        options: &Options,
    ) -> Result<Reply<PageProduct>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/products".to_owned(),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Create a product
    ///
    /// Creates a product of an organization or of the platform's catalogue. Its key is unique
    /// there.
    pub async fn create_product(
        &self,
        body: &NewProduct,
        options: &Options,
    ) -> Result<Reply<Product>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/products".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Read a product
    ///
    /// One product.
    pub async fn get_product(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<Product>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/products/{id}"),
            Vec::new(),
        );
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Change a product
    ///
    /// Replaces name and description. A `key` that is absent stays as it is.
    pub async fn update_product(
        &self,
        id: Uuid,
        body: &ProductUpdate,
        options: &Options,
    ) -> Result<Reply<Product>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PUT,
            format!("/api/v1/products/{id}"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Delete a product
    ///
    /// Deletes a product and its variants, unless any of them was ever assigned or has pools.
    pub async fn delete_product(&self, id: Uuid, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/products/{id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }
}

/// Query parameters of `listProducts`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListProductsParams {
    /// Only the product with this key.
    pub key: Option<String>,
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// Only products whose key or name contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListProductsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.key {
            pairs.push(("key", value.to_string()));
        }
        if let Some(value) = &self.organization_id {
            pairs.push(("organizationId", value.to_string()));
        }
        if let Some(value) = &self.q {
            pairs.push(("q", value.to_string()));
        }
        if let Some(value) = &self.page {
            pairs.push(("page", value.to_string()));
        }
        if let Some(value) = &self.size {
            pairs.push(("size", value.to_string()));
        }
        for value in &self.sort {
            pairs.push(("sort", value.to_string()));
        }
        pairs
    }
}

/// Something that is licensed.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Product {
    /// The id of the product.
    pub id: Uuid,
    /// The organization that owns it, or null in the platform catalogue.
    pub organization_id: Option<Uuid>,
    /// The stable name for programs, unique in the organization or catalogue.
    pub key: String,
    /// The name for people.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A product to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewProduct {
    /// The organization that owns it; null or absent means the own one of the caller, or the
    /// platform catalogue for a platform user.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub organization_id: Option<Uuid>,
    /// The stable name for programs.
    pub key: String,
    /// The name for people.
    pub name: String,
    /// What it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl NewProduct {
    /// With what is required, and nothing else.
    pub fn new(key: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            organization_id: None,
            key: key.into(),
            name: name.into(),
            description: None,
        }
    }
}

/// What a product becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductUpdate {
    /// The stable name for programs; absent, it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The name for people.
    pub name: String,
    /// What it is; absent, it becomes null.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<String>,
}

impl ProductUpdate {
    /// With what is required, and nothing else.
    pub fn new(name: impl Into<String>) -> Self {
        Self {
            key: None,
            name: name.into(),
            description: None,
        }
    }
}

/// A page of products.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageProduct {
    /// The elements of this page.
    pub content: Vec<Product>,
    /// Elements on all pages.
    pub total_elements: i64,
    /// The number of pages.
    pub total_pages: i64,
    /// Elements on a full page.
    pub size: i32,
    /// The number of this page, from 0.
    pub number: i32,
    /// Whether a page follows.
    pub has_next: bool,
    /// Whether a page goes before.
    pub has_prev: bool,
}
