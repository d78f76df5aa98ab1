//! What the statuses and headers of an answer mean, and how a request looks.
use std::time::{Duration, UNIX_EPOCH};

use webhook::{Outcome, Reason};

use crate::{
    HASTY, PATIENT, failed, message, now,
    receiver::{Does, Receiver},
    send_to, send_with, sender, until,
};

const OK: &str = "HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello";

#[tokio::test]
async fn a_good_receiver_gets_one_request_and_is_heard() {
    let (attempt, receiver) = send_to(Does::Answer(OK), PATIENT).await;
    assert_eq!(attempt.outcome, Outcome::Delivered);
    assert_eq!(attempt.status, Some(200));
    assert_eq!(attempt.answer, "hello");
    assert_eq!(attempt.retry_after, None);
    assert!(attempt.took > Duration::ZERO && attempt.took < PATIENT.all);

    let requests = receiver.requests();
    let (head, body) = requests[0].split_once("\r\n\r\n").unwrap();
    let mut lines: Vec<_> = head.lines().collect();
    assert_eq!(lines.remove(0), "POST /hook?a=1 HTTP/1.1");
    let signature = lines
        .iter()
        .position(|line| line.starts_with("webhook-signature: v1,"));
    lines.remove(signature.unwrap());
    let timestamp = lines
        .iter()
        .position(|line| line.starts_with("webhook-timestamp: 1"));
    lines.remove(timestamp.unwrap());
    lines.sort_unstable();
    let host = format!("host: {}", receiver.address);
    let expected = [
        "connection: close",
        "content-length: 7",
        "content-type: application/json",
        &host,
        "user-agent: Quartermaster",
        "webhook-id: msg_1",
    ];
    assert_eq!(lines, expected);
    assert_eq!(body, "{\"a\":1}");
    assert_eq!((requests.len(), receiver.connections()), (1, 1));
}

#[tokio::test]
async fn each_attempt_has_a_connection_of_its_own() {
    let receiver = Receiver::start(Does::AnswerAndHang(OK)).await;
    let sender = sender(PATIENT);
    let destination = sender.policy().destination(&receiver.url()).unwrap();
    for connections in [1, 2] {
        let attempt = sender.send(&destination, &message()).await;
        assert_eq!(attempt.outcome, Outcome::Delivered);
        assert_eq!(receiver.connections(), connections);
        until(|| receiver.closed() == connections).await;
    }
}

#[tokio::test]
async fn a_connection_ends_with_its_attempt() {
    let receiver = Receiver::start(Does::AnswerAndHang("")).await;
    let attempt = send_with(&sender(HASTY), &receiver.url()).await;
    assert_eq!(attempt.outcome, failed(Reason::Timeout));
    until(|| receiver.closed() == 1).await;
}

#[tokio::test]
async fn the_status_says_what_an_answer_means() {
    let status = |status| failed(Reason::Status(status));
    for (answer, outcome) in [
        ("HTTP/1.1 200 OK\r\n\r\n", Outcome::Delivered),
        ("HTTP/1.1 204 No Content\r\n\r\n", Outcome::Delivered),
        ("HTTP/1.1 299 Fine\r\n\r\n", Outcome::Delivered),
        (
            "HTTP/1.1 103 Early Hints\r\n\r\nHTTP/1.1 200 OK\r\n\r\n",
            Outcome::Delivered,
        ),
        ("HTTP/1.1 410 Gone\r\n\r\n", Outcome::Gone),
        ("HTTP/1.1 300 Choose\r\n\r\n", status(300)),
        ("HTTP/1.1 304 Not Modified\r\n\r\n", status(304)),
        ("HTTP/1.1 404 Not Found\r\n\r\n", status(404)),
        ("HTTP/1.1 500 Oh\r\n\r\n", status(500)),
        ("HTTP/1.1 999 What\r\n\r\n", status(999)),
        (
            "HTTP/1.1 101 Switching\r\nupgrade: x\r\nconnection: upgrade\r\n\r\n",
            status(101),
        ),
    ] {
        let (attempt, _) = send_to(Does::Answer(answer), PATIENT).await;
        assert_eq!(attempt.outcome, outcome, "{answer}");
    }
}

#[tokio::test]
async fn a_receiver_can_ask_to_be_left_alone() {
    for status in ["429 Too Many Requests", "503 Unavailable"] {
        let date = UNIX_EPOCH + Duration::from_secs(now() + 1_000);
        for (value, least, most) in [
            ("120".to_owned(), 120, 120),
            (httpdate::fmt_http_date(date), 900, 1_000),
        ] {
            let answer = format!("HTTP/1.1 {status}\r\nretry-after: {value}\r\n\r\nbusy");
            let (attempt, _) = send_to(Does::Answer(answer.leak()), PATIENT).await;
            assert!(matches!(
                attempt.outcome,
                Outcome::Failed(Reason::Status(_))
            ));
            assert_eq!(attempt.answer, "busy");
            let asked = attempt.retry_after.unwrap().as_secs();
            assert!((least..=most).contains(&asked), "{asked}");
        }
    }
}

#[tokio::test]
async fn a_redirect_is_not_followed() {
    let other = Receiver::start(Does::Answer(OK)).await;
    for status in [301, 302, 303, 307, 308] {
        let location = format!("location: {}", other.url());
        let answer = format!("HTTP/1.1 {status} Elsewhere\r\n{location}\r\n\r\n");
        let (attempt, _) = send_to(Does::Answer(answer.leak()), PATIENT).await;
        assert_eq!(attempt.outcome, failed(Reason::Status(status)));
    }
    assert_eq!(other.connections(), 0);
}

#[tokio::test]
async fn a_large_message_arrives_whole() {
    let receiver = Receiver::start(Does::Answer(OK)).await;
    let sender = sender(PATIENT);
    let destination = sender.policy().destination(&receiver.url()).unwrap();
    let secret = webhook::SigningSecret::generate().unwrap();
    let body = "b".repeat(300_000);
    let message = webhook::Message::new("1", 1, http::HeaderMap::new(), body.clone(), &[&secret]);
    let attempt = sender.send(&destination, &message.unwrap()).await;
    assert_eq!(attempt.outcome, Outcome::Delivered);
    assert!(receiver.requests()[0].ends_with(&format!("\r\n\r\n{body}")));
}

#[tokio::test]
async fn nobody_there_is_a_refused_connection() {
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.unwrap();
    let url = format!("http://{}/", listener.local_addr().unwrap());
    drop(listener);
    let attempt = send_with(&sender(PATIENT), &url).await;
    assert_eq!(attempt.outcome, failed(Reason::Connect));
    assert_eq!((attempt.status, attempt.answer.as_str()), (None, ""));
}
