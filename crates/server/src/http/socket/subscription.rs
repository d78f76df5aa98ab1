//! A subscription of a client on a socket.

use super::{
    connection::{Connection, Unsent},
    server_message::ServerMessage,
};
use crate::http::{
    event::view,
    follower::{Follower, Item},
};
use app::{Recorded, event::Cursor};
use futures_util::future::select_all;
use std::future::pending;
use tokio::io::{AsyncRead, AsyncWrite};

/// A subscription of a client.
pub(super) struct Subscription {
    /// The id that the client chose for it.
    pub id: String,
    /// The source of its events.
    pub follower: Follower,
    /// The cursor after the last event that was sent.
    sent: Option<Cursor>,
}

impl Subscription {
    pub fn new(id: String, follower: Follower) -> Self {
        let sent = follower.cursor().cloned();
        Self { id, follower, sent }
    }

    /// Where the client can go on after what was sent.
    pub fn cursor(&self) -> Option<String> {
        self.sent.as_ref().map(Cursor::to_string)
    }

    /// Records that everything taken from the follower was sent.
    pub fn mark_sent(&mut self) {
        self.sent = self.follower.cursor().cloned();
    }

    /// Sends an item to the client.
    pub async fn send<S: AsyncRead + AsyncWrite + Unpin>(
        &self,
        connection: &mut Connection<S>,
        item: Item,
    ) -> Result<(), Unsent> {
        let subscription = self.id.as_str();
        let cursor = self.follower.cursor().map(Cursor::to_string);
        match item {
            Item::Reset => {
                let reset = ServerMessage::Reset {
                    subscription,
                    cursor,
                };
                connection.send(&reset).await
            }
            Item::Event(event) => {
                let cursor = Cursor::at(event.position, event.hash).to_string();
                let event = &view(Recorded::clone(&event));
                let message = ServerMessage::Event {
                    subscription,
                    cursor,
                    event,
                };
                connection.send(&message).await
            }
            Item::Live(count) => {
                let replayed = ServerMessage::Replayed {
                    subscription,
                    count,
                };
                connection.send(&replayed).await?;
                let live = ServerMessage::Live {
                    subscription,
                    cursor,
                };
                connection.send(&live).await
            }
        }
    }
}

/// Waits until a subscription has something to send.
pub(super) async fn ready(subscriptions: &mut [Subscription]) {
    let waits = subscriptions.iter_mut();
    let waits: Vec<_> = waits.map(|one| Box::pin(one.follower.ready())).collect();
    match waits.is_empty() {
        true => pending().await,
        false => drop(select_all(waits).await),
    }
}
