// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The seats that people and stations hold.

use super::*;

impl Client {
    /// List assignments
    ///
    /// A page of the assignments that the caller may see. `totalElements` is exact up to 10 000;
    /// beyond that it is exact for the whole list, by status and by variant, and otherwise
    /// counting stops at 10 000, or at what the page shows.
    pub async fn list_assignments(
        &self,
        params: &ListAssignmentsParams,
        options: &Options,
    ) -> Result<Reply<PageAssignment>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/assignments".to_owned(),
            params.pairs(),
        )
        .at_moment(options);
        self.send_for_json(exchange, options).await
    }

    /// Assign a seat
    ///
    /// Gives the user or the station a seat of the variant; exactly one of `userId` and
    /// `stationId` is there. Where the organization has a pool of the variant, the seat comes
    /// from it. With a future `startsAt` the seat is held from now and takes effect then; at
    /// `endsAt` it frees itself.
    pub async fn create_assignment(
        &self,
        body: &NewAssignment,
        options: &Options,
    ) -> Result<Reply<Assignment>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/assignments".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Assign many seats
    ///
    /// Assigns up to 500 seats, each by the same rules as a single one, in the order given.
    /// PARTIAL keeps those that succeed and answers 200 with a result per item. ATOMIC keeps all
    /// or none: when any item is refused, the answer is the problem of the first one that was,
    /// with `results` for all.
    pub async fn create_assignment_batch(
        &self,
        body: &AssignmentBatch,
        options: &Options,
    ) -> Result<Reply<AssignmentBatchResult>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/assignments/batch".to_owned(),
            Vec::new(),
        )
        .body("application/json", body);
        self.send_for_json(exchange, options).await
    }

    /// Read an assignment
    ///
    /// One assignment, also a revoked one.
    pub async fn get_assignment(
        &self,
        id: Uuid,
        options: &Options,
    ) -> Result<Reply<Option<Assignment>>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/assignments/{id}"),
            Vec::new(),
        )
        .at_moment(options);
        self.send_for_json_or_nothing(exchange, options).await
    }

    /// Change an assignment
    ///
    /// A JSON merge patch (RFC 7396): what is absent stays, null clears. REVOKED frees the seat
    /// and sets `endsAt` to now unless it is already earlier; ACTIVE takes a seat again by the
    /// rules of a new assignment and clears an `endsAt` that has passed.
    pub async fn patch_assignment(
        &self,
        id: Uuid,
        body: &AssignmentPatch,
        options: &Options,
    ) -> Result<Reply<Assignment>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::PATCH,
            format!("/api/v1/assignments/{id}"),
            Vec::new(),
        )
        .body("application/merge-patch+json", body);
        self.send_for_json(exchange, options).await
    }

    /// Revoke an assignment
    ///
    /// Frees the seat. The assignment stays in history as REVOKED; revoking it again does
    /// nothing.
    pub async fn revoke_assignment(&self, id: Uuid, options: &Options) -> Result<Reply<()>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::DELETE,
            format!("/api/v1/assignments/{id}"),
            Vec::new(),
        );
        self.send_for_nothing(exchange, options).await
    }
}

/// Query parameters of `listAssignments`.
#[derive(Debug, Clone, PartialEq, Default)]
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
    pub page: Option<i32>,
    /// Elements on a page.
    pub size: Option<i32>,
    /// Order of the page. Ties are broken by id.
    pub sort: Vec<String>,
}

impl ListAssignmentsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.user_id {
            pairs.push(("userId", value.to_string()));
        }
        if let Some(value) = &self.station_id {
            pairs.push(("stationId", value.to_string()));
        }
        if let Some(value) = &self.product_id {
            pairs.push(("productId", value.to_string()));
        }
        if let Some(value) = &self.variant_id {
            pairs.push(("variantId", value.to_string()));
        }
        if let Some(value) = &self.status {
            pairs.push(("status", value.as_str().to_owned()));
        }
        if let Some(value) = &self.organization_id {
            pairs.push(("organizationId", value.to_string()));
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

/// A seat to be assigned, to exactly one of userId and stationId.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct NewAssignment {
    /// The user who gets the seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<Uuid>,
    /// The station that gets the seat.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub station_id: Option<Uuid>,
    /// The variant whose seat it is.
    pub product_variant_id: Uuid,
    /// When it takes effect; null or absent means at once.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub starts_at: Option<DateTime<Utc>>,
    /// When the seat frees itself, after startsAt; null or absent means never.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ends_at: Option<DateTime<Utc>>,
    /// A note for people.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl NewAssignment {
    /// With what is required, and nothing else.
    pub fn new(product_variant_id: Uuid) -> Self {
        Self {
            user_id: None,
            station_id: None,
            product_variant_id,
            starts_at: None,
            ends_at: None,
            note: None,
        }
    }
}

/// Changes to an assignment: absent leaves, null clears.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, Default)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentPatch {
    /// ACTIVE holds a seat; REVOKED holds none and stays as history.
    ///
    /// `None` leaves it out, `Some(None)` is null.
    #[serde(
        default,
        deserialize_with = "crate::wire::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub status: Option<Option<AssignmentStatus>>,
    /// When it takes effect.
    ///
    /// `None` leaves it out, `Some(None)` is null.
    #[serde(
        default,
        deserialize_with = "crate::wire::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub starts_at: Option<Option<DateTime<Utc>>>,
    /// When the seat frees itself.
    ///
    /// `None` leaves it out, `Some(None)` is null.
    #[serde(
        default,
        deserialize_with = "crate::wire::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub ends_at: Option<Option<DateTime<Utc>>>,
    /// A note for people.
    ///
    /// `None` leaves it out, `Some(None)` is null.
    #[serde(
        default,
        deserialize_with = "crate::wire::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub note: Option<Option<String>>,
}

/// ATOMIC keeps all or none, PARTIAL keeps those that succeed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BatchMode {
    /// `ATOMIC`.
    #[serde(rename = "ATOMIC")]
    Atomic,
    /// `PARTIAL`.
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentBatch {
    /// ATOMIC keeps all or none, PARTIAL keeps those that succeed.
    pub mode: BatchMode,
    /// The seats, in order.
    pub items: Vec<NewAssignment>,
}

/// What became of an item. NOT_APPLIED would have succeeded, but an ATOMIC batch was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BatchOutcome {
    /// `CREATED`.
    #[serde(rename = "CREATED")]
    Created,
    /// `REFUSED`.
    #[serde(rename = "REFUSED")]
    Refused,
    /// `NOT_APPLIED`.
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct AssignmentBatchItem {
    /// The place of the item in the request, from 0.
    pub index: i32,
    /// What became of an item. NOT_APPLIED would have succeeded, but an ATOMIC batch was refused.
    pub outcome: BatchOutcome,
    /// A seat that a user or a station holds or held.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Assignment>,
    /// Why one item of a batch was refused.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub problem: Option<ItemProblem>,
}

/// What became of a batch.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub errors: Option<Vec<FieldError>>,
    /// The seats of the variant or of the pool.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub capacity: Option<i32>,
    /// The seats in use or given away.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assigned_active_count: Option<i64>,
    /// When the next seat is known to come free, or null.
    ///
    /// `None` leaves it out, `Some(None)` is null.
    #[serde(
        default,
        deserialize_with = "crate::wire::present",
        skip_serializing_if = "Option::is_none"
    )]
    pub next_free_at: Option<Option<DateTime<Utc>>>,
}
