//! Somebody who holds on to everything that the service gives, and everybody else beside it.
//!
//! The process may open few files, so that few connections are all that there are. While a load is on,
//! whoever runs the service is answered, and so is another organization; afterwards nothing of it is left.

use crate::{
    arena::{Arena, FREE, installation, unique},
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

/// Who puts a load on at once: more than there are files.
const CROWD: usize = 300;

/// Who asks for much to be done at once.
const ASKING: usize = 24;

/// Before somebody whose connection was closed is there again.
const PAUSE: Duration = Duration::from_secs(2);

/// How soon whoever runs the service is answered, and anybody else, on a machine that has other tests to
/// run. Where a load shuts others out, they wait until the service gives it up: ten seconds and more.
const SOON: Duration = Duration::from_secs(5);

/// How soon everything that a load held is given back.
const OVER: Duration = Duration::from_secs(20);

/// How often it is looked at while the load is on.
const ROUNDS: usize = 3;

/// What a load is put on.
#[derive(Clone)]
struct Target {
    /// `127.0.0.1:PORT`.
    address: String,
    organization: Uuid,
    /// The key of the organization.
    key: String,
}

/// Somebody who does the same again and again until the task is dropped.
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
    heads_that_are_half_sent: CROWD, |target| {
        Box::pin(hold(target, "GET /health HTTP/1.1\r\nhost: he".to_owned()))
    };
    bodies_that_are_half_sent: CROWD, |target| Box::pin(hold(target, half_a_login()));
    bodies_of_somebody_known_that_are_half_sent: CROWD, |target| {
        let request = half_a_user(&target.key);
        Box::pin(hold(target, request))
    };
    connections_on_which_nothing_is_said: CROWD, |target| Box::pin(hold(target, String::new()));
    connections_that_are_kept: CROWD, |target| Box::pin(hold(target, get("/health", None)));
    streams_of_one_caller: CROWD, |target| {
        let request = get("/api/v1/events/stream", Some(&target.key));
        Box::pin(hold(target, request))
    };
    sockets_of_one_caller: CROWD, |target| Box::pin(hold_socket(target, true));
    sockets_of_nobody: CROWD, |target| Box::pin(hold_socket(target, false));
    answers_that_nobody_reads: CROWD, |target| Box::pin(hold_answers(target));
    costly_reads: ASKING, |target| Box::pin(read_lists(target));
}

/// Sends that, and then nothing, for as long as the service lets it.
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

/// Opens a socket and leaves it open; without a key it never says who it is.
async fn hold_socket(target: Target, is_known: bool) {
    let url = format!("http://{}", target.address);
    let key = is_known.then_some(target.key.as_str());
    if let Some(Ok(mut socket)) = Socket::attempt(&url, key).await {
        while socket.hear().await.is_some() {}
    }
}

/// Asks for much at once and takes nothing of it.
async fn hold_answers(target: Target) {
    let many = get("/openapi.yaml", None).repeat(20);
    if let Ok(stream) = raw_http::send_with(&target.address, &many, Some(4096)).await {
        // What comes is not taken. That the service has gone is seen by asking more.
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
    let arena = Arena::of(installation(&database).with_open_files(FILES), 1).await;
    let (admin, server) = (arena.client(0), &arena.servers[0]);
    let (target, neighbour) = (tenant(&arena, &admin).await, tenant(&arena, &admin).await);
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
async fn tenant(arena: &Arena, admin: &Client) -> Target {
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
        address: arena.servers[0].url().replace("http://", ""),
        key: made.key.unwrap(),
    }
}

/// Whoever runs the service is answered.
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

/// Somebody reads, writes, and hears of it.
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
    let told = timeout(SOON, raw_http::until(&mut stream, "event: station.created")).await;
    told.unwrap_or_else(|_| panic!("nothing is told in round {round}"));
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

/// The answer, when it is not that the request has to come again.
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

/// The answer in time. A connection whose request is still on its way may be closed for another, above all
/// while a crowd comes in at once; nothing was begun on it, so that it is asked again on another.
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

/// The sockets of a process. Files of the database stay open for the next who reads.
fn open_sockets(process: u32) -> usize {
    let files = fs::read_dir(format!("/proc/{process}/fd")).unwrap();
    let targets = files.filter_map(|file| fs::read_link(file.ok()?.path()).ok());
    let sockets = targets.filter(|target| target.to_string_lossy().starts_with("socket:"));
    sockets.count()
}
