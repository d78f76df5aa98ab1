//! A client of the event log over WebSocket.

use std::time::Duration;

use futures_util::{SinkExt, StreamExt};
use serde_json::{Value, json};
use tokio::{
    net::{TcpSocket, TcpStream},
    time::timeout,
};
pub use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::{
    WebSocketStream, client_async,
    tungstenite::{Error, client::IntoClientRequest, http::HeaderValue},
};

/// A server that has sent nothing by then counts as hung.
const PATIENCE: Duration = Duration::from_secs(40);

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// The code and the reason that the server closed with.
    pub closed: Option<(u16, String)>,
}

impl Socket {
    /// Opens one at the server of this URL (`http://…`), with or without a key or token.
    ///
    /// # Errors
    /// The status and the problem when the server refuses.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn open(url: &str, key: Option<&str>) -> Result<Self, (u16, Value)> {
        Self::open_at(url, "", key, None).await
    }

    /// The same with a query, and with so small a buffer that a client that does not read is noticed.
    ///
    /// # Errors
    /// The status and the problem when the server refuses.
    ///
    /// # Panics
    /// When the server does not answer.
    pub async fn open_at(
        url: &str,
        query: &str,
        key: Option<&str>,
        buffer: Option<u32>,
    ) -> Result<Self, (u16, Value)> {
        match Self::handshake(url, query, key, buffer).await {
            Ok(stream) => Ok(Self::new(stream)),
            Err(Error::Http(response)) => {
                let body = response.body().clone().unwrap_or_default();
                let problem = serde_json::from_slice(&body).unwrap_or_default();
                Err((response.status().as_u16(), problem))
            }
            Err(fault) => panic!("no socket at {url}: {fault}"),
        }
    }

    /// The same; `None` when the server does not answer, an error with the status when it refuses.
    pub async fn attempt(url: &str, key: Option<&str>) -> Option<Result<Self, u16>> {
        match Self::handshake(url, "", key, None).await {
            Ok(stream) => Some(Ok(Self::new(stream))),
            Err(Error::Http(response)) => Some(Err(response.status().as_u16())),
            Err(_) => None,
        }
    }

    /// The same; `None` when the server is gone.
    ///
    /// # Panics
    /// When the server refuses.
    pub async fn reach(url: &str, key: &str) -> Option<Self> {
        match Self::handshake(url, "", Some(key), None).await {
            Ok(stream) => Some(Self::new(stream)),
            Err(Error::Http(response)) => panic!("{url} refuses: {}", response.status()),
            Err(_) => None,
        }
    }

    fn new(stream: WebSocketStream<TcpStream>) -> Self {
        Self {
            stream,
            closed: None,
        }
    }

    async fn handshake(
        url: &str,
        query: &str,
        key: Option<&str>,
        buffer: Option<u32>,
    ) -> Result<WebSocketStream<TcpStream>, Error> {
        let authority = url.trim_start_matches("http://");
        let Ok(address) = authority.parse() else {
            panic!("{url} is no address");
        };
        let socket = TcpSocket::new_v4()?;
        if let Some(bytes) = buffer {
            socket.set_recv_buffer_size(bytes)?;
        }
        let stream = socket.connect(address).await?;
        let mut request = format!("ws://{authority}/api/v1/ws{query}").into_client_request()?;
        if let Some(key) = key
            && let Ok(value) = HeaderValue::from_str(&format!("Bearer {key}"))
        {
            request.headers_mut().insert("authorization", value);
        }
        let (stream, _) = client_async(request, stream).await?;
        Ok(stream)
    }

    /// Sends a message as JSON.
    pub async fn say(&mut self, message: &Value) {
        self.send(Message::text(message.to_string())).await;
    }

    /// Sends a frame. A closed connection is noticed on the next read, so an error is ignored.
    pub async fn send(&mut self, message: Message) {
        let _ = self.stream.send(message).await;
    }

    /// The next message of the server; `None` when it has closed.
    ///
    /// # Panics
    /// When no message arrives in time, or it is not JSON.
    pub async fn hear(&mut self) -> Option<Value> {
        match timeout(PATIENCE, self.next()).await {
            Ok(message) => message,
            Err(_) => panic!("no message arrives"),
        }
    }

    async fn next(&mut self) -> Option<Value> {
        loop {
            match self.stream.next().await? {
                Ok(Message::Text(text)) => match serde_json::from_str(&text) {
                    Ok(value) => return Some(value),
                    Err(fault) => panic!("{fault}: {text}"),
                },
                Ok(Message::Close(frame)) => {
                    self.closed =
                        frame.map(|frame| (frame.code.into(), frame.reason.as_str().to_owned()));
                }
                Ok(_) => {}
                Err(_) => return None,
            }
        }
    }

    /// The next message of the server, which has to be of this type.
    ///
    /// # Panics
    /// When it has another type.
    pub async fn expect(&mut self, kind: &str) -> Value {
        match self.hear().await {
            Some(message) if message["type"] == kind => message,
            other => panic!("{other:?} ({:?}), not {kind}", self.closed),
        }
    }

    /// Subscribes to the log of the caller from a cursor, or from now on.
    pub async fn follow(&mut self, id: &str, after: Option<&str>) {
        let mut asked = json!({"type": "subscribe", "id": id});
        if let Some(after) = after {
            asked["after"] = after.into();
        }
        self.say(&asked).await;
        self.expect("subscribed").await;
    }
}
