//! A broker that takes connections and says nothing.
use std::time::Duration;

use relay::BusError;
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

/// Answers the first thing that it is asked, and gives the connection.
async fn answer_once(listener: &TcpListener, answer: &str) -> TcpStream {
    let (mut stream, _) = listener.accept().await.unwrap();
    let mut asked = [0; 1024];
    assert!(stream.read(&mut asked).await.unwrap() > 0);
    stream.write_all(answer.as_bytes()).await.unwrap();
    stream
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
    let port = crate::server::free_port();
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
    let port = crate::server::free_port();
    for scheme in ["amqp", "redis"] {
        let bus = open(&format!("{scheme}://127.0.0.1:{port}"), impatient());
        bus.publish(&[]).await.unwrap();
    }
}

#[tokio::test]
async fn a_redis_that_falls_silent_is_left_in_time() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let bus = open(&format!("redis://127.0.0.1:{port}"), impatient());
    let batch = messages("platform", "user.created", 1..3);
    let (published, stream) =
        tokio::join!(bus.publish(&batch), answer_once(&listener, "+PONG\r\n"));
    let said = "it did not take the messages within 300ms";
    let error = published.unwrap_err();
    assert_eq!(error, BusError::Unavailable(said.to_owned()));
    ends(stream).await;
}

/// Redis quotes what it does not know, and an old one does not know a login with a user.
#[tokio::test]
async fn a_redis_that_quotes_the_login_does_not_give_the_password_away() {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.unwrap();
    let port = listener.local_addr().unwrap().port();
    let bus = open(&format!("redis://qm:hunter2@127.0.0.1:{port}"), impatient());
    let batch = messages("platform", "user.created", 1..3);
    let answer = "-ERR unknown command 'AUTH', with args beginning with: 'qm' 'hunter2'\r\n";
    let (published, _stream) = tokio::join!(bus.publish(&batch), answer_once(&listener, answer));
    let error = published.unwrap_err();
    assert!(matches!(error, BusError::Refused(_)), "{error}");
    assert!(!format!("{error} {error:?}").contains("hunter2"), "{error}");
}
