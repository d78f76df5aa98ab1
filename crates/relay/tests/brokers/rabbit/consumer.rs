//! The other side of an exchange.
use futures_util::StreamExt;
use lapin::{
    Channel, Connection, ConnectionProperties, ExchangeKind,
    message::Delivery,
    options::{
        BasicAckOptions, BasicConsumeOptions, BasicGetOptions, ExchangeDeclareOptions,
        QueueBindOptions, QueueDeclareOptions,
    },
    types::{AMQPValue, FieldTable},
};
use relay::Message;
use testkit::broker::Broker;

use crate::unique;

/// A connection to the broker that looks at one exchange.
pub struct Consumer {
    exchange: String,
    pub channel: Channel,
    _connection: Connection,
}

pub fn url(server: &Broker, exchange: &str) -> String {
    let port = server.port;
    format!("amqp://qm:right@127.0.0.1:{port}?exchange={exchange}")
}

pub fn durable() -> ExchangeDeclareOptions {
    ExchangeDeclareOptions {
        durable: true,
        ..ExchangeDeclareOptions::default()
    }
}

impl Consumer {
    pub async fn connect(server: &Broker, exchange: &str) -> Self {
        let options = ConnectionProperties::default();
        let plain = format!("amqp://qm:right@127.0.0.1:{}", server.port);
        let connection = Connection::connect(&plain, options).await.unwrap();
        let channel = connection.create_channel().await.unwrap();
        Self {
            exchange: exchange.to_owned(),
            channel,
            _connection: connection,
        }
    }

    pub async fn declare(&self, kind: ExchangeKind, options: ExchangeDeclareOptions) {
        let name = self.exchange.as_str().into();
        let declared = self
            .channel
            .exchange_declare(name, kind, options, FieldTable::default());
        declared.await.unwrap();
    }

    /// A durable queue of what fits a pattern. It makes the exchange as the bus does.
    pub async fn queue(&self, pattern: &str, arguments: FieldTable) -> String {
        self.declare(ExchangeKind::Topic, durable()).await;
        let name = unique("queue");
        let channel = &self.channel;
        let options = QueueDeclareOptions::durable();
        let declared = channel.queue_declare(name.as_str().into(), options, arguments);
        declared.await.unwrap();
        let bound = channel.queue_bind(
            name.as_str().into(),
            self.exchange.as_str().into(),
            pattern.into(),
            QueueBindOptions::default(),
            FieldTable::default(),
        );
        bound.await.unwrap();
        name
    }

    pub async fn next(&self, queue: &str) -> Option<Delivery> {
        let got = self
            .channel
            .basic_get(queue.into(), BasicGetOptions::default());
        let delivery = got.await.unwrap()?.delivery;
        delivery.ack(BasicAckOptions::default()).await.unwrap();
        Some(delivery)
    }

    /// So many messages as they come, without asking for each.
    pub async fn stream(&self, queue: &str, count: usize) -> Vec<Message> {
        let options = BasicConsumeOptions {
            no_ack: true,
            ..BasicConsumeOptions::default()
        };
        let consuming = self.channel.basic_consume(
            queue.into(),
            unique("consumer").as_str().into(),
            options,
            FieldTable::default(),
        );
        let deliveries = consuming.await.unwrap().take(count);
        deliveries
            .map(|delivery| sent(&delivery.unwrap()))
            .collect()
            .await
    }

    /// All that is in a queue, as it was sent.
    pub async fn all(&self, queue: &str) -> Vec<Message> {
        let mut all = Vec::new();
        while let Some(delivery) = self.next(queue).await {
            all.push(sent(&delivery));
        }
        all
    }
}

/// The message that a delivery was made of, if all of it is there.
pub fn sent(delivery: &Delivery) -> Message {
    let properties = &delivery.properties;
    let headers = properties.headers().as_ref().unwrap().inner();
    let AMQPValue::LongString(log) = &headers["log"] else {
        panic!("{headers:?}")
    };
    let AMQPValue::LongLongInt(position) = headers["position"] else {
        panic!("{headers:?}")
    };
    let id = properties.message_id().as_ref().unwrap().as_str();
    let kind = properties.kind().as_ref().unwrap();
    assert_eq!(delivery.routing_key.as_str(), format!("{log}.{kind}"));
    Message {
        id: id.parse().unwrap(),
        log: log.to_string(),
        position,
        kind: kind.to_string(),
        body: delivery.data.clone(),
    }
}
