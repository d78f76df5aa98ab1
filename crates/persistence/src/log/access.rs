//! Changes that affect callers, read in a way that works for events of every version.

use super::{LogId, event};
use crate::{Store, StoreResult};
use domain::{Event, ResourceKind};
use sea_orm::{Condition, QueryOrder, QuerySelect, entity::prelude::*};

/// Changes that are reported one by one; beyond that, everything remembered of callers is discarded
/// at once.
const MOST: u64 = 5000;

/// An event that may have changed what somebody may do. Its data is not read: the columns of every
/// version have its type and its resource.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct AccessChange {
    /// What happened, for example `user.deactivated`.
    pub event_type: String,
    /// The id of the resource.
    pub resource: Uuid,
}

impl AccessChange {
    /// The kind of the resource, when the type of the event is known here.
    pub fn known_kind(&self) -> Option<ResourceKind> {
        let is_known = Event::TYPES.contains(&self.event_type.as_str());
        ResourceKind::of_event_type(&self.event_type).filter(|_| is_known)
    }
}

impl Store {
    /// The events of a log after a position and up to another that change what somebody may do, and
    /// those of types that are not known here, which may. None when there are too many to report one
    /// by one.
    pub async fn access_changes(
        &self,
        log: LogId,
        after: i64,
        to: i64,
    ) -> StoreResult<Option<Vec<AccessChange>>> {
        let may_concern = Condition::any()
            .add(event::Column::EventType.is_in(Event::access_types()))
            .add(event::Column::EventType.is_not_in(Event::TYPES.iter().copied()));
        let rows: Vec<(String, Uuid)> = event::Entity::find()
            .select_only()
            .column(event::Column::EventType)
            .column(event::Column::StreamId)
            .filter(event::Column::LogId.eq(log.0))
            .filter(event::Column::Position.gt(after))
            .filter(event::Column::Position.lte(to))
            .filter(may_concern)
            .order_by_asc(event::Column::Position)
            .limit(MOST)
            .into_tuple()
            .all(&self.read)
            .await?;
        let is_all = (rows.len() as u64) < MOST;
        let changes = rows.into_iter().map(|(event_type, resource)| AccessChange {
            event_type,
            resource,
        });
        Ok(is_all.then(|| changes.collect()))
    }
}
