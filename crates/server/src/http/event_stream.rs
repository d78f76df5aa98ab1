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

/// Something is sent at least this often, so that proxies do not close the idle connection.
const HEARTBEAT: Duration = Duration::from_secs(15);

/// How soon a client reconnects after its connection ended, in milliseconds.
const RETRY: u32 = 1000;

/// About how many bytes are written at a time. They are sent without another check of the
/// authorization.
const PART: usize = 16 * 1024;

/// The events of a log, for as long as the caller may read them.
pub struct EventStream {
    follower: Follower,
    authorization: Authorization,
    closing: Closing,
    /// Counts as an open stream until the response ends.
    _open: OpenStream,
    sent_at: Instant,
    has_begun: bool,
}

impl EventStream {
    /// Streams until the authorization ends or the service stops.
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

    /// The body of the response. Events are read only as the caller takes them.
    pub fn body(self) -> Body {
        let parts = stream::try_unfold(self, async |mut this: Self| {
            let text = this.next().await?;
            Ok::<_, io::Error>(text.map(|text| (Bytes::from(text), this)))
        });
        Body::from_bytes_stream(parts)
    }

    /// The next part of the body; `None` at the end.
    async fn next(&mut self) -> io::Result<Option<String>> {
        loop {
            let heartbeat_at = self.sent_at + HEARTBEAT;
            let mut text = String::new();
            tokio::select! {
                biased;
                () = self.closing.begun() => return Ok(None),
                () = self.authorization.needs_recheck() => {}
                () = self.follower.ready() => self.read().await?,
                () = sleep_until(heartbeat_at) => self.heartbeat(&mut text),
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
                Item::Event(event) => write_event(text, &event),
                Item::Reset => self.write_item(text, "reset", &json!({}).to_string()),
                Item::Live(count) => {
                    self.write_item(text, "live", &json!({"replayed": count}).to_string());
                }
            }
        }
    }

    fn write_item(&self, text: &mut String, name: &str, data: &str) {
        self.id(text);
        let _ = write!(text, "event: {name}\ndata: {data}\n\n");
    }

    /// A comment line with the id, so that a client that reconnects skips events that were filtered out.
    fn heartbeat(&self, text: &mut String) {
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

fn write_event(text: &mut String, event: &Arc<Recorded>) {
    let cursor = Cursor::at(event.position, event.hash);
    let view = view(Recorded::clone(event));
    // Serialization of an event cannot fail, and compact JSON has no line breaks.
    let data = serde_json::to_string(&view).unwrap_or_default();
    let _ = write!(
        text,
        "id: {cursor}\nevent: {}\ndata: {data}\n\n",
        event.event_type
    );
}
