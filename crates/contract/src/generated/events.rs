// Generated from api/openapi.yaml by contract-gen. Do not edit; run `make gen`.

//! The log of every change, in the order in which the changes became true.

use std::sync::Arc;

use async_trait::async_trait;
use poem::Endpoint;
use poem_openapi::param::{Path, Query};
use poem_openapi::{ApiResponse, Enum, Object, OpenApi};
use serde::Serialize;
use uuid::Uuid;

use super::{ApiTag, Problem, table};
use crate::answer::{Answer, Reply};
use crate::call::Call;
use crate::free_object::FreeObject;
use crate::guard::Guarded;
use crate::payload::JsonReply;
use crate::timestamp::Timestamp;

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
    const OPERATION: &'static crate::Operation = table::GET_LOG_HEAD;
}

/// Path and query parameters of `listEvents`.
#[derive(Debug, Clone, PartialEq)]
pub struct ListEventsParams {
    /// The cursor of the last answer, as it is. Without it, the feed starts at the beginning.
    pub after: Option<String>,
    /// The most events to answer.
    pub limit: i32,
    /// The log of this organization instead of the platform's. A caller of an organization reads
    /// its own log without it.
    pub organization_id: Option<Uuid>,
    /// Only events of these types. Give the parameter once for each.
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
    const OPERATION: &'static crate::Operation = table::LIST_EVENTS;
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
        /// The most events to answer.
        #[oai(name = "limit", default = "default_list_events_limit")]
        limit: Query<i32>,
        /// The log of this organization instead of the platform's. A caller of an organization reads
        /// its own log without it.
        #[oai(name = "organizationId")]
        organization_id: Query<Option<Uuid>>,
        /// Only events of these types. Give the parameter once for each.
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
}

fn guard_get_log_head<E: Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::GET_LOG_HEAD, endpoint)
}

fn guard_list_events<E: Endpoint>(endpoint: E) -> Guarded<E> {
    Guarded::new(table::LIST_EVENTS, endpoint)
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
    /// What happened, as resource.action.
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
    /// What the event says, by its type.
    pub data: EventData,
    /// SHA-256, hexadecimal, over this event and the hash of the one before it in the log.
    pub hash: String,
}

/// What the event says, by its type.
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
    /// When it was signed.
    pub signed_at: Timestamp,
    /// The same as a signed statement: a compact JWS (RFC 7515) of the type `log-head+jwt` with
    /// `iss`, `sub` (the organization), `iat`, `position` and `hash`.
    pub signature: String,
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
