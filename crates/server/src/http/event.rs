//! Handlers of the event log.

use super::{Http, context, problem, time, timestamp};
use app::{EventFilter, Recorded};
use async_trait::async_trait;
use contract::{
    Call, Event, EventActor, EventActorKind, EventFeed, EventResource, EventsApi, FreeObject,
    GetLogHeadParams, GetLogHeadReply, ListEventsParams, ListEventsReply, Problem,
};
use domain::{OrganizationId, ResourceKind, StationId, UserId};
use serde_json::{Map, Value};

#[async_trait]
impl EventsApi for Http {
    async fn list_events(
        &self,
        call: Call,
        params: ListEventsParams,
    ) -> Result<ListEventsReply, Problem> {
        // The guard has checked the form of the cursor.
        let after = params.after.as_deref().and_then(|after| after.parse().ok());
        let after = after.unwrap_or_default();
        let limit = u32::try_from(params.limit).unwrap_or(1);
        let context = context(&call)?;
        // Another organization's log shows nothing to who is not of the platform.
        let realm = params.organization_id.map(OrganizationId);
        let realm = realm.or(context.actor.organization());
        let found = self
            .app
            .events(&context, realm, after, limit, &filter(params))
            .await;
        let feed = found.map_err(problem::of)?;
        Ok(ListEventsReply::ok(EventFeed {
            content: feed.events.into_iter().map(view).collect(),
            next: feed.next.to_string(),
            has_more: feed.has_more,
        }))
    }

    async fn get_log_head(
        &self,
        call: Call,
        params: GetLogHeadParams,
    ) -> Result<GetLogHeadReply, Problem> {
        let of = OrganizationId(params.id);
        let head = self.app.log_head(&context(&call)?, of).await;
        let signed = self.auth.sign_head(of, head.map_err(problem::of)?)?;
        Ok(GetLogHeadReply::ok(signed))
    }
}

fn filter(params: ListEventsParams) -> EventFilter {
    let resource = params.resource.unwrap_or_default();
    let (kind, id) = resource.split_once('/').unwrap_or((&resource, ""));
    EventFilter {
        types: params.types,
        kind: ResourceKind::of_event_type(kind),
        resource: id.parse().ok(),
        actor: params.actor.map(UserId),
        station: params.station_id.map(StationId),
        request_id: params.request_id,
        from: params.from.map(time),
        to: params.to.map(time),
    }
}

fn view(event: Recorded) -> Event {
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
        data: FreeObject(shown(kind, event.data)),
        hash: event.hash.to_string(),
    }
}

/// What readers may see: the digest of an API key stays inside.
fn shown(kind: Option<ResourceKind>, data: Value) -> Map<String, Value> {
    let Value::Object(mut data) = data else {
        return Map::new();
    };
    if kind == Some(ResourceKind::ApiKey) {
        data.remove("digest");
    }
    data
}
