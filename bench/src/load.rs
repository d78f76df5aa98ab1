//! A closed loop of connections, bounded in time and in count.

use std::{
    net::SocketAddr,
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use tokio::task::JoinSet;

use crate::{Fault, http::Connection};

/// When a run ends: whichever comes first.
#[derive(Clone, Copy)]
pub struct Limit {
    /// At most this long.
    pub time: Duration,
    /// At most this many requests.
    pub count: u64,
}

/// What one run, or several together, showed.
#[derive(Clone)]
pub struct Measurement {
    /// Pieces of work that were done: requests or transactions, or the cycles that they make.
    pub requests: u64,
    /// Seconds that they took.
    pub seconds: f64,
    /// Microseconds from the first byte sent to the last byte read, of all requests of a piece.
    pub latency: Histogram<u64>,
    /// Answers with another status than the wanted one.
    pub failures: u64,
    /// The first of those.
    pub first_failure: Option<String>,
    /// CPU seconds that the server spent, where that is known.
    pub cpu: Option<f64>,
}

impl Measurement {
    /// Nothing measured yet.
    pub fn empty() -> Result<Self, Fault> {
        Ok(Self {
            requests: 0,
            seconds: 0.0,
            latency: Histogram::new_with_max(600_000_000, 3)?,
            failures: 0,
            first_failure: None,
            cpu: None,
        })
    }

    /// Requests a second.
    pub fn rate(&self) -> f64 {
        self.requests as f64 / self.seconds
    }

    /// A percentile of the latency in milliseconds.
    pub fn milliseconds(&self, percentile: f64) -> f64 {
        self.latency.value_at_percentile(percentile) as f64 / 1000.0
    }

    /// CPU microseconds of the server a request.
    pub fn cpu_per_request(&self) -> Option<f64> {
        Some(self.cpu? * 1e6 / self.requests as f64)
    }

    /// Takes another run of the same kind in.
    pub fn add(&mut self, other: &Self) -> Result<(), Fault> {
        self.requests += other.requests;
        self.seconds += other.seconds;
        self.latency.add(&other.latency)?;
        self.failures += other.failures;
        self.first_failure = self
            .first_failure
            .take()
            .or_else(|| other.first_failure.clone());
        self.cpu = match (self.cpu, other.cpu) {
            (Some(mine), Some(its)) => Some(mine + its),
            (mine, its) => mine.or(its),
        };
        Ok(())
    }
}

/// What became of a piece of work.
pub enum Done {
    /// Every answer was the wanted one.
    Right,
    /// This answer was not.
    Wrong(String),
    /// There was no more work.
    Nothing,
}

/// What is done again and again, on several connections at once.
pub trait Work: Send + Sync + 'static {
    /// Does the n-th piece, of one request or of several.
    fn work(
        &self,
        n: u64,
        connection: &mut Connection,
    ) -> impl Future<Output = Result<Done, Fault>> + Send;
}

/// Makes the n-th request; `None` when there are no more.
pub type Maker = Arc<dyn Fn(u64) -> Option<Vec<u8>> + Send + Sync>;

/// Takes the n-th answer's body.
pub type Taker = Arc<dyn Fn(u64, &[u8]) -> Result<(), Fault> + Send + Sync>;

/// Requests that have nothing to do with each other.
pub struct Requests {
    /// The status of a success.
    pub wanted: u16,
    /// What is sent.
    pub make: Maker,
    /// What is done with the answer to a success.
    pub take: Option<Taker>,
}

impl Work for Requests {
    async fn work(&self, n: u64, connection: &mut Connection) -> Result<Done, Fault> {
        let Some(request) = (self.make)(n) else {
            return Ok(Done::Nothing);
        };
        let answer = connection.send(&request).await?;
        if answer.status != self.wanted {
            return Ok(Done::Wrong(answer.to_string()));
        }
        if let Some(take) = &self.take {
            take(n, answer.body)?;
        }
        Ok(Done::Right)
    }
}

/// Does the work on so many connections and measures it.
pub async fn run(
    address: SocketAddr,
    connections: u64,
    limit: Limit,
    work: impl Work,
) -> Result<Measurement, Fault> {
    let (work, next) = (Arc::new(work), Arc::new(AtomicU64::new(0)));
    let mut open = Vec::new();
    for _ in 0..connections {
        open.push(Connection::open(address).await?);
    }
    let since = Instant::now();
    let mut callers = JoinSet::new();
    for connection in open {
        let caller = Caller {
            connection,
            next: next.clone(),
            limit,
            since,
            work: work.clone(),
        };
        callers.spawn(caller.work());
    }
    let mut total = Measurement::empty()?;
    while let Some(one) = callers.join_next().await {
        total.add(&one??)?;
    }
    total.seconds = since.elapsed().as_secs_f64();
    Ok(total)
}

struct Caller<W> {
    connection: Connection,
    next: Arc<AtomicU64>,
    limit: Limit,
    since: Instant,
    work: Arc<W>,
}

impl<W: Work> Caller<W> {
    async fn work(mut self) -> Result<Measurement, Fault> {
        let mut seen = Measurement::empty()?;
        loop {
            let number = self.next.fetch_add(1, Ordering::Relaxed);
            if number >= self.limit.count || self.since.elapsed() >= self.limit.time {
                return Ok(seen);
            }
            let done = self.work.work(number, &mut self.connection).await?;
            let waited = self.connection.take_waited();
            match done {
                Done::Nothing => return Ok(seen),
                Done::Right => {}
                Done::Wrong(answer) => {
                    seen.failures += 1;
                    seen.first_failure.get_or_insert(answer);
                }
            }
            seen.latency.record(waited.as_micros() as u64)?;
            seen.requests += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::http::get;

    /// Answers every request; each third one with 409.
    async fn serve(listener: TcpListener, served: Arc<AtomicU64>) {
        while let Ok((mut stream, _)) = listener.accept().await {
            let served = served.clone();
            tokio::spawn(async move {
                let mut buffer = [0; 1024];
                while stream.read(&mut buffer).await.is_ok_and(|read| read > 0) {
                    let number = served.fetch_add(1, Ordering::Relaxed);
                    let status = if number.is_multiple_of(3) { 409 } else { 200 };
                    let answer = format!("HTTP/1.1 {status} X\r\ncontent-length: 2\r\n\r\nok");
                    stream.write_all(answer.as_bytes()).await.unwrap();
                }
            });
        }
    }

    #[tokio::test]
    async fn what_is_counted_is_what_the_server_saw() {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
        let address = listener.local_addr().unwrap();
        let served = Arc::new(AtomicU64::new(0));
        tokio::spawn(serve(listener, served.clone()));
        let limit = Limit {
            time: Duration::from_secs(60),
            count: 3000,
        };
        let make: Maker = Arc::new(|_| Some(get("/", "key")));
        let work = Requests {
            wanted: 200,
            make,
            take: None,
        };
        let seen = run(address, 8, limit, work).await.unwrap();
        assert_eq!(seen.requests, 3000);
        assert_eq!(served.load(Ordering::Relaxed), 3000);
        assert_eq!(seen.failures, 1000);
        assert_eq!(seen.first_failure.as_deref(), Some("409: ok"));
        assert_eq!(seen.latency.len(), 3000);
    }
}
