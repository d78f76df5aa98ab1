//! Reading the logs.

use crate::{App, Context, Result, live::Following};
use domain::{
    Actor, OrganizationId, Permission, Realm, Refusal, ResourceId, ResourceKind, Scope, Target,
};
use persistence::{
    Store,
    log::{EventFilter, Hash, Head, LogId, Recorded},
};
use std::{collections::BTreeMap, fmt, str::FromStr};

/// A place in a log to go on from. Opaque to its holder.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cursor {
    position: i64,
    /// The beginning of the hash there, so that a log that was restored from a backup and diverged is
    /// not taken for the same.
    mark: Option<String>,
}

impl Cursor {
    /// After the event with this hash at this position.
    pub fn at(position: i64, hash: Hash) -> Self {
        Self {
            position,
            mark: (position > 0).then(|| hash.mark()),
        }
    }
}

impl fmt::Display for Cursor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.mark {
            None => write!(f, "{}", self.position),
            Some(mark) => write!(f, "{}-{mark}", self.position),
        }
    }
}

impl FromStr for Cursor {
    type Err = std::num::ParseIntError;

    fn from_str(text: &str) -> std::result::Result<Self, Self::Err> {
        let (position, mark) = match text.split_once('-') {
            Some((position, mark)) => (position, Some(mark.to_owned())),
            None => (text, None),
        };
        let position = position.parse()?;
        Ok(Self { position, mark })
    }
}

/// Events, and where to go on.
#[derive(Clone, Debug, PartialEq)]
pub struct Feed {
    /// The events, oldest first.
    pub events: Vec<Recorded>,
    /// Where to go on.
    pub next: Cursor,
    /// Whether more are there already.
    pub has_more: bool,
}

/// Events that are read part by part, until where the log ended when that began.
pub struct Export {
    store: Store,
    log: LogId,
    scope: Scope,
    filter: EventFilter,
    after: i64,
    end: i64,
}

impl Export {
    /// The next events; none at the end.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next(&mut self) -> Result<Vec<Recorded>> {
        let (log, filter, scope) = (self.log, &self.filter, self.scope);
        let found = self.store.events(log, self.after, PART, filter, scope);
        let mut found = found.await?.read;
        found.retain(|event| event.position <= self.end);
        if let Some(last) = found.last() {
            self.after = last.position;
        }
        Ok(found)
    }
}

/// Events that an export reads at a time, or fewer large ones.
const PART: u64 = 1000;

/// A log that is followed from now on, or from a cursor.
pub struct Begun {
    /// Brings the events.
    pub following: Following,
    /// Whether the log does not go on from the cursor.
    pub is_reset: bool,
    /// Where it begins; none of a log that shows the actor nothing.
    pub from: Option<Cursor>,
}

impl App {
    /// Follows the log of the realm, for the actor: what any of the filters lets pass, or everything
    /// without one.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn follow_events(
        &self,
        context: &Context,
        realm: Realm,
        after: Option<Cursor>,
        filters: Vec<EventFilter>,
    ) -> Result<Begun> {
        let scope = context.actor.scope(Permission::EventsRead);
        let (log, head) = (LogId::of(realm), self.store.head(LogId::of(realm)).await?);
        let is_own = is_own(&context.actor, realm);
        let end = Cursor::at(head.position, head.hash);
        let goes_on = match &after {
            Some(after) if is_own => self.must_go_on(log, after, head).await.is_ok(),
            _ => true,
        };
        let from = after.filter(|_| goes_on && is_own).unwrap_or(end);
        let following = self.live.follow(log, from.position, head, scope, &filters);
        Ok(Begun {
            following,
            is_reset: !goes_on,
            from: is_own.then_some(from),
        })
    }

    /// Begins to read every event of the log of the realm after a cursor.
    ///
    /// # Errors
    /// CURSOR_RESET, or when the database does not answer.
    pub async fn export_events(
        &self,
        context: &Context,
        realm: Realm,
        after: Cursor,
        filter: EventFilter,
    ) -> Result<Export> {
        let (log, head) = (LogId::of(realm), self.store.head(LogId::of(realm)).await?);
        if is_own(&context.actor, realm) {
            self.must_go_on(log, &after, head).await?;
        }
        Ok(Export {
            store: self.store.clone(),
            log,
            scope: context.actor.scope(Permission::EventsRead),
            filter,
            after: after.position,
            end: head.position,
        })
    }

    /// Where the actor's own log ends, or ended a moment ago: whatever is read from now on includes
    /// every event up to there. None for an actor who may not read it.
    ///
    /// # Errors
    /// When the end of the log is not known yet, and the database does not answer.
    pub async fn own_cursor(&self, actor: &Actor) -> Result<Option<Cursor>> {
        let realm = actor.organization();
        if !actor.holds(Permission::EventsRead) || !is_own(actor, realm) {
            return Ok(None);
        }
        let log = LogId::of(realm);
        let head = match self.heads.of(log) {
            Some(head) => head,
            None => {
                let head = self.store.head(log).await?;
                self.heads.moved(&BTreeMap::from([(log, head)]));
                head
            }
        };
        Ok(Some(Cursor::at(head.position, head.hash)))
    }

    /// The events of the log of the realm after a cursor, for the actor.
    pub async fn events(
        &self,
        context: &Context,
        realm: Realm,
        after: Cursor,
        limit: u32,
        filter: &EventFilter,
    ) -> Result<Feed> {
        let scope = context.actor.scope(Permission::EventsRead);
        let log = LogId::of(realm);
        // When nothing matches, the reader goes on from where the log ended before it was read.
        let end = match is_own(&context.actor, realm) {
            true => Some(self.store.head(log).await?),
            false => None,
        };
        if let Some(head) = end {
            self.must_go_on(log, &after, head).await?;
        }
        let wanted = u64::from(limit) + 1;
        let found = self
            .store
            .events(log, after.position, wanted, filter, scope);
        let found = found.await?;
        let has_more = found.is_cut || found.read.len() > limit as usize;
        let events: Vec<Recorded> = found.read.into_iter().take(limit as usize).collect();
        let last = events
            .last()
            .map(|last| Cursor::at(last.position, last.hash));
        let end = end.map(|head| Cursor::at(head.position, head.hash));
        let beyond = |last: &Cursor| end.as_ref().is_none_or(|end| last.position > end.position);
        let next = match (has_more, last) {
            (true, Some(last)) => last,
            (_, Some(last)) if beyond(&last) => last,
            _ => end.unwrap_or(after),
        };
        Ok(Feed {
            events,
            next,
            has_more,
        })
    }

    /// The events of one resource, or of the whole log of an organization, when it is there for the
    /// actor.
    pub async fn resource_events(
        &self,
        context: &Context,
        resource: ResourceId,
        after: Cursor,
        limit: u32,
        types: Vec<String>,
    ) -> Result<Feed> {
        let ResourceId { kind, id } = resource;
        let missing = || Refusal::NotFound { kind, id };
        let found = self.store.whereabouts(resource).await?;
        let (realm, target) = found.ok_or_else(missing)?;
        context.permit(Permission::EventsRead, &target, missing())?;
        let filter = EventFilter {
            types,
            resource: (kind != ResourceKind::Organization).then_some(id),
            ..EventFilter::default()
        };
        self.events(context, realm, after, limit, &filter).await
    }

    /// Refuses a cursor whose event is not in the log.
    async fn must_go_on(&self, log: LogId, after: &Cursor, head: Head) -> Result<()> {
        let is_there = match (&after.mark, after.position) {
            (_, position) if position > head.position => false,
            (None, _) => true,
            (Some(mark), position) if position == head.position => *mark == head.hash.mark(),
            (Some(mark), position) => {
                let found = self.store.hash_at(log, position).await?;
                found.is_some_and(|hash| hash.mark() == *mark)
            }
        };
        match is_there {
            true => Ok(()),
            false => Err(Refusal::CursorReset.into()),
        }
    }

    /// Where the log of the organization ends.
    pub async fn log_head(&self, context: &Context, of: OrganizationId) -> Result<Head> {
        self.must_see_organization(context, Permission::EventsRead, of)
            .await?;
        Ok(self.store.head(LogId::of(Some(of))).await?)
    }
}

/// Whether the log is the actor's: the position of another log reveals how active its realm is.
fn is_own(actor: &Actor, realm: Realm) -> bool {
    match actor.organization() {
        Some(organization) => realm == Some(organization),
        None => actor
            .scope(Permission::EventsRead)
            .covers(&Target::of(realm)),
    }
}
