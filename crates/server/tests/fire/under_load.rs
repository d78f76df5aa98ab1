//! Clients that hold resources of the service, and the other clients beside them.
//!
//! The process may open few files, so that connections are few. During a load,
//! operators and another organization are answered; after it, everything is released.

use crate::{
    cluster::{Cluster, FREE, installation, unique},
    raw_http::{self, Answer, get},
    tenants::{new_member, new_organization},
};
use client::{Client, NewOrganizationApiKey, NewStation};
use futures_util::future::BoxFuture;
use std::{fs, time::Duration};
use testkit::{
    database::{Backend, fresh},
    socket::Socket,
};
use tokio::{
    io::AsyncReadExt,
    net::TcpStream,
    task::JoinSet,
    time::{Instant, sleep, timeout},
};
use uuid::Uuid;

/// Files that the process may have open.
const FILES: u32 = 256;

/// Concurrent clients of a load: more than there are files.
const CROWD: usize = 300;

/// Concurrent clients of costly reads.
const ASKING: usize = 24;

/// The pause before a client whose connection was closed connects again.
const PAUSE: Duration = Duration::from_secs(2);

/// How soon operators and other clients are answered, on a machine that runs other tests
/// too. Where a load exhausts connections, others wait until the service closes them: ten seconds and more.
const SOON: Duration = Duration::from_secs(5);

/// How soon everything that a load held is released.
const OVER: Duration = Duration::from_secs(20);

/// The number of checks during the load.
const ROUNDS: usize = 3;

/// The target of a load.
#[derive(Clone)]
struct Target {
    /// `127.0.0.1:PORT`.
    address: String,
    organization: Uuid,
    /// The key of the organization.
    key: String,
}

/// A client that repeats the same until the task is dropped.
type Nuisance = fn(Target) -> BoxFuture<'static, ()>;

macro_rules! loads {
    ($($name:ident: $crowd:expr, $nuisance:expr;)+) => {$(
        #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
        async fn $name() {
            under($crowd, $nuisance).await;
        }
    )+};
}

loads! {
    incomplete_heads: CROWD, |target| {
        Box::pin(hold(target, "GET /health HTTP/1.1\r\nhost: he".to_owned()))
    };
    incomplete_bodies: CROWD, |target| Box::pin(hold(target, half_a_login()));
    incomplete_bodies_of_an_authenticated_caller: CROWD, |target| {
        let request = half_a_user(&target.key);
        Box::pin(hold(target, request))
    };
    silent_connections: CROWD, |target| Box::pin(hold(target, String::new()));
    idle_kept_connections: CROWD, |target| Box::pin(hold(target, get("/health", None)));
    streams_of_one_caller: CROWD, |target| {
        let request = get("/api/v1/events/stream", Some(&target.key));
        Box::pin(hold(target, request))
    };
    sockets_of_one_caller: CROWD, |target| Box::pin(hold_socket(target, true));
    unauthenticated_sockets: CROWD, |target| Box::pin(hold_socket(target, false));
    unread_answers: CROWD, |target| Box::pin(hold_answers(target));
    costly_reads: ASKING, |target| Box::pin(read_lists(target));
}

/// Sends the request, then reads without sending until the service closes the connection.
async fn hold(target: Target, request: String) {
    if let Ok(mut stream) = raw_http::send(&target.address, &request).await {
        let mut nothing = [0; 1024];
        while stream.read(&mut nothing).await.is_ok_and(|count| count > 0) {}
    }
}

fn half_a_login() -> String {
    let head =
        "POST /api/v1/auth/login HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n";
    format!("{head}content-length: 1000\r\n\r\n{{\"email\"")
}

fn half_a_user(key: &str) -> String {
    let head = "POST /api/v1/users HTTP/1.1\r\nhost: here\r\ncontent-type: application/json\r\n";
    format!("{head}authorization: Bearer {key}\r\ncontent-length: 1000\r\n\r\n{{\"email\"")
}

/// Opens a socket and leaves it open; without a key it never authenticates.
async fn hold_socket(target: Target, is_known: bool) {
    let url = format!("http://{}", target.address);
    let key = is_known.then_some(target.key.as_str());
    if let Some(Ok(mut socket)) = Socket::attempt(&url, key).await {
        while socket.hear().await.is_some() {}
    }
}

/// Requests large answers and reads nothing of them.
async fn hold_answers(target: Target) {
    let many = get("/openapi.yaml", None).repeat(20);
    if let Ok(stream) = raw_http::send_with(&target.address, &many, Some(4096)).await {
        // Nothing is read, so that a closed connection is noticed by writing.
        while stream.try_write(b"GET").is_ok() {
            sleep(PAUSE).await;
        }
    }
}

async fn read_lists(target: Target) {
    let request = get("/api/v1/users?q=m&size=200", Some(&target.key));
    let _ = timeout(OVER, raw_http::ask(&target.address, &request)).await;
}

async fn under(size: usize, nuisance: Nuisance) {
    let Some(database) = fresh(Backend::Sqlite).await else {
        return;
    };
    let cluster = Cluster::of(installation(&database).with_open_files(FILES), 1).await;
    let (admin, server) = (cluster.client(0), &cluster.servers[0]);
    let (target, neighbour) = (
        tenant(&cluster, &admin).await,
        tenant(&cluster, &admin).await,
    );
    let before = open_sockets(server.id());
    let mut crowd = JoinSet::new();
    for _ in 0..size {
        let target = target.clone();
        crowd.spawn(async move {
            loop {
                nuisance(target.clone()).await;
                sleep(PAUSE).await;
            }
        });
    }
    let mut longest = Duration::ZERO;
    for round in 0..ROUNDS {
        let since = Instant::now();
        operated(&target.address, round).await;
        longest = longest.max(since.elapsed());
        served(&neighbour, round).await;
        sleep(PAUSE / 4).await;
    }
    println!("health, readiness and metrics together: {longest:.1?} at most");
    crowd.shutdown().await;
    let since = Instant::now();
    while open_sockets(server.id()) > before + 4 {
        let open = open_sockets(server.id());
        assert!(
            since.elapsed() < OVER,
            "{open} sockets are open, {before} were"
        );
        sleep(Duration::from_millis(50)).await;
    }
    operated(&target.address, ROUNDS).await;
    served(&target, ROUNDS).await;
    served(&neighbour, ROUNDS).await;
}

/// An organization with a few members.
async fn tenant(cluster: &Cluster, admin: &Client) -> Target {
    let made = new_organization(admin, &unique("o")).await;
    let organization = made.unwrap().body.id;
    for _ in 0..20 {
        new_member(admin, organization).await.unwrap();
    }
    let new = NewOrganizationApiKey {
        organization_id: Some(organization),
        ..NewOrganizationApiKey::new(unique("key"))
    };
    let made = admin.create_api_key(&new, FREE).await.unwrap().body;
    Target {
        organization,
        address: cluster.servers[0].url().replace("http://", ""),
        key: made.key.unwrap(),
    }
}

/// The endpoints for operators are answered.
async fn operated(address: &str, round: usize) {
    for path in ["/health", "/ready", "/metrics"] {
        let answer = soon(address, &get(path, None)).await;
        let answer = answer.unwrap_or_else(|fault| panic!("{path} in round {round}: {fault}"));
        assert_eq!(
            answer.status, 200,
            "{path} in round {round}: {}",
            answer.body
        );
    }
}

/// A client reads, writes, and receives the event.
async fn served(caller: &Target, round: usize) {
    let (address, key) = (&caller.address, Some(caller.key.as_str()));
    let list = eventually(address, &get("/api/v1/users?size=5", key)).await;
    assert_eq!(list.status, 200, "a read in round {round}: {}", list.body);
    let mut stream = followed(address, key).await;
    let new = NewStation::new(unique("s"), "Station", "Europe/Berlin", "DE");
    let body = serde_json::to_string(&new).unwrap();
    let path = format!("/api/v1/organizations/{}/stations", caller.organization);
    let made = eventually(address, &post(&path, key, &body)).await;
    assert_eq!(made.status, 201, "a write in round {round}: {}", made.body);
    let received = timeout(SOON, raw_http::until(&mut stream, "event: station.created")).await;
    received.unwrap_or_else(|_| panic!("no event is received in round {round}"));
}

/// An event stream of the caller that is live.
async fn followed(address: &str, key: Option<&str>) -> TcpStream {
    let request = get("/api/v1/events/stream", key);
    let since = Instant::now();
    loop {
        let mut stream = raw_http::send(address, &request).await.unwrap();
        let head = timeout(SOON, raw_http::until(&mut stream, "\r\n\r\n")).await;
        let head = head.unwrap_or_else(|_| panic!("no stream begins"));
        if head.contains(" 200 ") {
            if !head.contains("event: live") {
                let live = timeout(SOON, raw_http::until(&mut stream, "event: live")).await;
                live.unwrap_or_else(|_| panic!("nothing is streamed: {head}"));
            }
            return stream;
        }
        let is_busy = head.contains(" 503 ") && since.elapsed() < SOON;
        assert!(is_busy, "the stream is refused: {head}");
        sleep(PAUSE / 10).await;
    }
}

/// The answer, after retries of 503.
async fn eventually(address: &str, request: &str) -> Answer {
    let since = Instant::now();
    loop {
        let answer = soon(address, request).await;
        let answer = answer.unwrap_or_else(|fault| panic!("{request}: {fault}"));
        if answer.status != 503 || since.elapsed() > SOON {
            return answer;
        }
        sleep(PAUSE / 10).await;
    }
}

fn post(path: &str, key: Option<&str>, body: &str) -> String {
    let head = get(path, key).replacen("GET", "POST", 1);
    let length = body.len();
    let head = head.trim_end_matches("\r\n");
    format!("{head}\r\ncontent-type: application/json\r\ncontent-length: {length}\r\n\r\n{body}")
}

/// The answer in time. A connection may be closed for another before its request arrives, above all
/// when many connect at once; its request was not begun, so that it is sent again on another.
async fn soon(address: &str, request: &str) -> Result<Answer, String> {
    let since = Instant::now();
    loop {
        match timeout(SOON, raw_http::ask(address, request)).await {
            Ok(Ok(answer)) => return Ok(answer),
            Ok(Err(fault)) if since.elapsed() > SOON => return Err(fault.to_string()),
            Ok(Err(_)) => sleep(PAUSE / 20).await,
            Err(_) => return Err("no answer in time".to_owned()),
        }
    }
}

/// The open sockets of a process. Files of the database are not counted: they stay open for later reads.
fn open_sockets(process: u32) -> usize {
    let files = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let targets = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let sockets = targets.filter(|target| target.to_string_lossy().starts_with("socket:"));
    sockets.count()
}
