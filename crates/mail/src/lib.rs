//! Mail leaves the building: over SMTP, or into a folder or the log while developing.
//!
//! A [`Message`] is made of parts that cannot break its headers, a [`Delivery`] says by which way
//! it goes, and [`Mailer::send`] tells whether a failure is worth another try.

mod delivery;
mod error;
mod folder;
mod invitation;
mod letter;
mod mailer;
mod message;

pub use delivery::{Delivery, DeliveryError, SmtpServer};
pub use error::MailError;
pub use invitation::invitation;
pub use mailer::{Mailer, Timeouts};
pub use message::{Mailbox, Message, MessageError};
