//! The event log as server-sent events
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use super::{event::view, gate::Presented, identity};
use crate::auth::Auth;
use app::{
    Recorded,
    event::{Begun, Cursor},
    live::{Following, Next},
};
use bytes::Bytes;
use domain::Actor;
use futures_util::stream;
use poem::Body;
use serde_json::json;
use std::{
    fmt::Write,
    io,
    sync::Arc,
    time::{Duration, Instant},
};

/// A line is sent at least that often, so that what stands between knows that somebody is there.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How soon a client shall come back whose connection ended, in milliseconds.
const RETRY: u32 = 1000;

/// Somebody who follows the log.
pub struct Follower {
    following: Following,
    auth: Arc<Auth>,
    presented: Presented,
    actor: Actor,
    /// Where to go on; none of a log that shows the caller nothing.
    cursor: Option<Cursor>,
    replayed: usize,
    is_live: bool,
    sent_at: Instant,
    /// What is sent before anything happens.
    begin: Option<String>,
}

impl Follower {
    /// Of a log that was begun to be followed by the actor.
    pub fn new(begun: Begun, auth: Arc<Auth>, presented: Presented, actor: Actor) -> Self {
        let mut this = Self {
            following: begun.following,
            auth,
            presented,
            actor,
            cursor: begun.from,
            replayed: 0,
            is_live: false,
            sent_at: Instant::now(),
            begin: None,
        };
        let mut text = format!("retry: {RETRY}\n\n");
        if begun.is_reset {
            this.tell(&mut text, "reset", &json!({}).to_string());
        }
        this.go_live(&mut text);
        this.begin = Some(text);
        this
    }

    /// The events as they come, for as long as the caller may read them. They are read no sooner
    /// than the caller takes them.
    pub fn body(self) -> Body {
        let parts = stream::try_unfold(self, async |mut this: Self| {
            let text = this.next().await?;
            Ok::<_, io::Error>(text.map(|text| (Bytes::from(text), this)))
        });
        Body::from_bytes_stream(parts)
    }

    /// What is sent next; nothing at the end.
    async fn next(&mut self) -> io::Result<Option<String>> {
        if let Some(text) = self.begin.take() {
            return Ok(Some(text));
        }
        loop {
            let next = self.following.next().await.map_err(|error| {
                tracing::warn!(%error, "a follower of the log is cut off");
                io::Error::other("the log cannot be read")
            })?;
            if !self.may_read().await {
                return Ok(None);
            }
            let mut text = String::new();
            match next {
                Next::Closed => return Ok(None),
                Next::Nothing => {}
                Next::Events(events, cursor) => {
                    self.cursor = self.cursor.is_some().then_some(cursor);
                    self.replayed += events.len();
                    events.iter().for_each(|event| show(&mut text, event));
                }
            }
            self.go_live(&mut text);
            if text.is_empty() && self.sent_at.elapsed() >= HEARTBEAT {
                self.beat(&mut text);
            }
            if !text.is_empty() {
                self.sent_at = Instant::now();
                return Ok(Some(text));
            }
        }
    }

    /// Whether the caller is who it was, and may what it might.
    async fn may_read(&self) -> bool {
        let found = identity::of(&self.auth, self.presented.0.reveal()).await;
        found.is_ok_and(|identity| identity.actor == self.actor)
    }

    /// Says once that whatever follows is new.
    fn go_live(&mut self, text: &mut String) {
        if !self.is_live && !self.following.is_behind() {
            self.is_live = true;
            let told = json!({"replayed": self.replayed}).to_string();
            self.tell(text, "live", &told);
        }
    }

    fn tell(&self, text: &mut String, name: &str, data: &str) {
        self.id(text);
        let _ = write!(text, "event: {name}\ndata: {data}\n\n");
    }

    /// The id goes along, so that who comes back does not read again what was not for it.
    fn beat(&self, text: &mut String) {
        text.push_str(": here\n");
        self.id(text);
        text.push('\n');
    }

    fn id(&self, text: &mut String) {
        if let Some(cursor) = &self.cursor {
            let _ = writeln!(text, "id: {cursor}");
        }
    }
}

fn show(text: &mut String, event: &Arc<Recorded>) {
    let cursor = Cursor::at(event.position, event.hash);
    let view = view(Recorded::clone(event));
    // An event has no text that serde could not write, and JSON has no line break outside of one.
    let data = serde_json::to_string(&view).unwrap_or_default();
    let _ = write!(
        text,
        "id: {cursor}\nevent: {}\ndata: {data}\n\n",
        event.event_type
    );
}
