//! A line to a client, on which nobody waits for long.

use super::told::Told;
use futures_util::{SinkExt, StreamExt};
use std::{io, time::Duration};
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        Bytes, Error, Message,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding::CloseCode},
    },
};

/// Bytes that are put together before they are sent, and that are read at once. Each idle client
/// costs as much.
const BUFFER: usize = 4 * 1024;

/// Longer messages are not even read to their end. Between what the door takes and this, a client is
/// told in words.
const LONGEST_FRAME: usize = 64 * 1024;

/// A client that does not take a message in this time is too slow.
pub const SLOW_AFTER: Duration = Duration::from_secs(10);

/// How long a client may take for what it is told last.
const LAST_WORDS: Duration = Duration::from_secs(5);

/// How long a client may take to close its end.
const GOODBYE: Duration = Duration::from_secs(2);

/// What came from a client.
pub enum Came {
    /// Words.
    Text(String),
    /// A sign of life.
    Sign,
    /// What is no text.
    Binary,
    /// A message that is too long, or not what RFC 6455 has.
    Unreadable,
    /// It closes, and waits for the answer to that.
    Close,
    /// It is gone.
    Nothing,
}

/// Why something was not sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Unsent {
    /// The client is gone.
    Gone,
    /// The client takes nothing.
    Slow,
}

/// A line to a client.
pub struct Line<S> {
    stream: WebSocketStream<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Line<S> {
    /// Over a connection whose handshake is done.
    pub async fn new(stream: S) -> Self {
        let config = WebSocketConfig::default()
            .read_buffer_size(BUFFER)
            .write_buffer_size(BUFFER)
            .max_message_size(Some(LONGEST_FRAME))
            .max_frame_size(Some(LONGEST_FRAME));
        let stream = WebSocketStream::from_raw_socket(stream, Role::Server, Some(config));
        Self {
            stream: stream.await,
        }
    }

    /// What comes next. May be dropped and called again.
    pub async fn hear(&mut self) -> Came {
        match self.stream.next().await {
            Some(Ok(Message::Text(text))) => Came::Text(text.as_str().to_owned()),
            Some(Ok(Message::Binary(_))) => Came::Binary,
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Came::Sign,
            Some(Ok(Message::Close(_))) => Came::Close,
            None => Came::Nothing,
            Some(Err(Error::Capacity(_) | Error::Protocol(_) | Error::Utf8(_))) => Came::Unreadable,
            Some(Err(_)) => Came::Nothing,
        }
    }

    /// Sends, some time before the next [`Line::flush`] is done. What the client has not taken of
    /// what was sent before is waited for first.
    ///
    /// # Errors
    /// When the client is gone or too slow.
    pub async fn tell(&mut self, told: &Told<'_>) -> Result<(), Unsent> {
        let message = Message::text(told.text());
        in_time(SLOW_AFTER, self.stream.feed(message)).await
    }

    /// Sends whatever is not sent yet.
    ///
    /// # Errors
    /// When the client is gone or too slow.
    pub async fn flush(&mut self) -> Result<(), Unsent> {
        in_time(SLOW_AFTER, self.stream.flush()).await
    }

    /// Asks whether somebody is there.
    ///
    /// # Errors
    /// When the client is gone or too slow.
    pub async fn ping(&mut self) -> Result<(), Unsent> {
        let ping = self.stream.send(Message::Ping(Bytes::new()));
        in_time(SLOW_AFTER, ping).await
    }

    /// Says these last words, and ends the connection.
    pub async fn end(mut self, words: &[Told<'_>], code: CloseCode, reason: &'static str) {
        let last = async {
            for told in words {
                self.stream.feed(Message::text(told.text())).await?;
            }
            let reason = reason.into();
            let close = Message::Close(Some(CloseFrame { code, reason }));
            self.stream.send(close).await
        };
        if in_time(LAST_WORDS, last).await.is_ok() {
            self.close().await;
        }
    }

    /// Answers a client that has closed, or waits a moment until it does, and ends the connection.
    pub async fn close(mut self) {
        let goodbye = async {
            // What was heard of a Close is answered before anything else is read.
            while let Some(Ok(_)) = self.stream.next().await {}
            // A connection that is closed with unread bytes is reset, and the client may lose what it
            // was told: it closes its end when it sees ours.
            let stream = self.stream.get_mut();
            stream.shutdown().await?;
            let mut rest = [0; 1024];
            while stream.read(&mut rest).await? > 0 {}
            Ok::<_, io::Error>(())
        };
        let _ = timeout(GOODBYE, goodbye).await;
    }
}

async fn in_time(
    time: Duration,
    sending: impl Future<Output = Result<(), Error>>,
) -> Result<(), Unsent> {
    match timeout(time, sending).await {
        Ok(Ok(())) => Ok(()),
        Ok(Err(_)) => Err(Unsent::Gone),
        Err(_) => Err(Unsent::Slow),
    }
}
