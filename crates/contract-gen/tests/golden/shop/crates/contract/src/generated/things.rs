// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! What is sold.

use super::*;

/// What is sold.
#[async_trait]
pub trait ThingsApi: Send + Sync + 'static {
    /// List things
    ///
    /// All things, a page at a time.
    async fn list_things(
        &self,
        call: Call,
        params: ListThingsParams,
    ) -> Result<ListThingsReply, Problem>;

    /// Create a thing
    ///
    /// Makes a thing.
    async fn create_thing(&self, call: Call, body: NewThing) -> Result<CreateThingReply, Problem>;

    /// Read a thing
    ///
    /// One thing.
    async fn get_thing(&self, call: Call, params: GetThingParams)
    -> Result<GetThingReply, Problem>;

    /// Change a thing
    ///
    /// A merge patch.
    async fn patch_thing(
        &self,
        call: Call,
        params: PatchThingParams,
        body: ThingPatch,
    ) -> Result<PatchThingReply, Problem>;

    /// Export things
    ///
    /// All things, written while they are read.
    async fn export_things(&self, call: Call) -> Result<ExportThingsReply, Problem>;
}

/// Path and query parameters of `listThings`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListThingsParams {
    /// Only of this kind.
    pub kind: Option<Grade>,
    /// Only newer ones.
    pub since: Option<Timestamp>,
    /// Only cheap ones.
    pub cheap: bool,
    /// Things on a page.
    pub size: i32,
    /// A word that Rust keeps for itself.
    pub r#type: String,
    /// The order.
    pub sort: Vec<String>,
}

fn default_list_things_cheap() -> bool {
    false
}

fn default_list_things_size() -> i32 {
    20
}

/// The successes of `listThings`.
#[derive(Debug, ApiResponse)]
pub enum ListThingsReply {
    /// The things.
    #[oai(status = 200)]
    Ok(
        JsonReply<ThingList>,
        /// How many there are.
        #[oai(header = "X-Total")]
        Option<i64>,
    ),
}

impl ListThingsReply {
    /// The things.
    pub fn ok(body: ThingList, x_total: Option<i64>) -> Self {
        Self::Ok(JsonReply(body), x_total)
    }
}

impl Reply for ListThingsReply {
    const OPERATION: &'static Operation = table::LIST_THINGS;
}

/// The successes of `createThing`.
#[derive(Debug, ApiResponse)]
pub enum CreateThingReply {
    /// It was made.
    #[oai(status = 201)]
    Created(
        JsonReply<Thing>,
        /// Where it is.
        #[oai(header = "Location")]
        String,
    ),
}

impl CreateThingReply {
    /// It was made.
    pub fn created(body: Thing, location: impl Into<String>) -> Self {
        Self::Created(JsonReply(body), location.into())
    }
}

impl Reply for CreateThingReply {
    const OPERATION: &'static Operation = table::CREATE_THING;
}

/// Path and query parameters of `getThing`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetThingParams {
    /// The shelf.
    pub shelf: String,
    /// The thing.
    pub id: Uuid,
}

/// The successes of `getThing`.
#[derive(Debug, ApiResponse)]
pub enum GetThingReply {
    /// The thing.
    #[oai(status = 200)]
    Ok(JsonReply<Thing>),
    /// Nothing new.
    #[oai(status = 304)]
    NotModified,
}

impl GetThingReply {
    /// The thing.
    pub fn ok(body: Thing) -> Self {
        Self::Ok(JsonReply(body))
    }

    /// Nothing new.
    pub fn not_modified() -> Self {
        Self::NotModified
    }
}

impl Reply for GetThingReply {
    const OPERATION: &'static Operation = table::GET_THING;
}

/// Path and query parameters of `patchThing`.
#[derive(Debug, Clone, PartialEq)]
pub struct PatchThingParams {
    /// The shelf.
    pub shelf: String,
    /// The thing.
    pub id: Uuid,
}

/// The successes of `patchThing`.
#[derive(Debug, ApiResponse)]
pub enum PatchThingReply {
    /// It is changed.
    #[oai(status = 204)]
    NoContent,
}

impl PatchThingReply {
    /// It is changed.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for PatchThingReply {
    const OPERATION: &'static Operation = table::PATCH_THING;
}

/// The successes of `exportThings`.
#[derive(Debug, ApiResponse)]
pub enum ExportThingsReply {
    /// The things.
    #[oai(status = 200)]
    Ok(CsvReply),
}

impl ExportThingsReply {
    /// The things.
    pub fn ok(body: poem::Body) -> Self {
        Self::Ok(CsvReply(body))
    }
}

impl Reply for ExportThingsReply {
    const OPERATION: &'static Operation = table::EXPORT_THINGS;
}

pub(crate) struct ThingsAdapter(pub(crate) Arc<dyn ThingsApi>);

#[OpenApi]
impl ThingsAdapter {
    /// List things
    #[oai(
        path = "/things",
        method = "get",
        operation_id = "listThings",
        tag = "ApiTag::Things",
        transform = "guard_list_things"
    )]
    async fn list_things(
        &self,
        call: Call,
        /// Only of this kind.
        #[oai(name = "kind")]
        kind: Query<Option<Grade>>,
        /// Only newer ones.
        #[oai(name = "since")]
        since: Query<Option<Timestamp>>,
        /// Only cheap ones.
        #[oai(name = "cheap", default = "default_list_things_cheap")]
        cheap: Query<bool>,
        /// Things on a page.
        #[oai(name = "size", default = "default_list_things_size")]
        size: Query<i32>,
        /// A word that Rust keeps for itself.
        #[oai(name = "type")]
        r#type: Query<String>,
        /// The order.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
    ) -> Answer<ListThingsReply> {
        let params = ListThingsParams {
            kind: kind.0,
            since: since.0,
            cheap: cheap.0,
            size: size.0,
            r#type: r#type.0,
            sort: sort.0.unwrap_or_default(),
        };

        Answer(self.0.list_things(call, params).await)
    }

    /// Create a thing
    #[oai(
        path = "/things",
        method = "post",
        operation_id = "createThing",
        tag = "ApiTag::Things",
        transform = "guard_create_thing"
    )]
    async fn create_thing(
        &self,
        call: Call,
        /// Unique to the request.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewThing>,
    ) -> Answer<CreateThingReply> {
        Answer(self.0.create_thing(call, body.0).await)
    }

    /// Read a thing
    #[oai(
        path = "/shelves/:shelf/things/:id",
        method = "get",
        operation_id = "getThing",
        tag = "ApiTag::Things",
        transform = "guard_get_thing"
    )]
    async fn get_thing(
        &self,
        call: Call,
        /// The shelf.
        #[oai(name = "shelf")]
        shelf: Path<String>,
        /// The thing.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// What the caller has.
        #[oai(name = "If-None-Match")]
        _if_none_match: Header<Option<String>>,
    ) -> Answer<GetThingReply> {
        let params = GetThingParams {
            shelf: shelf.0,
            id: id.0,
        };

        Answer(self.0.get_thing(call, params).await)
    }

    /// Change a thing
    #[oai(
        path = "/shelves/:shelf/things/:id",
        method = "patch",
        operation_id = "patchThing",
        tag = "ApiTag::Things",
        transform = "guard_patch_thing"
    )]
    async fn patch_thing(
        &self,
        call: Call,
        /// The shelf.
        #[oai(name = "shelf")]
        shelf: Path<String>,
        /// The thing.
        #[oai(name = "id")]
        id: Path<Uuid>,
        body: MergePatchBody<ThingPatch>,
    ) -> Answer<PatchThingReply> {
        let params = PatchThingParams {
            shelf: shelf.0,
            id: id.0,
        };

        Answer(self.0.patch_thing(call, params, body.0).await)
    }

    /// Export things
    #[oai(
        path = "/things.csv",
        method = "get",
        operation_id = "exportThings",
        tag = "ApiTag::Things",
        transform = "guard_export_things"
    )]
    async fn export_things(&self, call: Call) -> Answer<ExportThingsReply> {
        Answer(self.0.export_things(call).await)
    }
}

fn guard_list_things<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_THINGS, endpoint)
}

fn guard_create_thing<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_THING, endpoint)
}

fn guard_get_thing<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_THING, endpoint)
}

fn guard_patch_thing<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::PATCH_THING, endpoint)
}

fn guard_export_things<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::EXPORT_THINGS, endpoint)
}

/// What it is like.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum Grade {
    /// `HARD`.
    #[oai(rename = "HARD")]
    #[serde(rename = "HARD")]
    Hard,
    /// `VERY_SOFT`.
    #[oai(rename = "VERY_SOFT")]
    #[serde(rename = "VERY_SOFT")]
    VerySoft,
}

impl Grade {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::Hard, Self::VerySoft];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Hard => "HARD",
            Self::VerySoft => "VERY_SOFT",
        }
    }
}

/// Something for sale.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Thing {
    /// Its id.
    pub id: Uuid,
    /// Its name.
    pub name: String,
    /// What people call its kind.
    pub kind: Option<String>,
    /// In kilograms.
    pub weight: f64,
    /// When it was made.
    pub made_at: Timestamp,
    /// When it was sold, null if never, absent if unknown.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    pub sold_at: MaybeUndefined<Timestamp>,
    /// Free JSON.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
}

/// Some things.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct ThingList {
    /// The things.
    pub content: Vec<Thing>,
}

/// Free JSON.
pub type Extra = FreeObject;

/// A thing to be made.
#[derive(Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewThing {
    /// Its name.
    pub name: String,
    /// Whose it is.
    pub owner: Uuid,
    /// Whom to write to.
    pub email: Option<String>,
    /// What it is like.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub kind: Option<Grade>,
    /// How many.
    #[oai(default = "default_new_thing_amount")]
    pub amount: i64,
    /// What opens it.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lock: Option<String>,
    /// Free JSON.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub extra: Option<Extra>,
}

/// Without its secrets.
impl std::fmt::Debug for NewThing {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("NewThing")
            .field("name", &self.name)
            .field("owner", &self.owner)
            .field("email", &self.email)
            .field("kind", &self.kind)
            .field("amount", &self.amount)
            .field("extra", &self.extra)
            .finish_non_exhaustive()
    }
}

fn default_new_thing_amount() -> i64 {
    1
}

/// Changes: absent leaves, null clears.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct ThingPatch {
    /// Its name.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    pub name: MaybeUndefined<String>,
    /// What it is like.
    #[serde(skip_serializing_if = "MaybeUndefined::is_undefined")]
    pub kind: MaybeUndefined<Grade>,
}
