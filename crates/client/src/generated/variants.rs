// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The licence SKUs of a product. A variant holds the seats.

use super::*;

impl Client {
    /// List the variants of a product
    ///
    /// A page of the variants of one product.
    pub async fn list_product_variants(
        &self,
        product_id: Uuid,
        params: &ListProductVariantsParams,
        options: &Options,
    ) -> Result<Reply<PageProductVariant>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/products/{product_id}/variants"),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Create a variant
    ///
    /// Creates a variant of the product. Its key is unique within the product.
    pub async fn create_product_variant(
        &self,
        product_id: Uuid,
        body: &NewProductVariant,
        options: &Options,
    ) -> Result<Reply<ProductVariant>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            format!("/api/v1/products/{product_id}/variants"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Read a variant
    ///
    /// One variant. How many of its seats are taken is in its availability.
    pub async fn get_variant(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<ProductVariant>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/variants/{id}"),
            Vec::new(),
        );
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Change a variant
    ///
    /// Replaces name, capacity and attributes. A `key` that is absent stays as it is; absent
    /// attributes become empty. The capacity must be said, since null means unlimited.
    pub async fn update_variant(
        &self,
        id: Uuid,
        body: &ProductVariantUpdate,
        options: &Options,
    ) -> Result<Reply<ProductVariant>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PUT,
            format!("/api/v1/variants/{id}"),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Delete a variant
    ///
    /// Deletes a variant that was never assigned and has no pools.
    pub async fn delete_variant(&self, id: Uuid, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/variants/{id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }

    /// Read the free seats of a variant
    ///
    /// Capacity, seats in use and seats left, now. A seat whose end has passed counts as free.
    pub async fn get_variant_availability(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<VariantAvailability>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/variants/{id}/availability"),
            Vec::new(),
        )
        .at_moment(options);
        self.send_for_json(exchange, options).await
    }
}

/// Query parameters of `listProductVariants`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListProductVariantsParams {
    /// The number of the page, from 0.
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListProductVariantsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
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

/// A licence SKU of a product, which holds the seats.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductVariant {
    /// The id of the variant.
    pub id: Uuid,
    /// Its product.
    pub product_id: Uuid,
    /// The organization that owns the product, or null in the platform catalogue.
    pub organization_id: Option<Uuid>,
    /// The stable name for programs, unique in the product.
    pub key: String,
    /// The name for people.
    pub name: String,
    /// Its seats; null means unlimited.
    pub capacity: Option<i32>,
    /// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
    /// it may contain U+0000. What is larger from before there was this bound stays until it is
    /// replaced.
    pub attributes: Attributes,
    /// When it was created.
    pub created_at: DateTime<Utc>,
    /// When it last changed.
    pub updated_at: DateTime<Utc>,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
/// it may contain U+0000. What is larger from before there was this bound stays until it is
/// replaced.
pub type Attributes = serde_json::Map<String, serde_json::Value>;

/// A variant to be made.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewProductVariant {
    /// The stable name for programs.
    pub key: String,
    /// The name for people.
    pub name: String,
    /// Its seats; null or absent means unlimited.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i32>,
    /// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
    /// it may contain U+0000. What is larger from before there was this bound stays until it is
    /// replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}

impl NewProductVariant {
    /// With what is required, and nothing else.
    pub fn new(key: impl Into<String>, name: impl Into<String>) -> Self {
        Self {
            key: key.into(),
            name: name.into(),
            capacity: None,
            attributes: None,
        }
    }
}

/// What a variant becomes.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct ProductVariantUpdate {
    /// The stable name for programs; absent, it stays.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The name for people.
    pub name: String,
    /// Its seats; null means unlimited.
    pub capacity: Option<i32>,
    /// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
    /// it may contain U+0000. What is larger from before there was this bound stays until it is
    /// replaced.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}

impl ProductVariantUpdate {
    /// With what is required, and nothing else.
    pub fn new(name: impl Into<String>, capacity: Option<i32>) -> Self {
        Self {
            key: None,
            name: name.into(),
            capacity,
            attributes: None,
        }
    }
}

/// A page of variants.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct PageProductVariant {
    /// The elements of this page.
    pub content: Vec<ProductVariant>,
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

/// The seats of a variant at this moment.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct VariantAvailability {
    /// Its seats; null means unlimited.
    pub capacity: Option<i32>,
    /// Seats in use, without those whose end has passed.
    pub assigned_active_count: i64,
    /// Seats left; null means unlimited.
    pub available: Option<i64>,
}
