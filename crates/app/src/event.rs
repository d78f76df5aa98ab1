//! Reading the log.

use crate::{App, Context, Result};
use domain::{Permission, Realm, Target};
use persistence::log::{EventFilter, LogId, Recorded};

/// Events, and where to go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// The events, oldest first.
    pub events: Vec<Recorded>,
    /// The position to go on from.
    pub next: i64,
    /// Whether more are there already.
    pub has_more: bool,
}

impl App {
    /// The events of the log of the realm after a position, for the actor.
    pub async fn events(
        &self,
        context: &Context,
        realm: Realm,
        after: i64,
        limit: u32,
        filter: &EventFilter,
    ) -> Result<Feed> {
        let scope = context.actor.scope(Permission::EventsRead);
        let log = LogId::of(realm);
        // When nothing matches, the reader goes on from where the log ended before it was read. How
        // far the log of others is tells how much they do.
        let end = match scope.covers(&Target::of(realm)) {
            true => self.store.head(log).await?.position.max(after),
            false => after,
        };
        let wanted = u64::from(limit) + 1;
        let found = self.store.events(log, after, wanted, filter, scope).await?;
        let has_more = found.len() > limit as usize;
        let events: Vec<Recorded> = found.into_iter().take(limit as usize).collect();
        let last = events.last().map(|event| event.position);
        let next = match (has_more, last) {
            (true, Some(last)) => last,
            (_, last) => end.max(last.unwrap_or(after)),
        };
        Ok(Feed {
            events,
            next,
            has_more,
        })
    }
}
