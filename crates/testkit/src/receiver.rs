//! An endpoint that webhooks are sent to.

use std::{
    collections::BTreeMap,
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};
use tokio::{
    io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader},
    net::{TcpListener, TcpStream},
    sync::Semaphore,
    task::JoinHandle,
};

/// A received request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Received {
    /// Its path.
    pub path: String,
    /// Its headers, by their names in lower case.
    pub headers: BTreeMap<String, String>,
    /// Its body.
    pub body: Vec<u8>,
}

impl Received {
    /// The id of the message.
    pub fn id(&self) -> &str {
        self.headers.get("webhook-id").map_or("", String::as_str)
    }

    /// The body as JSON; null when it is not JSON.
    pub fn json(&self) -> serde_json::Value {
        serde_json::from_slice(&self.body).unwrap_or_default()
    }
}

/// The answer of a receiver.
#[derive(Clone, Debug)]
pub enum Answer {
    /// A status, more header lines, and a body.
    Status(u16, &'static str, String),
    /// A status, once the semaphore has a permit.
    Held(Arc<Semaphore>, u16),
    /// No answer, ever.
    Silence,
}

impl Answer {
    /// A status, and nothing else.
    pub fn of(status: u16) -> Self {
        Self::Status(status, "", String::new())
    }
}

type Decide = dyn Fn(&Received) -> Answer + Send + Sync;

/// A server that records the requests it receives. It ends when it is dropped.
pub struct Receiver {
    address: SocketAddr,
    state: Arc<State>,
    serving: JoinHandle<()>,
}

struct State {
    received: Mutex<Vec<Received>>,
    decide: Mutex<Arc<Decide>>,
}

impl Receiver {
    /// A server that accepts everything.
    ///
    /// # Panics
    /// When no port can be bound.
    pub async fn start() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await;
        let listener = listener.unwrap_or_else(|error| panic!("there is no port: {error}"));
        let address = listener.local_addr();
        let address = address.unwrap_or_else(|error| panic!("there is no address: {error}"));
        let state = Arc::new(State {
            received: Mutex::default(),
            decide: Mutex::new(Arc::new(|_| Answer::of(204))),
        });
        let shared = Arc::clone(&state);
        let serving = tokio::spawn(async move {
            while let Ok((stream, _)) = listener.accept().await {
                let state = Arc::clone(&shared);
                tokio::spawn(async move { state.serve(stream).await });
            }
        });
        Self {
            address,
            state,
            serving,
        }
    }

    /// Its URL.
    pub fn url(&self) -> String {
        format!("http://{}/hook", self.address)
    }

    /// Gives this answer from now on.
    pub fn answer(&self, answer: Answer) {
        self.decide(move |_| answer.clone());
    }

    /// Decides the answers by this function from now on.
    pub fn decide(&self, decide: impl Fn(&Received) -> Answer + Send + Sync + 'static) {
        *lock(&self.state.decide) = Arc::new(decide);
    }

    /// The requests so far.
    pub fn received(&self) -> Vec<Received> {
        lock(&self.state.received).clone()
    }

    /// Waits until at least this many requests were received; returns all.
    ///
    /// # Panics
    /// When they are not received within 20 seconds.
    pub async fn wait_for(&self, count: usize) -> Vec<Received> {
        for _ in 0..2000 {
            let received = self.received();
            if received.len() >= count {
                return received;
            }
            tokio::time::sleep(Duration::from_millis(10)).await;
        }
        panic!("{} of {count} messages received", self.received().len());
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl State {
    async fn serve(&self, stream: TcpStream) -> Option<()> {
        let mut stream = BufReader::new(stream);
        let received = read(&mut stream).await?;
        let decide = Arc::clone(&lock(&self.decide));
        let answer = decide(&received);
        lock(&self.received).push(received);
        let (status, headers, body) = match answer {
            Answer::Status(status, headers, body) => (status, headers, body),
            Answer::Held(gate, status) => {
                gate.acquire().await.ok()?.forget();
                (status, "", String::new())
            }
            Answer::Silence => std::future::pending().await,
        };
        let length = body.len();
        let text = format!(
            "HTTP/1.1 {status} Status\r\n{headers}content-length: {length}\r\nconnection: close\r\n\r\n{body}"
        );
        stream.write_all(text.as_bytes()).await.ok()?;
        stream.shutdown().await.ok()
    }
}

async fn read(stream: &mut BufReader<TcpStream>) -> Option<Received> {
    let mut headers = BTreeMap::new();
    let mut line = String::new();
    stream.read_line(&mut line).await.ok()?;
    let path = line.split(' ').nth(1)?.to_owned();
    loop {
        line.clear();
        stream.read_line(&mut line).await.ok()?;
        let Some((name, value)) = line.trim_end().split_once(':') else {
            break;
        };
        headers.insert(name.to_lowercase(), value.trim().to_owned());
    }
    let length = headers.get("content-length")?.parse().ok()?;
    let mut body = vec![0; length];
    stream.read_exact(&mut body).await.ok()?;
    Some(Received {
        path,
        headers,
        body,
    })
}

fn lock<T: ?Sized>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}
