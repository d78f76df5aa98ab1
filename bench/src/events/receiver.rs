//! A receiver of webhooks on this machine that takes everything and counts it.

use std::{
    collections::HashSet,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Instant,
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    runtime::Builder,
};

use crate::Fault;

/// What came to the receiver since it was asked last.
#[derive(Default)]
pub struct Came {
    /// Requests.
    pub attempts: u64,
    /// Messages that were not there before, by their ids.
    pub messages: HashSet<String>,
    /// When the last one came.
    pub last: Option<Instant>,
}

/// The receiver. It has a thread of its own, which lasts as long as the process.
pub struct Receiver {
    address: SocketAddr,
    came: Arc<Mutex<Came>>,
}

impl Receiver {
    /// Listens on a free port.
    pub fn start() -> Result<Self, Fault> {
        let listener = std::net::TcpListener::bind(("127.0.0.1", 0))?;
        listener.set_nonblocking(true)?;
        let address = listener.local_addr()?;
        let came = Arc::new(Mutex::new(Came::default()));
        let runtime = Builder::new_current_thread().enable_all().build()?;
        let counted = came.clone();
        std::thread::spawn(move || runtime.block_on(serve(listener, counted)));
        Ok(Self { address, came })
    }

    /// Where webhooks are sent to.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Messages that came since they were taken.
    pub fn messages(&self) -> usize {
        lock(&self.came).messages.len()
    }

    /// Takes what came.
    pub fn take(&self) -> Came {
        std::mem::take(&mut *lock(&self.came))
    }
}

async fn serve(listener: std::net::TcpListener, came: Arc<Mutex<Came>>) -> Result<(), Fault> {
    let listener = TcpListener::from_std(listener)?;
    loop {
        let (stream, _) = listener.accept().await?;
        let came = came.clone();
        tokio::spawn(async move { answer(stream, &came).await });
    }
}

/// Reads one request and takes it. The sender has a connection for each.
async fn answer(mut stream: TcpStream, came: &Mutex<Came>) -> Result<(), Fault> {
    let mut request = vec![0; 16 * 1024];
    let mut filled = 0;
    let id = loop {
        match stream.read(&mut request[filled..]).await? {
            0 => return Err("the request ends too soon, or is too long".into()),
            more => filled += more,
        }
        if let Some(id) = message_of(&request[..filled])? {
            break id;
        }
    };
    let now = Instant::now();
    {
        let mut came = lock(came);
        came.attempts += 1;
        came.messages.insert(id);
        came.last = Some(now);
    }
    let answer = b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n";
    stream.write_all(answer).await?;
    Ok(stream.shutdown().await?)
}

/// The id of the message, once the request is whole.
fn message_of(request: &[u8]) -> Result<Option<String>, Fault> {
    let Some(end) = request.windows(4).position(|four| four == b"\r\n\r\n") else {
        return Ok(None);
    };
    let head = std::str::from_utf8(&request[..end])?;
    let header = |wanted: &str| {
        let pairs = head.split("\r\n").filter_map(|line| line.split_once(':'));
        let mut values = pairs.filter(|(name, _)| name.eq_ignore_ascii_case(wanted));
        values.next().map(|(_, value)| value.trim())
    };
    let length: usize = header("content-length").unwrap_or_default().parse()?;
    let id = header("webhook-id").ok_or("a message without an id")?;
    Ok((request.len() >= end + 4 + length).then(|| id.to_owned()))
}

fn lock(came: &Mutex<Came>) -> MutexGuard<'_, Came> {
    came.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn a_message_counts_when_it_is_whole() {
        let whole = b"POST /hook HTTP/1.1\r\nWebhook-Id: a-1\r\ncontent-length: 2\r\n\r\n{}";
        assert_eq!(message_of(whole).unwrap().as_deref(), Some("a-1"));
        assert_eq!(message_of(&whole[..whole.len() - 1]).unwrap(), None);
        assert_eq!(message_of(&whole[..30]).unwrap(), None);
        let nameless = b"POST / HTTP/1.1\r\ncontent-length: 0\r\n\r\n";
        assert!(message_of(nameless).is_err());
    }
}
