//! What is kept of an answer.
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use http::{HeaderMap, header::RETRY_AFTER};
use http_body_util::BodyExt;
use hyper::body::{Body, Bytes};
use tokio::time::{Instant, timeout_at};

use crate::schedule::LONGEST_ASKED;

/// How much of a body is read, so that a receiver with a little to say can finish.
const MOST_READ: usize = 64 * 1024;
/// How much of it is kept.
const KEPT: usize = 1024;
/// How long a body may take. What the answer means is known before it.
const LONGEST: Duration = Duration::from_secs(2);

/// The beginning of the body as text, as far as it comes soon, and until the deadline.
pub(crate) async fn read<B>(mut body: B, deadline: Instant) -> String
where
    B: Body<Data = Bytes> + Unpin,
{
    let deadline = deadline.min(Instant::now() + LONGEST);
    let mut kept = Vec::with_capacity(KEPT);
    let mut seen = 0;
    while seen < MOST_READ {
        let Ok(Some(Ok(frame))) = timeout_at(deadline, body.frame()).await else {
            break;
        };
        let data = frame.into_data().unwrap_or_default();
        let room = data.len().min(KEPT - kept.len());
        kept.extend_from_slice(&data[..room]);
        seen += data.len();
    }
    text(&kept)
}

/// The bytes as text that is no longer than what is kept. What is no text is replaced, and so are
/// control characters: some databases and terminals choke on them.
fn text(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    let plain = |c: char| !c.is_control() || matches!(c, '\n' | '\r' | '\t');
    let whole = bytes.utf8_chunks().flat_map(|chunk| {
        let broken = (!chunk.invalid().is_empty()).then_some(char::REPLACEMENT_CHARACTER);
        chunk.valid().chars().chain(broken)
    });
    for letter in whole {
        let shown = if plain(letter) {
            letter
        } else {
            char::REPLACEMENT_CHARACTER
        };
        if text.len() + shown.len_utf8() > KEPT {
            break;
        }
        text.push(shown);
    }
    text
}

/// How long the receiver asks to be left alone, counted from `now` in seconds since 1970.
pub(crate) fn retry_after(headers: &HeaderMap, now: u64) -> Option<Duration> {
    let value = headers.get(RETRY_AFTER)?.to_str().ok()?.trim();
    let digits = !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit());
    let asked = if digits {
        // More than fits is more than is granted.
        Duration::from_secs(value.parse().unwrap_or(u64::MAX))
    } else {
        let now = UNIX_EPOCH.checked_add(Duration::from_secs(now))?;
        until(httpdate::parse_http_date(value).ok()?, now)
    };
    Some(asked.min(LONGEST_ASKED))
}

fn until(then: SystemTime, now: SystemTime) -> Duration {
    then.duration_since(now).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::{
        convert::Infallible,
        pin::Pin,
        task::{Context, Poll},
    };

    use hyper::body::Frame;

    use super::*;

    /// 2026-11-21 12:00:00 UTC.
    const NOON: u64 = 1_795_262_400;

    fn asked(value: &str) -> Option<u64> {
        let headers = HeaderMap::from_iter([(RETRY_AFTER, value.parse().unwrap())]);
        retry_after(&headers, NOON).map(|asked| asked.as_secs())
    }

    #[test]
    fn a_wait_is_read_in_seconds_and_as_a_date() {
        for (value, seconds) in [
            ("0", Some(0)),
            (" 120 ", Some(120)),
            ("86401", Some(86_400)),
            ("99999999999999999999999", Some(86_400)),
            ("Sat, 21 Nov 2026 12:30:00 GMT", Some(1_800)),
            ("Saturday, 21-Nov-26 12:00:07 GMT", Some(7)),
            ("Sat Nov 21 12:00:08 2026", Some(8)),
            ("Sat, 21 Nov 2026 11:59:59 GMT", Some(0)),
            ("Wed, 21 Nov 2046 12:00:00 GMT", Some(86_400)),
            ("-1", None),
            ("1.5", None),
            ("soon", None),
            ("", None),
        ] {
            assert_eq!(asked(value), seconds, "{value}");
        }
        assert_eq!(retry_after(&HeaderMap::new(), NOON), None);
    }

    #[test]
    fn text_is_kept_and_what_is_none_is_replaced() {
        for (bytes, kept) in [
            (&b"ok\r\n\tdone"[..], "ok\r\n\tdone"),
            ("Grüße".as_bytes(), "Grüße"),
            (b"a\xffb", "a\u{fffd}b"),
            (b"a\0b\x1b[2J", "a\u{fffd}b\u{fffd}[2J"),
            (b"", ""),
        ] {
            assert_eq!(text(bytes), kept);
        }
    }

    #[test]
    fn text_never_grows_beyond_what_is_kept() {
        for bytes in [vec![0xff; KEPT], vec![0; KEPT], vec![b'a'; KEPT]] {
            let kept = text(&bytes);
            assert!(kept.len() <= KEPT && kept.len() > KEPT - 4);
        }
    }

    /// A body without end that counts what it has given.
    struct Endless(usize);

    impl Body for Endless {
        type Data = Bytes;
        type Error = Infallible;

        fn poll_frame(
            mut self: Pin<&mut Self>,
            _: &mut Context<'_>,
        ) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
            let given = Bytes::from_static(&[b'x'; 1000]);
            self.0 += given.len();
            Poll::Ready(Some(Ok(Frame::data(given))))
        }
    }

    #[tokio::test]
    async fn a_body_is_read_no_further_than_it_must() {
        let mut body = Endless(0);
        let hour = Instant::now() + Duration::from_secs(3_600);
        assert_eq!(read(&mut body, hour).await, "x".repeat(KEPT));
        assert!((MOST_READ..MOST_READ + 1000).contains(&body.0));
    }
}
