// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The seats that people and stations hold.

use super::*;

/// The seats that people and stations hold.
#[async_trait]
pub trait AssignmentsApi: Send + Sync + 'static {
    /// List assignments
    ///
    /// A page of the assignments that the caller may see. `totalElements` is exact up to 10 000;
    /// beyond that it is exact for the whole list, by status and by variant, and otherwise
    /// counting stops at 10 000, or at what the page shows.
    async fn list_assignments(
        &self,
        call: Call,
        params: ListAssignmentsParams,
    ) -> Result<ListAssignmentsReply, Problem>;

    /// Assign a seat
    ///
    /// Gives the user or the station a seat of the variant; exactly one of `userId` and
    /// `stationId` is there. Where the organization has a pool of the variant, the seat comes
    /// from it. With a future `startsAt` the seat is held from now and takes effect then; at
    /// `endsAt` it frees itself.
    async fn create_assignment(
        &self,
        call: Call,
        body: NewAssignment,
    ) -> Result<CreateAssignmentReply, Problem>;

    /// Assign many seats
    ///
    /// Assigns up to 500 seats, each by the same rules as a single one, in the order given.
    /// PARTIAL keeps those that succeed and answers 200 with a result per item. ATOMIC keeps all
    /// or none: when any item is refused, the answer is the problem of the first one that was,
    /// with `results` for all.
    async fn create_assignment_batch(
        &self,
        call: Call,
        body: AssignmentBatch,
    ) -> Result<CreateAssignmentBatchReply, Problem>;

    /// Read an assignment
    ///
    /// One assignment, also a revoked one.
    async fn get_assignment(
        &self,
        call: Call,
        params: GetAssignmentParams,
    ) -> Result<GetAssignmentReply, Problem>;

    /// Change an assignment
    ///
    /// A JSON merge patch (RFC 7396): what is absent stays, null clears. REVOKED frees the seat
    /// and sets `endsAt` to now unless it is already earlier; ACTIVE takes a seat again by the
    /// rules of a new assignment and clears an `endsAt` that has passed.
    async fn patch_assignment(
        &self,
        call: Call,
        params: PatchAssignmentParams,
        body: AssignmentPatch,
    ) -> Result<PatchAssignmentReply, Problem>;

    /// Revoke an assignment
    ///
    /// Frees the seat. The assignment stays in history as REVOKED; revoking it again does
    /// nothing.
    async fn revoke_assignment(
        &self,
        call: Call,
        params: RevokeAssignmentParams,
    ) -> Result<RevokeAssignmentReply, Problem>;
}

/// Path and query parameters of `listAssignments`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListAssignmentsParams {
    /// Only seats of this user.
    pub user_id: Option<Uuid>,
    /// Only seats of this station.
    pub station_id: Option<Uuid>,
    /// Only seats of this product's variants.
    pub product_id: Option<Uuid>,
    /// Only seats of this variant.
    pub variant_id: Option<Uuid>,
    /// Only assignments in this status.
    pub status: Option<AssignmentStatus>,
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

fn default_list_assignments_page() -> i32 {
    0
}

fn default_list_assignments_size() -> i32 {
    20
}

/// The successes of `listAssignments`.
#[derive(Debug, ApiResponse)]
pub enum ListAssignmentsReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageAssignment>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListAssignmentsReply {
    /// The page.
    pub fn ok(body: PageAssignment, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListAssignmentsReply {
    const OPERATION: &'static Operation = table::LIST_ASSIGNMENTS;
}

/// The successes of `createAssignment`.
#[derive(Debug, ApiResponse)]
pub enum CreateAssignmentReply {
    /// The seat is assigned.
    #[oai(status = 201)]
    Created(
        JsonReply<Assignment>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateAssignmentReply {
    /// The seat is assigned.
    pub fn created(body: Assignment, location: impl Into<String>, etag: impl Into<String>) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateAssignmentReply {
    const OPERATION: &'static Operation = table::CREATE_ASSIGNMENT;
}

/// The successes of `createAssignmentBatch`.
#[derive(Debug, ApiResponse)]
pub enum CreateAssignmentBatchReply {
    /// What became of each item.
    #[oai(status = 200)]
    Ok(JsonReply<AssignmentBatchResult>),
}

impl CreateAssignmentBatchReply {
    /// What became of each item.
    pub fn ok(body: AssignmentBatchResult) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for CreateAssignmentBatchReply {
    const OPERATION: &'static Operation = table::CREATE_ASSIGNMENT_BATCH;
}

/// Path and query parameters of `getAssignment`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetAssignmentParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

/// The successes of `getAssignment`.
#[derive(Debug, ApiResponse)]
pub enum GetAssignmentReply {
    /// The assignment.
    #[oai(status = 200)]
    Ok(
        JsonReply<Assignment>,
        /// The version of the representation, for If-Match and If-None-Match. An answer of the past
        /// has none.
        #[oai(header = "ETag")]
        Option<String>,
    ),
    /// The representation that the caller has is still true.
    #[oai(status = 304)]
    NotModified(
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl GetAssignmentReply {
    /// The assignment.
    pub fn ok(body: Assignment, etag: Option<String>) -> Self {
        Self::Ok(JsonReply(body), etag)
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetAssignmentReply {
    const OPERATION: &'static Operation = table::GET_ASSIGNMENT;
}

/// Path and query parameters of `patchAssignment`.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchAssignmentParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `patchAssignment`.
#[derive(Debug, ApiResponse)]
pub enum PatchAssignmentReply {
    /// The assignment.
    #[oai(status = 200)]
    Ok(
        JsonReply<Assignment>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl PatchAssignmentReply {
    /// The assignment.
    pub fn ok(body: Assignment, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for PatchAssignmentReply {
    const OPERATION: &'static Operation = table::PATCH_ASSIGNMENT;
}

/// Path and query parameters of `revokeAssignment`.
#[derive(Debug, Clone, PartialEq)]
pub struct RevokeAssignmentParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `revokeAssignment`.
#[derive(Debug, ApiResponse)]
pub enum RevokeAssignmentReply {
    /// The seat is free. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl RevokeAssignmentReply {
    /// The seat is free. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for RevokeAssignmentReply {
    const OPERATION: &'static Operation = table::REVOKE_ASSIGNMENT;
}

pub(crate) struct AssignmentsAdapter(pub(crate) Arc<dyn AssignmentsApi>);

#[OpenApi]
impl AssignmentsAdapter {
    /// List assignments
    #[oai(
        path = "/api/v1/assignments",
        method = "get",
        operation_id = "listAssignments",
        tag = "ApiTag::Assignments",
        transform = "guard_list_assignments"
    )]
    async fn list_assignments(
        &self,
        call: Call,
        /// Only seats of this user.
        #[oai(name = "userId")]
        user_id: Query<Option<Uuid>>,
        /// Only seats of this station.
        #[oai(name = "stationId")]
        station_id: Query<Option<Uuid>>,
        /// Only seats of this product's variants.
        #[oai(name = "productId")]
        product_id: Query<Option<Uuid>>,
        /// Only seats of this variant.
        #[oai(name = "variantId")]
        variant_id: Query<Option<Uuid>>,
        /// Only assignments in this status.
        #[oai(name = "status")]
        status: Query<Option<AssignmentStatus>>,
        /// Only what belongs to this organization.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_assignments_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_assignments_size")]
        size: Query<i32>,
        /// Order of the page. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
        /// The state at this time, to the microsecond, with what happened at it, instead of the
        /// present one. Who the caller is and what it may see is judged by the present. Not later
        /// than now. Such an answer has no ETag.
        #[oai(name = "asOf")]
        as_of: Query<Option<Timestamp>>,
    ) -> Answer<ListAssignmentsReply> {
        let params = ListAssignmentsParams {
            user_id: user_id.0,
            station_id: station_id.0,
            product_id: product_id.0,
            variant_id: variant_id.0,
            status: status.0,
            organization_id: organization_id.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
            as_of: as_of.0,
        };

        Answer(self.0.list_assignments(call, params).await)
    }

    /// Assign a seat
    #[oai(
        path = "/api/v1/assignments",
        method = "post",
        operation_id = "createAssignment",
        tag = "ApiTag::Assignments",
        transform = "guard_create_assignment"
    )]
    async fn create_assignment(
        &self,
        call: Call,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewAssignment>,
    ) -> Answer<CreateAssignmentReply> {
        Answer(self.0.create_assignment(call, body.0).await)
    }

    /// Assign many seats
    #[oai(
        path = "/api/v1/assignments/batch",
        method = "post",
        operation_id = "createAssignmentBatch",
        tag = "ApiTag::Assignments",
        transform = "guard_create_assignment_batch"
    )]
    async fn create_assignment_batch(
        &self,
        call: Call,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<AssignmentBatch>,
    ) -> Answer<CreateAssignmentBatchReply> {
        Answer(self.0.create_assignment_batch(call, body.0).await)
    }

    /// Read an assignment
    #[oai(
        path = "/api/v1/assignments/:id",
        method = "get",
        operation_id = "getAssignment",
        tag = "ApiTag::Assignments",
        transform = "guard_get_assignment"
    )]
    async fn get_assignment(
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
        /// An ETag that the caller already has. When it is still true, the answer is 304 without a
        /// body.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetAssignmentReply> {
        let params = GetAssignmentParams {
            id: id.0,
            as_of: as_of.0,
        };

        Answer(self.0.get_assignment(call, params).await)
    }

    /// Change an assignment
    #[oai(
        path = "/api/v1/assignments/:id",
        method = "patch",
        operation_id = "patchAssignment",
        tag = "ApiTag::Assignments",
        transform = "guard_patch_assignment"
    )]
    async fn patch_assignment(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        body: MergePatchBody<AssignmentPatch>,
    ) -> Answer<PatchAssignmentReply> {
        let params = PatchAssignmentParams { id: id.0 };

        Answer(self.0.patch_assignment(call, params, body.0).await)
    }

    /// Revoke an assignment
    #[oai(
        path = "/api/v1/assignments/:id",
        method = "delete",
        operation_id = "revokeAssignment",
        tag = "ApiTag::Assignments",
        transform = "guard_revoke_assignment"
    )]
    async fn revoke_assignment(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Answer<RevokeAssignmentReply> {
        let params = RevokeAssignmentParams { id: id.0 };

        Answer(self.0.revoke_assignment(call, params).await)
    }
}

fn guard_list_assignments<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_ASSIGNMENTS, endpoint)
}

fn guard_create_assignment<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_ASSIGNMENT, endpoint)
}

fn guard_create_assignment_batch<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_ASSIGNMENT_BATCH, endpoint)
}

fn guard_get_assignment<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_ASSIGNMENT, endpoint)
}

fn guard_patch_assignment<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::PATCH_ASSIGNMENT, endpoint)
}

fn guard_revoke_assignment<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::REVOKE_ASSIGNMENT, endpoint)
}

/// A seat to be assigned, to exactly one of userId and stationId.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewAssignment {
    /// The user who gets the seat.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub user_id: Option<Uuid>,
    /// The station that gets the seat.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub station_id: Option<Uuid>,
    /// The variant whose seat it is.
    pub product_variant_id: Uuid,
    /// When it takes effect; null or absent means at once.
    pub starts_at: Option<Timestamp>,
    /// When the seat frees itself, after startsAt; null or absent means never.
    pub ends_at: Option<Timestamp>,
    /// A note for people.
    pub note: Option<String>,
}

/// Changes to an assignment: absent leaves, null clears.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct AssignmentPatch {
    /// ACTIVE holds a seat; REVOKED holds none and stays as history.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    pub status: MaybeUndefined<AssignmentStatus>,
    /// When it takes effect.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    pub starts_at: MaybeUndefined<Timestamp>,
    /// When the seat frees itself.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    pub ends_at: MaybeUndefined<Timestamp>,
    /// A note for people.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    pub note: MaybeUndefined<String>,
}

/// ATOMIC keeps all or none, PARTIAL keeps those that succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum BatchMode {
    /// `ATOMIC`.
    #[oai(rename = "ATOMIC")]
    #[serde(rename = "ATOMIC")]
    Atomic,
    /// `PARTIAL`.
    #[oai(rename = "PARTIAL")]
    #[serde(rename = "PARTIAL")]
    Partial,
}

impl BatchMode {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Atomic, Self::Partial];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Atomic => "ATOMIC",
            Self::Partial => "PARTIAL",
        }
    }
}

/// Seats to be assigned in one request.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct AssignmentBatch {
    /// ATOMIC keeps all or none, PARTIAL keeps those that succeed.
    pub mode: BatchMode,
    /// The seats, in order.
    pub items: Vec<NewAssignment>,
}

/// What became of an item. NOT_APPLIED would have succeeded, but an ATOMIC batch was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum BatchOutcome {
    /// `CREATED`.
    #[oai(rename = "CREATED")]
    #[serde(rename = "CREATED")]
    Created,
    /// `REFUSED`.
    #[oai(rename = "REFUSED")]
    #[serde(rename = "REFUSED")]
    Refused,
    /// `NOT_APPLIED`.
    #[oai(rename = "NOT_APPLIED")]
    #[serde(rename = "NOT_APPLIED")]
    NotApplied,
}

impl BatchOutcome {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Created, Self::Refused, Self::NotApplied];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Created => "CREATED",
            Self::Refused => "REFUSED",
            Self::NotApplied => "NOT_APPLIED",
        }
    }
}

/// What became of one item of a batch.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct AssignmentBatchItem {
    /// The place of the item in the request, from 0.
    pub index: i32,
    /// What became of an item. NOT_APPLIED would have succeeded, but an ATOMIC batch was refused.
    pub outcome: BatchOutcome,
    /// A seat that a user or a station holds or held.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Assignment>,
    /// Why one item of a batch was refused.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub problem: Option<ItemProblem>,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct AssignmentBatchResult {
    /// ATOMIC keeps all or none, PARTIAL keeps those that succeed.
    pub mode: BatchMode,
    /// Items that were assigned.
    pub created: i32,
    /// Items that were refused.
    pub refused: i32,
    /// One result per item, in the order of the request.
    pub results: Vec<AssignmentBatchItem>,
}

/// Why one item of a batch was refused.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct ItemProblem {
    /// A path on this server that explains the problem.
    pub r#type: String,
    /// The problem in short, the same for every occurrence.
    pub title: String,
    /// The HTTP status that a single request would have had.
    pub status: i32,
    /// What happened here.
    pub detail: String,
    /// The problem, for programs.
    pub code: ProblemCode,
    /// Every field that is wrong.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldError>>,
    /// The seats of the variant or of the pool.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i32>,
    /// The seats in use or given away.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assigned_active_count: Option<i64>,
    /// When the next seat is known to come free, or null.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    pub next_free_at: MaybeUndefined<Timestamp>,
}
