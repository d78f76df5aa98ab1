//! A proxy between service and database that can cut or silence connections.

use std::sync::{Arc, Mutex};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream, tcp::OwnedReadHalf},
    sync::watch,
};

/// The state of the wire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Bytes are passed on.
    Whole,
    /// Open connections are closed, and new ones are closed at once.
    Cut,
    /// Connections stay open, and no byte is passed on.
    Silent,
}

/// How a connection ends for the service. The connection to the server is closed in every case.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum End {
    /// It is closed.
    Reset,
    /// It stays open, and nothing is answered any more.
    Silent,
    /// It is closed, and so are all others and new ones, until the wire is whole again.
    Refused,
}

/// Which message is lost with a connection.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Lost {
    /// The last request of the service: the server does not receive it.
    Request,
    /// The answer to it: the server has executed the request.
    Answer,
}

/// Ends the connection of the n-th request from now on.
#[derive(Clone, Copy, Debug)]
struct Trap {
    requests: usize,
    end: End,
    lost: Lost,
}

/// Passes connections on to a database server.
pub struct Proxy {
    port: u16,
    state: Arc<State>,
}

struct State {
    wire: watch::Sender<Wire>,
    /// Counts the calls of `forget_open_connections`; each ends the connections open then.
    ended: watch::Sender<usize>,
    trap: Mutex<Option<Trap>>,
}

impl Proxy {
    /// A whole wire to the server of this URL.
    pub async fn to(url: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let state = Arc::new(State {
            wire: watch::Sender::new(Wire::Whole),
            ended: watch::Sender::new(0),
            trap: Mutex::new(None),
        });
        let (server, shared) = (authority(url).to_owned(), Arc::clone(&state));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(pass(near, server.clone(), Arc::clone(&shared)));
            }
        });
        Self { port, state }
    }

    /// The URL of the database through the proxy.
    pub fn url(&self, url: &str) -> String {
        url.replacen(authority(url), &format!("127.0.0.1:{}", self.port), 1)
    }

    /// Changes the wire, for open connections and new ones.
    pub fn set(&self, wire: Wire) {
        self.state.wire.send_replace(wire);
    }

    /// As after a silent failover: open connections get no more data,
    /// and the server side of them is closed. New ones reach the server.
    pub fn forget_open_connections(&self) {
        self.state.ended.send_modify(|times| *times += 1);
    }

    /// Ends the connection of the n-th request from now on, 1 being the next.
    pub fn set_trap(&self, requests: usize, end: End, lost: Lost) {
        *self.state.trap.lock().unwrap() = Some(Trap {
            requests,
            end,
            lost,
        });
    }

    /// Waits until the wire is cut.
    pub async fn is_cut(&self) {
        let mut wire = self.state.wire.subscribe();
        let cut = wire.wait_for(|wire| *wire == Wire::Cut).await;
        assert!(cut.is_ok());
    }

    /// Removes the trap; returns whether it was not reached.
    pub fn take_trap(&self) -> bool {
        self.state.trap.lock().unwrap().take().is_some()
    }
}

impl State {
    /// Counts a request; returns how the connection ends when the trap is reached.
    fn asked(&self) -> Option<(End, Lost)> {
        let mut trap = self.trap.lock().unwrap();
        let set = trap.as_mut()?;
        set.requests -= 1;
        if set.requests > 0 {
            return None;
        }
        let ended = (set.end, set.lost);
        *trap = None;
        Some(ended)
    }
}

async fn pass(near: TcpStream, server: String, state: Arc<State>) {
    let Ok(far) = TcpStream::connect(server).await else {
        return;
    };
    let (mut wire, mut ended) = (state.wire.subscribe(), state.ended.subscribe());
    let (mut from_near, mut to_near) = near.into_split();
    let (mut from_far, mut to_far) = far.into_split();
    let (mut asked, mut answered) = (vec![0; 1 << 16], vec![0; 1 << 16]);
    loop {
        let now = *wire.borrow_and_update();
        if now == Wire::Cut {
            return;
        }
        tokio::select! {
            changed = wire.changed() => if changed.is_err() { return },
            _ = ended.changed() => {
                drop((to_far, from_far));
                return stay(from_near).await;
            }
            read = from_near.read(&mut asked), if now == Wire::Whole => {
                let Ok(count @ 1..) = read else { return };
                let end = state.asked();
                if !matches!(end, Some((_, Lost::Request)))
                    && to_far.write_all(&asked[..count]).await.is_err() { return }
                match end {
                    None => {}
                    Some((end, lost)) => {
                        if lost == Lost::Answer {
                            let _ = from_far.read(&mut answered).await;
                        }
                        drop((to_far, from_far));
                        match end {
                            End::Silent => stay(from_near).await,
                            End::Refused => { state.wire.send_replace(Wire::Cut); }
                            End::Reset => {}
                        }
                        return;
                    }
                }
            }
            read = from_far.read(&mut answered), if now == Wire::Whole => {
                let Ok(count @ 1..) = read else { return };
                if to_near.write_all(&answered[..count]).await.is_err() { return }
            }
        }
    }
}

/// Reads without answering, until the service closes the connection.
async fn stay(mut near: OwnedReadHalf) {
    let mut discarded = [0; 1024];
    while near.read(&mut discarded).await.is_ok_and(|count| count > 0) {}
}

/// Host and port of a URL.
fn authority(url: &str) -> &str {
    let after = url.split_once("://").unwrap().1;
    let server = after.split('/').next().unwrap();
    server.rsplit('@').next().unwrap()
}
