//! Listening and shutting down. Connections are served by hyper directly, since
//! poem's own server has no limit on how long a client may take for its headers.
mod patience;
mod wire;

use std::{
    convert::Infallible, future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration,
};

use http_body_util::combinators::BoxBody;
use hyper::{
    body::{Bytes, Incoming},
    server::conn::http1,
    service::service_fn,
};
use hyper_util::rt::{TokioIo, TokioTimer};
use poem::{
    Addr, Endpoint, IntoEndpoint, Response,
    http::uri::Scheme,
    web::{LocalAddr, RemoteAddr},
};
use thiserror::Error;
use tokio::{
    net::{TcpListener, TcpStream},
    signal::unix::{SignalKind, signal},
    sync::watch,
    time,
};

use self::{
    patience::{Patient, STALL_TIMEOUT},
    wire::Wire,
};
use crate::config::ListenAddress;

/// A client that has not sent the whole head of a request after this long is cut
/// off; so is a kept connection that has been idle for as long.
const HEAD_TIMEOUT: Duration = Duration::from_secs(60);
/// Room for the head of a request; a larger one is refused.
const HEAD_BYTES: usize = 64 * 1024;
const HEADERS: usize = 100;
/// After a failed accept (no file descriptors left), before the next.
const ACCEPT_PAUSE: Duration = Duration::from_millis(100);

/// The address cannot be listened on.
#[derive(Debug, Error)]
pub enum BindError {
    /// Something else listens there.
    #[error(
        "{address} is in use by another process; choose another address with --listen HOST:PORT, \
         QUARTERMASTER_LISTEN or `listen` in the configuration file (port 0 takes a free one)"
    )]
    InUse {
        /// The address.
        address: ListenAddress,
    },
    /// Any other reason.
    #[error(
        "cannot listen on {address}: {source}; choose another address with --listen HOST:PORT, \
         QUARTERMASTER_LISTEN or `listen` in the configuration file"
    )]
    Failed {
        /// The address.
        address: ListenAddress,
        /// Why.
        source: io::Error,
    },
}

/// How the last connections ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Drained {
    /// Every running request was answered.
    All,
    /// The grace was over before these connections were done.
    CutOff(usize),
}

/// A bound socket, not yet serving.
#[derive(Debug)]
pub struct Listening {
    listener: TcpListener,
    address: SocketAddr,
}

/// Binds the socket.
pub async fn bind(address: &ListenAddress) -> Result<Listening, BindError> {
    let failed = |source: io::Error| match source.kind() {
        io::ErrorKind::AddrInUse => BindError::InUse {
            address: address.clone(),
        },
        _ => BindError::Failed {
            address: address.clone(),
            source,
        },
    };
    let listener = TcpListener::bind(address.as_str()).await.map_err(failed)?;
    let address = listener.local_addr().map_err(failed)?;
    Ok(Listening { listener, address })
}

impl Listening {
    /// The address in use, with the real port when port 0 was asked for.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is ready, then lets running requests finish for `grace`.
    pub async fn serve<E>(
        self,
        endpoint: E,
        stop: impl Future<Output = ()>,
        grace: Duration,
    ) -> Drained
    where
        E: IntoEndpoint,
        E::Endpoint: Endpoint<Output = Response> + 'static,
    {
        let endpoint = Arc::new(endpoint.into_endpoint());
        let connections = Connections(watch::Sender::new(false));
        let local = self.address;
        let mut stop = pin!(stop);
        loop {
            let (stream, remote) = tokio::select! {
                biased;
                () = &mut stop => break,
                accepted = accept(&self.listener) => accepted,
            };
            connections.spawn(stream, Peers { local, remote }, Arc::clone(&endpoint));
        }
        drop(self.listener);
        connections.drain(grace).await
    }
}

async fn accept(listener: &TcpListener) -> (TcpStream, SocketAddr) {
    loop {
        match listener.accept().await {
            Ok(accepted) => return accepted,
            Err(error) => {
                tracing::warn!(%error, "accepting a connection failed");
                time::sleep(ACCEPT_PAUSE).await;
            }
        }
    }
}

#[derive(Clone, Copy)]
struct Peers {
    local: SocketAddr,
    remote: SocketAddr,
}

/// The open connections: each holds a receiver until it is done.
struct Connections(watch::Sender<bool>);

impl Connections {
    fn spawn<E>(&self, stream: TcpStream, peers: Peers, endpoint: Arc<E>)
    where
        E: Endpoint<Output = Response> + 'static,
    {
        // Answers are small: waiting to fill a packet would only delay them.
        if let Err(error) = stream.set_nodelay(true) {
            tracing::debug!(%error, "a connection was gone before it was served");
            return;
        }
        let stream = Patient::new(stream, STALL_TIMEOUT);
        let answer = service_fn(move |request| answer(Arc::clone(&endpoint), peers, request));
        let connection = http1::Builder::new()
            .timer(TokioTimer::new())
            .header_read_timeout(HEAD_TIMEOUT)
            .max_buf_size(HEAD_BYTES)
            .max_headers(HEADERS)
            .serve_connection(TokioIo::new(Wire::new(stream)), answer)
            .with_upgrades();
        let mut stop = self.0.subscribe();
        tokio::spawn(async move {
            let mut connection = pin!(connection);
            let ended = tokio::select! {
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

    async fn drain(self, grace: Duration) -> Drained {
        self.0.send_replace(true);
        match time::timeout(grace, self.0.closed()).await {
            Ok(()) => Drained::All,
            Err(_) => Drained::CutOff(self.0.receiver_count()),
        }
    }
}

async fn asked(stop: &mut watch::Receiver<bool>) {
    // An error means that the sender is gone, which is a reason to stop too.
    let _ = stop.wait_for(|stop| *stop).await;
}

async fn answer<E>(
    endpoint: Arc<E>,
    peers: Peers,
    request: poem::http::Request<Incoming>,
) -> Result<poem::http::Response<BoxBody<Bytes, io::Error>>, Infallible>
where
    E: Endpoint<Output = Response>,
{
    let local = LocalAddr(Addr::from(peers.local));
    let remote = RemoteAddr(Addr::from(peers.remote));
    let request = poem::Request::from((request, local, remote, Scheme::HTTP));
    Ok(endpoint.get_response(request).await.into())
}

/// Takes SIGTERM and SIGINT over; the future is ready when one of them comes.
pub fn stop_signal() -> io::Result<impl Future<Output = ()>> {
    let mut terminate = signal(SignalKind::terminate())?;
    let mut interrupt = signal(SignalKind::interrupt())?;
    Ok(async move {
        tokio::select! {
            _ = terminate.recv() => tracing::info!("SIGTERM: running requests may finish"),
            _ = interrupt.recv() => tracing::info!("SIGINT: running requests may finish"),
        }
    })
}

#[cfg(test)]
mod tests;
