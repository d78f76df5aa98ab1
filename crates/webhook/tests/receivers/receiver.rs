//! Receivers of webhooks that behave as they are told.
use std::{
    io,
    net::{IpAddr, Ipv4Addr, SocketAddr},
    sync::{
        Arc, Mutex,
        atomic::{AtomicUsize, Ordering},
    },
    time::Duration,
};

use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::sleep,
};
use tokio_rustls::{TlsAcceptor, rustls::HandshakeKind};

/// What a receiver does with each connection.
#[derive(Clone, Copy)]
pub enum Does {
    /// Reads the request, answers this and closes.
    Answer(&'static str),
    /// Reads the request, answers this and leaves the connection open.
    AnswerAndHang(&'static str),
    /// Reads the request, answers the first and then the second again and again.
    Flood(&'static str, &'static str),
    /// The same, slowly.
    Drip(&'static str, &'static str),
    /// Says this without having read anything, and leaves the connection open.
    Blurt(&'static str),
    /// Closes without a word.
    Close,
}

/// A receiver that is running.
pub struct Receiver {
    pub address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    connections: AtomicUsize,
    closed: AtomicUsize,
    resumed: AtomicUsize,
    written: AtomicUsize,
    requests: Mutex<Vec<String>>,
}

impl Receiver {
    /// One at 127.0.0.1.
    pub async fn start(does: Does) -> Self {
        Self::start_at(Ipv4Addr::LOCALHOST, 0, does).await
    }

    /// One at this address of loopback; port 0 is any.
    pub async fn start_at(ip: Ipv4Addr, port: u16, does: Does) -> Self {
        Self::run((ip, port).into(), None, does).await
    }

    /// One that speaks TLS.
    pub async fn start_secure(tls: TlsAcceptor, does: Does) -> Self {
        let ip = IpAddr::V4(Ipv4Addr::LOCALHOST);
        Self::run((ip, 0).into(), Some(tls), does).await
    }

    async fn run(at: SocketAddr, tls: Option<TlsAcceptor>, does: Does) -> Self {
        let listener = TcpListener::bind(at).await.unwrap();
        let address = listener.local_addr().unwrap();
        let seen = Arc::new(Seen::default());
        let shared = Arc::clone(&seen);
        tokio::spawn(async move {
            loop {
                let (stream, _) = listener.accept().await.unwrap();
                shared.connections.fetch_add(1, Ordering::SeqCst);
                tokio::spawn(visit(stream, tls.clone(), does, Arc::clone(&shared)));
            }
        });
        Self { address, seen }
    }

    /// Its URL, by address.
    pub fn url(&self) -> String {
        format!("http://{}/hook?a=1", self.address)
    }

    /// How many connections it was sent.
    pub fn connections(&self) -> usize {
        self.seen.connections.load(Ordering::SeqCst)
    }

    /// How many connections that it had left open were closed by the other side.
    pub fn closed(&self) -> usize {
        self.seen.closed.load(Ordering::SeqCst)
    }

    /// How many connections with TLS went on with the session of an earlier one.
    pub fn resumed(&self) -> usize {
        self.seen.resumed.load(Ordering::SeqCst)
    }

    /// How many bytes it could get rid of in floods.
    pub fn written(&self) -> usize {
        self.seen.written.load(Ordering::SeqCst)
    }

    /// The requests that it has read to their end.
    pub fn requests(&self) -> Vec<String> {
        self.seen.requests.lock().unwrap().clone()
    }
}

async fn visit(stream: TcpStream, tls: Option<TlsAcceptor>, does: Does, seen: Arc<Seen>) {
    // Whatever goes wrong here is the client's doing, and seen on its side.
    let _ = match tls {
        Some(tls) => match tls.accept(stream).await {
            Ok(stream) => {
                let tls = stream.get_ref().1;
                assert_eq!(tls.alpn_protocol(), Some(&b"http/1.1"[..]));
                let resumed = tls.handshake_kind() == Some(HandshakeKind::Resumed);
                seen.resumed.fetch_add(resumed.into(), Ordering::SeqCst);
                serve(stream, does, &seen).await
            }
            Err(error) => Err(error),
        },
        None => serve(stream, does, &seen).await,
    };
}

async fn serve<S>(mut stream: S, does: Does, seen: &Seen) -> io::Result<()>
where
    S: AsyncRead + AsyncWrite + Unpin,
{
    match does {
        Does::Close => return Ok(()),
        Does::Blurt(words) => {
            stream.write_all(words.as_bytes()).await?;
            return std::future::pending().await;
        }
        _ => {
            let request = read_request(&mut stream).await?;
            seen.requests.lock().unwrap().push(request);
        }
    }
    let (Does::Answer(first)
    | Does::AnswerAndHang(first)
    | Does::Flood(first, _)
    | Does::Drip(first, _)) = does
    else {
        return Ok(());
    };
    stream.write_all(first.as_bytes()).await?;
    match does {
        Does::Flood(_, again) => flood(&mut stream, &again.repeat(64), seen).await,
        Does::Drip(_, again) => drip(&mut stream, again).await,
        Does::AnswerAndHang(_) => {
            let end = stream.read(&mut [0]).await;
            seen.closed.fetch_add(1, Ordering::SeqCst);
            end.map(|_| ())
        }
        _ => stream.shutdown().await,
    }
}

async fn flood(stream: &mut (impl AsyncWrite + Unpin), words: &str, seen: &Seen) -> io::Result<()> {
    loop {
        stream.write_all(words.as_bytes()).await?;
        seen.written.fetch_add(words.len(), Ordering::SeqCst);
    }
}

async fn drip(stream: &mut (impl AsyncWrite + Unpin), words: &str) -> io::Result<()> {
    loop {
        stream.write_all(words.as_bytes()).await?;
        stream.flush().await?;
        sleep(Duration::from_millis(20)).await;
    }
}

/// Head and body of a request with a `Content-Length`.
async fn read_request(stream: &mut (impl AsyncRead + Unpin)) -> io::Result<String> {
    let mut read = Vec::new();
    loop {
        let text = String::from_utf8_lossy(&read).into_owned();
        if let Some((head, body)) = text.split_once("\r\n\r\n") {
            let length = head
                .lines()
                .find_map(|line| line.strip_prefix("content-length: "));
            if body.len() >= length.map_or(0, |length| length.parse().unwrap()) {
                return Ok(text);
            }
        }
        if stream.read_buf(&mut read).await? == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
    }
}
