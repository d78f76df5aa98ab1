// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The sites that an organization owns. A station belongs to one organization for ever.

use super::*;

/// The sites that an organization owns. A station belongs to one organization for ever.
#[async_trait]
pub trait StationsApi: Send + Sync + 'static {
    /// List the stations of an organization
    ///
    /// A page of the stations of one organization. Removed ones are listed only with
    /// `operationalStatus=REMOVED`.
    async fn list_organization_stations(
        &self,
        call: Call,
        params: ListOrganizationStationsParams,
    ) -> Result<ListOrganizationStationsReply, Problem>;

    /// Create a station
    ///
    /// Creates a station of the organization. Organization and code are fixed from then on; the
    /// code is unique in the organization, removed stations included.
    async fn create_station(
        &self,
        call: Call,
        params: CreateStationParams,
        body: NewStation,
    ) -> Result<CreateStationReply, Problem>;

    /// List stations
    ///
    /// A page of the stations that the caller may see. Removed ones are listed only with
    /// `operationalStatus=REMOVED`.
    async fn list_stations(
        &self,
        call: Call,
        params: ListStationsParams,
    ) -> Result<ListStationsReply, Problem>;

    /// Read a station
    ///
    /// One station, also a removed one, since seats and events name it.
    async fn get_station(
        &self,
        call: Call,
        params: GetStationParams,
    ) -> Result<GetStationReply, Problem>;

    /// Change a station
    ///
    /// Replaces name, address, operational status and attributes. An absent address becomes null,
    /// absent attributes become empty; absent `coordinates`, `timeZone` and `country` stay.
    /// REMOVED is reached by delete alone.
    async fn update_station(
        &self,
        call: Call,
        params: UpdateStationParams,
        body: StationUpdate,
    ) -> Result<UpdateStationReply, Problem>;

    /// Remove a station
    ///
    /// The station becomes REMOVED and the seats that it holds are revoked, together. Its code is
    /// never used again. Removing a removed station does nothing.
    async fn delete_station(
        &self,
        call: Call,
        params: DeleteStationParams,
    ) -> Result<DeleteStationReply, Problem>;
}

/// Path and query parameters of `listOrganizationStations`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListOrganizationStationsParams {
    /// The id of the resource.
    pub id: Uuid,
    /// Only stations in this status. Removed ones are listed with `REMOVED` alone.
    pub operational_status: Option<OperationalStatus>,
    /// Only stations whose code, name or address contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

fn default_list_organization_stations_page() -> i32 {
    0
}

fn default_list_organization_stations_size() -> i32 {
    20
}

/// The successes of `listOrganizationStations`.
#[derive(Debug, ApiResponse)]
pub enum ListOrganizationStationsReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageStation>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListOrganizationStationsReply {
    /// The page.
    pub fn ok(body: PageStation, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListOrganizationStationsReply {
    const OPERATION: &'static Operation = table::LIST_ORGANIZATION_STATIONS;
}

/// Path and query parameters of `createStation`.
#[derive(Debug, Clone, PartialEq)]
pub struct CreateStationParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `createStation`.
#[derive(Debug, ApiResponse)]
pub enum CreateStationReply {
    /// The station was created.
    #[oai(status = 201)]
    Created(
        JsonReply<Station>,
        /// The path of what was created.
        #[oai(header = "Location")]
        String,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl CreateStationReply {
    /// The station was created.
    pub fn created(body: Station, location: impl Into<String>, etag: impl Into<String>) -> Self {
        Self::Created(JsonReply(body), location.into(), etag.into())
    }
}

impl Reply for CreateStationReply {
    const OPERATION: &'static Operation = table::CREATE_STATION;
}

/// Path and query parameters of `listStations`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListStationsParams {
    /// Only what belongs to this organization.
    pub organization_id: Option<Uuid>,
    /// Only stations with this code, which is unique in an organization.
    pub code: Option<String>,
    /// Only stations in this status. Removed ones are listed with `REMOVED` alone.
    pub operational_status: Option<OperationalStatus>,
    /// Only stations in this country, by its two letters (ISO 3166-1).
    pub country: Option<String>,
    /// Only stations whose code, name or address contains this text, whatever its case.
    pub q: Option<String>,
    /// The number of the page, from 0.
    pub page: i32,
    /// Elements on a page.
    pub size: i32,
    /// Order of the page, most significant first. Ties are broken by id.
    pub sort: Vec<String>,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

fn default_list_stations_page() -> i32 {
    0
}

fn default_list_stations_size() -> i32 {
    20
}

/// The successes of `listStations`.
#[derive(Debug, ApiResponse)]
pub enum ListStationsReply {
    /// The page.
    #[oai(status = 200)]
    Ok(
        JsonReply<PageStation>,
        /// Links to the first, previous, next and last page (RFC 8288).
        #[oai(header = "Link")]
        String,
    ),
}

impl ListStationsReply {
    /// The page.
    pub fn ok(body: PageStation, link: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), link.into())
    }
}

impl Reply for ListStationsReply {
    const OPERATION: &'static Operation = table::LIST_STATIONS;
}

/// Path and query parameters of `getStation`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetStationParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The state at this time, to the microsecond, with what happened at it, instead of the
    /// present one. Who the caller is and what it may see is judged by the present. Not later
    /// than now. Such an answer has no ETag.
    pub as_of: Option<Timestamp>,
}

/// The successes of `getStation`.
#[derive(Debug, ApiResponse)]
pub enum GetStationReply {
    /// The station.
    #[oai(status = 200)]
    Ok(
        JsonReply<Station>,
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

impl GetStationReply {
    /// The station.
    pub fn ok(body: Station, etag: Option<String>) -> Self {
        Self::Ok(JsonReply(body), etag)
    }

    /// The representation that the caller has is still true.
    pub fn not_modified(etag: impl Into<String>) -> Self {
        Self::NotModified(etag.into())
    }
}

impl Reply for GetStationReply {
    const OPERATION: &'static Operation = table::GET_STATION;
}

/// Path and query parameters of `updateStation`.
#[derive(Debug, Clone, PartialEq)]
pub struct UpdateStationParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `updateStation`.
#[derive(Debug, ApiResponse)]
pub enum UpdateStationReply {
    /// The station.
    #[oai(status = 200)]
    Ok(
        JsonReply<Station>,
        /// The version of the representation, for If-Match and If-None-Match.
        #[oai(header = "ETag")]
        String,
    ),
}

impl UpdateStationReply {
    /// The station.
    pub fn ok(body: Station, etag: impl Into<String>) -> Self {
        Self::Ok(JsonReply(body), etag.into())
    }
}

impl Reply for UpdateStationReply {
    const OPERATION: &'static Operation = table::UPDATE_STATION;
}

/// Path and query parameters of `deleteStation`.
#[derive(Debug, Clone, PartialEq)]
pub struct DeleteStationParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `deleteStation`.
#[derive(Debug, ApiResponse)]
pub enum DeleteStationReply {
    /// The station is removed. There is no body, for example `HTTP/1.1 204 No Content`.
    #[oai(status = 204)]
    NoContent,
}

impl DeleteStationReply {
    /// The station is removed. There is no body, for example `HTTP/1.1 204 No Content`.
    pub fn no_content() -> Self {
        Self::NoContent
    }
}

impl Reply for DeleteStationReply {
    const OPERATION: &'static Operation = table::DELETE_STATION;
}

pub(crate) struct StationsAdapter(pub(crate) Arc<dyn StationsApi>);

#[OpenApi]
impl StationsAdapter {
    /// List the stations of an organization
    #[oai(
        path = "/api/v1/organizations/:id/stations",
        method = "get",
        operation_id = "listOrganizationStations",
        tag = "ApiTag::Stations",
        transform = "guard_list_organization_stations"
    )]
    async fn list_organization_stations(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Only stations in this status. Removed ones are listed with `REMOVED` alone.
        #[oai(name = "operationalStatus")]
        operational_status: Query<Option<OperationalStatus>>,
        /// Only stations whose code, name or address contains this text, whatever its case.
        #[oai(name = "q")]
        q: Query<Option<String>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_organization_stations_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_organization_stations_size")]
        size: Query<i32>,
        /// Order of the page, most significant first. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
        /// The state at this time, to the microsecond, with what happened at it, instead of the
        /// present one. Who the caller is and what it may see is judged by the present. Not later
        /// than now. Such an answer has no ETag.
        #[oai(name = "asOf")]
        as_of: Query<Option<Timestamp>>,
    ) -> Answer<ListOrganizationStationsReply> {
        let params = ListOrganizationStationsParams {
            id: id.0,
            operational_status: operational_status.0,
            q: q.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
            as_of: as_of.0,
        };

        Answer(self.0.list_organization_stations(call, params).await)
    }

    /// Create a station
    #[oai(
        path = "/api/v1/organizations/:id/stations",
        method = "post",
        operation_id = "createStation",
        tag = "ApiTag::Stations",
        transform = "guard_create_station"
    )]
    async fn create_station(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
        body: JsonBody<NewStation>,
    ) -> Answer<CreateStationReply> {
        let params = CreateStationParams { id: id.0 };

        Answer(self.0.create_station(call, params, body.0).await)
    }

    /// List stations
    #[oai(
        path = "/api/v1/stations",
        method = "get",
        operation_id = "listStations",
        tag = "ApiTag::Stations",
        transform = "guard_list_stations"
    )]
    async fn list_stations(
        &self,
        call: Call,
        /// Only what belongs to this organization.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// Only stations with this code, which is unique in an organization.
        #[oai(name = "code")]
        code: Query<Option<String>>,
        /// Only stations in this status. Removed ones are listed with `REMOVED` alone.
        #[oai(name = "operationalStatus")]
        operational_status: Query<Option<OperationalStatus>>,
        /// Only stations in this country, by its two letters (ISO 3166-1).
        #[oai(name = "country")]
        country: Query<Option<String>>,
        /// Only stations whose code, name or address contains this text, whatever its case.
        #[oai(name = "q")]
        q: Query<Option<String>>,
        /// The number of the page, from 0.
        #[oai(name = "page", default = "default_list_stations_page")]
        page: Query<i32>,
        /// Elements on a page.
        #[oai(name = "size", default = "default_list_stations_size")]
        size: Query<i32>,
        /// Order of the page, most significant first. Ties are broken by id.
        #[oai(name = "sort")]
        sort: Query<Option<Vec<String>>>,
        /// The state at this time, to the microsecond, with what happened at it, instead of the
        /// present one. Who the caller is and what it may see is judged by the present. Not later
        /// than now. Such an answer has no ETag.
        #[oai(name = "asOf")]
        as_of: Query<Option<Timestamp>>,
    ) -> Answer<ListStationsReply> {
        let params = ListStationsParams {
            organization_id: organization_id.0,
            code: code.0,
            operational_status: operational_status.0,
            country: country.0,
            q: q.0,
            page: page.0,
            size: size.0,
            sort: sort.0.unwrap_or_default(),
            as_of: as_of.0,
        };

        Answer(self.0.list_stations(call, params).await)
    }

    /// Read a station
    #[oai(
        path = "/api/v1/stations/:id",
        method = "get",
        operation_id = "getStation",
        tag = "ApiTag::Stations",
        transform = "guard_get_station"
    )]
    async fn get_station(
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
    ) -> Answer<GetStationReply> {
        let params = GetStationParams {
            id: id.0,
            as_of: as_of.0,
        };

        Answer(self.0.get_station(call, params).await)
    }

    /// Change a station
    #[oai(
        path = "/api/v1/stations/:id",
        method = "put",
        operation_id = "updateStation",
        tag = "ApiTag::Stations",
        transform = "guard_update_station"
    )]
    async fn update_station(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
        body: JsonBody<StationUpdate>,
    ) -> Answer<UpdateStationReply> {
        let params = UpdateStationParams { id: id.0 };

        Answer(self.0.update_station(call, params, body.0).await)
    }

    /// Remove a station
    #[oai(
        path = "/api/v1/stations/:id",
        method = "delete",
        operation_id = "deleteStation",
        tag = "ApiTag::Stations",
        transform = "guard_delete_station"
    )]
    async fn delete_station(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The ETag that the change is based on. When the resource has another version, nothing is
        /// done and the answer is 412.
        #[oai(name = "If-Match")]
        _if_match: Header<Option<String>>,
    ) -> Answer<DeleteStationReply> {
        let params = DeleteStationParams { id: id.0 };

        Answer(self.0.delete_station(call, params).await)
    }
}

fn guard_list_organization_stations<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_ORGANIZATION_STATIONS, endpoint)
}

fn guard_create_station<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_STATION, endpoint)
}

fn guard_list_stations<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_STATIONS, endpoint)
}

fn guard_get_station<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_STATION, endpoint)
}

fn guard_update_station<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::UPDATE_STATION, endpoint)
}

fn guard_delete_station<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::DELETE_STATION, endpoint)
}

/// Whether a station works. REMOVED is final and reached by delete alone.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum OperationalStatus {
    /// `AVAILABLE`.
    #[oai(rename = "AVAILABLE")]
    #[serde(rename = "AVAILABLE")]
    Available,
    /// `OUT_OF_SERVICE`.
    #[oai(rename = "OUT_OF_SERVICE")]
    #[serde(rename = "OUT_OF_SERVICE")]
    OutOfService,
    /// `PLANNED`.
    #[oai(rename = "PLANNED")]
    #[serde(rename = "PLANNED")]
    Planned,
    /// `REMOVED`.
    #[oai(rename = "REMOVED")]
    #[serde(rename = "REMOVED")]
    Removed,
}

impl OperationalStatus {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[
        Self::Available,
        Self::OutOfService,
        Self::Planned,
        Self::Removed,
    ];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::Available => "AVAILABLE",
            Self::OutOfService => "OUT_OF_SERVICE",
            Self::Planned => "PLANNED",
            Self::Removed => "REMOVED",
        }
    }
}

/// A place on earth (WGS 84).
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Coordinates {
    /// Degrees north, negative to the south.
    pub latitude: f64,
    /// Degrees east, negative to the west.
    pub longitude: f64,
}

/// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
/// it may contain U+0000. What is larger from before there was this bound stays until it is
/// replaced.
pub type StationAttributes = FreeObject;

/// A site of an organization. Without coordinates, they are not known.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Station {
    /// The id of the station.
    pub id: Uuid,
    /// The organization that owns it for ever.
    pub organization_id: Uuid,
    /// The stable name for programs, unique in the organization.
    pub code: String,
    /// The name for people.
    pub name: String,
    /// Where it is, for people; null when it is not known.
    pub address: Option<String>,
    /// A place on earth (WGS 84).
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    /// The time zone there, by its IANA name.
    pub time_zone: String,
    /// The country, by its two letters (ISO 3166-1).
    pub country: String,
    /// Whether a station works. REMOVED is final and reached by delete alone.
    pub operational_status: OperationalStatus,
    /// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
    /// it may contain U+0000. What is larger from before there was this bound stays until it is
    /// replaced.
    pub attributes: StationAttributes,
    /// When it was created.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
    /// Counts the changes, from 1.
    pub version: i64,
}

/// A station to be made. Without an operational status it is AVAILABLE; it cannot be REMOVED.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct NewStation {
    /// The stable name for programs.
    pub code: String,
    /// The name for people.
    pub name: String,
    /// Where it is, for people.
    pub address: Option<String>,
    /// A place on earth (WGS 84).
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    /// The time zone there, by its IANA name.
    pub time_zone: String,
    /// The country, by its two letters (ISO 3166-1).
    pub country: String,
    /// Whether a station works. REMOVED is final and reached by delete alone.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub operational_status: Option<OperationalStatus>,
    /// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
    /// it may contain U+0000. What is larger from before there was this bound stays until it is
    /// replaced.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<StationAttributes>,
}

/// What a station becomes. Absent coordinates stay, absent attributes become empty.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct StationUpdate {
    /// The name for people.
    pub name: String,
    /// Where it is, for people; absent, it becomes null.
    pub address: Option<String>,
    /// A place on earth (WGS 84).
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub coordinates: Option<Coordinates>,
    /// The time zone there, by its IANA name; absent, it stays.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub time_zone: Option<String>,
    /// The country, by its two letters (ISO 3166-1); absent, it stays.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub country: Option<String>,
    /// Whether a station works. REMOVED is final and reached by delete alone.
    pub operational_status: OperationalStatus,
    /// Free JSON of the customer's own, at most 16 KiB as JSON without spaces. No name or text in
    /// it may contain U+0000. What is larger from before there was this bound stays until it is
    /// replaced.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub attributes: Option<StationAttributes>,
}

/// A page of stations.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct PageStation {
    /// The elements of this page.
    pub content: Vec<Station>,
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
