//! A connection to RabbitMQ that leaves nothing behind.
use std::{
    io,
    net::{Ipv4Addr, Shutdown, SocketAddr, TcpStream as Handle},
    os::fd::AsFd,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use lapin::{
    AsyncTcpStream, Channel, Connection, ConnectionProperties,
    runtime::default_runtime,
    uri::{AMQPAuthority, AMQPQueryString, AMQPScheme, AMQPUri, AMQPUserInfo},
};
use tokio::{
    io::{copy, split},
    net::{TcpListener, TcpStream},
    time::timeout,
};
use tokio_rustls::client::TlsStream;

use crate::wire::{Server, Wire};

/// Seconds after which a silent broker is taken for dead.
const HEARTBEAT: u16 = 10;

/// A connection with one channel. Dropped in use, it is cut; dropped idle, it is closed.
pub(super) struct Link {
    pub(super) channel: Channel,
    connection: Connection,
    socket: Socket,
}

/// A second handle of a connection's socket, to cut it.
///
/// The library has a thread for each connection, and that waits for a silent or blocking broker
/// without end, also when nobody waits for the thread any more.
struct Socket {
    state: Arc<Mutex<State>>,
    idle: bool,
}

enum State {
    Connecting,
    Connected(Handle),
    Cut,
}

impl Link {
    pub(super) async fn open(
        wire: &Arc<Wire>,
        vhost: &str,
        limit: Duration,
    ) -> lapin::Result<Self> {
        let socket = Socket::connecting();
        let (state, wire) = (Arc::clone(&socket.state), Arc::clone(wire));
        let uri = uri(&wire.server, vhost);
        let name = ConnectionProperties::default().with_connection_name("quartermaster".into());
        let dial = Connection::connector(
            uri,
            default_runtime()?,
            async move |_, runtime| {
                // Longer than the caller waits, who thus is the one to say that it took too long.
                let dialing = timeout(limit * 2, async {
                    let way = Way::to(&wire).await?;
                    let near = AsyncTcpStream::connect(&runtime, way.begin.clone()).await?;
                    let AsyncTcpStream::Plain(stream) = &near else {
                        return Err(io::Error::from(io::ErrorKind::Unsupported));
                    };
                    keep(&state, stream.get_ref())?;
                    way.carry(stream.get_ref().local_addr()?).await?;
                    Ok(near)
                });
                let dialed = dialing.await.map_err(io::Error::from)?;
                dialed.map_err(lapin::Error::from)
            },
            name,
        );
        let connection = dial.await?;
        let channel = connection.create_channel().await?;
        Ok(Self {
            channel,
            connection,
            socket,
        })
    }

    pub(super) fn is_open(&self) -> bool {
        self.connection.status().connected() && self.channel.status().connected()
    }

    pub(super) fn idle(mut self, idle: bool) -> Self {
        self.socket.idle = idle;
        self
    }
}

impl Socket {
    fn connecting() -> Self {
        Self {
            state: Arc::new(Mutex::new(State::Connecting)),
            idle: false,
        }
    }
}

impl Drop for Socket {
    fn drop(&mut self) {
        if self.idle {
            return;
        }
        let before = std::mem::replace(&mut *lock(&self.state), State::Cut);
        if let State::Connected(handle) = before {
            // It fails for a connection that has ended, and that is what is wanted.
            let _ = handle.shutdown(Shutdown::Both);
        }
    }
}

/// Whoever waited for the connection may have gone meanwhile.
fn keep(state: &Mutex<State>, stream: &TcpStream) -> io::Result<()> {
    let handle = stream.as_fd().try_clone_to_owned()?;
    match &mut *lock(state) {
        State::Cut => Err(io::ErrorKind::ConnectionAborted.into()),
        open => {
            *open = State::Connected(handle.into());
            Ok(())
        }
    }
}

/// No panic can happen while it is locked.
fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Where the library's TCP connection goes: to the broker, or to a loopback port of ours from which
/// it is carried on under TLS.
///
/// The library has TLS of its own, but with it come a second implementation of cryptography and a
/// reader of key stores, and it takes no other stream than its own TCP.
struct Way {
    begin: Vec<SocketAddr>,
    tunnel: Option<(TcpListener, TlsStream<TcpStream>)>,
}

impl Way {
    async fn to(wire: &Wire) -> io::Result<Self> {
        let Some(by) = &wire.tls else {
            return Ok(Self {
                begin: wire.addresses().await?,
                tunnel: None,
            });
        };
        let far = wire.tls(by).await?;
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await?;
        Ok(Self {
            begin: vec![listener.local_addr()?],
            tunnel: Some((listener, far)),
        })
    }

    /// Carries what comes from our own end, and from no other process that found the port.
    async fn carry(self, ours: SocketAddr) -> io::Result<()> {
        let Some((listener, far)) = self.tunnel else {
            return Ok(());
        };
        let near = loop {
            let (stream, from) = listener.accept().await?;
            if from == ours {
                break stream;
            }
        };
        near.set_nodelay(true)?;
        let (mut from_near, mut to_near) = near.into_split();
        let (mut from_far, mut to_far) = split(far);
        tokio::spawn(async move {
            // The end of one side ends both, whatever the other does.
            tokio::select! {
                _ = copy(&mut from_near, &mut to_far) => {}
                _ = copy(&mut from_far, &mut to_near) => {}
            }
        });
        Ok(())
    }
}

fn uri(server: &Server, vhost: &str) -> AMQPUri {
    AMQPUri {
        scheme: AMQPScheme::AMQP,
        authority: AMQPAuthority {
            userinfo: AMQPUserInfo {
                username: server.user.clone(),
                password: server.password.to_string(),
            },
            host: server.host.clone(),
            port: server.port,
        },
        vhost: vhost.to_owned(),
        query: AMQPQueryString {
            heartbeat: Some(HEARTBEAT),
            ..AMQPQueryString::default()
        },
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use tokio::io::AsyncReadExt;

    use super::*;

    async fn pair() -> (TcpStream, TcpStream) {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let near = TcpStream::connect(address).await.unwrap();
        (near, listener.accept().await.unwrap().0)
    }

    #[tokio::test]
    async fn a_connection_that_nobody_waits_for_any_more_is_not_kept() {
        let (near, _far) = pair().await;
        let socket = Socket::connecting();
        let state = Arc::clone(&socket.state);
        drop(socket);
        let refused = keep(&state, &near).unwrap_err();
        assert_eq!(refused.kind(), io::ErrorKind::ConnectionAborted);
    }

    #[tokio::test]
    async fn a_connection_is_cut_unless_it_is_idle() {
        for idle in [false, true] {
            let (near, mut far) = pair().await;
            let mut socket = Socket::connecting();
            keep(&socket.state, &near).unwrap();
            socket.idle = idle;
            drop(socket);
            let end = timeout(Duration::from_millis(200), far.read_u8()).await;
            assert_eq!(end.is_err(), idle, "{end:?}");
        }
    }
}
