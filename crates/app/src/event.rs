//! Reading the log.

use crate::{App, Context, Result};
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
    /// The events after a position, for the actor.
    pub async fn events(
        &self,
        context: &Context,
        after: i64,
        limit: u32,
        filter: &EventFilter,
    ) -> Result<Feed> {
        let scope = context.actor.scope();
        // When nothing matches, the reader goes on from where the log ended before it was read.
        let end = self.store.head(LogId::PLATFORM).await?.position.max(after);
        let wanted = u64::from(limit) + 1;
        let found = self
            .store
            .events(LogId::PLATFORM, after, wanted, filter, scope)
            .await?;
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
