//! Events as they become true, for those who follow a log. Waiting takes no connection, and new
//! events are read from the database once, however many followers there are.

use crate::{Heads, Observer, Result, event::Cursor};
use domain::{Fact, Realm, Scope, attributes};
use persistence::{
    Filters, Store, Terms,
    log::{EventFilter, Events, Head, LogId, Recorded},
};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, Semaphore, watch};
use uuid::Uuid;

/// The events of a log that are kept for those who follow it closely.
const RECENT: usize = 512;

/// The most memory that these take for a log, in bytes, when they are more than one.
const RECENT_BYTES: usize = 4 * 1024 * 1024;

/// Events that are read at a time for everybody who is near the end.
const PART: u64 = 500;

/// Events that are read at a time for a follower that is far behind: it holds them until its client
/// takes them.
const OWN_PART: u64 = 100;

/// Followers that are far behind and read from the database at the same time: those who have no end of
/// log in common with others, and who would take every connection for reads.
static CATCHING_UP: Semaphore = Semaphore::const_new(4);

/// The event after which the personal data of a user cannot be read any more.
const ERASED: &str = "user.erased";

/// The followers of each log.
pub struct Live {
    store: Store,
    tails: Mutex<HashMap<LogId, Arc<Tail>>>,
    closing: watch::Sender<bool>,
}

/// The end of a log.
struct Tail {
    head: watch::Sender<i64>,
    recent: AsyncMutex<Recent>,
}

/// The last events of a log, without a gap, and where they end.
#[derive(Default)]
struct Recent {
    events: VecDeque<Arc<Recorded>>,
    /// What they take in memory.
    bytes: usize,
    end: i64,
}

impl Live {
    /// Without followers.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            tails: Mutex::default(),
            closing: watch::Sender::new(false),
        }
    }

    /// The log ends there now. Wakes its followers.
    pub fn moved(&self, log: LogId, position: i64) {
        let tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tail) = tails.get(&log) {
            tail.head.send_if_modified(|head| {
                let is_later = position > *head;
                *head = position.max(*head);
                is_later
            });
        }
    }

    /// Ends every wait: the service stops.
    pub fn close(&self) {
        self.closing.send_replace(true);
    }

    /// A receiver of the end. The service waits for whatever holds one before it stops.
    pub fn closing(&self) -> Closing {
        Closing(self.closing.subscribe())
    }

    /// Waits until every [`Closing`] is dropped.
    pub async fn left(&self) {
        self.closing.closed().await;
    }

    /// The number of followers.
    pub fn waiting(&self) -> usize {
        let tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        tails.values().map(|tail| tail.head.receiver_count()).sum()
    }

    /// Follows a log from a place that is in it.
    pub fn follow(
        self: &Arc<Self>,
        log: LogId,
        after: i64,
        now: Head,
        scope: Scope,
        filters: &[EventFilter],
    ) -> Following {
        let (tail, head) = self.tail(log, now);
        Following {
            live: Arc::clone(self),
            head,
            tail,
            log,
            position: after,
            visible: Recorded::visible(scope),
            filters: filters.iter().map(Filters::terms).collect(),
        }
    }

    /// The tail of the log, which ends there or later, and a receiver of its moves. The receiver is
    /// made under the lock: a tail without receivers is dropped.
    fn tail(&self, log: LogId, now: Head) -> (Arc<Tail>, watch::Receiver<i64>) {
        let mut tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        // Logs that nobody follows any more are not kept.
        tails.retain(|_, tail| tail.head.receiver_count() > 0);
        let tail = tails.entry(log).or_insert_with(|| {
            let recent = Recent {
                end: now.position,
                ..Recent::default()
            };
            Arc::new(Tail {
                head: watch::Sender::new(now.position),
                recent: AsyncMutex::new(recent),
            })
        });
        // Another replica may have appended events that this process does not know of yet.
        tail.head.send_if_modified(|head| {
            let is_later = now.position > *head;
            *head = now.position.max(*head);
            is_later
        });
        (Arc::clone(tail), tail.head.subscribe())
    }
}

/// Notifies followers of what this process appends, and the other observer of everything.
pub(crate) struct Notifier {
    pub live: Arc<Live>,
    pub heads: Arc<Heads>,
    pub other: Arc<dyn Observer>,
}

impl Observer for Notifier {
    fn batch(&self, commands: usize, events: usize, elapsed: Duration) {
        self.other.batch(commands, events, elapsed);
    }

    fn appended(&self, bytes: &BTreeMap<Realm, u64>) {
        self.other.appended(bytes);
    }

    fn retried(&self) {
        self.other.retried();
    }

    fn abandoned(&self, commands: usize) {
        self.other.abandoned(commands);
    }

    fn access_changed(&self, facts: &[Fact]) {
        self.other.access_changed(facts);
    }

    fn moved(&self, heads: &BTreeMap<LogId, Head>) {
        self.heads.moved(heads);
        for (log, head) in heads {
            self.live.moved(*log, head.position);
        }
        self.other.moved(heads);
    }
}

/// A receiver of the end of the service.
#[derive(Clone)]
pub struct Closing(watch::Receiver<bool>);

impl Closing {
    /// Waits until the service stops.
    pub async fn begun(&mut self) {
        // A dropped sender means that the service has ended.
        let _ = self.0.wait_for(|closing| *closing).await;
    }
}

/// Events of a log, and where to go on after them.
pub type Part = (Vec<Arc<Recorded>>, Cursor);

/// A follower of a log.
pub struct Following {
    live: Arc<Live>,
    head: watch::Receiver<i64>,
    tail: Arc<Tail>,
    log: LogId,
    position: i64,
    visible: Terms<Recorded>,
    /// An event passes if one of them matches, or if there are none.
    filters: Vec<Terms<Recorded>>,
}

impl Following {
    /// Whether events are there already.
    pub fn is_behind(&self) -> bool {
        self.position < *self.head.borrow()
    }

    /// Waits until events are there.
    pub async fn behind(&mut self) {
        let position = self.position;
        // The sender lives as long as the tail that is held here.
        let _ = self.head.wait_for(|head| position < *head).await;
    }

    /// The next events; none when they are not there yet.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&mut self) -> Result<Option<Part>> {
        let part = self.part().await?;
        let Some(last) = part.last() else {
            return Ok(None);
        };
        self.position = last.position;
        let cursor = Cursor::at(last.position, last.hash);
        let shown = part.into_iter().filter(|event| self.shows(event));
        Ok(Some((shown.collect(), cursor)))
    }

    fn shows(&self, event: &Recorded) -> bool {
        let passes = self.filters.is_empty() || self.filters.iter().any(|any| any.hold(event));
        passes && self.visible.hold(event)
    }

    /// What comes after the position: out of what is kept, or of the database.
    async fn part(&self) -> Result<Vec<Arc<Recorded>>> {
        let store = &self.live.store;
        let mut recent = self.tail.recent.lock().await;
        let head = *self.head.borrow();
        if recent.end < head && self.position >= recent.first() - 1 {
            let (all, log) = (EventFilter::default(), self.log);
            let new = store.events(log, recent.end, PART, &all, Scope::Everything);
            recent.extend(new.await?);
        }
        if self.position >= recent.first() - 1 {
            let kept = recent.events.iter();
            let after = kept.filter(|event| event.position > self.position);
            return Ok(after.cloned().collect());
        }
        drop(recent);
        // The semaphore is never closed.
        let _turn = CATCHING_UP.acquire().await.ok();
        let (all, log) = (EventFilter::default(), self.log);
        let found = store.events(log, self.position, OWN_PART, &all, Scope::Everything);
        Ok(found.await?.read.into_iter().map(Arc::new).collect())
    }
}

impl Recent {
    /// The position of the first event that is kept, or of the next one to come.
    fn first(&self) -> i64 {
        let first = self.events.front();
        first.map_or(self.end + 1, |event| event.position)
    }

    /// Goes on with what was read after the end.
    fn extend(&mut self, new: Events) {
        // An event that was not read yet may erase a user, so only what was read now is up to date.
        if new.is_cut || new.read.len() as u64 >= PART {
            self.events.clear();
            self.bytes = 0;
        }
        for event in new.read {
            self.push(event);
        }
    }

    fn push(&mut self, event: Recorded) {
        if event.event_type == ERASED {
            self.forget(event.resource_id);
        }
        self.end = event.position;
        self.bytes += weight(&event);
        self.events.push_back(Arc::new(event));
        while self.events.len() > RECENT || (self.bytes > RECENT_BYTES && self.events.len() > 1) {
            self.pop();
        }
    }

    fn pop(&mut self) {
        if let Some(first) = self.events.pop_front() {
            self.bytes -= weight(&first);
        }
    }

    /// Drops events that were read with the personal data of the user, which is only in events of the
    /// user itself.
    fn forget(&mut self, user: Uuid) {
        let is_of = |event: &Arc<Recorded>| event.resource_id == user;
        let last = self.events.iter().rposition(is_of);
        for _ in 0..last.map_or(0, |last| last + 1) {
            self.pop();
        }
    }
}

/// About what an event takes in memory, in bytes.
fn weight(event: &Recorded) -> usize {
    size_of::<Recorded>() + event.event_type.len() + attributes::memory_of(&event.data)
}

#[cfg(test)]
mod tests {
    use super::*;
    use domain::Time;
    use persistence::log::Hash;
    use serde_json::json;

    fn event(position: i64, bytes: usize) -> Recorded {
        Recorded {
            position,
            id: Uuid::from_u128(1),
            event_type: "station.updated".to_owned(),
            schema_version: 1,
            resource_id: Uuid::from_u128(2),
            version: position,
            actor: None,
            actor_key: None,
            organization: None,
            station: None,
            request_id: None,
            occurred_at: Time::from_micros(0),
            data: json!({"text": "x".repeat(bytes)}),
            hash: Hash::START,
        }
    }

    fn part(positions: std::ops::Range<i64>, bytes: usize, is_cut: bool) -> Events {
        Events {
            read: positions.map(|position| event(position, bytes)).collect(),
            is_cut,
        }
    }

    #[test]
    fn the_end_of_a_log_is_kept_by_its_bytes() {
        let mut recent = Recent::default();
        recent.extend(part(1..41, 1024 * 1024, false));
        assert_eq!(
            (recent.first(), recent.end),
            (38, 40),
            "a little over a megabyte each"
        );
        assert!(recent.bytes <= RECENT_BYTES);
        recent.extend(part(41..42, 2 * RECENT_BYTES, false));
        assert_eq!(
            (recent.first(), recent.end),
            (41, 41),
            "the last one stays, however large"
        );
        recent.extend(part(42..442, 10, false));
        assert_eq!((recent.first(), recent.end), (42, 441));
        recent.forget(Uuid::from_u128(2));
        assert_eq!((recent.first(), recent.bytes), (442, 0));
    }

    #[test]
    fn after_a_part_that_was_cut_only_what_was_read_now_is_kept() {
        let mut recent = Recent::default();
        recent.extend(part(1..3, 10, false));
        recent.extend(part(3..5, 10, true));
        assert_eq!((recent.first(), recent.end), (3, 4));
    }
}
