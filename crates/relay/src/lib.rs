//! Events leave the building for a message broker: RabbitMQ, Redis streams, or subscribers in this
//! process.
//!
//! A [`Bus`] takes a batch of [`Message`]s and answers when the broker has all of them, in order.
//! It has no queue and no memory: who calls keeps a cursor over the log, moves it after an answer,
//! and sends the batch again after an error. So every message arrives at least once, and its id is
//! the key by which a consumer knows it again.
//!
//! [`open`] makes the bus that a URL names, and [`BusUrl`] says how that is written.

mod bus;
mod bus_url;
mod memory;
mod rabbit;
mod redis;
mod wire;

pub use bus::{Bus, BusError, Message, Timeouts};
pub use bus_url::{BusUrl, BusUrlError};
pub use memory::{Ended, MemoryBus, Subscription};

/// Makes the bus that a URL names, with the usual time limits. Nothing is connected before the first
/// publish.
pub fn open(url: &str) -> Result<Box<dyn Bus>, BusUrlError> {
    url.parse::<BusUrl>()?.open(Timeouts::default())
}
