//! What a socket is told.

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
pub enum Told<'a> {
    /// It is known who the client is, until then if nothing changes.
    Authenticated {
        /// When to have authenticated again.
        expires_at: Option<contract::Timestamp>,
    },
    /// Events of a subscription come from now on.
    Subscribed {
        /// Which.
        id: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        /// After where.
        cursor: Option<String>,
    },
    /// Nothing comes of a subscription any more.
    Unsubscribed {
        /// Which.
        id: &'a str,
    },
    /// The log does not go on from the cursor that was given.
    Reset {
        /// Of which subscription.
        subscription: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        /// Where it goes on instead.
        cursor: Option<String>,
    },
    /// Something happened.
    Event {
        /// Of which subscription.
        subscription: &'a str,
        /// Where to go on after it.
        cursor: String,
        /// What.
        event: &'a Event,
    },
    /// What was there already has come.
    Replayed {
        /// Of which subscription.
        subscription: &'a str,
        /// How many events these were.
        count: usize,
    },
    /// What follows is new.
    Live {
        /// Of which subscription.
        subscription: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        /// Where to go on.
        cursor: Option<String>,
    },
    /// Somebody is there.
    Pong {
        /// Where to go on, by subscription.
        cursors: BTreeMap<&'a str, String>,
    },
    /// Something the client said was refused.
    Error {
        #[serde(skip_serializing_if = "Option::is_none")]
        /// The subscription that it was about.
        id: Option<&'a str>,
        /// Why.
        problem: Box<Problem>,
    },
    /// The client is too slow. The connection ends.
    Dropped {
        /// Of which subscription.
        subscription: &'a str,
        #[serde(skip_serializing_if = "Option::is_none")]
        /// Where to come back to.
        cursor: Option<String>,
    },
}

impl Told<'_> {
    /// As the text of a message.
    pub fn text(&self) -> String {
        // Texts, numbers and lists of these: nothing that JSON cannot say.
        serde_json::to_string(self).unwrap_or_default()
    }
}
