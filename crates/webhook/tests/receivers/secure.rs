//! TLS, and what only looks like it.
use std::sync::Arc;

use webhook::{Attempt, Outcome, Reason, RootCertStore, Sender};

use crate::{
    HASTY, PATIENT, certificates::tls_for, failed, names::Names, policy, receiver::Does,
    receiver::Receiver, send_with, sender,
};

const OK: Does = Does::Answer("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nhello");
const NAME: &str = "hooks.example.test";

/// Sends to this host, which leads to loopback, trusting these roots if any are given.
async fn send(host: &str, receiver: &Receiver, roots: Option<RootCertStore>) -> Attempt {
    let sender = Sender::new(policy(&["127.0.0.0/8"]), PATIENT);
    let sender = sender.with_resolver(Names::new(&[&["127.0.0.1"]]));
    let sender = match roots {
        Some(roots) => sender.with_roots(roots),
        None => sender,
    };
    let url = format!("https://{host}:{}/", receiver.address.port());
    send_with(&sender, &url).await
}

fn tls_words(attempt: &Attempt) -> &str {
    let Outcome::Failed(Reason::Tls(words)) = &attempt.outcome else {
        panic!("{attempt:?}");
    };
    words
}

#[tokio::test]
async fn who_has_a_trusted_certificate_for_the_name_gets_the_message() {
    for (host, name) in [
        (NAME, NAME),
        ("hooks.example.test.", NAME),
        ("HOOKS.example.test", NAME),
        ("127.0.0.1", "127.0.0.1"),
    ] {
        let (tls, roots) = tls_for(name);
        let receiver = Receiver::start_secure(tls, OK).await;
        let attempt = send(host, &receiver, Some(roots)).await;
        assert_eq!(attempt.outcome, Outcome::Delivered, "{host}");
        assert_eq!(attempt.answer, "hello");
    }
}

#[tokio::test]
async fn a_session_is_not_kept_for_the_next_attempt() {
    let (tls, roots) = tls_for("127.0.0.1");
    let receiver = Receiver::start_secure(tls, OK).await;
    let sender = sender(PATIENT).with_roots(roots);
    let url = format!("https://{}/", receiver.address);
    for _ in 0..2 {
        let attempt = send_with(&sender, &url).await;
        assert_eq!(attempt.outcome, Outcome::Delivered);
    }
    assert_eq!((receiver.connections(), receiver.resumed()), (2, 0));
}

#[tokio::test]
async fn a_certificate_for_another_name_or_from_nobody_is_refused() {
    let (tls, roots) = tls_for("other.example.test");
    let (_, strangers) = tls_for(NAME);
    let receiver = Receiver::start_secure(tls, OK).await;
    let refused = [
        (NAME, Some(roots.clone()), "not valid for name"),
        ("127.0.0.1", Some(roots), "not valid for name"),
        ("other.example.test", Some(strangers), "certificate"),
        ("other.example.test", None, "UnknownIssuer"),
    ];
    for (host, roots, why) in refused {
        let attempt = send(host, &receiver, roots).await;
        let words = tls_words(&attempt);
        assert!(words.contains(why), "{words}");
    }
    assert_eq!(receiver.requests(), [""; 0]);
}

#[tokio::test]
async fn a_flood_through_tls_is_not_read_to_its_end() {
    let (tls, roots) = tls_for(NAME);
    let head = "HTTP/1.1 200 OK\r\ncontent-length: 1073741824\r\n\r\n";
    let receiver = Receiver::start_secure(tls, Does::Flood(head, "0123456789abcdef")).await;
    let attempt = send(NAME, &receiver, Some(roots)).await;
    assert_eq!(attempt.outcome, Outcome::Delivered);
    assert_eq!(attempt.answer.len(), 1024);
    assert!(receiver.written() < 32 * 1024 * 1024);
}

#[tokio::test]
async fn what_is_not_tls_is_no_secure_connection() {
    for does in [
        Does::Blurt("HTTP/1.1 400 Bad Request\r\n\r\n"),
        Does::Blurt("SSH-2.0-OpenSSH_9.9\r\n"),
        Does::Blurt("\u{16}\u{3}\u{3}\u{0}\u{4}nonsense"),
        Does::Close,
    ] {
        let receiver = Receiver::start(does).await;
        let attempt = send(NAME, &receiver, None).await;
        assert!(!tls_words(&attempt).is_empty());
    }
}

#[tokio::test]
async fn silence_instead_of_tls_is_left_in_time() {
    let receiver = Receiver::start(Does::Blurt("")).await;
    let sender = Arc::new(sender(HASTY));
    let url = format!("https://{}/", receiver.address);
    let attempt = send_with(&sender, &url).await;
    assert_eq!(attempt.outcome, failed(Reason::ConnectTimeout));
    assert!(attempt.took >= HASTY.connect);
}
