// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! What is licensed. A product groups its variants.

use super::*;

/// What is licensed. A product groups its variants.
#[async_trait]
pub trait ProductsApi: Send + Sync + 'static {
    /// List products
    ///
    /// A page of the products that the caller may see.
    async fn list_products(
        &self,
        call: Call,
        params: ListProductsParams,
    ) -> Result<ListProductsReply, Problem>;

    /// Create a product
    ///
    /// Creates a product of an organization or of the platform's catalogue. Its key is unique
    /// there.
    async fn create_product(
        &self,
        call: Call,
        body: NewProduct,
    ) -> Result<CreateProductReply, Problem>;

    /// Read a product
    ///
    /// One product.
    async fn get_product(
        &self,
        call: Call,
        params: GetProductParams,
    ) -> Result<GetProductReply, Problem>;

    /// Change a product
    ///
    /// Replaces name and description. A `key` that is absent stays as it is.
    async fn update_product(
        &self,
        call: Call,
        params: UpdateProductParams,
        body: ProductUpdate,
    ) -> Result<UpdateProductReply, Problem>;

    /// Delete a product
    ///
    /// Deletes a product and its variants, unless any of them was ever assigned or has pools.
    async fn delete_product(
        &self,
        call: Call,
        params: DeleteProductParams,
    ) -> Result<DeleteProductReply, Problem>;
}

/// Path and query parameters of `listProducts`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListProductsParams {
    /// Only the product with this key.
    pub key: Option<String>,
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// Only products whose key or name contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

fn default_list_products_page() -> i32 {
    0
}

fn default_list_products_size() -> i32 {
    20
}

/// The successes of `listProducts`.
#[derive(Debug, ApiResponse)]
pub enum ListProductsReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageProduct>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListProductsReply {
    /// The page.
    pub fn ok(body: PageProduct, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListProductsReply {
    const OPERATION: &'static Operation = table::LIST_PRODUCTS;
}

/// The successes of `createProduct`.
#[derive(Debug, ApiResponse)]
pub enum CreateProductReply {
    /// The product was created.
    #[oai(status = 201)]
    Created(
        JsonReply<Product>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateProductReply {
    /// The product was created.
    pub fn created(body: Product, location: impl Into<String>, etag: impl Into<String>) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateProductReply {
    const OPERATION: &'static Operation = table::CREATE_PRODUCT;
}

/// Path and query parameters of `getProduct`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetProductParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `getProduct`.
#[derive(Debug, ApiResponse)]
pub enum GetProductReply {
    /// The product.
    #[oai(status = 200)]
    Ok(
        JsonReply<Product>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
    /// The representation that the caller has is still true.
    #[oai(status = 304)]
    NotModified(
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl GetProductReply {
    /// The product.
    pub fn ok(body: Product, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetProductReply {
    const OPERATION: &'static Operation = table::GET_PRODUCT;
}

/// Path and query parameters of `updateProduct`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateProductParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `updateProduct`.
#[derive(Debug, ApiResponse)]
pub enum UpdateProductReply {
    /// The product.
    #[oai(status = 200)]
    Ok(
        JsonReply<Product>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl UpdateProductReply {
    /// The product.
    pub fn ok(body: Product, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for UpdateProductReply {
    const OPERATION: &'static Operation = table::UPDATE_PRODUCT;
}

/// Path and query parameters of `deleteProduct`.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteProductParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `deleteProduct`.
#[derive(Debug, ApiResponse)]
pub enum DeleteProductReply {
    /// The product is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl DeleteProductReply {
    /// The product is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for DeleteProductReply {
    const OPERATION: &'static Operation = table::DELETE_PRODUCT;
}

pub(crate) struct ProductsAdapter(pub(crate) Arc<dyn ProductsApi>);

#[OpenApi]
impl ProductsAdapter {
    /// List products
    #[oai(
        path = "/api/v1/products",
        method = "get",
        operation_id = "listProducts",
        tag = "ApiTag::Products",
        transform = "guard_list_products"
    )]
    async fn list_products(
        &self,
        call: Call,
        /// Only the product with this key.
        #[oai(name = "key")]
        key: Query<Option<String>>,
        /// Only what belongs to this organization.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// Only products whose key or name contains this text, whatever its case.
        #[oai(name = "q")]
        q: Query<Option<String>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_products_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_products_size")]
        size: Query<i32>,
        /// Order of the page, most significant first. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
    ) -> Answer<ListProductsReply> {
        let params = ListProductsParams {
            key: key.0,
            organization_id: organization_id.0,
            q: q.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
        };

        Answer(self.0.list_products(call, params).await)
    }

    /// Create a product
    #[oai(
        path = "/api/v1/products",
        method = "post",
        operation_id = "createProduct",
        tag = "ApiTag::Products",
        transform = "guard_create_product"
    )]
    async fn create_product(
        &self,
        call: Call,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewProduct>,
    ) -> Answer<CreateProductReply> {
        Answer(self.0.create_product(call, body.0).await)
    }

    /// Read a product
    #[oai(
        path = "/api/v1/products/:id",
        method = "get",
        operation_id = "getProduct",
        tag = "ApiTag::Products",
        transform = "guard_get_product"
    )]
    async fn get_product(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// An ETag that the caller already has. When it is still true, the answer is 304 without a
        /// body.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetProductReply> {
        let params = GetProductParams { id: id.0 };

        Answer(self.0.get_product(call, params).await)
    }

    /// Change a product
    #[oai(
        path = "/api/v1/products/:id",
        method = "put",
        operation_id = "updateProduct",
        tag = "ApiTag::Products",
        transform = "guard_update_product"
    )]
    async fn update_product(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        body: JsonBody<ProductUpdate>,
    ) -> Answer<UpdateProductReply> {
        let params = UpdateProductParams { id: id.0 };

        Answer(self.0.update_product(call, params, body.0).await)
    }

    /// Delete a product
    #[oai(
        path = "/api/v1/products/:id",
        method = "delete",
        operation_id = "deleteProduct",
        tag = "ApiTag::Products",
        transform = "guard_delete_product"
    )]
    async fn delete_product(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Answer<DeleteProductReply> {
        let params = DeleteProductParams { id: id.0 };

        Answer(self.0.delete_product(call, params).await)
    }
}

fn guard_list_products<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_PRODUCTS, endpoint)
}

fn guard_create_product<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_PRODUCT, endpoint)
}

fn guard_get_product<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_PRODUCT, endpoint)
}

fn guard_update_product<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::UPDATE_PRODUCT, endpoint)
}

fn guard_delete_product<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::DELETE_PRODUCT, endpoint)
}

/// Something that is licensed.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A product to be made.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewProduct {
    /// The organization that owns it; null or absent means the own one of the caller, or the
    /// platform catalogue for a platform user.
    pub organization_id: Option<Uuid>,
    /// The stable name for programs.
    pub key: String,
    /// The name for people.
    pub name: String,
    /// What it is.
    pub description: Option<String>,
}

/// What a product becomes.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct ProductUpdate {
    /// The stable name for programs; absent, it stays.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The name for people.
    pub name: String,
    /// What it is; absent, it becomes null.
    pub description: Option<String>,
}

/// A page of products.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
