//! The open connections: each is served by hyper, and each has its place among the others.

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
    attended::{Attended, HEAD_TIMEOUT},
    bodies::{Answer, Sent},
    limits::ConnectionLimits,
    patience::{Patient, STALL_TIMEOUT},
    place::Place,
    table::{NoRoom, Table},
    wire::Wire,
};
use crate::{config::Config, metrics::Metrics};

/// A kept connection on which no request comes for so long is closed. Proxies keep connections for 60 s
/// by themselves: they have to be the first to close one, since a request may be on its way.
const IDLE_TIMEOUT: Duration = Duration::from_secs(75);
/// A client that is gone without a word is noticed when it has not confirmed what it was sent for so long.
#[cfg(target_os = "linux")]
const UNCONFIRMED_TIMEOUT: Duration = Duration::from_secs(60);
/// Room for the head of a request; a larger one is refused.
const HEAD_BYTES: usize = 64 * 1024;
const HEADERS: usize = 100;
/// After a failed accept (no file descriptors left), before the next.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);
/// Bytes that the system keeps for a client that does not take them, beside those under way.
#[cfg(target_os = "linux")]
const UNSENT_BYTES: u32 = 128 * 1024;

/// What is answered also when all other connections are taken.
const ALWAYS_SERVED: [&str; 3] = ["/health", "/ready", "/metrics"];

/// Asks nginx, and what understands its headers, to pass an answer on as it is written.
const BUFFERING: HeaderName = HeaderName::from_static("x-accel-buffering");

/// The connections of a service.
pub struct Connections {
    table: Arc<Table>,
    pub(super) head_timeout: Duration,
    /// Each open connection holds a receiver until it is done.
    stop: watch::Sender<bool>,
}

impl Connections {
    /// None is open yet. How many may be is said by the configuration and by the files that this process
    /// may open.
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
                    self.table.make_room(&error);
                    time::sleep(ACCEPT_PAUSE).await;
                }
            }
        }
    }

    /// A place for the connection; none where it has to be closed at once. As long as there is no room
    /// the next ones wait with the system: to close them would shut out whoever runs the service too.
    pub(super) async fn admit(&self, remote: SocketAddr) -> Option<Arc<Place>> {
        loop {
            match self.table.admit(remote.ip()) {
                Ok(admitted) => return Some(Place::new(Arc::clone(&self.table), admitted)),
                Err(NoRoom::Address) => return None,
                Err(NoRoom::Total) => self.table.changed().await,
            }
        }
    }

    pub(super) fn spawn<E>(
        &self,
        stream: TcpStream,
        peers: Peers,
        place: Arc<Place>,
        endpoint: Arc<E>,
    ) where
        E: Endpoint<Output = Response> + 'static,
    {
        if let Err(error) = prepared(&stream) {
            tracing::debug!(%error, "a connection was gone before it was served");
            return;
        }
        let stream = Patient::new(stream, STALL_TIMEOUT);
        let stream = Attended::new(stream, Arc::clone(&place), self.head_timeout);
        let answered = Arc::clone(&place);
        let answer = service_fn(move |request| {
            answer(Arc::clone(&endpoint), peers, Arc::clone(&answered), request)
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
                () = place.closed() => return,
                ended = connection.as_mut() => ended,
                () = asked(&mut stop) => {
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

async fn asked(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a reason to stop too.
    let _ = stop.wait_for(|stop| *stop).await;
}

fn prepared(stream: &TcpStream) -> io::Result<()> {
    // Answers are small: waiting to fill a packet would only delay them.
    stream.set_nodelay(true)?;
    #[cfg(target_os = "linux")]
    {
        let socket = SockRef::from(stream);
        socket.set_tcp_user_timeout(Some(UNCONFIRMED_TIMEOUT))?;
        socket.set_tcp_notsent_lowat(UNSENT_BYTES)?;
    }
    Ok(())
}

/// Put into a request of a connection that is kept for who runs the service.
#[derive(Clone, Copy)]
pub struct Reserved;

/// Whether the request came on a connection that is not there for such requests: all others are taken.
pub fn is_out_of_place(request: &Request) -> bool {
    let path = request.uri().path();
    request.extensions().get::<Reserved>().is_some() && !ALWAYS_SERVED.contains(&path)
}

/// The connection is being closed for another, so nothing begins on it.
#[derive(Debug, Error)]
#[error("the connection made room for another")]
struct Closed;

async fn answer<E>(
    endpoint: Arc<E>,
    peers: Peers,
    place: Arc<Place>,
    request: poem::http::Request<Incoming>,
) -> Result<poem::http::Response<BoxBody<Bytes, io::Error>>, Closed>
where
    E: Endpoint<Output = Response>,
{
    if !place.begin() {
        return Err(Closed);
    }
    let is_old = request.version() == Version::HTTP_10;
    let local = LocalAddr(Addr::from(peers.local));
    let remote = RemoteAddr(Addr::from(peers.remote));
    let mut request = Request::from((request, local, remote, Scheme::HTTP));
    let body: BoxBody<Bytes, io::Error> = request.take_body().into();
    request.set_body(match body.is_end_stream() {
        true => body,
        false => BoxBody::new(Sent::new(body, Arc::clone(&place))),
    });
    if place.is_reserved() {
        request.set_data(Reserved);
    }
    let response = endpoint.get_response(request).await.into();
    Ok(dressed(response, is_old, place))
}

/// The answer as its connection has to know of it.
fn dressed(
    mut response: poem::http::Response<BoxBody<Bytes, io::Error>>,
    is_old: bool,
    place: Arc<Place>,
) -> poem::http::Response<BoxBody<Bytes, io::Error>> {
    if response.status() == StatusCode::SWITCHING_PROTOCOLS {
        place.upgrade();
    } else if response.body().size_hint().exact().is_none() {
        let headers = response.headers_mut();
        headers.insert(BUFFERING, HeaderValue::from_static("no"));
        // HTTP/1.0 has no chunks.
        if is_old {
            place.end_with_connection();
        }
    }
    if place.is_reserved() {
        let close = HeaderValue::from_static("close");
        response.headers_mut().insert(header::CONNECTION, close);
    }
    response.map(|body| BoxBody::new(Answer::new(body, place)))
}
