// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The pools of seats that the platform gives an organization, of the variants in its
//! catalogue.

use super::*;

/// The pools of seats that the platform gives an organization, of the variants in its
/// catalogue.
#[async_trait]
pub trait AllocationsApi: Send + Sync + 'static {
    /// List the pools of an organization
    ///
    /// A page of the pools of one organization, with the seats in use now. A seat whose end has
    /// passed counts as free.
    async fn list_allocations(
        &self,
        call: Call,
        params: ListAllocationsParams,
    ) -> Result<ListAllocationsReply, Problem>;

    /// Read a pool of an organization
    ///
    /// The pool of one variant, with the seats in use now. A seat whose end has passed counts as
    /// free.
    async fn get_allocation(
        &self,
        call: Call,
        params: GetAllocationParams,
    ) -> Result<GetAllocationReply, Problem>;

    /// Give an organization a pool of seats
    ///
    /// Makes the pool or changes its size. From then on the users and stations of the
    /// organization get seats of the variant from the pool alone. Only variants of the platform's
    /// catalogue have pools.
    async fn put_allocation(
        &self,
        call: Call,
        params: PutAllocationParams,
        body: AllocationUpdate,
    ) -> Result<PutAllocationReply, Problem>;

    /// Take a pool from an organization
    ///
    /// Deletes a pool of which no seat is in use.
    async fn delete_allocation(
        &self,
        call: Call,
        params: DeleteAllocationParams,
    ) -> Result<DeleteAllocationReply, Problem>;
}

/// Path and query parameters of `listAllocations`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListAllocationsParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
}

fn default_list_allocations_page() -> i32 {
    0
}

fn default_list_allocations_size() -> i32 {
    20
}

/// The successes of `listAllocations`.
#[derive(Debug, ApiResponse)]
pub enum ListAllocationsReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageAllocation>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListAllocationsReply {
    /// The page.
    pub fn ok(body: PageAllocation, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListAllocationsReply {
    const OPERATION: &'static Operation = table::LIST_ALLOCATIONS;
}

/// Path and query parameters of `getAllocation`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetAllocationParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The variant.
    pub variant_id: Uuid,
}

/// The successes of `getAllocation`.
#[derive(Debug, ApiResponse)]
pub enum GetAllocationReply {
    /// The pool.
    #[oai(status = 200)]
    Ok(
        JsonReply<Allocation>,
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

impl GetAllocationReply {
    /// The pool.
    pub fn ok(body: Allocation, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetAllocationReply {
    const OPERATION: &'static Operation = table::GET_ALLOCATION;
}

/// Path and query parameters of `putAllocation`.
#[derive(Debug, Clone, PartialEq)]
pub struct PutAllocationParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The variant.
    pub variant_id: Uuid,
}

/// The successes of `putAllocation`.
#[derive(Debug, ApiResponse)]
pub enum PutAllocationReply {
    /// The pool, made or changed.
    #[oai(status = 200)]
    Ok(
        JsonReply<Allocation>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl PutAllocationReply {
    /// The pool, made or changed.
    pub fn ok(body: Allocation, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for PutAllocationReply {
    const OPERATION: &'static Operation = table::PUT_ALLOCATION;
}

/// Path and query parameters of `deleteAllocation`.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteAllocationParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The variant.
    pub variant_id: Uuid,
}

/// The successes of `deleteAllocation`.
#[derive(Debug, ApiResponse)]
pub enum DeleteAllocationReply {
    /// The pool is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl DeleteAllocationReply {
    /// The pool is deleted. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for DeleteAllocationReply {
    const OPERATION: &'static Operation = table::DELETE_ALLOCATION;
}

pub(crate) struct AllocationsAdapter(pub(crate) Arc<dyn AllocationsApi>);

#[OpenApi]
impl AllocationsAdapter {
    /// List the pools of an organization
    #[oai(
        path = "/api/v1/organizations/:id/allocations",
        method = "get",
        operation_id = "listAllocations",
        tag = "ApiTag::Allocations",
        transform = "guard_list_allocations"
    )]
    async fn list_allocations(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_allocations_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_allocations_size")]
        size: Query<i32>,
        /// Order of the page. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
    ) -> Answer<ListAllocationsReply> {
        let params = ListAllocationsParams {
            id: id.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
        };

        Answer(self.0.list_allocations(call, params).await)
    }

    /// Read a pool of an organization
    #[oai(
        path = "/api/v1/organizations/:id/allocations/:variantId",
        method = "get",
        operation_id = "getAllocation",
        tag = "ApiTag::Allocations",
        transform = "guard_get_allocation"
    )]
    async fn get_allocation(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The variant.
        #[oai(name = "variantId")]
        variant_id: Path<Uuid>,
        /// An ETag that the caller already has. When it is still true, the answer is 304 without a
        /// body.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetAllocationReply> {
        let params = GetAllocationParams {
            id: id.0,
            variant_id: variant_id.0,
        };

        Answer(self.0.get_allocation(call, params).await)
    }

    /// Give an organization a pool of seats
    #[oai(
        path = "/api/v1/organizations/:id/allocations/:variantId",
        method = "put",
        operation_id = "putAllocation",
        tag = "ApiTag::Allocations",
        transform = "guard_put_allocation"
    )]
    async fn put_allocation(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The variant.
        #[oai(name = "variantId")]
        variant_id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        body: JsonBody<AllocationUpdate>,
    ) -> Answer<PutAllocationReply> {
        let params = PutAllocationParams {
            id: id.0,
            variant_id: variant_id.0,
        };

        Answer(self.0.put_allocation(call, params, body.0).await)
    }

    /// Take a pool from an organization
    #[oai(
        path = "/api/v1/organizations/:id/allocations/:variantId",
        method = "delete",
        operation_id = "deleteAllocation",
        tag = "ApiTag::Allocations",
        transform = "guard_delete_allocation"
    )]
    async fn delete_allocation(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The variant.
        #[oai(name = "variantId")]
        variant_id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Answer<DeleteAllocationReply> {
        let params = DeleteAllocationParams {
            id: id.0,
            variant_id: variant_id.0,
        };

        Answer(self.0.delete_allocation(call, params).await)
    }
}

fn guard_list_allocations<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_ALLOCATIONS, endpoint)
}

fn guard_get_allocation<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_ALLOCATION, endpoint)
}

fn guard_put_allocation<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::PUT_ALLOCATION, endpoint)
}

fn guard_delete_allocation<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::DELETE_ALLOCATION, endpoint)
}

/// The pool of seats that an organization has of a variant.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Allocation {
    /// The organization that has the pool.
    pub organization_id: Uuid,
    /// The variant whose seats they are.
    pub product_variant_id: Uuid,
    /// The seats of the pool.
    pub seats: i32,
    /// Seats in use, without those whose end has passed.
    pub assigned_active_count: i64,
    /// Seats left.
    pub available: i64,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// What a pool becomes.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct AllocationUpdate {
    /// The seats of the pool.
    pub seats: i32,
}

/// A page of pools.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct PageAllocation {
    /// The elements of this page.
    pub content: Vec<Allocation>,
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
