//! A broker that takes connections and says nothing.
use std::time::Duration;

use relay::{BusError, Timeouts};
use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{TcpListener, TcpStream},
    time::timeout,
};

use crate::{impatient, messages, open};

/// Each try ends in time, and with it the connection that it made.
async fn is_left_in_time(scheme: &str) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let bus = open(&format!("{scheme}://127.0.0.1:{port}"), impatient());
    let batch = messages("platform", "user.created", 1..3);
    for _ in 0..2 {
        let error = bus.publish(&batch).await.unwrap_err();
        let said = BusError::Unavailable("it did not connect within 300ms".to_owned());
        assert_eq!(error, said);
        let (stream, _) = listener.accept().await.unwrap();
        ends(stream).await;
    }
}

/// The other side ends the connection soon.
async fn ends(mut stream: TcpStream) {
    let mut said = Vec::new();
    let ended = timeout(Duration::from_secs(5), stream.read_to_end(&mut said));
    ended.await.unwrap().unwrap();
}

/// Gives each thing that is asked its answer, and then the connection.
async fn answer(listener: &TcpListener, answers: &[&str]) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    for answer in answers {
        let mut asked = [0; 1024];
        assert!(stream.read(&mut asked).await.unwrap() > 0);
        stream.write_all(answer.as_bytes()).await.unwrap();
    }
    stream
}

/// What comes of a publish to a Redis that answers so, with the connection to it.
async fn publish_to(login: &str, answers: &[&str], body: Vec<u8>) -> (BusError, TcpStream) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    // More than the half second that the library would wait by itself.
    let timeouts = Timeouts {
        confirm: Duration::from_millis(700),
        ..Timeouts::default()
    };
    let bus = open(&format!("redis://{login}127.0.0.1:{port}"), timeouts);
    let mut batch = messages("platform", "user.created", 1..3);
    batch[1].body = body;
    let (published, stream) = tokio::join!(bus.publish(&batch), answer(&listener, answers));
    (published.unwrap_err(), stream)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_rabbit_that_says_nothing_is_left_in_time() {
    is_left_in_time("amqp").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redis_that_says_nothing_is_left_in_time() {
    is_left_in_time("redis").await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_that_says_nothing_is_left_in_time() {
    is_left_in_time("amqps").await;
    is_left_in_time("rediss").await;
}

#[tokio::test]
async fn a_port_without_a_broker_is_unavailable() {
    let port = testkit::port::free();
    for scheme in ["amqp", "amqps", "redis", "rediss"] {
        let bus = open(&format!("{scheme}://127.0.0.1:{port}"), impatient());
        let batch = messages("platform", "user.created", 1..2);
        let error = bus.publish(&batch).await.unwrap_err();
        assert!(matches!(error, BusError::Unavailable(_)), "{error}");
    }
}

/// There is nothing to send, so nothing has to be there.
#[tokio::test]
async fn no_messages_need_no_broker() {
    let port = testkit::port::free();
    for scheme in ["amqp", "redis"] {
        let bus = open(&format!("{scheme}://127.0.0.1:{port}"), impatient());
        bus.publish(&[]).await.unwrap();
    }
}

#[tokio::test]
async fn a_redis_that_falls_silent_is_left_in_time() {
    let (error, stream) = publish_to("", &["+PONG\r\n"], Vec::new()).await;
    let said = "it did not take the messages within 700ms";
    assert_eq!(error, BusError::Unavailable(said.to_owned()));
    ends(stream).await;
}

/// The messages are more than the system keeps for a reader, so something waits to write them.
#[tokio::test]
async fn a_redis_that_reads_no_more_keeps_nothing_waiting() {
    let (error, _stream) = publish_to("", &["+PONG\r\n"], vec![b'x'; 64 << 20]).await;
    assert!(matches!(error, BusError::Unavailable(_)), "{error}");
    let metrics = tokio::runtime::Handle::current().metrics();
    let tidy = async {
        while metrics.num_alive_tasks() > 0 {
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(5), tidy).await.unwrap();
}

#[tokio::test]
async fn a_redis_that_cannot_serve_now_is_unavailable() {
    for state in [
        "LOADING",
        "READONLY",
        "CLUSTERDOWN",
        "MASTERDOWN",
        "TRYAGAIN",
    ] {
        let answer = format!("-{state} not now\r\n");
        let (error, _) = publish_to("", &[&answer], Vec::new()).await;
        assert!(matches!(error, BusError::Unavailable(_)), "{error}");
    }
    for state in ["ERR", "NOPERM", "MISCONF"] {
        let answer = format!("-{state} never\r\n");
        let (error, _) = publish_to("", &[&answer], Vec::new()).await;
        assert!(matches!(error, BusError::Refused(_)), "{error}");
    }
}

/// Redis quotes what it does not know.
#[tokio::test]
async fn a_redis_that_quotes_the_login_does_not_give_the_password_away() {
    let quotes = "-ERR unknown command, with args beginning with: 'qm' 'hunter2'\r\n";
    for answers in [&["+OK\r\n", quotes][..], &[quotes]] {
        let (error, _) = publish_to("qm:hunter2@", answers, Vec::new()).await;
        assert!(matches!(error, BusError::Refused(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
    }
}
