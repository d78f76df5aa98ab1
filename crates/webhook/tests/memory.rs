//! How much memory a hundred answers of a gigabyte take. It is alone in its process, since all of
//! the process is measured.
#![allow(clippy::unwrap_used)]
#![cfg(target_os = "linux")]

use std::{fs, sync::Arc, time::Duration};

use http::HeaderMap;
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    sync::Barrier,
    task::JoinSet,
};
use webhook::{Attempt, Message, Outcome, Policy, Ports, Reach, Sender, SigningSecret, Timeouts};

const AT_ONCE: usize = 100;
const KIB: usize = 1024;

/// The most memory that this process has held so far, in KiB.
fn peak() -> usize {
    let status = fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:"));
    line.unwrap()
        .trim()
        .trim_end_matches(" kB")
        .parse()
        .unwrap()
}

/// Answers a gigabyte, but says the last of what is read only when all the others are as far.
async fn flood(mut stream: TcpStream, all: Arc<Barrier>) {
    static CHUNK: [u8; 4 * KIB] = [b'x'; 4 * KIB];
    let mut request = Vec::new();
    while !request.ends_with(b"{}") {
        stream.read_buf(&mut request).await.unwrap();
    }
    let head = b"HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n";
    stream.write_all(head).await.unwrap();
    for _ in 0..15 {
        stream.write_all(&CHUNK).await.unwrap();
    }
    all.wait().await;
    while stream.write_all(&CHUNK).await.is_ok() {}
}

async fn attempts(sender: &Arc<Sender>, url: &str, count: usize) -> Vec<Attempt> {
    let secret = SigningSecret::generate().unwrap();
    let message = Message::new("1", 1, HeaderMap::new(), "{}", &[&secret]).unwrap();
    let destination = sender.policy().destination(url).unwrap();
    let mut attempts = JoinSet::new();
    for _ in 0..count {
        let (sender, to, message) = (sender.clone(), destination.clone(), message.clone());
        attempts.spawn(async move { sender.send(&to, &message).await });
    }
    attempts.join_all().await
}

#[tokio::test]
async fn a_hundred_gigabytes_take_no_more_than_64_kib_each() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    tokio::spawn(async move {
        let all = Arc::new(Barrier::new(AT_ONCE));
        loop {
            let (stream, _) = listener.accept().await.unwrap();
            tokio::spawn(flood(stream, all.clone()));
        }
    });
    let policy = Policy {
        reach: Reach::with(vec!["127.0.0.1".parse().unwrap()]),
        plain_http: true,
        ports: Ports::Any,
    };
    let long = Duration::from_secs(60);
    let timeouts = Timeouts {
        connect: long,
        all: long,
    };
    let sender = Arc::new(Sender::new(policy, timeouts));
    let before = peak();
    for attempt in attempts(&sender, &url, AT_ONCE).await {
        assert_eq!(attempt.outcome, Outcome::Delivered);
        assert_eq!(attempt.answer.len(), KIB);
    }
    let each = (peak() - before) / AT_ONCE;
    println!("{each} KiB each");
    assert!(each < 64, "{each} KiB each");
}
