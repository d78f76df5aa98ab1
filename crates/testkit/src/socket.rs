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

/// A server that has said nothing by then hangs.
const PATIENCE: Duration = Duration::from_secs(40);

/// An open socket.
pub struct Socket {
    stream: WebSocketStream<TcpStream>,
    /// The code and the reason that the server closed with.
    pub closed: Option<(u16, String)>,
}

impl Socket {
    /// Opens one at the server of this URL (`http://…`), with a key or token or without.
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

    /// The same where the server may refuse it, or not even answer.
    pub async fn attempt(url: &str, key: Option<&str>) -> Option<Result<Self, u16>> {
        match Self::handshake(url, "", key, None).await {
            Ok(stream) => Some(Ok(Self::new(stream))),
            Err(Error::Http(response)) => Some(Err(response.status().as_u16())),
            Err(_) => None,
        }
    }

    /// The same where the server may be gone: none when it is.
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

    /// Says something.
    pub async fn say(&mut self, message: &Value) {
        self.send(Message::text(message.to_string())).await;
    }

    /// Sends whatever it is. That the server has closed is seen by what it said.
    pub async fn send(&mut self, message: Message) {
        let _ = self.stream.send(message).await;
    }

    /// What the server says next; none when it has closed.
    ///
    /// # Panics
    /// When nothing comes, or what is no JSON.
    pub async fn hear(&mut self) -> Option<Value> {
        match timeout(PATIENCE, self.next()).await {
            Ok(said) => said,
            Err(_) => panic!("nothing comes"),
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

    /// What the server says next, which has to be of this type.
    ///
    /// # Panics
    /// When it is another.
    pub async fn expect(&mut self, kind: &str) -> Value {
        match self.hear().await {
            Some(said) if said["type"] == kind => said,
            other => panic!("{other:?} ({:?}), not {kind}", self.closed),
        }
    }

    /// Follows the log of the caller from a cursor, or from now on, until it is live.
    pub async fn follow(&mut self, id: &str, after: Option<&str>) {
        let mut asked = json!({"type": "subscribe", "id": id});
        if let Some(after) = after {
            asked["after"] = after.into();
        }
        self.say(&asked).await;
        self.expect("subscribed").await;
    }
}
