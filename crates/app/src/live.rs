//! Events as they become true, for whoever waits for them. Waiting costs nothing, and what came just
//! now is read from the database once, however many wait for it.

use crate::{Heads, Observer, Result, event::Cursor};
use domain::{Fact, Scope};
use persistence::{
    Store,
    log::{EventFilter, Head, LogId, Recorded},
};
use std::{
    collections::{BTreeMap, HashMap, VecDeque},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::sync::{Mutex as AsyncMutex, watch};

/// The events of a log that are kept for those who follow it closely.
const RECENT: usize = 512;

/// Events that are read at a time.
const PART: u64 = 500;

/// How long a wait lasts, after which who waits is looked at again.
const WAIT: Duration = Duration::from_millis(500);

/// Who waits for which log.
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
    end: i64,
}

impl Live {
    /// Nobody waits yet.
    pub fn new(store: Store) -> Self {
        Self {
            store,
            tails: Mutex::default(),
            closing: watch::Sender::new(false),
        }
    }

    /// The log ends there now. Wakes who waits for it.
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

    /// How many wait.
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
        filter: EventFilter,
    ) -> Following {
        let mut tails = self.tails.lock().unwrap_or_else(PoisonError::into_inner);
        // Logs that nobody follows any more are not kept.
        tails.retain(|_, tail| tail.head.receiver_count() > 0);
        let tail = tails.entry(log).or_insert_with(|| {
            let recent = Recent {
                events: VecDeque::new(),
                end: now.position,
            };
            Arc::new(Tail {
                head: watch::Sender::new(now.position),
                recent: AsyncMutex::new(recent),
            })
        });
        Following {
            live: Arc::clone(self),
            head: tail.head.subscribe(),
            closing: self.closing.subscribe(),
            tail: Arc::clone(tail),
            log,
            position: after,
            scope,
            filter,
        }
    }
}

/// Tells those who wait of what this process appends, and the other observer of everything.
pub(crate) struct Told {
    pub live: Arc<Live>,
    pub heads: Arc<Heads>,
    pub other: Arc<dyn Observer>,
}

impl Observer for Told {
    fn batch(&self, commands: usize, events: usize, elapsed: Duration) {
        self.other.batch(commands, events, elapsed);
    }

    fn retried(&self) {
        self.other.retried();
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

/// What a wait brought.
pub enum Next {
    /// Events, and where to go on from.
    Events(Vec<Arc<Recorded>>, Cursor),
    /// Nothing for a while.
    Nothing,
    /// The service stops.
    Closed,
}

/// Somebody who follows a log.
pub struct Following {
    live: Arc<Live>,
    head: watch::Receiver<i64>,
    closing: watch::Receiver<bool>,
    tail: Arc<Tail>,
    log: LogId,
    position: i64,
    scope: Scope,
    filter: EventFilter,
}

impl Following {
    /// Whether events are there already.
    pub fn is_behind(&self) -> bool {
        self.position < *self.head.borrow()
    }

    /// The next events, or nothing after a while.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn next(&mut self) -> Result<Next> {
        if !self.is_behind() {
            let closing = self.closing.wait_for(|closing| *closing);
            tokio::select! {
                biased;
                _ = closing => return Ok(Next::Closed),
                // The sender lives as long as the tail that is held here.
                _ = self.head.changed() => {}
                () = tokio::time::sleep(WAIT) => return Ok(Next::Nothing),
            }
        }
        if *self.closing.borrow() {
            return Ok(Next::Closed);
        }
        let part = self.part().await?;
        let Some(last) = part.last() else {
            return Ok(Next::Nothing);
        };
        self.position = last.position;
        let cursor = Cursor::at(last.position, last.hash);
        let shown = part.into_iter().filter(|event| self.shows(event));
        Ok(Next::Events(shown.collect(), cursor))
    }

    fn shows(&self, event: &Recorded) -> bool {
        event.is_in(self.scope) && self.filter.lets(event)
    }

    /// What comes after the position: out of what is kept, or of the database.
    async fn part(&self) -> Result<Vec<Arc<Recorded>>> {
        let store = &self.live.store;
        let mut recent = self.tail.recent.lock().await;
        let head = *self.head.borrow();
        if recent.end < head && self.position >= recent.first() - 1 {
            let (all, log) = (EventFilter::default(), self.log);
            let new = store.events(log, recent.end, PART, &all, Scope::Everything);
            for event in new.await? {
                recent.push(event);
            }
        }
        if self.position >= recent.first() - 1 {
            let kept = recent.events.iter();
            let after = kept.filter(|event| event.position > self.position);
            return Ok(after.cloned().collect());
        }
        drop(recent);
        let (all, log) = (EventFilter::default(), self.log);
        let found = store.events(log, self.position, PART, &all, Scope::Everything);
        Ok(found.await?.into_iter().map(Arc::new).collect())
    }
}

impl Recent {
    /// The position of the first event that is kept, or of the next one to come.
    fn first(&self) -> i64 {
        let first = self.events.front();
        first.map_or(self.end + 1, |event| event.position)
    }

    fn push(&mut self, event: Recorded) {
        self.end = event.position;
        if self.events.len() == RECENT {
            self.events.pop_front();
        }
        self.events.push_back(Arc::new(event));
    }
}
