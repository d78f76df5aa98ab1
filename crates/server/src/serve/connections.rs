//! The open connections. Each is served by hyper and has a slot in the table of connections.

use std::{io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use http_body_util::combinators::BoxBody;
use hyper::{
    body::{Body as _, Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::{
    Addr, Endpoint, Request, Response,
    http::{HeaderName, HeaderValue, StatusCode, Version, header, uri::Scheme},
    web::{LocalAddr, RemoteAddr},
};
#[cfg(target_os = "linux")]
use socket2::SockRef;
use thiserror::Error;
use tokio::{
    net::{TcpListener, TcpStream},
    sync::watch,
    time,
};

use super::{
    Drained,
    bodies::{RequestBody, ResponseBody},
    limits::ConnectionLimits,
    slot::Slot,
    stall_timeout::{STALL_TIMEOUT, StallTimeout},
    table::{LimitReached, Table},
    tracked_stream::{HEAD_TIMEOUT, TrackedStream},
    wire::Wire,
};
use crate::{config::Config, metrics::Metrics};

/// An idle connection is closed after this time. It is longer than the 60 s for which proxies usually
/// keep connections: the proxy has to close first, because it may just be sending a request.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);
/// A connection is lost when the client has not acknowledged sent data for this long.
#[cfg(target_os = "linux")]
const UNCONFIRMED_TIMEOUT: Duration = Duration::from_secs(60);
/// Bytes of the head of a request; a larger one is refused.
const HEAD_BYTES: usize = 64 * 1024;
const HEADERS: usize = 100;
/// The pause after a failed accept, for example with no file descriptors left.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Bytes that the system buffers for a client that does not read, beside those in flight.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 128 * 1024;

/// Paths that are also answered on reserved connections.
const ALWAYS_SERVED: [&str; 3] = ["/health", "/ready", "/metrics"];

/// Asks nginx, and proxies that understand its headers, to pass a response on unbuffered.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The connections of a service.
pub struct Connections {
    table: Arc<Table>,
    pub(super) head_timeout: Duration,
    /// Each open connection holds a receiver until it is done.
    stop: watch::Sender<bool>,
}

impl Connections {
    /// The limits follow from the configuration and from the number of files that this process may open.
    pub fn new(config: &Config, metrics: Arc<Metrics>) -> Self {
        let (limits, proxies) = (ConnectionLimits::of(config), config.trusted_proxies.clone());
        tracing::info!(
            connections = limits.total,
            per_address = limits.per_address,
            event_streams = limits.streams,
            "there is room for so many at once"
        );
        Self {
            table: Arc::new(Table::new(limits, proxies, metrics)),
            head_timeout: HEAD_TIMEOUT,
            stop: watch::Sender::new(false),
        }
    }

    pub(super) async fn accept(&self, listener: &TcpListener) -> (TcpStream, SocketAddr) {
        loop {
            match listener.accept().await {
                Ok(accepted) => return accepted,
                Err(error) => {
                    self.table.close_oldest_after(&error);
                    time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// A slot for the connection; `None` if it has to be closed at once. While all connections are busy
    /// this waits, and new connections queue in the system: refusing them would shut out operators too.
    pub(super) async fn admit(&self, remote: SocketAddr) -> Option<Arc<Slot>> {
        loop {
            match self.table.admit(remote.ip()) {
                Ok(admitted) => return Some(Slot::new(Arc::clone(&self.table), admitted)),
                Err(LimitReached::Address) => return None,
                Err(LimitReached::Total) => self.table.changed().await,
            }
        }
    }

    pub(super) fn spawn<E>(
        &self,
        stream: TcpStream,
        peers: Peers,
        slot: Arc<Slot>,
        endpoint: Arc<E>,
    ) where
        E: Endpoint<Output = Response> + 'static,
    {
        if let Err(error) = configure(&stream) {
            tracing::debug!(%error, "a connection was gone before it was served");
            return;
        }
        let stream = StallTimeout::new(stream, STALL_TIMEOUT);
        let stream = TrackedStream::new(stream, Arc::clone(&slot), self.head_timeout);
        let of_requests = Arc::clone(&slot);
        let answer = service_fn(move |request| {
            answer(
                Arc::clone(&endpoint),
                peers,
                Arc::clone(&of_requests),
                request,
            )
        });
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(IDLE_TIMEOUT)
            .max_buf_size(HEAD_BYTES)
            .max_headers(HEADERS)
            .serve_connection(TokioIo::new(Wire::new(stream)), answer)
            .with_upgrades();
        let mut stop = self.stop.subscribe();
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
                biased;
                () = slot.closed() => return,
                ended = connection.as_mut() => ended,
                () = stop_requested(&mut stop) => {
                    connection.as_mut().graceful_shutdown();
                    connection.await
                }
            };
            if let Err(error) = ended {
                tracing::debug!(%error, "a connection ended early");
            }
        });
    }

    pub(super) async fn drain(self, grace: Duration) -> Drained {
        self.stop.send_replace(true);
        match time::timeout(grace, self.stop.closed()).await {
            Ok(()) => Drained::All,
            Err(_) => Drained::CutOff(self.stop.receiver_count()),
        }
    }
}

#[derive(Clone, Copy)]
pub(super) struct Peers {
    pub(super) local: SocketAddr,
    pub(super) remote: SocketAddr,
}

async fn stop_requested(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender was dropped, which is a reason to stop too.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn configure(stream: &TcpStream) -> io::Result<()> {
    // Responses are small: waiting to fill a packet would only delay them.
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    {
        let socket = SockRef::from(stream);
        socket.set_tcp_user_timeout(Some(UNCONFIRMED_TIMEOUT))?;
        socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
    }
    Ok(())
}

/// The request extension that marks a request on a connection reserved for operators.
#[derive(Clone, Copy)]
pub struct Reserved;

/// Whether the request must be refused because only a reserved connection was left for it.
pub fn is_refused_on_reserved(request: &Request) -> bool {
    let path = request.uri().path();
    request.extensions().get::<Reserved>().is_some() && !ALWAYS_SERVED.contains(&path)
}

/// The connection is being closed for another one, so no request begins on it.
#[derive(Debug, Error)]
#[error("the connection made room for another")]
struct Closed;

async fn answer<E>(
    endpoint: Arc<E>,
    peers: Peers,
    slot: Arc<Slot>,
    request: poem::http::Request<Incoming>,
) -> Result<poem::http::Response<BoxBody<Bytes, io::Error>>, Closed>
where
    E: Endpoint<Output = Response>,
{
    if !slot.begin_request() {
        return Err(Closed);
    }
    let is_old = request.version() == Version::HTTP_10;
    let local = LocalAddr(Addr::from(peers.local));
    let remote = RemoteAddr(Addr::from(peers.remote));
    let mut request = Request::from((request, local, remote, Scheme::HTTP));
    let body: BoxBody<Bytes, io::Error> = request.take_body().into();
    request.set_body(match body.is_end_stream() {
        true => body,
        false => BoxBody::new(RequestBody::new(body, Arc::clone(&slot))),
    });
    if slot.is_reserved() {
        request.set_data(Reserved);
    }
    let response = endpoint.get_response(request).await.into();
    Ok(prepare_response(response, is_old, slot))
}

/// Sets the headers that depend on the connection, and reports the response to the slot.
fn prepare_response(
    mut response: poem::http::Response<BoxBody<Bytes, io::Error>>,
    is_old: bool,
    slot: Arc<Slot>,
) -> poem::http::Response<BoxBody<Bytes, io::Error>> {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        slot.upgrade();
    } else if response.body().size_hint().exact().is_none() {
        let headers = response.headers_mut();
        headers.insert(BUFFERING, HeaderValue::from_static("no"));
        // HTTP/1.0 has no chunked encoding.
        if is_old {
            slot.end_with_connection();
        }
    }
    if slot.is_reserved() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response.map(|body| BoxBody::new(ResponseBody::new(body, slot)))
}
