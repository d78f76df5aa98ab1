//! From a write to the message at a client that follows the log over WebSocket.

use std::{
    collections::HashMap,
    sync::{Arc, Mutex, mpsc},
    time::{Duration, Instant},
};

use hdrhistogram::Histogram;
use serde_json::{Value, json};
use testkit::socket::Socket;
use tokio::runtime::Builder;

use super::{Side, fleet::Fleet};
use crate::{
    Fault,
    http::Connection,
    load::{self, Done, Limit, Work},
    making::{text, whole},
    say,
    sizes::Sizes,
};

/// Writes of a quiet case, and the pause before each.
const QUIET: (u64, Duration) = (500, Duration::from_millis(4));

/// How long the last messages may take.
const PATIENCE: Duration = Duration::from_secs(10);

/// What is heard of a write: the station and its version.
type Mark = (String, u64);

/// What was heard of writes.
pub struct Heard {
    /// The system of the service.
    pub system: &'static str,
    /// Writers that never pause; 0 is one that does.
    pub writers: u64,
    /// Clients beside, in whose logs nothing happens.
    pub idle: usize,
    /// Writes a second.
    pub rate: f64,
    /// Microseconds from the request to its answer.
    pub answered: Histogram<u64>,
    /// Microseconds from the request to the message.
    pub whole: Histogram<u64>,
    /// Microseconds from the answer to the message; 0 when the message came first.
    pub after: Histogram<u64>,
}

/// Measures every case on one system.
pub async fn measure(sizes: Sizes, side: &Side) -> Result<Vec<Heard>, Fault> {
    let mut heard = Vec::new();
    for count in [0, sizes.idle] {
        let _open = followers(side, count).await?;
        for writers in [0, 8] {
            say(&format!(
                "WebSocket on {}: {writers} writers, {count} idle",
                side.system
            ));
            let mut one = one(sizes, side, writers).await?;
            one.idle = count;
            heard.push(one);
        }
    }
    Ok(heard)
}

/// Opens sockets that follow other logs. They are open as long as they are held and answer no ping,
/// which the service puts up with for 30 s.
async fn followers(side: &Side, count: usize) -> Result<Vec<Socket>, Fault> {
    let others = side.fleet.organizations.iter().skip(1).cycle();
    let mut sockets = Vec::new();
    for organization in others.take(count) {
        sockets.push(follow(&side.fleet, organization).await?);
    }
    Ok(sockets)
}

async fn follow(fleet: &Fleet, organization: &str) -> Result<Socket, Fault> {
    let (address, key) = fleet.service();
    let socket = Socket::open(&format!("http://{address}"), Some(key)).await;
    let mut socket = socket.map_err(|(status, problem)| format!("{status}: {problem}"))?;
    socket.expect("authenticated").await;
    let asked = json!({"type": "subscribe", "id": "bench", "organizationId": organization});
    socket.say(&asked).await;
    for kind in ["subscribed", "replayed", "live"] {
        socket.expect(kind).await;
    }
    Ok(socket)
}

async fn one(sizes: Sizes, side: &Side, writers: u64) -> Result<Heard, Fault> {
    let messages = listen(side.fleet.clone())?;
    let probes = Arc::new(Probes {
        fleet: side.fleet.clone(),
        pause: (writers == 0).then_some(QUIET.1),
        seen: Mutex::default(),
    });
    let limit = match writers {
        0 => (sizes.moment * 10, QUIET.0),
        _ => (sizes.moment, 2_000_000),
    };
    let (time, count) = limit;
    let (address, _) = side.fleet.service();
    let limit = Limit { time, count };
    let written = load::run(address, writers.max(1), limit, Shared(probes.clone())).await?;
    whole(&written, 0)?;
    let seen = std::mem::take(&mut *probes.seen.lock().map_err(|_| "a writer panicked")?);
    let mut heard = Heard {
        system: side.system,
        writers,
        idle: 0,
        rate: written.rate(),
        answered: Histogram::new(3)?,
        whole: Histogram::new(3)?,
        after: Histogram::new(3)?,
    };
    for _ in 0..seen.len() {
        let (mark, at) = messages.recv_timeout(PATIENCE)?;
        let (sent, answered) = seen.get(&mark).ok_or("a message of nobody's write")?;
        let micros = |since: &Instant| at.saturating_duration_since(*since).as_micros() as u64;
        heard.whole.record(micros(sent))?;
        heard.after.record(micros(answered))?;
        let took = answered.duration_since(*sent);
        heard.answered.record(took.as_micros() as u64)?;
    }
    Ok(heard)
}

/// Follows the log of the first organization on a thread of its own, and says when what was heard.
fn listen(fleet: Arc<Fleet>) -> Result<mpsc::Receiver<(Mark, Instant)>, Fault> {
    let (tell, messages) = mpsc::channel();
    let (ready, is_ready) = mpsc::channel();
    let runtime = Builder::new_current_thread().enable_all().build()?;
    std::thread::spawn(move || {
        runtime.block_on(async move {
            let mut socket = follow(&fleet, &fleet.organizations[0]).await?;
            ready.send(())?;
            while let Some(said) = socket.hear().await {
                let at = Instant::now();
                let resource = &said["event"]["resource"];
                let version = resource["version"].as_u64().unwrap_or_default();
                let mark = (text(resource, "id")?, version);
                if tell.send((mark, at)).is_err() {
                    break;
                }
            }
            Ok::<(), Fault>(())
        })
    });
    is_ready.recv_timeout(PATIENCE)?;
    Ok(messages)
}

/// Writes that are noted.
struct Probes {
    fleet: Arc<Fleet>,
    pause: Option<Duration>,
    /// When each was sent and answered.
    seen: Mutex<HashMap<Mark, (Instant, Instant)>>,
}

struct Shared(Arc<Probes>);

impl Work for Shared {
    async fn work(&self, _: u64, connection: &mut Connection) -> Result<Done, Fault> {
        let probes = &self.0;
        if let Some(pause) = probes.pause {
            tokio::time::sleep(pause).await;
        }
        let request = probes.fleet.rename(1);
        let sent = Instant::now();
        let answer = connection.send(&request).await?;
        let answered = Instant::now();
        if answer.status != 200 {
            return Ok(Done::Wrong(answer.to_string()));
        }
        let station: Value = serde_json::from_slice(answer.body)?;
        let version = station["version"].as_u64().ok_or("no version")?;
        let mark = (text(&station, "id")?, version);
        let mut seen = probes.seen.lock().map_err(|_| "a writer panicked")?;
        seen.insert(mark, (sent, answered));
        Ok(Done::Right)
    }
}
