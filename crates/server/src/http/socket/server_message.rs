//! The messages of the server on a socket.

use contract::{Event, Problem};
use serde::Serialize;
use std::collections::BTreeMap;

/// A message to the client. A cursor is left out where the log shows the caller nothing.
#[derive(Serialize)]
#[serde(
    tag = "type",
    rename_all = "camelCase",
    rename_all_fields = "camelCase"
)]
pub enum ServerMessage<'a> {
    /// The client is authenticated.
    Authenticated {
        /// The client must authenticate again before this time.
        expires_at: Option<contract::Timestamp>,
    },
    /// A subscription has begun.
    Subscribed {
        /// Its id.
        id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        /// Where it begins.
        cursor: Option<String>,
    },
    /// A subscription has ended.
    Unsubscribed {
        /// Its id.
        id: &'a str,
    },
    /// The log does not go on from the cursor that was given.
    Reset {
        /// The subscription that it belongs to.
        subscription: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        /// Where the subscription goes on instead.
        cursor: Option<String>,
    },
    /// An event of the log.
    Event {
        /// The subscription that it belongs to.
        subscription: &'a str,
        /// Where to go on after it.
        cursor: String,
        /// The event.
        event: &'a Event,
    },
    /// All events that existed before the subscription were sent.
    Replayed {
        /// The subscription that it belongs to.
        subscription: &'a str,
        /// The number of these events.
        count: usize,
    },
    /// The events that follow are new.
    Live {
        /// The subscription that it belongs to.
        subscription: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        /// Where to go on.
        cursor: Option<String>,
    },
    /// The reply to a ping.
    Pong {
        /// Where to go on, by subscription id.
        cursors: BTreeMap<&'a str, String>,
    },
    /// A message of the client was refused, or the connection is refused and ends.
    Error {
        #[serde(skip_serializing_if = "Option::is_none")]
        /// The subscription that the refused message named.
        id: Option<&'a str>,
        /// The reason.
        problem: Box<Problem>,
    },
    /// The client is too slow. The connection ends.
    Dropped {
        /// The subscription that it belongs to.
        subscription: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        /// Where to go on after reconnecting.
        cursor: Option<String>,
    },
}

impl ServerMessage<'_> {
    /// As the text of a message.
    pub fn text(&self) -> String {
        // Serialization cannot fail: the fields are texts, numbers, maps and lists.
        serde_json::to_string(self).unwrap_or_default()
    }
}
