//! A bus inside this process.
use std::sync::{
    Arc, Mutex, MutexGuard, PoisonError,
    atomic::{AtomicBool, Ordering},
};

use async_trait::async_trait;
use tokio::sync::mpsc;

use crate::bus::{Bus, BusError, Message};

/// Hands messages to subscribers in this process; without any, messages go nowhere. Clones are the
/// same bus.
#[derive(Clone, Debug)]
pub struct MemoryBus {
    capacity: usize,
    subscribers: Arc<Mutex<Vec<Subscriber>>>,
}

#[derive(Debug)]
struct Subscriber {
    messages: mpsc::Sender<Arc<Message>>,
    too_slow: Arc<AtomicBool>,
}

/// What one subscriber gets: every message from its beginning on, in order.
#[derive(Debug)]
pub struct Subscription {
    messages: mpsc::Receiver<Arc<Message>>,
    too_slow: Arc<AtomicBool>,
}

/// Why a subscription gives no more messages.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Ended {
    /// More messages waited than may, and what came after them was not kept.
    #[error("the subscriber was too slow and has missed messages")]
    TooSlow,
    /// The bus is gone, and everything that was published was given.
    #[error("the bus is closed")]
    Closed,
}

impl MemoryBus {
    /// A bus on which this many messages may wait for each subscriber, at least one. A batch is
    /// handed over at once, so this should be more than the largest batch.
    #[must_use]
    pub fn new(capacity: usize) -> Self {
        Self {
            capacity: capacity.max(1),
            subscribers: Arc::default(),
        }
    }

    /// Begins a subscription with the next message that is published.
    #[must_use]
    pub fn subscribe(&self) -> Subscription {
        let (sender, messages) = mpsc::channel(self.capacity);
        let too_slow = Arc::new(AtomicBool::new(false));
        self.lock().push(Subscriber {
            messages: sender,
            too_slow: Arc::clone(&too_slow),
        });
        Subscription { messages, too_slow }
    }

    /// A panic cannot leave the list half changed.
    fn lock(&self) -> MutexGuard<'_, Vec<Subscriber>> {
        let locked = self.subscribers.lock();
        locked.unwrap_or_else(PoisonError::into_inner)
    }
}

impl Subscriber {
    /// Whether it took all of them and stays.
    fn take(&self, messages: &[Arc<Message>]) -> bool {
        for message in messages {
            match self.messages.try_send(Arc::clone(message)) {
                Ok(()) => {}
                Err(mpsc::error::TrySendError::Closed(_)) => return false,
                Err(mpsc::error::TrySendError::Full(_)) => {
                    self.too_slow.store(true, Ordering::Release);
                    return false;
                }
            }
        }
        true
    }
}

impl Subscription {
    /// Waits for the next message. What had been waiting when a slow subscriber was dropped still
    /// comes before the error.
    pub async fn next(&mut self) -> Result<Arc<Message>, Ended> {
        match self.messages.recv().await {
            Some(message) => Ok(message),
            None if self.too_slow.load(Ordering::Acquire) => Err(Ended::TooSlow),
            None => Err(Ended::Closed),
        }
    }
}

#[async_trait]
impl Bus for MemoryBus {
    /// Never waits for a subscriber: one without room is dropped, and learns it.
    async fn publish(&self, messages: &[Message]) -> Result<(), BusError> {
        let messages: Vec<_> = messages.iter().cloned().map(Arc::new).collect();
        self.lock().retain(|subscriber| subscriber.take(&messages));
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use uuid::Uuid;

    use super::*;

    fn messages(positions: std::ops::Range<i64>) -> Vec<Message> {
        let message = |position| Message {
            id: Uuid::from_u128(u128::from(u64::try_from(position).unwrap())),
            log: "platform".to_owned(),
            position,
            kind: "user.created".to_owned(),
            body: b"{}".to_vec(),
        };
        positions.map(message).collect()
    }

    async fn take(subscription: &mut Subscription, count: usize) -> Vec<i64> {
        let mut positions = Vec::new();
        for _ in 0..count {
            positions.push(subscription.next().await.unwrap().position);
        }
        positions
    }

    #[tokio::test]
    async fn every_subscriber_gets_every_message_in_order() {
        let bus = MemoryBus::new(10);
        let mut first = bus.subscribe();
        bus.publish(&messages(1..3)).await.unwrap();
        let mut second = bus.subscribe();
        bus.publish(&messages(3..6)).await.unwrap();
        assert_eq!(take(&mut first, 5).await, [1, 2, 3, 4, 5]);
        assert_eq!(take(&mut second, 3).await, [3, 4, 5]);
        let again = messages(3..4).remove(0);
        bus.clone()
            .publish(std::slice::from_ref(&again))
            .await
            .unwrap();
        assert_eq!(*first.next().await.unwrap(), again);
    }

    #[tokio::test]
    async fn a_slow_subscriber_is_dropped_with_an_error_and_harms_no_other() {
        let bus = MemoryBus::new(3);
        let mut slow = bus.subscribe();
        let mut quick = bus.subscribe();
        for position in 1..7 {
            bus.publish(&messages(position..position + 1))
                .await
                .unwrap();
            assert_eq!(take(&mut quick, 1).await, [position]);
        }
        assert_eq!(take(&mut slow, 3).await, [1, 2, 3]);
        assert_eq!(slow.next().await.unwrap_err(), Ended::TooSlow);
        assert_eq!(slow.next().await.unwrap_err(), Ended::TooSlow);
        bus.publish(&messages(7..8)).await.unwrap();
        assert_eq!(take(&mut quick, 1).await, [7]);
        assert_eq!(bus.lock().len(), 1, "the slow one is forgotten");
    }

    #[tokio::test]
    async fn a_subscriber_that_is_gone_is_forgotten() {
        let bus = MemoryBus::new(3);
        drop(bus.subscribe());
        bus.publish(&messages(1..2)).await.unwrap();
        assert!(bus.lock().is_empty());
    }

    #[tokio::test]
    async fn the_end_of_the_bus_comes_after_its_last_message() {
        let bus = MemoryBus::new(3);
        let mut subscription = bus.subscribe();
        bus.publish(&messages(1..2)).await.unwrap();
        drop(bus);
        assert_eq!(take(&mut subscription, 1).await, [1]);
        assert_eq!(subscription.next().await.unwrap_err(), Ended::Closed);
    }
}
