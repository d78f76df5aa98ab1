//! A broker that takes connections and says nothing.
use std::time::Duration;

use relay::BusError;
use tokio::{io::AsyncReadExt, net::TcpListener, time::timeout};

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
        let (mut stream, _) = listener.accept().await.unwrap();
        let mut greeting = Vec::new();
        let ended = timeout(Duration::from_secs(5), stream.read_to_end(&mut greeting));
        ended.await.unwrap().unwrap();
    }
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
