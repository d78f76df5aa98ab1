//! A reader that follows a log, independent of how the events are sent.

use app::{
    Recorded, Result,
    event::{Begun, Cursor},
    live::Following,
};
use std::{collections::VecDeque, sync::Arc};

/// What a follower yields.
#[derive(Clone, Debug)]
pub enum Item {
    /// The log does not go on from the cursor; what follows is new.
    Reset,
    /// An event.
    Event(Arc<Recorded>),
    /// All existing events were yielded, this many; the events that follow are new.
    Live(usize),
}

/// A follower of a log. Nothing is read before everything read earlier was taken.
pub struct Follower {
    following: Following,
    /// The events that were read and not yet taken.
    waiting: VecDeque<Arc<Recorded>>,
    /// The cursor after them.
    end: Option<Cursor>,
    /// The cursor after what was taken; `None` when the caller may see nothing of the log.
    cursor: Option<Cursor>,
    is_reset: bool,
    replayed: usize,
    is_live: bool,
}

impl Follower {
    /// Follows what [`app::App::follow_events`] has begun.
    pub fn new(begun: Begun) -> Self {
        Self {
            following: begun.following,
            waiting: VecDeque::new(),
            end: None,
            cursor: begun.from,
            is_reset: begun.is_reset,
            replayed: 0,
            is_live: false,
        }
    }

    /// The cursor after what was taken; `None` when the caller may see nothing of the log.
    pub const fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// Whether [`Follower::take`] or [`Follower::read`] has something to do.
    pub fn is_ready(&self) -> bool {
        !self.waiting.is_empty() || !self.is_live || self.following.is_behind()
    }

    /// Waits until [`Follower::is_ready`]. Cancel-safe.
    pub async fn ready(&mut self) {
        if !self.is_ready() {
            self.following.behind().await;
        }
    }

    /// Reads the next events, if everything read before was taken.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn read(&mut self) -> Result<()> {
        if !self.waiting.is_empty() || !self.following.is_behind() {
            return Ok(());
        }
        if let Some((events, end)) = self.following.read().await? {
            self.waiting = events.into();
            self.end = Some(end);
            self.pass();
        }
        Ok(())
    }

    /// Takes the next item, if there is one.
    pub fn take(&mut self) -> Option<Item> {
        if std::mem::take(&mut self.is_reset) {
            return Some(Item::Reset);
        }
        if let Some(event) = self.waiting.pop_front() {
            self.go_on(Cursor::at(event.position, event.hash));
            self.replayed += 1;
            self.pass();
            return Some(Item::Event(event));
        }
        if !self.is_live && !self.following.is_behind() {
            self.is_live = true;
            return Some(Item::Live(self.replayed));
        }
        None
    }

    /// After the last event was taken, moves the cursor past events that the caller may not see.
    fn pass(&mut self) {
        if self.waiting.is_empty()
            && let Some(end) = self.end.take()
        {
            self.go_on(end);
        }
    }

    fn go_on(&mut self, cursor: Cursor) {
        if let Some(before) = &mut self.cursor {
            *before = cursor;
        }
    }
}
