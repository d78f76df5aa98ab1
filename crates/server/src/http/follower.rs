//! Somebody who follows a log, whatever the form in which it is told of the events.

use app::{
    Recorded, Result,
    event::{Begun, Cursor},
    live::Following,
};
use std::{collections::VecDeque, sync::Arc};

/// What a follower is told.
#[derive(Clone, Debug)]
pub enum Item {
    /// The log does not go on from the cursor; what follows is new.
    Reset,
    /// An event.
    Event(Arc<Recorded>),
    /// What was there already has come, so many events; what follows is new.
    Live(usize),
}

/// A follower of a log. Nothing is read before what came before it was taken.
pub struct Follower {
    following: Following,
    /// What was read and not yet taken, and where to go on after it.
    waiting: VecDeque<Arc<Recorded>>,
    end: Option<Cursor>,
    /// Where to go on after what was taken; none of a log that shows the caller nothing.
    cursor: Option<Cursor>,
    is_reset: bool,
    replayed: usize,
    is_live: bool,
}

impl Follower {
    /// Of a log that was begun to be followed.
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

    /// Where to go on after what was taken; none of a log that shows the caller nothing.
    pub const fn cursor(&self) -> Option<&Cursor> {
        self.cursor.as_ref()
    }

    /// Whether [`Follower::take`] or [`Follower::read`] has something to do.
    pub fn is_ready(&self) -> bool {
        !self.waiting.is_empty() || !self.is_live || self.following.is_behind()
    }

    /// Waits until that is so. May be dropped and called again.
    pub async fn ready(&mut self) {
        if !self.is_ready() {
            self.following.behind().await;
        }
    }

    /// Reads what comes next, when everything was taken.
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

    /// The next of what was read.
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

    /// What comes after the last of them was not for the caller.
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
