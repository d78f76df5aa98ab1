//! Something that a client on a socket follows.

use super::{
    line::{Line, Unsent},
    told::Told,
};
use crate::http::{
    event::view,
    follower::{Follower, Item},
};
use app::{Recorded, event::Cursor};
use futures_util::future::select_all;
use std::future::pending;
use tokio::io::{AsyncRead, AsyncWrite};

/// Something that a client follows.
pub(super) struct Subscription {
    /// How the client calls it.
    pub id: String,
    /// What brings its events.
    pub follower: Follower,
    /// Where to go on after what was told.
    told: Option<Cursor>,
}

impl Subscription {
    pub fn new(id: String, follower: Follower) -> Self {
        let told = follower.cursor().cloned();
        Self { id, follower, told }
    }

    /// Where to go on after what the client was told.
    pub fn cursor(&self) -> Option<String> {
        self.told.as_ref().map(Cursor::to_string)
    }

    /// What was taken of the follower is told now.
    pub fn is_told(&mut self) {
        self.told = self.follower.cursor().cloned();
    }

    /// Tells the client.
    pub async fn tell<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        line: &mut Line<S>,
        item: Item,
    ) -> Result<(), Unsent> {
        let subscription = self.id.as_str();
        let cursor = self.follower.cursor().map(Cursor::to_string);
        match item {
            Item::Reset => {
                let told = Told::Reset {
                    subscription,
                    cursor,
                };
                line.tell(&told).await
            }
            Item::Event(event) => {
                let cursor = Cursor::at(event.position, event.hash).to_string();
                let event = &view(Recorded::clone(&event));
                let told = Told::Event {
                    subscription,
                    cursor,
                    event,
                };
                line.tell(&told).await
            }
            Item::Live(count) => {
                let replayed = Told::Replayed {
                    subscription,
                    count,
                };
                line.tell(&replayed).await?;
                let live = Told::Live {
                    subscription,
                    cursor,
                };
                line.tell(&live).await
            }
        }
    }
}

/// Waits until one of them has something.
pub(super) async fn ready(subscriptions: &mut [Subscription]) {
    let waits = subscriptions.iter_mut();
    let waits: Vec<_> = waits.map(|one| Box::pin(one.follower.ready())).collect();
    match waits.is_empty() {
        true => pending().await,
        false => drop(select_all(waits).await),
    }
}
