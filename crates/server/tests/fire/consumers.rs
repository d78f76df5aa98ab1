//! External consumers of every event, and the check of what they received.

use crate::tables::Tables;
use async_trait::async_trait;
use lapin::{
    Channel, Connection, ConnectionProperties, ExchangeKind,
    message::Delivery,
    options::{
        BasicAckOptions, BasicGetOptions, ExchangeDeclareOptions, QueueBindOptions,
        QueueDeclareOptions,
    },
    types::{AMQPValue, FieldTable, ShortString},
};
use redis::{FromRedisValue, aio::MultiplexedConnection, cmd};
use std::{
    collections::{BTreeMap, HashSet},
    time::Duration,
};
use testkit::broker::Broker;
use tokio::time::{Instant, sleep};
use uuid::Uuid;

/// How long a consumer may see nothing new before it has seen everything. An expiring lease, a
/// retry of the relay and a slow broker may add up on a busy machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// Entries of a stream in one read.
const PAGE: usize = 2000;

/// The time limit of a request of a test to the broker.
const ANSWER: Duration = Duration::from_secs(10);

/// An event as a consumer received it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Seen {
    pub log: Uuid,
    pub position: i64,
    pub id: Uuid,
}

/// A consumer that receives every event.
#[async_trait]
pub trait Consumer: Send {
    fn name(&self) -> &'static str;

    /// All events received so far, in that order within each log.
    async fn seen(&mut self) -> &[Seen];

    /// The last error while it read.
    fn fault(&self) -> String {
        String::new()
    }

    /// Whether it may see an event again after something was killed.
    fn may_repeat(&self) -> bool {
        true
    }

    /// How often its connections to the installation were lost, where it has any.
    fn cuts(&self) -> Option<usize> {
        None
    }

    /// The events that it has to receive, out of all.
    fn due(&self, truth: &Truth) -> Truth {
        truth.after(&truth.logs.keys().map(|log| (*log, 0)).collect())
    }

    /// Waits until it has seen this many events, repeated ones counted once.
    async fn sees(&mut self, events: usize) {
        let mut since = Instant::now();
        let mut last = 0;
        loop {
            let seen = self.seen().await;
            if seen.len() > last {
                (last, since) = (seen.len(), Instant::now());
                let ids: HashSet<Uuid> = seen.iter().map(|seen| seen.id).collect();
                if ids.len() >= events {
                    return;
                }
            }
            let late = since.elapsed() > PATIENCE;
            let fault = self.fault();
            assert!(!late, "{} saw {last} and not {events} {fault}", self.name());
            sleep(Duration::from_millis(50)).await;
        }
    }
}

/// What the logs hold: the events of each in their order.
pub struct Truth {
    logs: BTreeMap<Uuid, Vec<Seen>>,
}

impl Truth {
    /// Reads all of it, when nobody writes any more.
    pub async fn read(tables: &Tables) -> Self {
        let of = |column: &str, name: &str| {
            format!("SELECT {column} AS {name} FROM events ORDER BY log_id, position")
        };
        let ids = tables.ids(&of("event_id", "id")).await;
        let positions = tables.numbers(&of("position", "n")).await;
        let mut logs: BTreeMap<Uuid, Vec<Seen>> = BTreeMap::new();
        let all = tables.ids(&of("log_id", "id")).await.into_iter();
        for ((log, position), id) in all.zip(positions).zip(ids) {
            let event = Seen { log, position, id };
            logs.entry(log).or_default().push(event);
        }
        Self { logs }
    }

    pub fn events(&self) -> usize {
        self.logs.values().map(Vec::len).sum()
    }

    pub fn logs(&self) -> usize {
        self.logs.len()
    }

    /// The same without the events of these logs up to a position.
    pub fn after(&self, begins: &BTreeMap<Uuid, i64>) -> Self {
        let logs = self.logs.iter().map(|(log, events)| {
            let begin = begins[log];
            let later = events.iter().filter(|event| event.position > begin);
            (*log, later.copied().collect())
        });
        Self {
            logs: logs.collect(),
        }
    }

    /// The same but for one event.
    pub fn without(mut self, log: Uuid, position: i64) -> Self {
        let events = self.logs.get_mut(&log).unwrap();
        let before = events.len();
        events.retain(|event| event.position != position);
        assert_eq!(events.len(), before - 1);
        self
    }

    /// The consumer received each event, first deliveries in the order of the log, and nothing else; a consumer
    /// that deduplicates by the event's id has each once. Returns the number of duplicates.
    pub fn check_deliveries(&self, consumer: &str, seen: &[Seen]) -> usize {
        let mut effects: BTreeMap<Uuid, u32> = BTreeMap::new();
        let mut firsts: BTreeMap<Uuid, Vec<Seen>> = BTreeMap::new();
        for event in seen {
            if effects.contains_key(&event.id) {
                continue;
            }
            *effects.entry(event.id).or_default() += 1;
            firsts.entry(event.log).or_default().push(*event);
        }
        for (log, due) in &self.logs {
            let found = firsts.remove(log).unwrap_or_default();
            let wrong = due.iter().zip(&found).find(|(due, found)| due != found);
            assert_eq!(wrong, None, "{consumer}, log {log}: due and found");
            assert_eq!(found.len(), due.len(), "{consumer}, log {log}");
        }
        assert!(firsts.is_empty(), "{consumer} saw logs that are not there");
        assert!(effects.len() == self.events() && effects.values().all(|times| *times == 1));
        seen.len() - effects.len()
    }
}

/// The contents of the Redis streams of an installation.
pub struct Streams {
    client: redis::Client,
    connection: MultiplexedConnection,
    prefix: String,
    /// The last entry of each stream that was read.
    read: BTreeMap<String, String>,
    seen: Vec<Seen>,
}

/// An entry of a stream.
type Entry = (String, BTreeMap<String, Vec<u8>>);

impl Streams {
    /// Of the installation with this prefix.
    pub async fn open(broker: &Broker, prefix: &str) -> Self {
        let url = format!("redis://qm:right@127.0.0.1:{}", broker.port);
        let client = redis::Client::open(url).unwrap();
        let mut connection = client.get_multiplexed_async_connection().await.unwrap();
        connection.set_response_timeout(ANSWER);
        Self {
            client,
            connection,
            prefix: prefix.to_owned(),
            read: BTreeMap::new(),
            seen: Vec::new(),
        }
    }

    /// The `bus_url` of the installation.
    pub fn url(broker: &Broker, prefix: &str) -> String {
        format!("redis://qm:right@127.0.0.1:{}?prefix={prefix}", broker.port)
    }

    /// Connects again to a broker that was started again.
    pub async fn connect_again(&mut self) {
        let connecting = self.client.get_multiplexed_async_connection();
        self.connection = connecting.await.unwrap();
        self.connection.set_response_timeout(ANSWER);
    }

    async fn ask<T: FromRedisValue>(&mut self, arguments: &[&str]) -> T {
        let mut command = cmd(arguments[0]);
        for argument in &arguments[1..] {
            command.arg(*argument);
        }
        command.query_async(&mut self.connection).await.unwrap()
    }

    /// Whether the stream has more.
    async fn page(&mut self, stream: &str) -> bool {
        let log = stream.rsplit(':').next().unwrap();
        let log = log_of(log);
        let last = self.read.get(stream);
        let from = last.map_or("-".to_owned(), |last| format!("({last}"));
        let count = PAGE.to_string();
        let arguments = ["XRANGE", stream, &from, "+", "COUNT", &count];
        let entries: Vec<Entry> = self.ask(&arguments).await;
        let is_full = entries.len() == PAGE;
        for (entry, fields) in entries {
            let text = |name: &str| std::str::from_utf8(&fields[name]).unwrap();
            self.seen.push(Seen {
                log,
                position: text("position").parse().unwrap(),
                id: text("id").parse().unwrap(),
            });
            self.read.insert(stream.to_owned(), entry);
        }
        is_full
    }
}

#[async_trait]
impl Consumer for Streams {
    fn name(&self) -> &'static str {
        "the consumer of the Redis streams"
    }

    async fn seen(&mut self) -> &[Seen] {
        let pattern = format!("{}:*", self.prefix);
        let streams: Vec<String> = self.ask(&["KEYS", &pattern]).await;
        for stream in streams {
            while self.page(&stream).await {}
        }
        &self.seen
    }
}

/// A durable queue of everything that an exchange of RabbitMQ takes.
pub struct Queue {
    url: String,
    name: String,
    seen: Vec<Seen>,
    /// Why it could not be looked at, last.
    fault: Option<lapin::Error>,
}

impl Queue {
    /// Makes the exchange as the service does, and the queue before anything is published.
    pub async fn declare(broker: &Broker, exchange: &str) -> Self {
        let url = format!("amqp://qm:right@127.0.0.1:{}", broker.port);
        let name = format!("{exchange}-queue");
        let (connection, channel) = channel(&url).await.unwrap();
        let durable = ExchangeDeclareOptions {
            durable: true,
            ..ExchangeDeclareOptions::default()
        };
        let (none, exchange): (_, ShortString) = (FieldTable::default(), exchange.into());
        let topic = ExchangeKind::Topic;
        let made = channel.exchange_declare(exchange.clone(), topic, durable, none.clone());
        made.await.unwrap();
        let durable = QueueDeclareOptions::durable();
        let made = channel.queue_declare(name.as_str().into(), durable, none.clone());
        made.await.unwrap();
        let all = QueueBindOptions::default();
        let (from, to) = (name.as_str().into(), exchange);
        let bound = channel.queue_bind(from, to, "#".into(), all, none);
        bound.await.unwrap();
        connection.close(200, "done".into()).await.unwrap();
        Self {
            url,
            name,
            seen: Vec::new(),
            fault: None,
        }
    }

    /// The `bus_url` of the installation.
    pub fn url(broker: &Broker, exchange: &str) -> String {
        format!(
            "amqp://qm:right@127.0.0.1:{}?exchange={exchange}",
            broker.port
        )
    }

    /// Takes what is there; an error while the broker is away.
    async fn take(&mut self) -> lapin::Result<()> {
        let (connection, channel) = channel(&self.url).await?;
        let name = self.name.as_str();
        let get = || channel.basic_get(name.into(), BasicGetOptions::default());
        while let Some(message) = get().await? {
            self.seen.push(sent(&message.delivery));
            message.delivery.ack(BasicAckOptions::default()).await?;
        }
        connection.close(200, "done".into()).await
    }
}

async fn channel(url: &str) -> lapin::Result<(Connection, Channel)> {
    let connection = Connection::connect(url, ConnectionProperties::default()).await?;
    let channel = connection.create_channel().await?;
    Ok((connection, channel))
}

fn sent(delivery: &Delivery) -> Seen {
    let properties = &delivery.properties;
    let headers = properties.headers().as_ref().unwrap().inner();
    let AMQPValue::LongString(log) = &headers["log"] else {
        panic!("{headers:?}")
    };
    let AMQPValue::LongLongInt(position) = headers["position"] else {
        panic!("{headers:?}")
    };
    let id = properties.message_id().as_ref().unwrap().as_str();
    Seen {
        log: log_of(&log.to_string()),
        position,
        id: id.parse().unwrap(),
    }
}

/// The id of the log with this name on the bus.
fn log_of(name: &str) -> Uuid {
    match name {
        "platform" => Uuid::nil(),
        id => id.parse().unwrap(),
    }
}

#[async_trait]
impl Consumer for Queue {
    fn name(&self) -> &'static str {
        "the consumer of the RabbitMQ queue"
    }

    fn fault(&self) -> String {
        let fault = self.fault.as_ref();
        fault.map(|fault| format!("({fault})")).unwrap_or_default()
    }

    async fn seen(&mut self) -> &[Seen] {
        // A broker that was just started again may not take anybody yet.
        if let Err(error) = self.take().await {
            self.fault = Some(error);
        }
        &self.seen
    }
}
