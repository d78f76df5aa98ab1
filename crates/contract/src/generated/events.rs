// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The log of every change, in the order in which the changes became true.

use super::*;

/// The log of every change, in the order in which the changes became true.
#[async_trait]
pub trait EventsApi: Send + Sync + 'static {
    /// Read the signed head of the log of an organization
    ///
    /// The position and the hash of the last event, signed with a key of
    /// `/.well-known/jwks.json`. The hash stands for every event of the log and for their order:
    /// who keeps it can show later that nothing was changed.
    async fn get_log_head(
        &self,
        call: Call,
        params: GetLogHeadParams,
    ) -> Result<GetLogHeadReply, Problem>;

    /// Read the event log
    ///
    /// The events after a cursor, in the order in which they became true, without gaps. Keep
    /// `next` and pass it as `after` to go on; with nothing new, `content` is empty and `next`
    /// stays. Partners see what is about their organization, operators what is about their
    /// station, its operators and its seats.
    async fn list_events(
        &self,
        call: Call,
        params: ListEventsParams,
    ) -> Result<ListEventsReply, Problem>;

    /// Export the event log as lines of JSON
    ///
    /// Every event after the cursor, until where the log ended when the export began, in order.
    /// It is written while it is read, so it may be long. An export that breaks off goes on after
    /// the last event that came.
    async fn export_events_as_ndjson(
        &self,
        call: Call,
        params: ExportEventsAsNdjsonParams,
    ) -> Result<ExportEventsAsNdjsonReply, Problem>;

    /// Export the event log as comma-separated values
    ///
    /// Every event after the cursor, until where the log ended when the export began, in order.
    /// It is written while it is read, so it may be long. An export that breaks off goes on after
    /// the last event that came.
    async fn export_events_as_csv(
        &self,
        call: Call,
        params: ExportEventsAsCsvParams,
    ) -> Result<ExportEventsAsCsvReply, Problem>;

    /// Follow the event log as it grows
    ///
    /// Server-sent events. Without a cursor, what happens from now on is sent. With one
    /// (`Last-Event-ID` or `after`; `after=0` is the beginning), what came since is sent first.
    /// Then the event `live` says in `replayed` how many these were, and what follows is new.
    /// When the log does not go on from the cursor, since a backup was restored, `reset` comes
    /// first and then `live`, and what follows is new: what was between is not sent, so read what
    /// you keep anew, from the start. The id of each event is a cursor; its name is the type of
    /// what happened (docs/events.md lists them) and its data the event. Who may no longer read
    /// is cut off. A caller has at most 64 event streams and WebSockets open and an organization
    /// 1024, unless the service is configured otherwise: one more is answered 429. A browser's
    /// `EventSource` can send no `Authorization`: use `fetch`, or the WebSocket with a ticket.
    /// The answer does not end, so follow it with `curl -N`; where this page offers to execute
    /// it, it would load for ever.
    async fn stream_events(
        &self,
        call: Call,
        params: StreamEventsParams,
    ) -> Result<StreamEventsReply, Problem>;

    /// Make a ticket for the WebSocket
    ///
    /// A ticket opens `/api/v1/ws?ticket=` once, within 30 seconds, on any replica, as the caller
    /// who made it: for a browser, which can send no header with a WebSocket. What ends the
    /// caller's token or key ends the connection too. The ticket is in this answer and nowhere
    /// else: the same request sent again answers without it.
    async fn create_event_ticket(&self, call: Call) -> Result<CreateEventTicketReply, Problem>;

    /// Read the events of an organization
    ///
    /// What is in the log of the organization, in its order.
    async fn list_organization_events(
        &self,
        call: Call,
        params: ListOrganizationEventsParams,
    ) -> Result<ListOrganizationEventsReply, Problem>;

    /// Read the events of a station
    ///
    /// What happened to the station, in its order.
    async fn list_station_events(
        &self,
        call: Call,
        params: ListStationEventsParams,
    ) -> Result<ListStationEventsReply, Problem>;

    /// Read the events of a user
    ///
    /// What happened to the user, in its order.
    async fn list_user_events(
        &self,
        call: Call,
        params: ListUserEventsParams,
    ) -> Result<ListUserEventsReply, Problem>;

    /// Read the events of a product
    ///
    /// What happened to the product, in its order.
    async fn list_product_events(
        &self,
        call: Call,
        params: ListProductEventsParams,
    ) -> Result<ListProductEventsReply, Problem>;

    /// Read the events of a variant
    ///
    /// What happened to the variant, in its order.
    async fn list_variant_events(
        &self,
        call: Call,
        params: ListVariantEventsParams,
    ) -> Result<ListVariantEventsReply, Problem>;

    /// Read the events of an assignment
    ///
    /// What happened to the assignment, in its order: when the seat was taken, changed and freed,
    /// and by whom.
    async fn list_assignment_events(
        &self,
        call: Call,
        params: ListAssignmentEventsParams,
    ) -> Result<ListAssignmentEventsReply, Problem>;
}

/// Path and query parameters of `getLogHead`.
#[derive(Debug, Clone, PartialEq)]
pub struct GetLogHeadParams {
    /// The id of the resource.
    pub id: Uuid,
}

/// The successes of `getLogHead`.
#[derive(Debug, ApiResponse)]
pub enum GetLogHeadReply {
    /// The head.
    #[oai(status = 200)]
    Ok(JsonReply<LogHead>),
}

impl GetLogHeadReply {
    /// The head.
    pub fn ok(body: LogHead) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for GetLogHeadReply {
    const OPERATION: &'static Operation = table::GET_LOG_HEAD;
}

/// Path and query parameters of `listEvents`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListEventsParams {
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: i32,
    /// The log of this organization instead of the platform's. A caller of an organization reads
    /// its own log without it.
    pub organization_id: Option<Uuid>,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
    /// Only events of this resource, as its kind, a slash and its id; or of a kind, when the id
    /// is left out.
    pub resource: Option<String>,
    /// Only events that this user caused.
    pub actor: Option<Uuid>,
    /// Only events about this station, its operators and its seats.
    pub station_id: Option<Uuid>,
    /// Only events that this request caused.
    pub request_id: Option<String>,
    /// Only events of this time or later.
    pub from: Option<Timestamp>,
    /// Only events before this time.
    pub to: Option<Timestamp>,
}

fn default_list_events_limit() -> i32 {
    100
}

/// The successes of `listEvents`.
#[derive(Debug, ApiResponse)]
pub enum ListEventsReply {
    /// The events.
    #[oai(status = 200)]
    Ok(JsonReply<EventFeed>),
}

impl ListEventsReply {
    /// The events.
    pub fn ok(body: EventFeed) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for ListEventsReply {
    const OPERATION: &'static Operation = table::LIST_EVENTS;
}

/// Path and query parameters of `exportEventsAsNdjson`.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportEventsAsNdjsonParams {
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The log of this organization instead of the platform's. A caller of an organization reads
    /// its own log without it.
    pub organization_id: Option<Uuid>,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
    /// Only events of this resource, as its kind, a slash and its id; or of a kind, when the id
    /// is left out.
    pub resource: Option<String>,
    /// Only events that this user caused.
    pub actor: Option<Uuid>,
    /// Only events about this station, its operators and its seats.
    pub station_id: Option<Uuid>,
    /// Only events that this request caused.
    pub request_id: Option<String>,
    /// Only events of this time or later.
    pub from: Option<Timestamp>,
    /// Only events before this time.
    pub to: Option<Timestamp>,
}

/// The successes of `exportEventsAsNdjson`.
#[derive(Debug, ApiResponse)]
pub enum ExportEventsAsNdjsonReply {
    /// The events.
    #[oai(status = 200)]
    Ok(NdjsonReply),
}

impl ExportEventsAsNdjsonReply {
    /// The events.
    pub fn ok(body: poem::Body) -> Self {
        Self::Ok(NdjsonReply(body))
    }
}

impl Reply for ExportEventsAsNdjsonReply {
    const OPERATION: &'static Operation = table::EXPORT_EVENTS_AS_NDJSON;
}

/// Path and query parameters of `exportEventsAsCsv`.
#[derive(Debug, Clone, PartialEq)]
pub struct ExportEventsAsCsvParams {
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The log of this organization instead of the platform's. A caller of an organization reads
    /// its own log without it.
    pub organization_id: Option<Uuid>,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
    /// Only events of this resource, as its kind, a slash and its id; or of a kind, when the id
    /// is left out.
    pub resource: Option<String>,
    /// Only events that this user caused.
    pub actor: Option<Uuid>,
    /// Only events about this station, its operators and its seats.
    pub station_id: Option<Uuid>,
    /// Only events that this request caused.
    pub request_id: Option<String>,
    /// Only events of this time or later.
    pub from: Option<Timestamp>,
    /// Only events before this time.
    pub to: Option<Timestamp>,
}

/// The successes of `exportEventsAsCsv`.
#[derive(Debug, ApiResponse)]
pub enum ExportEventsAsCsvReply {
    /// The events.
    #[oai(status = 200)]
    Ok(CsvReply),
}

impl ExportEventsAsCsvReply {
    /// The events.
    pub fn ok(body: poem::Body) -> Self {
        Self::Ok(CsvReply(body))
    }
}

impl Reply for ExportEventsAsCsvReply {
    const OPERATION: &'static Operation = table::EXPORT_EVENTS_AS_CSV;
}

/// Path and query parameters of `streamEvents`.
#[derive(Debug, Clone, PartialEq)]
pub struct StreamEventsParams {
    /// A cursor: what came since is sent first. Without it, what happens from now on is sent; 0
    /// is the beginning.
    pub after: Option<String>,
    /// The log of this organization instead of the platform's. A caller of an organization reads
    /// its own log without it.
    pub organization_id: Option<Uuid>,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
    /// Only events of this resource, as its kind, a slash and its id; or of a kind, when the id
    /// is left out.
    pub resource: Option<String>,
    /// Only events that this user caused.
    pub actor: Option<Uuid>,
    /// Only events about this station, its operators and its seats.
    pub station_id: Option<Uuid>,
}

/// The successes of `streamEvents`.
#[derive(Debug, ApiResponse)]
pub enum StreamEventsReply {
    /// The events.
    #[oai(status = 200)]
    Ok(EventsReply),
}

impl StreamEventsReply {
    /// The events.
    pub fn ok(body: poem::Body) -> Self {
        Self::Ok(EventsReply(body))
    }
}

impl Reply for StreamEventsReply {
    const OPERATION: &'static Operation = table::STREAM_EVENTS;
}

/// The successes of `createEventTicket`.
#[derive(Debug, ApiResponse)]
pub enum CreateEventTicketReply {
    /// The ticket.
    #[oai(status = 200)]
    Ok(JsonReply<EventTicket>),
}

impl CreateEventTicketReply {
    /// The ticket.
    pub fn ok(body: EventTicket) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for CreateEventTicketReply {
    const OPERATION: &'static Operation = table::CREATE_EVENT_TICKET;
}

/// Path and query parameters of `listOrganizationEvents`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListOrganizationEventsParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: i32,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

fn default_list_organization_events_limit() -> i32 {
    100
}

/// The successes of `listOrganizationEvents`.
#[derive(Debug, ApiResponse)]
pub enum ListOrganizationEventsReply {
    /// The events.
    #[oai(status = 200)]
    Ok(JsonReply<EventFeed>),
}

impl ListOrganizationEventsReply {
    /// The events.
    pub fn ok(body: EventFeed) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for ListOrganizationEventsReply {
    const OPERATION: &'static Operation = table::LIST_ORGANIZATION_EVENTS;
}

/// Path and query parameters of `listStationEvents`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListStationEventsParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: i32,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

fn default_list_station_events_limit() -> i32 {
    100
}

/// The successes of `listStationEvents`.
#[derive(Debug, ApiResponse)]
pub enum ListStationEventsReply {
    /// The events.
    #[oai(status = 200)]
    Ok(JsonReply<EventFeed>),
}

impl ListStationEventsReply {
    /// The events.
    pub fn ok(body: EventFeed) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for ListStationEventsReply {
    const OPERATION: &'static Operation = table::LIST_STATION_EVENTS;
}

/// Path and query parameters of `listUserEvents`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListUserEventsParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: i32,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

fn default_list_user_events_limit() -> i32 {
    100
}

/// The successes of `listUserEvents`.
#[derive(Debug, ApiResponse)]
pub enum ListUserEventsReply {
    /// The events.
    #[oai(status = 200)]
    Ok(JsonReply<EventFeed>),
}

impl ListUserEventsReply {
    /// The events.
    pub fn ok(body: EventFeed) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for ListUserEventsReply {
    const OPERATION: &'static Operation = table::LIST_USER_EVENTS;
}

/// Path and query parameters of `listProductEvents`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListProductEventsParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: i32,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

fn default_list_product_events_limit() -> i32 {
    100
}

/// The successes of `listProductEvents`.
#[derive(Debug, ApiResponse)]
pub enum ListProductEventsReply {
    /// The events.
    #[oai(status = 200)]
    Ok(JsonReply<EventFeed>),
}

impl ListProductEventsReply {
    /// The events.
    pub fn ok(body: EventFeed) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for ListProductEventsReply {
    const OPERATION: &'static Operation = table::LIST_PRODUCT_EVENTS;
}

/// Path and query parameters of `listVariantEvents`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListVariantEventsParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: i32,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

fn default_list_variant_events_limit() -> i32 {
    100
}

/// The successes of `listVariantEvents`.
#[derive(Debug, ApiResponse)]
pub enum ListVariantEventsReply {
    /// The events.
    #[oai(status = 200)]
    Ok(JsonReply<EventFeed>),
}

impl ListVariantEventsReply {
    /// The events.
    pub fn ok(body: EventFeed) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for ListVariantEventsReply {
    const OPERATION: &'static Operation = table::LIST_VARIANT_EVENTS;
}

/// Path and query parameters of `listAssignmentEvents`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListAssignmentEventsParams {
    /// The id of the resource.
    pub id: Uuid,
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: i32,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

fn default_list_assignment_events_limit() -> i32 {
    100
}

/// The successes of `listAssignmentEvents`.
#[derive(Debug, ApiResponse)]
pub enum ListAssignmentEventsReply {
    /// The events.
    #[oai(status = 200)]
    Ok(JsonReply<EventFeed>),
}

impl ListAssignmentEventsReply {
    /// The events.
    pub fn ok(body: EventFeed) -> Self {
        Self::Ok(JsonReply(body))
    }
}

impl Reply for ListAssignmentEventsReply {
    const OPERATION: &'static Operation = table::LIST_ASSIGNMENT_EVENTS;
}

pub(crate) struct EventsAdapter(pub(crate) Arc<dyn EventsApi>);

#[OpenApi]
impl EventsAdapter {
    /// Read the signed head of the log of an organization
    #[oai(
        path = "/api/v1/organizations/:id/log-head",
        method = "get",
        operation_id = "getLogHead",
        tag = "ApiTag::Events",
        transform = "guard_get_log_head"
    )]
    async fn get_log_head(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
    ) -> Answer<GetLogHeadReply> {
        let params = GetLogHeadParams { id: id.0 };

        Answer(self.0.get_log_head(call, params).await)
    }

    /// Read the event log
    #[oai(
        path = "/api/v1/events",
        method = "get",
        operation_id = "listEvents",
        tag = "ApiTag::Events",
        transform = "guard_list_events"
    )]
    async fn list_events(
        &self,
        call: Call,
        /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
        #[oai(name = "after")]
        after: Query<Option<String>>,
        /// The most events to answer. Of events that say much there are fewer in an answer, but at
        /// least one where there is one; `hasMore` tells whether to go on.
        #[oai(name = "limit", default = "default_list_events_limit")]
        limit: Query<i32>,
        /// The log of this organization instead of the platform's. A caller of an organization reads
        /// its own log without it.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
        #[oai(name = "types")]
        types: Query<Option<Vec<String>>>,
        /// Only events of this resource, as its kind, a slash and its id; or of a kind, when the id
        /// is left out.
        #[oai(name = "resource")]
        resource: Query<Option<String>>,
        /// Only events that this user caused.
        #[oai(name = "actor")]
        actor: Query<Option<Uuid>>,
        /// Only events about this station, its operators and its seats.
        #[oai(name = "stationId")]
        station_id: Query<Option<Uuid>>,
        /// Only events that this request caused.
        #[oai(name = "requestId")]
        request_id: Query<Option<String>>,
        /// Only events of this time or later.
        #[oai(name = "from")]
        from: Query<Option<Timestamp>>,
        /// Only events before this time.
        #[oai(name = "to")]
        to: Query<Option<Timestamp>>,
    ) -> Answer<ListEventsReply> {
        let params = ListEventsParams {
            after: after.0,
            limit: limit.0,
            organization_id: organization_id.0,
            types: types.0.unwrap_or_default(),
            resource: resource.0,
            actor: actor.0,
            station_id: station_id.0,
            request_id: request_id.0,
            from: from.0,
            to: to.0,
        };

        Answer(self.0.list_events(call, params).await)
    }

    /// Export the event log as lines of JSON
    #[oai(
        path = "/api/v1/events.ndjson",
        method = "get",
        operation_id = "exportEventsAsNdjson",
        tag = "ApiTag::Events",
        transform = "guard_export_events_as_ndjson"
    )]
    async fn export_events_as_ndjson(
        &self,
        call: Call,
        /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
        #[oai(name = "after")]
        after: Query<Option<String>>,
        /// The log of this organization instead of the platform's. A caller of an organization reads
        /// its own log without it.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
        #[oai(name = "types")]
        types: Query<Option<Vec<String>>>,
        /// Only events of this resource, as its kind, a slash and its id; or of a kind, when the id
        /// is left out.
        #[oai(name = "resource")]
        resource: Query<Option<String>>,
        /// Only events that this user caused.
        #[oai(name = "actor")]
        actor: Query<Option<Uuid>>,
        /// Only events about this station, its operators and its seats.
        #[oai(name = "stationId")]
        station_id: Query<Option<Uuid>>,
        /// Only events that this request caused.
        #[oai(name = "requestId")]
        request_id: Query<Option<String>>,
        /// Only events of this time or later.
        #[oai(name = "from")]
        from: Query<Option<Timestamp>>,
        /// Only events before this time.
        #[oai(name = "to")]
        to: Query<Option<Timestamp>>,
    ) -> Answer<ExportEventsAsNdjsonReply> {
        let params = ExportEventsAsNdjsonParams {
            after: after.0,
            organization_id: organization_id.0,
            types: types.0.unwrap_or_default(),
            resource: resource.0,
            actor: actor.0,
            station_id: station_id.0,
            request_id: request_id.0,
            from: from.0,
            to: to.0,
        };

        Answer(self.0.export_events_as_ndjson(call, params).await)
    }

    /// Export the event log as comma-separated values
    #[oai(
        path = "/api/v1/events.csv",
        method = "get",
        operation_id = "exportEventsAsCsv",
        tag = "ApiTag::Events",
        transform = "guard_export_events_as_csv"
    )]
    async fn export_events_as_csv(
        &self,
        call: Call,
        /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
        #[oai(name = "after")]
        after: Query<Option<String>>,
        /// The log of this organization instead of the platform's. A caller of an organization reads
        /// its own log without it.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
        #[oai(name = "types")]
        types: Query<Option<Vec<String>>>,
        /// Only events of this resource, as its kind, a slash and its id; or of a kind, when the id
        /// is left out.
        #[oai(name = "resource")]
        resource: Query<Option<String>>,
        /// Only events that this user caused.
        #[oai(name = "actor")]
        actor: Query<Option<Uuid>>,
        /// Only events about this station, its operators and its seats.
        #[oai(name = "stationId")]
        station_id: Query<Option<Uuid>>,
        /// Only events that this request caused.
        #[oai(name = "requestId")]
        request_id: Query<Option<String>>,
        /// Only events of this time or later.
        #[oai(name = "from")]
        from: Query<Option<Timestamp>>,
        /// Only events before this time.
        #[oai(name = "to")]
        to: Query<Option<Timestamp>>,
    ) -> Answer<ExportEventsAsCsvReply> {
        let params = ExportEventsAsCsvParams {
            after: after.0,
            organization_id: organization_id.0,
            types: types.0.unwrap_or_default(),
            resource: resource.0,
            actor: actor.0,
            station_id: station_id.0,
            request_id: request_id.0,
            from: from.0,
            to: to.0,
        };

        Answer(self.0.export_events_as_csv(call, params).await)
    }

    /// Follow the event log as it grows
    #[oai(
        path = "/api/v1/events/stream",
        method = "get",
        operation_id = "streamEvents",
        tag = "ApiTag::Events",
        transform = "guard_stream_events"
    )]
    async fn stream_events(
        &self,
        call: Call,
        /// A cursor: what came since is sent first. Without it, what happens from now on is sent; 0
        /// is the beginning.
        #[oai(name = "after")]
        after: Query<Option<String>>,
        /// The log of this organization instead of the platform's. A caller of an organization reads
        /// its own log without it.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
        #[oai(name = "types")]
        types: Query<Option<Vec<String>>>,
        /// Only events of this resource, as its kind, a slash and its id; or of a kind, when the id
        /// is left out.
        #[oai(name = "resource")]
        resource: Query<Option<String>>,
        /// Only events that this user caused.
        #[oai(name = "actor")]
        actor: Query<Option<Uuid>>,
        /// Only events about this station, its operators and its seats.
        #[oai(name = "stationId")]
        station_id: Query<Option<Uuid>>,
        /// The id of the last event that came. It goes before `after`.
        #[oai(name = "Last-Event-ID")]
        _last_event_id: Header<Option<String>>,
    ) -> Answer<StreamEventsReply> {
        let params = StreamEventsParams {
            after: after.0,
            organization_id: organization_id.0,
            types: types.0.unwrap_or_default(),
            resource: resource.0,
            actor: actor.0,
            station_id: station_id.0,
        };

        Answer(self.0.stream_events(call, params).await)
    }

    /// Make a ticket for the WebSocket
    #[oai(
        path = "/api/v1/events/tickets",
        method = "post",
        operation_id = "createEventTicket",
        tag = "ApiTag::Events",
        transform = "guard_create_event_ticket"
    )]
    async fn create_event_ticket(
        &self,
        call: Call,
        /// Any text that is unique to this request. Within 24 hours the same key with the same
        /// request is answered with the first success and done once.
        #[oai(name = "Idempotency-Key")]
        _idempotency_key: Header<Option<String>>,
    ) -> Answer<CreateEventTicketReply> {
        Answer(self.0.create_event_ticket(call).await)
    }

    /// Read the events of an organization
    #[oai(
        path = "/api/v1/organizations/:id/events",
        method = "get",
        operation_id = "listOrganizationEvents",
        tag = "ApiTag::Events",
        transform = "guard_list_organization_events"
    )]
    async fn list_organization_events(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
        #[oai(name = "after")]
        after: Query<Option<String>>,
        /// The most events to answer. Of events that say much there are fewer in an answer, but at
        /// least one where there is one; `hasMore` tells whether to go on.
        #[oai(name = "limit", default = "default_list_organization_events_limit")]
        limit: Query<i32>,
        /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
        #[oai(name = "types")]
        types: Query<Option<Vec<String>>>,
    ) -> Answer<ListOrganizationEventsReply> {
        let params = ListOrganizationEventsParams {
            id: id.0,
            after: after.0,
            limit: limit.0,
            types: types.0.unwrap_or_default(),
        };

        Answer(self.0.list_organization_events(call, params).await)
    }

    /// Read the events of a station
    #[oai(
        path = "/api/v1/stations/:id/events",
        method = "get",
        operation_id = "listStationEvents",
        tag = "ApiTag::Events",
        transform = "guard_list_station_events"
    )]
    async fn list_station_events(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
        #[oai(name = "after")]
        after: Query<Option<String>>,
        /// The most events to answer. Of events that say much there are fewer in an answer, but at
        /// least one where there is one; `hasMore` tells whether to go on.
        #[oai(name = "limit", default = "default_list_station_events_limit")]
        limit: Query<i32>,
        /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
        #[oai(name = "types")]
        types: Query<Option<Vec<String>>>,
    ) -> Answer<ListStationEventsReply> {
        let params = ListStationEventsParams {
            id: id.0,
            after: after.0,
            limit: limit.0,
            types: types.0.unwrap_or_default(),
        };

        Answer(self.0.list_station_events(call, params).await)
    }

    /// Read the events of a user
    #[oai(
        path = "/api/v1/users/:id/events",
        method = "get",
        operation_id = "listUserEvents",
        tag = "ApiTag::Events",
        transform = "guard_list_user_events"
    )]
    async fn list_user_events(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
        #[oai(name = "after")]
        after: Query<Option<String>>,
        /// The most events to answer. Of events that say much there are fewer in an answer, but at
        /// least one where there is one; `hasMore` tells whether to go on.
        #[oai(name = "limit", default = "default_list_user_events_limit")]
        limit: Query<i32>,
        /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
        #[oai(name = "types")]
        types: Query<Option<Vec<String>>>,
    ) -> Answer<ListUserEventsReply> {
        let params = ListUserEventsParams {
            id: id.0,
            after: after.0,
            limit: limit.0,
            types: types.0.unwrap_or_default(),
        };

        Answer(self.0.list_user_events(call, params).await)
    }

    /// Read the events of a product
    #[oai(
        path = "/api/v1/products/:id/events",
        method = "get",
        operation_id = "listProductEvents",
        tag = "ApiTag::Events",
        transform = "guard_list_product_events"
    )]
    async fn list_product_events(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
        #[oai(name = "after")]
        after: Query<Option<String>>,
        /// The most events to answer. Of events that say much there are fewer in an answer, but at
        /// least one where there is one; `hasMore` tells whether to go on.
        #[oai(name = "limit", default = "default_list_product_events_limit")]
        limit: Query<i32>,
        /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
        #[oai(name = "types")]
        types: Query<Option<Vec<String>>>,
    ) -> Answer<ListProductEventsReply> {
        let params = ListProductEventsParams {
            id: id.0,
            after: after.0,
            limit: limit.0,
            types: types.0.unwrap_or_default(),
        };

        Answer(self.0.list_product_events(call, params).await)
    }

    /// Read the events of a variant
    #[oai(
        path = "/api/v1/variants/:id/events",
        method = "get",
        operation_id = "listVariantEvents",
        tag = "ApiTag::Events",
        transform = "guard_list_variant_events"
    )]
    async fn list_variant_events(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
        #[oai(name = "after")]
        after: Query<Option<String>>,
        /// The most events to answer. Of events that say much there are fewer in an answer, but at
        /// least one where there is one; `hasMore` tells whether to go on.
        #[oai(name = "limit", default = "default_list_variant_events_limit")]
        limit: Query<i32>,
        /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
        #[oai(name = "types")]
        types: Query<Option<Vec<String>>>,
    ) -> Answer<ListVariantEventsReply> {
        let params = ListVariantEventsParams {
            id: id.0,
            after: after.0,
            limit: limit.0,
            types: types.0.unwrap_or_default(),
        };

        Answer(self.0.list_variant_events(call, params).await)
    }

    /// Read the events of an assignment
    #[oai(
        path = "/api/v1/assignments/:id/events",
        method = "get",
        operation_id = "listAssignmentEvents",
        tag = "ApiTag::Events",
        transform = "guard_list_assignment_events"
    )]
    async fn list_assignment_events(
        &self,
        call: Call,
        /// The id of the resource.
        #[oai(name = "id")]
        id: Path<Uuid>,
        /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
        #[oai(name = "after")]
        after: Query<Option<String>>,
        /// The most events to answer. Of events that say much there are fewer in an answer, but at
        /// least one where there is one; `hasMore` tells whether to go on.
        #[oai(name = "limit", default = "default_list_assignment_events_limit")]
        limit: Query<i32>,
        /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
        #[oai(name = "types")]
        types: Query<Option<Vec<String>>>,
    ) -> Answer<ListAssignmentEventsReply> {
        let params = ListAssignmentEventsParams {
            id: id.0,
            after: after.0,
            limit: limit.0,
            types: types.0.unwrap_or_default(),
        };

        Answer(self.0.list_assignment_events(call, params).await)
    }
}

fn guard_get_log_head<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_LOG_HEAD, endpoint)
}

fn guard_list_events<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_EVENTS, endpoint)
}

fn guard_export_events_as_ndjson<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::EXPORT_EVENTS_AS_NDJSON, endpoint)
}

fn guard_export_events_as_csv<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::EXPORT_EVENTS_AS_CSV, endpoint)
}

fn guard_stream_events<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::STREAM_EVENTS, endpoint)
}

fn guard_create_event_ticket<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::CREATE_EVENT_TICKET, endpoint)
}

fn guard_list_organization_events<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_ORGANIZATION_EVENTS, endpoint)
}

fn guard_list_station_events<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_STATION_EVENTS, endpoint)
}

fn guard_list_user_events<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_USER_EVENTS, endpoint)
}

fn guard_list_product_events<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_PRODUCT_EVENTS, endpoint)
}

fn guard_list_variant_events<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_VARIANT_EVENTS, endpoint)
}

fn guard_list_assignment_events<E: poem::Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_ASSIGNMENT_EVENTS, endpoint)
}

/// One fact of the log.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct Event {
    /// The id of the event.
    pub id: Uuid,
    /// Its place in the log, from 1, without gaps.
    pub position: i64,
    /// What happened, as resource.action. All types are in docs/events.md.
    pub r#type: String,
    /// The version of the shape of data.
    pub schema_version: i32,
    /// What an event happened to.
    pub resource: EventResource,
    /// Who caused an event.
    pub actor: EventActor,
    /// The organization that it belongs to, or null for the platform.
    pub organization_id: Option<Uuid>,
    /// The station that it is about, or null.
    pub station_id: Option<Uuid>,
    /// The request that caused it, or null.
    pub request_id: Option<String>,
    /// When it happened.
    pub occurred_at: Timestamp,
    /// What the event says, by its type, as docs/events.md lists it.
    pub data: EventData,
    /// SHA-256, hexadecimal, over this event and the hash of the one before it in the log.
    pub hash: String,
}

/// What the event says, by its type, as docs/events.md lists it.
pub type EventData = FreeObject;

/// What an event happened to.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct EventResource {
    /// The kind of resource, for example assignment.
    pub kind: String,
    /// Its id.
    pub id: Uuid,
    /// The version that the event made.
    pub version: i64,
}

/// USER is a person or a program with the key of one, API_KEY a program with the key of an
/// organization, SYSTEM the service itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Enum, Serialize)]
pub enum EventActorKind {
    /// `USER`.
    #[oai(rename = "USER")]
    #[serde(rename = "USER")]
    User,
    /// `API_KEY`.
    #[oai(rename = "API_KEY")]
    #[serde(rename = "API_KEY")]
    ApiKey,
    /// `SYSTEM`.
    #[oai(rename = "SYSTEM")]
    #[serde(rename = "SYSTEM")]
    System,
}

impl EventActorKind {
    /// Every value, in the order of the contract.
    pub const ALL: &'static [Self] = &[Self::User, Self::ApiKey, Self::System];

    /// The value on the wire.
    pub const fn as_str(self) -> &'static str {
        match self {
            Self::User => "USER",
            Self::ApiKey => "API_KEY",
            Self::System => "SYSTEM",
        }
    }
}

/// Who caused an event.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct EventActor {
    /// USER is a person or a program with the key of one, API_KEY a program with the key of an
    /// organization, SYSTEM the service itself.
    pub kind: EventActorKind,
    /// The user, or the user who owns the key; null for the service itself and for the key of an
    /// organization.
    pub id: Option<Uuid>,
    /// The API key, or null when none was used.
    pub api_key_id: Option<Uuid>,
}

/// Where a log ends, signed.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct LogHead {
    /// Whose log it is.
    pub organization_id: Uuid,
    /// The position of the last event.
    pub position: i64,
    /// The hash of the last event, hexadecimal.
    pub hash: String,
    /// About how many bytes the events take, 256 for each beside what it says. Not part of what
    /// is signed.
    pub bytes: i64,
    /// When it was signed.
    pub signed_at: Timestamp,
    /// The same as a signed statement: a compact JWS (RFC 7515) of the type `log-head+jwt` with
    /// `iss`, `sub` (the organization), `iat`, `position` and `hash`.
    pub signature: String,
}

/// A ticket for the WebSocket.
#[derive(Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct EventTicket {
    /// Until when it works.
    pub expires_at: Timestamp,
    /// The ticket itself, in the first answer alone.
    #[oai(skip_serializing_if_is_none)]
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
}

/// Without its secrets.
impl std::fmt::Debug for EventTicket {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EventTicket")
            .field("expires_at", &self.expires_at)
            .finish_non_exhaustive()
    }
}

/// Events and where to go on.
#[derive(Debug, Clone, PartialEq, Object, Serialize)]
#[oai(rename_all = "camelCase")]
#[serde(rename_all = "camelCase")]
pub struct EventFeed {
    /// The events, oldest first.
    pub content: Vec<Event>,
    /// The cursor to go on from.
    pub next: String,
    /// Whether more events are there already.
    pub has_more: bool,
}
