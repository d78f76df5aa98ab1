//! RabbitMQ, seen by its consumers.

mod consumer;

use std::time::Duration;

use lapin::{
    ExchangeKind,
    options::{ExchangeDeclareOptions, ExchangeDeleteOptions},
    types::{AMQPValue, FieldTable, LongString},
};
use relay::{BusError, Message, Timeouts};
use testkit::broker::Broker;
use tokio::time::timeout;

use self::consumer::{Consumer, durable, sent, url};
use crate::{impatient, messages, open, publish_many, unique};

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn every_message_arrives_in_order_with_its_properties() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let exchange = unique("events");
    let consumer = Consumer::connect(server, &exchange).await;
    let queue = consumer.queue("#", FieldTable::default()).await;
    let bus = open(&url(server, &exchange), Timeouts::default());
    let mut all = messages("platform", "user.created", 1..4);
    all.extend(messages(
        &unique("org"),
        "assignment.revoked",
        i64::MAX - 2..i64::MAX,
    ));
    all.push(Message {
        body: vec![b'x'; 300_000],
        ..messages("platform", "product.updated", 4..5).remove(0)
    });
    for batch in [&all[..2], &all[2..5], &all[5..], &all[1..3]] {
        bus.publish(batch).await.unwrap();
    }
    let first = consumer.next(&queue).await.unwrap();
    assert_eq!(sent(&first), all[0]);
    let properties = &first.properties;
    assert_eq!(properties.delivery_mode(), &Some(2));
    let json = properties.content_type().as_ref().unwrap();
    assert_eq!(json.as_str(), "application/json");
    let rest = consumer.all(&queue).await;
    assert_eq!(rest[..all.len() - 1], all[1..]);
    assert_eq!(
        rest[all.len() - 1..],
        all[1..3],
        "sent again, the same again"
    );
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_gets_what_fits_its_pattern() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let exchange = unique("events");
    let consumer = Consumer::connect(server, &exchange).await;
    let assignments = consumer
        .queue("*.assignment.#", FieldTable::default())
        .await;
    let platform = consumer
        .queue("platform.user.created", FieldTable::default())
        .await;
    let bus = open(&url(server, &exchange), Timeouts::default());
    let of_users = messages("platform", "user.created", 1..3);
    let of_seats = messages("0198c0de", "assignment.created", 1..3);
    let of_others = messages("0198c0de", "user.created", 3..4);
    bus.publish(&[of_users.clone(), of_seats.clone(), of_others].concat())
        .await
        .unwrap();
    assert_eq!(consumer.all(&assignments).await, of_seats);
    assert_eq!(consumer.all(&platform).await, of_users);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_durable_topic_exchange_is_made_and_takes_what_nobody_wants() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let exchange = unique("events");
    let bus = open(&url(server, &exchange), Timeouts::default());
    let batch = messages("platform", "user.created", 1..3);
    bus.publish(&batch).await.unwrap();
    let passive = ExchangeDeclareOptions {
        passive: true,
        ..ExchangeDeclareOptions::default()
    };
    let consumer = Consumer::connect(server, &exchange).await;
    consumer.declare(ExchangeKind::Topic, passive).await;
    // The broker refuses this if the exchange is of another kind or would not last.
    consumer.declare(ExchangeKind::Topic, durable()).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_ends_is_an_error_and_works_again_afterwards() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.write().await;
    let exchange = unique("events");
    let consumer = Consumer::connect(server, &exchange).await;
    let queue = consumer.queue("#", FieldTable::default()).await;
    let bus = open(&url(server, &exchange), Timeouts::default());
    let all = messages("platform", "user.created", 1..7);
    // A crash may take what was declared a moment ago, but not a message that was confirmed.
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
    let consumer = Consumer::connect(server, &exchange).await;
    assert_eq!(consumer.all(&queue).await, all);
}

/// The broker warns of a connection that was only cut.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_bus_that_is_dropped_says_goodbye() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.write().await;
    let batch = messages("platform", "user.created", 1..3);
    // What earlier tests did is in the log when the refusal of a name that is new is there.
    let nobody = unique("nobody");
    let url_of_nobody = format!("amqp://{nobody}:x@127.0.0.1:{}", server.port);
    let bus = open(&url_of_nobody, Timeouts::default());
    bus.publish(&batch).await.unwrap_err();
    let find = |log: &str| log.find(&nobody).map(|_| log.len());
    let before = read(server, 0, find).await;

    let bus = open(&url(server, &unique("events")), Timeouts::default());
    bus.publish(&batch).await.unwrap();
    drop(bus);
    let find = |log: &str| last_closed(log).map(str::to_owned);
    let goodbye = read(server, before, find).await;
    assert!(goodbye.contains("[info]"), "{goodbye}");
}

/// Reads the broker's log from a place on until there is what is looked for.
async fn read<T>(server: &Broker, from: usize, find: impl Fn(&str) -> Option<T>) -> T {
    let reading = async {
        loop {
            if let Some(found) = find(&server.log()[from..]) {
                break found;
            }
            tokio::task::yield_now().await;
        }
    };
    timeout(Duration::from_secs(10), reading).await.unwrap()
}

/// The line about the end of the connection that began last.
fn last_closed(log: &str) -> Option<&str> {
    let (_, begun) = log.rsplit_once("accepting AMQP connection ")?;
    let (id, _) = begun.split_once(' ')?;
    let closed = format!("closing AMQP connection {id} ");
    log.lines().find(|line| line.contains(&closed))
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_broker_that_hangs_is_left_in_time() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.write().await;
    let exchange = unique("events");
    let batch = messages("platform", "user.created", 1..3);
    let patient = Timeouts {
        confirm: impatient().confirm,
        ..Timeouts::default()
    };
    let bus = open(&url(server, &exchange), patient);
    bus.publish(&batch).await.unwrap();
    server.pause();
    let error = bus.publish(&batch).await.unwrap_err();
    server.resume();
    let said = "it did not confirm the messages within 300ms";
    assert_eq!(error, BusError::Unavailable(said.to_owned()));
    // The broker has to catch up before it answers within the limit again.
    let again = open(&url(server, &exchange), Timeouts::default());
    again.publish(&batch).await.unwrap();
    bus.publish(&batch).await.unwrap();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_wrong_login_is_refused_without_the_password() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let batch = messages("platform", "user.created", 1..2);
    let url = format!("amqp://qm:hunter2@127.0.0.1:{}", server.port);
    let bus = open(&url, Timeouts::default());
    let error = bus.publish(&batch).await.unwrap_err();
    let BusError::Refused(cause) = &error else {
        panic!("{error}")
    };
    assert!(cause.contains("ACCESS_REFUSED"), "{cause}");
    assert!(!format!("{error} {error:?}").contains("hunter2"));
    let url = format!("amqp://qm:right@127.0.0.1:{}/elsewhere", server.port);
    let error = open(&url, Timeouts::default()).publish(&batch).await;
    let error = error.unwrap_err();
    assert!(matches!(error, BusError::Refused(_)), "{error}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_queue_that_takes_no_more_is_a_refusal() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let exchange = unique("events");
    let mut short = FieldTable::default();
    let refuse = LongString::from("reject-publish");
    short.insert("x-overflow".into(), refuse.into());
    short.insert("x-max-length".into(), AMQPValue::LongInt(1));
    let consumer = Consumer::connect(server, &exchange).await;
    let queue = consumer.queue("#", short).await;
    let bus = open(&url(server, &exchange), Timeouts::default());
    let all = messages("platform", "user.created", 1..6);
    let error = bus.publish(&all).await.unwrap_err();
    assert!(matches!(error, BusError::Refused(_)), "{error}");
    let taken = consumer.all(&queue).await;
    assert_eq!(taken[0], all[0]);
    bus.publish(&all[4..]).await.unwrap();
    assert_eq!(consumer.all(&queue).await, all[4..]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exchange_that_is_deleted_is_an_error_and_made_again() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let exchange = unique("events");
    let bus = open(&url(server, &exchange), Timeouts::default());
    let batch = messages("platform", "user.created", 1..500);
    bus.publish(&batch).await.unwrap();
    let consumer = Consumer::connect(server, &exchange).await;
    let deleted = consumer
        .channel
        .exchange_delete(exchange.as_str().into(), ExchangeDeleteOptions::default());
    deleted.await.unwrap();
    let error = bus.publish(&batch).await.unwrap_err();
    assert!(matches!(error, BusError::Refused(_)), "{error}");
    let queue = consumer.queue("#", FieldTable::default()).await;
    bus.publish(&batch).await.unwrap();
    assert_eq!(consumer.all(&queue).await, batch);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_exchange_of_another_kind_is_refused() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let exchange = unique("events");
    let consumer = Consumer::connect(server, &exchange).await;
    consumer.declare(ExchangeKind::Direct, durable()).await;
    let bus = open(&url(server, &exchange), Timeouts::default());
    let batch = messages("platform", "user.created", 1..2);
    let error = bus.publish(&batch).await.unwrap_err();
    let BusError::Refused(cause) = error else {
        panic!("{error}")
    };
    assert!(cause.contains("PRECONDITION_FAILED"), "{cause}");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_message_whose_names_do_not_fit_is_refused() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let exchange = unique("events");
    let bus = open(&url(server, &exchange), Timeouts::default());
    let long = messages("platform", &"x".repeat(250), 1..2);
    let error = bus.publish(&long).await.unwrap_err();
    assert!(matches!(error, BusError::Refused(_)), "{error}");
}

/// Whoever publishes may stop waiting at any moment.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_publish_that_is_cut_short_harms_no_later_one() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let exchange = unique("events");
    let consumer = Consumer::connect(server, &exchange).await;
    let queue = consumer.queue("#", FieldTable::default()).await;
    let bus = open(&url(server, &exchange), Timeouts::default());
    let all = messages("platform", "user.created", 1..401);
    bus.publish(&all[..1]).await.unwrap();
    for micros in [0, 200, 1_000, 5_000] {
        let cut = timeout(Duration::from_micros(micros), bus.publish(&all[1..]));
        let _ = cut.await;
    }
    bus.publish(&all[1..]).await.unwrap();
    let got = consumer.all(&queue).await;
    let last = got.len() - (all.len() - 1);
    assert_eq!(got[last..], all[1..]);
    assert_eq!(got[0], all[0]);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn ten_thousand_messages_arrive_in_order() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let _turn = server.turn.read().await;
    let exchange = unique("events");
    let consumer = Consumer::connect(server, &exchange).await;
    let queue = consumer.queue("#", FieldTable::default()).await;
    let bus = open(&url(server, &exchange), Timeouts::default());
    let many = publish_many(&*bus, "RabbitMQ").await;
    assert_eq!(consumer.stream(&queue, many.len()).await, many);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn tls_is_for_a_server_that_an_authority_vouches_for() {
    let Some(server) = Broker::rabbit().await else {
        return;
    };
    let Some(port) = server.tls_port else {
        return;
    };
    let _turn = server.turn.read().await;
    let exchange = unique("events");
    let consumer = Consumer::connect(server, &exchange).await;
    let queue = consumer.queue("#", FieldTable::default()).await;
    let ca = server.folder.join("cert.pem");
    let own = format!("exchange={exchange}&ca={}", ca.display());
    let all = messages("platform", "user.created", 1..1001);
    for (host, batch) in [("localhost", &all[..500]), ("127.0.0.1", &all[500..])] {
        let bus = open(
            &format!("amqps://qm:right@{host}:{port}?{own}"),
            Timeouts::default(),
        );
        bus.publish(batch).await.unwrap();
        bus.publish(&all[..1]).await.unwrap();
    }
    assert_eq!(consumer.all(&queue).await.len(), 1002);
    let public = format!("amqps://qm:right@localhost:{port}?exchange={exchange}");
    let error = open(&public, Timeouts::default()).publish(&all).await;
    let error = error.unwrap_err();
    assert!(error.to_string().contains("certificate"), "{error}");
}
