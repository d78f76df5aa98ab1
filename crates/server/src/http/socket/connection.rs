//! A WebSocket connection to a client. Every send and close has a time limit.

use super::server_message::ServerMessage;
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

/// Bytes of the read buffer and of the write buffer. Every idle client holds this memory.
const BUFFER: usize = 4 * 1024;

/// A longer message is not read to its end. A message above `client_message::LONGEST` and up to this
/// is refused with a problem.
const LONGEST_FRAME: usize = 64 * 1024;

/// A client that does not take a message in this time is too slow.
pub const SLOW_AFTER: Duration = Duration::from_secs(10);

/// How long a client may take to receive the messages that end a connection.
const END_TIMEOUT: Duration = Duration::from_secs(5);

/// How long a client may take to close its side.
const CLOSE_TIMEOUT: Duration = Duration::from_secs(2);

/// What was received from a client.
pub enum Incoming {
    /// A text message.
    Text(String),
    /// A control frame that only shows that the client is alive.
    Sign,
    /// A binary message.
    Binary,
    /// A message that is too long, or that violates RFC 6455.
    Unreadable,
    /// The client closes, and waits for the Close frame in reply.
    Close,
    /// The connection is lost.
    Nothing,
}

/// Why a message was not sent.
#[derive(Debug, PartialEq, Eq)]
pub enum Unsent {
    /// The client is gone.
    Gone,
    /// The client does not read.
    Slow,
}

/// A connection to a client.
pub struct Connection<S> {
    stream: WebSocketStream<S>,
}

impl<S: AsyncRead + AsyncWrite + Unpin> Connection<S> {
    /// Uses a stream whose handshake is done.
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

    /// Receives the next message. Cancel-safe.
    pub async fn receive(&mut self) -> Incoming {
        match self.stream.next().await {
            Some(Ok(Message::Text(text))) => Incoming::Text(text.as_str().to_owned()),
            Some(Ok(Message::Binary(_))) => Incoming::Binary,
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Incoming::Sign,
            Some(Ok(Message::Close(_))) => Incoming::Close,
            None => Incoming::Nothing,
            Some(Err(Error::Capacity(_) | Error::Protocol(_) | Error::Utf8(_))) => {
                Incoming::Unreadable
            }
            Some(Err(_)) => Incoming::Nothing,
        }
    }

    /// Buffers a message; it is sent at the latest by the next [`Connection::flush`]. Waits while the client
    /// has not taken what was sent before.
    ///
    /// # Errors
    /// When the client is gone or too slow.
    pub async fn send(&mut self, message: &ServerMessage<'_>) -> Result<(), Unsent> {
        let message = Message::text(message.text());
        in_time(SLOW_AFTER, self.stream.feed(message)).await
    }

    /// Sends everything that is buffered.
    ///
    /// # Errors
    /// When the client is gone or too slow.
    pub async fn flush(&mut self) -> Result<(), Unsent> {
        in_time(SLOW_AFTER, self.stream.flush()).await
    }

    /// Sends a ping.
    ///
    /// # Errors
    /// When the client is gone or too slow.
    pub async fn ping(&mut self) -> Result<(), Unsent> {
        let ping = self.stream.send(Message::Ping(Bytes::new()));
        in_time(SLOW_AFTER, ping).await
    }

    /// Sends these messages and a Close frame, and ends the connection.
    pub async fn end(
        mut self,
        messages: &[ServerMessage<'_>],
        code: CloseCode,
        reason: &'static str,
    ) {
        let last = async {
            for message in messages {
                self.stream.feed(Message::text(message.text())).await?;
            }
            let reason = reason.into();
            let close = Message::Close(Some(CloseFrame { code, reason }));
            self.stream.send(close).await
        };
        if in_time(END_TIMEOUT, last).await.is_ok() {
            self.close().await;
        }
    }

    /// Replies to a client that has closed, or waits briefly until it does, and ends the connection.
    pub async fn close(mut self) {
        let closing = async {
            // The stream replies to a Close frame before it reads anything else.
            while let Some(Ok(_)) = self.stream.next().await {}
            // A connection that is closed with unread bytes is reset, and the client may lose what was
            // sent to it. So read until the client has closed its side too.
            let stream = self.stream.get_mut();
            stream.shutdown().await?;
            let mut rest = [0; 1024];
            while stream.read(&mut rest).await? > 0 {}
            Ok::<_, io::Error>(())
        };
        let _ = timeout(CLOSE_TIMEOUT, closing).await;
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
