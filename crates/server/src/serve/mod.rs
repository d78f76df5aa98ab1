//! Listening and shutting down. Connections are served by hyper directly, since
//! poem's own server has no limit on how long a client may take for its headers.
mod bodies;
mod connections;
mod limits;
mod slot;
mod stall_timeout;
mod table;
mod tracked_stream;
mod wire;

use std::{future::Future, io, net::SocketAddr, pin::pin, sync::Arc, time::Duration};

use poem::{Endpoint, IntoEndpoint, Response};
use thiserror::Error;
use tokio::{
    net::TcpListener,
    signal::unix::{SignalKind, signal},
};

use self::connections::Peers;
pub use self::{
    connections::{Connections, Reserved, is_refused_on_reserved},
    limits::{ConnectionLimits, raise_open_files},
};
use crate::config::ListenAddress;

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
    /// The grace period was over before these connections were done.
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
    /// The bound address, with the real port if port 0 was configured.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Serves until `stop` is ready, then lets running requests finish for `grace`.
    pub async fn serve<E>(
        self,
        endpoint: E,
        connections: Connections,
        stop: impl Future<Output = ()>,
        grace: Duration,
    ) -> Drained
    where
        E: IntoEndpoint,
        E::Endpoint: Endpoint<Output = Response> + 'static,
    {
        let endpoint = Arc::new(endpoint.into_endpoint());
        let local = self.address;
        let mut stop = pin!(stop);
        loop {
            let next = async {
                let (stream, remote) = connections.accept(&self.listener).await;
                (stream, remote, connections.admit(remote).await)
            };
            let (stream, remote, slot) = tokio::select! {
                biased;
                () = &mut stop => break,
                next = next => next,
            };
            let Some(slot) = slot else {
                continue;
            };
            connections.spawn(stream, Peers { local, remote }, slot, Arc::clone(&endpoint));
        }
        drop(self.listener);
        connections.drain(grace).await
    }
}

/// Handles SIGTERM and SIGINT; the future is ready when one of them is received.
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
