//! A wire between service and database that can be cut.

use std::sync::Arc;
use tokio::{
    io::copy_bidirectional,
    net::{TcpListener, TcpStream},
    sync::watch,
};

/// How the wire is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wire {
    /// Bytes go through.
    Whole,
    /// Connections break, and new ones are closed at once.
    Cut,
    /// Connections stay, and no byte goes through.
    Silent,
}

/// Passes connections on to a database server.
pub struct Proxy {
    port: u16,
    wire: Arc<watch::Sender<Wire>>,
}

impl Proxy {
    /// A whole wire to the server of this URL.
    pub async fn to(url: &str) -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let wire = Arc::new(watch::Sender::new(Wire::Whole));
        let (server, changes) = (authority(url).to_owned(), Arc::clone(&wire));
        tokio::spawn(async move {
            while let Ok((near, _)) = listener.accept().await {
                tokio::spawn(pass(near, server.clone(), changes.subscribe()));
            }
        });
        Self { port, wire }
    }

    /// The URL of the database through the proxy.
    pub fn url(&self, url: &str) -> String {
        url.replacen(authority(url), &format!("127.0.0.1:{}", self.port), 1)
    }

    /// Changes the wire, for open connections and new ones.
    pub fn set(&self, wire: Wire) {
        self.wire.send_replace(wire);
    }
}

async fn pass(mut near: TcpStream, server: String, mut wire: watch::Receiver<Wire>) {
    let Ok(mut far) = TcpStream::connect(server).await else {
        return;
    };
    loop {
        let now = *wire.borrow_and_update();
        match now {
            Wire::Cut => return,
            Wire::Silent => {
                if wire.changed().await.is_err() {
                    return;
                }
            }
            Wire::Whole => tokio::select! {
                _ = copy_bidirectional(&mut near, &mut far) => return,
                changed = wire.changed() => if changed.is_err() { return },
            },
        }
    }
}

/// Host and port of a URL.
fn authority(url: &str) -> &str {
    let after = url.split_once("://").unwrap().1;
    let server = after.split('/').next().unwrap();
    server.rsplit('@').next().unwrap()
}
