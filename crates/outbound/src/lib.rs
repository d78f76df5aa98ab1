//! What the service sends of its own accord: events to webhooks and to the message bus, and mail.
//!
//! Each works from something that was committed before, so nothing is sent of a change that did not
//! happen, and what is sent may arrive twice but is not lost.

pub mod bus;
pub mod mail_queue;
pub mod webhooks;

pub use mail_queue::{CannotQueue, Letter, MailQueue};
pub use webhooks::Webhooks;
