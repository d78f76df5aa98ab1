// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The log of every change, in the order in which the changes became true.

use super::*;

impl Client {
    /// Read the signed head of the log of an organization
    ///
    /// The position and the hash of the last event, signed with a key of
    /// `/.well-known/jwks.json`. The hash stands for every event of the log and for their order:
    /// who keeps it can show later that nothing was changed.
    pub async fn get_log_head(&self, id: Uuid, options: &Options) -> Result<Reply<LogHead>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/organizations/{id}/log-head"),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Read the event log
    ///
    /// The events after a cursor, in the order in which they became true, without gaps. Keep
    /// `next` and pass it as `after` to go on; with nothing new, `content` is empty and `next`
    /// stays. Partners see what is about their organization, operators what is about their
    /// station, its operators and its seats.
    pub async fn list_events(
        &self,
        params: &ListEventsParams,
        options: &Options,
    ) -> Result<Reply<EventFeed>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/events".to_owned(),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Export the event log as lines of JSON
    ///
    /// Every event after the cursor, until where the log ended when the export began, in order.
    /// It is written while it is read, so it may be long. An export that breaks off goes on after
    /// the last event that came.
    pub async fn export_events_as_ndjson(
        &self,
        params: &ExportEventsAsNdjsonParams,
        options: &Options,
    ) -> Result<Reply<Download>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/events.ndjson".to_owned(),
            params.pairs(),
        );
        self.send_for_download(exchange, options).await
    }

    /// Export the event log as comma-separated values
    ///
    /// Every event after the cursor, until where the log ended when the export began, in order.
    /// It is written while it is read, so it may be long. An export that breaks off goes on after
    /// the last event that came.
    pub async fn export_events_as_csv(
        &self,
        params: &ExportEventsAsCsvParams,
        options: &Options,
    ) -> Result<Reply<Download>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/events.csv".to_owned(),
            params.pairs(),
        );
        self.send_for_download(exchange, options).await
    }

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
    pub async fn stream_events(
        &self,
        params: &StreamEventsParams,
        options: &Options,
    ) -> Result<Reply<Download>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            "/api/v1/events/stream".to_owned(),
            params.pairs(),
        );
        self.send_for_download(exchange, options).await
    }

    /// Make a ticket for the WebSocket
    ///
    /// A ticket opens `/api/v1/ws?ticket=` once, within 30 seconds, on any replica, as the caller
    /// who made it: for a browser, which can send no header with a WebSocket. What ends the
    /// caller's token or key ends the connection too. The ticket is in this answer and nowhere
    /// else: the same request sent again answers without it.
    pub async fn create_event_ticket(
        &self,
        options: &Options,
    ) -> Result<Reply<EventTicket>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::POST,
            "/api/v1/events/tickets".to_owned(),
            Vec::new(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Read the events of an organization
    ///
    /// What is in the log of the organization, in its order.
    pub async fn list_organization_events(
        &self,
        id: Uuid,
        params: &ListOrganizationEventsParams,
        options: &Options,
    ) -> Result<Reply<EventFeed>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/organizations/{id}/events"),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Read the events of a station
    ///
    /// What happened to the station, in its order.
    pub async fn list_station_events(
        &self,
        id: Uuid,
        params: &ListStationEventsParams,
        options: &Options,
    ) -> Result<Reply<EventFeed>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/stations/{id}/events"),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Read the events of a user
    ///
    /// What happened to the user, in its order.
    pub async fn list_user_events(
        &self,
        id: Uuid,
        params: &ListUserEventsParams,
        options: &Options,
    ) -> Result<Reply<EventFeed>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/users/{id}/events"),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Read the events of a product
    ///
    /// What happened to the product, in its order.
    pub async fn list_product_events(
        &self,
        id: Uuid,
        params: &ListProductEventsParams,
        options: &Options,
    ) -> Result<Reply<EventFeed>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/products/{id}/events"),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Read the events of a variant
    ///
    /// What happened to the variant, in its order.
    pub async fn list_variant_events(
        &self,
        id: Uuid,
        params: &ListVariantEventsParams,
        options: &Options,
    ) -> Result<Reply<EventFeed>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/variants/{id}/events"),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }

    /// Read the events of an assignment
    ///
    /// What happened to the assignment, in its order: when the seat was taken, changed and freed,
    /// and by whom.
    pub async fn list_assignment_events(
        &self,
        id: Uuid,
        params: &ListAssignmentEventsParams,
        options: &Options,
    ) -> Result<Reply<EventFeed>, Error> {
        let exchange = Exchange::new(
            reqwest::Method::GET,
            format!("/api/v1/assignments/{id}/events"),
            params.pairs(),
        );
        self.send_for_json(exchange, options).await
    }
}

/// Query parameters of `listEvents`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListEventsParams {
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: Option<i32>,
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
    pub from: Option<DateTime<Utc>>,
    /// Only events before this time.
    pub to: Option<DateTime<Utc>>,
}

impl ListEventsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.after {
            pairs.push(("after", value.to_string()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        if let Some(value) = &self.organization_id {
            pairs.push(("organizationId", value.to_string()));
        }
        for value in &self.types {
            pairs.push(("types", value.to_string()));
        }
        if let Some(value) = &self.resource {
            pairs.push(("resource", value.to_string()));
        }
        if let Some(value) = &self.actor {
            pairs.push(("actor", value.to_string()));
        }
        if let Some(value) = &self.station_id {
            pairs.push(("stationId", value.to_string()));
        }
        if let Some(value) = &self.request_id {
            pairs.push(("requestId", value.to_string()));
        }
        if let Some(value) = &self.from {
            pairs.push(("from", value.to_rfc3339()));
        }
        if let Some(value) = &self.to {
            pairs.push(("to", value.to_rfc3339()));
        }
        pairs
    }
}

/// Query parameters of `exportEventsAsNdjson`.
#[derive(Debug, Clone, PartialEq, Default)]
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
    pub from: Option<DateTime<Utc>>,
    /// Only events before this time.
    pub to: Option<DateTime<Utc>>,
}

impl ExportEventsAsNdjsonParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.after {
            pairs.push(("after", value.to_string()));
        }
        if let Some(value) = &self.organization_id {
            pairs.push(("organizationId", value.to_string()));
        }
        for value in &self.types {
            pairs.push(("types", value.to_string()));
        }
        if let Some(value) = &self.resource {
            pairs.push(("resource", value.to_string()));
        }
        if let Some(value) = &self.actor {
            pairs.push(("actor", value.to_string()));
        }
        if let Some(value) = &self.station_id {
            pairs.push(("stationId", value.to_string()));
        }
        if let Some(value) = &self.request_id {
            pairs.push(("requestId", value.to_string()));
        }
        if let Some(value) = &self.from {
            pairs.push(("from", value.to_rfc3339()));
        }
        if let Some(value) = &self.to {
            pairs.push(("to", value.to_rfc3339()));
        }
        pairs
    }
}

/// Query parameters of `exportEventsAsCsv`.
#[derive(Debug, Clone, PartialEq, Default)]
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
    pub from: Option<DateTime<Utc>>,
    /// Only events before this time.
    pub to: Option<DateTime<Utc>>,
}

impl ExportEventsAsCsvParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.after {
            pairs.push(("after", value.to_string()));
        }
        if let Some(value) = &self.organization_id {
            pairs.push(("organizationId", value.to_string()));
        }
        for value in &self.types {
            pairs.push(("types", value.to_string()));
        }
        if let Some(value) = &self.resource {
            pairs.push(("resource", value.to_string()));
        }
        if let Some(value) = &self.actor {
            pairs.push(("actor", value.to_string()));
        }
        if let Some(value) = &self.station_id {
            pairs.push(("stationId", value.to_string()));
        }
        if let Some(value) = &self.request_id {
            pairs.push(("requestId", value.to_string()));
        }
        if let Some(value) = &self.from {
            pairs.push(("from", value.to_rfc3339()));
        }
        if let Some(value) = &self.to {
            pairs.push(("to", value.to_rfc3339()));
        }
        pairs
    }
}

/// Query parameters of `streamEvents`.
#[derive(Debug, Clone, PartialEq, Default)]
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

impl StreamEventsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.after {
            pairs.push(("after", value.to_string()));
        }
        if let Some(value) = &self.organization_id {
            pairs.push(("organizationId", value.to_string()));
        }
        for value in &self.types {
            pairs.push(("types", value.to_string()));
        }
        if let Some(value) = &self.resource {
            pairs.push(("resource", value.to_string()));
        }
        if let Some(value) = &self.actor {
            pairs.push(("actor", value.to_string()));
        }
        if let Some(value) = &self.station_id {
            pairs.push(("stationId", value.to_string()));
        }
        pairs
    }
}

/// Query parameters of `listOrganizationEvents`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListOrganizationEventsParams {
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: Option<i32>,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

impl ListOrganizationEventsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.after {
            pairs.push(("after", value.to_string()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        for value in &self.types {
            pairs.push(("types", value.to_string()));
        }
        pairs
    }
}

/// Query parameters of `listStationEvents`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListStationEventsParams {
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: Option<i32>,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

impl ListStationEventsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.after {
            pairs.push(("after", value.to_string()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        for value in &self.types {
            pairs.push(("types", value.to_string()));
        }
        pairs
    }
}

/// Query parameters of `listUserEvents`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListUserEventsParams {
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: Option<i32>,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

impl ListUserEventsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.after {
            pairs.push(("after", value.to_string()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        for value in &self.types {
            pairs.push(("types", value.to_string()));
        }
        pairs
    }
}

/// Query parameters of `listProductEvents`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListProductEventsParams {
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: Option<i32>,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

impl ListProductEventsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.after {
            pairs.push(("after", value.to_string()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        for value in &self.types {
            pairs.push(("types", value.to_string()));
        }
        pairs
    }
}

/// Query parameters of `listVariantEvents`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListVariantEventsParams {
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: Option<i32>,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

impl ListVariantEventsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.after {
            pairs.push(("after", value.to_string()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        for value in &self.types {
            pairs.push(("types", value.to_string()));
        }
        pairs
    }
}

/// Query parameters of `listAssignmentEvents`.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ListAssignmentEventsParams {
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer. Of events that say much there are fewer in an answer, but at
    /// least one where there is one; `hasMore` tells whether to go on.
    pub limit: Option<i32>,
    /// Only events of these types (docs/events.md lists them). Give the parameter once for each.
    pub types: Vec<String>,
}

impl ListAssignmentEventsParams {
    fn pairs(&self) -> Vec<(&'static str, String)> {
        let mut pairs = Vec::new();
        if let Some(value) = &self.after {
            pairs.push(("after", value.to_string()));
        }
        if let Some(value) = &self.limit {
            pairs.push(("limit", value.to_string()));
        }
        for value in &self.types {
            pairs.push(("types", value.to_string()));
        }
        pairs
    }
}

/// One fact of the log.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub occurred_at: DateTime<Utc>,
    /// What the event says, by its type, as docs/events.md lists it.
    pub data: EventData,
    /// SHA-256, hexadecimal, over this event and the hash of the one before it in the log.
    pub hash: String,
}

/// What the event says, by its type, as docs/events.md lists it.
pub type EventData = serde_json::Map<String, serde_json::Value>;

/// What an event happened to.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum EventActorKind {
    /// `USER`.
    #[serde(rename = "USER")]
    User,
    /// `API_KEY`.
    #[serde(rename = "API_KEY")]
    ApiKey,
    /// `SYSTEM`.
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
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
    pub signed_at: DateTime<Utc>,
    /// The same as a signed statement: a compact JWS (RFC 7515) of the type `log-head+jwt` with
    /// `iss`, `sub` (the organization), `iat`, `position` and `hash`.
    pub signature: String,
}

/// A ticket for the WebSocket.
#[derive(Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventTicket {
    /// Until when it works.
    pub expires_at: DateTime<Utc>,
    /// The ticket itself, in the first answer alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
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
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct EventFeed {
    /// The events, oldest first.
    pub content: Vec<Event>,
    /// The cursor to go on from.
    pub next: String,
    /// Whether more events are there already.
    pub has_more: bool,
}
