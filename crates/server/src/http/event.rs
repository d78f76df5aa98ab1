//! Handlers of the event log.

use super::{
    Http, context,
    event_export::{self, Reader},
    event_stream::EventStream,
    follower::Follower,
    problem::{self, answer, unauthenticated},
    time, timestamp,
};
use app::{
    EventFilter, Recorded,
    event::{Cursor, Feed},
};
use async_trait::async_trait;
use contract::{
    Call, CreateEventTicketReply, Event, EventActor, EventActorKind, EventFeed, EventResource,
    EventTicket, EventsApi, ExportEventsAsCsvParams, ExportEventsAsCsvReply,
    ExportEventsAsNdjsonParams, ExportEventsAsNdjsonReply, FreeObject, GetLogHeadParams,
    GetLogHeadReply, ListAssignmentEventsParams, ListAssignmentEventsReply, ListEventsParams,
    ListEventsReply, ListOrganizationEventsParams, ListOrganizationEventsReply,
    ListProductEventsParams, ListProductEventsReply, ListStationEventsParams,
    ListStationEventsReply, ListUserEventsParams, ListUserEventsReply, ListVariantEventsParams,
    ListVariantEventsReply, LogHead, Problem, StreamEventsParams, StreamEventsReply,
};
use domain::{OrganizationId, Realm, ResourceId, ResourceKind, StationId, UserId};
use identity::{Authorization, Proof, SignedHead};
use serde_json::{Map, Value};
use std::sync::Arc;
use uuid::Uuid;

/// What a request for events asks for. Each operation has its own type of parameters, hence `asked!`.
struct Asked {
    after: Cursor,
    realm: Realm,
    filter: EventFilter,
}

macro_rules! asked {
    ($params:ident) => {{
        let resource = $params.resource.as_deref();
        Asked {
            after: cursor($params.after.as_deref()),
            realm: $params.organization_id.map(OrganizationId),
            filter: EventFilter {
                request_id: $params.request_id,
                from: $params.from.map(time),
                to: $params.to.map(time),
                ..filter($params.types, resource, $params.actor, $params.station_id)
            },
        }
    }};
}

pub(super) fn filter(
    types: Vec<String>,
    resource: Option<&str>,
    actor: Option<Uuid>,
    station: Option<Uuid>,
) -> EventFilter {
    let resource = resource.unwrap_or_default();
    let (kind, id) = resource.split_once('/').unwrap_or((resource, ""));
    EventFilter {
        types,
        kind: ResourceKind::of_event_type(kind),
        resource: id.parse().ok(),
        actor: actor.map(UserId),
        station: station.map(StationId),
        ..EventFilter::default()
    }
}

#[async_trait]
impl EventsApi for Http {
    async fn list_events(
        &self,
        call: Call,
        params: ListEventsParams,
    ) -> Result<ListEventsReply, Problem> {
        let limit = limit_of(params.limit);
        let Asked {
            after,
            realm,
            filter,
        } = asked!(params);
        let context = context(&call)?;
        // The log of another organization is empty for a caller that is not of the platform.
        let realm = realm.or(context.actor.organization());
        Ok(ListEventsReply::ok(page(
            answer(self.app.events(&context, realm, after, limit, &filter)).await?,
        )))
    }

    async fn list_organization_events(
        &self,
        call: Call,
        params: ListOrganizationEventsParams,
    ) -> Result<ListOrganizationEventsReply, Problem> {
        let of = resource(ResourceKind::Organization, params.id);
        Ok(ListOrganizationEventsReply::ok(
            self.events_of(&call, of, params.after, params.limit, params.types)
                .await?,
        ))
    }

    async fn list_station_events(
        &self,
        call: Call,
        params: ListStationEventsParams,
    ) -> Result<ListStationEventsReply, Problem> {
        let of = resource(ResourceKind::Station, params.id);
        Ok(ListStationEventsReply::ok(
            self.events_of(&call, of, params.after, params.limit, params.types)
                .await?,
        ))
    }

    async fn list_user_events(
        &self,
        call: Call,
        params: ListUserEventsParams,
    ) -> Result<ListUserEventsReply, Problem> {
        let of = resource(ResourceKind::User, params.id);
        Ok(ListUserEventsReply::ok(
            self.events_of(&call, of, params.after, params.limit, params.types)
                .await?,
        ))
    }

    async fn list_product_events(
        &self,
        call: Call,
        params: ListProductEventsParams,
    ) -> Result<ListProductEventsReply, Problem> {
        let of = resource(ResourceKind::Product, params.id);
        Ok(ListProductEventsReply::ok(
            self.events_of(&call, of, params.after, params.limit, params.types)
                .await?,
        ))
    }

    async fn list_variant_events(
        &self,
        call: Call,
        params: ListVariantEventsParams,
    ) -> Result<ListVariantEventsReply, Problem> {
        let of = resource(ResourceKind::Variant, params.id);
        Ok(ListVariantEventsReply::ok(
            self.events_of(&call, of, params.after, params.limit, params.types)
                .await?,
        ))
    }

    async fn list_assignment_events(
        &self,
        call: Call,
        params: ListAssignmentEventsParams,
    ) -> Result<ListAssignmentEventsReply, Problem> {
        let of = resource(ResourceKind::Assignment, params.id);
        Ok(ListAssignmentEventsReply::ok(
            self.events_of(&call, of, params.after, params.limit, params.types)
                .await?,
        ))
    }

    async fn export_events_as_ndjson(
        &self,
        call: Call,
        params: ExportEventsAsNdjsonParams,
    ) -> Result<ExportEventsAsNdjsonReply, Problem> {
        let export = self.export(&call, asked!(params)).await?;
        Ok(ExportEventsAsNdjsonReply::ok(event_export::ndjson(export)))
    }

    async fn export_events_as_csv(
        &self,
        call: Call,
        params: ExportEventsAsCsvParams,
    ) -> Result<ExportEventsAsCsvReply, Problem> {
        let export = self.export(&call, asked!(params)).await?;
        let body = event_export::csv(export).map_err(|error| problem::internal(&error))?;
        Ok(ExportEventsAsCsvReply::ok(body))
    }

    async fn stream_events(
        &self,
        call: Call,
        params: StreamEventsParams,
    ) -> Result<StreamEventsReply, Problem> {
        // A client that reconnects sends Last-Event-ID and the query of its first request.
        let after = call.last_event_id.clone().or(params.after.clone());
        let after = after.and_then(|after| after.parse().ok());
        let context = context(&call)?;
        let proof = call.extension::<Proof>().cloned();
        let proof = proof.ok_or_else(|| unauthenticated("There is nobody to stream to."))?;
        let (realm, filter) = (
            params.organization_id.map(OrganizationId),
            filter(
                params.types,
                params.resource.as_deref(),
                params.actor,
                params.station_id,
            ),
        );
        let realm = realm.or(context.actor.organization());
        let open = self.limits.streams().of(&context.actor)?;
        let begun = self.app.follow_events(&context, realm, after, vec![filter]);
        let follower = Follower::new(answer(begun).await?);
        let authorization = Authorization::of(Arc::clone(&self.auth), proof, context.actor).await;
        let authorization = authorization.map_err(problem::of_identity)?;
        let stream = EventStream::new(follower, authorization, self.app.live().closing(), open);
        Ok(StreamEventsReply::ok(stream.body()))
    }

    async fn create_event_ticket(&self, call: Call) -> Result<CreateEventTicketReply, Problem> {
        let proof = call.extension::<Proof>().cloned();
        let proof = proof.ok_or_else(|| unauthenticated("There is nobody to make it for."))?;
        let ticket = self.auth.issue_ticket(context(&call)?, &proof).await;
        let ticket = ticket.map_err(problem::of_identity)?;
        Ok(CreateEventTicketReply::ok(EventTicket {
            expires_at: timestamp(ticket.expires_at),
            ticket: ticket.text.map(|text| text.reveal().to_owned()),
        }))
    }

    async fn get_log_head(
        &self,
        call: Call,
        params: GetLogHeadParams,
    ) -> Result<GetLogHeadReply, Problem> {
        let of = OrganizationId(params.id);
        let signed = self
            .auth
            .sign_head(of, answer(self.app.log_head(&context(&call)?, of)).await?);
        let signed = signed.map_err(problem::of_identity)?;
        Ok(GetLogHeadReply::ok(signed_head(signed)))
    }
}

impl Http {
    async fn events_of(
        &self,
        call: &Call,
        of: ResourceId,
        after: Option<String>,
        limit: i32,
        types: Vec<String>,
    ) -> Result<EventFeed, Problem> {
        let (after, limit) = (cursor(after.as_deref()), limit_of(limit));
        let context = context(call)?;
        let found = self.app.resource_events(&context, of, after, limit, types);
        Ok(page(answer(found).await?))
    }

    async fn export(&self, call: &Call, asked: Asked) -> Result<Reader, Problem> {
        let context = context(call)?;
        let realm = asked.realm.or(context.actor.organization());
        // An export may take as long as a stream, so it counts as one.
        let open = self.limits.streams().of(&context.actor)?;
        let export = self
            .app
            .export_events(&context, realm, asked.after, asked.filter);
        Ok(Reader {
            export: answer(export).await?,
            actor: context.actor.clone(),
            reads: Arc::clone(self.limits.costly_reads()),
            _open: open,
        })
    }
}

fn signed_head(signed: SignedHead) -> LogHead {
    LogHead {
        organization_id: signed.organization.0,
        position: signed.position,
        hash: signed.hash,
        bytes: signed.bytes,
        signed_at: timestamp(signed.signed_at),
        signature: signed.signature,
    }
}

fn resource(kind: ResourceKind, id: Uuid) -> ResourceId {
    ResourceId { kind, id }
}

/// The cursor after which to begin. The guard has checked its form.
fn cursor(after: Option<&str>) -> Cursor {
    let after = after.and_then(|after| after.parse().ok());
    after.unwrap_or_default()
}

/// The number of events. The guard has checked its bounds.
fn limit_of(limit: i32) -> u32 {
    u32::try_from(limit).unwrap_or(1)
}

fn page(feed: Feed) -> EventFeed {
    EventFeed {
        content: feed.events.into_iter().map(view).collect(),
        next: feed.next.to_string(),
        has_more: feed.has_more,
    }
}

/// The event as readers see it.
pub fn view(event: Recorded) -> Event {
    let kind = event.kind();
    Event {
        id: event.id,
        position: event.position,
        schema_version: event.schema_version,
        resource: EventResource {
            kind: kind.map_or("unknown", ResourceKind::as_str).to_owned(),
            id: event.resource_id,
            version: event.version,
        },
        actor: EventActor {
            kind: match (event.actor, event.actor_key) {
                (Some(_), _) => EventActorKind::User,
                (None, Some(_)) => EventActorKind::ApiKey,
                (None, None) => EventActorKind::System,
            },
            id: event.actor.map(|id| id.0),
            api_key_id: event.actor_key.map(|id| id.0),
        },
        r#type: event.event_type,
        organization_id: event.organization.map(|id| id.0),
        station_id: event.station.map(|id| id.0),
        request_id: event.request_id,
        occurred_at: timestamp(event.occurred_at),
        data: FreeObject(visible_data(kind, event.data)),
        hash: event.hash.to_string(),
    }
}

/// The data that readers may see: without the digest of an API key.
fn visible_data(kind: Option<ResourceKind>, data: Value) -> Map<String, Value> {
    let Value::Object(mut data) = data else {
        return Map::new();
    };
    if kind == Some(ResourceKind::ApiKey) {
        data.remove("digest");
    }
    data
}
