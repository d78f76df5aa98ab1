//! Receivers that hang, drip, flood, talk nonsense or go away.
use std::time::{Duration, Instant};

use http::HeaderMap;
use tokio::{io::AsyncReadExt, net::TcpListener, task::JoinSet};
use webhook::{Attempt, Message, Outcome, Reason, SigningSecret};

use crate::{
    HASTY, PATIENT, failed, receiver::Does, receiver::Receiver, send_to, send_with, sender, until,
};

const GIGABYTE: &str = "HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n";
const CHUNKED: &str = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n";
const LINE: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcde\n";
/// What the buffers of two sockets may have swallowed beside what was read.
const IN_BUFFERS: usize = 32 * 1024 * 1024;

/// Sends within the time limits, and checks that they were kept.
async fn hurried(does: Does) -> Attempt {
    let started = Instant::now();
    let (attempt, _receiver) = send_to(does, HASTY).await;
    assert!(attempt.took >= HASTY.all, "{attempt:?}");
    assert!(started.elapsed() < PATIENT.all, "{attempt:?}");
    attempt
}

#[tokio::test]
async fn one_that_hangs_is_left_in_time() {
    let half = "HTTP/1.1 200 OK\r\ncontent-le";
    for does in [
        Does::AnswerAndHang(""),
        Does::AnswerAndHang("HTTP/1.1 103 Early Hints\r\n\r\n"),
        Does::AnswerAndHang(half),
        Does::Drip("HTTP/1.1 200 OK\r\nx: ", "y"),
        Does::Drip("", "HTTP/1.1 103 Early Hints\r\n\r\n"),
    ] {
        let attempt = hurried(does).await;
        assert_eq!(attempt.outcome, failed(Reason::Timeout));
        assert_eq!((attempt.status, attempt.answer.as_str()), (None, ""));
    }
}

#[tokio::test]
async fn what_hangs_after_its_status_has_answered() {
    let begun = "HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\nhello";
    let attempt = hurried(Does::AnswerAndHang(begun)).await;
    assert_eq!(attempt.outcome, Outcome::Delivered);
    assert_eq!(
        (attempt.status, attempt.answer.as_str()),
        (Some(200), "hello")
    );

    let dripping = "HTTP/1.1 500 Oh\r\ncontent-length: 1000000\r\n\r\n";
    let attempt = hurried(Does::Drip(dripping, "z")).await;
    assert_eq!(attempt.outcome, failed(Reason::Status(500)));
    assert!(attempt.answer.starts_with('z'));
}

#[tokio::test]
async fn a_body_that_drips_holds_nobody_up() {
    let dripping = "HTTP/1.1 200 OK\r\ncontent-length: 1000000\r\n\r\n";
    let (attempt, _receiver) = send_to(Does::Drip(dripping, "z"), PATIENT).await;
    assert_eq!(attempt.outcome, Outcome::Delivered);
    assert!(attempt.took < PATIENT.all / 2, "{attempt:?}");
}

#[tokio::test]
async fn what_one_that_does_not_read_has_not_taken_is_given_up() {
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    let sender = sender(HASTY);
    let destination = sender.policy().destination(&url).unwrap();
    let secret = SigningSecret::generate().unwrap();
    let body = vec![b'b'; IN_BUFFERS];
    let message = Message::new("1", 1, HeaderMap::new(), body, &[&secret]).unwrap();
    let (attempt, accepted) = tokio::join!(sender.send(&destination, &message), listener.accept());
    assert_eq!(attempt.outcome, failed(Reason::Timeout));
    let mut late = Vec::new();
    // The end is a closed connection or a reset one.
    let _ = accepted.unwrap().0.read_to_end(&mut late).await;
    assert!(late.len() < IN_BUFFERS, "{}", late.len());
}

#[tokio::test]
async fn one_that_goes_away_before_its_headers_end_has_not_answered() {
    for does in [
        Does::Close,
        Does::Answer(""),
        Does::Answer("HTTP/1.1 20"),
        Does::Answer("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n"),
        Does::Answer("HTTP/1.1 103 Early Hints\r\n\r\n"),
    ] {
        let (attempt, _) = send_to(does, PATIENT).await;
        assert_eq!(attempt.outcome, failed(Reason::ClosedEarly));
    }
}

#[tokio::test]
async fn one_that_goes_away_within_its_body_has_answered() {
    for (answer, outcome) in [
        (
            "HTTP/1.1 200 OK\r\ncontent-length: 9\r\n\r\nhello",
            Outcome::Delivered,
        ),
        (
            "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\nffff\r\n",
            Outcome::Delivered,
        ),
        (
            "HTTP/1.1 500 Oh\r\ncontent-length: 9\r\n\r\nhello",
            failed(Reason::Status(500)),
        ),
    ] {
        let (attempt, _) = send_to(Does::Answer(answer), PATIENT).await;
        assert_eq!(
            (attempt.outcome, attempt.answer.as_str()),
            (outcome, "hello")
        );
    }
}

#[tokio::test]
async fn a_flood_is_not_read_to_its_end() {
    let chunk = "40\r\n0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n";
    for does in [
        Does::Flood(GIGABYTE, LINE),
        Does::Flood(CHUNKED, chunk),
        Does::Flood("HTTP/1.1 200 OK\r\n\r\n", LINE),
    ] {
        let (attempt, receiver) = send_to(does, PATIENT).await;
        assert_eq!(attempt.outcome, Outcome::Delivered);
        assert_eq!(attempt.answer.len(), 1024);
        assert!(receiver.written() < IN_BUFFERS, "{}", receiver.written());
    }
}

#[tokio::test]
async fn headers_without_end_are_too_large() {
    let long = "x: 0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef\r\n";
    for does in [
        Does::Flood("HTTP/1.1 200 OK\r\n", long),
        Does::Flood("HTTP/1.1 200 OK\r\n", "a:b\r\n"),
        Does::Flood("HTTP/1.1 200 OK\r\nx: ", "yyyyyyyyyyyyyyyy"),
        Does::Flood("HTTP/1.1 200 ", "OKOKOKOKOKOKOKOK"),
        Does::Flood("", "HTTP/1.1 103 Early Hints\r\n\r\n"),
    ] {
        let (attempt, receiver) = send_to(does, PATIENT).await;
        assert_eq!(attempt.outcome, failed(Reason::TooLarge));
        assert!(receiver.written() < IN_BUFFERS, "{}", receiver.written());
    }
}

#[tokio::test]
async fn endless_trailers_change_nothing() {
    let ended = "HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n5\r\nhello\r\n0\r\n";
    let (attempt, _) = send_to(Does::Flood(ended, "a: b\r\n"), PATIENT).await;
    assert_eq!(attempt.outcome, Outcome::Delivered);
    assert_eq!(attempt.answer, "hello");
}

#[tokio::test]
async fn nonsense_is_not_http() {
    for words in [
        "SSH-2.0-OpenSSH_9.9\r\n\r\n",
        "HTTP/2.0 200 OK\r\n\r\n",
        "HTTP/1.1 abc OK\r\n\r\n",
        "HTTP/1.1 200 OK\r\nno colon\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: -1\r\n\r\n",
        "HTTP/1.1 200 OK\r\ncontent-length: 1\r\ncontent-length: 2\r\n\r\nab",
        "\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0",
    ] {
        for does in [Does::Answer(words), Does::AnswerAndHang(words)] {
            let (attempt, _) = send_to(does, PATIENT).await;
            assert_eq!(attempt.outcome, failed(Reason::NotHttp), "{words}");
        }
    }
}

#[tokio::test]
async fn a_good_receiver_does_not_notice_the_hostile_ones() {
    let hanging = Receiver::start(Does::AnswerAndHang("")).await;
    let flooding = Receiver::start(Does::Flood(GIGABYTE, LINE)).await;
    let sender = std::sync::Arc::new(sender(PATIENT));
    let mut hostile = JoinSet::new();
    for url in [hanging.url(), flooding.url()].iter().cycle().take(100) {
        let (sender, url) = (sender.clone(), url.clone());
        hostile.spawn(async move { send_with(&sender, &url).await });
    }
    until(|| hanging.connections() == 50 && flooding.connections() == 50).await;
    let good = Receiver::start(Does::Answer("HTTP/1.1 200 OK\r\n\r\n")).await;
    let attempt = send_with(&sender, &good.url()).await;
    assert_eq!(attempt.outcome, Outcome::Delivered);
    assert!(attempt.took < Duration::from_secs(5), "{attempt:?}");
}
