// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The licence SKUs of a product. A variant holds the seats.

use super::*;

/// The licence SKUs of a product. A variant holds the seats.
#[async_trait]
pub trait VariantsApi: Send + Sync + 'static {
    /// List the variants of a product
    ///
    /// A page of the variants of one product.
    async fn list_product_variants(
        &self,
        call: Call,
        params: ListProductVariantsParams,
    ) -> Result<ListProductVariantsReply, Problem>;

    /// Create a variant
    ///
    /// Creates a variant of the product. Its key is unique within the product.
    async fn create_product_variant(
        &self,
        call: Call,
        params: CreateProductVariantParams,
        body: NewProductVariant,
    ) -> Result<CreateProductVariantReply, Problem>;

    /// Read a variant
    ///
    /// One variant. How many of its seats are taken is in its availability.
    async fn get_variant(
        &self,
        call: Call,
        params: GetVariantParams,
    ) -> Result<GetVariantReply, Problem>;

    /// Change a variant
    ///
    /// Replaces name, capacity and attributes. A `key` that is absent stays as it is; absent
    /// attributes become empty. The capacity must be said, since null means unlimited.
    async fn update_variant(
        &self,
        call: Call,
        params: UpdateVariantParams,
        body: ProductVariantUpdate,
    ) -> Result<UpdateVariantReply, Problem>;

    /// Delete a variant
    ///
    /// Deletes a variant that was never assigned and has no pools.
    async fn delete_variant(
        &self,
        call: Call,
        params: DeleteVariantParams,
    ) -> Result<DeleteVariantReply, Problem>;

    /// Read the free seats of a variant
    ///
    /// Capacity, seats in use and seats left, now. A seat whose end has passed counts as free.
    async fn get_variant_availability(
        &self,
        call: Call,
        params: GetVariantAvailabilityParams,
    ) -> Result<GetVariantAvailabilityReply, Problem>;
}

/// Path and query parameters of `listProductVariants`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListProductVariantsParams {
    /// The product.
    pub product_id: Uuid,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
}

fn default_list_product_variants_page() -> i32 {
    0
}

fn default_list_product_variants_size() -> i32 {
    20
}

/// The successes of `listProductVariants`.
#[derive(Debug, ApiResponse)]
pub enum ListProductVariantsReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageProductVariant>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListProductVariantsReply {
    /// The page.
    pub fn ok(body: PageProductVariant, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListProductVariantsReply {
    const OPERATION: &'static Operation = table::LIST_PRODUCT_VARIANTS;
}

/// Path and query parameters of `createProductVariant`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateProductVariantParams {
    /// The product.
    pub product_id: Uuid,
}

/// The successes of `createProductVariant`.
#[derive(Debug, ApiResponse)]
pub enum CreateProductVariantReply {
    /// The variant was created.
    #[oai(status = 201)]
    Created(
        JsonReply<ProductVariant>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateProductVariantReply {
    /// The variant was created.
    pub fn created(
        body: ProductVariant,
        location: impl Into<String>,
        etag: impl Into<String>,
    ) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateProductVariantReply {
    const OPERATION: &'static Operation = table::CREATE_PRODUCT_VARIANT;
}

/// Path and query parameters of `getVariant`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetVariantParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `getVariant`.
#[derive(Debug, ApiResponse)]
pub enum GetVariantReply {
    /// The variant.
    #[oai(status = 200)]
    Ok(
        JsonReply<ProductVariant>,
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

impl GetVariantReply {
    /// The variant.
    pub fn ok(body: ProductVariant, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetVariantReply {
    const OPERATION: &'static Operation = table::GET_VARIANT;
}

/// Path and query parameters of `updateVariant`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateVariantParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `updateVariant`.
#[derive(Debug, ApiResponse)]
pub enum UpdateVariantReply {
    /// The variant.
    #[oai(status = 200)]
    Ok(
        JsonReply<ProductVariant>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl UpdateVariantReply {
    /// The variant.
    pub fn ok(body: ProductVariant, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for UpdateVariantReply {
    const OPERATION: &'static Operation = table::UPDATE_VARIANT;
}

/// Path and query parameters of `deleteVariant`.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteVariantParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `deleteVariant`.
#[derive(Debug, ApiResponse)]
pub enum DeleteVariantReply {
    /// The variant is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl DeleteVariantReply {
    /// The variant is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for DeleteVariantReply {
    const OPERATION: &'static Operation = table::DELETE_VARIANT;
}

/// Path and query parameters of `getVariantAvailability`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetVariantAvailabilityParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

/// The successes of `getVariantAvailability`.
#[derive(Debug, ApiResponse)]
pub enum GetVariantAvailabilityReply {
    /// The availability.
    #[oai(status = 200)]
    Ok(JsonReply<VariantAvailability>),
}

impl GetVariantAvailabilityReply {
    /// The availability.
    pub fn ok(body: VariantAvailability) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for GetVariantAvailabilityReply {
    const OPERATION: &'static Operation = table::GET_VARIANT_AVAILABILITY;
}

pub(crate) struct VariantsAdapter(pub(crate) Arc<dyn VariantsApi>);

#[OpenApi]
impl VariantsAdapter {
    /// List the variants of a product
    #[oai(
        path = "/api/v1/products/:productId/variants",
        method = "get",
        operation_id = "listProductVariants",
        tag = "ApiTag::Variants",
        transform = "guard_list_product_variants"
    )]
    async fn list_product_variants(
        &self,
        call: Call,
        /// The product.
        #[oai(name = "productId")]
        product_id: Path<Uuid>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_product_variants_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_product_variants_size")]
        size: Query<i32>,
        /// Order of the page, most significant first. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
    ) -> Answer<ListProductVariantsReply> {
        let params = ListProductVariantsParams {
            product_id: product_id.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
        };

        Answer(self.0.list_product_variants(call, params).await)
    }

    /// Create a variant
    #[oai(
        path = "/api/v1/products/:productId/variants",
        method = "post",
        operation_id = "createProductVariant",
        tag = "ApiTag::Variants",
        transform = "guard_create_product_variant"
    )]
    async fn create_product_variant(
        &self,
        call: Call,
        /// The product.
        #[oai(name = "productId")]
        product_id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewProductVariant>,
    ) -> Answer<CreateProductVariantReply> {
        let params = CreateProductVariantParams {
            product_id: product_id.0,
        };

        Answer(self.0.create_product_variant(call, params, body.0).await)
    }

    /// Read a variant
    #[oai(
        path = "/api/v1/variants/:id",
        method = "get",
        operation_id = "getVariant",
        tag = "ApiTag::Variants",
        transform = "guard_get_variant"
    )]
    async fn get_variant(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// An ETag that the caller already has. When it is still true, the answer is 304 without a
        /// body.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetVariantReply> {
        let params = GetVariantParams { id: id.0 };

        Answer(self.0.get_variant(call, params).await)
    }

    /// Change a variant
    #[oai(
        path = "/api/v1/variants/:id",
        method = "put",
        operation_id = "updateVariant",
        tag = "ApiTag::Variants",
        transform = "guard_update_variant"
    )]
    async fn update_variant(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        body: JsonBody<ProductVariantUpdate>,
    ) -> Answer<UpdateVariantReply> {
        let params = UpdateVariantParams { id: id.0 };

        Answer(self.0.update_variant(call, params, body.0).await)
    }

    /// Delete a variant
    #[oai(
        path = "/api/v1/variants/:id",
        method = "delete",
        operation_id = "deleteVariant",
        tag = "ApiTag::Variants",
        transform = "guard_delete_variant"
    )]
    async fn delete_variant(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Answer<DeleteVariantReply> {
        let params = DeleteVariantParams { id: id.0 };

        Answer(self.0.delete_variant(call, params).await)
    }

    /// Read the free seats of a variant
    #[oai(
        path = "/api/v1/variants/:id/availability",
        method = "get",
        operation_id = "getVariantAvailability",
        tag = "ApiTag::Variants",
        transform = "guard_get_variant_availability"
    )]
    async fn get_variant_availability(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The state at this time, to the microsecond, with what happened at it, instead of the
        /// present one. Who the caller is and what it may see is judged by the present. Not later
        /// than now. Such an answer has no ETag.
        #[oai(name = "asOf")]
        as_of: Query<Option<Timestamp>>,
    ) -> Answer<GetVariantAvailabilityReply> {
        let params = GetVariantAvailabilityParams {
            id: id.0,
            as_of: as_of.0,
        };

        Answer(self.0.get_variant_availability(call, params).await)
    }
}

fn guard_list_product_variants<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_PRODUCT_VARIANTS, endpoint)
}

fn guard_create_product_variant<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_PRODUCT_VARIANT, endpoint)
}

fn guard_get_variant<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_VARIANT, endpoint)
}

fn guard_update_variant<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::UPDATE_VARIANT, endpoint)
}

fn guard_delete_variant<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::DELETE_VARIANT, endpoint)
}

fn guard_get_variant_availability<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_VARIANT_AVAILABILITY, endpoint)
}

/// A licence SKU of a product, which holds the seats.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
/// it may contain U+0000. What is larger from before there was this bound stays until it is
/// replaced.
pub type Attributes = FreeObject;

/// A variant to be made.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewProductVariant {
    /// The stable name for programs.
    pub key: String,
    /// The name for people.
    pub name: String,
    /// Its seats; null or absent means unlimited.
    pub capacity: Option<i32>,
    /// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
    /// it may contain U+0000. What is larger from before there was this bound stays until it is
    /// replaced.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}

/// What a variant becomes.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct ProductVariantUpdate {
    /// The stable name for programs; absent, it stays.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub key: Option<String>,
    /// The name for people.
    pub name: String,
    /// Its seats; null means unlimited.
    pub capacity: Option<i32>,
    /// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
    /// it may contain U+0000. What is larger from before there was this bound stays until it is
    /// replaced.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<Attributes>,
}

/// A page of variants.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
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
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct VariantAvailability {
    /// Its seats; null means unlimited.
    pub capacity: Option<i32>,
    /// Seats in use, without those whose end has passed.
    pub assigned_active_count: i64,
    /// Seats left; null means unlimited.
    pub available: Option<i64>,
}
