//! The event log as server-sent events
//! (<https://html.spec.whatwg.org/multipage/server-sent-events.html>).

use super::{
    event::view,
    follower::{Follower, Item},
};
use crate::open_streams::OpenStream;
use app::{Recorded, event::Cursor, live::Closing};
use bytes::Bytes;
use futures_util::stream;
use identity::Authorization;
use poem::Body;
use serde_json::json;
use std::{fmt::Write, io, sync::Arc, time::Duration};
use tokio::time::{Instant, sleep_until};

/// A line is sent at least that often, so that what stands between knows that somebody is there.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How soon a client shall come back whose connection ended, in milliseconds.
const RETRY: u32 = 1000;

/// Text that is made at a time: what is made is sent, whatever happens to the caller meanwhile.
const PART: usize = 16 * 1024;

/// The events as they come, for as long as the caller may read them.
pub struct EventStream {
    follower: Follower,
    authorization: Authorization,
    closing: Closing,
    /// Counted for as long as the answer is written.
    _open: OpenStream,
    sent_at: Instant,
    has_begun: bool,
}

impl EventStream {
    /// To a caller, until it may read them no more or the service stops.
    pub fn new(
        follower: Follower,
        authorization: Authorization,
        closing: Closing,
        open: OpenStream,
    ) -> Self {
        Self {
            follower,
            authorization,
            closing,
            _open: open,
            sent_at: Instant::now(),
            has_begun: false,
        }
    }

    /// As a body. Events are read no sooner than the caller takes them.
    pub fn body(self) -> Body {
        let parts = stream::try_unfold(self, async |mut this: Self| {
            let text = this.next().await?;
            Ok::<_, io::Error>(text.map(|text| (Bytes::from(text), this)))
        });
        Body::from_bytes_stream(parts)
    }

    /// What is sent next; nothing at the end.
    async fn next(&mut self) -> io::Result<Option<String>> {
        loop {
            let beat_at = self.sent_at + HEARTBEAT;
            let mut text = String::new();
            tokio::select! {
                biased;
                () = self.closing.begun() => return Ok(None),
                () = self.authorization.needs_recheck() => {}
                () = self.follower.ready() => self.read().await?,
                () = sleep_until(beat_at) => self.beat(&mut text),
            }
            if self.authorization.holds().await.is_err() {
                return Ok(None);
            }
            self.write(&mut text);
            if !text.is_empty() {
                self.sent_at = Instant::now();
                return Ok(Some(text));
            }
        }
    }

    async fn read(&mut self) -> io::Result<()> {
        self.follower.read().await.map_err(|error| {
            tracing::warn!(%error, "a follower of the log is cut off");
            io::Error::other("the log cannot be read")
        })
    }

    fn write(&mut self, text: &mut String) {
        if !self.has_begun {
            self.has_begun = true;
            let _ = write!(text, "retry: {RETRY}\n\n");
        }
        while text.len() < PART
            && let Some(item) = self.follower.take()
        {
            match item {
                Item::Event(event) => show(text, &event),
                Item::Reset => self.tell(text, "reset", &json!({}).to_string()),
                Item::Live(count) => {
                    self.tell(text, "live", &json!({"replayed": count}).to_string());
                }
            }
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
        if let Some(cursor) = self.follower.cursor() {
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
