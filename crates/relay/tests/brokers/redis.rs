//! Redis, seen by its consumers.
use redis::{Client, FromRedisValue, Value, aio::MultiplexedConnection, cmd, from_redis_value};
use relay::{BusError, Message, Timeouts};
use testkit::broker::Broker;

use crate::{impatient, messages, open, publish_many, unique};

/// The other side of the streams.
struct Consumer(MultiplexedConnection);

fn url(server: &Broker, options: &str) -> String {
    format!("redis://qm:right@127.0.0.1:{}{options}", server.port)
}

impl Consumer {
    async fn connect(server: &Broker) -> Self {
        let client = Client::open(url(server, "").as_str()).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await;
        if let Ok(connection) = &mut connection {
            connection.set_response_timeout(std::time::Duration::from_secs(10));
        }
        Self(connection.unwrap())
    }

    async fn ask<T: FromRedisValue>(&mut self, words: &[&str]) -> T {
        let mut command = cmd(words[0]);
        for word in &words[1..] {
            command.arg(*word);
        }
        command.query_async(&mut self.0).await.unwrap()
    }

    /// All that is in the stream of a log.
    async fn all(&mut self, prefix: &str, log: &str) -> Vec<Message> {
        let stream = format!("{prefix}:{log}");
        let entries: Vec<(String, Vec<Value>)> = self.ask(&["XRANGE", &stream, "-", "+"]).await;
        let fields = entries.into_iter().map(|(_, fields)| fields);
        fields.map(|fields| sent(log, fields)).collect()
    }
}

/// The message that an entry was made of; it has these fields in this order.
fn sent(log: &str, fields: Vec<Value>) -> Message {
    let fields: Vec<Vec<u8>> = fields
        .into_iter()
        .map(|field| from_redis_value(field).unwrap())
        .collect();
    let text = |at: usize| std::str::from_utf8(&fields[at]).unwrap();
    let names = [text(0), text(2), text(4), text(6)];
    assert_eq!(names, ["id", "type", "position", "data"]);
    assert_eq!(fields.len(), 8);
    Message {
        id: text(1).parse().unwrap(),
        log: log.to_owned(),
        position: text(5).parse().unwrap(),
        kind: text(3).to_owned(),
        body: fields[7].clone(),
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_is_in_the_stream_of_its_log_in_order() {
    let Some(server) = Broker::redis().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let prefix = unique("events");
    let bus = open(
        &url(server, &format!("?prefix={prefix}")),
        Timeouts::default(),
    );
    let ours = messages("platform", "user.created", 1..4);
    let theirs = messages("0198c0de", "assignment.revoked", i64::MAX - 3..i64::MAX);
    let mixed: Vec<_> = ours
        .iter()
        .zip(&theirs)
        .flat_map(|(a, b)| [a, b])
        .cloned()
        .collect();
    bus.publish(&mixed[..1]).await.unwrap();
    bus.publish(&mixed[1..]).await.unwrap();
    bus.publish(&ours[..1]).await.unwrap();
    let mut consumer = Consumer::connect(server).await;
    let of_platform = consumer.all(&prefix, "platform").await;
    assert_eq!(of_platform[..3], ours);
    assert_eq!(of_platform[3..], ours[..1], "sent again, the same again");
    assert_eq!(consumer.all(&prefix, "0198c0de").await, theirs);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn the_oldest_entries_of_a_long_stream_are_forgotten() {
    let Some(server) = Broker::redis().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let prefix = unique("events");
    let options = format!("?prefix={prefix}&maxlen=150");
    let bus = open(&url(server, &options), Timeouts::default());
    let many = messages("platform", "user.created", 1..2001);
    bus.publish(&many).await.unwrap();
    let kept = Consumer::connect(server)
        .await
        .all(&prefix, "platform")
        .await;
    assert!((150..500).contains(&kept.len()), "{}", kept.len());
    assert_eq!(kept, many[many.len() - kept.len()..]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_database_is_chosen_by_its_number() {
    let Some(server) = Broker::redis().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let prefix = unique("events");
    let options = format!("/3?prefix={prefix}");
    let bus = open(&url(server, &options), Timeouts::default());
    let batch = messages("platform", "user.created", 1..3);
    bus.publish(&batch).await.unwrap();
    let mut consumer = Consumer::connect(server).await;
    assert_eq!(consumer.all(&prefix, "platform").await, []);
    let _: () = consumer.ask(&["SELECT", "3"]).await;
    assert_eq!(consumer.all(&prefix, "platform").await, batch);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_ends_is_an_error_and_works_again_afterwards() {
    let Some(server) = Broker::redis().await else {
        return;
    };
    let _turn = server.turn.write().await;
    let prefix = unique("events");
    let bus = open(
        &url(server, &format!("?prefix={prefix}")),
        Timeouts::default(),
    );
    let all = messages("platform", "user.created", 1..7);
    bus.publish(&all[..1]).await.unwrap();
    server.stop();
    server.start_again().await;
    bus.publish(&all[1..3]).await.unwrap();
    server.kill();
    for _ in 0..2 {
        let error = bus.publish(&all[3..]).await.unwrap_err();
        assert!(matches!(error, BusError::Unavailable(_)), "{error}");
    }
    server.start_again().await;
    bus.publish(&all[3..]).await.unwrap();
    let mut consumer = Consumer::connect(server).await;
    assert_eq!(consumer.all(&prefix, "platform").await, all);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_hangs_is_left_in_time() {
    let Some(server) = Broker::redis().await else {
        return;
    };
    let _turn = server.turn.write().await;
    let prefix = unique("events");
    let batch = messages("platform", "user.created", 1..3);
    let bus = open(&url(server, &format!("?prefix={prefix}")), impatient());
    bus.publish(&batch).await.unwrap();
    server.pause();
    for said in ["take the messages", "connect"] {
        let error = bus.publish(&batch).await.unwrap_err();
        let said = format!("it did not {said} within 300ms");
        assert_eq!(error, BusError::Unavailable(said));
    }
    server.resume();
    bus.publish(&batch).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_login_is_refused_without_the_password() {
    let Some(server) = Broker::redis().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let batch = messages("platform", "user.created", 1..2);
    for login in ["qm:hunter2", ":hunter2"] {
        let url = format!("redis://{login}@127.0.0.1:{}", server.port);
        let error = open(&url, Timeouts::default()).publish(&batch).await;
        let error = error.unwrap_err();
        assert!(matches!(error, BusError::Refused(_)), "{error}");
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }
    let nobody = format!("redis://127.0.0.1:{}", server.port);
    let error = open(&nobody, Timeouts::default()).publish(&batch).await;
    let error = error.unwrap_err();
    assert!(matches!(error, BusError::Refused(_)), "{error}");
    let nameless = format!("redis://:right@127.0.0.1:{}", server.port);
    let options = format!("?prefix={}", unique("events"));
    let bus = open(&format!("{nameless}{options}"), Timeouts::default());
    bus.publish(&batch).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_key_that_is_no_stream_is_a_refusal() {
    let Some(server) = Broker::redis().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let prefix = unique("events");
    let taken = format!("{prefix}:platform");
    let mut consumer = Consumer::connect(server).await;
    let _: () = consumer.ask(&["SET", &taken, "x"]).await;
    let bus = open(
        &url(server, &format!("?prefix={prefix}")),
        Timeouts::default(),
    );
    let batch = messages("platform", "user.created", 1..2);
    let error = bus.publish(&batch).await.unwrap_err();
    assert!(matches!(error, BusError::Refused(_)), "{error}");
    let _: () = consumer.ask(&["DEL", &taken]).await;
    bus.publish(&batch).await.unwrap();
    assert_eq!(consumer.all(&prefix, "platform").await, batch);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn of_a_batch_that_is_refused_in_part_nothing_stays() {
    let Some(server) = Broker::redis().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let prefix = unique("events");
    let user = unique("user");
    let keys = format!("~{prefix}:platform");
    let mut consumer = Consumer::connect(server).await;
    let _: () = consumer
        .ask(&["ACL", "SETUSER", &user, "on", ">right", &keys, "+@all"])
        .await;
    let port = server.port;
    let url = format!("redis://{user}:right@127.0.0.1:{port}?prefix={prefix}");
    let bus = open(&url, Timeouts::default());
    let mut batch = messages("platform", "user.created", 1..3);
    batch.extend(messages("0198c0de", "user.created", 1..2));
    let error = bus.publish(&batch).await.unwrap_err();
    assert!(matches!(error, BusError::Refused(_)), "{error}");
    assert_eq!(consumer.all(&prefix, "platform").await, []);
    bus.publish(&batch[..2]).await.unwrap();
    assert_eq!(consumer.all(&prefix, "platform").await, batch[..2]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_server_without_memory_is_a_refusal() {
    let Some(server) = Broker::redis().await else {
        return;
    };
    let _turn = server.turn.write().await;
    let prefix = unique("events");
    let bus = open(
        &url(server, &format!("?prefix={prefix}")),
        Timeouts::default(),
    );
    let mut consumer = Consumer::connect(server).await;
    let batch = messages("platform", "user.created", 1..4);
    let _: () = consumer.ask(&["CONFIG", "SET", "maxmemory", "1"]).await;
    let error = bus.publish(&batch).await.unwrap_err();
    let _: () = consumer.ask(&["CONFIG", "SET", "maxmemory", "0"]).await;
    assert!(matches!(error, BusError::Refused(_)), "{error}");
    bus.publish(&batch).await.unwrap();
    assert_eq!(consumer.all(&prefix, "platform").await, batch);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_messages_arrive_in_order() {
    let Some(server) = Broker::redis().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let prefix = unique("events");
    let bus = open(
        &url(server, &format!("?prefix={prefix}")),
        Timeouts::default(),
    );
    let many = publish_many(&*bus, "Redis").await;
    let mut consumer = Consumer::connect(server).await;
    assert_eq!(consumer.all(&prefix, "platform").await, many);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_for_a_server_that_an_authority_vouches_for() {
    let Some(server) = Broker::redis().await else {
        return;
    };
    let Some(port) = server.tls_port else {
        return;
    };
    let _turn = server.turn.read().await;
    let prefix = unique("events");
    let batch = messages("platform", "user.created", 1..1001);
    let ca = server.folder.join("cert.pem");
    let tls = format!("rediss://qm:right@localhost:{port}?prefix={prefix}");
    let own = format!("{tls}&ca={}", ca.display());
    open(&own, Timeouts::default())
        .publish(&batch)
        .await
        .unwrap();
    let mut consumer = Consumer::connect(server).await;
    assert_eq!(consumer.all(&prefix, "platform").await, batch);
    let error = open(&tls, Timeouts::default()).publish(&batch).await;
    let error = error.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
}
