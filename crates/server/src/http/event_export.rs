//! Exports of the event log, streamed while they are read.

use super::event::view;
use crate::{costly_reads::CostlyReads, open_streams::OpenStream};
use app::event::Export;
use bytes::Bytes;
use contract::Event;
use csv::{QuoteStyle, WriterBuilder};
use domain::Actor;
use futures_util::stream;
use poem::Body;
use std::{io, sync::Arc, time::Duration};

/// The columns of an event in comma-separated values.
const COLUMNS: [&str; 16] = [
    "id",
    "position",
    "type",
    "schemaVersion",
    "resourceKind",
    "resourceId",
    "resourceVersion",
    "actorKind",
    "actorId",
    "actorApiKeyId",
    "organizationId",
    "stationId",
    "requestId",
    "occurredAt",
    "data",
    "hash",
];

/// How long the next part of an export waits for its turn. It is long so that an export that has begun
/// is rarely cut off.
const WAIT: Duration = Duration::from_secs(60);

/// An export and its reader. Each part takes a turn of its own among the costly reads, so that a slow
/// reader does not block others.
pub struct Reader {
    /// The export.
    pub export: Export,
    /// The caller that reads it.
    pub actor: Actor,
    /// Grants the turns.
    pub reads: Arc<CostlyReads>,
    /// Counts among the streams of the caller until the export ends.
    pub _open: OpenStream,
}

impl Reader {
    async fn next(&mut self) -> io::Result<Vec<Event>> {
        let breaks_off = || io::Error::other("the export breaks off");
        let turn = self.reads.turn_within(&self.actor, WAIT).await;
        let _turn = turn.map_err(|problem| {
            tracing::warn!(problem = problem.detail, "an export breaks off");
            breaks_off()
        })?;
        let events = self.export.next().await.map_err(|error| {
            tracing::error!(%error, "an export breaks off");
            breaks_off()
        })?;
        Ok(events.into_iter().map(view).collect())
    }
}

/// One JSON document per line.
pub fn ndjson(export: Reader) -> Body {
    body(export, Vec::new(), |events, out| {
        for event in events {
            serde_json::to_writer(&mut *out, event)?;
            out.push(b'\n');
        }
        Ok(())
    })
}

/// Comma-separated values (RFC 4180) with a header line.
///
/// # Errors
/// When the header line cannot be written.
pub fn csv(export: Reader) -> io::Result<Body> {
    let mut head = Vec::new();
    lines(&mut head, [COLUMNS.map(str::to_owned)])?;
    Ok(body(export, head, |events, out| {
        lines(out, events.iter().map(columns))
    }))
}

/// Begins with `head`. A failure in the middle aborts the connection, so that a partial export is
/// never taken for a complete one.
fn body(
    export: Reader,
    head: Vec<u8>,
    write: fn(&[Event], &mut Vec<u8>) -> io::Result<()>,
) -> Body {
    let parts = stream::try_unfold((export, Some(head)), move |(mut export, head)| async move {
        if let Some(head) = head.filter(|head| !head.is_empty()) {
            return Ok(Some((Bytes::from(head), (export, None))));
        }
        let events = export.next().await?;
        if events.is_empty() {
            return Ok(None);
        }
        let mut out = Vec::new();
        write(&events, &mut out)?;
        Ok::<_, io::Error>(Some((Bytes::from(out), (export, None))))
    });
    Body::from_bytes_stream(parts)
}

fn lines(
    out: &mut Vec<u8>,
    rows: impl IntoIterator<Item = [String; COLUMNS.len()]>,
) -> io::Result<()> {
    let mut writer = WriterBuilder::new()
        .quote_style(QuoteStyle::Necessary)
        .terminator(csv::Terminator::CRLF)
        .from_writer(out);
    for row in rows {
        writer.write_record(&row)?;
    }
    writer.flush()
}

fn columns(event: &Event) -> [String; COLUMNS.len()] {
    let optional = |id: Option<uuid::Uuid>| id.map(|id| id.to_string()).unwrap_or_default();
    [
        event.id.to_string(),
        event.position.to_string(),
        event.r#type.clone(),
        event.schema_version.to_string(),
        event.resource.kind.clone(),
        event.resource.id.to_string(),
        event.resource.version.to_string(),
        event.actor.kind.as_str().to_owned(),
        optional(event.actor.id),
        optional(event.actor.api_key_id),
        optional(event.organization_id),
        optional(event.station_id),
        event
            .request_id
            .as_deref()
            .map(harmless)
            .unwrap_or_default(),
        event.occurred_at.to_string(),
        serde_json::to_string(&event.data).unwrap_or_default(),
        event.hash.clone(),
    ]
}

/// Prefixes a text that a spreadsheet would take for a formula with an apostrophe. Request ids come
/// from callers.
fn harmless(text: &str) -> String {
    match text.starts_with(['=', '+', '-', '@', '\t', '\r']) {
        true => format!("'{text}"),
        false => text.to_owned(),
    }
}
